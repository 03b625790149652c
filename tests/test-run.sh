#!/bin/sh
# gnomon-tally run on spools composed here: what is tallied, what is left alone, what is told. Time is --now, always.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
spool=$work/spool
store=$work/store

# The hook is the program that lies beside: one of ours, that notes its words and ends as it is told.
mkdir "$work/bin"
cp "$tally" "$work/bin/gnomon-tally" || exit 99
cat >"$work/bin/gnomon-report" <<'END'
#!/bin/sh
folder=$(dirname "$0")
echo "$*" >>"$folder/calls"
[ ! -e "$folder/slow" ] || exec sleep 60
if [ -e "$folder/once" ]; then
	status=$(cat "$folder/once")
	rm "$folder/once"
	exit "$status"
fi
exit 0
END
chmod +x "$work/bin/gnomon-report"

# A site without anything in its spool and store; further lines of its settings are read from standard input.
site() {
	rm -rf "$spool" "$store"
	mkdir "$spool"
	{
		echo '[site]'
		echo 'name = main'
		echo "home = ${home:-192.0.2.0/24}"
		echo "zone = ${zone:-UTC}"
		echo "spool = $spool"
		echo "store = $store"
		echo "reports = $work/reports"
		cat
	} >"$work/site.conf"
}

quiet() {
	site <<-END
		[run]
		hook = no
	END
}

# capture FILE DATE LINE...: "HH:MM:SS N" is a SYN to host N.
capture() {
	into=$1
	{
		echo "date $2"
		shift 2
		for line in "$@"; do
			echo "${line% *}.000000 IP 198.51.100.9.40000 > 192.0.2.${line##* }.80: Flags [S], seq 1, win 512, length 0"
		done
	} >"$work/trace.txt"
	"$compose" "$work/trace.txt" "$into.part" && mv "$into.part" "$into" || exit 99
}

# put SENSOR DAY STEM LINE...: an hour file of the spool.
put() {
	sensor=$1
	day=$2
	stem=$3
	shift 3
	mkdir -p "$spool/$sensor/$day"
	capture "$spool/$sensor/$day/$stem.pcap" "$day" "$@"
}

# Hours 00 to 05 of a day, a packet each.
put_day() {
	for hour in 00 01 02 03 04 05; do
		put dmz 2017-09-10 "${hour}00" "$hour:10:00 1"
	done
}

# run SENTENCE STATUS WORDS ARGUMENT...: its exit status, words on standard error ('': nothing there).
run() {
	sentence=$1
	status=$2
	words=$3
	shift 3
	"$work/bin/gnomon-tally" run --site "$work/site.conf" "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
	if [ -n "$words" ]; then
		grep -qF -- "$words" "$work/err" || complain "expected \"$words\" in: $(cat "$work/err")"
	else
		[ ! -s "$work/err" ] || complain "said: $(cat "$work/err")"
	fi
	leftovers=$(find "$store" -name '*.part*' 2>/dev/null)
	[ -z "$leftovers" ] || complain "left $leftovers"
}

# The same, and nothing on standard output.
run_silent() {
	run "$@"
	[ ! -s "$work/out" ] || complain "printed: $(cat "$work/out")"
}

# says WORDS: the last run also said that; prints WORDS: on standard output.
says() {
	grep -qF -- "$1" "$work/err" || complain "expected \"$1\" in: $(cat "$work/err")"
}
prints() {
	grep -qF -- "$1" "$work/out" || complain "expected \"$1\" in: $(cat "$work/out")"
}

# What the store holds: each tally with the time it was written.
tallies() {
	(cd "$store" 2>/dev/null && find . -name '*.tally' -exec stat -c '%n %y %i' {} +) | sort
}
remember() {
	tallies >"$work/before"
}
# changed PATH...: these tallies are others than those remembered, or new; all else is as it was.
changed() {
	tallies | comm -13 "$work/before" - | sed 's/ .*//' | sort -u >"$work/changed"
	printf '%s\n' "$@" | sed '/^$/d' | sort -u >"$work/expected"
	cmp -s "$work/changed" "$work/expected" ||
		complain "expected [$(tr '\n' ' ' <"$work/expected")] to change, not [$(tr '\n' ' ' <"$work/changed")]"
}
has_tallies() {
	tallies | sed 's/ .*//' >"$work/changed"
	printf '%s\n' "$@" | sort >"$work/expected"
	cmp -s "$work/changed" "$work/expected" ||
		complain "expected tallies [$(tr '\n' ' ' <"$work/expected")], not [$(tr '\n' ' ' <"$work/changed")]"
}

