noinst_LIBRARIES += libcommon.a
libcommon_a_SOURCES = \
	common/address.c common/address.h \
	common/descriptors.c common/descriptors.h \
	common/disk.c common/disk.h \
	common/failure.c common/failure.h \
	common/hash.c common/hash.h \
	common/home.c common/home.h \
	common/hour.c common/hour.h \
	common/json.c common/json.h \
	common/lock.c common/lock.h \
	common/manifest.c common/manifest.h \
	common/message.c common/message.h \
	common/network.c common/network.h \
	common/output.c common/output.h \
	common/prefix_table.c common/prefix_table.h \
	common/progress.c common/progress.h \
	common/service.c common/service.h \
	common/setting.h \
	common/setting_value.c common/setting_value.h \
	common/settings.c common/settings.h \
	common/settings_lines.c common/settings_lines.h \
	common/settings_load.c \
	common/settings_nearest.c \
	common/settings_private.h \
	common/settings_sample.c \
	common/site.c common/site.h \
	common/site_outward.c \
	common/site_tables.c \
	common/size.c common/size.h \
	common/spool.c common/spool.h \
	common/stream.c common/stream.h \
	common/zone.c common/zone.h
