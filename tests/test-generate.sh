#!/bin/sh
# The benchmark's generator: the same seed gives the same octets, another seed others, and every shape is a capture
# that libpcap reads to its end.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

fail() {
	echo "FAIL: $*"
	failed=1
}

generate() {
	tests/bench/generate --packets 20000 "$@"
}

generate --seed 7 --v6 30 --output "$folder/a.pcap" --truth "$folder/a.truth"
generate --seed 7 --v6 30 --output "$folder/b.pcap" --truth "$folder/b.truth"
generate --seed 8 --v6 30 --output "$folder/c.pcap"
cmp -s "$folder/a.pcap" "$folder/b.pcap" || fail "the same seed gave other octets"
cmp -s "$folder/a.truth" "$folder/b.truth" || fail "the same seed gave another truth"
cmp -s "$folder/a.pcap" "$folder/c.pcap" && fail "another seed gave the same octets"
test -s "$folder/a.truth" || fail "the truth is empty"

for shape in ordinary scattered spoofed vertical colliding sweep backscatter pairs; do
	for options in '' '--nano' '--v6 100'; do
		# shellcheck disable=SC2086 # options are words
		generate --shape "$shape" $options --output "$folder/shape.pcap"
		packets=$(tests/bench/pcap-count "$folder/shape.pcap" | cut -d ' ' -f 1)
		test "$packets" = 20000 || fail "$shape $options: libpcap read $packets packets, expected 20000"
	done
done

# by construction: 100 sources, each at 200 targets
generate --shape scattered --sources 100 --scanners 1 --victims 1 --contacts 20000 \
	--output "$folder/scattered.pcap" --truth "$folder/scattered.truth"
test "$(cut -d ' ' -f 1 "$folder/scattered.truth" | uniq -c | tr -s ' ')" = ' 100 200' ||
	fail "scattered: expected 100 sources with 200 targets each"

tests/bench/generate --shape none --output "$folder/none.pcap" 2>/dev/null && fail "an unknown shape was accepted"
tests/bench/generate --packets 0 --output "$folder/none.pcap" 2>/dev/null && fail "no packets were accepted"
test ! -e "$folder/none.pcap" || fail "a refused capture was begun"
exit "$failed"
