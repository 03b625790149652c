#!/bin/sh
# make check-batch, check-browser: runs the scripts that are named, from the top of a build, and sums up what they show, as `make check` does.
# Exit status 1 when something failed; what is skipped is said, and is no failure.
set -u
passed=0
failed=0
skipped=0
output=$(mktemp "${TMPDIR:-/tmp}/gnomon-batch.XXXXXX") || exit 99
trap 'rm -f "$output"' EXIT
trap 'exit 99' HUP INT TERM

for script; do
	name=tests/${script##*/tests/}
	echo "$name"
	begun=$(date +%s)
	sh "$script" >"$output" 2>&1 </dev/null
	status=$?
	sed 's/^/  /' "$output"
	echo "  $(($(date +%s) - begun)) s"
	if [ "$status" -eq 77 ]; then
		echo "SKIP: $name"
		skipped=$((skipped + 1))
		continue
	fi
	counted=$(tail -n 1 "$output" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
	ended=${counted:+yes}
	counted=${counted:-0 0}
	passed=$((passed + ${counted%% *}))
	failed=$((failed + ${counted#* }))
	# It came to no end, or failed outside its own count.
	if [ -z "$ended" ] || { [ "$status" -ne 0 ] && [ "${counted#* }" -eq 0 ]; }; then
		echo "FAIL: $name: exit status $status"
		failed=$((failed + 1))
	fi
done
echo "# PASS:  $passed"
echo "# SKIP:  $skipped"
echo "# FAIL:  $failed"
[ "$failed" -eq 0 ]
