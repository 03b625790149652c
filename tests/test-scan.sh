#!/bin/sh
# The whole way, as quickstart goes it: the sample day is composed, scanned, and its three scanners are found, each
# as what it is; the bystander whose backscatter falls on us is none of them.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# expect_finding SENTENCE DETECTOR SOURCE: a line of the JSON report names both.
expect_finding() {
	grep -F "\"$2\"" "$work/findings" | grep -qF "\"$3\"" || fail "$1: no $2 finding of $3"
}

"$compose" "$srcdir/tests/traces/sample-day.txt" "$work/day.pcap" || exit 99

./gnomon scan --home 192.0.2.0/24 --format json "$work/day.pcap" >"$work/findings" || fail "json: exit status $?"
expect_finding 'the noisy sweep is an hourly finding' hourly 198.51.100.200
expect_finding 'nine targets, never more than three an hour, are low and slow' low-and-slow 198.51.100.9
expect_finding 'sixty-four ports of one server are a port scan' port-scan 203.0.113.66
grep -F '"hourly"' "$work/findings" | grep -qF '"198.51.100.9"' && fail 'the slow scanner is in no hourly finding'

./gnomon scan --home 192.0.2.0/24 "$work/day.pcap" >"$work/report" || fail "text: exit status $?"
for source in 198.51.100.200 198.51.100.9 203.0.113.66; do
	grep -qF "$source" "$work/report" || fail "the text report names $source"
done

head -c 1000000 "$work/day.pcap" >"$work/cut.pcap"
./gnomon scan "$work/cut.pcap" >/dev/null 2>"$work/messages"
[ $? -eq 3 ] || fail 'a capture that is cut short exits 3'
grep -qF cut.pcap "$work/messages" || fail 'a capture that is cut short is named'
./gnomon scan "$work/none.pcap" >/dev/null 2>"$work/messages"
[ $? -eq 1 ] || fail 'a capture that is not there exits 1'
grep -qF none.pcap "$work/messages" || fail 'a capture that is not there is named'

exit $((failed > 0))
