#!/bin/sh
# gnomon-collect --read: captures of any form, split, out of order, of several link types, come to the spool's hour files;
# every packet once, in its own hour, on several grids. The same import twice, or killed and repeated, gives the same octets.
# Oracles: gnomon-tally, which reads captures by code of its own: its counts and what it decodes of each packet, over the
# captures as they were and over the spool; the undisturbed import.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
reform=${REFORM:-./tests/reform}
read=${READ:-./tests/read-capture}
home=--home=192.0.2.0/24,2001:db8:1::/48
spool=$work/spool
checks=0
zstd=zstd
command -v zstd >/dev/null || {
	echo 'There is no zstd here: gzip takes its place.'
	zstd=gzip
}

fail() {
	echo "FAIL $name: $*"
	failed=$((failed + 1))
}

# expect STATUS SENTENCE COMMAND...
expect() {
	status=$1
	sentence=$2
	shift 2
	checks=$((checks + 1))
	"$@" >"$work/out" 2>"$work/messages"
	found=$?
	[ $found -eq "$status" ] || fail "$sentence: exit status $found, expected $status: $(cat "$work/messages")"
}

says() {
	grep -q -- "$1" "$work/messages" || fail "$sentence: expected \"$1\" in: $(cat "$work/messages")"
}

import() {
	"$collect" --read --spool "$spool" --sensor a "$@"
}

# What there is of the spool: names and octets.
list() {
	(cd "$1" && find . -type f ! -name .lock | sort | xargs -r cksum)
}

hour_files() {
	find "$spool" -name '*.pcap*' | sort
}

count() {
	"$tally" count "$home" --hosts 1 --format csv "$@"
	"$tally" count "$home" --window 24h --step 1h --hosts 1 --format csv "$@"
}

# A line for each packet, and one for each file behind its packets.
packets() {
	"$read" "$home" --each "$@"
}

only_packets() {
	grep '^[12]' "$1" | sort
}

# Whether the packets of each file are of its own hour, by the times of the former and the name of the latter.
in_their_hours() {
	awk -v grid="$1" '
		/^[12]/ {
			minutes = substr($1, 12, 2) * 60 + substr($1, 15, 2)
			start = (int((minutes - grid + 1440) % 1440 / 60) * 60 + grid) % 1440
			name = sprintf("%02d%02d", int(start / 60), start % 60)
			if (minutes >= grid)
				name = substr($1, 1, 10) "/" name
			seen[name] = $1
			next
		}
		{
			for (name in seen)
				if (index($1, name) == 0) {
					print $1 " holds a packet of " seen[name]
					wrong = 1
				}
			split("", seen)
		}
		END { exit wrong }' "$2"
}

# holds SENTENCE GRID CAPTURE...: the spool holds these captures' packets, each once and in its own hour, and nothing else.
holds() {
	sentence=$1
	grid=$2
	shift 2
	checks=$((checks + 1))
	count "$@" >"$work/expected" 2>/dev/null
	packets "$@" >"$work/each"
	only_packets "$work/each" >"$work/expected-packets"
	# No hour file of this test has a blank in its name.
	# shellcheck disable=SC2046
	set -- $(hour_files)
	[ $# -gt 0 ] || fail "$sentence: no hour file"
	count "$@" >"$work/counted" 2>"$work/messages" || fail "$sentence: count: $(cat "$work/messages")"
	cmp -s "$work/expected" "$work/counted" || fail "$sentence: counts differ: $(diff "$work/expected" "$work/counted" | head -5)"
	packets "$@" >"$work/each"
	only_packets "$work/each" >"$work/packets"
	cmp -s "$work/expected-packets" "$work/packets" ||
		fail "$sentence: packets differ: $(diff "$work/expected-packets" "$work/packets" | head -5)"
	in_their_hours "$grid" "$work/each" >"$work/out" || fail "$sentence: $(head -5 "$work/out")"
	"$collect" --verify "$@" >"$work/out" 2>"$work/messages" || fail "$sentence: verify: $(cat "$work/messages")"
	left=$(find "$spool" -name '*part*')
	[ -z "$left" ] || fail "$sentence: left behind: $left"
}

# Whether the packets of each file follow one another in time.
in_order() {
	awk '
		/^[12]/ {
			time = substr($1, 12, 2) * 3600 + substr($1, 15, 2) * 60 + substr($1, 18) + 0
			if (time < last) {
				print $1 " comes too late"
				wrong = 1
			}
			last = time
			next
		}
		{ last = 0 }
		END { exit wrong }' "$1"
}

# deal CAPTURE: its packets in five files of several forms, compressed or not.
deal() {
	at=0
	for form in pcapng swapped nano-swapped pcapng-swapped nano; do
		"$reform" "$form" "$1" "$work/part-$at" $at 5 || return
		at=$((at + 1))
	done
	$zstd -q -c "$work/part-0" >"$work/packed-0" && gzip -c "$work/part-1" >"$work/packed-1"
}

# shuffle CAPTURE OUTPUT: the same packets out of order in one file.
shuffle() {
	for at in 3 0 4 1 2; do
		"$reform" nano "$1" "$work/shuffled-$at" $at 5 || return
	done
	{
		cat "$work/shuffled-3"
		for at in 0 4 1 2; do
			tail -c +25 "$work/shuffled-$at"
		done
	} >"$2"
}

# Five days and more, so many hours that not all can be open.
long_trace() {
	awk 'BEGIN {
		print "date 2017-09-10"
		for (i = 0; i < 400; i++) {
			hour = i * 37 % 131
			printf "2017-09-%02d %02d:%02d:%02d 198.51.100.%d.1024 > 192.0.2.%d.80: S 1:1(0) win 512\n", \
				10 + int(hour / 24), hour % 24, i % 60, i % 59, i % 200 + 1, i % 250 + 1
		}
	}'
}

