# To add a test: its name in check_PROGRAMS and TESTS, its sources, and what it is linked with. A script goes into
# dist_check_SCRIPTS.
#
# To add a fuzz target: tests/fuzz-NAME.c with LLVMFuzzerTestOneInput, its name in FUZZ_TARGETS, linked with $(FUZZ_MAIN)
# and $(FUZZ_LINK); its corpus in tests/corpus/NAME/. `make check` replays the corpus, cut short and changed as well;
# configured with --enable-fuzzing, `make fuzz-targets` makes libFuzzer's programs of them.

# GLib's slices hide leaks and overruns from the sanitizers; a GLib warning is a mistake of ours.
AM_TESTS_ENVIRONMENT = \
	G_DEBUG=fatal-warnings; export G_DEBUG; \
	G_SLICE=always-malloc; export G_SLICE; \
	LC_ALL=C; export LC_ALL; \
	HEADER_CC='$(CC) -std=gnu11 -Wall -Wextra -Werror -I. -I$(top_srcdir) $(GLIB_CFLAGS) $(PCAP_CFLAGS) $(CHECK_CFLAGS)'; \
	export HEADER_CC;

TESTS_COMMON = libcommon.a $(CHECK_LIBS) $(LIBS_ALL)

dist_check_SCRIPTS += \
	tests/test-archive.sh \
	tests/test-completion.sh \
	tests/test-day.sh \
	tests/test-hours.sh \
	tests/test-hostile-texts.sh \
	tests/test-planted.sh \
	tests/test-expected.sh \
	tests/test-exports.sh \
	tests/test-extract.sh \
	tests/test-fetch.sh \
	tests/test-forms.sh \
	tests/test-gnomon.sh \
	tests/test-headers.sh \
	tests/test-collect.sh \
	tests/test-import.sh \
	tests/test-options.sh \
	tests/test-incident.sh \
	tests/test-known.sh \
	tests/test-layers.sh \
	tests/test-mail.sh \
	tests/test-pages.sh \
	tests/test-past.sh \
	tests/test-prefixes.sh \
	tests/test-run.sh \
	tests/test-scan.sh \
	tests/test-search.sh \
	tests/test-settings.sh \
	tests/test-status.sh \
	tests/test-tune.sh \
	tests/test-usage.sh \
	tests/test-verify.sh
TESTS += $(dist_check_SCRIPTS)

FUZZ_TARGETS =
if FUZZING
FUZZ_MAIN =
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
else
check_LIBRARIES += libreplay.a
libreplay_a_SOURCES = tests/replay.c tests/fuzz.h
FUZZ_MAIN = libreplay.a
FUZZ_LINK = $(AM_LDFLAGS)
TESTS += $(FUZZ_TARGETS)
endif
check_PROGRAMS += $(FUZZ_TARGETS)
.PHONY: fuzz-targets
fuzz-targets: $(FUZZ_TARGETS)

if HAVE_CHECK
AM_CPPFLAGS += $(CHECK_CFLAGS)

check_PROGRAMS += tests/test-address tests/test-home tests/test-hour tests/test-json
TESTS += tests/test-address tests/test-home tests/test-hour tests/test-json

tests_test_address_SOURCES = tests/test-address.c tests/suite.h
tests_test_address_LDADD = $(TESTS_COMMON)
tests_test_home_SOURCES = tests/test-home.c tests/suite.h
tests_test_home_LDADD = $(TESTS_COMMON)
tests_test_hour_SOURCES = tests/test-hour.c tests/suite.h
tests_test_hour_LDADD = $(TESTS_COMMON)
tests_test_json_SOURCES = tests/test-json.c tests/suite.h
tests_test_json_LDADD = $(TESTS_COMMON) -lm

check_PROGRAMS += tests/test-manifest tests/test-spool
TESTS += tests/test-manifest tests/test-spool
tests_test_manifest_SOURCES = tests/test-manifest.c tests/suite.h
tests_test_manifest_LDADD = $(TESTS_COMMON)
tests_test_spool_SOURCES = tests/test-spool.c tests/suite.h
tests_test_spool_LDADD = $(TESTS_COMMON)

check_PROGRAMS += tests/test-settings tests/test-site tests/test-zone
TESTS += tests/test-settings tests/test-site tests/test-zone
tests_test_settings_SOURCES = tests/test-settings.c tests/suite.h
tests_test_settings_LDADD = $(TESTS_COMMON)
tests_test_site_SOURCES = tests/test-site.c tests/suite.h
tests_test_site_LDADD = $(TESTS_COMMON)
tests_test_zone_SOURCES = tests/test-zone.c tests/suite.h
tests_test_zone_LDADD = $(TESTS_COMMON)

