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
	collect/commands.h collect/commands_read.c collect/commands_verify.c \
	collect/import.c collect/import.h \
	collect/input.c collect/input.h \
	collect/parts.c collect/parts.h \
	collect/say.c collect/say.h \
	collect/verify.c collect/verify.h