# What a tally holds of its packets: not where they came from.
facts() {
	"$tally" dump "$1" | grep -v '^tally \|^input \|^dropped \|^hour \|^cut short\|^shortfall '
}
# holds TALLY WORDS: its dump has them.
holds() {
	"$tally" dump "$store/$1" >"$work/dump" 2>&1
	grep -qF -- "$2" "$work/dump" || complain "expected \"$2\" in $1: $(cat "$work/dump")"
}
# same_as TALLY FILE...: it holds what gnomon-tally hour makes of the files.
same_as() {
	one=$1
	shift
	"$tally" hour --home "${home:-192.0.2.0/24}" ${grid:+--grid "$grid"} --output "$work/one.tally" "$@" || exit 99
	facts "$work/one.tally" >"$work/one.txt"
	facts "$store/$one" | cmp -s - "$work/one.txt" || complain "$one is not the tally of $*"
}

later='--now 2017-09-20T00:00:00Z'
# Windows are told: options, as many as there are.
# shellcheck disable=SC2086

# ---- what is due
quiet
put_day
run_silent 'the first run tallies every hour' 0 '' $later
has_tallies ./dmz/2017-09-10/0000.tally ./dmz/2017-09-10/0100.tally ./dmz/2017-09-10/0200.tally \
	./dmz/2017-09-10/0300.tally ./dmz/2017-09-10/0400.tally ./dmz/2017-09-10/0500.tally
same_as dmz/2017-09-10/0300.tally "$spool/dmz/2017-09-10/0300.pcap"
holds dmz/2017-09-10/0300.tally 'sensor "dmz"'
holds dmz/2017-09-10/0300.tally 'input 2017-09-10/0300 '
remember
run_silent 'the second does nothing' 0 '' $later
changed ''
for file in "$spool"/dmz/2017-09-10/*.pcap; do
	gzip -n "$file"
done
run_silent 'compressed files are the same files' 0 '' $later
changed ''
put dmz 2017-09-10 0200-1500 '02:20:00 2'
run_silent 'a part that comes late makes its hour due, and no other' 0 '' $later
changed ./dmz/2017-09-10/0200.tally
same_as dmz/2017-09-10/0200.tally "$spool/dmz/2017-09-10/0200.pcap.gz" "$spool/dmz/2017-09-10/0200-1500.pcap"
remember
rm "$spool/dmz/2017-09-10/0100.pcap.gz" "$spool/dmz/2017-09-10/0200-1500.pcap"
run_silent 'tallies outlive their packets' 0 '' $later
changed ''
sed -i 's/^home = .*/home = 192.0.2.0\/25/' "$work/site.conf"
run_silent 'another home makes all due, but for those that would lose packets' 0 '' $later
changed ./dmz/2017-09-10/0000.tally ./dmz/2017-09-10/0300.tally ./dmz/2017-09-10/0400.tally ./dmz/2017-09-10/0500.tally
holds dmz/2017-09-10/0200.tally 'home 192.0.2.0/24'
remember
run_silent 'once' 0 '' $later
changed ''
run 'what is asked for is tallied again, and what stays is told' 3 'dmz: 2017-09-10T02:00:00Z: kept' \
	$later --from 2017-09-10T02:00:00Z --to 2017-09-10T04:00Z
changed ./dmz/2017-09-10/0300.tally
run_silent 'and nothing more' 0 '' $later