TESTS_COLLECT = libcollect.a $(TESTS_COMMON)

check_PROGRAMS += tests/test-compress
TESTS += tests/test-compress
tests_test_compress_SOURCES = tests/test-compress.c tests/suite.h
tests_test_compress_LDADD = $(TESTS_COLLECT)

TESTS_TALLY = libtally.a $(TESTS_COMMON)
TESTS_REPORT = libreport.a $(TESTS_TALLY)

check_PROGRAMS += tests/test-table
TESTS += tests/test-table
tests_test_table_SOURCES = tests/test-table.c
tests_test_table_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-hour-file tests/test-recover tests/test-recorder tests/test-turn
TESTS += tests/test-hour-file tests/test-recover tests/test-recorder tests/test-turn
tests_test_hour_file_SOURCES = tests/test-hour-file.c tests/records.h tests/suite.h
tests_test_hour_file_LDADD = $(TESTS_COLLECT)
tests_test_recover_SOURCES = tests/test-recover.c tests/records.h tests/suite.h
tests_test_recover_LDADD = $(TESTS_COLLECT)
tests_test_recorder_SOURCES = tests/test-recorder.c tests/records.h tests/suite.h
tests_test_recorder_LDADD = $(TESTS_COLLECT)
tests_test_turn_SOURCES = tests/test-turn.c tests/suite.h
tests_test_turn_LDADD = $(TESTS_COLLECT)

check_PROGRAMS += tests/test-counter tests/test-sandbox
TESTS += tests/test-counter tests/test-sandbox
tests_test_counter_SOURCES = tests/test-counter.c tests/suite.h
tests_test_counter_LDADD = $(TESTS_COLLECT)
tests_test_sandbox_SOURCES = tests/test-sandbox.c collect/sandbox.c tests/records.h tests/suite.h
tests_test_sandbox_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
tests_test_sandbox_LDADD = $(TESTS_COLLECT) $(SECCOMP_LIBS)

check_PROGRAMS += tests/test-capture tests/test-decode
TESTS += tests/test-capture tests/test-decode
tests_test_capture_SOURCES = tests/test-capture.c tests/suite.h
tests_test_capture_LDADD = $(TESTS_TALLY)
tests_test_decode_SOURCES = tests/test-decode.c tests/frames.h tests/suite.h
tests_test_decode_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-tally
TESTS += tests/test-tally
tests_test_tally_SOURCES = tests/test-tally.c tests/tally_model.c tests/tally_model.h tests/suite.h
tests_test_tally_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-search
TESTS += tests/test-search
tests_test_search_SOURCES = tests/test-search.c tests/tally_model.c tests/tally_model.h tests/suite.h
tests_test_search_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-keep tests/test-status tests/test-store
TESTS += tests/test-keep tests/test-status tests/test-store
tests_test_keep_SOURCES = tests/test-keep.c tests/suite.h
tests_test_keep_LDADD = $(TESTS_TALLY)
tests_test_status_SOURCES = tests/test-status.c tests/suite.h
tests_test_status_LDADD = $(TESTS_TALLY)
tests_test_store_SOURCES = tests/test-store.c tests/suite.h
tests_test_store_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-watched
TESTS += tests/test-watched
tests_test_watched_SOURCES = tests/test-watched.c tests/suite.h
tests_test_watched_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-homeguess
TESTS += tests/test-homeguess
tests_test_homeguess_SOURCES = tests/test-homeguess.c tests/suite.h
tests_test_homeguess_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-roster
TESTS += tests/test-roster
tests_test_roster_SOURCES = tests/test-roster.c tests/suite.h
tests_test_roster_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-v4-set
TESTS += tests/test-v4-set
tests_test_v4_set_SOURCES = tests/test-v4-set.c tests/suite.h
tests_test_v4_set_LDADD = libtally.a $(TESTS_COMMON)

