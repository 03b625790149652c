# shellcheck shell=sh disable=SC2154 # srcdir, build and work are of tests/batch/lib.sh
# What the browser's tests need, read after tests/batch/lib.sh from the top of a build: node's packages in tests/browser/npm/
# of the build, exactly those of package-lock.json, put there once.

here=$srcdir/tests/browser
npm_folder=tests/browser/npm
LC_ALL=C.UTF-8
export LC_ALL

# Debian's packages nodejs, npm, poppler-utils, chromium: ./scripts/install-packages ci
need_commands node npm pdftotext "${CHROMIUM:-chromium}"

install_npm() {
	cmp -s "$here/package-lock.json" "$npm_folder/installed" && return
	rm -rf "$npm_folder"
	mkdir -p "$npm_folder"
	cp "$here/package.json" "$here/package-lock.json" "$npm_folder" || return
	# None of the packages needs its own scripts to run.
	(cd "$npm_folder" && timeout 120 npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --loglevel=error) || return
	cp "$here/package-lock.json" "$npm_folder/installed"
}
install_npm >"$work/npm" 2>&1 || {
	cat "$work/npm"
	skip "npm could not install what tests/browser/package.json names (is its registry reached?)"
}
NODE_PATH=$build/$npm_folder/node_modules
export NODE_PATH
