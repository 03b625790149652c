noinst_LIBRARIES += libtally.a
libtally_a_SOURCES = \
	tally/kind.c tally/kind.h \
	tally/decode.c tally/decode.h \
	tally/link.c \
	tally/octets.h \
	tally/observation.h
libtally_a_SOURCES += \
	tally/capture.c tally/capture.h \
	tally/stream.c tally/stream.h \
	tally/mapping.c tally/mapping.h \
	tally/foreign.c tally/foreign.h