long_trace >"$work/long.txt"
for trace in rules-hits-rest rules-kinds rules-reading rules-time rules-grid rules-link-null rules-link-raw rules-link-sll2 \
	sample-day long; do
	text=$srcdir/tests/traces/$trace.txt
	[ "$trace" != long ] || text=$work/long.txt
	"$compose" "$text" "$work/capture" || exit 99
	name=$trace
	deal "$work/capture" && shuffle "$work/capture" "$work/shuffled" || fail 'cannot be dealt out'
	for grid in 0 30 15; do
		rm -rf "$spool"
		expect 0 "five files, grid $grid" import --grid $grid --no-compress "$work/part-3" "$work/packed-0" "$work/part-4" \
			"$work/packed-1" "$work/part-2"
		holds "five files, grid $grid" $grid "$work/capture"
	done
	list "$spool" >"$work/once"
	expect 0 'the same again' import --grid 15 --no-compress "$work/packed-1" "$work/part-4" "$work/part-2" \
		"$work/part-3" "$work/packed-0"
	says 'were there already, of the same content'
	list "$spool" >"$work/twice"
	cmp -s "$work/once" "$work/twice" || fail 'the same import twice: other octets'

	rm -rf "$spool"
	expect 0 'out of order, compressed' import "$work/shuffled"
	holds 'out of order, compressed' 0 "$work/capture"
	[ -z "$(find "$spool" -name '*.pcap')" ] || fail 'not compressed'
done

name='standard input'
rm -rf "$spool"
"$compose" "$srcdir/tests/traces/sample-day.txt" "$work/day" || exit 99
gzip -c "$work/day" | expect 0 'from a pipe' import -
holds 'from a pipe' 0 "$work/day"

# What else is in the spool stays, another link type has a part of its own.
name='link types'
rm -rf "$spool"
sed 's/^date .*/date 2024-05-14/' "$srcdir/tests/traces/rules-link-raw.txt" >"$work/raw.txt"
sed 's/^date .*/date 2024-05-14/' "$srcdir/tests/traces/rules-link-sll2.txt" >"$work/sll2.txt"
"$compose" "$work/raw.txt" "$work/raw" && "$compose" "$work/sll2.txt" "$work/sll2" || exit 99
expect 0 'three link types' import "$work/sll2" "$work/day" "$work/raw"
holds 'three link types' 0 "$work/day" "$work/raw" "$work/sll2"
[ "$(hour_files | grep -c -- '-[0-9]*\.pcap')" -ge 2 ] || fail 'expected two parts more'
list "$spool" >"$work/undisturbed"

