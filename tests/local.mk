# To add a test: its name in check_PROGRAMS and TESTS, its sources, and what it is linked with.

# GLib's slices hide leaks and overruns from the sanitizers; a GLib warning is a mistake of ours.
AM_TESTS_ENVIRONMENT = \
	G_DEBUG=fatal-warnings; export G_DEBUG; \
	G_SLICE=always-malloc; export G_SLICE; \
	LC_ALL=C; export LC_ALL;

TESTS_COMMON = libcommon.a $(CHECK_LIBS) $(LIBS_ALL)

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

check_PROGRAMS += tests/test-capture tests/test-decode
TESTS += tests/test-capture tests/test-decode
tests_test_capture_SOURCES = tests/test-capture.c tests/suite.h
tests_test_capture_LDADD = libtally.a $(TESTS_COMMON)
tests_test_decode_SOURCES = tests/test-decode.c tests/frames.h tests/suite.h
tests_test_decode_LDADD = libtally.a $(TESTS_COMMON)
endif

# A tool for people who look into what is read.
check_PROGRAMS += tests/read-capture
tests_read_capture_SOURCES = tests/read-capture.c
tests_read_capture_LDADD = libtally.a libcommon.a $(LIBS_ALL)

# Fuzz targets. They replay their corpus in make check; with --enable-fuzzing libFuzzer runs them: tests/fuzz-NAME tests/corpus/NAME
FUZZ_TARGETS = tests/fuzz-capture tests/fuzz-decode
if FUZZING
FUZZ_MAIN =
FUZZ_LINK = -fsanitize=fuzzer
else
FUZZ_MAIN = tests/fuzz-replay.c
FUZZ_LINK =
TESTS += $(FUZZ_TARGETS)
endif
check_PROGRAMS += $(FUZZ_TARGETS)
EXTRA_DIST += tests/corpus
tests_fuzz_capture_SOURCES = tests/fuzz-capture.c tests/fuzz.h $(FUZZ_MAIN)
tests_fuzz_capture_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
tests_fuzz_capture_LDADD = libtally.a libcommon.a $(LIBS_ALL)
tests_fuzz_decode_SOURCES = tests/fuzz-decode.c tests/fuzz.h $(FUZZ_MAIN)
tests_fuzz_decode_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
tests_fuzz_decode_LDADD = libtally.a libcommon.a $(LIBS_ALL)