check_PROGRAMS += tests/test-dark tests/test-slide
TESTS += tests/test-dark tests/test-slide
tests_test_dark_SOURCES = tests/test-dark.c tests/suite.h
tests_test_dark_LDADD = libtally.a $(TESTS_COMMON)
tests_test_slide_SOURCES = tests/test-slide.c tests/suite.h
tests_test_slide_LDADD = libtally.a $(TESTS_COMMON)
check_PROGRAMS += tests/test-detect-flood
TESTS += tests/test-detect-flood
tests_test_detect_flood_SOURCES = tests/test-detect-flood.c tests/written.c tests/written.h tests/suite.h
tests_test_detect_flood_LDADD = libtally.a $(TESTS_COMMON)
check_PROGRAMS += tests/test-detect
TESTS += tests/test-detect
tests_test_detect_SOURCES = tests/test-detect.c tests/maker.c tests/maker.h tests/suite.h
tests_test_detect_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-detector
TESTS += tests/test-detector
tests_test_detector_SOURCES = tests/test-detector.c tests/maker.c tests/maker.h tests/suite.h
tests_test_detector_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-detect-groups
TESTS += tests/test-detect-groups
tests_test_detect_groups_SOURCES = tests/test-detect-groups.c tests/maker.c tests/maker.h tests/suite.h
tests_test_detect_groups_LDADD = $(TESTS_TALLY)
check_PROGRAMS += tests/test-recall
TESTS += tests/test-recall
tests_test_recall_SOURCES = tests/test-recall.c tests/written.c tests/written.h tests/suite.h
tests_test_recall_LDADD = $(TESTS_TALLY)
check_PROGRAMS += tests/test-join
TESTS += tests/test-join
tests_test_join_SOURCES = tests/test-join.c tests/suite.h
tests_test_join_LDADD = $(TESTS_TALLY)
check_PROGRAMS += tests/test-detect-probes
TESTS += tests/test-detect-probes
tests_test_detect_probes_SOURCES = tests/test-detect-probes.c tests/maker.c tests/maker.h tests/suite.h
tests_test_detect_probes_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-detect-stealth
TESTS += tests/test-detect-stealth
tests_test_detect_stealth_SOURCES = tests/test-detect-stealth.c tests/maker.c tests/maker.h tests/suite.h
tests_test_detect_stealth_LDADD = $(TESTS_TALLY)
check_PROGRAMS += tests/test-detect-responses
TESTS += tests/test-detect-responses
tests_test_detect_responses_SOURCES = tests/test-detect-responses.c tests/maker.c tests/maker.h tests/suite.h
tests_test_detect_responses_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-past tests/test-yesterday
TESTS += tests/test-past tests/test-yesterday
tests_test_past_SOURCES = tests/test-past.c tests/suite.h
tests_test_past_LDADD = $(TESTS_TALLY)
tests_test_yesterday_SOURCES = tests/test-yesterday.c tests/suite.h
tests_test_yesterday_LDADD = $(TESTS_REPORT)

check_PROGRAMS += tests/test-figures tests/test-overview
TESTS += tests/test-figures tests/test-overview
tests_test_figures_SOURCES = tests/test-figures.c tests/svg_reader.c tests/svg_reader.h tests/suite.h
tests_test_figures_LDADD = $(TESTS_REPORT)
tests_test_overview_SOURCES = tests/test-overview.c tests/suite.h
tests_test_overview_LDADD = $(TESTS_REPORT)
check_PROGRAMS += tests/test-html
TESTS += tests/test-html
tests_test_html_SOURCES = tests/test-html.c tests/suite.h
tests_test_html_LDADD = $(TESTS_REPORT)
check_PROGRAMS += tests/test-card
TESTS += tests/test-card
tests_test_card_SOURCES = tests/test-card.c tests/suite.h
tests_test_card_LDADD = $(TESTS_REPORT)
check_PROGRAMS += tests/test-lines
TESTS += tests/test-lines
tests_test_lines_SOURCES = tests/test-lines.c tests/maker.c tests/maker.h tests/suite.h
tests_test_lines_LDADD = $(TESTS_REPORT)

check_PROGRAMS += tests/test-sanitize tests/test-sanitize-text tests/test-scrub
TESTS += tests/test-sanitize tests/test-sanitize-text tests/test-scrub
tests_test_sanitize_SOURCES = tests/test-sanitize.c tests/suite.h
tests_test_sanitize_LDADD = $(TESTS_REPORT)
tests_test_sanitize_text_SOURCES = tests/test-sanitize-text.c tests/suite.h
tests_test_sanitize_text_LDADD = $(TESTS_REPORT)
tests_test_scrub_SOURCES = tests/test-scrub.c tests/frames.h tests/suite.h
tests_test_scrub_LDADD = $(TESTS_REPORT)
check_PROGRAMS += tests/test-packets tests/test-pick
TESTS += tests/test-packets tests/test-pick
tests_test_packets_SOURCES = tests/test-packets.c tests/suite.h
tests_test_packets_LDADD = libcompose.a $(TESTS_REPORT)
tests_test_pick_SOURCES = tests/test-pick.c tests/frames.h tests/suite.h
tests_test_pick_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-mail
TESTS += tests/test-mail
tests_test_mail_SOURCES = tests/test-mail.c tests/suite.h
tests_test_mail_LDADD = $(TESTS_REPORT)

