#!/bin/sh
# What `gnomon run` makes of a spool: tallies that count as the captures do, nothing when nothing is new, one run at a time,
# hours and days of every zone, late parts once.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"
reform=${REFORM:-$build/tests/reform}
data=${DATA:-$srcdir/../shared/data}

# stamps FOLDER...: every file but those of the run itself, its time, its number.
stamps() {
	find "$@" -type f ! -name '.*' -printf '%p %T@ %s %i\n' | sort
}

# now_ms: milliseconds of a clock.
now_ms() {
	date +%s%3N
}

# --- a spool dropped in

# 36 hours of scans and what surrounds them, composed: where the real ones are not there.
compose_day_and_half() {
	cat >"$work/trace.txt" <<-'END'
		date 2017-09-10
		sorted
		repeat 36 every 1h {
		00:00:00 198.51.100.{1+1}.1024 > 192.0.2.{1+7%200}.23: S 1:1(0) win 512
		00:10:00 198.51.100.{1+1%5}.1024 > 192.0.2.{1+1}.23: S 1:1(0) win 512
		00:10:01 192.0.2.{1+1}.23 > 198.51.100.{1+1%5}.1024: R 0:0(0) ack 2 win 0
		00:20:00 198.51.100.250.80 > 192.0.2.{1+1}.1024: R 0:0(0) ack 674719802 win 0
		00:59:59.999999 198.51.100.77.1024 > 192.0.2.{2+2}.22: S 1:1(0) win 512
		}
	END
	"$compose" "$work/trace.txt" "$work/trace.pcap" || exit 99
}

# The expected lines of ../shared/data as count prints them: window's start, source, hosts.
expected_lines() {
	awk -F '\t' '$1 ~ /^[0-9]+$/ { print strftime("%Y-%m-%dT%H:%M:%SZ", $1, 1) "," $2 "," $3 }' "$1"
}

prove_dropped_in() {
	if [ -d "$data/spool/open36" ]; then
		home=$(awk -F '\t' '$1 == "open36-24h-step1h.tsv" { print $3 }' "$data/expected/index.tsv")
		write_site open36 "$(echo "$home" | tr , ';')" UTC
		cp -r "$data/spool/open36" "$spool/" || exit 99
		expected_lines "$data/expected/open36-24h-step1h.tsv" >"$work/expected"
	else
		echo "no $data/spool/open36: a composed spool takes its place"
		home=192.0.2.0/24
		write_site open36 "$home" UTC
		compose_day_and_half
		"$collect" --read --spool "$spool" --sensor open36 --grid 0 "$work/trace.pcap" || exit 99
		"$tally" count --home "$home" --window 24h --step 1h --format csv "$work/trace.pcap" | tail -n +2 |
			cut -d , -f 1,3,4 >"$work/expected"
	fi
	now=2017-09-11T12:00:01Z

	run "$site" "$now" --dry-run
	equal 'a dry run writes nothing' '' "$(find "$store" "$reports" -type f ! -name '.*')"
	run "$site" "$now"
	ran 'a spool dropped in is tallied without a word'
	equal '36 hours, 36 tallies' 36 "$(find "$store" -name '*.tally' | wc -l)"
	count_tallies "$store" --window 24h --step 1h | tail -n +2 | cut -d , -f 1,3,4 >"$work/counted"
	same 'windows of 24 h at steps of 1 h are what they should be' "$work/expected" "$work/counted"
	check 'every tally is whole' "$tally" verify "$store"

	stamps "$store" "$reports" >"$work/before"
	sleep 2.1 # what a run has just seen written it looks at again
	run "$site" "$now"
	ran 'a second run says nothing'
	begun=$(now_ms)
	run "$site" "$now"
	took=$(($(now_ms) - begun))
	echo "      a run with nothing to do: $took ms"
	check 'a run with nothing to do takes under a second' test "$took" -lt 1000
	stamps "$store" "$reports" >"$work/after"
	same 'and no file has changed' "$work/before" "$work/after"
	no_parts 'nothing unfinished is left' "$store" "$reports"
}

# --- one run at a time

