#!/bin/sh
# gnomon-tally search: each condition and format on traces composed here, line by line; then conditions drawn at random,
# against what awk finds in the same tallies' dump.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# expect SENTENCE STATUS WORDS ARGUMENT...: the exit status, words on stderr ('': nothing there). Standard input: all of stdout.
expect() {
	sentence=$1
	status=$2
	words=$3
	shift 3
	cat >"$work/expected"
	"$tally" search "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
	diff "$work/expected" "$work/out" >"$work/diff" || complain "<expected >printed: $(cat "$work/diff")"
	if [ -n "$words" ]; then
		grep -qF -- "$words" "$work/err" || complain "expected \"$words\" in: $(cat "$work/err")"
	else
		[ ! -s "$work/err" ] || complain "said: $(cat "$work/err")"
	fi
}

# make_hour SENSOR DAY HH: the tally of that hour of the trace on standard input, where it belongs.
make_hour() {
	mkdir -p "$work/store/$1/$2" && cat >"$work/hour.txt" && "$compose" "$work/hour.txt" "$work/hour.pcap" &&
		"$tally" hour --home 192.0.2.0/24,10.0.0.0/8,2001:db8:1::/48 --sensor "$1" \
			--output "$work/store/$1/$2/${3}00.tally" "$work/hour.pcap" || exit 99
}

# Two sensors, two days: a sweep, a reset scanner of two acks that came from port 7, a resolver of IPv6, an ICMP error.
make_hour dmz 2017-09-10 22 <<'EOT'
date 2017-09-10
22:10:01 198.51.100.9.40001 > 192.0.2.1.80: S 100:100(0) win 512 (ttl 50, id 5)
22:10:02 198.51.100.9.40002 > 192.0.2.2.80: S 200:200(0) win 512 (ttl 52, id 9)
22:10:02.5 192.0.2.2.80 > 198.51.100.9.40002: S 1:1(0) ack 201 win 65535
22:10:03 198.51.100.9.40003 > 192.0.2.3.81: S 300:300(0) win 512 (ttl 51, id 7)
22:20:00 198.51.100.10.7 > 192.0.2.1.1024: R 1:1(0) ack 674711610 win 0 (ttl 55, id 1)
EOT
make_hour dmz 2017-09-10 23 <<'EOT'
date 2017-09-10
23:20:00 198.51.100.10.7 > 192.0.2.1.1024: R 1:1(0) ack 674711610 win 0 (ttl 55, id 1)
23:21:00.25 198.51.100.10.7 > 192.0.2.9.1025: R 1:1(0) ack 674719802 win 0 (ttl 55, id 2)
EOT
make_hour lan 2017-09-10 23 <<'EOT'
date 2017-09-10
23:20:00 2001:db8:f::1.1024 > 2001:db8:1::1.53: udp 10 (ttl 33)
23:20:01 203.0.113.1 > 192.0.2.1: icmp: host 203.0.113.7 unreachable (ttl 60, id 3)
EOT
make_hour lan 2017-09-11 00 <<'EOT'
date 2017-09-11
00:00:00 198.51.100.9.40001 > 192.0.2.1.80: S 100:100(0) win 1024 (ttl 50, id 5)
EOT
cat >"$work/site.conf" <<EOT
[site]
name = sample
home = 192.0.2.0/24
zone = America/New_York
spool = $work/spool
store = $work/store
reports = $work/reports
EOT
all='3 hours of 2 sensors searched, 2017-09-10T22:00:00Z to 2017-09-11T01:00:00Z'

sweep='2017-09-10T22:00:00Z  dmz  198.51.100.9     syn            3 targets  2 ports           3 packets  22:10:01 to 22:10:03      1 answered'
late='2017-09-11T00:00:00Z  lan  198.51.100.9     syn            1 target   port 80           1 packet   00:00:00 to 00:00:00      0 answered'
resets='2017-09-10T22:00:00Z  dmz  198.51.100.10    rst            1 target   port 7            1 packet   22:20:00 to 22:20:00      0 answered'
both='2017-09-10T23:00:00Z  dmz  198.51.100.10    rst            2 targets  port 7            2 packets  23:20:00 to 23:21:00      0 answered'
six='2017-09-10T23:00:00Z  lan  2001:db8:f::1    udp            1 target   port 53           1 packet   23:20:00 to 23:20:00      0 answered  ttl 33, sport 1024, payload 10'
error='2017-09-10T23:00:00Z  lan  203.0.113.1      unreach        1 target   port 769          1 packet   23:20:01 to 23:20:01      0 answered'

