#!/bin/sh
# What somebody laid where the files of a site are, in its reports and its store: pipes nobody writes to hold nothing up, and
# nothing is written through a link. `timeout` tells a program that waits.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
need_commands mkfifo timeout
now=2017-09-12T00:00:00Z

mkdir -p "$work/spool/dmz/2017-09-10"
{
	echo 'date 2017-09-10'
	for target in 1 2 3 4 5 6 7 8; do
		echo "03:1$target:00.000000 IP 198.51.100.9.4000 > 192.0.2.$target.23: Flags [S], seq 1, win 512, length 0"
	done
} >"$work/trace.txt"
"$compose" "$work/trace.txt" "$work/spool/dmz/2017-09-10/0300.pcap" || exit 99
cat >"$work/site.conf" <<END
[site]
name = main
home = 192.0.2.0/24
zone = UTC
spool = $work/spool
store = $work/store
reports = $work/reports
[run]
hook = no
[mail]
to = noc@example.org
[context]
names = yes
[pattern telnet]
filter = dst port 23
END
day=$work/reports/main/2017/09/10

# site: a day that was told.
site() {
	rm -rf "$work/store" "$work/reports"
	"$tally" run --site "$work/site.conf" --now $now >"$work/err" 2>&1
	printf 'gnomon-names 1\n' >"$work/store/.names"
	"$report" day --site "$work/site.conf" --now $now 2017-09-10 >"$work/err" 2>&1 || complain "no day: $(cat "$work/err")"
	id=$(sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' "$day/findings.ndjson" | head -n 1)
	"$report" incident --site "$work/site.conf" --now $now "$id" >"$work/out" 2>"$work/err" || complain "no incident: $(cat "$work/err")"
}

# use PROGRAM ARGUMENT...: it does not wait, and says why where it fails.
use() {
	timeout 60 "$@" --site="$work/site.conf" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	case $got in
	0 | 3) ;;
	1) grep -q "^${1##*/}: ." "$work/err" || complain "$*: fails without a word" ;;
	*) complain "$*: exit status $got: $(cat "$work/err")" ;;
	esac
}

site
for name in reports/main/days.json reports/main/index.html reports/main/feed.atom reports/main/2017/09/10/summary.json \
	reports/main/2017/09/10/findings.ndjson reports/main/2017/09/10/findings.csv reports/main/2017/09/10/.mailed \
	reports/main/2017/09/10/index.html reports/main/2017/09/10/index.txt reports/main/2017/09/10/hour-0300.html \
	"reports/main/2017/09/10/packets/$id.txt" reports/main/incidents/main-20170912.001.txt \
	store/.names store/.pending store/dmz/.days store/dmz/.past store/dmz/.strays store/dmz/2017-09-10/0300.tally \
	store/dmz/2017-09-10/day.past spool/dmz/2017-09-10/0300.json; do
	sentence="a pipe that lies as $name holds nobody up"
	site
	rm -f "$work/$name"
	mkfifo "$work/$name" || complain 'no pipe'
	use "$report" day --now $now 2017-09-10
	use "$report" hour --now $now 2017-09-10T03:00Z
	use "$report" index
	use "$report" incident --now $now "$id"
	use "$tally" run --now $now
	use "$tally" status --now $now
	use "$tally" tune --now $now
	use "$tally" search --source=198.51.100.9
	use "$tally" verify
	rm -f "$work/$name"
done

sentence='a link that lies where packets are put together is not written through'
site
echo precious >"$work/elsewhere"
rm "$day/packets/$id.txt"
ln -s "$work/elsewhere" "$day/packets/.$id.txt.part-cached"
"$report" day --site "$work/site.conf" --now $now 2017-09-10 >"$work/out" 2>"$work/err" || complain "said: $(cat "$work/err")"
[ "$(cat "$work/elsewhere")" = precious ] || complain "what it leads to is $(head -c 100 "$work/elsewhere")"
if [ ! -f "$day/packets/$id.txt" ] || [ -L "$day/packets/$id.txt" ]; then
	complain 'the packets are not told'
fi

sentence='names of files and what stands in them steer no terminal'
site
esc=$(printf '\033')
printf '{"schema":%s]0;owned' "$esc" >"$day/findings.ndjson"
printf x >"$work/spool/dmz/2017-09-10/$esc]0;$(printf '\302\233')31m.pcap"
red="$work/${esc}[31m"
mkdir "$red"
sed 's/^name/nane/; s/^zone/zome/' "$work/site.conf" >"$red/site.conf"
{
	"$tally" run --site "$work/site.conf" --now $now
	"$report" day --site "$work/site.conf" --now 2017-09-13T00:00:00Z 2017-09-11
	"$report" incident --site "$work/site.conf" --now $now "$id"
	"$report" index --site "$red/site.conf"
	"$report" scan "$red"
} >"$work/out" 2>"$work/err"
grep -q 'findings.ndjson:1: invalid token' "$work/err" || complain "nothing is said of findings: $(cat "$work/err")"
if [ "$(LC_ALL=C tr -d '\n\040-\176' <"$work/err" | wc -c)" -gt 0 ]; then
	complain "said: $(cat -v "$work/err")"
fi
if grep -qv '^gnomon-[a-z]*: .' "$work/err"; then
	complain "a line that names no program: $(grep -v '^gnomon-[a-z]*: .' "$work/err")"
fi

sentence='a damaged file is told once, however many pages are made of it'
site
rm "$work/spool/dmz/2017-09-10/$esc]"*
[ -f "$work/store/dmz/2017-09-10/day.past" ] || complain 'no roll-up'
printf 'damage' | dd of="$work/store/dmz/2017-09-10/day.past" bs=1 seek=40 conv=notrunc 2>"$work/out"
"$report" index --site "$work/site.conf" 2>"$work/err"
[ "$(grep -c 'day.past:' "$work/err")" -eq 1 ] || complain "said: $(cat "$work/err")"

exit $((failed > 0))
