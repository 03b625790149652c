noinst_LIBRARIES += libtally.a
libtally_a_SOURCES = \
	tally/arena.c tally/arena.h \
	tally/axis.c tally/axis.h \
	tally/capture.h \
	tally/decode.h \
	tally/engine.c tally/engine.h \
	tally/facts.h \
	tally/feed.h tally/feed_run.c \
	tally/fuse.c tally/fuse.h \
	tally/gather.c tally/gather.h \
	tally/hits.c tally/hits.h \
	tally/hours.c tally/hours.h \
	tally/kind.c tally/kind.h \
	tally/lanes.c tally/lanes.h \
	tally/live.c tally/live.h \
	tally/merge.c tally/merge.h \
	tally/observation.h \
	tally/order.c tally/order.h \
	tally/reader.h \
	tally/runs.c tally/runs.h \
	tally/settle.c tally/settle.h \
	tally/shard.c tally/shard.h \
	tally/slots.c tally/slots.h \
	tally/sort.c tally/sort.h \
	tally/table.c tally/table.h tally/table_feed.c tally/table_private.h \
	tally/trait.c tally/trait.h \
	tally/window.c tally/window.h \
	tally/writer.h
