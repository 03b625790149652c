noinst_LIBRARIES += libcommon.a
libcommon_a_SOURCES = \
	common/failure.c common/failure.h \
	common/hash.c common/hash.h
