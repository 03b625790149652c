#!/bin/sh
# What the units allow: every system call that the programs make, as strace sees them, is one that their unit's SystemCallFilter=
# lets through. A call that is not is refused there, and nowhere else.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"
need_root
need_commands strace systemd-analyze unshare ip tcpdump
units=$build/etc/systemd
make -s -C "$build" etc/systemd/gnomon-collect.service etc/systemd/gnomon-names.service etc/systemd/gnomon-run.service >/dev/null ||
	exit 99

# expand NAME...: calls, and those of groups.
# shellcheck disable=SC2046 # a group is a list of words
expand() {
	for name; do
		case $name in
		@*) expand $(systemd-analyze syscall-filter "$name" 2>/dev/null | sed -n 's/^    \([^#]\)/\1/p') ;;
		*) echo "$name" ;;
		esac
	done
}

# allowed UNIT: into a file; lines with ~ take away.
allowed() {
	: >"$work/allowed"
	sed -n 's/^SystemCallFilter=//p' "$units/$1" >"$work/filters"
	while read -r filter; do
		# A filter is a list of words.
		# shellcheck disable=SC2086
		case $filter in
		~*) expand ${filter#\~} | sort -u | comm -23 "$work/allowed" - >"$work/less" && mv "$work/less" "$work/allowed" ;;
		*) expand $filter | sort -u - "$work/allowed" -o "$work/allowed" ;;
		esac
	done <"$work/filters"
}

# only_allowed UNIT TRACE: but for what tcpdump does when root begins it, to be another user.
only_allowed() {
	allowed "$1"
	check "$1 allows something" test "$(wc -l <"$work/allowed")" -gt 100
	sed -nE 's/^([0-9]+ +)?([a-z_0-9]+)\(.*/\2/p' "$2" | grep -vxE 'set(groups|gid|uid)' | sort -u >"$work/called"
	check "a program of its was seen at work" test "$(wc -l <"$work/called")" -gt 30
	equal "$1 allows all that is called" '' "$(comm -13 "$work/allowed" "$work/called" | tr '\n' ' ')"
}

write_site calls 192.0.2.0/24 UTC '[collect]' 'interface = lo' 'sensor = loop' '[context]' 'names = yes' '[pattern telnet]' \
	'filter = tcp dst port 23'
cat >"$work/day.txt" <<-'EOT'
	date 2017-09-10
	repeat 9 every 1m {
	23:00:00 198.51.100.9.1024 > 192.0.2.{1+1}.23: S 1:1(0) win 512
	}
EOT
"$compose" "$work/day.txt" "$work/day.pcap" &&
	"$collect" --read --spool "$spool" --sensor dmz "$work/day.pcap" || exit 99

strace -f -qq -o "$work/run" "$gnomon" run --site "$site" --now 2017-09-11T00:05:00Z >"$work/words" 2>&1
status=$?
ran 'a run under strace'
check 'with tcpdump in it' grep -q 'execve.*tcpdump' "$work/run"
only_allowed gnomon-run.service "$work/run"

unshare --net strace -f -qq -o "$work/names" "${NAMES:-$build/gnomon-names}" --site "$site" --now 2017-09-11T00:05:00Z >"$work/words" 2>&1
only_allowed gnomon-names.service "$work/names"

# As the unit begins it: with one capability, and what it gives up after it.
cat >"$work/enter" <<EOT
ip link set lo up
strace -f -qq -o "$work/collect" "$collect" --site "$site" &
until [ -s "$spool/loop/.lock" ] && ls "$spool"/loop/*/*.part >/dev/null 2>&1; do sleep 0.05; done
collector=\$(cat "$spool/loop/.lock")
kill -HUP \$collector
sleep 1
kill -TERM \$collector
wait
EOT
timeout 60 unshare --net sh "$work/enter" >"$work/words" 2>&1
equal 'a collector under strace' 0 "$?"
check 'gives up what it does not need' grep -q '^[0-9]* *seccomp(SECCOMP_SET_MODE_FILTER.* = 0' "$work/collect"
only_allowed gnomon-collect.service "$work/collect"
finish