check_PROGRAMS += tests/test-context tests/test-names
TESTS += tests/test-context tests/test-names
tests_test_context_SOURCES = tests/test-context.c tests/suite.h
tests_test_context_LDADD = $(TESTS_REPORT) $(MAXMINDDB_LIBS)
tests_test_names_SOURCES = tests/test-names.c tests/suite.h $(resolve_sources)
tests_test_names_LDADD = $(TESTS_REPORT) $(MAXMINDDB_LIBS) $(RESOLV_LIBS)

check_PROGRAMS += tests/test-archive tests/test-calendar
TESTS += tests/test-archive tests/test-calendar
tests_test_archive_SOURCES = tests/test-archive.c tests/suite.h
tests_test_archive_LDADD = $(TESTS_REPORT)
tests_test_calendar_SOURCES = tests/test-calendar.c tests/suite.h
tests_test_calendar_LDADD = $(TESTS_REPORT)

check_PROGRAMS += tests/test-plan
TESTS += tests/test-plan
tests_test_plan_SOURCES = tests/test-plan.c tests/suite.h
tests_test_plan_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-site-groups
TESTS += tests/test-site-groups
tests_test_site_groups_SOURCES = tests/test-site-groups.c tests/suite.h
tests_test_site_groups_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-known tests/test-known-match tests/test-prefix-table tests/test-service
TESTS += tests/test-known tests/test-known-match tests/test-prefix-table tests/test-service
tests_test_known_SOURCES = tests/test-known.c tests/suite.h
tests_test_known_LDADD = $(TESTS_TALLY)
tests_test_known_match_SOURCES = tests/test-known-match.c tests/suite.h
tests_test_known_match_LDADD = $(TESTS_TALLY)
check_PROGRAMS += tests/test-signatures
TESTS += tests/test-signatures
tests_test_signatures_SOURCES = tests/test-signatures.c tests/suite.h
tests_test_signatures_LDADD = $(TESTS_TALLY)
tests_test_service_SOURCES = tests/test-service.c tests/suite.h
tests_test_service_LDADD = $(TESTS_COMMON)
tests_test_prefix_table_SOURCES = tests/test-prefix-table.c tests/suite.h
tests_test_prefix_table_LDADD = $(TESTS_COMMON)

check_PROGRAMS += tests/test-tune
TESTS += tests/test-tune
tests_test_tune_SOURCES = tests/test-tune.c tests/maker.c tests/maker.h tests/suite.h
tests_test_tune_LDADD = $(TESTS_TALLY)

check_PROGRAMS += tests/test-window
TESTS += tests/test-window
tests_test_window_SOURCES = tests/test-window.c tests/fake_reader.c tests/fake_reader.h tests/suite.h
tests_test_window_LDADD = $(TESTS_TALLY)
endif

# A tool for people who look into what is read.
check_PROGRAMS += tests/read-capture
tests_read_capture_SOURCES = tests/read-capture.c
tests_read_capture_LDADD = libtally.a libcommon.a $(LIBS_ALL)

# What the forms of a capture are made with.
check_PROGRAMS += tests/reform
tests_reform_SOURCES = tests/reform.c
tests_reform_LDADD = $(GLIB_LIBS)

FUZZ_TARGETS += tests/fuzz-text
tests_fuzz_text_SOURCES = tests/fuzz-text.c tests/fuzz.h
tests_fuzz_text_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_text_LDADD = $(FUZZ_MAIN) libcommon.a $(LIBS_ALL)
FUZZ_TARGETS += tests/fuzz-manifest
tests_fuzz_manifest_SOURCES = tests/fuzz-manifest.c tests/fuzz.h
tests_fuzz_manifest_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_manifest_LDADD = $(FUZZ_MAIN) libcommon.a $(LIBS_ALL)
FUZZ_TARGETS += tests/fuzz-resolve
tests_fuzz_resolve_SOURCES = tests/fuzz-resolve.c tests/fuzz.h $(resolve_sources)
tests_fuzz_resolve_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_resolve_LDADD = $(FUZZ_MAIN) libcommon.a $(LIBS_ALL) $(RESOLV_LIBS)
FUZZ_TARGETS += tests/fuzz-summary
tests_fuzz_summary_SOURCES = tests/fuzz-summary.c tests/fuzz.h \
	report/calendar.c report/calendar.h report/draft.c report/draft.h \
	report/summary.c report/summary.h report/summary_parse.c report/summary_parse.h \
	report/text.c report/text.h
