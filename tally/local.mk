noinst_LIBRARIES += libtally.a
libtally_a_SOURCES = \
	tally/kind.c tally/kind.h
