# The settings: what the tables in the code say, held to them by tests/test-settings.sh. The sample names the folders that
# tmpfiles.d makes and the units may write; it does not end in .conf, so that nobody takes it for a site.
dist_man5_MANS += etc/gnomon.conf.5
EXTRA_DIST += etc/gnomon.conf
sitesdir = $(sysconfdir)/gnomon
nodist_sites_DATA = etc/gnomon.conf.sample
CLEANFILES += etc/gnomon.conf.sample
etc/gnomon.conf.sample: etc/gnomon.conf Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) -e 's|^spool =$$|& $(localstatedir)/spool/gnomon|' \
		-e 's|^store =$$|& $(localstatedir)/lib/gnomon/store|' \
		-e 's|^reports =$$|& $(localstatedir)/lib/gnomon/reports|' $(srcdir)/etc/gnomon.conf >$@.new && mv $@.new $@

# What is installed beside the programs: sample settings, cron entry, systemd units. The *.in hold the folders' names, which
# are known when make is called.
substitute = $(SED) -e 's|[@]bindir@|$(bindir)|g' -e 's|[@]sysconfdir@|$(sysconfdir)|g' \
	-e 's|[@]localstatedir@|$(localstatedir)|g' -e 's|[@]PACKAGE_VERSION@|$(PACKAGE_VERSION)|g'

crondir = $(sysconfdir)/cron.d
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d

nodist_cron_DATA = etc/cron.d/gnomon
nodist_sysusers_DATA = etc/sysusers.d/gnomon.conf
nodist_tmpfiles_DATA = etc/tmpfiles.d/gnomon.conf
units = \
	etc/systemd/gnomon-collect.service \
	etc/systemd/gnomon-fetch.service etc/systemd/gnomon-fetch.timer \
	etc/systemd/gnomon-mail.service etc/systemd/gnomon-mail.timer \
	etc/systemd/gnomon-names.service etc/systemd/gnomon-names.timer \
	etc/systemd/gnomon-run.service etc/systemd/gnomon-run.timer
if WITH_UNITS
nodist_systemdsystemunit_DATA = $(units)
endif

etc_built = $(nodist_cron_DATA) $(nodist_sysusers_DATA) $(nodist_tmpfiles_DATA) $(units)
etc_inputs = \
	etc/cron.d/gnomon.in etc/sysusers.d/gnomon.conf.in etc/tmpfiles.d/gnomon.conf.in \
	etc/systemd/gnomon-collect.service.in \
	etc/systemd/gnomon-fetch.service.in etc/systemd/gnomon-fetch.timer.in \
	etc/systemd/gnomon-mail.service.in etc/systemd/gnomon-mail.timer.in \
	etc/systemd/gnomon-names.service.in etc/systemd/gnomon-names.timer.in \
	etc/systemd/gnomon-run.service.in etc/systemd/gnomon-run.timer.in
EXTRA_DIST += $(etc_inputs)
CLEANFILES += $(etc_built)

$(etc_built): $(etc_inputs) Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(substitute) $(srcdir)/$@.in >$@.new && mv $@.new $@
