#!/bin/sh
# What `make install` puts beside the programs: units that systemd takes and finds well shut in, pages that man reads without
# a complaint; and what `make uninstall` leaves of it.
#
# MOST_CAPTURE, MOST, MOST_MAIL: the exposure, in tenths, that systemd-analyze may find at most.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"
need_commands systemd-analyze man
root=$work/root

make -s -C "$build" install "DESTDIR=$root" >"$work/installed" 2>&1 || {
	cat "$work/installed"
	exit 99
}
units=$(dirname "$(find "$root" -name gnomon-run.service)")
[ -f "$units/gnomon-run.service" ] || skip 'configured without units'

# Systemd's own units, that ours name, and a program.
mkdir -p "$root/bin" && cp /bin/kill "$root/bin/kill"
for unit in sysinit basic shutdown timers network network-online multi-user; do
	printf '[Unit]\nDescription=%s\n' "$unit" >"$units/$unit.target"
done

# exposure UNIT MOST: in tenths, as --threshold has it.
exposure() {
	systemd-analyze security --offline=true --no-pager --threshold="$2" "$units/$1" >"$work/security" 2>&1
	safe=$?
	tail -n 1 "$work/security" | sed 's/^[^A-Za-z]*//'
	check "$1: exposure at most $(($2 / 10)).$(($2 % 10))" test "$safe" -eq 0
}

exposure gnomon-collect.service "${MOST_CAPTURE:-20}"
exposure gnomon-run.service "${MOST:-10}"
exposure gnomon-fetch.service "${MOST:-10}"
exposure gnomon-names.service "${MOST:-10}"
# Other people's sendmail is not to be shut in.
exposure gnomon-mail.service "${MOST_MAIL:-65}"
check 'sendmail may have rights of its own' \
	test -z "$(grep -E '^(NoNewPrivileges|SystemCall[A-Za-z]*|Restrict[A-Za-z]*|PrivateDevices|PrivateUsers|ProtectKernel[A-Za-z]*|ProtectClock|ProtectHostname|LockPersonality|MemoryDenyWriteExecute|DynamicUser)=' "$units/gnomon-mail.service")"
for unit in "$units"/gnomon-*; do
	# The programs lie below the root; systemd-analyze looks for them there.
	systemd-analyze verify --man=no --recursive-errors=one --root="$root" "/${unit#"$root"/}" >"$work/verified" 2>&1
	equal "$(basename "$unit") is taken as it is" 0 "$?"
	silent "$(basename "$unit"): nothing to complain of" "$work/verified"
done
for time in '*:02' '*:3/10' '*:05' '*:35'; do
	check "$time is a time" systemd-analyze calendar "$time" >/dev/null
done
equal 'what tallies and reports has no network' gnomon-run.service \
	"$(cd "$units" && grep -l '^PrivateNetwork=yes$' gnomon-*.service)"

for page in $(find "$root" -path '*/man/man*' -name 'gnomon*' | sort); do
	MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" >/dev/null 2>"$work/warnings"
	silent "$(basename "$page") reads without a warning" "$work/warnings"
done
check 'every program has a page' test "$(find "$root" -path '*/man/man[18]/*' -name 'gnomon*' | wc -l)" = \
	"$(find "$root" -path '*/bin/*' -name 'gnomon*' | wc -l)"
check 'bash takes the completion' bash -n "$(find "$root" -path '*/completions/gnomon')"

rm "$units"/*.target "$root/bin/kill"
make -s -C "$build" uninstall "DESTDIR=$root" >"$work/uninstalled" 2>&1
equal 'uninstalling leaves nothing' '' "$(find "$root" ! -type d)"
finish
