#!/bin/sh
# gnomon-tally extract on a spool composed here: which packets come out, in which order, in what form, and what is told to lack.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
read_capture=${READ_CAPTURE:-./tests/read-capture}

# packets FILE: a line a packet: time, source, target.
packets() {
	"$read_capture" --each --home 192.0.2.0/24,2001:db8:1::/48 "$1" 2>&1 |
		awk '/^[0-9-]*T/ { print substr($1, 12), $4, $5 }'
}

# run SENTENCE STATUS ARGUMENT...: into $work/out.pcap, words into $work/err.
run() {
	sentence=$1
	status=$2
	shift 2
	"$tally" extract "$@" >"$work/out.pcap" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
}

# said WORDS: among what was said last.
said() {
	grep -qF -- "$1" "$work/err" || complain "expected \"$1\" in: $(cat "$work/err")"
}

silent() {
	[ ! -s "$work/err" ] || complain "said: $(cat "$work/err")"
}

# came_out: what did, against standard input.
came_out() {
	cat >"$work/expected"
	packets "$work/out.pcap" >"$work/found"
	diff "$work/expected" "$work/found" >"$work/diff" || complain "<expected >found: $(cat "$work/diff")"
}

# put SENSOR DAY STEM: an hour file of the trace on standard input.
put() {
	mkdir -p "$work/spool/$1/$2" && cat >"$work/hour.txt" &&
		"$compose" "$work/hour.txt" "$work/spool/$1/$2/$3.pcap" || exit 99
}

cat >"$work/site.conf" <<EOT
[site]
name = sample
home = 192.0.2.0/24;2001:db8:1::/48
zone = UTC
spool = $work/spool
store = $work/store
reports = $work/reports
EOT

# Two sensors, three hours: an hour in two parts, times out of order, a VLAN, nanoseconds, one compressed file.
put dmz 2017-09-10 0100 <<'EOT'
date 2017-09-10
link vlan 7
01:30:00 198.51.100.9.1024 > 192.0.2.1.80: S 1:1(0) win 512
01:10:00 198.51.100.9.1024 > 192.0.2.2.80: S 1:1(0) win 512
01:10:01 192.0.2.2.80 > 198.51.100.9.1024: S 1:1(0) ack 2 win 512
01:10:02 192.0.2.2.80 > 203.0.113.1.1024: S 1:1(0) ack 2 win 512
EOT
put dmz 2017-09-10 0100-2000 <<'EOT'
date 2017-09-10
01:20:00 198.51.100.9.1024 > 192.0.2.3.80: S 1:1(0) win 512
01:20:01 198.51.100.9 > 203.0.113.1: icmp: echo request
EOT
put dmz 2017-09-10 0200 <<'EOT'
date 2017-09-10
02:00:00 198.51.100.9.1024 > 192.0.2.4.23: S 1:1(0) win 512
02:59:59 203.0.113.7.1024 > 192.0.2.4.23: S 1:1(0) win 512
EOT
put lan 2017-09-10 0100 <<'EOT'
date 2017-09-10
precision nano
01:10:00.000000001 198.51.100.9.1025 > 192.0.2.9.23: S 1:1(0) win 512
01:25:00 2001:db8:9::1.1024 > 2001:db8:1::1.53: udp 10
EOT
put lan 2017-09-10 0200 <<'EOT'
date 2017-09-10
02:30:00 198.51.100.9.1025 > 192.0.2.9.23: S 1:1(0) win 512
EOT
if command -v gzip >/dev/null; then
	gzip "$work/spool/lan/2017-09-10/0200.pcap"
fi
span='--from 2017-09-10T01:00:00Z --to 2017-09-10T03:00:00Z'

# shellcheck disable=SC2086 # options
run 'a source, both ways, through tags, of all sensors by time' 0 --site "$work/site.conf" $span --source 198.51.100.9
silent
came_out <<'EOT'
01:10:00Z 198.51.100.9 192.0.2.2
01:10:00.000000001Z 198.51.100.9 192.0.2.9
01:10:01Z 198.51.100.9 192.0.2.2
01:20:00Z 198.51.100.9 192.0.2.3
01:30:00Z 198.51.100.9 192.0.2.1
02:00:00Z 198.51.100.9 192.0.2.4
02:30:00Z 198.51.100.9 192.0.2.9
EOT
[ "$(od -An -tx4 -N4 "$work/out.pcap" | tr -d ' ')" = a1b23c4d ] || complain 'expected nanoseconds'
run 'a span of the packets, not of their hours' 0 --site "$work/site.conf" --source 198.51.100.0/24 \
	--from 2017-09-10T01:10:01Z --to 2017-09-10T01:30:00Z
