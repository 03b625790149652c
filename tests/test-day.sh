#!/bin/sh
# gnomon-report day on stores made of composed traces: which findings a local day has, what it lacks, what is written.
# Oracles: `gnomon-report scan` over the same tallies; days and hours worked out by hand; for the real capture, counts of
# an independent reference (../shared/data/expected, where it is there).
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# new_site ZONE: an empty site, home 192.0.2.0/24; its settings lie in $site.
new_site() {
	rm -rf "$work/store" "$work/reports" "$work/spool"
	mkdir "$work/spool"
	site=$work/site.conf
	cat >"$site" <<-EOT
		[site]
		name = example
		home = ${home:-192.0.2.0/24}
		zone = $1
		spool = $work/spool
		store = $work/store
		reports = $work/reports
		# Probes of the same targets at the same instants would be decoys of one machine.
		[target-set]
		sources = 1000000
	EOT
}

# add_tallies SENSOR GRID CAPTURE...: tallies of their hours, in the store.
add_tallies() {
	sensor=$1
	grid=$2
	shift 2
	rm -rf "$work/tallies"
	"$tally" store --home "${home:-192.0.2.0/24}" --grid "$grid" --output "$work/tallies" "$@" || fail "no tallies of $*"
	for file in "$work"/tallies/*.tally; do
		name=${file##*/}
		mkdir -p "$work/store/$sensor/${name%%T*}"
		mv "$file" "$work/store/$sensor/${name%%T*}/${name#*T}"
	done
}

# probe TIME SOURCE FIRST N: N targets from 192.0.2.FIRST on, a SYN each at TIME (UTC, of a trace that is being made).
probe() {
	at=$(date -u -d "$1" '+%Y-%m-%d %H:%M:%S')
	target=$3
	while [ "$target" -lt $(($3 + $4)) ]; do
		echo "$at $2.$((1024 + (100 * ${2##*.} + 7919 * target) % 60000)) > 192.0.2.$target.80: S 1:1(0) win $((512 * ${2##*.}))"
		target=$((target + 1))
	done
}

# add_trace SENSOR GRID: the trace on standard input.
add_trace() {
	{
		echo sorted
		cat
	} >"$work/trace.txt"
	"$compose" "$work/trace.txt" "$work/trace.pcap" || fail "no trace"
	add_tallies "$1" "$2" "$work/trace.pcap"
}

later=2030-01-01T00:00:00Z

# run_day STATUS ARGUMENT...: with its exit status; output in $work/out, messages in $work/err.
run_day() {
	expected=$1
	shift
	"$report" day --site "$site" "$@" >"$work/out" 2>"$work/err"
	status=$?
	[ "$status" -eq "$expected" ] || fail "$what: day $*: exit status $status, expected $expected: $(cat "$work/err")"
}

findings_of() {
	echo "$work/reports/example/$(echo "$1" | tr - /)/findings.ndjson"
}

# "198.51.100.9 8" for each finding of the day, in one line.
tell() {
	sed 's/.*"sources":\["\([^"]*\)"\].*"hosts":\([0-9]*\),"window_start".*/\1 \2/' "$(findings_of "$1")" | tr '\n' ';'
}

# expect SENTENCE DATE FINDINGS
expect() {
	told=$(tell "$2")
	[ "$told" = "$3" ] || fail "$1: found \"$told\" on $2, expected \"$3\""
}

expect_line() {
	tr -s ' \n' ' ' <"$work/out" | grep -qF -- "$2" || fail "$1: expected \"$2\" in: $(head -12 "$work/out")"
}

