bin_PROGRAMS += gnomon-report
dist_man1_MANS += report/gnomon-report.1
dist_man5_MANS = report/gnomon-findings.5

# What tests compile as well.
html_sources = report/html.c report/html.h report/html_script.c report/html_style.c report/text.c report/text.h
mail_sources = \
	report/mail.c report/mail.h \
	report/mail_message.c report/mail_message.h \
	report/mime.c report/mime.h

context_sources = \
	report/context.c report/context.h \
	report/database.c report/database.h \
	report/names.c report/names.h
# Asks name servers; reports do not.
resolve_sources = report/names_wanted.c report/names_wanted.h report/resolve.c report/resolve.h

gnomon_report_SOURCES = \
	report/command.h \
	report/card.c report/card.h \
	report/card_html.c report/card_html.h \
	report/counters.c report/counters.h \
	report/day.c report/day.h \
	report/day_command.c \
	report/day_head.c report/day_head.h \
	report/detail.c report/detail.h \
	report/draft.c report/draft.h \
	report/fields.c report/fields.h \
	report/find.c report/find.h \
	report/html.c report/html.h \
	report/html_script.c \
	report/html_style.c \
	report/known_sources.c report/known_sources.h \
	report/line_csv.c \
	report/line_eve.c \
	report/line_format.c report/line_format.h \
	report/line_json.c \
	report/line_zeek.c \
	$(context_sources) \
	$(mail_sources) \
	report/main.c \
	report/memory.c report/memory.h \
	report/model.c report/model.h \
	report/page.h \
	report/page_html.c \
	report/page_text.c \
	report/scan.c report/scan.h \
	report/scan_head.c report/scan_head.h \
	report/tallies.c report/tallies.h \
	report/text.c report/text.h \
	report/yesterday.c report/yesterday.h
gnomon_report_LDADD = libtally.a libcommon.a $(MAXMINDDB_LIBS) $(LIBS_ALL)

bin_PROGRAMS += gnomon-names
dist_man8_MANS += report/gnomon-names.8
gnomon_names_SOURCES = report/names_main.c report/names.c report/names.h \
	report/yesterday.c report/yesterday.h $(resolve_sources)
gnomon_names_LDADD = libtally.a libcommon.a $(LIBS_ALL)
