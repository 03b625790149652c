bin_PROGRAMS += gnomon-report
dist_man1_MANS += report/gnomon-report.1
dist_man5_MANS = report/gnomon-findings.5
EXTRA_DIST += report/page.png

gnomon_report_SOURCES = report/main.c
gnomon_report_LDADD = libreport.a libtally.a libcommon.a $(MAXMINDDB_LIBS) $(LIBS_ALL)

noinst_LIBRARIES += libreport.a
libreport_a_SOURCES = \
	report/command.h \
	report/archive.c report/archive.h report/archive_private.h \
	report/archive_calendar.c \
	report/archive_feed.c \
	report/archive_links.c \
	report/archive_period.c \
	report/archive_rollup.c \
	report/archive_update.c \
	report/brief.c report/brief.h \
	report/calendar.c report/calendar.h \
	report/card.c report/card.h \
	report/card_context.c report/card_context.h \
	report/card_fields.c report/card_fields.h \
	report/card_html.c report/card_html.h \
	report/card_packets.c report/card_packets.h \
	report/checksum.h \
	report/contact_class.c report/contact_class.h \
	report/contacts.c report/contacts.h \
	report/context.c report/context.h \
	report/counters.c report/counters.h \
	report/database.c report/database.h \
	report/cryptopan.c report/cryptopan.h \
	report/day.c report/day.h \
	report/day_command.c \
	report/day_find.c report/day_find.h \
	report/day_head.c report/day_head.h \
	report/day_hours.c report/day_hours.h \
	report/day_keep.c report/day_keep.h \
	report/day_mail.c report/day_mail.h \
	report/detail.c report/detail.h \
	report/draft.c report/draft.h \
	report/fields.c report/fields.h \
	report/figure.c report/figure.h \
	report/figure_coverage.c report/figure_coverage.h \
	report/figure_fanout.c report/figure_fanout.h \
	report/figure_finding.c report/figure_finding.h \
	report/figure_group.c report/figure_group.h \
	report/figure_hours.c report/figure_hours.h \
	report/figure_overview.c report/figure_overview.h \
	report/figure_ports.c report/figure_ports.h \
	report/find.c report/find.h \
	report/hour_command.c \
	report/hour_hits.c report/hour_hits.h \
	report/hour_links.c report/hour_links.h \
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
	report/index_command.c \
	report/line_csv.c \
	report/line_dshield.c \
	report/line_eve.c \
	report/line_format.c report/line_format.h \
	report/line_json.c \
	report/line_zeek.c \
	report/mail.c report/mail.h \
	report/mail_message.c report/mail_message.h \
	report/memory.c report/memory.h \
	report/mime.c report/mime.h \
	report/model.c report/model.h \
	report/overview.c report/overview.h \
	report/page.h \
	report/page_html.c \
	report/page_text.c \
	report/sanitize.c report/sanitize.h \
	report/sanitize_text.c report/sanitize_text.h \
	report/names.c report/names.h \
	report/names_wanted.c report/names_wanted.h \
	report/packet_cache.c report/packet_cache.h \
	report/packet_need.c report/packet_need.h \
	report/packets.c report/packets.h report/packets_text.c \
	report/reports_lock.c report/reports_lock.h \
	report/scan.c report/scan.h \
	report/scan_head.c report/scan_head.h \
	report/scrub.c report/scrub.h report/scrub_private.h report/scrub_transport.c report/scrub_work.c \
	report/svg.c report/svg.h \
	report/summary.c report/summary.h \
	report/summary_model.c report/summary_model.h \
	report/summary_parse.c report/summary_parse.h \
	report/tallies.c report/tallies.h \
	report/tcpdump.c report/tcpdump.h \
	report/text.c report/text.h \
	report/tuning.c report/tuning.h \
	report/yesterday.c report/yesterday.h

# The one program here that talks to others: reports are not linked with what asks name servers.
bin_PROGRAMS += gnomon-names
dist_man8_MANS += report/gnomon-names.8
resolve_sources = report/resolve.c report/resolve.h
gnomon_names_SOURCES = report/names_main.c $(resolve_sources)
gnomon_names_LDADD = libreport.a libtally.a libcommon.a $(LIBS_ALL) $(RESOLV_LIBS)