what='the sample day'
new_site UTC
"$compose" "$srcdir/tests/traces/sample-day.txt" "$work/sample.pcap"
add_tallies dmz 0 "$work/sample.pcap"
run_day 0 --now $later 2024-05-14 2024-05-15
"$report" scan --format json "$work/store" >"$work/scan" || fail "$what: no scan"
[ -s "$work/scan" ] || fail "$what: scan finds nothing"
cmp "$work/scan" "$(findings_of 2024-05-14)" || fail "$what: a day and a scan of its hours differ"
[ -e "$(findings_of 2024-05-15)" ] || fail "$what: a day without findings has no file"
expect 'what is told once is not told the day after' 2024-05-15 ''
run_day 0 --now $later --print 2024-05-14
expect_line "$what" 'Sensors dmz: 24 of 24 hours'
expect_line "$what" '180 198.51.100.200'
expect_line "$what" 'Answered open ports: 198.51.100.9; replies or resets alone: 2 findings (first 198.51.100.200)'
expect_line "$what" 'To do see whether 192.0.2.80 should be open at 22 ssh to 198.51.100.9'
expect_line "$what" 'Coverage all 24 hours are there; whether packets were dropped is not known'

what='a day written again'
before=$(stat -c '%i %Y %Z' "$(findings_of 2024-05-14)")
run_day 0 --now $later 2024-05-14
[ "$(stat -c '%i %Y %Z' "$(findings_of 2024-05-14)")" = "$before" ] || fail "$what: the same findings are written anew"
echo >>"$(findings_of 2024-05-14)"
run_day 0 --now $later 2024-05-14
cmp "$work/scan" "$(findings_of 2024-05-14)" || fail "$what: what was changed stays"
[ "$(find "$work/reports" -name '.*' ! -name .example.lock | wc -l)" -eq 0 ] || fail "$what: something is left behind"

what='a day without a tally'
run_day 3 --now $later 2024-05-13
grep -q '2024-05-13: no tally of it' "$work/err" || fail "$what: said $(cat "$work/err")"
[ ! -e "$work/reports/example/2024/05/13" ] || fail "$what: has a folder"
mv "$work/store" "$work/away"
run_day 3 --now $later 2024-05-14
cmp "$work/scan" "$(findings_of 2024-05-14)" || fail "$what: what was found before is gone"
run_day 3 --now $later --print 2024-05-14
expect_line "$what" 'Sensors none'
mv "$work/away" "$work/store"

what='a missing hour'
rm "$work/store/dmz/2024-05-14/1000.tally" "$work/store/dmz/2024-05-14/1100.tally"
run_day 3 --now $later --print 2024-05-14
expect_line "$what is a gap" 'Coverage 2 of 24 hours missing;'
expect_line "$what is to be looked into" 'find out what is missing, and why'
expect_line "$what is a gap" 'dmz: 22 of 24 hours; missing 2024-05-14T10:00:00Z (2 h)'
grep -q 'sensor dmz: no tally of 2024-05-14T10:00:00Z' "$work/err" || fail "$what: said $(cat "$work/err")"
run_day 0 --now $later 2024-05-14
"$report" scan --format json "$work/store" | cmp - "$(findings_of 2024-05-14)" || fail "$what: the rest is not told"

what='a damaged tally'
cp "$work/store/dmz/2024-05-14/1500.tally" "$work/sound"
rm "$work/store/dmz/2024-05-14/1500.tally"
"$report" scan --format json "$work/store" >"$work/scan"
size=$(stat -c %s "$work/sound")
for damage in cut inside; do
	cp "$work/sound" "$work/store/dmz/2024-05-14/1500.tally"
	case $damage in
	cut) truncate -s 1000 "$work/store/dmz/2024-05-14/1500.tally" ;;
	inside) printf 'xxxxxxxx' | dd of="$work/store/dmz/2024-05-14/1500.tally" bs=1 seek=$((size / 2)) conv=notrunc 2>"$work/dd" ;;
	esac
	run_day 3 --now $later 2024-05-14 2024-05-15
	[ "$(grep -c 1500.tally "$work/err")" -eq 1 ] || fail "$what, $damage: said $(cat "$work/err")"
	cmp "$work/scan" "$(findings_of 2024-05-14)" || fail "$what, $damage: the rest does not go on as without it"
	run_day 3 --now $later --print 2024-05-14
	expect_line "$what, $damage, is missing" 'missing 2024-05-14T10:00:00Z (2 h), 2024-05-14T15:00:00Z'
	expect_line "$what, $damage, is named as it lies in the store" 'Missing dmz/2024-05-14/1500.tally:'