prove_one_at_a_time() {
	content "$store" "$reports" >"$work/before"
	rm -rf "$store" "$reports"
	mkdir -p "$store" "$reports"
	messages=$work/first begin "$tally" run --site "$site" --now "$now"
	first=$begun
	within 30 test -s "$store/.lock"
	kill -STOP "$first"
	run "$site" "$now"
	equal 'while a run is at work, another exits with 75' 75 "$status"
	check 'and says who holds the lock' grep -q "$first" "$work/words"
	kill -CONT "$first"
	wait "$first"
	equal 'the one that was first does its work' 0 $?
	forget "$first"
	content "$store" "$reports" >"$work/after"
	same 'and its tallies and findings are as before' "$work/before" "$work/after"
}

# --- late, replaced and damaged files

# retallied: the hours whose tally is another file than in $work/before.
retallied() {
	stamps "$store" >"$work/after"
	diff "$work/before" "$work/after" | awk '/^>/ { print $2 }' | sed "s#$store/##" | sort | tr '\n' ' '
}

prove_changes() {
	write_site change 192.0.2.0/24 UTC
	compose_day_and_half
	now=2017-09-11T12:00:01Z
	"$collect" --read --spool "$spool" --sensor a --no-compress "$work/trace.pcap" || exit 99
	content "$spool" >"$work/spool-before"
	"$collect" --read --spool "$spool" --sensor a --no-compress "$work/trace.pcap" 2>"$work/words"
	equal 'an import done twice is no mistake' 0 $?
	content "$spool" >"$work/spool-after"
	same 'and changes nothing' "$work/spool-before" "$work/spool-after"
	run "$site" "$now"
	ran 'an imported spool is tallied'
	"$tally" count --home 192.0.2.0/24 --window 24h --step 1h --hosts 1 --format csv "$work/trace.pcap" >"$work/expected"
	count_tallies "$store" --window 24h --step 1h --hosts 1 >"$work/counted" 2>"$work/words"
	same 'and counts as its capture does' "$work/expected" "$work/counted"

	# A late part.
	printf 'date 2017-09-10\n03:30:00 198.51.100.99.1024 > 192.0.2.9.23: S 1:1(0) win 512\n' >"$work/late.txt"
	"$compose" "$work/late.txt" "$spool/a/2017-09-10/0300-3000.pcap" || exit 99
	stamps "$store" >"$work/before"
	run "$site" "$now"
	ran 'a part that comes late is taken in'
	equal 'only its hour is tallied again, and its day rolled up' 'a/2017-09-10/0300.tally a/2017-09-10/day.past ' "$(retallied)"
	"$tally" count --home 192.0.2.0/24 --window 24h --step 1h --hosts 1 --format csv "$work/trace.pcap" \
		"$spool/a/2017-09-10/0300-3000.pcap" >"$work/expected"
	count_tallies "$store" --window 24h --step 1h --hosts 1 >"$work/counted" 2>"$work/words"
	same 'and every packet counts once' "$work/expected" "$work/counted"

	# Compressed later, by us or somebody.
	stamps "$store" >"$work/before"
	for file in "$spool"/a/2017-09-1?/*.pcap; do
		[ ! -e "$file" ] || zstd -q --rm "$file"
	done
	run "$site" "$now"
	ran 'hour files are compressed meanwhile'
	equal 'no hour is tallied again for that' '' "$(retallied)"

	# A tally is damaged: noticed when findings are made of it.
	damaged=$store/a/2017-09-10/0700.tally
	cp "$damaged" "$work/whole.tally"
	printf damage | dd of="$damaged" bs=1 seek=$(($(stat -c %s "$damaged") / 2)) conv=notrunc 2>/dev/null
	printf 'date 2017-09-10\n09:30:00 198.51.100.99.1024 > 192.0.2.9.23: S 1:1(0) win 512\n' >"$work/later.txt"
	"$compose" "$work/later.txt" "$spool/a/2017-09-10/0900-3000.pcap" || exit 99
	run "$site" "$now"
	equal 'a damaged tally: exit status 3' 3 "$status"
	check 'and it is named' grep -q '2017-09-10/0700.tally' "$work/words"
	same 'it is made anew' "$work/whole.tally" "$damaged"
	check 'the damaged one is kept aside' test -e "$damaged.damaged"
	run "$site" "$now"
	ran 'the next run has nothing to say'

	# Another sensor's hour file is damaged: its rest is counted, the others are not touched.
	mkdir -p "$spool/b/2017-09-10"
	"$compose" "$work/late.txt" "$work/late.pcap" &&
		head -c 60 "$work/late.pcap" >"$spool/b/2017-09-10/0300.pcap"
	stamps "$store" >"$work/before"
	run "$site" "$now"
	equal 'a damaged hour file: exit status 3' 3 "$status"
	check 'and it is named' grep -q '2017-09-10/0300.pcap' "$work/words"
	equal 'its hour has a tally and its day a roll-up, the others are as they were' 'b/2017-09-10/0300.tally b/2017-09-10/day.past ' "$(retallied)"
	no_parts 'nothing unfinished is left' "$store" "$reports" "$spool"
}

# --- findings that cannot be written

# Two sites that share spool and store: each has findings of its own to write.
prove_pending() {
	write_site one 192.0.2.0/24 UTC 'sensors = a'
	one=$site
	one_reports=$reports
	compose_day_and_half
	"$collect" --read --spool "$spool" --sensor a "$work/trace.pcap" || exit 99
	sed -e 's/^name.*/name = two/' -e 's/^sensors.*/sensors = b/' "$one" >"$work/two.conf"
	"$collect" --read --spool "$spool" --sensor b "$work/trace.pcap" || exit 99
	rmdir "$one_reports" && : >"$one_reports" # no folder: findings cannot be written
	now=2017-09-11T12:00:01Z
	run "$one" "$now"
	equal 'findings that cannot be written: exit status 1' 1 "$status"
	(
		trap '' CHLD
		run "$one" "$now"
		exit "$status"
	)
	equal 'also where the caller ignores how its children end' 1 $?
	run "$work/two.conf" 2017-09-09T00:00:01Z
	rm "$one_reports"
	run "$work/two.conf" "$now"
	ran 'another site that shares spool and store has nothing to say'
	run "$one" "$now"
	ran 'once they can be written'
	same 'they are, as the other site has them' "$one_reports/two/2017/09/10/findings.ndjson" \
		"$one_reports/one/2017/09/10/findings.ndjson"
	equal 'and nothing is pending' '' "$(find "$store" -name .pending)"
}