expect 'all there is, by time, sensor, source' 0 '' "$work/store" <<EOT
$sweep  ttl 50-52, window 512, id 5-9, sport 40001-40003, payload 0, seq 100-300, ack 0
$resets  ttl 55, window 0, id 1, sport 7, payload 0, seq 1, ack 674711610
$both  ttl 55, window 0, id 1-2, sport 7, payload 0, seq 1, ack 674711610-674719802
$error  ttl 60, id 3, payload 28
$six
$late  ttl 50, window 1024, id 5, sport 40001, payload 0, seq 100, ack 0
seen: 4 sources, 5 targets, in 3 hours of 2 days, first 2017-09-10T22:10:01Z, last 2017-09-11T00:00:00Z; $all
EOT
expect 'a source' 0 '' --source 198.51.100.9 "$work/store" <<EOT
$sweep  ttl 50-52, window 512, id 5-9, sport 40001-40003, payload 0, seq 100-300, ack 0
$late  ttl 50, window 1024, id 5, sport 40001, payload 0, seq 100, ack 0
seen: 1 source, 3 targets, in 2 hours of 2 days, first 2017-09-10T22:10:01Z, last 2017-09-11T00:00:00Z; $all
EOT
expect 'a prefix' 0 '' --source 198.51.100.8/30,2001:db8:f::/48 --from 2017-09-10T23:00Z --to 2017-09-11 "$work/store" <<EOT
$both  ttl 55, window 0, id 1-2, sport 7, payload 0, seq 1, ack 674711610-674719802
$six
seen: 2 sources, 3 targets, in 1 hour of 1 day, first 2017-09-10T23:20:00Z, last 2017-09-10T23:21:00.25Z; 1 hour of 2 sensors searched, 2017-09-10T23:00:00Z to 2017-09-11T00:00:00Z
EOT
expect 'an hour that the span touches belongs to it' 0 '' --source 198.51.100.9 --from 2017-09-10T22:59:59Z --to 2017-09-10T23:00Z \
	"$work/store" <<EOT