tests_fuzz_summary_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_summary_LDADD = $(FUZZ_MAIN) libtally.a libcommon.a $(LIBS_ALL)

FUZZ_TARGETS += tests/fuzz-settings
tests_fuzz_settings_SOURCES = tests/fuzz-settings.c tests/fuzz.h
tests_fuzz_settings_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_settings_LDADD = $(FUZZ_MAIN) libcommon.a $(LIBS_ALL)
# Its own copy of segment.c passes over check sums.
FUZZ_TARGETS += tests/fuzz-tally
tests_fuzz_tally_SOURCES = tests/fuzz-tally.c tests/fuzz.h tally/segment.c
tests_fuzz_tally_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
tests_fuzz_tally_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_tally_LDADD = $(FUZZ_MAIN) libtally.a libcommon.a $(LIBS_ALL)
FUZZ_TARGETS += tests/fuzz-past
tests_fuzz_past_SOURCES = tests/fuzz-past.c tests/fuzz.h tally/segment.c
tests_fuzz_past_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
tests_fuzz_past_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_past_LDADD = $(FUZZ_MAIN) libtally.a libcommon.a $(LIBS_ALL)
FUZZ_TARGETS += tests/fuzz-scrub
tests_fuzz_scrub_SOURCES = tests/fuzz-scrub.c tests/fuzz.h
tests_fuzz_scrub_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_scrub_LDADD = $(FUZZ_MAIN) libreport.a libtally.a libcommon.a $(LIBS_ALL)
FUZZ_TARGETS += tests/fuzz-tune
tests_fuzz_tune_SOURCES = tests/fuzz-tune.c tests/fuzz.h
tests_fuzz_tune_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_tune_LDADD = $(FUZZ_MAIN) libtally.a libcommon.a $(LIBS_ALL)
FUZZ_TARGETS += tests/fuzz-known
tests_fuzz_known_SOURCES = tests/fuzz-known.c tests/fuzz.h
tests_fuzz_known_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_known_LDADD = $(FUZZ_MAIN) libtally.a libcommon.a $(LIBS_ALL)
EXTRA_DIST += tests/corpus tests/pages tests/past-oracle.awk tests/robust.sh tests/suite.sh

FUZZ_TARGETS += tests/fuzz-capture tests/fuzz-decode
tests_fuzz_capture_SOURCES = tests/fuzz-capture.c tests/fuzz.h
tests_fuzz_capture_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_capture_LDADD = $(FUZZ_MAIN) libtally.a libcommon.a $(LIBS_ALL)
tests_fuzz_decode_SOURCES = tests/fuzz-decode.c tests/fuzz.h
tests_fuzz_decode_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_decode_LDADD = $(FUZZ_MAIN) libtally.a libcommon.a $(LIBS_ALL)

# The composer of traces is built always: quickstart makes its sample captures with it.
noinst_LIBRARIES += libcompose.a
libcompose_a_SOURCES = \
	tests/compose_line.c tests/compose_line.h \
	tests/compose_link.c tests/compose_link.h \
	tests/compose_names.c tests/compose_names.h \
	tests/compose_packet.c tests/compose_packet.h \
	tests/compose_script.c tests/compose_script.h \
	tests/compose_text.c tests/compose_text.h

noinst_PROGRAMS += tests/compose
tests_compose_SOURCES = tests/compose.c
tests_compose_LDADD = libcompose.a libcommon.a $(LIBS_ALL)

# Traces as text: each says what is expected of it.
EXTRA_DIST += tests/traces
dist_check_SCRIPTS += tests/test-compose.sh tests/test-findings.sh tests/test-one-sided.sh tests/test-order.sh tests/test-traces.sh

if HAVE_CHECK
check_PROGRAMS += tests/test-compose
TESTS += tests/test-compose
tests_test_compose_SOURCES = tests/test-compose.c tests/suite.h
tests_test_compose_LDADD = libcompose.a $(TESTS_COMMON)
endif

include tests/batch/local.mk
include tests/bench/local.mk
include tests/browser/local.mk

# Writes the expected pages anew; what changed is for a reader to judge.
.PHONY: update-golden
update-golden: tests/compose gnomon-tally gnomon-report
	srcdir=$(srcdir) $(SHELL) $(srcdir)/tests/test-pages.sh --update
	./gnomon-tally settings --sample >$(srcdir)/etc/gnomon.conf
	./gnomon-tally settings --page >etc/detectors.5
	sed -i -e '/^\.\\" Detectors/,/^\.\\" End of/{//!d}' -e '/^\.\\" Detectors/r etc/detectors.5' $(srcdir)/etc/gnomon.conf.5
	rm -f etc/detectors.5
