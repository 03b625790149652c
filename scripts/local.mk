# gnomon lies at the top of the build, beside the programs it runs.
bin_SCRIPTS += gnomon
EXTRA_DIST += \
	.ci/run .clang-format LICENSE README.md NEWS \
	scripts/build-in scripts/check scripts/install-packages scripts/packages scripts/quickstart
dist_man1_MANS += scripts/gnomon.1