$sweep  ttl 50-52, window 512, id 5-9, sport 40001-40003, payload 0, seq 100-300, ack 0
seen: 1 source, 3 targets, in 1 hour of 1 day, first 2017-09-10T22:10:01Z, last 2017-09-10T22:10:03Z; 1 hour of 1 sensor searched, 2017-09-10T22:00:00Z to 2017-09-10T23:00:00Z
EOT
expect 'a second later it does not' 0 '' --source 198.51.100.9 --from 2017-09-10T23:00:00Z --to 2017-09-11T00:00Z "$work/store" <<EOT
nothing matched: 1 hour of 2 sensors searched, 2017-09-10T23:00:00Z to 2017-09-11T00:00:00Z
EOT
expect 'a target, of which only its contacts count' 0 '' --target 192.0.2.2 "$work/store" <<EOT
2017-09-10T22:00:00Z  dmz  198.51.100.9     syn            1 target   port 80           1 packet   22:10:02 to 22:10:02      1 answered  ttl 50-52, window 512, id 5-9, sport 40001-40003, payload 0, seq 100-300, ack 0
seen: 1 source, 1 target, in 1 hour of 1 day, first 2017-09-10T22:10:02Z, last 2017-09-10T22:10:02Z; $all
EOT
expect 'a target of IPv6' 0 '' --target 2001:db8:1::/64 "$work/store" <<EOT
$six
seen: 1 source, 1 target, in 1 hour of 1 day, first 2017-09-10T23:20:00Z, last 2017-09-10T23:20:00Z; $all
EOT
expect 'ports' 0 '' --port 50-53,81 "$work/store" <<EOT
2017-09-10T22:00:00Z  dmz  198.51.100.9     syn            1 target   port 81           1 packet   22:10:03 to 22:10:03      0 answered  ttl 50-52, window 512, id 5-9, sport 40001-40003, payload 0, seq 100-300, ack 0
$six
seen: 2 sources, 2 targets, in 2 hours of 1 day, first 2017-09-10T22:10:03Z, last 2017-09-10T23:20:00Z; $all
EOT
expect 'kinds, errors that came in among them' 0 '' --kind unreach,udp "$work/store" <<EOT
$error  ttl 60, id 3, payload 28
$six
seen: 2 sources, 2 targets, in 1 hour of 1 day, first 2017-09-10T23:20:00Z, last 2017-09-10T23:20:01Z; $all
EOT
expect 'a constant is, an end of a range has, what lies between may' 0 '' --ack 674711610 "$work/store" <<EOT
$resets  is       ack 674711610; ttl 55, window 0, id 1, sport 7, payload 0, seq 1
$both  has      ack 674711610-674719802; ttl 55, window 0, id 1-2, sport 7, payload 0, seq 1
seen: 1 source, 2 targets, in 2 hours of 1 day, first 2017-09-10T22:20:00Z, last 2017-09-10T23:21:00.25Z; $all
EOT
expect 'what lies between may' 0 '' --ack 674711611-674719801 "$work/store" <<EOT
$both  may hold ack 674711610-674719802; ttl 55, window 0, id 1-2, sport 7, payload 0, seq 1
perhaps seen: 1 source, 2 targets, in 1 hour of 1 day, first 2017-09-10T23:20:00Z, last 2017-09-10T23:21:00.25Z; 1 of 1 line perhaps; $all
EOT
expect 'a range that lies within what is asked for is' 0 '' --ack 674711610-674719802 --from 2017-09-10T23:00Z "$work/store" <<EOT
$both  is       ack 674711610-674719802; ttl 55, window 0, id 1-2, sport 7, payload 0, seq 1
seen: 1 source, 2 targets, in 1 hour of 1 day, first 2017-09-10T23:20:00Z, last 2017-09-10T23:21:00.25Z; 2 hours of 2 sensors searched, 2017-09-10T23:00:00Z to 2017-09-11T01:00:00Z
EOT
expect 'two ends may be of two packets' 0 '' --ack 674711610 --id 2 "$work/store" <<EOT
$both  may hold id 1-2, ack 674711610-674719802; ttl 55, window 0, sport 7, payload 0, seq 1
perhaps seen: 1 source, 2 targets, in 1 hour of 1 day, first 2017-09-10T23:20:00Z, last 2017-09-10T23:21:00.25Z; 1 of 1 line perhaps; $all
EOT
expect 'an end may be of a packet to another target' 0 '' --ack 674711610 --target 192.0.2.9 "$work/store" <<EOT
2017-09-10T23:00:00Z  dmz  198.51.100.10    rst            1 target   port 7            1 packet   23:21:00 to 23:21:00      0 answered  may hold ack 674711610-674719802; ttl 55, window 0, id 1-2, sport 7, payload 0, seq 1
perhaps seen: 1 source, 1 target, in 1 hour of 1 day, first 2017-09-10T23:21:00.25Z, last 2017-09-10T23:21:00.25Z; 1 of 1 line perhaps; $all
EOT
for condition in '--sport 7' '--window 0' '--seq 1' '--ttl 55' '--sport 7 --ttl 55 --payload 0 --seq 0-1'; do
	# shellcheck disable=SC2086
	"$tally" search --format csv $condition --to 2017-09-10T23:00Z "$work/store" 2>"$work/err" | tail -n +2 >"$work/out"
	sentence="condition $condition"
	[ "$(cut -d, -f 1,3,4,13 "$work/out")" = 2017-09-10T22:00:00Z,198.51.100.10,rst,is ] || complain "printed: $(cat "$work/out")"
