bin_PROGRAMS += gnomon-report
dist_man1_MANS += report/gnomon-report.1
dist_man5_MANS = report/gnomon-findings.5

gnomon_report_SOURCES = \
	report/command.h \
	report/archive.c report/archive.h report/archive_private.h \
	report/archive_calendar.c \
	report/archive_feed.c \
	report/archive_links.c \
	report/archive_period.c \
	report/archive_rollup.c \
	report/calendar.c report/calendar.h \
	report/card.c report/card.h \
	report/card_html.c report/card_html.h \
	report/card_packets.c report/card_packets.h \
	report/counters.c report/counters.h \
	report/day.c report/day.h \
	report/day_command.c \
	report/day_head.c report/day_head.h \
	report/detail.c report/detail.h \
	report/draft.c report/draft.h \
	report/fields.c report/fields.h \
	report/find.c report/find.h \
	report/hour_hits.c report/hour_hits.h \
	report/hour_page.c report/hour_page.h \
	report/html.c report/html.h \
	report/html_script.c \
	report/html_style.c \
	report/known_sources.c report/known_sources.h \
	report/index_command.c \
	report/line_csv.c \
	report/line_eve.c \
	report/line_format.c report/line_format.h \
	report/line_json.c \
	report/line_zeek.c \
	report/main.c \
	report/memory.c report/memory.h \
	report/model.c report/model.h \
	report/page.h \
	report/page_html.c \
	report/page_text.c \
	report/packet_cache.c report/packet_cache.h \
	report/packet_need.c report/packet_need.h \
	report/packets.c report/packets.h report/packets_text.c \
	report/scan.c report/scan.h \
	report/scan_head.c report/scan_head.h \
	report/summary.c report/summary.h \
	report/summary_model.c report/summary_model.h \
	report/summary_parse.c report/summary_parse.h \
	report/tallies.c report/tallies.h \
	report/tcpdump.c report/tcpdump.h \
	report/text.c report/text.h \
	report/yesterday.c report/yesterday.h
gnomon_report_LDADD = libtally.a libcommon.a $(LIBS_ALL)
