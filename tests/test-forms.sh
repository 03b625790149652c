#!/bin/sh
# One capture, many forms: count prints the same, octet by octet, however the packets come and by whatever way: other byte
# orders and resolutions, pcapng, compressed, on standard input, in several files, with few threads and little memory, through
# tallies at rest. On composed traces, and on captures in ../shared/data beside the top of the sources when they are there.
# TALLY, COMPOSE, REFORM, GENERATE: the programs (default: those built here).
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
tally=${TALLY:-./gnomon-tally}
compose=${COMPOSE:-./tests/compose}
reform=${REFORM:-./tests/reform}
generate=${GENERATE:-./tests/bench/generate}
data=$srcdir/../shared/data
work=$(mktemp -d "${TMPDIR:-/tmp}/forms.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
failed=0
captures=0
comparisons=0
zstd=zstd
command -v zstd >/dev/null || {
	echo 'There is no zstd here: gzip takes its place.'
	zstd=gzip
}

fail() {
	echo "FAIL $name: $*"
	failed=$((failed + 1))
}

# All that there is to see: an hour, and a day at every hour.
count() {
	"$tally" count --hosts 1 --format csv "$@" && "$tally" count --window 24h --step 1h --hosts 1 --format csv "$@"
}

# same SENTENCE ARGUMENT...: counts as the capture did in the form it had.
same() {
	sentence=$1
	shift
	comparisons=$((comparisons + 1))
	count "$@" >"$work/counted" 2>"$work/messages" || fail "$sentence: exit status $?: $(cat "$work/messages")"
	cmp -s "$work/expected" "$work/counted" || {
		fail "$sentence: <expected >counted"
		diff "$work/expected" "$work/counted" | head -n 10
	}
}

# The same packets, dealt out to five files of several forms; the order is no order of time.
deal() {
	at=0
	for form in pcapng swapped nano-swapped pcapng-swapped pcap; do
		"$reform" "$form" "$1" "$work/part-$at" $at 5 || return
		at=$((at + 1))
	done
	$zstd -q -c "$work/part-0" >"$work/packed-0" && gzip -c "$work/part-1" >"$work/packed-1"
}

store() {
	"$tally" store "$home" "$@" 2>"$work/messages" || fail "store: exit status $?: $(cat "$work/messages")"
}

through_tallies() {
	rm -rf "$work"/tallies*
	store --output "$work/tallies" --threads 2 "$1"
	same 'through store' "$work"/tallies/*.tally
	store --output "$work/tallies-dealt" --threads 1 --memory 1M "$work/part-4" "$work/packed-1" "$work/part-2" \
		"$work/packed-0" "$work/part-3"
	diff -r "$work/tallies" "$work/tallies-dealt" || fail 'store: the same packets, other tallies'
	for at in 0 1 2 3 4; do
		store --sensor "sensor-$at" --output "$work/tallies-$at" "$work/part-$at"
	done
	same 'through tallies of five sensors' "$work"/tallies-[0-4]/*.tally

	set -- "$1" "$work"/tallies/*.tally
	[ $# -eq 2 ] || return
	for memory in 1M 16M; do
		"$tally" hour "$home" --memory "$memory" --output "$work/hour.tally" "$1" || fail "hour: exit status $?"
		cmp "$work/hour.tally" "$2" || fail 'hour and store: the same packets, other tallies'
	done
	same 'through hour' "$work/hour.tally"
}

# try NAME HOME CAPTURE: a whole pcap file.
try() {
	name=$1
	home=--home=$2
	capture=$3
	captures=$((captures + 1))
	count "$home" "$capture" >"$work/expected" 2>"$work/messages" || fail "exit status $?: $(cat "$work/messages")"

	for form in swapped nano nano-swapped pcapng pcapng-swapped; do
		"$reform" "$form" "$capture" "$work/$form" || fail "cannot be made $form"
		same "$form" "$home" "$work/$form"
		gzip -c "$work/$form" | "$tally" count --hosts 1 --format csv "$home" - >"$work/counted"
		head -n "$(wc -l <"$work/counted")" "$work/expected" | cmp - "$work/counted" ||
			fail "$form, compressed on standard input"
	done
	$zstd -q -c "$capture" >"$work/a.pcap.zst"
	same 'zstd' "$home" "$work/a.pcap.zst"
	gzip -c "$capture" >"$work/a.pcap.gz"
	same 'gzip' "$home" "$work/a.pcap.gz"
	same 'one thread' "$home" --threads 1 "$capture"
	same 'two threads' "$home" --threads 2 "$capture"
	same 'little memory' "$home" --threads 1 --memory 1M "$capture"

	deal "$capture" || fail 'cannot be dealt out'
	same 'five files' "$home" --memory 16M "$work/part-3" "$work/packed-0" "$work/part-4" "$work/packed-1" "$work/part-2"
	same 'five files, two threads, little memory' "$home" --threads 2 --memory 1M "$work/packed-1" "$work/part-2" \
		"$work/part-4" "$work/part-3" "$work/packed-0"
	through_tallies "$capture"
}

for trace in rules-hits-rest rules-hits-tcp rules-kinds rules-reading rules-time rules-link-null rules-link-sll2 sample-day; do
	"$compose" "$srcdir/tests/traces/$trace.txt" "$work/capture" || exit 99
	try "$trace" 192.0.2.0/24,2001:db8:1::/48 "$work/capture"
	[ "$(wc -l <"$work/expected")" -gt 2 ] || fail 'nothing is counted in any form'
done
"$generate" --packets 60000 --sources 20000 --v6 30 --nano --output "$work/capture" || exit 99
try 'ordinary traffic' 10.0.0.0/8,2001:db8:1::/48 "$work/capture"

# What libpcap wrote, where it is a whole pcap file.
for capture in "$data"/rules/*.pcap "$data"/scans/*; do
	[ -f "$capture" ] && "$reform" pcap "$capture" "$work/capture" 2>/dev/null || continue
	try "$(basename "$capture")" \
		10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,131.243.0.0/16,192.150.186.0/23,192.0.2.0/24,2001:db8:1::/48 "$capture"
done
echo "$captures captures, $comparisons comparisons, $failed failed"
[ "$failed" -eq 0 ]
