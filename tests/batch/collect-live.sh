#!/bin/sh
# The life of a collector on a cable between two namespaces: what it keeps of its privileges, what the clock, signals, a second
# collector, an interface that goes down, comes back and goes for good, and a full disk do to it.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_commands ip tcpreplay taskset jq setpriv
make_veth
"$generate" --shape sweep --packets 2000 --output "$work/capture.pcap" || exit 99
spool=$work/spool
# Who captures need not be root; and whoever that is may write here.
user=nobody

# collector OPTION...: begins one, and waits until it listens; its number in $collector.
collector() {
	begin ip netns exec "$veth_far" "$collect" --interface far --spool "$spool" --sensor far "$@"
	collector=$begun
	within 60 listening "$collector" || {
		cat "$messages"
		exit 99
	}
}

# fresh: an empty spool for all, and no messages.
fresh() {
	rm -rf "$spool"
	mkdir -m 777 "$spool"
	: >"${messages:=$work/messages}"
}

status_of() {
	awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status"
}

# manifests FILTER: what jq makes of all manifests together, an array sorted by name.
manifests() {
	find "$spool" -name '*.json' | sort | xargs jq -s -c "$1"
}

said() {
	grep -q "$1" "$messages"
}

n_files() {
	find "$spool" -name '*.json' | wc -l
}

has_files() {
	[ "$(n_files)" -ge "$1" ]
}

echo 'Privileges'
fresh
chmod 755 "$work"
collector --user "$user" --no-compress
equal 'no capability is in effect' 0000000000000000 "$(status_of "$collector" CapEff)"
equal 'none can be taken' 0000000000000000 "$(status_of "$collector" CapPrm)"
equal 'none can be gained' 0000000000000000 "$(status_of "$collector" CapBnd)"
equal 'nor by a program' 1 "$(status_of "$collector" NoNewPrivs)"
equal 'system calls are filtered' 2 "$(status_of "$collector" Seccomp)"
equal 'in every thread' 2 "$(cat /proc/"$collector"/task/*/status | awk '$1 == "Seccomp:" { print $2 }' | sort -u)"
equal 'it runs as the user' "$(id -u "$user")" "$(status_of "$collector" Uid)"
send "$work/capture.pcap" 20000
end "$collector"
equal 'SIGTERM ends it cleanly' 0 "$ended"
equal 'at once after the last packet every packet is there' 2000 "$(manifests 'map(.packets) | add')"
equal 'and why the hour is not whole' "\"stopped before the hour's end\"" "$(manifests '.[0].reason')"
silent 'nothing was said' "$messages"

fresh
chmod 755 "$spool"
begin ip netns exec "$veth_far" "$collect" --interface far --spool "$spool" --sensor far --user "$user"
wait "$begun"
equal 'a spool that the user cannot write ends it' 1 $?
check 'and it is said which' said "$spool/far: Permission denied: expected a folder that user"
fresh
begin setpriv --reuid "$user" --clear-groups --bounding-set=-all "$collect" --interface lo --spool "$spool" --sensor far
wait "$begun"
equal 'without a privilege it fails' 1 $?
check 'and it is said which is expected' said 'cannot open lo: .*expected CAP_NET_RAW'

# As a unit begins it: not root, with one capability.
fresh
begin ip netns exec "$veth_far" setpriv --reuid "$user" --clear-groups --inh-caps=-all,+net_raw \
	--ambient-caps=-all,+net_raw --bounding-set=-all,+net_raw \
	"$collect" --interface far --spool "$spool" --sensor far --no-compress
check 'one capability is enough' within 60 listening "$begun"
equal 'and it is given up' 0000000000000000 "$(status_of "$begun" CapPrm)"
send "$work/capture.pcap" 20000
end "$begun"
equal 'with every packet' 2000 "$(manifests 'map(.packets) | add')"

echo 'Two at once'
fresh
collector --no-compress
ip netns exec "$veth_far" "$collect" --interface far --spool "$spool" --sensor far >"$work/second" 2>&1
equal 'a second collector of the sensor is refused' 75 $?
check 'and told who is at work' grep -q "process $collector holds it" "$work/second"
end "$collector"

echo 'The clock'
fresh
collector --hour-seconds 2
check 'hours without a packet are closed by the clock' within 120 has_files 3
end "$collector"
equal 'the end is clean' 0 "$ended"
check 'hours follow one another without a gap' test "$(manifests '[.[].hour | fromdate] |
	. as $t | [range(1; length) | $t[.] - $t[. - 1]] | unique')" = '[2]'
equal 'an empty hour is a zero' '[0]' "$(manifests 'map(.packets) | unique')"
no_parts 'and none is left unfinished' "$spool"

echo 'Signals'
fresh
collector --no-compress
send "$work/capture.pcap" 20000
kill -USR1 "$collector"
check 'SIGUSR1 asks how it is' within 30 said 'packets written, 0 discarded, 0 dropped by the kernel'
kill -HUP "$collector"
check 'SIGHUP closes the file' within 30 has_files 1
send "$work/capture.pcap" 20000
end "$collector" INT
equal 'SIGINT ends it cleanly' 0 "$ended"
check 'and it had gone on in a part of the hour' test "$(find "$spool" -name '[0-9]*-[0-9]*.pcap' | wc -l)" -ge 1
equal 'every packet is in one file' 4000 "$(manifests 'map(.packets) | add')"
check 'every file is as its manifest says' find "$spool" -name '*.pcap' -exec "$collect" --verify {} +

echo 'A collector that was killed'
fresh
collector --no-compress
send "$work/capture.pcap" 20000
sleep 0.5
end "$collector" KILL
check 'leaves a part' test -n "$(find "$spool" -name '*.pcap.part')"
collector --no-compress
check 'which the next one closes, and says so' within 30 said '00.pcap: cut short after 2000 packets'
send "$work/capture.pcap" 20000
end "$collector"
equal 'every packet that had been written is there, and every new one' 4000 "$(manifests 'map(.packets) | add')"
equal 'one file is cut short' 1 "$(manifests 'map(select(.clean | not)) | length')"
no_parts 'nothing unfinished is left' "$spool"

echo 'An interface that goes down and comes back'
fresh
collector --no-compress
send "$work/capture.pcap" 20000
ip -n "$veth_far" link set far down
sleep 1.5
ip -n "$veth_far" link set far up
sleep 0.5
send "$work/capture.pcap" 20000
check 'the collector is still there' kill -0 "$collector"
kill -HUP "$collector"
within 30 has_files 1
equal 'and has what was sent before and after' 4000 "$(manifests 'map(.packets) | add')"
ip -n "$veth_near" link del near # and with it the other end
check 'an interface that is gone is told' within 30 said 'far: the interface is gone'
wait "$collector"
equal 'and ends it, so that it is started again' 1 $?
forget "$collector"
no_parts 'with its files closed' "$spool"

finish
