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
