#!/bin/sh
# Roll-ups of days: made by gnomon-tally run, told by dump and verify, removed with their day. Oracle: tests/past-oracle.awk,
# over the dumps of the tallies, on all composed traces and, where it is there, a real capture.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
store=$work/store

# new_site HOME: an empty site.
new_site() {
	rm -rf "$store" "$work/spool"
	mkdir "$work/spool"
	home=$1
	cat >"$work/site.conf" <<-EOT
		[site]
		name = example
		home = $(echo "$1" | tr , ';')
		zone = UTC
		spool = $work/spool
		store = $store
		reports = $work/reports
		[run]
		hook = no
	EOT
}

# add_tallies SENSOR CAPTURE...: tallies of their hours, in the store, beside those that are there.
add_tallies() {
	sensor=$1
	shift
	rm -rf "$work/tallies"
	"$tally" store --home "$home" --output "$work/tallies" "$@" || fail "no tallies of $*"
	for file in "$work"/tallies/*.tally; do
		name=${file##*/}
		mkdir -p "$store/$sensor/${name%%T*}"
		mv "$file" "$store/$sensor/${name%%T*}/${name#*T}"
	done
}

# run STATUS WORDS ARGUMENT...: exit status, and words on standard output ('': nothing there).
run() {
	expected=$1
	words=$2
	shift 2
	"$tally" run --site "$work/site.conf" "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$expected" ] || fail "$what: exit status $got, expected $expected: $(cat "$work/err")"
	if [ -n "$words" ]; then
		grep -qF -- "$words" "$work/out" || fail "$what: expected \"$words\" in: $(cat "$work/out")"
	else
		[ ! -s "$work/out" ] || fail "$what: printed $(cat "$work/out")"
	fi
}

# The lines of a roll-up as the oracle writes them.
flatten() {
	"$tally" dump --format json "$1" | awk '
		function get(key, rest) {
			rest = substr($0, index($0, "\"" key "\":") + length(key) + 3)
			if (rest ~ /^"/)
				return substr(rest, 2, index(substr(rest, 2), "\"") - 1)
			if (rest ~ /^\[/) {
				rest = substr(rest, 2, index(rest, "]") - 2)
				gsub(/"/, "", rest)
				return rest == "" ? "" : rest ","
			}
			match(rest, /^[0-9]*/)
			return substr(rest, 1, RLENGTH)
		}
		/"record":"source"/ {
			print "source " get("source") " " get("targets") " " get("packets") " " get("kinds") " " \
				get("answered") " " get("first_hour") " " get("last_hour")
		}
		/"record":"port"/ {
			print "port " get("group") " " get("port") " " get("sources") " " get("pairs") " " get("packets")
		}
		/"record":"trait"/ {
			value = get("field") == "syn" ? get("window") "," get("mss") "," get("options") : get("value")
			print "trait " get("field") " " value " " get("sources") " " get("packets")
		}' | sort
}

# Every day of the store is what the oracle makes of its tallies.
compare_all() {
	n=0
	for folder in "$store"/*/*/; do
		[ -e "$folder/day.past" ] || fail "$what: no roll-up in $folder"
		flatten "$folder/day.past" >"$work/told"
		"$tally" dump --format json "$folder"*.tally | awk -f "$srcdir/tests/past-oracle.awk" | sort >"$work/expected"
		cmp -s "$work/told" "$work/expected" ||
			fail "$what: $folder: <expected >told: $(diff "$work/expected" "$work/told" | head -20)"
		n=$((n + $(wc -l <"$work/told")))
	done
	[ "$n" -gt "$1" ] || fail "$what: only $n rows compared"
}

# probes DAY HOUR SOURCE N: a SYN of the source to each of N targets; a trace's lines.
probes() {
	i=1
	while [ "$i" -le "$4" ]; do
		case $3 in
		*:*) echo "$2:10:0$((i % 10)).000000 IP6 $3.40000 > 2001:db8:1::$i.80: S $i:$i(0) win 512" ;;
		*) echo "$2:10:0$((i % 10)).000000 IP $3.40000 > 192.0.2.$i.80: S $i:$i(0) win 512" ;;
		esac
		i=$((i + 1))
	done
}

# add_hour SENSOR DAY HOUR SOURCE N: a tally of such an hour.
add_hour() {
	{
		echo "date $2"
		probes "$2" "$3" "$4" "$5"
	} >"$work/trace.txt"
	"$compose" "$work/trace.txt" "$work/trace.pcap" || exit 99
	add_tallies "$1" "$work/trace.pcap"
}

what='roll-ups of the composed traces are what their tallies come to'
new_site 192.0.2.0/24,2001:db8:1::/48
captures=
for trace in "$srcdir"/tests/traces/*.txt; do
	name=${trace##*/}
	"$compose" "$trace" "$work/${name%.txt}.pcap" || exit 99
	captures="$captures $work/${name%.txt}.pcap"
