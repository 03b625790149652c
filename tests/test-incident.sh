#!/bin/sh
# gnomon-report incident on a spool composed here: the report's fields, its number and copies; with --sanitize no internal
# address anywhere, no payload, and the structure kept. Oracles: the packets as tcpdump reads them, octets as od shows them.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
PATH=$PATH:/usr/sbin
need_commands tcpdump

# run SENTENCE STATUS ARGUMENT...: into $work/out, words into $work/err.
run() {
	sentence=$1
	status=$2
	shift 2
	"$report" incident --site "$work/site.conf" --now 2024-05-16T09:00:00Z "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
}

# has WORDS: in the report, however its lines are broken.
has() {
	tr -s ' \n' ' ' <"$work/out" | grep -qF -- "$1" || complain "expected \"$1\" in: $(cat "$work/out")"
}

said() {
	grep -qF -- "$1" "$work/err" || complain "expected \"$1\" in: $(cat "$work/err")"
}

# id_of SOURCE
id_of() {
	sed -n "s/.*\"id\":\"\([0-9a-f]*\)\".*\"sources\":\[\"$1\".*/\1/p" "$work/reports/sample/2024/05/14/findings.ndjson" | head -n 1
}

# frame TIME HEX...: a line of an Ethernet frame with this IP packet.
frame() {
	at=$1
	shift
	echo "$at frame $(echo 0200000000010200000000020800 "$@" | tr -d ' ')"
}

# A key that is always the same: so is all that comes out.
printf '0123456789abcdefghijklmnopqrstuv' >"$work/key"
chmod 600 "$work/key"
cat >"$work/site.conf" <<EOT
[site]
name = sample
home = 192.0.2.0/24;2001:db8:1::/48
zone = Europe/Berlin
spool = $work/spool
store = $work/store
reports = $work/reports
[run]
hook = no
[incident]
prefix = NOC
key = $work/key
EOT

# A scanner that sends the target as sequence number, answers to it, an error that quotes, a recorded route, payload with
# addresses of ours and words in it (a SYN, and what a client said to a web server); another over IPv6.
mkdir -p "$work/spool/dmz/2024-05-14"
{
	cat <<-'EOT'
		date 2024-05-14
		sorted
		host scanner 198.51.100.9
		host web 192.0.2.80
		repeat 9 every 10s {
			10:05:00 scanner.{40000+1} > 192.0.2.{16+3}.23: S {3221226000+3}:{3221226000+3}(0) win 512 (id 54321)
		}
		10:06:00 192.0.2.19.23 > scanner.40001: R 0:0(0) ack 3221226004 win 0
		10:06:01 192.0.2.254 > scanner: icmp: host 192.0.2.22 unreachable quoting scanner > 192.0.2.22 tcp
		10:07:00 scanner.40100 > web.80: S 1:1(0) win 512 <mss 1460,nop,nop,timestamp 7 0>
		10:07:00.1 web.80 > scanner.40100: S 9:9(0) ack 2 win 512
	EOT
	# A recorded route; "SECRET 192.0.2.80" to the web server, and its address again in octets.
	frame 10:07:01 '47000030 00010000 40060000 c6336409 c0000250 070708c0 0002fe00' \
		'9ca50017 00000005 00000000 50020200 00000000'
	frame 10:07:02 '4500003e 00010000 40060000 c6336409 c0000250' \
		'9ca40050 00000002 0000000a 50180200 00000000 534543524554203139322e302e322e3830 c0000250 00'
	cat <<-'EOT'
		10:20:00 2001:db8:9::7.1024 > 2001:db8:1::1.22: S 1:1(0) win 512
		10:20:01 2001:db8:9::7.1024 > 2001:db8:1::2.22: S 1:1(0) win 512
		10:20:02 2001:db8:9::7.1024 > 2001:db8:1::3.22: S 1:1(0) win 512
		10:20:03 2001:db8:9::7.1024 > 2001:db8:1:1::1.22: S 1:1(0) win 512
		10:20:04 2001:db8:9::7.1024 > 2001:db8:1:1::2.22: S 1:1(0) win 512
		10:20:05 2001:db8:9::7.1024 > 2001:db8:1:2::2.22: S 1:1(0) win 512
		10:20:06 2001:db8:9::7.1024 > 2001:db8:1:2::3.22: S 1:1(0) win 512
		10:20:07 2001:db8:1:2::3.22 > 2001:db8:9::7.1024: S 1:1(0) ack 2 win 512
	EOT
} >"$work/trace.txt"
"$compose" "$work/trace.txt" "$work/spool/dmz/2024-05-14/1000.pcap" || exit 99
"$tally" run --site "$work/site.conf" --now 2024-05-15T12:00:00Z >"$work/err" 2>&1
"$report" day --site "$work/site.conf" --now 2024-05-16T00:00:00Z 2024-05-14 || exit 99
four=$(id_of 198.51.100.9)
six=$(id_of '2001:db8:9::\/64')
if [ -z "$four" ] || [ -z "$six" ]; then
	echo "FAIL no findings: $(cat "$work/reports/sample/2024/05/14/findings.ndjson" "$work/err")"
	exit 1
