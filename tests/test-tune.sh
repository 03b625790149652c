#!/bin/sh
# gnomon-tally tune: its table against counting anew with each n. Oracle: `gnomon-tally count --hosts n` over the whole store, for
# each window and each n from 2 to 50; what a source is was decided when its packets were drawn.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
site=$work/site.conf
home='192.0.2.0/24,2001:db8:1::/48'

# new_site ZONE: an empty site. What comes from 198.51.100.0/24 is known.
new_site() {
	rm -rf "$work/store" "$work/spool"
	mkdir "$work/spool"
	cat >"$site" <<-EOT
		[site]
		name = example
		home = $(echo "$home" | tr , ';')
		zone = $1
		spool = $work/spool
		store = $work/store
		reports = $work/reports
		[run]
		hook = no
		[known partners]
		action = ignore
		networks = 198.51.100.0/24
	EOT
}

# add_trace SENSOR GRID: tallies of the trace on standard input, in the store.
add_trace() {
	{
		echo sorted
		cat
	} >"$work/trace.txt"
	rm -rf "$work/tallies"
	"$compose" "$work/trace.txt" "$work/trace.pcap" &&
		"$tally" store --home "$home" --grid "$2" --output "$work/tallies" "$work/trace.pcap" || exit 99
	for file in "$work"/tallies/*.tally; do
		name=${file##*/}
		mkdir -p "$work/store/$1/${name%%T*}"
		mv "$file" "$work/store/$1/${name%%T*}/${name#*T}"
	done
}

# draw SEED GRID: packets of 10 UTC days from 2017-09-06 on, the known, the answering, others of IPv4, and sources of three /64;
# most are there from some day on. A ping at every hour makes sure that no hour lacks.
draw() {
	awk -v seed="$1" -v grid="$2" '
		function packet(second, from, to, what) {
			printf "%s%02d %02d:%02d:%02d %s > %s: %s\n", "2017-09-", 6 + int(second / 86400), int(second / 3600) % 24,
				int(second / 60) % 60, second % 60, from, to, what
		}
		function hit(source, second, target) {
			if (source < 12)
				packet(second, "198.51.100." source ".1024", "192.0.2." target ".80", "S 1:1(0) win 512")
			else if (source < 24)
				packet(second, "203.0.113." source ".80", "192.0.2." target ".1024", source % 2 ? "R 1:1(0) ack 5 win 0" : "S 1:1(0) ack 5 win 99")
			else if (source < 60)
				packet(second, "100.64." source ".7.1024", "192.0.2." target ".23", "S 1:1(0) win 512")
			else
				packet(second, "2001:db8:f:" source % 3 "::" source ".1024", "2001:db8:1::" target ".23", "S 1:1(0) win 512")
		}
		BEGIN {
			srand(seed)
			for (hour = 0; hour < 239; hour++)
				packet(hour * 3600 + grid * 60, "203.0.113.250", "192.0.2.250", "icmp: echo request")
			for (source = 1; source < 72; source++)
				for (day = int(rand() * 11); day < 10; day++) {
					n = rand() < 0.6 ? int(rand() * rand() * 58) : 0
					hour = int(rand() * 24)
					# In an hour, or a day, or over midnight.
					width = rand() < 0.5 ? 3000 : 60000
					for (i = 0; i < n; i++) {
						second = day * 86400 + hour * 3600 + int(rand() * width)
						if (second < 10 * 86400 - 3600)
							hit(source, second, 1 + int(rand() * 70))
					}
				}
		}'
}

# counted LENGTH STEP: "N TIME SOURCE" of every line that count prints with each n; TIME: the last hour of the window, seconds.
counted() {
	n=2
	while [ "$n" -le 50 ]; do
		"$tally" count --site "$site" --window "$1" --step "$2" --hosts "$n" --prefix-v6 64 --format csv 2>"$work/err" |
			awk -F, -v n="$n" 'NR > 1 { print n, $2, $3 }'
		n=$((n + 1))
	done >"$work/lines"
	cut -d ' ' -f 2 "$work/lines" | sort -u >"$work/ends"
	date -u -f "$work/ends" +%s | paste "$work/ends" - >"$work/times"
	awk 'NR == FNR { time[$1] = $2 - 3600; next } { print $1, time[$2], $3 }' "$work/times" "$work/lines"
}

