# What shows that nothing is lost and nothing counted twice. These need root, namespaces, mounts and time: no part of
# `make check`.
check_PROGRAMS += tests/batch/serials
tests_batch_serials_SOURCES = tests/batch/serials.c
tests_batch_serials_LDADD = libtally.a libcommon.a $(LIBS_ALL)

batch_scripts = tests/batch/veth.sh tests/batch/turns.sh tests/batch/kill.sh tests/batch/full.sh tests/batch/store.sh
EXTRA_DIST += $(batch_scripts) tests/batch/lib.sh

.PHONY: check-batch
check-batch: $(bin_PROGRAMS) $(check_PROGRAMS) gnomon
	@status=0; for script in $(batch_scripts); do \
		echo "$$script:"; srcdir=$(srcdir) $(SHELL) $(srcdir)/$$script || status=1; \
	done; exit $$status