# ---- closed hours
quiet
put_day
run_silent 'an hour that is not over is left alone' 0 '' --now 2017-09-10T05:59:59Z
[ ! -e "$store/dmz/2017-09-10/0500.tally" ] || complain 'it has a tally'
run_silent 'until it is' 0 '' --now 2017-09-10T06:00:00Z
[ -e "$store/dmz/2017-09-10/0500.tally" ] || complain 'it has no tally'

# ---- a dry run
quiet
put_day
run 'a dry run tells what it would do' 0 '' $later --dry-run
prints 'main: dmz: 2017-09-10T04:00:00Z: would be tallied: no tally yet'
[ ! -e "$store" ] || complain 'there is a store'
run_silent 'the run itself' 0 '' $later
put dmz 2017-09-10 0200-1500 '02:20:00 2'
remember
run 'a dry run tells why' 0 '' $later --dry-run
prints 'dmz: 2017-09-10T02:00:00Z: would be tallied: its files are others'
[ "$(wc -l <"$work/out")" -eq 1 ] || complain "printed: $(cat "$work/out")"
changed ''
run 'a verbose run tells what it did' 0 '' $later --verbose
prints 'main: dmz: 2017-09-10T02:00:00Z: tallied in '
prints 'main: 0 hours tallied, 1 again, 1 day rolled up, in '

# ---- what is there is counted
count() {
	sentence=$1
	status=$2
	expected=$3
	shift 3
	"$tally" count --site "$work/site.conf" --format csv "$@" 2>"$work/err" | tail -n +2 >"$work/out"
	"$tally" count --site "$work/site.conf" "$@" >/dev/null 2>&1
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
	printf '%s' "$expected" | cmp -s - "$work/out" || complain "counted $(cat "$work/out")"
}
site <<-END
	[run]
	hook = no
	[tally half]
	targets = 192.0.2.0/31;192.0.2.4
	ports = 80
	window = 2h
	step = 1h
	hosts = 2
END
put dmz 2017-09-10 0000 '00:10:00 1' '00:11:00 2' '00:12:00 3'
put lan 2017-09-10 0000 '00:10:00 4'
put dmz 2017-09-10 0100 '01:10:00 5'
run_silent 'two sensors' 0 '' $later
count 'the store of a site is counted' 0 '2017-09-10T00:00:00Z,2017-09-10T01:00:00Z,198.51.100.9,4
' --hosts 2
count 'or one sensor of it' 0 '2017-09-10T00:00:00Z,2017-09-10T01:00:00Z,198.51.100.9,3
' --hosts 2 --sensor dmz
count 'or as the site says' 0 '2017-09-09T23:00:00Z,2017-09-10T01:00:00Z,198.51.100.9,2
2017-09-10T00:00:00Z,2017-09-10T02:00:00Z,198.51.100.9,2
' --tally half
count 'but for what is asked otherwise' 0 '2017-09-10T00:00:00Z,2017-09-10T01:00:00Z,198.51.100.9,2
' --tally half --window 1h
count 'or a span of it' 3 '2017-09-10T00:00:00Z,2017-09-10T02:00:00Z,198.51.100.9,2
' --tally half --from 2017-09-10 --to 2017-09-10T02:00Z
says 'lan: 1 hour without a tally, the first 2017-09-10T01:00:00Z'
count 'and whatever lacks at its ends' 3 '' --hosts 9 --sensor dmz --from 2017-09-09T22:30:00Z --to 2017-09-10T03:30:00Z
says 'dmz: 2 hours without a tally, the first 2017-09-09T23:00:00Z'
count 'but nothing beyond them' 0 '' --hosts 9 --sensor dmz --from 2017-09-09T23:30:00Z --to 2017-09-10T02:30:00Z
count 'captures are read by its home and zone' 0 '2017-09-10T00:00:00Z,2017-09-10T01:00:00Z,198.51.100.9,3
' --hosts 3 "$spool/dmz/2017-09-10/0000.pcap"
rm "$spool/lan/2017-09-10/0000.pcap" "$store/lan/2017-09-10/0000.tally"
put dmz 2017-09-10 0300 '03:10:00 5'
run 'a gap comes' 3 'no packets from 2017-09-10T02:00:00Z' $later
count 'hours missing are told' 3 '2017-09-10T00:00:00Z,2017-09-10T01:00:00Z,198.51.100.9,3
' --hosts 2
says 'dmz: 1 hour without a tally, the first 2017-09-10T02:00:00Z'

