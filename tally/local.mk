noinst_LIBRARIES += libtally.a
libtally_a_SOURCES = \
	tally/block.c tally/block.h \
	tally/block_contacts.c \
	tally/block_pairs.c \
	tally/block_traits.c \
	tally/column.c tally/column.h \
	tally/facts.c tally/facts.h \
	tally/format.h \
	tally/hour_section.c tally/hour_section.h \
	tally/kind.c tally/kind.h \
	tally/output.c tally/output.h \
	tally/packer.c tally/packer.h \
	tally/reader.c tally/reader.h \
	tally/segment.c tally/segment.h \
	tally/writer.c tally/writer.h
EXTRA_DIST += tally/FORMAT.md