# day_starts ZONE FIRST LAST: "DAY START PAST" of each day of September, and of the one behind: local midnight, and the end of the
# days (UTC) that are rolled up before, in seconds.
day_starts() {
	day=$2
	while [ "$day" -le $(($3 + 1)) ]; do
		start=$(TZ=$1 date -d "2017-09-$day 00:00:00" +%s)
		echo "$day $start $((start - start % 86400))"
		day=$((day + 1))
	done
}

# expected_table: what tune must print as CSV.
expected_table() {
	echo 'window,n,days,listed_median,listed_most,open_median,open_most,known_median,known_most,second_order_median,second_order_most,new_median,new_most,rest_median,rest_most'
	for window in 1h 24h 7d; do
		awk -v window=$window '
			function put(class, i, j, swap, value) {
				for (i = 1; i <= days; i++)
					value[i] = class == "listed" ? count[n, i, "known"] + count[n, i, "second"] + count[n, i, "new"] + count[n, i, "rest"] :
						class == "open" ? count[n, i, "new"] + count[n, i, "rest"] : count[n, i, class] + 0
				for (i = 1; i <= days; i++)
					for (j = i + 1; j <= days; j++)
						if (value[j] < value[i]) {
							swap = value[i]
							value[i] = value[j]
							value[j] = swap
						}
				i = (value[int((days + 1) / 2)] + value[int((days + 2) / 2)]) / 2
				return "," i "," value[days]
			}
			FILENAME ~ /days$/ { start[FNR] = $2; past[FNR] = $3; days = FNR - 1; next }
			FILENAME ~ /first$/ { first[$1] = $2; next }
			{
				for (i = 1; i <= days; i++)
					if ($2 >= start[i] && $2 < start[i + 1] && !seen[$1, i, $3]++) {
						class = $3 ~ /^198[.]51/ ? "known" : $3 ~ /^203[.]0/ ? "second" : first[$3] >= past[i] ? "new" : "rest"
						count[$1, i, class]++
					}
			}
			END {
				for (n = 2; n <= 50; n++)
					print window "," n "," days put("listed") put("open") put("known") put("second") put("new") put("rest")
			}' "$work/days" "$work/first" "$work/counted-$window"
	done
}

# first_seen GRID: "SOURCE TIME": the first hour in which anything of a source came, seconds; of the trace that was drawn.
first_seen() {
	awk -v grid="$1" 'NR > 1 {
		split($2, time, ":")
		split($1, date, "-")
		source = $3
		sub(/[.][0-9]*$/, "", source)
		if (source ~ /:/) {
			sub(/::.*/, "::/64", source)
			sub(/f:0::/, "f::", source)
		}
		# 2017-09-06T00:00:00Z
		second = 1504656000 + (date[3] - 6) * 86400 + time[1] * 3600 + time[2] * 60 - grid * 60
		if (!(source in first) || second < first[source])
			first[source] = second
	}
	END { for (source in first) print source, first[source] - first[source] % 3600 + grid * 60 }' "$work/trace.txt"
}

# prove_days ZONE FIRST LAST
prove_days() {
	day_starts "$1" "$2" "$3" >"$work/days"
	expected_table >"$work/expected"
	"$tally" tune --site "$site" --from "2017-09-$2" --to "2017-09-$3" --format csv >"$work/out" 2>"$work/err" ||
		fail "$1: exit status $?: $(cat "$work/err")"
	diff "$work/expected" "$work/out" >"$work/diff" || fail "$1: <expected >told: $(head -20 "$work/diff")"
}

# kept_table DAY: the table of one day, as CSV, from the line that its page keeps of it.
kept_table() {
	sed -n 's/.*"tune":"\(tune 1 [^"]*\)".*/\1/p' "$work/reports/example/2017/09/$1/summary.json" | tr ' ' '\n' | awk -F '[:,=]' '
		$1 ~ /^(1h|24h|7d)$/ {
			for (i = 3; i < NF; i += 2)
				for (n = 2; n <= $i; n++)
					listed[$1, n, $2] += $(i + 1)
		}
		function put(number) {
			printf ",%d,%d", number, number
		}
		END {
			split("1h 24h 7d", windows, " ")
			for (w = 1; w <= 3; w++)
				for (n = 2; n <= 50; n++) {
					at = windows[w] SUBSEP n SUBSEP
					printf "%s,%d,1", windows[w], n
					put(listed[at "known"] + listed[at "second-order"] + listed[at "new"] + listed[at "rest"])
					put(listed[at "new"] + listed[at "rest"])
					put(listed[at "known"])
					put(listed[at "second-order"])
					put(listed[at "new"])
					put(listed[at "rest"])
					print ""
				}
		}'
}

