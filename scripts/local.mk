# gnomon, gnomon-fetch and gnomon-mail lie at the top of the build, beside the programs they run.
bin_SCRIPTS += gnomon
nodist_bin_SCRIPTS = gnomon-fetch gnomon-mail
script_inputs = scripts/gnomon-fetch.in scripts/gnomon-mail.in
$(nodist_bin_SCRIPTS): $(script_inputs) Makefile
	$(AM_V_GEN)$(substitute) $(srcdir)/scripts/$@.in >$@.new && chmod +x $@.new && mv $@.new $@
CLEANFILES += $(nodist_bin_SCRIPTS)

EXTRA_DIST += $(script_inputs)
dist_man8_MANS += scripts/gnomon-fetch.8 scripts/gnomon-mail.8

# bash looks for a file of the command's own name.
bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = \
	scripts/completions/gnomon \
	scripts/completions/gnomon-collect \
	scripts/completions/gnomon-fetch \
	scripts/completions/gnomon-mail \
	scripts/completions/gnomon-names \
	scripts/completions/gnomon-report \
	scripts/completions/gnomon-tally
$(nodist_bashcompletion_DATA): scripts/gnomon.bash-completion
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cp $(srcdir)/scripts/gnomon.bash-completion $@
EXTRA_DIST += scripts/gnomon.bash-completion
CLEANFILES += $(nodist_bashcompletion_DATA)
EXTRA_DIST += \
	.ci/run .clang-format .shellcheckrc LICENSE README.md NEWS \
	scripts/build-in scripts/check scripts/install-packages scripts/packages scripts/quickstart
dist_man1_MANS += scripts/gnomon.1
