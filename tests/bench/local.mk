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

EXTRA_PROGRAMS += tests/bench/walk
tests_bench_walk_SOURCES = tests/bench/walk.c
tests_bench_walk_LDADD = $(GLIB_LIBS)
