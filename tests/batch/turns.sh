#!/bin/sh
# Across many turns of an hour (shortened to two seconds) the files together hold every packet that was sent, once, each in the
# hour of its own time; compressed meanwhile; closed by the clock when no packet comes; reopened and ended by signals without
# a loss.
#
# SECONDS_SENT: how long (10). RATE: packets a second (20000).
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"
seconds=${SECONDS_SENT:-10}
wanted=${RATE:-20000}
packets=$((seconds * wanted))

need_root
need_commands ip tcpreplay taskset
make_veth
"$generate" --shape sweep --packets "$packets" --output "$work/capture.pcap" || exit 99

# Only hours without a packet are open.
closed() {
	[ -z "$(find "$spool" -name "*.pcap.part" -size +24c)" ]
}

write_site turns 192.0.2.0/24 UTC '[collect]' 'interface = far' 'sensor = far' 'snap-length = 128' 'buffer = 64M' \
	'compress = yes'
begin ip netns exec "$veth_far" "$collect" --interface far --site "$site" --hour-seconds 2
collector=$begun
within 30 listening "$collector" || {
	cat "$messages"
	exit 99
}

# A signal in the middle, to close what is open and go on.
(
	sleep $((seconds / 2))
	kill -HUP "$collector"
	sleep 0.5
	kill -USR1 "$collector"
) &
signals=$!
send "$work/capture.pcap" "$wanted"
wait "$signals"
equal "all of $packets packets were sent" "$packets" "$sent"
check 'the last hour is closed by the clock, without a packet' within 60 closed
account "$sent" "$spool" --hour-seconds 2 --each
sed '$d' "$work/account" | sed "s#$spool/#      #"
equal 'every packet that was sent is in a file' 0 "$missing"
equal 'none is in two' 0 "$twice"
equal 'each is in the hour of its own time' 0 "$elsewhere"
equal 'in the order they came' 0 "$gaps"
equal 'the manifests count them right' 0 "$unequal"
equal 'nothing else is there' 00 "$strange$unread"
check 'the hour turned often' test "$files" -ge $((seconds / 2))
check 'a signal asks for the state, and is answered' grep -q far "$messages"

# The rest: a few packets, and a clean end at once.
"$generate" --shape sweep --packets 100 --output "$work/few.pcap" && send "$work/few.pcap" 1000
end "$collector"
equal 'SIGTERM ends it cleanly' 0 "$ended"
account $((packets > 100 ? packets : 100)) "$spool" --hour-seconds 2
equal 'with the packets of the last moment' $((packets + 100)) "$found"
no_parts 'nothing unfinished is left' "$spool"
check 'every file is as its manifest says' verify "$spool"
finish
