# shellcheck shell=sh disable=SC2034 # what is set here is read by the scripts
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
messages=$work/messages

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
	"$@" >>"$messages" 2>&1 </dev/null &
	begun=$!
	started="$started $begun"
}

# end PROCESS [SIGNAL]: its exit status in $ended.
end() {
	kill -"${2:-TERM}" "$1" 2>/dev/null
	wait "$1" 2>/dev/null
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
		ip netns exec "$name" sh -c '
			for file in /proc/sys/net/ipv6/conf/all/disable_ipv6 /proc/sys/net/ipv6/conf/default/disable_ipv6; do
				echo 1 >"$file"
			done'
	done
	ip -n "$veth_near" link add near type veth peer name far netns "$veth_far" &&
		ip -n "$veth_near" link set near arp off up &&
		ip -n "$veth_far" link set far arp off up || exit 99
}

# send CAPTURE RATE|topspeed: sends all packets; how many were sent in $sent, at how many a second in $rate. One core alone
# sends, so that the packets stay in order.
send() {
	case $2 in
	topspeed | starved) set -- "$1" --topspeed ;;
	*) set -- "$1" --pps="$2" ;;
	esac
	# hurry is empty or a command before the command.
	# shellcheck disable=SC2086
	ip netns exec "$veth_near" taskset -c 0 ${hurry:-} tcpreplay --preload-pcap "$2" --intf1=near "$1" >"$work/sending" 2>&1 ||
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

# account SENT SPOOL [OPTION...]: sets what tests/batch/serials says of the spool's captures. A file may be compressed while it is
# looked for: then all are listed again.
account() {
	account_sent=$1
	account_spool=$2
	shift 2
	for _ in 1 2 3; do
		files=0 unread=0 found=0 missing=0 twice=0 elsewhere=0 gaps=0 strange=0 unequal=0
		hour_files "$account_spool" >"$work/hour-files"
		xargs "$serials" --sent "$account_sent" "$@" <"$work/hour-files" >"$work/account" 2>"$work/account-words" || exit 99
		eval "$(tail -n 1 "$work/account")"
		[ "$unread" -gt 0 ] || return 0
		sleep 0.5
	done
	cat "$work/account-words"
}

# verify SPOOL: whether every hour file is as its manifest says.
verify() {
	hour_files "$1" | xargs "$collect" --verify
}

# no_parts SENTENCE FOLDER...: nothing that was begun and not finished lies about.
no_parts() {
	sentence=$1
	shift
	equal "$sentence" '' "$(find "$@" -name '*.part*' | tr '\n' ' ')"
}

# write_site NAME HOME ZONE [LINE...]: the settings of a site in $work/NAME.conf; its spool, store and reports lie in
# $work/NAME, and $spool, $store, $reports, $site name them.
write_site() {
	site=$work/$1.conf
	spool=$work/$1/spool
	store=$work/$1/store
	reports=$work/$1/reports
	printf '[site]\nname = %s\nhome = %s\nzone = %s\nspool = %s\nstore = %s\nreports = %s\n' "$1" "$2" "$3" "$spool" \
		"$store" "$reports" >"$site"
	mkdir -p "$spool" "$store" "$reports"
	shift 3
	for line; do
		echo "$line" >>"$site"
	done
}

# run SITE NOW [OPTION...]: its exit status in $status, its words in $work/words.
run() {
	run_site=$1
	run_now=$2
	shift 2
	"$tally" run --site "$run_site" --now "$run_now" "$@" >"$work/words" 2>&1
	status=$?
}

# ran SENTENCE: the run before went well, and said nothing.
ran() {
	if [ "$status" -eq 0 ] && [ ! -s "$work/words" ]; then
		pass "$1"
	else
		fail "$1: exit status $status"
		head -n 10 "$work/words"
	fi
}

# count_tallies FOLDER OPTION...: as count prints what is in a store's or sensor's tallies.
count_tallies() {
	count_folder=$1
	shift
	find "$count_folder" -name '*.tally' | sort >"$work/tallies"
	xargs "$tally" count --format csv "$@" <"$work/tallies"
}

# content FOLDER...: every file but those that a run keeps of itself (their names begin with a dot), and what is in it.
content() {
	for folder; do
		(cd "$folder" 2>/dev/null && find . -type f ! -name '.*' -exec sha256sum {} + | sort -k 2)
	done
}
