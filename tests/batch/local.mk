# What shows that nothing is lost and nothing counted twice. These need root, namespaces, mounts, daemons or time, and are
# no part of `make check`. To add one: tests/batch/NAME.sh, which reads lib.sh, and its name here.
batch_scripts = \
	$(srcdir)/tests/batch/calls.sh \
	$(srcdir)/tests/batch/cron.sh \
	$(srcdir)/tests/batch/fetch.sh \
	$(srcdir)/tests/batch/collect-live.sh \
	$(srcdir)/tests/batch/full.sh \
	$(srcdir)/tests/batch/kill.sh \
	$(srcdir)/tests/batch/mail.sh \
	$(srcdir)/tests/batch/names.sh \
	$(srcdir)/tests/batch/store.sh \
	$(srcdir)/tests/batch/turns.sh \
	$(srcdir)/tests/batch/units.sh \
	$(srcdir)/tests/batch/veth.sh
EXTRA_DIST += $(batch_scripts) tests/batch/lib.sh tests/batch/mail.py tests/batch/run.sh

check_PROGRAMS += tests/batch/serials
tests_batch_serials_SOURCES = tests/batch/serials.c
tests_batch_serials_LDADD = libtally.a libcommon.a $(LIBS_ALL)

# A name server for names.sh.
check_PROGRAMS += tests/dns
tests_dns_SOURCES = tests/dns.c
tests_dns_LDADD = $(GLIB_LIBS)

.PHONY: check-batch
check-batch: $(bin_PROGRAMS) $(bin_SCRIPTS) $(nodist_bin_SCRIPTS) $(check_PROGRAMS) $(noinst_PROGRAMS)
	srcdir=$(srcdir) $(SHELL) $(srcdir)/tests/batch/run.sh $(batch_scripts)
