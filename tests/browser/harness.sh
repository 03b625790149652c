#!/bin/sh
# That what looks at the pages sees what is wrong with them.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/../batch/lib.sh"
# shellcheck source=tests/browser/lib.sh
. "$srcdir/tests/browser/lib.sh"
node "$here/harness.js" "$work"
