# What the batch's proofs share; read by each with `.`, from the top of a build. Each says in sentences what holds, and ends
# with finish: "N passed, N failed".
#
# Whatever is made here is gone at the end, however that comes: namespaces, mounts, processes, the folder $work.

srcdir=${srcdir:-$(dirname "$0")/../..}
build=$(pwd)
collect=${COLLECT:-$build/gnomon-collect}
tally=${TALLY:-$build/gnomon-tally}
gnomon=${GNOMON:-$build/gnomon}
generate=${GENERATE:-$build/tests/bench/generate}
compose=${COMPOSE:-$build/tests/compose}
serials=${SERIALS:-$build/tests/batch/serials}
LC_ALL=C
G_DEBUG=fatal-warnings
export LC_ALL G_DEBUG

passed=0
failed=0
started=   # processes that may be running
mounted=   # folders that something is mounted on
veth_near= # names of the namespaces, where there are any
veth_far=

work=$(mktemp -d "${TMPDIR:-/tmp}/gnomon-batch.XXXXXX") || exit 99

clean_up() {
	for process in $started; do
		kill -9 "$process" 2>/dev/null && wait "$process" 2>/dev/null
	done
	for name in $veth_near $veth_far; do
		ip netns del "$name"
	done
	for folder in $mounted; do
		umount "$folder" || umount -l "$folder"
	done
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 99' HUP INT TERM

pass() {
	passed=$((passed + 1))
	echo "ok    $*"
}

fail() {
	failed=$((failed + 1))
	echo "FAIL  $*"
}

# check SENTENCE COMMAND...: passes when the command does.
check() {
	sentence=$1
	shift
	if "$@"; then pass "$sentence"; else fail "$sentence"; fi
}

# equal SENTENCE EXPECTED FOUND
equal() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail "$1: expected '$2', found '$3'"; fi
}

# same SENTENCE FILE|FOLDER FILE|FOLDER
same() {
	if diff -r "$2" "$3" >"$work/difference" 2>&1; then
		pass "$1"
	else
		fail "$1"
		head -n 10 "$work/difference" | cut -c 1-300
	fi
}

# silent SENTENCE FILE: what was written there is nothing.
silent() {
	if [ ! -s "$2" ]; then
		pass "$1"
	else
		fail "$1"
		head -n 10 "$2"
	fi
}

finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}

# skip WHY: for what no machine without root or namespaces can show.
skip() {
	echo "SKIP: $*"
	exit 77
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip 'only root may make namespaces and mounts'
}

need_commands() {
	for command; do
		command -v "$command" >/dev/null || skip "there is no $command here"
	done
}

# begin COMMAND...: in the background; its number in $begun. Its words go to $messages.
begin() {
	"$@" >>"${messages:=$work/messages}" 2>&1 </dev/null &
	begun=$!
	started="$started $begun"
}

# end PROCESS [SIGNAL]: its exit status in $ended.
end() {
	kill -"${2:-TERM}" "$1" 2>/dev/null
	wait "$1"
	ended=$?
	forget "$1"
}

forget() {
	started=$(for process in $started; do [ "$process" = "$1" ] || printf ' %s' "$process"; done)
}

# within SECONDS COMMAND...: waits until the command passes.
within() {
	tries=$(($1 * 50))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.02
	done
}

# Two namespaces, a cable between them: "near" sends and "far" listens. Nobody has an address, nothing else is sent.
make_veth() {
	veth_near=gnomon-$$-near
	ip netns add "$veth_near" || exit 99
	veth_far=gnomon-$$-far
	ip netns add "$veth_far" || exit 99
	for name in "$veth_near" "$veth_far"; do
		ip netns exec "$name" sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	done
	ip -n "$veth_near" link add near type veth peer name far netns "$veth_far" &&
		ip -n "$veth_near" link set near arp off up &&
		ip -n "$veth_far" link set far arp off up || exit 99
}

# send CAPTURE RATE|topspeed: sends all packets; how many were sent in $sent, at how many a second in $rate. One core alone
# sends, so that the packets stay in order.
send() {
	case $2 in
	topspeed) set -- "$1" --topspeed ;;
	*) set -- "$1" --pps="$2" ;;
	esac
	ip netns exec "$veth_near" taskset -c 0 tcpreplay --preload-pcap "$2" --intf1=near "$1" >"$work/sending" 2>&1 ||
		{ cat "$work/sending"; exit 99; }
	sent=$(awk '/Successful packets:/ { print $3 }' "$work/sending")
	rate=$(awk '/^Rated:/ { printf "%d", $(NF - 1) }' "$work/sending")
}

# listening PROCESS: whether it has a packet socket in the far namespace that is bound to the interface.
listening() {
	inode=$(awk 'NR > 1 && $5 != 0 && $6 == 1 { print $9 }' "/proc/$1/net/packet" 2>/dev/null)
	for socket in $inode; do
		for descriptor in "/proc/$1"/fd/*; do
			[ "$(readlink "$descriptor")" != "socket:[$socket]" ] || return 0
		done
	done
	return 1
}

# hour_files SPOOL: the captures of a spool, a line each.
hour_files() {
	find "$1" -type f \( -name '[0-9]*.pcap' -o -name '[0-9]*.pcap.zst' \) | sort
}

# account SENT SPOOL [OPTION...]: sets what tests/batch/serials says of the spool's captures.
account() {
	account_sent=$1
	account_spool=$2
	shift 2
	hour_files "$account_spool" >"$work/hour-files"
	xargs "$serials" --sent "$account_sent" "$@" <"$work/hour-files" >"$work/account" || exit 99
	eval "$(tail -n 1 "$work/account")"
}

# no_parts SENTENCE FOLDER...: nothing that was begun and not finished lies about.
no_parts() {
	sentence=$1
	shift
	equal "$sentence" '' "$(find "$@" -name '*.part*' | tr '\n' ' ')"
}
