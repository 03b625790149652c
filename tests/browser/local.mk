# The HTML pages in a real browser. Needs chromium, node and npm's registry, and is no part of `make check`. To add a check: see
# tests/browser/check.js; to add a page: tests/browser/pages.sh.
browser_scripts = \
	$(srcdir)/tests/browser/harness.sh \
	$(srcdir)/tests/browser/pages.sh
EXTRA_DIST += \
	$(browser_scripts) \
	tests/browser/check.js \
	tests/browser/checks \
	tests/browser/chromium.js \
	tests/browser/faults.js \
	tests/browser/harness.js \
	tests/browser/lib.sh \
	tests/browser/links.js \
	tests/browser/package-lock.json \
	tests/browser/package.json \
	tests/browser/palette.js \
	tests/browser/sample.html \
	tests/browser/shot.js \
	tests/browser/shots.js \
	tests/browser/tab.js

.PHONY: check-browser
check-browser: $(bin_PROGRAMS) $(bin_SCRIPTS) $(nodist_bin_SCRIPTS) tests/compose
	srcdir=$(srcdir) $(SHELL) $(srcdir)/tests/batch/run.sh $(browser_scripts)

# The README's picture: the page of the sample day.
.PHONY: update-picture
update-picture: $(bin_PROGRAMS) $(bin_SCRIPTS) $(nodist_bin_SCRIPTS) tests/compose
	tests/compose $(srcdir)/tests/traces/sample-day.txt tests/browser/sample-day.pcap
	./gnomon scan --home 192.0.2.0/24 --html tests/browser/sample-day.html tests/browser/sample-day.pcap >tests/browser/sample-day.txt
	node $(srcdir)/tests/browser/shot.js tests/browser/sample-day.html $(srcdir)/report/page.png
	rm -f tests/browser/sample-day.*

clean-local: clean-browser
.PHONY: clean-browser
clean-browser:
	rm -rf tests/browser/npm tests/browser/shots