# A tally that cannot be opened just then is not taken for damaged; the day's findings stay pending.
prove_unread() {
	write_site unread 192.0.2.0/24 UTC
	"$collect" --read --spool "$spool" --sensor a "$work/trace.pcap" || exit 99
	run "$site" "$now"
	ran 'a spool is tallied'
	away=$store/a/2017-09-10/0700.tally
	mv "$away" "$work/away.tally" && ln -s "$work/nowhere" "$away"
	printf 'date 2017-09-10\n08:30:00 198.51.100.1.1024 > 192.0.2.9.23: S 1:1(0) win 512\n' >"$work/late.txt"
	"$compose" "$work/late.txt" "$spool/a/2017-09-10/0800-3000.pcap" || exit 99
	rm "$spool"/a/2017-09-10/0700* # its packets are gone: it cannot be made again
	run "$site" "$now"
	equal 'a tally that cannot be opened: exit status 3' 3 "$status"
	check 'it is not set aside' test -L "$away"
	check 'and what it has a part in is still to be told' test -s "$store/.pending"
	rm "$away" && mv "$work/away.tally" "$away"
	run "$site" "$now"
	check 'nothing is pending once it is there again' test ! -e "$store/.pending"
}

# A capture that cannot be opened just then is tallied by the next run.
prove_few_descriptors() {
	write_site few 192.0.2.0/24 UTC '[run]' 'threads = 16' 'hook = no'
	"$collect" --read --spool "$spool" --sensor a "$work/trace.pcap" || exit 99
	hour_files "$spool" | sort >"$work/before"
	for few in 6 8 10 12 16 20; do
		# shellcheck disable=SC2016 # for that shell, which has no descriptor of its own
		sh -c 'ulimit -n "$0" && exec "$@"' "$few" "$tally" run --site "$site" --now 2017-09-11T12:00:01Z \
			>"$work/words" 2>&1
		rm -rf "$store/a"
	done
	hour_files "$spool" | sort >"$work/after"
	same 'no hour file is set aside for want of descriptors' "$work/before" "$work/after"
	run "$site" 2017-09-11T12:00:01Z
	ran 'and with enough of them all is well'
	equal '36 hours, 36 tallies' 36 "$(find "$store" -name '*.tally' | wc -l)"
}

