# What the collector writes: hour files on the site's grid.
noinst_LIBRARIES += libcollect.a
libcollect_a_SOURCES = \
	collect/hour_file.c collect/hour_file.h \
	collect/pcap_format.c collect/pcap_format.h \
	collect/stem.c collect/stem.h \
	collect/turn.c collect/turn.h

# Compressing what was closed.
libcollect_a_SOURCES += \
	collect/compress.c collect/compress.h \
	collect/compressor.c collect/compressor.h

# Captures of other tools, sorted into the spool.
libcollect_a_SOURCES += \
	collect/import.c collect/import.h \
	collect/input.c collect/input.h \
	collect/parts.c collect/parts.h \
	collect/verify.c collect/verify.h

# Live capture.
libcollect_a_SOURCES += \
	collect/closer.c collect/closer.h \
	collect/recorder.c collect/recorder.h \
	collect/recover.c collect/recover.h \
	collect/ring.c collect/ring.h \
	collect/salvage.c collect/salvage.h \
	collect/space.c collect/space.h

bin_PROGRAMS += gnomon-collect
gnomon_collect_SOURCES = \
	collect/import_mode.c \
	collect/live.c collect/live.h \
	collect/live_mode.c \
	collect/main.c \
	collect/mode.h \
	collect/notify.c collect/notify.h \
	collect/place.c collect/place.h \
	collect/privilege.c collect/privilege.h \
	collect/sandbox.c collect/sandbox.h \
	collect/source.c collect/source.h \
	collect/verify_mode.c
gnomon_collect_CFLAGS = $(AM_CFLAGS) $(CAPNG_CFLAGS) $(SECCOMP_CFLAGS)
gnomon_collect_LDADD = libcollect.a libcommon.a $(LIBS_ALL) $(CAPNG_LIBS) $(SECCOMP_LIBS)
