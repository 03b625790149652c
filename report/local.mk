bin_PROGRAMS += gnomon-report
dist_man1_MANS += report/gnomon-report.1
dist_man5_MANS = report/gnomon-findings.5

gnomon_report_SOURCES = \
	report/command.h \
	report/counters.c report/counters.h \
	report/day.c report/day.h \
	report/day_command.c \
	report/day_head.c report/day_head.h \
	report/draft.c report/draft.h \
	report/find.c report/find.h \
	report/known_sources.c report/known_sources.h \
	report/main.c \
	report/memory.c report/memory.h \
	report/packet_cache.c report/packet_cache.h \
	report/packet_need.c report/packet_need.h \
	report/packets.c report/packets.h report/packets_text.c \
	report/scan.c report/scan.h \
	report/scan_block.c report/scan_block.h \
	report/scan_head.c report/scan_head.h \
	report/scan_json.c \
	report/scan_text.c \
	report/tallies.c report/tallies.h \
	report/tcpdump.c report/tcpdump.h \
	report/text.c report/text.h \
	report/yesterday.c report/yesterday.h
gnomon_report_LDADD = libtally.a libcommon.a $(LIBS_ALL)
