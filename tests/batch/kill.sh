#!/bin/sh
# kill -9 at random instants of gnomon-collect while it captures, while it compresses and while it imports, and of
# `gnomon-tally run`, each followed by a restart: the store ends as the undisturbed one, octet by octet, or says which hours were
# cut short; nothing unfinished is left; nothing counts twice.
#
# KILLS: how many in all (60; 200 is the full length). SEED: of the instants (printed).
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"
kills=${KILLS:-60}
seed=${SEED:-$(date +%s)}
reform=${REFORM:-$build/tests/reform}
echo "kill.sh: SEED=$seed KILLS=$kills"

need_root
need_commands ip pgrep pkill tcpreplay taskset zstd
awk -v seed="$seed" 'BEGIN { srand(seed); for (i = 0; i < 100000; i++) print rand() }' >"$work/random"
exec 3<"$work/random"

# doze MILLISECONDS: a random while, that long at most.
doze() {
	read -r part <&3
	sleep "$(awk -v part="$part" -v most="$1" 'BEGIN { printf "%.4f", part * most / 1000 }')"
}

now_ms() {
	date +%s%3N
}

# kill_in MILLISECONDS PROCESS [TEXT]: kills it, and who has TEXT in its command line, at a random instant; fails when it had ended before.
kill_in() {
	doze "$1"
	kill -9 "$2" 2>/dev/null
	[ -z "${3:-}" ] || pkill -9 -f -- "$3"
	wait "$2" 2>/dev/null
	kill_status=$?
	forget "$2"
	[ "$kill_status" -eq 137 ]
}

# --- gnomon-tally run

# 30 hours of two sensors, one hour of the second in two files, one of them fuller.
make_spool() {
	cat >"$work/trace.txt" <<-'END'
		date 2017-09-09
		sorted
		repeat 30 every 1h {
		11:00:00 198.51.100.{1+1}.1024 > 172.16.2.{1+7%200}.23: S 1:1(0) win 512
		11:10:00 198.51.100.{1+1%5}.1024 > 172.16.2.{1+1}.23: S 1:1(0) win 512
		11:10:01 172.16.2.{1+1}.23 > 198.51.100.{1+1%5}.1024: R 0:0(0) ack 2 win 0
		11:59:59.999999 198.51.100.77.1024 > 172.16.2.{2+2}.22: S 1:1(0) win 512
		}
	END
	"$compose" "$work/trace.txt" "$work/trace.pcap" &&
		"$generate" --packets 60000 --sources 20000 --v6 10 --output "$work/hour.pcap" || exit 99
	write_site run '172.16.0.0/16;2001:db8::/32' Europe/Berlin
	"$collect" --read --spool "$spool" --sensor a --grid 0 "$work/trace.pcap" &&
		"$collect" --read --spool "$spool" --sensor b --grid 0 "$work/trace.pcap" &&
		"$collect" --read --spool "$spool" --sensor b --grid 0 "$work/hour.pcap" || exit 99
	now=2017-09-10T17:00:01Z
}

# Whether nobody works on the site any more.
is_alone() {
	! pgrep -f -- "--site $site" >/dev/null
}

# The report that a killed run had begun goes on for a while.
wipe() {
	within 120 is_alone || fail 'what was begun does not end'
	rm -rf "$store" "$reports"
	mkdir -p "$store" "$reports"
}

# After kills: a run to the end, and the store that it leaves.
recover_run() {
	run "$site" "$now"
	content "$store" "$reports" >"$work/found"
	[ "$status" -eq 0 ] && cmp -s "$work/undisturbed" "$work/found" &&
		[ -z "$(find "$store" "$reports" "$spool" -name '*.part*')" ] && return
	echo "      after kill $killed: exit status $status"
	head -n 5 "$work/words"
	diff "$work/undisturbed" "$work/found" | head -n 5
	find "$store" "$reports" "$spool" -name '*.part*' | head -n 5
	return 1
}

