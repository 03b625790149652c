bin_PROGRAMS += gnomon-report
dist_man1_MANS += report/gnomon-report.1
dist_man5_MANS = report/gnomon-findings.5

gnomon_report_SOURCES = \
	report/command.h \
	report/card.c report/card.h \
	report/card_html.c report/card_html.h \
	report/checksum.h \
	report/counters.c report/counters.h \
	report/cryptopan.c report/cryptopan.h \
	report/day.c report/day.h \
	report/day_command.c \
	report/day_find.c report/day_find.h \
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
	report/incident.c report/incident.h \
	report/incident_card.c report/incident_card.h \
	report/incident_command.c \
	report/incident_key.c report/incident_key.h \
	report/incident_number.c report/incident_number.h \
	report/incident_packets.c report/incident_packets.h \
	report/incident_report.c report/incident_report.h \
	report/known_sources.c report/known_sources.h \
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
	report/sanitize.c report/sanitize.h \
	report/sanitize_text.c report/sanitize_text.h \
	report/packet_cache.c report/packet_cache.h \
	report/packet_need.c report/packet_need.h \
	report/packets.c report/packets.h report/packets_text.c \
	report/scan.c report/scan.h \
	report/scan_head.c report/scan_head.h \
	report/scrub.c report/scrub.h report/scrub_private.h report/scrub_transport.c report/scrub_work.c \
	report/tallies.c report/tallies.h \
	report/tcpdump.c report/tcpdump.h \
	report/text.c report/text.h \
	report/yesterday.c report/yesterday.h
gnomon_report_LDADD = libtally.a libcommon.a $(LIBS_ALL)
