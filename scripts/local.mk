# gnomon and gnomon-fetch lie at the top of the build, beside the programs they run.
bin_SCRIPTS += gnomon
nodist_bin_SCRIPTS = gnomon-fetch
gnomon-fetch: scripts/gnomon-fetch.in Makefile
	$(AM_V_GEN)$(substitute) $(srcdir)/scripts/gnomon-fetch.in >$@.new && chmod +x $@.new && mv $@.new $@
CLEANFILES += gnomon-fetch

EXTRA_DIST += scripts/gnomon-fetch.in
dist_man8_MANS += scripts/gnomon-fetch.8

bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = scripts/gnomon
scripts/gnomon: scripts/gnomon.bash-completion
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cp $(srcdir)/scripts/gnomon.bash-completion $@
EXTRA_DIST += scripts/gnomon.bash-completion
CLEANFILES += scripts/gnomon
EXTRA_DIST += \
	.ci/run .clang-format LICENSE README.md NEWS \
	scripts/build-in scripts/check scripts/install-packages scripts/packages scripts/quickstart
dist_man1_MANS += scripts/gnomon.1
