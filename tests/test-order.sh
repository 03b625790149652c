#!/bin/sh
# The same packets make the same findings (sources, verdict, counts, window, id, their order), whatever the order of files and
# tallies: dealt out to five files or to five sensors, and to two sensors that see a direction each. Left out is what follows the order in
# which packets lie in their files (test-forms.sh says what): gaps, what became of handshakes, resets into live conversations.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
reform=${REFORM:-./tests/reform}
home=192.0.2.0/24,2001:db8::/32
ours='src net 192.0.2.0/24 or src net 2001:db8::/32'
comparisons=0

# What must not change of findings.
reduce() {
	sed -E 's/"evidence":.*//; s/"windows":\[[^]]*\]//' "$1" |
		grep -oE '"(id|verdict|n_sources|hosts|answered|first|last|packets|window_start|window_end)":[^,]*|"sources":\[[^]]*\]'
}

# same SENTENCE: the findings are those of the whole capture.
same() {
	comparisons=$((comparisons + 1))
	reduce "$work/findings" >"$work/found"
	reduce "$work/whole" >"$work/expected"
	cmp -s "$work/expected" "$work/found" || {
		fail "$trace: $1: <expected >found"
		diff "$work/expected" "$work/found" | head -n 6
	}
}

# tally_sensors PART...: a folder of tallies each.
tally_sensors() {
	rm -rf "$work"/sensor-*
	for part in "$@"; do
		"$tally" store --home "$home" --sensor "$part" --output "$work/sensor-$part" "$work/$part" 2>"$work/messages" ||
			[ "$part" = ours ] || fail "$trace: store $part: $(head -n 1 "$work/messages")"
	done
}

scan_tallies() {
	"$report" scan --format json "$@" >"$work/findings" 2>"$work/messages" ||
		fail "$trace: scan of tallies: $(head -n 1 "$work/messages")"
}

for file in "$srcdir"/tests/traces/*.txt; do
	trace=$(basename "$file" .txt)
	case $trace in
	rules-* | gap-counting | hijack | shape-imap) continue ;;
	esac
	"$compose" "$file" "$work/capture" || exit 99
	"$gnomon" scan --home "$home" --format json "$work/capture" >"$work/whole" 2>/dev/null || fail "$trace: exit status $?"

	for at in 0 1 2 3 4; do
		"$reform" pcap "$work/capture" "$work/part-$at" "$at" 5 || exit 99
	done
	"$gnomon" scan --home "$home" --format json "$work/part-3" "$work/part-0" "$work/part-4" "$work/part-2" "$work/part-1" \
		>"$work/findings" 2>/dev/null
	same 'five files'
	tally_sensors part-0 part-1 part-2 part-3 part-4
	scan_tallies "$work"/sensor-*/*.tally
	same 'five sensors'
	cp "$work/findings" "$work/before"
	# shellcheck disable=SC2046 # names without blanks, the last first
	scan_tallies $(find "$work"/sensor-* -name '*.tally' | sort -r)
	cmp "$work/before" "$work/findings" || fail "$trace: the order of tallies matters"

	"$tally" extract --read "$work/capture" --home "$home" --output "$work/theirs" "not ($ours)" 2>/dev/null &&
		"$tally" extract --read "$work/capture" --home "$home" --output "$work/ours" "$ours" 2>/dev/null || exit 99
	tally_sensors theirs ours
	scan_tallies "$work"/sensor-*
	same 'a sensor for each direction'
done
echo "$comparisons comparisons, $failed failed"
exit $((failed > 0))
