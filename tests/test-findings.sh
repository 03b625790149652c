#!/bin/sh
# gnomon-findings(5) and what is written say the same: every field of every finding of the traces has its entry, every
# line is one object of schema 1, and an id names one finding.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

for trace in "$srcdir"/tests/traces/figure-*.txt "$srcdir"/tests/traces/bejtlich-*.txt "$srcdir"/tests/traces/s*.txt \
	"$srcdir"/tests/traces/[cno]*.txt "$srcdir"/tests/traces/rules-exact.txt; do
	"$compose" "$trace" "$work/trace.pcap" &&
		"$gnomon" scan --home 192.0.2.0/24,2001:db8::/32 --format json "$work/trace.pcap" >"$work/json" 2>"$work/messages" ||
		fail "$trace: $(head -n 1 "$work/messages")"
	sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' "$work/json" | sort | uniq -d | sed "s|^|$trace: two findings are |" >"$work/twice"
	[ ! -s "$work/twice" ] || fail "$(cat "$work/twice")"
	cat "$work/json" >>"$work/all"
done

grep -v '^{"schema":1,.*}$' "$work/all" >"$work/strange"
[ ! -s "$work/strange" ] || fail "no object of schema 1: $(head -n 1 "$work/strange")"

# forbid SENTENCE PATTERN: no finding has such a text; basic expression, as only these know what was there before.
forbid() {
	grep -o "$2" "$work/all" | sort -u | sed "s/^/$1: /" >"$work/strange"
	[ ! -s "$work/strange" ] || fail "$(head -n 1 "$work/strange")"
}
forbid 'no span from a number to itself' '[A-Za-z]* \([0-9][0-9]*\) to \1[^0-9.:][^"]*'
forbid 'one is no plural' '"1 [a-z-]*s [^"]*'
forbid 'none is later than itself' 'begins under 1 ms later'
forbid 'one number for all is no patience' 'no stack begins every connection so.*sent again with the same sequence[^"]*'

# Keys: what stands before a colon, the texts of evidence aside.
sed 's/\\"//g; s/"text":"[^"]*"/"text":0/g' "$work/all" | grep -o '"[a-z_0-9]*":' | tr -d '":' | sort -u >"$work/written"
# Entries: the bold words of .BR and .B lines; every other word of .BR is roman, and quoted where it holds spaces.
sed -n 's/^\.B[R]* //p' "$srcdir/report/gnomon-findings.5" | sed 's/"[^"]*"/ /g' | tr ' ' '\n' | grep '^[a-z_]*$' |
	sort -u >"$work/described"
comm -23 "$work/written" "$work/described" >"$work/missing"
[ ! -s "$work/missing" ] || fail "gnomon-findings(5) does not describe: $(tr '\n' ' ' <"$work/missing")"

echo "$(wc -l <"$work/all") findings, $(wc -l <"$work/written") fields, $failed failed"
exit $((failed > 0))