done
expect 'a window before and after it changed' 0 '' --window 1000-2000 "$work/store" <<EOT
$late  is       window 1024; ttl 50, id 5, sport 40001, payload 0, seq 100, ack 0
seen: 1 source, 1 target, in 1 hour of 1 day, first 2017-09-11T00:00:00Z, last 2017-09-11T00:00:00Z; $all
EOT
expect 'what has no window has none of 0' 0 '' --window 0 --source 2001:db8:f::1,203.0.113.1 "$work/store" <<EOT
nothing matched: $all
EOT
expect 'lines up to a limit' 0 '' --limit 1 --threads 7 "$work/store" <<EOT
$sweep  ttl 50-52, window 512, id 5-9, sport 40001-40003, payload 0, seq 100-300, ack 0
seen: 1 source, 3 targets, in 1 hour of 1 day, first 2017-09-10T22:10:01Z, last 2017-09-10T22:10:03Z; 0 hours of 0 sensors searched; ended at the limit of 1 line, there may be more; 4 of 4 tallies not searched to the end
EOT
expect 'a limit that is not reached' 0 '' --limit 1 --kind udp "$work/store" <<EOT
$six
seen: 1 source, 1 target, in 1 hour of 1 day, first 2017-09-10T23:20:00Z, last 2017-09-10T23:20:00Z; $all
EOT
expect 'JSON is an object a line, the summary the last' 0 '' --format json --kind rst --ack 674711610 --to 2017-09-10T23:00Z "$work/store" <<EOT
{"record":"hit","hour":"2017-09-10T22:00:00Z","sensor":"dmz","source":"198.51.100.10","kind":"rst","targets":1,"ports":1,"port":7,"packets":1,"bytes":40,"first":"2017-09-10T22:20:00Z","last":"2017-09-10T22:20:00Z","answered":0,"match":"is","ttl_min":55,"ttl_max":55,"window_min":0,"window_max":0,"id_min":1,"id_max":1,"sport_min":7,"sport_max":7,"payload_min":0,"payload_max":0,"seq_min":1,"seq_max":1,"ack_min":674711610,"ack_max":674711610}
{"record":"summary","hits":1,"perhaps":0,"sources":1,"targets":1,"hours":1,"days":1,"first":"2017-09-10T22:20:00Z","last":"2017-09-10T22:20:00Z","searched":{"tallies":1,"of":1,"hours":1,"sensors":1,"cut_short":0,"lost":0,"from":"2017-09-10T22:00:00Z","to":"2017-09-10T23:00:00Z"},"stopped":false,"limited":false}
EOT
expect 'nothing in JSON is a summary' 0 '' --format json --source 8.8.8.8 "$work/store" <<EOT
{"record":"summary","hits":0,"perhaps":0,"sources":0,"targets":0,"hours":0,"days":0,"searched":{"tallies":4,"of":4,"hours":3,"sensors":2,"cut_short":0,"lost":0,"from":"2017-09-10T22:00:00Z","to":"2017-09-11T01:00:00Z"},"stopped":false,"limited":false}
EOT
columns=hour,sensor,source,kind,targets,ports,port,packets,bytes,first,last,answered,match,ttl_min,ttl_max,window_min,window_max,id_min,id_max,sport_min,sport_max,payload_min,payload_max,seq_min,seq_max,ack_min,ack_max
expect 'CSV has a header, its summary is a message; days are those of the site, whose missing hours are told' 3 \
	'lan: 1 hour without a tally, the first 2017-09-10T22:00:00Z' --source 198.51.100.9 --site "$work/site.conf" \
	--from 2017-09-10T22:00Z --to 2017-09-11T01:00Z --format csv <<EOT
$columns
2017-09-10T22:00:00Z,dmz,198.51.100.9,syn,3,2,,3,120,2017-09-10T22:10:01Z,2017-09-10T22:10:03Z,1,,50,52,512,512,5,9,40001,40003,0,0,100,300,0,0
2017-09-11T00:00:00Z,lan,198.51.100.9,syn,1,1,80,1,40,2017-09-11T00:00:00Z,2017-09-11T00:00:00Z,0,,50,50,1024,1024,5,5,40001,40001,0,0,100,100,0,0
EOT
grep -qF "seen: 1 source, 3 targets, in 2 hours of 1 day, first" "$work/err" || complain "said: $(cat "$work/err")"
grep -qF 'dmz: 1 hour without a tally, the first 2017-09-11T00:00:00Z' "$work/err" || complain "said: $(cat "$work/err")"
expect 'CSV leaves empty what there is not' 0 'seen: 1 source' --format csv --kind udp "$work/store" <<EOT
$columns
2017-09-10T23:00:00Z,lan,2001:db8:f::1,udp,1,1,53,1,58,2017-09-10T23:20:00Z,2017-09-10T23:20:00Z,0,,33,33,,,,,1024,1024,10,10,,,,
EOT

cp "$work/store/dmz/2017-09-10/2200.tally" "$work/any-name.tally"
expect 'a tally outside a store may have any name, and counts once however often it is named' 0 '' --kind rst "$work/any-name.tally" \
	"$work/any-name.tally" <<EOT
$resets  ttl 55, window 0, id 1, sport 7, payload 0, seq 1, ack 674711610
seen: 1 source, 1 target, in 1 hour of 1 day, first 2017-09-10T22:20:00Z, last 2017-09-10T22:20:00Z; 1 hour of 1 sensor searched, 2017-09-10T22:00:00Z to 2017-09-10T23:00:00Z
EOT
expect 'one that is not there beside one that is' 3 "$work/none.tally: cannot be opened" --kind rst "$work/none.tally" \
	"$work/any-name.tally" <<EOT
