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

# What is captured live, and what a stopped collector left.
libcollect_a_SOURCES += \
	collect/closer.c collect/closer.h \
	collect/recorder.c collect/recorder.h \
	collect/recover.c collect/recover.h \
	collect/ring.c collect/ring.h \
	collect/salvage.c collect/salvage.h \
	collect/space.c collect/space.h

# The program.
libcollect_a_SOURCES += \
	collect/counter.c collect/counter.h \
	collect/outlet.c collect/outlet.h \
	collect/say.c collect/say.h

bin_PROGRAMS += gnomon-collect
gnomon_collect_SOURCES = \
	collect/commands.h \
	collect/commands_live.c \
	collect/commands_read.c \
	collect/commands_verify.c \
	collect/live.c collect/live.h \
	collect/main.c \
	collect/notify.c collect/notify.h \
	collect/privilege.c collect/privilege.h \
	collect/sandbox.c collect/sandbox.h \
	collect/source.c collect/source.h
gnomon_collect_CFLAGS = $(AM_CFLAGS) $(CAPNG_CFLAGS) $(SECCOMP_CFLAGS)
gnomon_collect_LDADD = libcollect.a libcommon.a $(LIBS_ALL) $(CAPNG_LIBS) $(SECCOMP_LIBS)
dist_man8_MANS = collect/gnomon-collect.8