# ---- an hour without packets
quiet
put dmz 2017-09-10 0000 '00:10:00 1'
put dmz 2017-09-10 0100
put dmz 2017-09-10 0200 '02:10:00 1'
run_silent 'an hour in which no packet came has a tally' 0 '' $later
holds dmz/2017-09-10/0100.tally 'sources 0'
holds dmz/2017-09-10/0100.tally 'input 2017-09-10/0100 24'

# ---- manifests
manifest() {
	cat >"$spool/dmz/2017-09-10/$1.json" <<-END
		{"sensor": "dmz", "hour": "2017-09-10T00:00:00Z", "packets": $2, "bytes": 40, "octets": 80, "first": null,
		"last": null, "dropped_kernel": $3, "dropped_interface": null, "discarded": $4, "snap_length": 128,
		"link_type": "EN10MB", "filter": "", "interface": "eth0", "digest": "0123456789abcdef", "clean": $5,
		"reason": "$6", "imported": false, "program": "gnomon-collect 0.1.0", "version": 1}
	END
}
quiet
put dmz 2017-09-10 0000 '00:10:00 1'
put dmz 2017-09-10 0000-1500 '00:20:00 1'
manifest 0000 1 12 0 true ''
manifest 0000-1500 1 30 7 false 'the disk was full'
run_silent 'what a manifest calls cut short is told' 3 'main: dmz: 2017-09-10T00:00:00Z: 2017-09-10/0000-1500: cut short: the disk was full' $later
holds dmz/2017-09-10/0000.tally 'cut short'
grep -q '^dropped kernel  *42$' "$work/dump" || complain "drops are no 42: $(cat "$work/dump")"
grep -q '^dropped full disk  *7$' "$work/dump" || complain "discarded packets are no 7: $(cat "$work/dump")"
! grep -q '^dropped interface' "$work/dump" || complain 'drops of the interface are not known'
run_silent 'once' 0 '' $later
manifest 0000 5 12 0 true ''
run_silent 'a manifest that tells of other packets is told' 3 '2017-09-10/0000: 1 packets, but 5 by its manifest' $later --from 2017-09-10
manifest 0000 '"x"' 12 0 true ''
run_silent 'so is one that cannot be read' 3 '2017-09-10/0000: not known what was dropped: ' $later --from 2017-09-10

# ---- what is damaged
quiet
put_day
echo 'no capture' >"$spool/dmz/2017-09-10/0300.pcap"
head -c 30 "$spool/dmz/2017-09-10/0400.pcap" >"$work/cut" && mv "$work/cut" "$spool/dmz/2017-09-10/0400.pcap"
run_silent 'a file that is no capture is set aside, the rest goes on' 3 \
	"main: dmz: 2017-09-10T03:00:00Z: set aside as $spool/dmz/2017-09-10/0300.pcap.damaged" $later
says '2017-09-10T03:00:00Z'
says '2017-09-10T04:00:00Z'
has_tallies ./dmz/2017-09-10/0000.tally ./dmz/2017-09-10/0100.tally ./dmz/2017-09-10/0200.tally \
	./dmz/2017-09-10/0400.tally ./dmz/2017-09-10/0500.tally