done
# Paths of ours: words are split on purpose.
# shellcheck disable=SC2086
add_tallies traces $captures
run 0 '' --now 2030-01-01
compare_all 1000

new_site 192.0.2.0/24,2001:db8:1::/48
add_hour dmz 2026-03-01 00 198.51.100.1 3
add_hour dmz 2026-03-01 05 2001:db8:2::1 4
add_hour lan 2026-03-01 23 198.51.100.1 2
add_hour dmz 2026-03-02 07 198.51.100.2 1
dmz=$store/dmz/2026-03-01
later=2026-03-10

what='a day that is not over has no roll-up yet'
run 0 'dmz: 2026-03-01: would be rolled up: no roll-up yet' --dry-run --now 2026-03-02
[ ! -e "$dmz/day.past" ] || fail "$what: a dry run makes none"
run 0 '' --now 2026-03-01T23:59:59Z
[ ! -e "$dmz/day.past" ] || fail "$what"
run 0 '' --now 2026-03-02
[ -e "$dmz/day.past" ] || fail "$what: but then it has"
[ ! -e "$store/dmz/2026-03-02/day.past" ] || fail "$what: 2026-03-02"

what='each sensor has its own'
run 0 '1 day rolled up' --verbose --now $later
compare_all 8

what='what is in order is left as it is'
inode=$(stat -c %i "$dmz/day.past")
run 0 '' --now $later
run 0 '0 hours tallied, 0 again, in ' --verbose --now $later
[ "$(stat -c %i "$dmz/day.past")" = "$inode" ] || fail "$what"

what='a roll-up is made again when a tally comes, newest day first'
add_hour dmz 2026-03-01 06 198.51.100.3 5
add_hour dmz 2026-03-02 08 198.51.100.3 5
run 0 'dmz: 2026-03-01: rolled up in ' --verbose --now $later
grep -qF '(its tallies are others)' "$work/out" || fail "$what: printed $(cat "$work/out")"
sed -n 's/.*dmz: \(2026-03-0.\): rolled up.*/\1/p' "$work/out" | tr '\n' ' ' | grep -q '^2026-03-02 2026-03-01 $' || fail "$what: $(cat "$work/out")"
compare_all 8

what='a tally that goes makes nothing stale'
cp "$dmz/day.past" "$work/before"
rm "$dmz/0000.tally"
run 0 '' --now $later
cmp -s "$dmz/day.past" "$work/before" || fail "$what"

what='a damaged roll-up is told by verify, and made again'
dd if=/dev/zero of="$dmz/day.past" bs=1 seek=20 count=3 conv=notrunc 2>/dev/null
"$tally" verify "$store" >"$work/out" 2>"$work/err"
[ $? -eq 3 ] || fail "$what: expected status 3"
grep -qx '5 tallies and 3 roll-ups, 1 not sound' "$work/out" || fail "$what: printed $(cat "$work/out")"
grep -q '2026-03-01/day.past:[0-9]*: damaged' "$work/err" || fail "$what: said $(cat "$work/err")"
"$tally" dump "$dmz/day.past" >/dev/null 2>&1 && fail "$what: dump ends with status 0"
head -c 100 "$work/before" >"$dmz/day.past"
run 0 '(its roll-up cannot be read)' --verbose --now $later
"$tally" verify --site "$work/site.conf" >"$work/out" 2>&1
grep -qx '5 tallies and 3 roll-ups, all sound' "$work/out" || fail "$what: printed $(cat "$work/out")"