$resets  ttl 55, window 0, id 1, sport 7, payload 0, seq 1, ack 674711610
seen: 1 source, 1 target, in 1 hour of 1 day, first 2017-09-10T22:20:00Z, last 2017-09-10T22:20:00Z; 1 hour of 1 sensor searched, 2017-09-10T22:00:00Z to 2017-09-10T23:00:00Z
EOT
expect 'one that is not there, alone' 1 "$work/none.tally: cannot be opened" "$work/none.tally" </dev/null
expect 'nothing within the span' 1 'no tally within that span' --to 2017-09-01 "$work/store" </dev/null
mkdir "$work/empty"
expect 'an empty folder' 1 'no tally' "$work/empty" </dev/null

cp -r "$work/store" "$work/damaged"
day=$work/damaged/dmz/2017-09-10
head -c 300 "$day/2200.tally" >"$work/cut" && mv "$work/cut" "$day/2200.tally"
cp "$work/damaged/lan/2017-09-11/0000.tally" "$work/damaged/lan/2017-09-11/0500.tally"
expect 'the rest of a store with damage' 3 "$day/2200.tally:" --kind syn,rst "$work/damaged" <<EOT
$both  ttl 55, window 0, id 1-2, sport 7, payload 0, seq 1, ack 674711610-674719802
$late  ttl 50, window 1024, id 5, sport 40001, payload 0, seq 100, ack 0
seen: 2 sources, 2 targets, in 2 hours of 2 days, first 2017-09-10T23:20:00Z, last 2017-09-11T00:00:00Z; 2 hours of 2 sensors searched, 2017-09-10T23:00:00Z to 2017-09-11T01:00:00Z; 2 of 5 tallies not searched to the end
EOT
grep -qF '0500.tally: out of place: it holds the hour 2017-09-11T00:00:00Z' "$work/err" || complain "said: $(cat "$work/err")"

cat >"$work/hour.txt" <<'EOT'
date 2017-09-13
00:00:00 198.51.100.9.40001 > 192.0.2.1.80: S 100:100(0) win 1024 (ttl 50, id 5)
00:00:01 198.51.100.9.40001 > 192.0.2.1.80: S 100:100(0) win 1024 (ttl 50, id 5)
EOT
"$compose" "$work/hour.txt" "$work/hour.pcap" || exit 99
head -c 130 "$work/hour.pcap" >"$work/cut.pcap"
"$tally" hour --home 192.0.2.0/24 --sensor cut --output "$work/cut.tally" "$work/cut.pcap" 2>"$work/err"
expect 'what was made of a capture cut short is told' 0 '' --source 198.51.100.10 "$work/cut.tally" <<EOT
nothing matched: 1 hour of 1 sensor searched, 2017-09-13T00:00:00Z to 2017-09-13T01:00:00Z; 1 tally of captures cut short
EOT

expect 'neither site nor tallies' 2 'expected a tally, a folder of tallies, or --site FILE' </dev/null
expect 'both site and tallies' 2 'expected either --site FILE or tallies' --site "$work/site.conf" "$work/store" </dev/null
expect 'a source is an address or a prefix' 2 '--source' --source 198.51.100.300 "$work/store" </dev/null
expect 'a prefix has no more bits than it says' 2 '--source' --source 198.51.100.9/24 "$work/store" </dev/null
expect 'kinds are known' 2 '--kind "sin": expected kinds among malformed' --kind sin "$work/store" </dev/null
expect 'ports are ports' 2 '--port "0": expected ports' --port 0 "$work/store" </dev/null
expect 'a TTL is a number' 2 '--ttl "low": expected a number from 0 to 65535, or two like 5-9' --ttl low "$work/store" </dev/null
expect 'a range ascends' 2 '--window "9-5": expected a number' --window 9-5 "$work/store" </dev/null
expect 'an ack has 32 bits' 2 '--ack "4294967296": expected a number from 0 to 4294967295' --ack 4294967296 "$work/store" </dev/null
expect 'a limit is 1 or more' 2 '--limit "0": expected a number from 1' --limit 0 "$work/store" </dev/null
expect 'a span has a length' 2 '--to "2017-09-10": expected a time after --from' --from 2017-09-10 --to 2017-09-10 "$work/store" </dev/null
expect 'formats are known' 2 '--format "xml": expected text, json, csv' --format xml "$work/store" </dev/null
expect 'a site that is not there' 2 'none.conf' --site "$work/none.conf" </dev/null

