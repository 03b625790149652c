#!/bin/sh
# One capture, many forms: count prints the same, octet by octet, however the packets come and by whatever way: other byte
# orders and resolutions, pcapng, compressed, on standard input, in several files, with few threads and little memory, through
# tallies at rest. On composed traces, and on captures in ../shared/data beside the top of the sources when they are there.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
reform=${REFORM:-./tests/reform}
generate=${GENERATE:-./tests/bench/generate}
data=$srcdir/../shared/data
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

# What tallies hold, but for their names and what follows the order of the packets in the files: last values and steps of
# traits, the fullest second, sequence numbers sent again, what the hijack check had room for; and what became of a handshake,
# which goes unnoticed where the ACK comes before its SYN in the files, and the target had opened a connection as well.
dump() {
	"$tally" dump --format json "$@" |
		sed -E 's/"(tally|[a-z]+_(last|step_min|step_max|evicted)|peak_[a-z]+)":("[^"]*"|[0-9]+),?//g
			s/"hijacks":\[[^]]*\]//
			s/,?"((seq-)?again|completed|halfopen)"//g
			s/\["",?/[/'
}

# same_facts SENTENCE TALLY...
same_facts() {
	sentence=$1
	shift
	comparisons=$((comparisons + 1))
	dump "$@" >"$work/facts"
	diff "$work/whole" "$work/facts" >"$work/difference" || {
		fail "$sentence: <expected >tallied"
		head -n 10 "$work/difference" | cut -c 1-400
	}
}

through_tallies() {
	rm -rf "$work"/tallies*
	store --output "$work/tallies" --threads 1 "$1"
	same 'through store' "$work"/tallies/*.tally
	dump "$work"/tallies/*.tally >"$work/whole"
	store --output "$work/tallies-again" --threads 2 "$work/pcapng-swapped"
	diff -r "$work/tallies" "$work/tallies-again" || fail 'store: another form and thread, other octets'
	store --output "$work/tallies-little" --threads 2 --memory 1M "$1"
	same_facts 'store with little memory' "$work"/tallies-little/*.tally
	store --output "$work/tallies-dealt" --threads 1 --memory 16M "$work/part-4" "$work/packed-1" "$work/part-2" \
		"$work/packed-0" "$work/part-3"
	same_facts 'store in another order' "$work"/tallies-dealt/*.tally
	for at in 0 1 2 3 4; do
		store --sensor "sensor-$at" --output "$work/tallies-$at" "$work/part-$at"
	done
	same 'through tallies of five sensors' "$work"/tallies-[0-4]/*.tally

	set -- "$1" "$work"/tallies/*.tally
	[ $# -eq 2 ] || return
	"$tally" hour "$home" --threads 2 --output "$work/hour.tally" "$1" 2>"$work/messages" || fail "hour: exit status $?"
	cmp "$work/hour.tally" "$2" || fail 'hour and store: the same packets, other octets'
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
		gzip -c "$work/$form" | "$tally" count --hosts 1 --format csv "$home" - >"$work/counted" 2>"$work/messages"
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
try 'ordinary traffic' 172.16.0.0/16,2001:db8::/32 "$work/capture"

# What libpcap wrote, where it is a whole pcap file.
for capture in "$data"/rules/*.pcap "$data"/scans/*; do
	"$reform" pcap "$capture" "$work/capture" 2>/dev/null || continue
	try "$(basename "$capture")" \
		10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,131.243.0.0/16,192.150.186.0/23,192.0.2.0/24,2001:db8:1::/48 "$capture"
done
echo "$captures captures, $comparisons comparisons, $failed failed"
exit $((failed > 0))
