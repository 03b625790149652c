#!/bin/sh
# A sensor that sees one direction only: of every trace the packets of our own hosts are taken away, and packets of one other
# are put beside it, so that it is plainly one-sided. Then no verdict rests on responses, and nothing is said of what ours did not do.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
home=192.0.2.0/24,2001:db8::/32
traces=0

# forbid SENTENCE PATTERN: no finding says so.
forbid() {
	if grep -Eq "$2" "$work/findings"; then
		fail "$trace: $1: $(grep -Eo "$2" "$work/findings" | head -n 1)"
	fi
}

cat >"$work/other.txt" <<'END'
repeat 200 every 1ms {
	00:00:00 100.99.99.99.443 > 192.0.2.99.2000: . ack 1 win 512
}
END

for file in "$srcdir"/tests/traces/*.txt; do
	trace=$(basename "$file" .txt)
	case $trace in
	rules-*) continue ;; # about counting
	esac
	traces=$((traces + 1))
	{
		grep -m 1 '^date ' "$file"
		cat "$work/other.txt"
	} >"$work/beside.txt"
	if ! "$compose" "$work/beside.txt" "$work/beside.pcap" || ! "$compose" "$file" "$work/whole.pcap" ||
		! "$tally" extract --read "$work/whole.pcap" --home "$home" --output "$work/in.pcap" \
			'not src net 192.0.2.0/24 and not src net 2001:db8::/32' 2>"$work/messages"; then
		fail "$trace: $(head -n 1 "$work/messages")"
		continue
	fi
	"$gnomon" scan --home "$home" --format json "$work/in.pcap" "$work/beside.pcap" >"$work/findings" 2>"$work/messages" ||
		fail "$trace: exit status $?"
	grep -q one-sided "$work/messages" || fail "$trace: not one-sided"
	forbid 'a verdict rests on responses' '"verdict":"(second-order-effect|inverse-mapping|hijack|benign)"'
	forbid 'who answered is not known' '"text":"(none of its targets answered|[^"]*[0-9] silent[:;,])[^"]*"'
	forbid 'whom ours visited is not known' '"text":"([^"]*had not visited|nobody of ours had)[^"]*"'
	forbid 'ACKs may belong to conversations' '"text":"[0-9]* bare ACKs?: no stack[^"]*"'
	"$gnomon" scan --home "$home" "$work/in.pcap" "$work/beside.pcap" >"$work/page" 2>/dev/null
	! grep -q 'nobody who asked got a reply' "$work/page" || fail "$trace: the page says that nobody got a reply"
done

echo "$traces traces, $failed failed"
exit $((failed > 0))