# The oracle: what awk finds in the dump, contact by contact. Sweeps of more targets than a block has pairs, in IPv4 and
# IPv6, with traits that change on the way; a crowd of small sources between them.
{
	echo 'date 2017-09-12'
	echo 'repeat 2600 every 1s {'
	echo '00:00:00 198.51.100.77.{1024+7%50000} > 10.1.{0+1%199}.{0+1%241}.{20+1%3}: S {1}:{1}(0) win {512|512|512|1024} (ttl {40+1%5}, id {7})'
	echo '00:00:00.5 198.51.100.77.{1+1%3} > 10.1.{0+1%97}.{0+1%89}.{1024+1%5}: R {1+3}:{1+3}(0) ack {5|6} win 0 (ttl 64, id 1)'
	echo '00:00:00.25 2001:db8:f::77.{1024+7%50000} > 2001:db8:1::{1000+1%3500}.53: udp {1+1%9} (ttl {30|31})'
	echo '00:00:00.75 198.51.{100+1%3}.{1+7%250}.{7|1024} > 192.0.2.{1+1%9}.{80|443}: {S|F|SF} {1}:{1}(0) win {512|0|7} (ttl {60+1%4}, id {1|2})'
	echo '00:00:00.8 192.0.2.{1+1%9}.80 > 198.51.{100+1%3}.{1+7%250}.{7|1024}: {S|R} 1:1(0) ack 2 win 0'
	echo '}'
} >"$work/crowd.txt"
"$compose" "$work/crowd.txt" "$work/crowd.pcap" || exit 99
mkdir -p "$work/crowd"
for sensor in a b; do
	"$tally" hour --home 192.0.2.0/24,10.0.0.0/8,2001:db8:1::/48 --sensor $sensor --output "$work/crowd/$sensor.tally" \
		"$work/crowd.pcap" || exit 99
	{
		echo 'date 2017-09-12'
		echo 'repeat 700 every 3s {'
		echo "01:00:00 {203.0.113.9|198.51.101.8|2001:db8:f:1::5}.{7+1%5} > {10.0.0.1|10.0.0.2|2001:db8:1::9}.{22+1%4}: S 1:1(0) win {5+1%90} (ttl 9, id {0+13%999})"
		echo '}'
	} >"$work/crowd.txt"
	"$compose" "$work/crowd.txt" "$work/crowd.pcap" || exit 99
