#!/bin/sh
# gnomon-collect and `tcpdump -w` capture side by side what tcpreplay sends over a cable between two namespaces, with the same
# snap length and buffer, at rising rates: we drop no more than tcpdump at each of them. What was dropped is told from the
# files: packets sent less packets there.
#
# RATES: packets a second (10000 50000 100000 200000 topspeed starved). At no rate that a cable in memory reaches has either
# of them dropped; "starved" is top speed with a buffer of 1 MiB, where all share one processor and the sender comes first:
# both drop. ROUNDS: how often each (3), of which the median counts; they
# begin in turn. SECONDS_EACH: how long each (1). BUFFER: in MiB (8).
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"
rates=${RATES:-10000 50000 100000 200000 topspeed starved}
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-1}
buffer=${BUFFER:-8}
most=600000 # packets at top speed, which is not known beforehand

need_root
need_commands ip tcpdump tcpreplay taskset
make_veth

# The buffer, as `tcpdump -B` counts it.
begin_tcpdump() {
	begin ip netns exec "$veth_far" taskset -c "$processors" tcpdump -i far -s 128 -B $((buffer * 1024)) -n -Z root \
		-w "$work/tcpdump.pcap"
	tcpdump_is=$begun
}

begin_ours() {
	rm -rf "$work/spool"
	begin ip netns exec "$veth_far" taskset -c "$processors" "$collect" --interface far --spool "$work/spool" --sensor far --snap-length 128 \
		--buffer "${buffer}M"
	ours_is=$begun
}

# drops: packets of $sent that are in none of the files, of ours in $ours and tcpdump's in $theirs.
one_round() {
	if [ $(($1 % 2)) -eq 0 ]; then
		begin_tcpdump && begin_ours
	else
		begin_ours && begin_tcpdump
	fi
	within 30 listening "$tcpdump_is" && within 30 listening "$ours_is" || {
		cat "$messages"
		exit 99
	}
	send "$work/capture.pcap" "$2"
	sleep 1.2 # a block that is not full is handed over after a second
	end "$tcpdump_is" INT
	end "$ours_is"
	[ "$ended" -eq 0 ] || fail "at $2 a second: gnomon-collect's exit status is $ended: $(cat "$messages")"
	account "$sent" "$work/spool"
	[ "$twice$strange$elsewhere$unequal$gaps" = 00000 ] || [ "$missing" -gt 0 ] ||
		fail "at $2 a second: $(cat "$work/account")"
	ours=$missing
	theirs=$("$serials" --sent "$sent" "$work/tcpdump.pcap" | sed 's/.*missing=\([0-9]*\).*/\1/')
}

# The middle of numbers, a line each.
median() {
	sort -n | awk '{ number[NR] = $1 } END { print number[int((NR + 1) / 2)] }'
}

printf '%-10s %12s %12s %12s %12s\n' 'a second' 'reached' 'sent' 'tcpdump lost' 'we lost'
for wanted in $rates; do
	packets=$most
	processors=0-$(($(nproc) - 1))
	hurry=
	if [ "$wanted" = starved ]; then
		buffer=1
		processors=0
		hurry='nice -n -20'
	fi
	[ "$wanted" = topspeed ] || [ "$wanted" = starved ] || packets=$((wanted * seconds))
	"$generate" --shape sweep --packets "$packets" --output "$work/capture.pcap" || exit 99
	: >"$work/ours"
	: >"$work/theirs"
	: >"$work/reached"
	round=0
	while [ "$round" -lt "$rounds" ]; do
		one_round "$round" "$wanted"
		echo "$ours" >>"$work/ours"
		echo "$theirs" >>"$work/theirs"
		echo "$rate" >>"$work/reached"
		round=$((round + 1))
	done
	ours=$(median <"$work/ours")
	theirs=$(median <"$work/theirs")
	printf '%-10s %12s %12s %12s %12s   all: %s against %s\n' "$wanted" "$(median <"$work/reached")" "$packets" "$theirs" \
		"$ours" "$(tr '\n' ' ' <"$work/ours")" "$(tr '\n' ' ' <"$work/theirs")"
	case $wanted in
	topspeed | starved) wanted="$wanted, $(median <"$work/reached")" ;;
	esac
	check "at $wanted packets a second we lose no more than tcpdump" test "$ours" -le "$theirs"
done
finish
