#!/bin/sh
# gnomon-tally status on a spool composed here, by the clock of the test.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# make_site NAME ZONE: its settings; spool and store are NAME's own.
make_site() {
	cat >"$work/$1.conf" <<-EOT
		[site]
		name = $1
		home = 192.0.2.0/24
		zone = $2
		spool = $work/$1/spool
		store = $work/$1/store
		reports = $work/$1/reports
		[run]
		hook = no
	EOT
	mkdir -p "$work/$1/spool" "$work/$1/store"
}

# put SITE/spool/SENSOR/DAY/HHMM...: a capture with one packet of that hour.
put() {
	day=$(basename "$(dirname "$1")")
	stem=$(basename "$1")
	minutes=${stem#??}
	minutes=${minutes%"${minutes#??}"}
	mkdir -p "$(dirname "$work/$1")"
	echo "date $day
${stem%"${stem#??}"}:$minutes:10.000000 IP 198.51.100.9.40000 > 192.0.2.1.80: Flags [S], seq 1, win 512, length 0" >"$work/hour.txt"
	"$compose" "$work/hour.txt" "$work/$1" || exit 99
}

# tell SITE/spool/SENSOR/DAY STEM PACKETS KERNEL INTERFACE DISCARDED CLEAN REASON: the manifest of a file there.
tell() {
	start=${2%%-*}
	mkdir -p "$work/$1"
	cat >"$work/$1/$2.json" <<-EOT
		{"sensor": "dmz", "hour": "${1##*/}T${start%??}:${start#??}:00Z", "packets": $3, "bytes": 100, "octets": 100,
		 "first": null, "last": null, "dropped_kernel": $4, "dropped_interface": $5, "discarded": $6,
		 "snap_length": 128, "link_type": "EN10MB", "filter": "", "interface": "eth0",
		 "digest": "0000000000000000", "clean": $7, "reason": "$8", "imported": false,
		 "program": "gnomon-collect", "version": 1}
	EOT
}

# run SITE NOW STATUS: what cron does.
run() {
	"$tally" run --site "$work/$1.conf" --now "$2" 2>"$work/err"
	[ $? -eq "$3" ] || {
		cat "$work/err"
		exit 99
	}
}

# expect SENTENCE STATUS ARGUMENT...: output in $work/out, without the numbers of this machine's disk.
expect() {
	sentence=$1
	status=$2
	shift 2
	"$tally" status "$@" >"$work/all" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
	sed -e '/^Disk$/,$d' -e 's/"disk":{[^}]*}/"disk":{}/' "$work/all" >"$work/out"
}

expect_output() {
	diff - "$work/out" >"$work/diff" || complain "<expected >printed: $(cat "$work/diff")"
}

expect_said() {
	diff - "$work/err" >"$work/diff" || complain "<expected >said: $(cat "$work/diff")"
}

# Two days: an hour missing, one without packets, one cut short and one restarted; the last is to be tallied, one is open.
make_site sample UTC
dmz=sample/spool/dmz
for date in 2017-09-10 2017-09-11; do
	for hour in 00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
		put $dmz/$date/${hour}00.pcap
		tell $dmz/$date ${hour}00 1 0 null 0 true ''
	done
done
rm "$work/$dmz/2017-09-10/"0300.* # missing
head -c 24 "$work/$dmz/2017-09-10/0000.pcap" >"$work/$dmz/2017-09-10/0700.pcap"
tell $dmz/2017-09-10 0700 0 5 null 0 true ''
tell $dmz/2017-09-10 0800 1 null null 0 false 'killed'
put $dmz/2017-09-10/0800-1500.pcap
tell $dmz/2017-09-10 0800-1500 1 100 20 3 true ''
tell $dmz/2017-09-11 1200 1 7 8 9 true ''
head -c 24 "$work/$dmz/2017-09-10/0000.pcap" >"$work/$dmz/2017-09-11/1300.pcap"
rm "$work/$dmz/2017-09-11/1300.json"
put sample/spool/old/2017-08-01/0000.pcap # an archive
run sample 2017-09-11T23:30:00Z 3
rm "$work/$dmz/2017-09-10/0400.pcap" # pruned
rm "$work/$dmz/2017-09-10/"0500.*    # its tally alone is left
put $dmz/2017-09-10/0900-0203.pcap   # it came after the hour was tallied
tell $dmz/2017-09-10 0900-0203 1 0 null 0 true ''
put $dmz/2017-09-12/0000-0123.pcap.part
put sample/spool/new/2017-09-12/0000.pcap.part # a sensor that has just begun

expect 'a site with all that can be told' 3 --site "$work/sample.conf" --now 2017-09-12T00:20:00Z
expect_output <<'EOT'
Site sample, 2017-09-12T00:20:00Z

Sensor dmz
  capturing since     2017-09-12T00:01:23Z
  last hour captured  2017-09-11T23:00:00Z, ended 20 min 0 s ago
  last hour tallied   2017-09-11T22:00:00Z, ended 1 h 20 min ago
  to be tallied       2 hours: 2017-09-10T09:00:00Z, 2017-09-11T23:00:00Z
  missing in 7 d      1 hour: 2017-09-10T03:00:00Z
  0 packets in        2 hours: 2017-09-10T07:00:00Z, 2017-09-11T13:00:00Z
  cut short           2017-09-10/0800: killed
  dropped in 24 h     kernel 7, interface 8, full disk 9; 23 files do not tell all of it
  dropped in 7 d      kernel 112, interface 28, full disk 12; 46 files do not tell all of it

Sensor new
  capturing since     2017-09-12T00:00:00Z
  last hour captured  none yet
  last hour tallied   none yet
  dropped in 24 h     kernel not known, interface not known, full disk not known
  dropped in 7 d      kernel not known, interface not known, full disk not known

Sensor old (an archive: nothing of the last 7 d)
  last hour captured  2017-08-01T00:00:00Z, ended 41 d 23 h ago
  last hour tallied   2017-08-01T00:00:00Z, ended 41 d 23 h ago

EOT
expect_said </dev/null
grep -q '^  days left           about [0-9]*, an estimate: ' "$work/all" || complain "no estimate: $(cat "$work/all")"
grep -q '^  free                [0-9.]* [KMGTP]iB of [0-9.]* [KMGTP]iB ([0-9.]* %)$' "$work/all" || complain "$(cat "$work/all")"

expect 'the same as JSON' 3 --site "$work/sample.conf" --now 2017-09-12T00:20:00Z --format json
expect_output <<'EOT'
{"site":"sample","now":"2017-09-12T00:20:00Z","sensors":[{"name":"dmz","capturing_since":"2017-09-12T00:01:23Z","last_captured":"2017-09-11T23:00:00Z","last_tallied":"2017-09-11T22:00:00Z","archive":false,"to_be_tallied":["2017-09-10T09:00:00Z","2017-09-11T23:00:00Z"],"missing":["2017-09-10T03:00:00Z"],"without_packets":["2017-09-10T07:00:00Z","2017-09-11T13:00:00Z"],"cut_short":[{"file":"2017-09-10/0800","reason":"killed"}],"dropped_24h":{"kernel":7,"interface":8,"discarded":9,"unknown_files":23},"dropped_7d":{"kernel":112,"interface":28,"discarded":12,"unknown_files":46}},{"name":"new","capturing_since":"2017-09-12T00:00:00Z","last_captured":null,"last_tallied":null,"archive":false,"to_be_tallied":[],"missing":[],"without_packets":[],"cut_short":[],"dropped_24h":{"kernel":null,"interface":null,"discarded":null,"unknown_files":0},"dropped_7d":{"kernel":null,"interface":null,"discarded":null,"unknown_files":0}},{"name":"old","capturing_since":null,"last_captured":"2017-08-01T00:00:00Z","last_tallied":"2017-08-01T00:00:00Z","archive":true,"to_be_tallied":[],"missing":[],"without_packets":[],"cut_short":[],"dropped_24h":{"kernel":null,"interface":null,"discarded":null,"unknown_files":0},"dropped_7d":{"kernel":null,"interface":null,"discarded":null,"unknown_files":0}}],"disk":{},"problems":[]}
EOT

expect 'half a day without a sensor: hours are missing up to the newest closed one, and the first are named' 3 \
	--site "$work/sample.conf" --now 2017-09-12T12:00:00Z
grep -qx '  missing in 7 d      13 hours: 2017-09-10T03:00:00Z, 2017-09-12T00:00:00Z, 2017-09-12T01:00:00Z, 2017-09-12T02:00:00Z, 2017-09-12T03:00:00Z, 2017-09-12T04:00:00Z, 2017-09-12T05:00:00Z, 2017-09-12T06:00:00Z and 5 more' "$work/out" ||
	complain "$(cat "$work/out")"
grep -qF "0000-0123.pcap.part: being written no more" "$work/err" || complain "said: $(cat "$work/err")"
rm "$work/sample/spool/old/2017-08-01/0000.pcap"
expect 'and when its newest hour has left the last 7 d it is an archive' 3 --site "$work/sample.conf" --now 2017-09-19T00:00:00Z
grep -qx 'Sensor dmz (an archive: nothing of the last 7 d)' "$work/out" || complain "$(cat "$work/out")"
grep -q '^  last hour captured  2017-08-01T00:00:00Z' "$work/out" || complain "pruned without a manifest: $(cat "$work/out")"

# All is well, on a grid of 30 minutes.
make_site kolkata Asia/Kolkata
for hour in 00 01 02; do
	put kolkata/spool/lan/2017-09-10/${hour}30.pcap
	tell kolkata/spool/lan/2017-09-10 ${hour}30 1 0 0 0 true ''
done
run kolkata 2017-09-10T03:30:00Z 0

expect 'a site where nothing is missing' 0 --site "$work/kolkata.conf" --now 2017-09-10T04:29:59Z
expect_output <<'EOT'
Site kolkata, 2017-09-10T04:29:59Z

Sensor lan
  last hour captured  2017-09-10T02:30:00Z, ended 59 min 59 s ago
  last hour tallied   2017-09-10T02:30:00Z, ended 59 min 59 s ago
  dropped in 24 h     kernel 0, interface 0, full disk 0
  dropped in 7 d      kernel 0, interface 0, full disk 0

EOT
grep -qx '  days left           no estimate: under a day of data in the last 7 d' "$work/all" || complain "$(cat "$work/all")"
expect 'and one second later an hour is' 3 --site "$work/kolkata.conf" --now 2017-09-10T04:30:00Z
grep -qx '  missing in 7 d      1 hour: 2017-09-10T03:30:00Z' "$work/out" || complain "$(cat "$work/out")"

echo '{' >"$work/kolkata/spool/lan/2017-09-10/0130.json"
: >"$work/kolkata/spool/lan/2017-09-10/notes.txt"
expect 'what cannot be read and what is of no name is told' 3 --site "$work/kolkata.conf" --now 2017-09-10T04:00:00Z
expect_said <<EOT
gnomon-tally: $work/kolkata/spool/lan/2017-09-10/0130.json: no manifest: line 2: expected JSON, found: string or '}' expected near end of file
gnomon-tally: $work/kolkata/spool/lan/2017-09-10/notes.txt: expected HHMM.pcap, HHMM-MMSS.pcap, .zst or .gz of one
EOT

make_site none UTC
expect 'a site without a sensor' 3 --site "$work/none.conf" --now 2017-09-10T04:00:00Z
expect_output <<'EOT'
Site none, 2017-09-10T04:00:00Z

no sensor yet

EOT
rm -rf "$work/none/spool"
: >"$work/none/spool"
expect 'a spool that is no folder' 1 --site "$work/none.conf" --now 2017-09-10T04:00:00Z
grep -q "none/spool: expected a readable folder: Not a directory$" "$work/err" || complain "said: $(cat "$work/err")"
expect 'an unknown format' 2 --site "$work/none.conf" --format xml
expect 'a time that is none' 2 --site "$work/none.conf" --now noon
expect 'settings that are not there' 2 --site "$work/nowhere.conf"
expect 'an argument too many' 2 --site "$work/none.conf" more
exit $((failed > 0))