done
cp -r "$work"/store/* "$work/crowd"

# A line a contact and a trait, fields parted by bars: c HOUR SENSOR SOURCE KIND TARGET PORT PACKETS BYTES FIRST LAST ANSWERED,
# t HOUR SENSOR SOURCE KIND and least, greatest of each field.
for file in $(find "$work/crowd" -name '*.tally' | sort); do
	"$tally" dump --format json "$file" || exit 99
done | awk -v OFS='|' '
	function field(name) {
		if (!match($0, "\"" name "\":\"?[^\",}]*"))
			return ""
		name = substr($0, RSTART, RLENGTH)
		sub(/^"[^"]*":"?/, "", name)
		return name
	}
	/^{"record":"hour"/ { hour = field("hour"); sensor = field("sensor") }
	/^{"record":"contact"/ && field("kind") != "error-out" {
		match($0, /"answered":\[[^]]*/)
		answers = substr($0, RSTART, RLENGTH)
		print "c", hour, sensor, field("source"), field("kind"), field("target"), field("port"), field("packets"), field("bytes"),
			field("first"), field("last"), answers ~ /"(synack|rst|udp|echoreply|unreach)"/
	}
	/^{"record":"trait"/ {
		line = "t|" hour "|" sensor "|" field("source") "|" field("kind")
		n = split("ttl window id sport payload seq ack", names, " ")
		for (i = 1; i <= n; i++)
			line = line "|" field(names[i] "_min") "|" field(names[i] "_max")
		print line
	}' >"$work/facts"

# oracle CONDITION...: what search --format csv should print of these, sorted. Conditions NAME=LOW-HIGH of traits, source=HEX
# and target=HEX (leading digits of the address), kind=,K,... and port=LOW-HIGH.
oracle() {
	awk -F '|' -v conditions="$*" '
		# All digits of an address: 8 of IPv4, 32 of IPv6.
		function digits(address,   parts, n, i, gap, text) {
			text = ""
			if (address ~ /\./) {
				split(address, parts, ".")
				for (i = 1; i <= 4; i++)
					text = text sprintf("%02x", parts[i])
				return text
			}
			n = split(address, parts, ":")
			for (i = 1; i <= n; i++) {
				if (parts[i] == "" && !gap) {
					for (gap = 8 - n; gap >= 0; gap--)
						text = text "0000"
					gap = 1
				} else
					text = text substr("0000" parts[i], length(parts[i]) + 1)
			}
			return text
		}
		function begins(address, with) { return with == "" || index(digits(address), with) == 1 }
		function within(range, number,   ends) {
			split(range, ends, "-")
			return number >= ends[1] + 0 && number <= ends[2] + 0
		}
		# So that text has the order of time.
		function time(text) {
			sub(/Z$/, "", text)
			return text ~ /\./ ? substr(text "000000000", 1, 29) : text ".000000000"
		}
		BEGIN {
			n = split(conditions, list, " ")
			for (i = 1; i <= n; i++) {
				at = index(list[i], "=")
				asked[substr(list[i], 1, at - 1)] = substr(list[i], at + 1)
			}
			split("ttl window id sport payload seq ack", names, " ")
		}
		{ key = $2 "," $3 "," $4 "," $5 }
		$1 == "c" {
			if (!begins($4, asked["source"]) || (asked["kind"] != "" && !index(asked["kind"], "," $5 ",")))
				next
			if (!begins($6, asked["target"]) || (asked["port"] != "" && ($7 == 0 || !within(asked["port"], $7)))) {
				partial[key] = 1
				next
			}
			if (!((key, "t", $6) in seen)) targets[key]++
			if (!((key, "p", $7) in seen)) ports[key]++
			if ($12 && !((key, "a", $6) in seen)) { answered[key]++; seen[key, "a", $6] }
			seen[key, "t", $6]
			seen[key, "p", $7]
			port[key] = $7
			packets[key] += $8
			bytes[key] += $9
			if (!(key in first) || time($10) < time(first[key])) first[key] = $10
			if (!(key in last) || time($11) > time(last[key])) last[key] = $11
		}
		$1 == "t" {
			match_of[key] = "is"
			open = 0
			traits[key] = ""
			for (i = 1; i <= 7; i++) {
				low = $(4 + 2 * i)
				high = $(5 + 2 * i)
				traits[key] = traits[key] "," low "," high
				if (asked[names[i]] == "")
					continue
				split(asked[names[i]], ends, "-")
				if (low == "" || high + 0 < ends[1] + 0 || low + 0 > ends[2] + 0) {
					match_of[key] = "no"
					break
				}
				ends_in = within(asked[names[i]], low + 0) + within(asked[names[i]], high + 0)
				if (ends_in < 2) {
					open++
					match_of[key] = ends_in && open == 1 ? "has" : "may"
				}
			}
		}
		END {
			any = 0
			for (i = 1; i <= 7; i++)
				any += asked[names[i]] != ""
			for (key in targets) {
				if (any && (!(key in match_of) || match_of[key] == "no"))
					continue
				told = any ? match_of[key] : ""
				if (told == "has" && partial[key])
					told = "may"
				print key "," targets[key] "," ports[key] "," (ports[key] == 1 ? port[key] : "") "," packets[key] "," bytes[key] "," \
					first[key] "," last[key] "," answered[key] + 0 "," told (key in traits ? traits[key] : ",,,,,,,,,,,,,,")
			}
		}' "$work/facts" | LC_ALL=C sort
}

# hold SENTENCE CONDITIONS ARGUMENT...: search says what the oracle says, in the same number of lines or more than 0.
n_hits=0
hold() {
	sentence=$1
	conditions=$2
	shift 2
	# shellcheck disable=SC2086
	oracle $conditions >"$work/expected"
	"$tally" search --format csv "$@" "$work/crowd" 2>"$work/err" >"$work/out" || complain "exit status $?: $(cat "$work/err")"
	tail -n +2 "$work/out" | LC_ALL=C sort | diff "$work/expected" - >"$work/diff" ||
		complain "<oracle >search: $(head -5 "$work/diff")"
	n_hits=$((n_hits + $(wc -l <"$work/expected")))
}

hold 'all' ''
hold 'a source of many blocks' source=c633644d --source 198.51.100.77
hold 'a prefix of sources' source=c63365 --source 198.51.101.0/24
hold 'an IPv6 source of many blocks' source=20010db8000f0000 --source 2001:db8:f::/64
hold 'a target' target=c0000203 --target 192.0.2.3
hold 'a prefix of targets' target=0a01 --target 10.1.0.0/16
hold 'an IPv6 target' target=20010db800010000000000000000 --target 2001:db8:1::/112
hold 'ports of a sweep' 'port=21-21' --port 21
hold 'a kind' kind=,malformed,fin, --kind malformed,fin
hold 'a trait of a sweep that lies blocks behind' 'window=1024-1024' --window 1024
hold 'a trait of many' 'ttl=60-61' --ttl 60-61
hold 'a trait within a range' 'id=7-7 kind=,syn,' --id 7 --kind syn
hold 'two traits' 'ttl=62-63 sport=7-7' --ttl 62-63 --sport 7
hold 'a trait and a target' 'ack=5-5 target=0a0101' --ack 5 --target 10.1.1.0/24
hold 'a trait, a prefix, a port' 'window=512-512 source=c63364 port=20-80' --window 512 --source 198.51.100.0/24 --port 20-80
hold 'a trait of nobody' 'ttl=200-255' --ttl 200-255

# The same conditions every time.
seed=1
draw() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	drawn=$((seed / 65536 % $1))
}
round=0
while [ "$round" -lt "${ROUNDS:-30}" ]; do
	conditions=
	set --
	for name in ttl window id sport payload seq ack port; do
		draw 6
		[ "$drawn" -eq 0 ] || continue
		case $name in
		ttl) draw 70 ;;
		window) draw 1100 ;;
		id) draw 100 ;;
		sport) draw 1100 ;;
		payload) draw 12 ;;
		seq) draw 3000 ;;
		ack) draw 10 ;;
		port) draw 100 ;;
		esac
		low=$((drawn + 1))
		draw 30
		conditions="$conditions $name=$low-$((low + drawn))"
		set -- "$@" "--$name" "$low-$((low + drawn))"
	done
	draw 4
	case $drawn in
	0) conditions="$conditions source=c63364" && set -- "$@" --source 198.51.100.0/24 ;;
	1) conditions="$conditions target=0a01" && set -- "$@" --target 10.1.0.0/16 ;;
	2) conditions="$conditions kind=,syn,rst," && set -- "$@" --kind rst,syn ;;
	esac
	draw 3
	hold "round $round:$conditions" "$conditions" --threads $((drawn + 1)) "$@"
	round=$((round + 1))