done

# ids DATE: of the day's findings, in one line.
ids() {
	sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' "$(findings_of "$1")" | tr '\n' ' '
}

# grow DATE HHMM: the day's findings have the ids they had when its hours went to HHMM alone.
grow() {
	mkdir "$work/later"
	for tally_file in "$work/store/dmz/$1"/*.tally; do
		name=${tally_file##*/}
		[ "${name%.tally}" -lt "$2" ] || mv "$tally_file" "$work/later"
	done
	[ -n "$(ls "$work/later")" ] || fail "$what: nothing comes later"
	run_day 0 --now "$1T${2%00}:30:00Z" "$1"
	before=$(ids "$1")
	[ -n "$before" ] || fail "$what: not found by $2"
	mv "$work/later"/* "$work/store/dmz/$1"
	rmdir "$work/later"
	run_day 0 --now $later "$1"
	[ "$(ids "$1")" = "$before" ] || fail "$what: was $before, is $(ids "$1")"
}

what='a coordinated group that grows'
new_site UTC
"$compose" "$srcdir/tests/traces/coordinated-probes.txt" "$work/trace.pcap"
add_tallies dmz 0 "$work/trace.pcap"
grow 1999-03-02 0500

what='a group at dark addresses that grows'
new_site UTC
for hour in 00 01 02 03; do
	for i in 1 2 3 4 5; do
		echo "2024-03-01 $hour:0$i:00 198.51.10$i.1$hour.137 > 192.0.2.$i$hour.137: udp 50 (ttl 100, id 7)"
	done
done | sed 's/\.\([0-9]*\)0\([0-3]\)\.137/.\1\2.137/g' >"$work/dark.txt"
{
	cat "$work/dark.txt"
	echo '2024-03-01 03:30:00 192.0.2.250.1024 > 203.0.113.53.53: udp 30'
	echo '2024-03-01 00:30:00 192.0.2.250.1024 > 203.0.113.53.53: udp 30'
} | add_trace dmz 0
grow 2024-03-01 0200

what='sources of one target set that grow in number'
new_site UTC
sed -i 's/^sources = .*/sources = 2/' "$site"
for i in 1 2 3 4; do
	minute=10
	for target in 7 93 12 201 55; do
		echo "2024-03-01 0$i:$minute:00 198.51.10$i.7.10053 > 192.0.2.$target.53: S $i$target:$i$target(0) win 512 (ttl 5$i, id $target)"
		minute=$((minute + 9))
	done
done | add_trace dmz 0
grow 2024-03-01 0300

what='over midnight'
new_site UTC
{
	probe '2024-03-01 22:10' 198.51.100.1 1 3 # nine in 24 hours, of which six fall on the first day
	probe '2024-03-01 23:10' 198.51.100.1 4 3
	probe '2024-03-02 01:10' 198.51.100.1 7 3
	probe '2024-03-01 20:10' 198.51.100.2 1 4 # all on the first day
	probe '2024-03-01 22:10' 198.51.100.2 5 4
	probe '2024-03-01 20:10' 198.51.100.3 1 4 # eight on the first day, and one more
	probe '2024-03-01 22:10' 198.51.100.3 5 4
	probe '2024-03-02 05:10' 198.51.100.3 9 1
	probe '2024-03-01 23:59:59' 198.51.100.4 1 8 # hours
	probe '2024-03-02' 198.51.100.5 1 8
	probe '2024-03-03 10:10' 198.51.100.6 1 1
} | add_trace dmz 0
run_day 0 --now $later 2024-03-01 2024-03-02 2024-03-03
expect "$what" 2024-03-01 '198.51.100.2 8;198.51.100.3 8;198.51.100.4 8;'
expect "$what" 2024-03-02 '198.51.100.1 9;198.51.100.5 8;198.51.100.3 9;'
expect "$what" 2024-03-03 ''