silent
came_out <<'EOT'
01:10:01Z 198.51.100.9 192.0.2.2
01:20:00Z 198.51.100.9 192.0.2.3
EOT
[ "$(od -An -tx4 -N4 "$work/out.pcap" | tr -d ' ')" = a1b2c3d4 ] || complain 'expected microseconds'
run 'a sensor' 0 --site "$work/site.conf" --sensor lan --source 198.51.100.9
silent
came_out <<'EOT'
01:10:00.000000001Z 198.51.100.9 192.0.2.9
02:30:00Z 198.51.100.9 192.0.2.9
EOT
run 'a target' 0 --site "$work/site.conf" --target 192.0.2.2,192.0.2.4
came_out <<'EOT'
01:10:00Z 198.51.100.9 192.0.2.2
01:10:01Z 198.51.100.9 192.0.2.2
01:10:02Z 203.0.113.1 192.0.2.2
02:00:00Z 198.51.100.9 192.0.2.4
02:59:59Z 203.0.113.7 192.0.2.4
EOT
run 'source and target' 0 --site "$work/site.conf" --source 203.0.113.0/24 --target 192.0.2.2
came_out <<'EOT'
01:10:02Z 203.0.113.1 192.0.2.2
EOT
run 'IPv6' 0 --site "$work/site.conf" --source 2001:db8:9::/64
came_out <<'EOT'
01:25:00Z 2001:db8:9::1 2001:db8:1::1
EOT
run 'an expression in several words' 0 --site "$work/site.conf" tcp dst port 23
came_out <<'EOT'
01:10:00.000000001Z 198.51.100.9 192.0.2.9
02:00:00Z 198.51.100.9 192.0.2.4
02:30:00Z 198.51.100.9 192.0.2.9
02:59:59Z 203.0.113.7 192.0.2.4
EOT
run 'source and expression' 0 --site "$work/site.conf" --source 203.0.113.7 tcp dst port 23
came_out <<'EOT'
02:59:59Z 203.0.113.7 192.0.2.4
EOT
run 'the first of them' 0 --site "$work/site.conf" --source 198.51.100.9 --count 3
came_out <<'EOT'
01:10:00Z 198.51.100.9 192.0.2.2
01:10:00.000000001Z 198.51.100.9 192.0.2.9
01:10:01Z 198.51.100.9 192.0.2.2
EOT
run 'nothing fits' 0 --site "$work/site.conf" --source 198.51.100.77
said 'no packet fits'
[ "$(wc -c <"$work/out.pcap")" -eq 24 ] || complain 'expected a capture without packets'
run 'a file' 0 --site "$work/site.conf" --source 203.0.113.7 --output "$work/file.pcap"
[ ! -s "$work/out.pcap" ] || complain 'printed'
cp "$work/file.pcap" "$work/out.pcap"
came_out <<'EOT'
02:59:59Z 203.0.113.7 192.0.2.4
EOT
run 'captures without a site' 0 --home 192.0.2.0/24 --source 203.0.113.0/24 \
	--read "$work/spool/dmz/2017-09-10/0200.pcap" --read "$work/spool/dmz/2017-09-10/0100.pcap"
silent
came_out <<'EOT'
01:10:02Z 203.0.113.1 192.0.2.2
02:59:59Z 203.0.113.7 192.0.2.4
EOT

# A packet that lies in the file of the hour before, as a run has noted.
put dmz 2017-09-11 0700 <<'EOT'
date 2017-09-11
07:59:59 198.51.100.9.1024 > 192.0.2.1.23: S 1:1(0) win 512
08:00:01 198.51.100.9.1024 > 192.0.2.1.23: S 1:1(0) win 512
EOT
put dmz 2017-09-11 0800 <<'EOT'
date 2017-09-11
08:00:00 198.51.100.9.1024 > 192.0.2.2.23: S 1:1(0) win 512
08:00:02 198.51.100.9.1024 > 192.0.2.2.23: S 1:1(0) win 512
EOT
mkdir -p "$work/store/dmz"
echo "2017-09-11T08:00:00Z 2017-09-11/0700 $(stat -c %s "$work/spool/dmz/2017-09-11/0700.pcap")" >"$work/store/dmz/.strays"
run 'packets in the file of another hour' 0 --site "$work/site.conf" --sensor dmz --source 198.51.100.9 \
	--from 2017-09-11T08:00Z --to 2017-09-11T09:00Z
silent
came_out <<'EOT'
08:00:00Z 198.51.100.9 192.0.2.2
08:00:01Z 198.51.100.9 192.0.2.1
08:00:02Z 198.51.100.9 192.0.2.2
EOT
rm -r "$work/store" "$work/spool/dmz/2017-09-11"