# What was not compressed is, packets that were pruned come back, under their names.
name='the same again'
rm -rf "$spool"
expect 0 'not compressed' import --no-compress "$work/sll2" "$work/day" "$work/raw"
expect 0 'then compressed' import "$work/sll2" "$work/day" "$work/raw"
list "$spool" >"$work/again"
cmp -s "$work/undisturbed" "$work/again" || fail "then compressed: $(diff "$work/undisturbed" "$work/again" | head -5)"
rm "$spool/a/2024-05-14/0300.pcap.zst" "$spool/a/2024-05-14/1000.pcap.zst"
expect 0 'pruned' import "$work/sll2" "$work/day" "$work/raw"
list "$spool" >"$work/again"
cmp -s "$work/undisturbed" "$work/again" || fail "pruned: $(diff "$work/undisturbed" "$work/again" | head -5)"

name='other packets of the same hours'
rm -rf "$spool"
"$reform" pcap "$work/day" "$work/odd" 1 2 && "$reform" pcap "$work/day" "$work/even" 0 2 || exit 99
expect 0 'half' import "$work/odd"
list "$spool" >"$work/half"
expect 0 'the other half' import "$work/even"
holds 'the other half' 0 "$work/day"
list "$spool" | grep -v -e -0000 >"$work/again"
cmp -s "$work/half" "$work/again" || fail 'what was there was changed'

name='merged by time'
rm -rf "$spool"
expect 0 'two halves' import "$work/even" "$work/odd"
holds 'two halves' 0 "$work/day"
in_order "$work/each" >"$work/out" || fail "two halves: $(head -5 "$work/out")"

# Killed at some instants, and repeated.
name='kill -9'
for milliseconds in 004 008 012 016 020 025 030 035 040 050 060 080 100 150 200 300; do
	checks=$((checks + 1))
	rm -rf "$spool"
	"$collect" --read --spool "$spool" --sensor a "$work/sll2" "$work/day" "$work/raw" 2>/dev/null &
	child=$!
	sleep 0.$milliseconds
	kill -9 $child 2>/dev/null
	wait $child 2>/dev/null
	import "$work/sll2" "$work/day" "$work/raw" 2>"$work/messages" || fail "repeated: $(cat "$work/messages")"
	list "$spool" >"$work/repeated"
	cmp -s "$work/undisturbed" "$work/repeated" ||
		fail "after 0.$milliseconds s: $(diff "$work/undisturbed" "$work/repeated" | head -5)"
done

# A signal ends it in order.
name='a signal'
rm -rf "$spool"
mkfifo "$work/pipe"
"$collect" --read --spool "$spool" --sensor a "$work/day" "$work/pipe" 2>/dev/null &
child=$!
exec 3>"$work/pipe"
cat "$work/day" >&3
sleep 0.2
kill -TERM $child
exec 3>&-
wait $child 2>/dev/null
[ $? -eq 143 ] || fail 'SIGTERM: expected to end by it'
checks=$((checks + 1))
[ -z "$(find "$spool" -type f ! -name .lock)" ] || fail "SIGTERM: left behind: $(find "$spool" -type f)"

name='bad input'
rm -rf "$spool"
head -c 300000 "$work/day" >"$work/cut"
echo 'no capture' >"$work/none"
: >"$work/empty"
expect 3 'cut short beside another' import "$work/raw" "$work/cut"
says 'cut: after [0-9]* packets: '
holds 'cut short beside another' 0 "$work/raw" "$work/cut"
gzip -c "$work/day" | head -c 20000 >"$work/cut.gz"
rm -rf "$spool"
expect 3 'compressed, cut short' import "$work/cut.gz"
says 'cut.gz: after [0-9]* packets: gzip data cut short'
holds 'compressed, cut short' 0 "$work/cut.gz"
rm -rf "$spool"
expect 3 'unreadable beside another' import "$work/none" "$work/raw" "$work/empty" "$work/nowhere"
says 'none: not a capture'
says 'empty: not a capture: .* found an empty file'
says 'nowhere: expected a capture: No such file'
expect 1 'nothing could be read' import "$work/none"
expect 0 'given twice' import "$work/raw" "$work/raw"
says 'raw: given twice, read once'
holds 'given twice' 0 "$work/raw"