kill_runs() {
	make_spool
	begun_at=$(now_ms)
	run "$site" "$now"
	took=$(($(now_ms) - begun_at))
	ran 'an undisturbed run'
	content "$store" "$reports" >"$work/undisturbed"
	wipe
	killed=0
	late=0
	wrong=0
	torn=0
	while [ "$killed" -lt "$1" ]; do
		messages=$work/killed-words begin "$tally" run --site "$site" --now "$now"
		# Every other one with the report that it began, if that is at work.
		all=
		[ $((killed % 2)) -eq 0 ] || all="--site $site"
		if kill_in $((took + took / 10)) "$begun" "$all"; then
			killed=$((killed + 1))
			find "$store" -name '[0-9]*.tally' | grep -q . && {
				"$tally" verify "$store" >"$work/words" 2>&1 || torn=$((torn + 1))
			}
			[ $((killed % 3)) -eq 0 ] || continue # kills in a row
		else
			late=$((late + 1))
			[ "$late" -lt $((2 * $1 + 20)) ] || break
		fi
		recover_run || wrong=$((wrong + 1))
		wipe
	done
	recover_run || wrong=$((wrong + 1))
	equal "$1 runs are killed (one takes $took ms; $late had ended before)" "$1" "$killed"
	equal 'what has a name by then is a whole tally' 0 "$torn"
	equal 'store and findings end as the undisturbed ones' 0 "$wrong"
}

# --- gnomon-collect --read

kill_imports() {
	write_site import '172.16.0.0/16' UTC
	"$reform" pcap "$work/hour.pcap" "$work/part-0" 0 2 && "$reform" nano "$work/hour.pcap" "$work/part-1" 1 2 || exit 99
	set -- "$1" --read --spool "$spool" --sensor a --grid 0 "$work/part-0" "$work/trace.pcap" "$work/part-1"
	wanted=$1
	shift
	begun_at=$(now_ms)
	"$collect" "$@" || fail "an import, undisturbed"
	took=$(($(now_ms) - begun_at))
	(cd "$spool" && find . -type f ! -name '.*' -exec sha256sum {} + | sort -k 2) >"$work/undisturbed"
	killed=0
	late=0
	wrong=0
	while [ "$killed" -lt "$wanted" ]; do
		[ $((killed % 3)) -ne 0 ] || rm -rf "${spool:?}/a"
		begin "$collect" "$@"
		if kill_in $((took + took / 10)) "$begun"; then
			killed=$((killed + 1))
		else
			late=$((late + 1))
			[ "$late" -lt $((2 * wanted + 20)) ] || break
			rm -rf "${spool:?}/a"
			continue
		fi
		[ $((killed % 3)) -eq 0 ] || continue
		"$collect" "$@" 2>"$work/words" || wrong=$((wrong + 1))
		(cd "$spool" && find . -type f ! -name '.*' -exec sha256sum {} + | sort -k 2) >"$work/found"
		cmp -s "$work/undisturbed" "$work/found" && [ -z "$(find "$spool" -name '*.part*')" ] && continue
		wrong=$((wrong + 1))
		echo "      after kill $killed:"
		diff "$work/undisturbed" "$work/found" | head -n 5
		find "$spool" -name '*.part*' | head -n 5
	done
	equal "$wanted imports are killed (one takes $took ms; $late had ended before)" "$wanted" "$killed"
	equal 'the spool ends as the undisturbed one' 0 "$wrong"
}

# --- the compressor

all_compressed() {
	[ -z "$(find "$spool/a/2017-09-10" -name "*.pcap" -o -name "*.part*")" ]
}

begin_collector() {
	begin ip netns exec "$veth_far" "$collect" --interface far --site "$site" "$@"
	collector=$begun
	within 60 listening "$collector" && return
	cat "$messages"
	exit 99
}

