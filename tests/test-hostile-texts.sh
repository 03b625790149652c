#!/bin/sh
# Texts from outside that mean harm (names that a name server told, reasons of lists, comments of patterns): of everything
# that a day of a site writes, mail and incident report included, nothing holds them raw. What must never be there:
# markup of theirs, control and direction characters, lines of theirs in a mail's head, formulas in a table.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# EVIL is looked for: markup, an end of an attribute, a carriage return, an escape sequence, right-to-left override, zero
# width space, octets that are no UTF-8; then 10 kB.
evil=$(printf '=EVIL<script>alert(1)</script>"onload=x '\''& \033[31m\342\200\256txt\342\200\213 \377\376 [/](x) %%s')
long=$(head -c 10000 /dev/zero | tr '\0' x)

mkdir -p "$work/spool/dmz/2017-09-10" "$work/store"
{
	echo 'date 2017-09-10'
	for source in 9 10; do
		for target in 1 2 3 4 5 6 7 8; do
			echo "03:1$target:00.000000 IP 198.51.100.$source.4000 > 192.0.2.$target.23: Flags [S], seq 1, win 512, length 0"
		done
	done
} >"$work/trace.txt"
"$compose" "$work/trace.txt" "$work/spool/dmz/2017-09-10/0300.pcap" || exit 99
printf 'gnomon-names 1\n198.51.100.10 1505000000 %s%s\n198.51.100.9 1505000000 %s\n' "$evil" "$long" "$evil" >"$work/store/.names"
printf '198.51.100.9 %s%.3800s\n' "$evil" "$long" >"$work/partners.txt"
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
[known partners]
action = watch
file = $work/partners.txt
[pattern telnet]
filter = dst port 23
comment = $(printf %s "$evil" | tr -d '\033\376\377')
[context]
names = yes
[mail]
to = analyst@example.org
END
"$tally" run --site "$work/site.conf" --now 2017-09-11T01:00:00Z >"$work/words" 2>&1
"$report" day --site "$work/site.conf" --now 2017-09-11T01:00:00Z 2017-09-10 >>"$work/words" 2>&1
for format in text json csv eve zeek; do
	"$report" day --site "$work/site.conf" --now 2017-09-11T01:00:00Z --print --format $format 2017-09-10 \
		>"$work/reports/main/printed.$format" 2>/dev/null
done
[ -d "$work/reports/main" ] || fail "nothing was written: $(cat "$work/words")"
day=$work/reports/main/2017/09/10
id=$(sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' "$day/findings.ndjson" | head -n 1)
"$report" incident --site "$work/site.conf" --now 2017-09-11T01:00:00Z "$id" >"$work/reports/main/incident.txt" 2>"$work/words" ||
	fail "incident: exit status $?, $(cat "$work/words")"

# They are there, so that what follows means something.
for file in "$day/index.html" "$day/hour-0300.html" "$day/index.txt"; do
	grep -q EVIL "$file" || fail "$file: tells nothing of them"
done
find "$work/reports" -name '*.eml' | grep -q . || fail 'no mail'

find "$work/reports" -type f | while read -r file; do
	name=${file#"$work/reports/"}
	! LC_ALL=C grep -q "$(printf '[\001-\010\013\014\016-\037\177]')" "$file" || echo "$name: a control character"
	! LC_ALL=C grep -q "$(printf '\342\200\256\\|\342\200\213\\|\377\376')" "$file" || echo "$name: a hidden character"
	case $name in
	*.html | *.atom) ! grep -q '<script>alert\|"onload' "$file" || echo "$name: markup" ;;
	*.csv) ! grep -q '\(^\|,\)"\{0,1\}=EVIL' "$file" || echo "$name: a formula" ;;
	esac
	case $name in
	*.eml)
		! sed '/^\r*$/q' "$file" | grep -q EVIL || echo "$name: in the head"
		[ "$(awk '{ if (length > most) most = length } END { print most + 0 }' "$file")" -le 998 ] || echo "$name: a long line"
		;;
	*.html) [ "$(grep -o 'x\{1200\}' "$file" | wc -l)" -eq 0 ] || echo "$name: 10 kB" ;;
	esac
done >"$work/found"
[ ! -s "$work/found" ] || fail "$(cat "$work/found")"

exit $((failed > 0))
