#!/bin/sh
# A spool of 50 MB is filled by a capture: what was closed stays whole, the collector says what is wrong, counts what it cannot
# keep, and goes on by itself when `gnomon-tally run` has made room. A store that is full: the run says so, leaves nothing that
# is not whole, and the next one does its work.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_commands ip tcpdump tcpreplay taskset mount

# mount_small FOLDER: 50 MB there.
mount_small() {
	mount -t tmpfs -o size=50m gnomon-batch "$1" || skip 'no tmpfs can be mounted'
	mounted="$mounted $1"
}

# left FOLDER: KiB that are free there.
left() {
	df -k "$1" | awk 'NR == 2 { print $4 }'
}

says_full() {
	grep -Eiq 'no space|full|free' "$messages"
}

grown() {
	[ "$(hour_files "$spool/far" | wc -l)" -gt "$1" ]
}

# fill NAME KEEP_FREE
fill() {
	write_site "$1" '172.16.0.0/16' UTC 'sensors = old' '[collect]' 'sensor = far' "keep-free = $2" 'compress = no' '[keep]' \
		'packets = 10000d' 'tallies = 10000d' 'free = 40'
	mount_small "$spool"
	"$collect" --read --spool "$spool" --sensor old --no-compress "$work/old.pcap" || exit 99
	messages=$work/$1.messages
	begin ip netns exec "$veth_far" "$collect" --interface far --site "$site" --hour-seconds 1
	collector=$begun
	within 30 listening "$collector" || {
		cat "$messages"
		exit 99
	}
	send "$work/many.pcap" 50000
	check "$1: the collector says that there is no room" within 30 says_full
	check "$1: in a few lines" test "$(wc -l <"$messages")" -le 5
	sed 's/^/      /' "$messages" | head -n 5
	check "$1: and is at work still" kill -0 "$collector"
	echo "      KiB left: $(left "$spool")"
	closed=$(hour_files "$spool/far" | wc -l)
	check "$1: hours were closed before" test "$closed" -gt 2
	check "$1: what was closed is whole" verify "$spool"
	hour_files "$spool/far" | xargs sha256sum >"$work/closed"

	"$tally" run --site "$site" >"$work/words" 2>&1
	equal "$1: a run makes room, and tallies before" 0 $?
	sed 's/^/      /' "$work/words"
	echo "      KiB left: $(left "$spool")"
	check "$1: only packets that were tallied go" test -n "$(find "$store/old" -name '*.tally')" -a \
		-z "$(find "$spool/old" -name '*.pcap')"
	sleep 1.5 # it looks for room from time to time
	send "$work/more.pcap" 20000
	more=$sent
	end "$collector"
	equal "$1: the collector goes on, and ends cleanly" 0 "$ended"
	check "$1: hours that were closed are as they were" sha256sum --quiet -c "$work/closed"
	account 510000 "$spool/far" --hour-seconds 1
	cat "$work/account"
	equal "$1: no packet is there twice, each is in its hour" 0000 "$twice$elsewhere$unequal$strange"
	discarded=$(find "$spool/far" -name '*.json' -exec cat {} + | tr ',' '\n' |
		awk -F : '/"discarded"/ { sum += $2 } END { print sum + 0 }')
	equal "$1: what is not there was counted as it was discarded" "$missing" "$discarded"
	tcpdump_count=$(hour_files "$spool/far" | while read -r file; do
		tcpdump -nr "$file" 'tcp[4:4] >= 500000' 2>/dev/null
	done | wc -l)
	equal "$1: and when there is room again every packet" "$more" "$tcpdump_count"
	no_parts "$1: nothing unfinished is left" "$spool" "$store"
	check "$1: every file is as its manifest says" verify "$spool"
	umount "$spool"
	mounted=
}

fill_store() {
	write_site store '172.16.0.0/16' UTC
	"$collect" --read --spool "$spool" --sensor old --no-compress "$work/old.pcap" || exit 99
	run "$site" 2017-09-10T13:00:01Z
	ran 'store: an undisturbed run'
	content "$store" "$reports" >"$work/undisturbed"
	rm -rf "$store" "$reports"
	mkdir "$store" "$reports"
	mount_small "$store"
	head -c $((($(left "$store") - 100) * 1024)) /dev/zero >"$store/.ballast"
	run "$site" 2017-09-10T13:00:01Z
	check "store: a run without room fails (exit status $status)" test "$status" -eq 1 -o "$status" -eq 3
	check 'store: and says why' grep -q 'No space' "$work/words"
	sed 's/^/      /' "$work/words"
	no_parts 'store: nothing unfinished is left' "$store"
	rm "$store/.ballast"
	run "$site" 2017-09-10T13:00:01Z
	ran 'store: with room the next run does its work'
	content "$store" "$reports" >"$work/found"
	same 'store: and ends as the undisturbed one' "$work/undisturbed" "$work/found"
}

"$generate" --packets 250000 --sources 20000 --output "$work/old.pcap" &&
	"$generate" --shape sweep --packets 500000 --output "$work/many.pcap" &&
	"$generate" --shape sweep --packets 510000 --output "$work/all.pcap" &&
	tcpdump -nr "$work/all.pcap" -w "$work/more.pcap" 'tcp[4:4] >= 500000' 2>/dev/null || exit 99
rm "$work/all.pcap"
make_veth
fill brim 0
fill reserve 8M
fill_store
finish
