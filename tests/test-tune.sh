#!/bin/sh
# gnomon-tally tune: its table against counting anew with each n. Oracle: `gnomon-tally count --hosts n` over the whole store, for
# each window and each n from 2 to 50; what a source is was decided when its packets were drawn.
# GNOMON_TALLY, COMPOSE: the programs (default: those built here).
set -u
tally=${GNOMON_TALLY:-./gnomon-tally}
compose=${COMPOSE:-./tests/compose}
for program in "$tally" "$compose"; do
	[ -x "$program" ] || {
		echo "skipped: no $program"
		exit 77
	}
done
work=$(mktemp -d "${TMPDIR:-/tmp}/tune.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
failed=0
site=$work/site.conf
home='192.0.2.0/24,2001:db8:1::/48'

fail() {
	echo "FAIL $*"
	failed=1
}

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
		action = label
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

# draw SEED GRID: packets of 8 UTC days from 2017-09-06 on, the known, the answering, others of IPv4, and sources of three /64;
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
			for (hour = 0; hour < 191; hour++)
				packet(hour * 3600 + grid * 60, "203.0.113.250", "192.0.2.250", "icmp: echo request")
			for (source = 1; source < 72; source++)
				for (day = int(rand() * 9); day < 8; day++) {
					n = rand() < 0.6 ? int(rand() * rand() * 58) : 0
					hour = int(rand() * 24)
					# In an hour, or a day, or over midnight.
					width = rand() < 0.5 ? 3000 : 60000
					for (i = 0; i < n; i++) {
						second = day * 86400 + hour * 3600 + int(rand() * width)
						if (second < 8 * 86400 - 3600)
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

# day_starts ZONE: "DAY START PAST" of each day asked for, and of the one behind: local midnight, and the end of the days (UTC) that
# are rolled up before, in seconds.
day_starts() {
	for day in 08 09 10 11 12 13; do
		start=$(TZ=$1 date -d "2017-09-$day 00:00:00" +%s)
		echo "$day $start $((start - start % 86400))"
	done
}

# expect_table: what tune must print as CSV, of the windows on file descriptors named counted-*.
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

# first_seen: "SOURCE TIME": the first hour in which anything of a source came, seconds; of the trace that was drawn.
first_seen() {
	awk 'NR > 1 {
		split($2, time, ":")
		split($1, date, "-")
		source = $3
		sub(/[.][0-9]*$/, "", source)
		if (source ~ /:/) {
			sub(/::.*/, "::/64", source)
			sub(/f:0::/, "f::", source)
		}
		# 2017-09-06T00:00:00Z
		second = 1504656000 + (date[3] - 6) * 86400 + time[1] * 3600 + time[2] * 60
		if (!(source in first) || second < first[source])
			first[source] = second
	}
	END { for (source in first) print source, first[source] - first[source] % 3600 }' "$work/trace.txt"
}

# prove ZONE GRID SEED
prove() {
	new_site "$1"
	draw "$3" "$2" | add_trace dmz "$2"
	"$tally" run --site "$site" >"$work/out" 2>&1 || fail "$1: no roll-ups: $(cat "$work/out")"
	first_seen >"$work/first"
	day_starts "$1" >"$work/days"
	counted 1h 1h >"$work/counted-1h"
	counted 24h 1h >"$work/counted-24h"
	counted 7d 1d >"$work/counted-7d"
	expected_table >"$work/expected"
	"$tally" tune --site "$site" --from 2017-09-08 --to 2017-09-12 --format csv >"$work/out" 2>"$work/err" ||
		fail "$1: exit status $?: $(cat "$work/err")"
	diff "$work/expected" "$work/out" >"$work/diff" || fail "$1: <expected >told: $(head -20 "$work/diff")"
}

prove America/New_York 0 2
prove Asia/Kolkata 30 3

exit $failed