holds dmz/2017-09-10/0400.tally 'cut short'
run_silent 'and told once' 0 '' $later
remember
echo 'no tally' >"$store/dmz/2017-09-10/0100.tally"
rm -f "$store/dmz/.days"
run_silent 'a damaged tally is set aside and made again' 3 "set aside as $store/dmz/2017-09-10/0100.tally.damaged" $later
changed ./dmz/2017-09-10/0100.tally
same_as dmz/2017-09-10/0100.tally "$spool/dmz/2017-09-10/0100.pcap"
run_silent 'once' 0 '' $later
# What the version before this one left: tallies of schema 1, and a .days that has them in order by a digest of its own.
touch -d '1 hour ago' "$spool/dmz/2017-09-10" "$store/dmz/2017-09-10"
run_silent 'the day is noted as in order' 0 '' $later
[ -s "$store/dmz/.days" ] || complain 'it is not'
printf '\001' | dd of="$store/dmz/2017-09-10/0100.tally" bs=1 seek=8 conv=notrunc 2>/dev/null
sed -i 's/ [0-9a-f]* \([01]\)$/ 0 \1/' "$store/dmz/.days"
run_silent 'a tally of another schema is made again' 3 '0100.tally:8: a tally of schema 1: expected 2' $later
same_as dmz/2017-09-10/0100.tally "$spool/dmz/2017-09-10/0100.pcap"
run_silent 'likewise once' 0 '' $later
put dmz 2017-09-10 0500-1000 '05:20:00 3'
echo >"$spool/dmz/2017-09-10/0500-1001.pcap"
run_silent 'a damaged part does not keep the others from being counted' 3 '0500-1001.pcap' $later
same_as dmz/2017-09-10/0500.tally "$spool/dmz/2017-09-10/0500.pcap" "$spool/dmz/2017-09-10/0500-1000.pcap"