what='a roll-up in the place of another is told'
cp "$dmz/day.past" "$store/dmz/2026-03-02/day.past"
"$tally" verify "$store" >/dev/null 2>"$work/err"
grep -q 'out of place: it holds 2026-03-01' "$work/err" || fail "$what: said $(cat "$work/err")"
run 0 '1 day rolled up' --verbose --now $later

what='a damaged tally is left out, and not tried again'
add_hour dmz 2026-03-01 07 198.51.100.4 5
dd if=/dev/zero of="$dmz/0600.tally" bs=1 seek=40 count=6 conv=notrunc 2>/dev/null
run 0 '1 day rolled up' --verbose --now $later
"$tally" dump --format json "$dmz/day.past" >"$work/out"
grep -q '"tallies":3,"unread":1,"sources":2,' "$work/out" || fail "$what: $(head -1 "$work/out")"
inode=$(stat -c %i "$dmz/day.past")
run 0 '' --now $later
[ "$(stat -c %i "$dmz/day.past")" = "$inode" ] || fail "$what: it was"

what='what a killed run left is removed when the day is rolled up'
touch "$dmz/.day.past.part-abcdef"
rm "$dmz/day.past"
run 0 '1 day rolled up' --verbose --now $later
[ ! -e "$dmz/.day.past.part-abcdef" ] || fail "$what"

# answers LINE ARGUMENT...: all that past prints.
answers() {
	expected=$1
	shift
	"$tally" past --site "$work/site.conf" "$@" >"$work/out" 2>"$work/err" || fail "$what: $(cat "$work/err")"
	[ "$(cat "$work/out")" = "$expected" ] || fail "$what: expected \"$expected\", printed: $(cat "$work/out")"
}
what='the past is told on the command line'
answers '198.51.100.1: first seen 2026-03-01, on 1 of 2 days, last 2026-03-01; syn to at most 2 targets a day' 198.51.100.1
answers '198.51.100.0/24: first seen 2026-03-01, on 2 of 2 days, last 2026-03-02; at most 2 addresses of it a day; syn to at most 5 targets a day each
2001:db8:2::/64: first seen 2026-03-01, on 1 of 2 days, last 2026-03-01; syn to at most 4 targets a day
203.0.113.0/24: never seen in 2 days
tcp:80: on 2 of 2 days, median 3 sources a day, at most 3
sport:40000: first seen 2026-03-01, on 2 of 2 days, last 2026-03-02; of at most 2 sources a day' \
	198.51.100.0/24 2001:db8:2::/64 203.0.113.0/24 tcp:80 sport:40000
"$tally" past --site "$work/site.conf" tcp:65536 2>/dev/null
[ $? -eq 2 ] || fail "$what: expected status 2"

what='a roll-up goes with the last tally of its day'
rm -r "$store/lan"
printf '[keep]\ntallies = 1d\npackets = 1h\n' >>"$work/site.conf"
run 0 '' --now 2026-03-02T07:00:00Z
[ -e "$dmz/day.past" ] || fail "$what: gone, while $(ls "$dmz") is there"
run 0 '' --now 2026-03-02T08:00:00Z
[ ! -e "$dmz" ] || fail "$what: $(ls -A "$dmz") is left"

# A real capture.
data=$srcdir/../shared/data
if [ -d "$data/spool/open36" ]; then
	what=open36
	new_site "$(awk -F '\t' '$1 == "open36-24h-step1h.tsv" { print $3 }' "$data/expected/index.tsv")"
	cp -r "$data/spool/open36" "$work/spool/"
	run 0 '2 days rolled up' --verbose --now 2026-03-01
	compare_all 10000
else
	echo "no $data/spool/open36: not looked at"
fi

exit $((failed > 0))