# usage SENTENCE WORDS ARGUMENT...
usage() {
	words=$2
	sentence=$1
	shift 2
	run "$sentence" 2 "$@"
	said "$words"
	[ ! -s "$work/out.pcap" ] || complain 'wrote packets'
}
usage 'where from' 'expected either --site FILE or --read FILE'
usage 'not both' 'expected either --site FILE or --read FILE' --site "$work/site.conf" --read x
usage 'an expression that is none is quoted' 'BPF expression "tcp porn 80": ' --site "$work/site.conf" tcp porn 80
usage 'a source outside' '--source "192.0.2.7": expected an address outside' --site "$work/site.conf" --source 192.0.2.7
usage 'a source that is none' '--source' --site "$work/site.conf" --source 198.51.100.9/8
usage 'a span forward' '--to "2017-09-10": expected a time after --from' --site "$work/site.conf" \
	--from 2017-09-11 --to 2017-09-10
usage 'a sensor that is there' 'no sensor "wlan": expected one of: dmz, lan' --site "$work/site.conf" --sensor wlan
usage 'a count' '--count "0": expected' --site "$work/site.conf" --count 0
if command -v script >/dev/null; then
	sentence='no packets for a terminal'
	script -qec "'$tally' extract --site '$work/site.conf' tcp" /dev/null >"$work/screen" 2>&1 </dev/null
	grep -q 'no text for a terminal' "$work/screen" || complain "a terminal got $(wc -c <"$work/screen") octets"
fi

# What lacks.
run 'a span without hour files' 1 --site "$work/site.conf" --from 2017-09-12 --to 2017-09-13 tcp
said 'dmz: 24 hours without a file in the spool: 2017-09-12T00:00:00Z to 2017-09-13T00:00:00Z'
said 'no hour file within that span'
[ ! -s "$work/out.pcap" ] || complain 'wrote packets'
put lan 2017-09-10 0500 <<'EOT'
date 2017-09-10
05:30:00 198.51.100.9.1025 > 192.0.2.9.23: S 1:1(0) win 512
EOT
run 'hours without a file' 3 --site "$work/site.conf" --sensor lan --source 198.51.100.9
said 'lan: 2 hours without a file in the spool: 2017-09-10T03:00:00Z to 2017-09-10T05:00:00Z'
came_out <<'EOT'
01:10:00.000000001Z 198.51.100.9 192.0.2.9
02:30:00Z 198.51.100.9 192.0.2.9
05:30:00Z 198.51.100.9 192.0.2.9
EOT
echo '{}' >"$work/spool/lan/2017-09-10/0300.json"
run 'an hour that was pruned' 3 --site "$work/site.conf" --sensor lan --source 198.51.100.9
said 'lan: 1 hour of which packets were pruned: 2017-09-10T03:00:00Z to 2017-09-10T04:00:00Z'
said 'lan: 1 hour without a file in the spool: 2017-09-10T04:00:00Z to 2017-09-10T05:00:00Z'
put lan 2017-09-10 0300 <<'EOT'
date 2017-09-10
link raw
03:30:00 198.51.100.9.1025 > 192.0.2.9.23: S 1:1(0) win 512
03:31:00 198.51.100.9.1025 > 192.0.2.9.23: S 1:1(0) win 512
EOT
put lan 2017-09-10 0400 <<'EOT'
date 2017-09-10
04:30:00 198.51.100.9.1025 > 192.0.2.9.23: S 1:1(0) win 512
04:31:00 198.51.100.9.1025 > 192.0.2.9.23: S 1:1(0) win 512
EOT
truncate -s -1 "$work/spool/lan/2017-09-10/0400.pcap"
echo nonsense >"$work/spool/lan/2017-09-10/0500.pcap"
run 'another link type, a cut file, one that is none' 3 --site "$work/site.conf" --sensor lan --source 198.51.100.9
said '0300.pcap: 2 packets left out: link type raw IP, expected Ethernet as in the first'
said '0400.pcap: octet '
said '0500.pcap: not a capture'
came_out <<'EOT'
01:10:00.000000001Z 198.51.100.9 192.0.2.9
02:30:00Z 198.51.100.9 192.0.2.9
04:30:00Z 198.51.100.9 192.0.2.9
EOT
run 'nothing that can be read' 1 --home 192.0.2.0/24 --read "$work/spool/lan/2017-09-10/0500.pcap"
said 'not a capture'
if [ -w /dev/full ]; then
	sentence='a full disk is told'
	"$tally" extract --site "$work/site.conf" tcp >/dev/full 2>"$work/err"
	got=$?
	[ "$got" -eq 1 ] || complain "exit status $got"
	said 'cannot be written'
fi
exit $((failed > 0))