# prove_page DAY: the page counts as the table does, what it leaves out included.
prove_page() {
	"$report" day --site "$site" "2017-09-$1" >"$work/err" 2>&1 || fail "no page: $(cat "$work/err")"
	kept_table "$1" >"$work/expected"
	"$tally" tune --site "$site" --from "2017-09-$1" --to "2017-09-$1" --format csv | tail -n +2 >"$work/out"
	diff "$work/expected" "$work/out" >"$work/diff" || fail "<page >told: $(head -20 "$work/diff")"
}

# prove ZONE GRID SEED
prove() {
	new_site "$1"
	draw "$3" "$2" | add_trace dmz "$2"
	"$tally" run --site "$site" >"$work/out" 2>&1 || fail "$1: no roll-ups: $(cat "$work/out")"
	first_seen "$2" >"$work/first"
	counted 1h 1h >"$work/counted-1h"
	counted 24h 1h >"$work/counted-24h"
	counted 7d 1d >"$work/counted-7d"
	prove_days "$1" 10 14
	# What lies a week before the first day is read as well.
	prove_days "$1" 14 14
	prove_page 13
}

prove America/New_York 0 2
prove Asia/Kolkata 30 3

# --- what is told besides the table

# expect SENTENCE STATUS WORDS ARGUMENT...: of the site: exit status, and words on standard error ('': nothing there).
expect() {
	sentence=$1
	status=$2
	words=$3
	shift 3
	"$tally" tune --site "$site" "$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" -eq "$status" ] || fail "$sentence: exit status $got, expected $status: $(cat "$work/err")"
	if [ -n "$words" ]; then
		grep -qF -- "$words" "$work/err" || fail "$sentence: expected \"$words\" in: $(cat "$work/err")"
	else
		[ ! -s "$work/err" ] || fail "$sentence: said: $(cat "$work/err")"
	fi
}

# tells SENTENCE LINE: a line of the last output.
tells() {
	grep -qxF -- "$2" "$work/out" || fail "$1: expected \"$2\" in: $(head -40 "$work/out")"
}

# Four days on which 22 sources hit 6 targets in an hour; on the first one of them 7; .200 of another net hits 7 each day.
draw_margin() {
	awk 'BEGIN {
		for (day = 4; day < 8; day++)
			for (hour = 0; hour < 24; hour++) {
				printf "2017-09-0%d %02d:00:00 203.0.113.250 > 192.0.2.250: icmp: echo request\n", day, hour
				for (source = 1; hour == 12 && source <= 22; source++)
					for (i = 1; i <= 6 + (day == 4 && source == 1); i++)
						printf "2017-09-0%d 12:%02d:%02d 100.64.0.%d.1024 > 192.0.2.%d.23: S 1:1(0) win 512\n", day, source, i, source, i
				for (i = 1; hour == 15 && i <= 7; i++)
					printf "2017-09-0%d 15:00:%02d 203.0.113.200.1024 > 192.0.2.%d.23: S 1:1(0) win 512\n", day, i, i
			}
	}'
}

new_site UTC
draw_margin | add_trace dmz 0
expect 'the whole store' 0 ''
tells 'its days' 'Sources that a day would list at n targets: example, 2017-09-04 to 2017-09-07 (UTC)'
tells 'how many' 'Days with tallies: 4 of 4.'
tells 'no roll-up' 'Before 4 of the days no day is rolled up: nobody is called new then.'
tells 'who would appear' '21 would appear at 6:'
tells 'the first of them' '    6  100.64.0.2, rest'
tells 'no more than 20' '       and 1 more'
tells 'who would vanish' '2 would vanish at 8:'
tells 'what is suggested, and why' "1h windows: n = 7 is suggested (in force: 7). It is the least n at which the median day lists at most \
20 new or unexplained sources: 1 on the median day, 2 at most. At 6: 23 on the median day, 23 at most; at 8: 0 on the median day, 0 at most."
tells 'rows alike are one, that of n in force alone' '>*     7         1      2         0      0         0      0         0      0         1      2'
expect 'another reader' 0 '' --at-most 23 --format json
grep -q '^{"window":"1h","in_force":7,"suggested":2,' "$work/out" || fail "at most 23: $(grep in_force "$work/out")"
[ "$(wc -l <"$work/out")" -eq 150 ] || fail "lines of JSON: $(wc -l <"$work/out")"
grep -qxF '{"window":"1h","n":6,"days":4,"listed":{"median":23,"most":23},"open":{"median":23,"most":23},"known":{"median":0,"most":0},"second_order":{"median":0,"most":0},"new":{"median":0,"most":0},"rest":{"median":23,"most":23}}' \
	"$work/out" || fail "JSON of 6: $(grep '"1h","n":6,' "$work/out")"

