#!/bin/sh
# gnomon-names against a name server of the test's own, in a network where nobody else is: what is asked, what is kept, and
# for how long; and that nothing is asked where it is not switched on.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"
need_root
need_commands unshare mount ip
names=${NAMES:-$build/gnomon-names}
dns=${DNS:-$build/tests/dns}
now=2026-03-30T12:00:00Z
kept=$work/names/store/.names
write_site names 192.0.2.0/24 UTC '[context]' 'names = yes' 'names-deadline = 20s'

# finding DAY LAST...: a day's findings, one of sources of these last numbers.
finding() {
	mkdir -p "$reports/names/$1"
	shift_day=$1
	shift
	list=$(printf ',"198.51.100.%s"' "$@")
	printf '{"id":"a","sources":[%s]}\n' "${list#,}" >"$reports/names/$shift_day/findings.ndjson"
}

# The network: a loopback, and a resolv.conf that names it.
cat >"$work/enter" <<EOT
mount --make-rprivate / && mount --bind "$work/resolv.conf" /etc/resolv.conf && ip link set lo up || exit 99
exec "\$@"
EOT
echo 'nameserver 127.0.0.1' >"$work/resolv.conf"
[ -e /etc/resolv.conf ] || skip 'there is no /etc/resolv.conf here to lay another over'
cat >"$work/serve" <<EOT
"$dns" >"$work/questions" 2>&1 &
server=\$!
until grep -qs ready "$work/questions"; do sleep 0.02; done
"\$@"
status=\$?
kill \$server
exit \$status
EOT

# ask [OPTION...]: with the server; its exit status in $status, its words in $work/words, what was asked in $work/questions.
ask() {
	: >"$work/questions"
	unshare --mount --net sh "$work/enter" sh "$work/serve" "$names" --site "$site" "$@" >"$work/words" 2>&1
	status=$?
	sed -i '/^ready$/d; /^$/d' "$work/questions"
}

# asked SENTENCE STATUS QUESTIONS: the call before ended so, said nothing, and asked so many questions.
asked() {
	equal "$1: exit status" "$2" "$status"
	equal "$1: questions" "$3" "$(sort -u "$work/questions" | wc -l)"
	[ "$2" -ne 0 ] || silent "$1: nothing is said" "$work/words"
}

finding 2026/03/30 1 2
finding 2026/03/29 1 5
finding 2026/03/28 9
ask --now "$now"
asked 'sources of today and yesterday are asked for' 0 3
equal 'and kept' 'gnomon-names 1
198.51.100.1 1774872000 scanner.example
198.51.100.2 1774872000
198.51.100.5 1774872000 <b>x</b>/010./226/128/174.example' "$(tr '\\' / <"$kept")"
ask --now 2026-03-30T23:00:00Z
asked 'an answer holds, one that there is no name as well' 0 0
finding 2026/04/06 1 2
ask --now 2026-04-06T11:59:59Z
asked 'for 7 days' 0 0
ask --now 2026-04-06T12:00:00Z
asked 'and no longer' 0 2
equal 'nobody else is forgotten' 1 "$(grep -c '^198.51.100.5 1774872000 ' "$kept")"

# --- servers that fail

finding 2026/04/06 3 4 6 7
begun_at=$(date +%s)
ask --now 2026-04-06T12:00:00Z
asked 'servers that fail, are silent or cut keep nobody waiting' 0 4
check 'a silent one has a few seconds' test $(($(date +%s) - begun_at)) -le 15
equal 'what failed is not kept' '' "$(grep -E '^198\.51\.100\.[346] ' "$kept")"
ask --now 2026-04-06T12:00:00Z
asked 'it is asked for again; that zones do not work is nothing to report' 0 3
finding 2026/04/20 1 2
before=$(sha256sum "$kept")
unshare --mount --net sh "$work/enter" "$names" --site "$site" --now 2026-04-20T12:00:00Z >"$work/words" 2>&1
equal 'without a server it fails' 1 $?
check 'and says so in a line' grep -qx 'gnomon-names: names: no name server answers' "$work/words"
equal 'and what was known stays' "$before" "$(sha256sum "$kept")"

# A deadline for all: 200 addresses of which nobody tells the name, one after the other.
{
	printf '{"sources":["198.51.100.1"'
	for n in $(seq 1 200); do printf ',"203.0.%s.4"' "$n"; done
	echo ']}'
} >"$reports/names/2026/04/20/findings.ndjson"
sed -i 's/^names-deadline = .*/names-deadline = 3s/' "$site"
begun_at=$(date +%s)
ask --now 2026-04-20T12:00:00Z --verbose
took=$(($(date +%s) - begun_at))
equal 'a deadline that is over is no failure' 0 "$status"
check "it ends soon after it ($took s)" test "$took" -le 12
check 'what it came to is kept' grep -q '^198.51.100.1 1776686400 ' "$kept"
check 'and told when asked' grep -q 'names: 201 sources, 201 to be asked for, [0-9]* asked for, 1 answered$' "$work/words"

# --- where it is off, or in use

for line in 'names = no' '#'; do
	write_site names 192.0.2.0/24 UTC '[context]' "$line"
	ask --now "$now"
	asked "$line: nothing is asked" 0 0
done
write_site names 192.0.2.0/24 UTC '[context]' 'names = yes'
: >"$kept.lock"
(
	exec 9<"$kept.lock"
	flock 9
	"$names" --site "$site" >"$work/words" 2>&1
)
equal 'a second one stands back' 75 $?
echo 'not ours' >"$kept"
ask --now "$now"
equal 'a file that is none of ours is told' 1 "$status"
equal 'and stays' 'not ours' "$(cat "$kept")"
finish