# Hours at rest that are not compressed, beside the one that it opens: the collector does that at its start, and is killed at it.
kill_compressors() {
	write_site compress '172.16.0.0/16' UTC '[collect]' 'sensor = a' 'compress-level = 9'
	for another in 1 2; do
		"$generate" --packets 150000 --seed "$another" --sources 2000 --output "$work/large.pcap" &&
			"$collect" --read --spool "$work/raw" --sensor a --no-compress "$work/large.pcap" || exit 99
	done
	cp -r "$work/raw/a" "$spool/"
	run "$site" 2017-09-10T13:00:01Z
	ran 'hours not compressed are tallied'
	content "$store" >"$work/undisturbed"
	killed=0
	wrong=0
	rounds=0
	while [ "$killed" -lt "$1" ] && [ "$rounds" -lt 100 ]; do
		rounds=$((rounds + 1))
		begin_collector
		kill_in 400 "$collector" && killed=$((killed + 1))
		all_compressed || continue
		check_compressed || wrong=$((wrong + 1))
		rm -rf "${spool:?}/a"
		cp -r "$work/raw/a" "$spool/"
	done
	begin_collector
	check 'after the last kill all is compressed' within 120 all_compressed
	end "$collector"
	check_compressed || wrong=$((wrong + 1))
	wipe
	run "$site" 2017-09-10T13:00:01Z
	ran 'compressed hours are tallied'
	content "$store" >"$work/found"
	# A tally names its inputs by what is in them: the same compressed or not.
	same 'the store is the same' "$work/undisturbed" "$work/found"
	equal "the compressor is killed $killed times" "$1" "$killed"
	equal 'and what it leaves is what there was' 0 "$wrong"
	no_parts 'nothing unfinished is left' "$spool" "$store"
}

check_compressed() {
	for raw in "$work"/raw/a/*/*.pcap; do
		zstd -dcq "$spool/${raw#"$work/raw/"}.zst" | cmp -s - "$raw" || return
	done
}

# --- gnomon-collect --interface

# hour files whose manifest says that they were cut short.
cut_short() {
	find "$spool" -name '[0-9]*.json' -exec grep -l '"clean": *false' {} + | wc -l
}

# kill_captures KILLS NAME OPTION...
kill_captures() {
	wanted=$1
	what=$2
	write_site "$2" '172.16.0.0/16' UTC '[collect]' 'sensor = far' 'buffer = 16M'
	shift 2
	packets=$((wanted * 12000 + 20000))
	"$generate" --shape sweep --packets "$packets" --output "$work/capture.pcap" || exit 99
	begin ip netns exec "$veth_near" taskset -c 0 tcpreplay --preload-pcap --pps=20000 --intf1=near "$work/capture.pcap"
	sender=$begun
	killed=0
	parts=0
	while [ "$killed" -lt "$wanted" ]; do
		begin_collector "$@"
		kill_in 700 "$collector" || fail "$what: the collector had ended: $(cat "$messages")"
		killed=$((killed + 1))
		parts=$((parts + $(find "$spool" -name '*.pcap.part' -size +24c | wc -l)))
	done
	begin_collector "$@"
	sleep 0.3
	end "$collector"
	equal "$what: the collector ends cleanly after $killed kills" 0 "$ended"
	end "$sender"
	account "$packets" "$spool" "$@"
	cat "$work/account"
	equal "$what: no packet is there twice" 0 "$twice"
	equal "$what: each file holds a run of what was sent, without a gap" 0 "$gaps"
	equal "$what: in the hour of its time, whole, counted in its manifest" 0000 "$elsewhere$unread$strange$unequal"
	check "$what: packets were captured" test "$found" -gt 0
	check "$what: hours cut short are named ($(cut_short), $parts at least)" test "$(cut_short)" -ge "$parts"
	no_parts "$what: nothing unfinished is left" "$spool"
	check "$what: every file is as its manifest says" verify "$spool"
}

# The hours cut short are in tallies that say so, and count every packet in the files.
tally_captures() {
	now=$(date -u -d '+1 hour' +%Y-%m-%dT%H:00:01Z)
	run "$site" "$now"
	equal 'hours cut short are tallied: exit status 3' 3 "$status"
	equal 'and each of their files is named' "$(cut_short)" "$(grep -c ': cut short: ' "$work/words")"
	find "$store" -name '*.tally' -exec "$tally" dump --format json {} + | grep '"record":"hour"' >"$work/records"
	equal 'the tallies say so too' 0 "$(grep -c '"shortfall":""' "$work/records")"
	equal 'and count every packet in the files' "$found" "$(sed 's/.*"totals":\({.*}\),"cut_short".*/\1/' "$work/records" |
		grep -o '"packets":[0-9]*' | awk -F : '{ sum += $2 } END { print sum }')"
	run "$site" "$now"
	ran 'the next run has nothing to do or say'
}

share=$((kills / 6))
kill_runs $((2 * share))
kill_imports "$share"
make_veth
kill_compressors "$share"
kill_captures "$share" turns --hour-seconds 2
kill_captures $((kills - 5 * share)) hours
tally_captures
finish