done
[ "$n_hits" -gt 3000 ] || {
	sentence='the oracle has something to say'
	complain "only $n_hits hits in all"
}

# A pipe that nobody empties holds it up until it is interrupted.
sentence='an interrupted search sums up'
mkfifo "$work/pipe"
"$tally" search --format json "$work/crowd" "$work/store" >"$work/pipe" 2>"$work/err" &
{
	read -r _
	kill -INT $!
	tail -n 1
} <"$work/pipe" >"$work/out"
wait $!
got=$?
[ "$got" -eq 3 ] || complain "exit status $got: $(cat "$work/err")"
grep -q '^{"record":"summary",.*"stopped":true' "$work/out" || complain "printed: $(cat "$work/out")"

# Damage within a tally: what came before it counts.
cp "$work/crowd/a.tally" "$work/hurt.tally"
printf 'XXXX' | dd of="$work/hurt.tally" bs=1 seek=$(($(wc -c <"$work/hurt.tally") / 2)) conv=notrunc 2>/dev/null
sentence='a tally damaged in its middle'
"$tally" search --format csv "$work/hurt.tally" >"$work/out" 2>"$work/err"
got=$?
[ "$got" -eq 3 ] || complain "exit status $got: $(cat "$work/err")"
grep -q "hurt.tally:[0-9]*: " "$work/err" || complain "said: $(cat "$work/err")"
"$tally" search --format csv "$work/crowd/a.tally" >"$work/whole" 2>/dev/null
[ "$(wc -l <"$work/out")" -gt 1 ] && [ "$(wc -l <"$work/out")" -lt "$(wc -l <"$work/whole")" ] ||
	complain "$(wc -l <"$work/out") of $(wc -l <"$work/whole") lines"
head -n "$(wc -l <"$work/out")" "$work/whole" | cmp -s - "$work/out" || complain 'the lines before it are others'
exit $((failed > 0))