what="the site's thresholds"
printf '[hourly]\nhosts = 9\n[low-and-slow]\nhosts-24h = 10\nhosts-7d = 10\n' >>"$site"
run_day 0 --now $later 2024-03-02
expect "$what" 2024-03-02 ''
echo 'hots = 9' >>"$site"
run_day 2 --now $later 2024-03-02
expect "$what do not change by a mistake" 2024-03-02 ''
sed -i '/^\[hourly/,$d' "$site"

what='hours that are not closed'
run_day 0 --now 2024-03-02T01:59:59Z 2024-03-02
expect "$what tell nothing" 2024-03-02 '198.51.100.5 8;'
run_day 0 --now 2024-03-02T02:00:00Z --print 2024-03-02
expect_line "$what" '24 hours from 2024-03-02T00:00:00Z, of which 2 are closed Sensors dmz: 2 of 2 hours'
run_day 2 --now 2024-03-02T00:59:59Z 2024-03-02
run_day 2 --now $later 2024-13-02
run_day 2 --now $later
run_day 2 --now soon 2024-03-02

what='a week'
new_site UTC
for day in 1 2 3 4 5 6; do
	probe "2024-03-0$day 12:10" 198.51.100.1 $day 1
done >"$work/week"
{
	cat "$work/week"
	probe '2024-03-07 23:10' 198.51.100.1 7 1
} | add_trace dmz 0
run_day 0 --now 2024-03-07T23:59:59Z 2024-03-06 2024-03-07
expect "$what that is not over" 2024-03-06 ''
expect "$what that is not over" 2024-03-07 ''
run_day 0 --now $later 2024-03-06 2024-03-07 2024-03-08
expect "$what ends with its last hour" 2024-03-07 '198.51.100.1 7;'
expect "$what is told once" 2024-03-08 ''

what='two sensors'
new_site UTC
probe '2024-03-01 10:10' 198.51.100.1 1 4 | add_trace inside 0
probe '2024-03-01 10:40' 198.51.100.1 4 4 | add_trace outside 0
run_day 3 --now $later --print 2024-03-01
expect_line "$what" 'Sensors inside: 1 of 24 hours; missing 2024-03-01T00:00:00Z (10 h), 2024-03-01T11:00:00Z (13 h)'
expect_line "$what" ' outside: 1 of 24 hours;'
run_day 0 --now $later 2024-03-01
expect "$what are one capture" 2024-03-01 '198.51.100.1 7;'

# Eight targets in the hour before the day, its first, its last and the one after it: zone, date, first hour, the hour
# after the last (both UTC), how many, minute of the hour at which hours begin.
while read -r zone day from to hours grid; do
	what=$zone
	new_site "$zone"
	{
		probe "$from UTC 1 second ago" 198.51.100.1 1 8
		probe "$from" 198.51.100.2 1 8
		probe "$to UTC 1 second ago" 198.51.100.3 1 8
		probe "$to" 198.51.100.4 1 8
	} | add_trace dmz "$grid"
	run_day 0 --now $later "$day"
	expect "$zone" "$day" '198.51.100.2 8;198.51.100.3 8;'
	run_day 3 --now $later --print "$day"
	expect_line "$zone" "Day $day of example, in $zone: $hours hours from ${from}:00Z Sensors dmz: 2 of $hours hours;"
done <<EOT
Europe/Berlin 2026-03-29 2026-03-28T23:00 2026-03-29T22:00 23 0
Europe/Berlin 2026-10-25 2026-10-24T22:00 2026-10-25T23:00 25 0
Asia/Kolkata 2026-03-29 2026-03-28T18:30 2026-03-29T18:30 24 30
Asia/Kathmandu 2026-03-29 2026-03-28T18:15 2026-03-29T18:15 24 15
America/New_York 2026-11-01 2026-11-01T04:00 2026-11-02T05:00 25 0
EOT

