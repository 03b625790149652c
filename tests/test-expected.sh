#!/bin/sh
# Counts of real and composed captures against an independent reference, from captures and from tallies at rest: every line of
# ../shared/data/expected/index.tsv beside the top of the sources. Skipped when that folder is not there.
# TALLY: the program to test (default: the one built here).
set -u
tally=${TALLY:-./gnomon-tally}
data=${srcdir:-.}/../shared/data
if [ ! -f "$data/expected/index.tsv" ]; then
	echo "SKIP: no $data/expected/index.tsv"
	exit 77
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/expected.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
failed=0

# The lines of count as window's epoch, source, hosts.
as_reference() {
	tail -n +2 | while IFS=, read -r start _ source hosts; do
		printf '%s\t%s\t%s\n' "$start" "$source" "$hosts"
	done
}

# The reference's epochs as count prints times.
with_times() (
	while read -r start source hosts; do
		case $start in
		*[!0-9-]*) continue ;; # the header
		esac
		[ "$start" = "${before:-}" ] || time=$(date -u -d "@$start" +%Y-%m-%dT%H:%M:%SZ)
		before=$start
		printf '%s\t%s\t%s\n' "$time" "$source" "$hosts"
	done
)

compare() {
	if [ "$2" -ne 0 ] && [ "$2" -ne 3 ]; then
		echo "FAIL $1: exit status $2"
		failed=1
	elif ! diff "$work/expected" "$work/counted" >"$work/diff"; then
		echo "FAIL $1: <expected >counted"
		head -20 "$work/diff"
		failed=1
	fi
}

tab=$(printf '\t')
while IFS=$tab read -r name files home window step hosts; do
	[ "$name" != expected ] || continue
	with_times <"$data/expected/$name" >"$work/expected"
	set -- --window "${window}s" --step "${step}s" --hosts "$hosts" --format csv
	# shellcheck disable=SC2086 # a pattern
	"$tally" count --home "$home" "$@" "$data"/$files 2>"$work/err" >"$work/csv"
	status=$?
	as_reference <"$work/csv" >"$work/counted"
	compare "$name, captures" "$status"

	rm -rf "$work/tallies"
	# shellcheck disable=SC2086
	"$tally" store --home "$home" --output "$work/tallies" "$data"/$files 2>"$work/err"
	"$tally" count "$@" "$work"/tallies/*.tally 2>"$work/err" >"$work/csv"
	status=$?
	as_reference <"$work/csv" >"$work/counted"
	compare "$name, tallies" "$status"
done <"$data/expected/index.tsv"
exit "$failed"
