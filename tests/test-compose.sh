#!/bin/sh
# The composer against tcpdump: what tcpdump prints of a composed capture composes to the same capture again, and every trace
# composes the same twice and is read by tcpdump to its end.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
need_commands tcpdump

# tcpdump does not print TTL, IP ID and DF here, nor a sequence number that moves nothing: so these are the customary ones.
cat >"$work/first.txt" <<'EOF'
2001-02-03 04:05:06.789012 IP 198.51.100.9.24408 > 192.0.2.1.1457: R 0:0(0) ack 674719802 win 0
2001-02-03 04:05:06.789013 IP 198.51.100.9.1024 > 192.0.2.1.21: S 1484414:1484414(0) win 8192 <mss 536,nop,nop,sackOK>
2001-02-03 04:05:07.000000 IP 192.0.2.1.21 > 198.51.100.9.1024: S 4294967295:4294967295(0) ack 1484415 win 9112 <mss 536,nop,wscale 7>
2001-02-03 04:05:08.000001 IP 198.51.100.9.1024 > 192.0.2.1.21: . ack 1 win 8576
2001-02-03 04:05:09.000000 IP 198.51.100.9.1024 > 192.0.2.1.7777: P 1:88(87) ack 1 win 9112
2001-02-03 04:05:10.000000 IP 198.51.100.9.1024 > 192.0.2.1.7777: SFP 4820865:4821409(544) win 3840 urg 2571
2001-02-03 04:05:10.000000 IP 198.51.100.9.1024 > 192.0.2.1.7777: SEW 5:5(0) win 7
2001-02-03 04:05:10.500000 IP 198.51.100.9.1024 > 192.0.2.1.7777: FPU 5:5(0) win 7 urg 0
2001-02-03 04:05:11.000000 IP 198.51.100.9.1024 > 192.0.2.1.7777: . win 7
2001-02-03 04:05:12.000000 IP 198.51.100.9.1024 > 192.0.2.1.7777: udp 12
2001-02-28 23:59:59.999999 IP6 2001:db8::1.1024 > 2001:db8:1::1.7777: S 3:3(0) win 512 <mss 1440>
2001-03-01 00:00:00.000000 IP6 2001:db8::1.1024 > 2001:db8:1::1.7777: udp 0
2001-03-01 00:00:01.000000 IP6 2001:db8:0:1:2:3:4:5.1024 > 2001:db8:1::1.7777: F 9:12(3) ack 7 win 1
EOF
"$compose" "$work/first.txt" "$work/first.pcap" || fail "the first text does not compose"
TZ=UTC tcpdump -nn -S -tttt -r "$work/first.pcap" >"$work/second.txt" 2>"$work/messages" || fail "tcpdump: $(cat "$work/messages")"
[ "$(wc -l <"$work/second.txt")" = "$(wc -l <"$work/first.txt")" ] || fail "tcpdump prints other packets than there are"
"$compose" "$work/second.txt" "$work/second.pcap" || fail "what tcpdump prints does not compose"
cmp "$work/first.pcap" "$work/second.pcap" || {
	fail "what tcpdump prints composes to something else:"
	cat "$work/second.txt"
}
TZ=UTC tcpdump -nn -v -r "$work/first.pcap" 2>/dev/null | grep -i 'incorrect\|bad' && fail "a checksum is wrong"

for trace in "$srcdir"/tests/traces/*.txt; do
	name=$(basename "$trace" .txt)
	if "$compose" "$trace" "$work/$name.pcap" && "$compose" "$trace" "$work/$name.again"; then
		cmp "$work/$name.pcap" "$work/$name.again" || fail "$name: not the same twice"
		tcpdump -nn -r "$work/$name.pcap" >/dev/null 2>"$work/messages" || fail "$name: tcpdump: $(cat "$work/messages")"
	else
		fail "$name: does not compose"
	fi
done
exit $((failed > 0))