what='what is still there among many that are new'
home=10.0.0.0/8
new_site UTC
printf '[coordinated]\nsources = 1000000\n' >>"$site"
for day in 2026-03-29 2026-03-30; do
	awk -v day=$day -v n="$([ $day = 2026-03-29 ] && echo 0 || echo 301)" 'BEGIN {
		print "sorted\ndate " day
		srand(1)
		for (i = 0; i <= n; i++) {
			source = i ? "198.51." 99 + int(i / 200) "." 1 + i % 200 : "203.0.113.9"
			begin = int(rand() * 3000)
			for (k = 0; k < (i ? 8 : 7); k++) {
				s = begin + k * 7 + int(rand() * 5)
				printf "10:%02d:%02d %s.%d > 10.%d.%d.%d.80: S %d:%d(0) win 512\n", s / 60, s % 60, source,
					1024 + int(rand() * 60000), rand() * 250, rand() * 250, 1 + rand() * 250, s, s
			}
		}
	}' >"$work/trace.txt"
	"$compose" "$work/trace.txt" "$work/trace.pcap" || fail "$what: no trace"
	add_tallies dmz 0 "$work/trace.pcap"
	run_day 0 --now $later $day
done
page=$work/reports/example/2026/03/30/index.html
grep -q '<h2>Still there</h2><p class="note">1, all of lower rank: in findings.ndjson and findings.csv</p>' "$page" ||
	fail "$what: $(tr '\n' ' ' <"$page" | grep -o '<h2>Still there.\{200\}')"
home=192.0.2.0/24
new_site UTC

