#!/bin/sh
# The page of `gnomon-report scan` on composed traces, against tests/pages/*.txt. With --update the pages are written
# anew (make update-golden): read the difference before it is kept.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
pages=$srcdir/tests/pages

# The trace's tallies lie in $work/TRACE.
tally_trace() {
	mkdir "$work/$1" || return 1
	"$compose" "$srcdir/tests/traces/$1.txt" "$work/$1.pcap" &&
		"$tally" store --home 192.0.2.0/24 --output "$work/$1" "$work/$1.pcap"
}

for trace in figure-08-hourly-tally shape-dns-prober shape-two-resets-a-day bejtlich-balancer-ports sample-day; do
	tally_trace "$trace" || {
		fail "$trace: no tallies"
		continue
	}
	"$report" scan "$work/$trace" >"$work/page" || fail "$trace: exit status $?"
	if [ "${1:-}" = --update ]; then
		cp "$work/page" "$pages/$trace.txt"
	else
		diff -u "$pages/$trace.txt" "$work/page" || fail "$trace: the page is another"
	fi
	if LC_ALL=C awk 'length > 96 || /[^ -~]/ { found = 1 } END { exit !found }' "$work/page"; then
		fail "$trace: a line is wider than 96 columns, or not ASCII"
	fi
done

# What other programs read.
for format in csv eve zeek; do
	"$report" scan --format "$format" "$work/sample-day" >"$work/lines" || fail "$format: exit status $?"
	if [ "${1:-}" = --update ]; then
		cp "$work/lines" "$pages/sample-day.$format"
	else
		cmp "$pages/sample-day.$format" "$work/lines" || fail "$format: the lines are others"
	fi
done
if [ "${1:-}" = --update ]; then
	exit $((failed > 0))
fi

# The first hours of all times, on a grid that begins before them.
echo 'date 1970-01-01
repeat 20 every 1s {
00:00:10 198.51.100.9.1024 > 192.0.2.{1+1}.22: S 1:1(0) win 512
}' >"$work/first.txt"
"$compose" "$work/first.txt" "$work/first.pcap" || fail 'no capture of 1970'
"$tally" hour --home 192.0.2.0/24 --grid 30 --output "$work/first.tally" "$work/first.pcap" || fail 'no tally of 1970'
"$report" scan "$work/first.tally" >"$work/page" 2>&1 || fail "1970: exit status $?"
grep -q '^  Hours UTC   1969-12-31 |...... ...... ...... .....+|$' "$work/page" ||
	fail "1970: expected the day's last hour marked, found $(grep 'Hours UTC' "$work/page")"
grep -q '^Hours UTC: a cell an hour, from 00:30; ' "$work/page" || fail "1970: $(tail -n 1 "$work/page")"

# Rates without an exponent.
echo 'date 2017-09-10
repeat 2000 every 1ms {
10:00:00 198.51.100.9.1024 > 192.0.2.1.22: S 1:1(0) win 512
}' >"$work/fast.txt"
"$compose" "$work/fast.txt" "$work/fast.pcap" || fail 'no capture of a flood'
"$tally" hour --home 192.0.2.0/24 --output "$work/fast.tally" "$work/fast.pcap" || fail 'no tally of a flood'
"$report" scan "$work/fast.tally" >"$work/page" 2>&1 || fail "a flood: exit status $?"
tr -s ' \n' ' ' <"$work/page" | grep -qF '; 1,001 packets a second' || fail "a flood: $(grep -A1 '  Time' "$work/page")"

# Three sites of one analyser are one capture: what none of them sees in an hour, they see together.
for site in a b c; do
	tally_trace "shape-three-sites-$site" || fail "shape-three-sites-$site: no tallies"
done
"$report" scan --format json "$work"/shape-three-sites-? >"$work/json" || fail "three sites: exit status $?"
grep -q '"detectors":\["hourly"[^]]*\],"verdict":"scan","sources":\["198.51.100.53"\],"hosts":8,' "$work/json" ||
	fail "three sites: expected 8 hosts in an hour, found $(cat "$work/json")"

# What cannot be read is said, and how it ended.
expect_status() {
	expected=$1
	shift
	"$@" >"$work/out" 2>"$work/err"
	status=$?
	[ "$status" -eq "$expected" ] || fail "$*: expected status $expected, found $status"
	[ "$expected" -eq 0 ] || [ -s "$work/err" ] || fail "$*: no message"
}
mkdir "$work/empty"
echo nonsense >"$work/damaged.tally"
expect_status 1 "$report" scan "$work/empty"
grep -q 'empty: no tally there' "$work/err" || fail "an empty folder: expected why, found $(cat "$work/err")"
expect_status 0 "$report" scan --list
expect_status 0 "$report" scan --help
expect_status 1 "$report" scan "$work/none"
expect_status 1 "$report" scan "$work/damaged.tally"
expect_status 3 "$report" scan "$work/damaged.tally" "$work/sample-day"
grep -q '^Missing .*damaged.tally' "$work/out" || fail "the page does not say which tally it lacks: $(head -8 "$work/out")"
expect_status 2 "$report"
expect_status 2 "$report" scan
expect_status 2 "$report" dig
expect_status 2 "$report" scan --hosts 0 "$work/sample-day"
expect_status 2 "$report" scan --hosts seven "$work/sample-day"
expect_status 2 "$report" scan --format xml "$work/sample-day"
expect_status 2 "$report" scan --set hourly=3 "$work/sample-day"
expect_status 2 "$report" scan --set hourly.moons=3 "$work/sample-day"
expect_status 2 "$report" scan --set port-scan.ports=1 "$work/sample-day"

exit $((failed > 0))