# --- zones

# zone ZONE GRID FIRST HOURS DAY=COUNT...: a scan in each hour, from the hour's first instant to its last, by a source of its own.
# FIRST: the first hour, as seconds since 1970.
prove_zone() {
	name=$(echo "$1" | tr / -)-$3
	zone=$1
	grid=$2
	first=$3
	hours=$4
	shift 4
	write_site "$name" 192.0.2.0/24 "$zone"
	{
		date -u -d "@$first" +'date %Y-%m-%d'
		echo sorted
		echo "repeat $hours every 1h {"
		for target in 1 2 3 4 5 6; do
			echo "$(date -u -d "@$first" +%H:%M:%S) 198.51.100.{1+1}.1024 > 192.0.2.$target.23: S 1:1(0) win 512"
		done
		echo "$(date -u -d "@$((first + 3599))" +%Y-%m-%d\ %H:%M:%S).999999 198.51.100.{1+1}.1024 > 192.0.2.7.23: S 1:1(0) win 512"
		echo '}'
	} >"$work/$name.txt"
	"$compose" "$work/$name.txt" "$work/$name.pcap" || exit 99
	"$reform" pcap "$work/$name.pcap" "$work/part-0" 0 2 && "$reform" pcapng "$work/$name.pcap" "$work/part-1" 1 2 || exit 99
	"$collect" --read --spool "$spool" --sensor a --grid "$grid" "$work/part-1" "$work/part-0" >"$work/words" 2>&1 ||
		fail "$zone: cannot be imported: $(cat "$work/words")"
	equal "$zone: $hours hours of the grid, as many files" "$hours" "$(hour_files "$spool" | wc -l)"
	run "$site" "$(date -u -d "@$((first + hours * 3600))" +%Y-%m-%dT%H:%M:%SZ)"
	ran "$zone: all are tallied"
	"$tally" store --home 192.0.2.0/24 --grid "$grid" --output "$work/$name/tallies" "$work/$name.pcap" \
		2>"$work/words" || exit 99
	for window in '--window 1h' '--window 24h --step 1h'; do
		# shellcheck disable=SC2086 # options
		count_tallies "$work/$name/tallies" $window --hosts 1 >"$work/expected" 2>"$work/words"
		# shellcheck disable=SC2086
		count_tallies "$store" $window --hosts 1 >"$work/counted" 2>"$work/words"
		same "$zone: $window counts as the capture" "$work/expected" "$work/counted"
	done
	for day; do
		findings=$reports/$name/$(echo "${day%=*}" | tr - /)/findings.ndjson
		equal "$zone: a scan in each hour of ${day%=*}" "${day#*=}" "$(grep -c '"hourly"' "$findings" 2>&1)"
	done
}

prove_dropped_in
prove_one_at_a_time
prove_changes
prove_pending
prove_unread
prove_few_descriptors
prove_zone Europe/Berlin 0 "$(date -u -d '2026-03-27T23:00:00Z' +%s)" 71 2026-03-28=24 2026-03-29=23 2026-03-30=24
prove_zone Europe/Berlin 0 "$(date -u -d '2025-10-24T22:00:00Z' +%s)" 73 2025-10-25=24 2025-10-26=25 2025-10-27=24
prove_zone Asia/Kolkata 30 "$(date -u -d '2026-03-27T18:30:00Z' +%s)" 72 2026-03-28=24 2026-03-29=24 2026-03-30=24
prove_zone Asia/Kathmandu 15 "$(date -u -d '2026-03-27T18:15:00Z' +%s)" 72 2026-03-28=24 2026-03-29=24 2026-03-30=24
prove_zone Australia/Lord_Howe 30 "$(date -u -d '2026-04-03T13:30:00Z' +%s)" 72 2026-04-04=24 2026-04-05=24 2026-04-06=24
finish