fi

run 'a report has the seven fields' 0 --pcap "$work/true.pcap" "$four"
[ "$(head -n 1 "$work/out")" = "Incident report NOC-20240516.001, finding $four" ] || complain "$(head -n 1 "$work/out")"
for words in 'Addresses are true' '1 Report date 2024-05-16 11:00 CEST' '2 Incident date 2024-05-14 12:00 CEST to' \
	'3 Type scan (' '4 Source, targets 198.51.100.9 10 targets: 192.0.2.16, 192.0.2.19' '5 Detector site sample, sensor dmz' \
	'6 Cost to be filled in' '7 Summary Evidence for scan: 10 targets in the hour' 'Flags syn: S' \
	'Packets 15 in the spool' '10:05:00.000000 IP 198.51.100.9.40000 > 192.0.2.16.23: Flags [S], seq 3221226000,'; do
	has "$words"
done
cmp "$work/out" "$work/reports/sample/incidents/NOC-20240516.001.txt" || complain 'no copy of it'
[ ! -s "$work/err" ] || complain "said: $(cat "$work/err")"

# What may nowhere be: the home's networks as text (tcpdump's, too), as the numbers of its addresses, as octets.
expect_none() {
	grep -nE '192\.0\.2\.|2001:db8:1[:/]|32212259[0-9][0-9]|32212260[0-9][0-9]|SECRET' "$1" && complain "$1 tells more"
	od -An -v -tx1 "$1" | tr -s ' \n' ' ' | grep -oE ' c0 00 02| 02 00 c0| 20 01 0d b8 00 01| 53 45 43 52' &&
		complain "$1 has octets of ours"
}

# addresses FILE: source and target of each packet, by time.
addresses() {
	tcpdump -nn -r "$1" 2>/dev/null | sed 's/^[^ ]* IP6* \([^ ]*\) > \([^ ]*\): .*/\1 \2/' |
		sed 's/\(\([0-9]*\.\)\{3\}[0-9]*\)\.[0-9]*/\1/g; s/\(:[0-9a-f:]*\)\.[0-9]*/\1/g'
}

# shares FILE: of every two internal IPv4 addresses, in the order of their packets, how many first bits they share.
shares() {
	addresses "$1" | awk '
	function number(text, parts) {
		split(text, parts, ".")
		return ((parts[1] * 256 + parts[2]) * 256 + parts[3]) * 256 + parts[4]
	}
	function shared(a, b, n) {
		for (n = 32; a != b; n--) {
			a = int(a / 2)
			b = int(b / 2)
		}
		return n
	}
	{ list[NR] = number($1 == "198.51.100.9" ? $2 : $1) }
	END {
		for (i = 1; i <= NR; i++)
			for (j = 1; j < i; j++)
				print shared(list[i], list[j])
	}'
}

run 'with --sanitize no address of ours is left' 0 --sanitize --pcap "$work/clean.pcap" "$four"
[ "$(head -n 1 "$work/out")" = "Incident report NOC-20240516.001, finding $four" ] || complain "$(head -n 1 "$work/out")"
has 'Addresses of the site are replaced'
has '4 Source, targets 198.51.100.9 10 targets: 2'
has 'IP 198.51.100.9.40000 > 2'
cmp "$work/out" "$work/reports/sample/incidents/NOC-20240516.001.sanitized.txt" || complain 'no copy of it'
expect_none "$work/out"
expect_none "$work/clean.pcap"
tcpdump -nn -vv -r "$work/clean.pcap" >"$work/lines" 2>/dev/null
expect_none "$work/lines"
sentence='packets are as many, at the same times, of the same sizes'
for file in true clean; do
	tcpdump -nn -tt -v -r "$work/$file.pcap" 2>/dev/null | sed -n 's/^\([0-9.]*\) IP.*, length \([0-9]*\).*/\1 \2/p' >"$work/$file.sizes"
done
cmp "$work/true.sizes" "$work/clean.sizes" || complain "$(diff "$work/true.sizes" "$work/clean.sizes")"
[ "$(wc -l <"$work/true.sizes")" -eq 15 ] || complain "$(wc -l <"$work/true.sizes") packets"
sentence='two addresses share as many bits as before'
for file in true clean; do
	shares "$work/$file.pcap" >"$work/$file.shares"
done
cmp "$work/true.shares" "$work/clean.shares" || complain "$(addresses "$work/clean.pcap")"
[ "$(wc -l <"$work/true.shares")" -eq 105 ] || complain "$(wc -l <"$work/true.shares") pairs"
sentence='sequence numbers made of the target go with it'
tcpdump -nn -S -r "$work/clean.pcap" 2>/dev/null | awk '/\.23: Flags \[S\], seq [0-9]*, win 512, length 0/ && $3 ~ /\.4000[0-8]$/ {
	split($5, to, ".")
	number = ((to[1] * 256 + to[2]) * 256 + to[3]) * 256 + to[4]
	n += $9 + 0 == number
} END { exit n != 9 }' || complain "$(tcpdump -nn -S -r "$work/clean.pcap" 2>/dev/null)"

