#!/bin/sh
# gnomon-tally verify: what is sound and what is not, of tallies composed here.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# expect SENTENCE STATUS COUNT-LINE WORDS ARGUMENT...: the exit status, all of stdout, words on stderr ('': nothing there).
expect() {
	sentence=$1
	status=$2
	line=$3
	words=$4
	shift 4
	"$tally" verify "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
	[ "$(cat "$work/out")" = "$line" ] || complain "expected \"$line\", printed: $(cat "$work/out")"
	if [ -n "$words" ]; then
		grep -qF -- "$words" "$work/err" || complain "expected \"$words\" in: $(cat "$work/err")"
	else
		[ ! -s "$work/err" ] || complain "said: $(cat "$work/err")"
	fi
}

# make_hour SENSOR HH: the tally of that hour of 2017-09-10, where it belongs.
make_hour() {
	{
		echo 'date 2017-09-10'
		for host in 1 2 3 4 5 6 7 8; do
			echo "$2:10:0$host.000000 IP 198.51.100.9.40000 > 192.0.2.$host.80: Flags [S], seq 1, win 512, length 0"
		done
	} >"$work/hour.txt"
	mkdir -p "$work/store/$1/2017-09-10" &&
		"$compose" "$work/hour.txt" "$work/hour.pcap" &&
		"$tally" hour --home 192.0.2.0/24 --sensor "$1" --output "$work/store/$1/2017-09-10/${2}00.tally" "$work/hour.pcap" ||
		exit 99
}

for hour in 00 01 02 03; do
	make_hour dmz $hour
done
make_hour lan 00
day=$work/store/dmz/2017-09-10
cat >"$work/site.conf" <<EOT
[site]
name = sample
home = 192.0.2.0/24
zone = UTC
spool = $work/spool
store = $work/store
reports = $work/reports
EOT
sum() {
	(cd "$work/store" && find . -type f -exec cksum {} + | sort)
}

before=$(sum)
expect 'a whole store is sound' 0 '5 tallies, all sound' '' "$work/store"
expect 'threads change nothing' 0 '5 tallies, all sound' '' --threads 7 "$work/store"
expect 'a site is its store' 0 '5 tallies, all sound' '' --site "$work/site.conf"
expect 'a sensor' 0 '4 tallies, all sound' '' "$day/.."
expect 'one alone' 0 '1 tally, sound' '' "$day/0000.tally"
(
	cd "$day" && expect 'by its name alone, in its folder' 0 '1 tally, sound' '' 0000.tally && exit $((failed > 0))
) || failed=1
cp "$day/0000.tally" "$work/any-name.tally"
expect 'a tally outside a store may have any name' 0 '1 tally, sound' '' "$work/any-name.tally"
mkdir "$work/empty"
expect 'nothing to verify' 0 'no tallies' '' "$work/empty"
expect 'one that is not there' 1 '1 tally, 1 not sound' "$work/none.tally: cannot be opened" "$work/none.tally"
expect 'one that is not there beside others' 3 '2 tallies, 1 not sound' 'none.tally' "$work/none.tally" "$day/0000.tally"
[ "$before" = "$(sum)" ] || {
	sentence='verifying changes nothing'
	complain 'the store is another'
}

# Every octet belongs to something that is checked.
length=$(wc -c <"$day/0100.tally")
at=0
while [ "$at" -lt "$length" ]; do
	cp "$day/0100.tally" "$work/changed.tally"
	octet=$(dd if="$work/changed.tally" bs=1 skip="$at" count=1 2>/dev/null | od -An -tu1 | tr -d ' ')
	# shellcheck disable=SC2059
	printf "\\$(printf '%03o' $((octet ^ 4)))" | dd of="$work/changed.tally" bs=1 seek="$at" conv=notrunc 2>/dev/null
	expect "octet $at changed" 1 '1 tally, 1 not sound' "$work/changed.tally:" "$work/changed.tally"
	at=$((at + 13))
done

head -c 300 "$day/0100.tally" >"$work/cut" && mv "$work/cut" "$day/0100.tally"
: >"$work/store/lan/2017-09-10/0500.tally"
cp "$day/0200.tally" "$day/0400.tally"
cp "$day/0300.tally" "$work/store/lan/2017-09-10/0300.tally"
expect 'a store with damage' 3 '8 tallies, 4 not sound' "$day/0100.tally:" --site "$work/site.conf"
[ "$(wc -l <"$work/err")" -eq 4 ] || complain "expected four lines: $(cat "$work/err")"
cat >"$work/expected" <<EOT
gnomon-tally: $day/0400.tally: out of place: it holds the hour 2017-09-10T02:00:00Z, expected 2017-09-10T04:00:00Z
gnomon-tally: $work/store/lan/2017-09-10/0300.tally: out of place: it holds sensor dmz, expected lan
EOT
grep 'out of place' "$work/err" | diff "$work/expected" - >"$work/diff" || complain "<expected >said: $(cat "$work/diff")"

expect 'neither site nor tallies' 2 '' 'expected a tally, or --site FILE'
expect 'both site and tallies' 2 '' 'expected either --site FILE or tallies' --site "$work/site.conf" "$work/store"
expect 'no threads' 2 '' '--threads "0": expected a number from 1 to 256' --threads 0 "$work/store"
expect 'an unknown option' 2 '' '--treads' --treads 1 "$work/store"
expect 'a site that is not there' 2 '' 'none.conf' --site "$work/none.conf"
exit $((failed > 0))