# ---- packets of other hours
quiet
put dmz 2017-09-10 0000 '00:10:00 1' '01:00:00 2' '01:00:01 3'
put dmz 2017-09-10 0100 '00:59:59 4' '01:10:00 5' '02:00:00 6'
run_silent 'packets beyond the edge count in their own hour' 0 '' --now 2017-09-10T02:00:00Z
capture "$work/00.pcap" 2017-09-10 '00:10:00 1' '00:59:59 4'
capture "$work/01.pcap" 2017-09-10 '01:00:00 2' '01:00:01 3' '01:10:00 5'
capture "$work/02.pcap" 2017-09-10 '02:00:00 6' '02:10:00 7'
same_as dmz/2017-09-10/0000.tally "$work/00.pcap"
same_as dmz/2017-09-10/0100.tally "$work/01.pcap"
has_tallies ./dmz/2017-09-10/0000.tally ./dmz/2017-09-10/0100.tally
remember
run_silent 'and are looked at once' 0 '' --now 2017-09-10T02:30:00Z
changed ''
put dmz 2017-09-10 0200 '02:10:00 7'
run_silent 'those of an hour to come wait for it' 0 '' --now 2017-09-10T03:00:00Z
changed ./dmz/2017-09-10/0200.tally
same_as dmz/2017-09-10/0200.tally "$work/02.pcap"
remember
sed -i 's/^home = .*/home = 192.0.2.0\/25/' "$work/site.conf"
home=192.0.2.0/25
run_silent 'they are not forgotten when hours are tallied again' 0 '' --now 2017-09-10T03:00:00Z
same_as dmz/2017-09-10/0100.tally "$work/01.pcap"
same_as dmz/2017-09-10/0200.tally "$work/02.pcap"
rm "$store"/dmz/2017-09-10/*.tally
run_silent 'nor when tallies are lost' 0 '' --now 2017-09-10T03:00:00Z
same_as dmz/2017-09-10/0000.tally "$work/00.pcap"
same_as dmz/2017-09-10/0100.tally "$work/01.pcap"
same_as dmz/2017-09-10/0200.tally "$work/02.pcap"
home=
quiet
put dmz 2017-09-10 2300 '23:10:00 1'
{
	echo 'date 2017-09-10'
	for hour in 00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
		echo "$hour:00:00.000000 IP 198.51.100.9.40000 > 192.0.2.1.80: Flags [S], seq 1, win 512, length 0"
	done
	echo 'date 2017-09-11'
	for hour in 00 01 02 03; do
		echo "$hour:00:00.000000 IP 198.51.100.9.40000 > 192.0.2.1.80: Flags [S], seq 1, win 512, length 0"
	done
} >"$work/trace.txt"
"$compose" "$work/trace.txt" "$spool/dmz/2017-09-10/2300-0001.pcap" || exit 99
run_silent 'a file of more than 25 other hours is told, not spread' 3 '2017-09-10/2300-0001: packets of more than 25 other hours' $later
has_tallies ./dmz/2017-09-10/2300.tally

# ---- what is missing
quiet
put dmz 2017-09-10 0000 '00:10:00 1'
put dmz 2017-09-10 0300 '03:10:00 1'
run_silent 'a gap is told' 3 'main: dmz: no packets from 2017-09-10T01:00:00Z to 2017-09-10T03:00:00Z (2 hours)' $later
run_silent 'while it is news' 0 '' $later
run_silent 'a sensor that fell silent is told' 3 'main: dmz: no packets since 2017-09-10T04:00:00Z' --now 2017-09-10T06:00:00Z
run_silent 'its newest file may come a while after the hour' 0 '' --now 2017-09-10T05:14:59Z
run_silent 'an archive is not silent' 0 '' --now 2017-09-17T04:00:00Z
site <<-END
	sensors = dmz;lan
	[run]
	hook = no
END
put dmz 2017-09-10 0000 '00:10:00 1'
put wifi 2017-09-10 0000 '00:10:00 1'
run_silent 'a sensor that is named and not there is told' 3 'main: lan: [site] sensors names it' $later
has_tallies ./dmz/2017-09-10/0000.tally
rm -rf "$spool"
run_silent 'without a spool nothing goes' 1 "main: $spool: expected the spool's folder" $later

# ---- the lock
quiet
put_day
mkdir "$store"
if command -v flock >/dev/null; then
	flock "$store/.lock" sh -c "touch '$work/held'; while [ -e '$work/held' ]; do sleep 0.1; done" &
	while [ ! -e "$work/held" ]; do sleep 0.1; done
	run_silent 'two runs at once: one works' 75 "$store/.lock: " $later
	[ ! -e "$store/dmz" ] || complain 'the other worked, too'
	run 'a dry run says so' 0 '' $later --dry-run
	prints 'another run is at work'
	rm "$work/held"
	wait
else
	echo 'There is no flock here: the lock is left to other tests.'
fi
mkdir -p "$store/dmz/2017-09-10"
touch "$store/.pending.part-abc123" "$store/dmz/.days.part-abc123" "$store/dmz/2017-09-10/.0100.tally.part-abc123"
run_silent 'what a killed run left is swept' 0 '' $later

# ---- findings
calls() {
	[ "$(cat "$work/bin/calls" 2>/dev/null)" = "$1" ] ||
		complain "expected the report called as [$1], not [$(cat "$work/bin/calls" 2>/dev/null)]"
	rm -f "$work/bin/calls"
}
site </dev/null
put dmz 2017-09-10 0000 '00:10:00 1'
now='--now 2017-09-10T01:00:00Z'
run_silent 'findings of the days that are touched are written' 0 '' $now
calls "day --site $work/site.conf --now 2017-09-10T01:00:00Z 2017-09-10"
run_silent 'and of no others' 0 '' $now
calls ''
[ ! -e "$store/.pending" ] || complain 'something is pending'
put dmz 2017-09-10 0100 '01:10:00 1'
echo 1 >"$work/bin/once"
now='--now 2017-09-10T02:00:00Z'
run_silent 'a report that fails is told' 1 'main: findings are not written: gnomon-report ended with status 1' $now
calls "day --site $work/site.conf --now 2017-09-10T02:00:00Z 2017-09-10"
run 'a dry run says what is pending' 0 '' $now --dry-run
prints 'findings of 2 hours are still to be written'
calls ''
run_silent 'and called again' 0 '' $now
calls "day --site $work/site.conf --now 2017-09-10T02:00:00Z 2017-09-10"
run_silent 'until it did it' 0 '' $now
calls ''
put dmz 2017-09-03 0000 '00:10:00 1'
run_silent 'an old hour touches the windows of a week' 0 '' $now
calls "day --site $work/site.conf --now 2017-09-10T02:00:00Z 2017-09-03 2017-09-04 2017-09-05 2017-09-06 2017-09-07 2017-09-08 2017-09-09 2017-09-10"
echo 3 >"$work/bin/once"
put dmz 2017-09-10 0100-0100 '01:10:00 1'
printf x | dd of="$store/dmz/2017-09-10/0000.tally" bs=1 seek=40 conv=notrunc 2>/dev/null
run_silent 'a tally that the report finds damaged is set aside and made again' 3 'main: dmz: 2017-09-10T00:00:00Z: ' $now
[ -e "$store/dmz/2017-09-10/0000.tally.damaged" ] || complain 'it was not set aside'
same_as dmz/2017-09-10/0000.tally "$spool/dmz/2017-09-10/0000.pcap"
calls "day --site $work/site.conf --now 2017-09-10T02:00:00Z 2017-09-10
day --site $work/site.conf --now 2017-09-10T02:00:00Z 2017-09-10"
run_silent 'and that is that' 0 '' $now
calls ''
put dmz 2017-09-10 0100-0200 '01:10:00 1'
touch "$work/bin/slow"
sentence='a run that is asked to stop stops'
"$work/bin/gnomon-tally" run --site "$work/site.conf" $now 2>"$work/err" &
until [ -e "$work/bin/calls" ]; do sleep 0.1; done
kill -TERM $!
wait $!
[ $? -eq 1 ] || complain 'expected exit status 1'
says 'main: stopped: the next run does the rest'
[ -e "$store/.pending" ] || complain 'nothing is pending'
rm "$work/bin/slow" "$work/bin/calls"
run_silent 'and the next one does the rest' 0 '' $now
calls "day --site $work/site.conf --now 2017-09-10T02:00:00Z 2017-09-10"
mv "$work/bin/gnomon-report" "$work/bin/elsewhere"
put dmz 2017-09-10 0100-0300 '01:10:00 1'
run_silent 'a report that is not there is told' 1 "$work/bin/gnomon-report: cannot be run" $now
[ -e "$store/dmz/2017-09-10/0100.tally" ] || complain 'there is no tally'
mv "$work/bin/elsewhere" "$work/bin/gnomon-report"

# ---- grids and zones
zone=Asia/Kolkata
site </dev/null
put dmz 2017-09-10 1730 '17:40:00 1'
put dmz 2017-09-10 1830 '18:40:00 1'
put dmz 2017-09-10 1900 '19:10:00 1'
run_silent 'hours of another grid are told' 3 "main: dmz: 2017-09-10/1900: not read: the site's hours begin at minute 30" --now 2017-09-10T19:30:00Z
has_tallies ./dmz/2017-09-10/1730.tally ./dmz/2017-09-10/1830.tally
grid=30
same_as dmz/2017-09-10/1830.tally "$spool/dmz/2017-09-10/1830.pcap"
calls "day --site $work/site.conf --now 2017-09-10T19:30:00Z 2017-09-10 2017-09-11"
zone=Asia/Kathmandu
site </dev/null
put dmz 2017-09-10 1715 '17:40:00 1'
put dmz 2017-09-10 1815 '18:40:00 1'
run_silent 'a quarter is a grid, too' 0 '' --now 2017-09-10T19:15:00Z
has_tallies ./dmz/2017-09-10/1715.tally ./dmz/2017-09-10/1815.tally
calls "day --site $work/site.conf --now 2017-09-10T19:15:00Z 2017-09-10 2017-09-11"
grid=
zone=Europe/Berlin
site </dev/null
for hour in 2100 2200 2300; do
	put dmz 2017-03-25 $hour
done
for hour in 0000 2100 2200; do
	put dmz 2017-03-26 $hour
done
run_silent 'a day of 23 hours' 3 'no packets from 2017-03-26T01:00:00Z' --now 2017-03-26T23:00:00Z
calls "day --site $work/site.conf --now 2017-03-26T23:00:00Z 2017-03-25 2017-03-26 2017-03-27"
zone=

# ---- the command line
run_silent 'a time that is none' 2 '--from' --from yesterday
run_silent 'a span that is none' 2 'expected a time after --from' --from 2017-09-11 --to 2017-09-10
run_silent 'a word too many' 2 'unexpected "now"' now
run_silent 'settings that are not there' 2 'absent.conf' --site "$work/absent.conf"

exit $((failed > 0))
