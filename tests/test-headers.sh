#!/bin/sh
# Every header compiles alone. Without HEADER_CC (make check sets it) there is nothing to compile with.
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
[ -n "${HEADER_CC:-}" ] || {
	echo "skipped: HEADER_CC, the compiler with its options, is not set"
	exit 77
}
headers=$(cd "$srcdir" && find common collect tally report tests -name '*.h' 2>/dev/null | sort)
failed=0
for header in $headers; do
	# HEADER_CC is a command with its options: word splitting is what is wanted.
	# shellcheck disable=SC2086
	printf '#include "config.h"\n#include "%s"\n' "$header" |
		$HEADER_CC -fsyntax-only -Wno-unused-function -x c - || {
		echo "FAIL $header does not compile alone"
		failed=1
	}
done
echo "$(echo "$headers" | wc -l) headers compiled alone"
exit $failed
