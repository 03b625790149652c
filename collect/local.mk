# What the collector writes: hour files on the site's grid.
noinst_LIBRARIES += libcollect.a
libcollect_a_SOURCES = \
	collect/hour_file.c collect/hour_file.h \
	collect/pcap_format.c collect/pcap_format.h \
	collect/stem.c collect/stem.h \
	collect/turn.c collect/turn.h
