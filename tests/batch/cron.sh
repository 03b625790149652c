#!/bin/sh
# The real cron daemon runs the installed entry, every minute instead of every hour, over a spool that grows: tallies appear
# and nothing is mailed; where systemd's timer is enabled the entry stands back; a problem is mailed.
#
# The daemon lives in a root of its own, made of the machine's programs and of tables, users and settings of the test's:
# the machine's own are untouched.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"
need_root
need_commands cron unshare
root=$work/root
jail=$work/jail
uid=65533
minute=75 # seconds in which cron has come to its next minute

make -s -C "$build" install "DESTDIR=$root" >"$work/installed" 2>&1 || {
	cat "$work/installed"
	exit 99
}
entry=$(find "$root" -path '*/cron.d/gnomon')
sites=$(sed -n 's|^SITES=\(.*\)/[^/]*$|\1|p' "$entry")
[ -d "$root/usr/local/bin" ] || skip 'configured for another place than /usr/local'
equal 'the entry has four lines for every hour' 4 "$(grep -c '^[0-9][0-9/-]* \* \* \* \* gnomon ' "$entry")"

# --- a root of its own

mkdir -p "$jail/etc/cron.d" "$jail/usr" "$jail/var/spool/cron/crontabs" "$jail/run" "$jail/tmp" "$jail/proc" "$jail/dev" "$jail/box" ||
	exit 99
chmod 1777 "$jail/tmp" "$jail/box"
ln -s /run "$jail/var/run"
for folder in bin sbin lib lib32 lib64; do
	[ ! -h "/$folder" ] || cp -a "/$folder" "$jail/$folder"
done
for file in pam.d security login.defs nsswitch.conf ld.so.cache ld.so.conf ld.so.conf.d localtime environment default; do
	[ ! -e "/etc/$file" ] || cp -a "/etc/$file" "$jail/etc/"
done
printf 'root:x:0:0::/:/bin/sh\ngnomon:x:%s:%s::/tmp:/usr/sbin/nologin\n' $uid $uid >"$jail/etc/passwd"
printf 'root:x:0:\ngnomon:x:%s:\n' $uid >"$jail/etc/group"
printf 'root:*:1::::::\ngnomon:*:1::::::\n' >"$jail/etc/shadow"
# The schedule alone is another one.
sed 's/^[0-9][0-9\/-]* \(\* \* \* \* gnomon\)/* \1/' "$entry" >"$jail/etc/cron.d/gnomon"
mkdir -p "$jail$sites" "$work/sbin"
cp "$(command -v cron)" "$work/sbin/"
printf '#!/bin/sh\ncat >>/box/mail\n' >"$work/sbin/sendmail"
chmod 755 "$work/sbin" "$work/sbin/sendmail" "$work" "$jail"
[ "$sites" = /etc/gnomon ] || mkdir -p "$root$sites"

write_site cron 192.0.2.0/24 UTC '[keep]' 'packets = 40000d' 'tallies = 40000d' 'free = 0'
real=$work/cron
mv "$real" "$jail/data"
sed "s|$real|/data|" "$site" >"$work/site.conf"
sites_here=$root$sites
[ "$sites" != /etc/gnomon ] || sites_here=$jail/etc/gnomon
cp "$work/site.conf" "$sites_here/site.conf"
chown -R $uid:$uid "$jail/data"
chmod -R a+rX "$root"

cat >"$work/enter" <<EOT
mount --make-rprivate / &&
mount --rbind /usr $jail/usr && mount --bind $root/usr/local $jail/usr/local && mount --bind $work/sbin $jail/usr/sbin &&
mount --rbind /dev $jail/dev && mount -t proc proc $jail/proc && exec chroot $jail /usr/sbin/cron -f
EOT

# --- hours come in

hour() {
	cat >"$work/hour.txt" <<-EOT
		date 2017-09-10
		repeat 9 every 1m {
		$1:00:00 198.51.100.9.1024 > 192.0.2.{1+1}.23: S 1:1(0) win 512
		}
	EOT
	"$compose" "$work/hour.txt" "$work/hour.pcap" &&
		"$collect" --read --spool "$jail/data/spool" --sensor dmz "$work/hour.pcap" || exit 99
	chown -R $uid:$uid "$jail/data/spool"
}

hour 09
begin unshare --mount --pid --fork --kill-child sh "$work/enter"
daemon=$begun
check 'the first hour is tallied' within $minute test -s "$jail/data/store/dmz/2017-09-10/0900.tally"
hour 10
check 'the next one, too' within $minute test -s "$jail/data/store/dmz/2017-09-10/1000.tally"
equal 'by the user of the entry' $uid "$(stat -c %u "$jail/data/store/dmz/2017-09-10/1000.tally")"
sleep 2
check 'and nothing is mailed' test ! -e "$jail/box/mail"

# --- what is wrong is mailed, but for where systemd's timer does the work

mkdir -p "$jail/run/systemd/system" "$jail/etc/systemd/system/timers.target.wants"
for timer in fetch mail names run; do
	ln -s /nowhere "$jail/etc/systemd/system/timers.target.wants/gnomon-$timer.timer"
done
hour 11
echo 'hom = wrong' >>"$sites_here/site.conf"
sleep 62
check 'where the timer is enabled, the entry stands back' test ! -e "$jail/data/store/dmz/2017-09-10/1100.tally" -a ! -e "$jail/box/mail"
rmdir "$jail/run/systemd/system"
check 'where systemd does not run, it does not, and a problem is mailed' within $minute grep -qs hom "$jail/box/mail"
cp "$work/site.conf" "$sites_here/site.conf"
end "$daemon" KILL
[ ! -e "$jail/box/mail" ] || [ "$failed" -eq 0 ] || head -40 "$jail/box/mail"
finish