what='another writer of the same pages'
new_site UTC
probe '2026-03-29 10:10' 198.51.100.1 1 8 | add_trace dmz 0
if command -v flock >/dev/null; then
	mkdir "$work/reports"
	for command in 'day --now 2030-01-01T00:00:00Z 2026-03-29' index; do
		# shellcheck disable=SC2086
		flock "$work/reports/.example.lock" timeout 1 "$report" ${command%% *} --site "$site" ${command#"${command%% *}"} 2>"$work/err"
		[ $? -eq 124 ] || fail "$what: $command did not wait: $(cat "$work/err")"
	done
	[ ! -e "$work/reports/example" ] || fail "$what: it wrote"
else
	echo 'no flock: not looked at'
fi
rm -rf "$work/reports"
for turn in 1 2 3 4; do
	"$report" day --site "$site" --now $later 2026-03-29 2>"$work/err.$turn" &
	"$report" index --site "$site" 2>>"$work/err.$turn" &
done
wait
[ ! -s "$work/err.1" ] && [ ! -s "$work/err.2" ] && [ ! -s "$work/err.3" ] && [ ! -s "$work/err.4" ] ||
	fail "$what: $(cat "$work"/err.?)"
expect "$what" 2026-03-29 '198.51.100.1 8;'

what='what a killed writer left'
left=$work/reports/example/2026/03/29/packets/.x.txt.part-cached
mkdir -p "${left%/*}" "$work/elsewhere"
touch "$left" "$work/elsewhere/.x.part-abcdef"
ln -s "$work/elsewhere" "$work/reports/example/2026/elsewhere"
run_day 0 --now $later 2026-03-29
[ -e "$left" ] || fail "$what: is looked for after an end in peace"
echo 123 >"$work/reports/.example.lock"
run_day 0 --now $later 2026-03-29
[ ! -e "$left" ] || fail "$what: stays"
[ -e "$work/elsewhere/.x.part-abcdef" ] || fail "$what: a link is followed"
[ ! -s "$work/reports/.example.lock" ] || fail "$what: this one says that it was killed, too"

what='a report folder that is a file'
rm -rf "$work/reports"
echo x >"$work/reports"
for command in "day --now $later 2026-03-29" index; do
	# shellcheck disable=SC2086
	"$report" $command --site "$site" 2>"$work/err"
	status=$?
	[ $status -eq 1 ] && grep -q "^gnomon-report: $work/reports: cannot be made: " "$work/err" || fail "$what: $command: $status, $(cat "$work/err")"
done
rm "$work/reports"

what='a queue of mail that is a file'
printf '[mail]\nto = noc@example.org\nqueue = %s/nowhere\n' "$work" >>"$site"
echo x >"$work/nowhere"
run_day 1 --now 2026-03-30T01:00:00Z 2026-03-29
grep -q "$work/nowhere" "$work/err" || fail "$what: said $(cat "$work/err")"
expect "$what: the findings are there" 2026-03-29 '198.51.100.1 8;'
[ -e "$work/reports/example/latest/index.html" ] || fail "$what: the archive is not made"
new_site UTC

what='what is drawn of a port'
new_site UTC
{
	cat "$srcdir/tests/traces/figure-13-port-campaign.txt"
	echo '1999-05-29 11:20:00 AttackerB.6667 > 192.0.2.21.1080: udp 12'
} >"$work/trace.txt"
"$compose" "$work/trace.txt" "$work/trace.pcap" || fail "$what: no trace"
add_tallies dmz 0 "$work/trace.pcap"
"$report" scan --html "$work/page.html" "$work/store" >/dev/null || fail "$what: no page"
grep -q '<figcaption>31 contacts over 31 targets' "$work/page.html" || fail "$what: is more than its SYNs"

what='a tally of another grid'
probe '2026-03-29 10:10' 198.51.100.1 1 8 | add_trace dmz 30
cp -r "$work/store/dmz" "$work/other"
new_site UTC
probe '2026-03-29 10:10' 198.51.100.2 1 8 | add_trace dmz 0
cp "$work"/other/2026-03-29/* "$work/store/dmz/2026-03-29"
run_day 3 --now $later 2026-03-29
grep -q '0930.tally: its hours begin at minute 30, expected 0' "$work/err" || fail "$what: said $(cat "$work/err")"
expect "$what is left out" 2026-03-29 '198.51.100.2 8;'

# A real capture: what its days tell of 24 hours is what the reference counts there, and whoever the reference lists is told.
data=$srcdir/../shared/data
if [ -d "$data/spool/open36" ]; then
	what=open36
	home=$(awk -F '\t' '$1 == "open36-24h-step1h.tsv" { print $3 }' "$data/expected/index.tsv")
	for zone in UTC Europe/Berlin America/Los_Angeles; do
		new_site "$zone"
		sed -i '/^home/s/,/;/g' "$site"
		add_tallies open36 0 "$data"/spool/open36/*/*.pcap.zst
		run_day 0 --now $later 2017-09-10 2017-09-11 2017-09-12
		[ "$zone" != America/Los_Angeles ] || run_day 0 --now $later 2017-09-09
		cat "$work"/reports/example/2017/09/*/findings.ndjson >"$work/findings"
		sed -n 's/.*"sources":\["\([^"]*\)"\],.*"hosts":\([0-9]*\),"window_start":"\([^"]*\)","window_end":"\([^"]*\)".*/\1 \2 \3 \4/p' \
			"$work/findings" | while read -r source hosts start end; do
			# The reference lists who meets the trigger.
			[ "$hosts" -lt 7 ] || [ $(($(date -d "$end" +%s) - $(date -d "$start" +%s))) -ne 86400 ] ||
				printf '%s\t%s\t%s\n' "$(date -d "$start" +%s)" "$source" "$hosts"
		done | sort >"$work/told"
		[ -s "$work/told" ] || fail "$what in $zone: no finding of 24 hours"
		tail -n +2 "$data/expected/open36-24h-step1h.tsv" | sort >"$work/expected"
		comm -23 "$work/told" "$work/expected" >"$work/wrong"
		[ ! -s "$work/wrong" ] || fail "$what in $zone: not as counted: $(cat "$work/wrong")"
		cut -f 2 "$work/expected" | sort -u | while read -r source; do
			case $source in *:*) continue ;; esac
			grep -qF "\"sources\":[\"$source\"]" "$work/findings" || echo "$source"
		done >"$work/untold"
		[ ! -s "$work/untold" ] || fail "$what in $zone: nothing is told of $(tr '\n' ' ' <"$work/untold")"
	done
else
	echo "no $data/spool/open36: not looked at"
fi

"$report" day --help | grep -q '^  gnomon-report day ' || fail 'help of day: expected it to name its program'

exit $((failed > 0))