# Records longer than the file announces are none the worse, nor are those after January 2038; a time beyond what an hour file
# can tell is.
name='odd files'
rm -rf "$spool"
cp "$work/day" "$work/odd"
printf '\040\000\000\000' | dd of="$work/odd" bs=1 seek=16 conv=notrunc 2>/dev/null
expect 0 'a small snap length' import "$work/odd"
holds 'a small snap length' 0 "$work/day"
rm -rf "$spool"
{
	cat "$work/day"
	printf '\001\000\000\200\001\000\000\000\001\000\000\000\001\000\000\000x'
} >"$work/later"
expect 0 'a time after 2038' import "$work/later"
holds 'a time after 2038' 0 "$work/later"
rm -rf "$spool"
{
	cat "$work/day"
	printf '\377\377\377\377\000\312\232\073\001\000\000\000\001\000\000\000x'
} >"$work/late"
expect 3 'a time beyond 2106' import "$work/late"
says 'late: 1 packets left out: time before 1970 or after 2106'
holds 'a time beyond 2106' 0 "$work/day"

name='usage'
expect 2 'no file' import
expect 2 'no place' "$collect" --read --sensor a "$work/raw"
expect 2 'no sensor' "$collect" --read --spool "$spool" "$work/raw"
expect 2 'a bad sensor' "$collect" --read --spool "$spool" --sensor ../a "$work/raw"
expect 2 'a bad grid' import --grid 60 "$work/raw"
expect 2 'an unknown option' import --colour "$work/raw"

# As on a full disk: no file beyond some size.
name='no room'
rm -rf "$spool"
expect 1 'no room' sh -c 'ulimit -f 40; shift 2; exec "$0" "$@"' "$collect" x x --read --spool "$spool" --sensor a "$work/day"
says 'cannot be written'
[ -z "$(find "$spool" -type f ! -name .lock)" ] || fail "left behind: $(find "$spool" -type f)"

name='locked'
if command -v flock >/dev/null; then
	expect 75 'locked' flock "$spool/a/.lock" "$collect" --read --spool "$spool" --sensor a "$work/raw"
fi

# A site's settings tell where and how.
name='a site'
rm -rf "$spool"
cat >"$work/site.conf" <<-EOT
	[site]
	name = here
	home = 192.0.2.0/24
	zone = Asia/Kolkata
	spool = $spool
	store = $work/store
	reports = $work/reports
	[collect]
	sensor = b
	compress = no
EOT
expect 0 'a site' "$collect" --read --site "$work/site.conf" "$work/day"
holds 'a site' 30 "$work/day"
[ -f "$spool/b/2024-05-14/0030.pcap" ] || fail 'expected b/2024-05-14/0030.pcap'

name='verify'
day=$spool/b/2024-05-14
expect 0 'whole' "$collect" --verify "$day"/*.pcap
expect 1 'no hour file' "$collect" --verify "$work/day"
printf 'x' | dd of="$day/0030.pcap" bs=1 seek=100 conv=notrunc 2>/dev/null
expect 3 'an octet changed' "$collect" --verify "$day"/*.pcap
says '0030.pcap: the digest is another'
head -c 1000 "$day/0130.pcap" >"$work/shorter" && cp "$work/shorter" "$day/0130.pcap"
expect 3 'cut short' "$collect" --verify "$day/0130.pcap"
says '0130.pcap: octet [0-9]*: damaged or cut short'
cp "$day/0230.pcap" "$day/0330.pcap"
expect 3 'another hour' "$collect" --verify "$day/0330.pcap"
says '0330.pcap: packets [0-9]*, expected [0-9]*; .*first 2024'
mv "$day/0430.json" "$work"
expect 3 'without a manifest beside others' "$collect" --verify "$day/0430.pcap" "$day/0530.pcap"
expect 1 'without a manifest' "$collect" --verify "$day/0430.pcap"
$zstd -q -c "$day/0530.pcap" >"$work/packed" && mv "$work/packed" "$day/0530.pcap.zst" && rm "$day/0530.pcap"
expect 0 'compressed' "$collect" --verify "$day/0530.pcap.zst"

name='Owners'
if [ "$(id -u)" -eq 0 ]; then
	spool=$work/theirs
	mkdir "$spool" && chown nobody "$spool"
	expect 0 'root imports into the spool of another' import "$work/day"
	expect 0 'it is all there' test -n "$(find "$spool" -name '*.pcap.zst')"
	expect 0 'who can go on with it' test -z "$(find "$spool" ! -user nobody)"
fi

echo "$checks checks"
exit $((failed > 0))