run 'a report made again is the same' 0 --sanitize --pcap "$work/again.pcap" "$four"
cmp "$work/clean.pcap" "$work/again.pcap" || complain 'other packets'
cmp "$work/out" "$work/reports/sample/incidents/NOC-20240516.001.sanitized.txt" || complain 'another text'

run 'IPv6 alike' 0 --sanitize --pcap "$work/six.pcap" "$six"
has "Incident report NOC-20240516.002, finding $six"
has '2001:db8:9::/64'
has 'IP6 2001:db8:9::7.1024 > e'
expect_none "$work/out"
expect_none "$work/six.pcap"
sentence='IPv6 targets of one network stay in one'
[ "$(addresses "$work/six.pcap" | awk '$1 == "2001:db8:9::7" { print $2 }' | sed 's/^\(\([0-9a-f]*:\)\{3\}\).*/\1/' | sort -u | wc -l)" -eq 1 ] ||
	complain "$(addresses "$work/six.pcap")"

run 'a number that is taken' 2 --number 1 "$six"
said "NOC-20240516.001 is the report of finding $four"
run 'a number of its own' 0 --number 17 "$six"
has 'Incident report NOC-20240516.017,'
run 'a finding that nobody told' 1 0000000000000000
said 'finding 0000000000000000: no day in'
run 'what is no id' 2 ../../etc/passwd
said 'expected its id'
run 'no id' 2
run 'a number out of bounds' 2 --number 1000 "$six"

cp "$work/key" "$work/key.kept"
printf 'short' >"$work/key"
run 'a damaged key' 1 --sanitize "$four"
said "$work/key: expected a key of 32 octets, found 5"
[ ! -s "$work/out" ] || complain 'it printed something'
cp "$work/key.kept" "$work/key"

run 'a pcap file that cannot be written' 1 --pcap "$work/nowhere/x.pcap" "$four"
mv "$work/spool/dmz/2024-05-14/1000.pcap" "$work/1000.pcap"
run 'packets that are gone' 3 --sanitize "$four"
has 'Packets none in the spool'
expect_none "$work/out"
mv "$work/store" "$work/store.away"
run 'tallies that are gone: what the day kept' 3 "$four"
has 'the hourly tallies that it was found in are gone'
has '7 Summary Evidence for scan: 10 targets in the hour'
mv "$work/1000.pcap" "$work/spool/dmz/2024-05-14/1000.pcap"
run 'tallies alone gone: the packets are there' 0 --sanitize "$four"
has 'Packets 15 in the spool'
expect_none "$work/out"

# A service port's packets are its own, whatever lies before IP.
findings=$work/reports/sample/2024/05/14/findings.ndjson
{
	cat <<-'EOT'
		date 2024-05-14
		link vlan 5
		repeat 4 every 10s {
			12:05:00 203.0.113.{9+1}.1024 > 192.0.2.19.53: S 1:1(0) win 512
		}
		12:06:00 192.0.2.19.53 > 203.0.113.9.1024: S 7:7(0) ack 2 win 512
		12:06:01 203.0.113.9.1024 > 192.0.2.19.54: S 1:1(0) win 512
		12:06:02 203.0.113.9.1024 > 192.0.2.19.53: udp 10
		link qinq 5 6
		12:06:03 203.0.113.9.1024 > 192.0.2.19.53: S 1:1(0) win 512
	EOT
} >"$work/tagged.txt"
"$compose" "$work/tagged.txt" "$work/spool/dmz/2024-05-14/1200.pcap" || exit 99
port=00000000000000aa
span='"window_start":"2024-05-14T12:00:00Z","window_end":"2024-05-14T13:00:00Z"'
printf '{"schema":1,"id":"%s","detectors":["port-campaign"],"verdict":"scan","scope":"port","sources":["203.0.113.9"],%s,"windows":[{"detector":"port-campaign",%s,"kind":"syn","port":53}]}\n' \
	"$port" "$span" "$span" >>"$findings"
run 'a port that tagged frames ask for' 0 --sanitize --pcap "$work/port.pcap" "$port"
has 'Packets 6 in the spool'
n=$(tcpdump -nr "$work/port.pcap" 'tcp port 53' 2>/dev/null | wc -l)
[ "$n" -eq 6 ] || complain "expected 6 packets of the port, found $n"

sed "s/\"verdict\":\"[a-z-]*\"/\"verdict\":7/" "$findings" >"$findings.new" && mv "$findings.new" "$findings"
run 'what is no finding' 1 "$four"
said "findings.ndjson:"
said 'expected a finding'
[ -z "$(find "$work/reports" "$work/store.away" -name '*part*')" ] || complain 'something is left behind'
exit $((failed > 0))
