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
mkdir -p "$root/bin" && cp /bin/sh "$root/bin/sh"
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

# What the sample names is made, and may be written by the unit that does.
sample=$(find "$root" -name gnomon.conf.sample)
folders=$(find "$root" -path '*/tmpfiles.d/gnomon.conf')
for key in spool store reports; do
	folder=$(sed -n "s/^$key = //p" "$sample")
	check "the sample's $key, $folder, is made" grep -q "^d $folder " "$folders"
	allowed=$(sed -n 's/^ReadWritePaths=//p' "$units/gnomon-run.service" | tr -d - | tr ' ' '\n')
	check 'and a run may write it' test -n "$(for above in $allowed; do case $folder/ in "$above"/*) echo "$above" ;; esac; done)"
done
mkdir -p "$root/etc"
printf 'root:x:0:0::/:/bin/sh\ngnomon:x:65533:65533::/:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\ngnomon:x:65533:\nweb:x:65534:\n' >"$root/etc/group"
if [ "$(id -u)" -eq 0 ]; then
	reports=$root$(sed -n 's/^reports = //p' "$sample")
	make_folders() {
		systemd-tmpfiles --create --root="$root" "$folders" >"$work/made" 2>&1
		silent "$1" "$work/made"
	}
	make_folders 'systemd takes the list of folders'
	equal "the reports' folder hands its group on" '2750 65533 65533' "$(stat -c '%a %u %g' "$reports")"
	chgrp 65534 "$reports"
	make_folders 'at the next start as well'
	equal 'which a web server has been given, and keeps' '2750 65533 65534' "$(stat -c '%a %u %g' "$reports")"
	equal 'and gets at nothing else' '751 750 700 750' "$(cd "$reports/.." && stat -c %a . store .ssh ../../spool/gnomon | tr '\n' ' ' | sed 's/ $//')"
fi
rm -r "$root/etc/passwd" "$root/etc/group"

for page in $(find "$root" -path '*/man/man*' -name 'gnomon*' | sort); do
	MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" >/dev/null 2>"$work/warnings"
	silent "$(basename "$page") reads without a warning" "$work/warnings"
done
check 'every program has a page' test "$(find "$root" -path '*/man/man[18]/*' -name 'gnomon*' | wc -l)" = \
	"$(find "$root" -path '*/bin/*' -name 'gnomon*' | wc -l)"
equal 'every program has its completion' "$(find "$root" -path '*/bin/*' -name 'gnomon*' -printf '%f ' | tr ' ' '\n' | sort)" \
	"$(find "$root" -path '*/completions/*' -printf '%f ' | tr ' ' '\n' | sort)"
check 'bash takes it' bash -n "$(find "$root" -path '*/completions/gnomon')"

rm "$units"/*.target "$root/bin/sh"
make -s -C "$build" uninstall "DESTDIR=$root" >"$work/uninstalled" 2>&1
equal 'uninstalling leaves nothing' '' "$(find "$root" ! -type d)"
finish