cp "$site" "$work/site"
printf '[known guest]\naction = label\nnetworks = 203.0.113.200\nuntil = 2017-09-05\n' >>"$site"
expect 'a list that ends on the second day' 0 '' --format csv
tells 'two of four days know it' '1h,7,4,1,2,1,1,0.5,1,0,0,0,0,1,1'
mv "$work/site" "$site"

expect 'two days only' 0 '' --from 2017-09-06
tells 'no suggestion' '1h windows: no suggestion (in force: 7): 2 days with tallies, expected 3 at least.'
expect 'a day that is not over is not asked for' 0 '' --now 2017-09-07T20:00:00Z
tells 'its days' 'Sources that a day would list at n targets: example, 2017-09-04 to 2017-09-06 (UTC)'
expect 'unless it is named' 0 '' --now 2017-09-07T20:00:00Z --to 2017-09-07
tells 'its days' 'Sources that a day would list at n targets: example, 2017-09-04 to 2017-09-07 (UTC)'
expect 'hours that are not closed are not missing' 0 '' --now 2017-09-07T13:30:00Z --to 2017-09-07
expect 'a day without tallies' 3 'dmz: 24 hours without a tally, the first 2017-09-08T00:00:00Z' --to 2017-09-08
tells 'does not count' 'Days with tallies: 4 of 5.'
expect 'no day with tallies' 1 'no tally of these days' --from 2017-10-08 --to 2017-10-09
expect 'a day to come' 2 'expected a day that has begun' --now 2017-09-07T20:00:00Z --to 2017-09-08
expect 'no date' 2 '--from day "yesterday"' --from yesterday
expect 'the last before the first' 2 'not before the first' --from 2017-09-07 --to 2017-09-06
expect 'too many days' 2 'at most 62 days' --from 2017-01-01
expect 'nothing to read' 2 'a number from 1' --at-most 0
expect 'an unknown format' 2 'expected' --format xml
expect 'a word' 2 'expected no other words' 2017-09-07

rm "$work/store/dmz/2017-09-06/1200.tally"
expect 'an hour that lacks' 3 'dmz: 1 hour without a tally, the first 2017-09-06T12:00:00Z' --format csv
mv "$work/out" "$work/without"
# Damage anywhere: the tally is told and does not count, or what is damaged is not read at all.
damaged=$work/store/dmz/2017-09-05/1200.tally
cp "$damaged" "$work/sound"
rm "$damaged"
expect 'two hours that lack' 3 'dmz: 2 hours without a tally, the first 2017-09-05T12:00:00Z' --format csv
mv "$work/out" "$work/without-both"
cmp -s "$work/without" "$work/without-both" && fail 'an hour without its tally changed nothing'
size=$(wc -c <"$work/sound")
found=0
for place in 0 1 2 3 4 5 6 7; do
	cp "$work/sound" "$damaged"
	printf 'damage' | dd of="$damaged" bs=1 seek=$((size * place / 8)) conv=notrunc 2>/dev/null
	expect "a tally that is damaged at $place/8" 3 'without a tally' --format csv
	same=without
	if grep -qF "$damaged" "$work/err"; then
		found=$((found + 1))
		same=without-both
	fi
	cmp -s "$work/$same" "$work/out" || fail "damaged at $place/8: $(diff "$work/$same" "$work/out" | head -5)"
done
[ "$found" -ge 3 ] || fail "of 8 damaged tallies $found were told"

exit $((failed > 0))
