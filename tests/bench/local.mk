bench_generate_sources = \
	tests/bench/packet.c tests/bench/packet.h \
	tests/bench/random.h \
	tests/bench/shape.c tests/bench/shape.h \
	tests/bench/sink.c tests/bench/sink.h \
	tests/bench/traffic.c tests/bench/traffic.h

# what the tests need too
check_PROGRAMS += tests/bench/generate tests/bench/pcap-count
tests_bench_generate_SOURCES = tests/bench/generate.c $(bench_generate_sources)
tests_bench_generate_LDADD = $(GLIB_LIBS)
tests_bench_pcap_count_SOURCES = tests/bench/pcap-count.c
tests_bench_pcap_count_LDADD = $(GLIB_LIBS) $(PCAP_LIBS)

# days of which every actor is known
check_PROGRAMS += tests/bench/label
tests_bench_label_SOURCES = \
	tests/bench/label.c \
	tests/bench/label_crowd.c \
	tests/bench/label_echoes.c tests/bench/label_echoes.h \
	tests/bench/label_group.c tests/bench/label_group.h \
	tests/bench/label_guest.c tests/bench/label_guest.h \
	tests/bench/label_home.c tests/bench/label_home.h \
	tests/bench/label_oddity.c tests/bench/label_oddity.h \
	tests/bench/label_outing.c \
	tests/bench/label_scan.c tests/bench/label_scan.h \
	tests/bench/label_stage.c tests/bench/label_stage.h \
	tests/bench/label_talk.c tests/bench/label_talk.h \
	tests/bench/label_targets.c tests/bench/label_targets.h \
	tests/bench/label_truth.c tests/bench/label_truth.h \
	tests/bench/packet.c tests/bench/packet.h \
	tests/bench/random.h
tests_bench_label_LDADD = $(GLIB_LIBS)
EXTRA_DIST += tests/bench/label-judge.awk tests/bench/label-judge.sh

# what only `make bench` needs
EXTRA_PROGRAMS += tests/bench/measure tests/bench/walk
tests_bench_measure_SOURCES = tests/bench/measure.c
tests_bench_measure_LDADD = $(GLIB_LIBS)
tests_bench_walk_SOURCES = tests/bench/walk.c
tests_bench_walk_LDADD = $(GLIB_LIBS)
EXTRA_PROGRAMS += tests/bench/windows
tests_bench_windows_SOURCES = tests/bench/hours.c tests/bench/hours.h tests/bench/random.h tests/bench/windows.c
tests_bench_windows_LDADD = libtally.a libcommon.a $(LIBS_ALL)
EXTRA_PROGRAMS += tests/bench/detect
tests_bench_detect_SOURCES = tests/bench/hours.c tests/bench/hours.h tests/bench/random.h tests/bench/detect.c
tests_bench_detect_LDADD = libtally.a libcommon.a $(LIBS_ALL)
EXTRA_PROGRAMS += tests/bench/restamp
tests_bench_restamp_SOURCES = tests/bench/restamp.c
tests_bench_restamp_LDADD = libtally.a libcommon.a $(LIBS_ALL)
EXTRA_PROGRAMS += tests/bench/past
tests_bench_past_SOURCES = tests/bench/hours.c tests/bench/hours.h tests/bench/past.c tests/bench/random.h
tests_bench_past_LDADD = libtally.a libcommon.a $(LIBS_ALL)
CLEANFILES += tests/bench/detect tests/bench/measure tests/bench/past tests/bench/restamp tests/bench/walk \
	tests/bench/windows

EXTRA_DIST += tests/bench/run.sh tests/bench/shadow.sh tests/test-generate.sh tests/test-label.sh
TESTS += tests/test-generate.sh tests/test-label.sh

bench_programs = tests/bench/generate tests/bench/label tests/bench/measure tests/bench/pcap-count tests/bench/walk \
	tests/bench/detect tests/bench/past tests/bench/restamp tests/bench/windows tests/batch/serials tests/compose

.PHONY: bench
bench: $(bin_PROGRAMS) $(bench_programs)
	$(SHELL) $(srcdir)/tests/bench/run.sh
