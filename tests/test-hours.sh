#!/bin/sh
# The pages of a day's hours: what the site's patterns hit (oracle: tcpdump on the same hour files), gaps, what is read
# again and what is not, links, and a day of 25 hours.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
need_commands tcpdump

# site ZONE: an empty one, whose further settings are read from standard input.
site() {
	rm -rf "$work/spool" "$work/store" "$work/reports"
	mkdir -p "$work/spool/dmz"
	{
		printf '[site]\nname = main\nhome = 192.0.2.0/24\nzone = %s\nspool = %s/spool\nstore = %s/store\n' \
			"$1" "$work" "$work"
		printf 'reports = %s/reports\n[run]\nhook = no\n' "$work"
		cat
	} >"$work/site.conf"
}

# hour DATE HHMM LINE...: an hour file; a line is "MM:SS SOURCE.PORT TARGET.PORT FLAGS".
hour() {
	date=$1
	stem=$2
	shift 2
	{
		echo "date $date"
		for line in "$@"; do
			# shellcheck disable=SC2086
			set -- $line
			echo "${stem%??}:$1.000000 IP $2 > $3: Flags [$4], seq 1, win 512, length 0"
		done
	} >"$work/trace.txt"
	mkdir -p "$work/spool/dmz/$date"
	"$compose" "$work/trace.txt" "$work/spool/dmz/$date/$stem.pcap" || exit 99
}

# run NOW DAY...: tallies, and the days' pages.
run() {
	now=$1
	shift
	"$tally" run --site "$work/site.conf" --now "$now" >"$work/words" 2>&1
	case $? in
	0 | 3) ;; # 3: hours are missing, as they shall
	*) fail "run: $(cat "$work/words")" ;;
	esac
	"$report" day --site "$work/site.conf" --now "$now" "$@" >"$work/words" 2>&1
	status=$?
}

stamps() {
	find "$work/reports" -type f ! -name '.*.lock' -exec stat -c '%n %i %Y %s' {} + | sort
}

# changed: names of the files that differ from $work/before, without hour- files' path.
changed() {
	stamps | diff "$work/before" - | sed -n 's|^> .*/\([^/ ]*\) .*|\1|p' | sort -u | tr '\n' ' '
}

has() {
	grep -qF -- "$2" "$pages/$1" || fail "$1: expected $2"
}

hasnt() {
	! grep -qF -- "$2" "$pages/$1" || fail "$1: did not expect $2"
}

site UTC <<'END'
[pattern telnet]
filter = dst port 23
comment = Telnet <b>into</b> us
[pattern resets]
filter = tcp[13] & 4 != 0
END
hour 2017-09-10 0000 '10:00 198.51.100.9.4000 192.0.2.1.23 S' '10:01 198.51.100.9.4001 192.0.2.2.23 S' \
	'10:02 203.0.113.5.4000 192.0.2.1.23 S' '11:00 192.0.2.1.23 198.51.100.9.4000 R.'
hour 2017-09-10 0100 '10:00 198.51.100.9.4000 192.0.2.3.80 S'
hour 2017-09-10 0300 '10:00 198.51.100.9.4000 192.0.2.4.23 S' '10:01 198.51.100.9.4000 192.0.2.5.23 S' \
	'10:02 198.51.100.9.4000 192.0.2.6.23 S' '10:03 198.51.100.9.4000 192.0.2.7.23 S' \
	'10:04 198.51.100.9.4000 192.0.2.8.23 S' '10:05 198.51.100.9.4000 192.0.2.9.23 S' \
	'10:06 198.51.100.9.4000 192.0.2.10.23 S'
pages=$work/reports/main/2017/09/10
run 2017-09-10T04:00:00Z 2017-09-10
[ "$(cd "$pages" && echo hour-*.html)" = 'hour-0000.html hour-0100.html hour-0200.html hour-0300.html' ] ||
	fail "pages: $(ls "$pages")"

# Counts are tcpdump's own.
for filter in 'dst port 23' 'tcp[13] & 4 != 0'; do
	for stem in 0000 0100 0300; do
		n=$(tcpdump -r "$work/spool/dmz/2017-09-10/$stem.pcap" "$filter" 2>/dev/null | wc -l)
		[ "$n" -eq 1 ] && s='' || s=s
		has "hour-$stem.html" "<p>$n packet$s of "
	done
done
has hour-0000.html '<h3>198.51.100.9: 2 packets</h3>'
has hour-0000.html '<h3>203.0.113.5: 1 packet</h3>'
has hour-0000.html 'Telnet &lt;b&gt;into&lt;/b&gt; us'
has hour-0000.html '2017-09-10 00:10:02.000000 IP 203.0.113.5.4000 &gt; 192.0.2.1.23: Flags [S]'
has hour-0000.html 'No source hit 7 hosts or more.'
grep -q '>  7 <a href="index.html#f-[0-9a-f]*">198.51.100.9</a>$' "$pages/hour-0300.html" ||
	fail "hour 03: no way from the counter to the day's finding: $(grep '198.51.100.9' "$pages/hour-0300.html")"
has hour-0200.html 'no tally of this hour'
has hour-0200.html 'The packets of this hour are not in the spool'

# A card's BPF expression finds the packets, behind the words that stand before it those of a tagged link.
sed -n 's/.*As a BPF expression (of frames with a VLAN tag "\(.*\)" before it): <code>\(.*\)<.code>.*/\1\n\2/p' \
	"$pages/index.html" >"$work/words"
{ echo 'link vlan 5' && cat "$work/trace.txt"; } >"$work/tagged.txt"
"$compose" "$work/tagged.txt" "$work/tagged.pcap" || exit 99
expression=$(sed -n 2p "$work/words")
n=$(tcpdump -nr "$work/tagged.pcap" "$(sed -n 1p "$work/words")$expression" 2>/dev/null | wc -l)
told=$(tcpdump -nr "$work/spool/dmz/2017-09-10/0300.pcap" "$expression" 2>/dev/null | wc -l)
{ [ -n "$expression" ] && [ "$n" -eq 7 ] && [ "$told" -eq 7 ]; } || fail "BPF expression: expected 7 packets, found $told, tagged $n: $(cat "$work/words")"

# DShield's lines: a scanner's contacts of the day, with all their packets.
n=$(for file in "$work"/spool/dmz/2017-09-10/*.pcap; do
	tcpdump -r "$file" 'src 198.51.100.9' 2>/dev/null
done | wc -l)
"$report" day --site "$work/site.conf" --now 2017-09-10T04:00:00Z --print --format dshield 2017-09-10 >"$work/lines" 2>/dev/null
told=$(awk -F '\t' '$4 == "198.51.100.9" && NF == 9 { n += $3 } END { print n + 0 }' "$work/lines")
[ "$told" -eq "$n" ] || fail "dshield: expected $n packets of 198.51.100.9, found $told: $(cat "$work/lines")"
grep -q '203.0.113.5' "$work/lines" && fail 'dshield: tells of who is no scanner'
grep -q "^2017-09-10 03:10:00 +00:00	0	1	198.51.100.9	???	192.0.2.4	23	TCP	S\$" "$work/lines" ||
	fail "dshield: $(cat "$work/lines")"

# Links: hour by hour, none of them dead.
has hour-0000.html 'href="hour-0100.html"'
has hour-0100.html 'href="hour-0000.html"'
hasnt hour-0300.html 'href="hour-0400.html"'
for page in "$pages"/*.html; do
	grep -o 'href="[^"]*"' "$page" | sed 's/href="//; s/"$//' | sort -u | while read -r link; do
		file=${link%%#*}
		file=${file:+${page%/*}/$file}
		case $link in
		*#*) grep -q "id=\"${link#*#}\"" "${file:-$page}" || echo "$page: $link" ;;
		*) [ -e "$file" ] || echo "$page: $link" ;;
		esac
	done
done >"$work/dead"
[ ! -s "$work/dead" ] || fail "dead links: $(cat "$work/dead")"

# Nothing is written, and no hour file read, when nothing is new.
stamps >"$work/before"
for file in "$work"/spool/dmz/2017-09-10/*.pcap; do
	mv "$file" "$file.away" && touch -r "$file.away" "$work/stamp"
	head -c "$(stat -c %s "$file.away")" /dev/zero >"$file" && touch -r "$work/stamp" "$file"
done
"$report" day --site "$work/site.conf" --now 2017-09-10T04:00:00Z 2017-09-10 >"$work/words" 2>&1
stamps | diff "$work/before" - >"$work/difference" || fail "a second time: $(cat "$work/difference") $(cat "$work/words")"
for file in "$work"/spool/dmz/2017-09-10/*.pcap; do
	mv "$file.away" "$file"
done

# An hour that is made again touches its page alone, and the day's.
stamps >"$work/before"
hour 2017-09-10 0100 '10:00 198.51.100.9.4000 192.0.2.3.80 S' '10:01 198.51.100.77.4000 192.0.2.3.23 S'
run 2017-09-10T04:00:00Z 2017-09-10
changed | tr ' ' '\n' | grep '^hour-' >"$work/hours"
[ "$(cat "$work/hours")" = hour-0100.html ] || fail "hour 01 again: wrote $(changed)"
has hour-0100.html '<h3>198.51.100.77: 1 packet</h3>'

# What was shown stays when packets are gone; a pattern that changes is tried on what there is.
rm "$work"/spool/dmz/2017-09-10/0000.pcap
sed -i 's/^filter = dst port 23/filter = tcp dst port 23/' "$work/site.conf"
run 2017-09-10T04:00:00Z 2017-09-10
has hour-0000.html '<h3>198.51.100.9: 2 packets</h3>'
has hour-0000.html '<code>dst port 23</code>'
has hour-0300.html '<code>tcp dst port 23</code>'

# A tcpdump that fails is told, and asked again.
mkdir "$work/bin"
printf '#!/bin/sh\nexit 1\n' >"$work/bin/tcpdump"
chmod +x "$work/bin/tcpdump"
sed -i 's/^comment = .*/comment = anew/' "$work/site.conf"
day() {
	"$report" day --site "$work/site.conf" --now 2017-09-10T04:00:00Z 2017-09-10 >"$work/words" 2>&1
}
(
	PATH=$work/bin:$PATH
	day
)
has hour-0300.html 'tcpdump: exit status 1'
has hour-0300.html '<h3>198.51.100.9: 7 packets</h3>'
day
hasnt hour-0300.html 'tcpdump: exit status 1'
has hour-0300.html '2017-09-10 03:10:00.000000 IP 198.51.100.9.4000 &gt; 192.0.2.4.23'

# Whose a packet is, home says.
sed -i 's/^home = .*/home = 198.51.100.0\/24/' "$work/site.conf"
day
has hour-0300.html '<h3>192.0.2.4: 1 packet</h3>'
sed -i 's/^home = .*/home = 192.0.2.0\/24/' "$work/site.conf"
day

# A file that is damaged: what came before counts, and it is said.
head -c 200 "$work/spool/dmz/2017-09-10/0300.pcap" >"$work/cut" && mv "$work/cut" "$work/spool/dmz/2017-09-10/0300.pcap"
run 2017-09-10T04:00:00Z 2017-09-10 2>/dev/null
"$report" day --site "$work/site.conf" --now 2017-09-10T04:00:00Z 2017-09-10 2>/dev/null
has hour-0300.html '0300.pcap'
has hour-0300.html 'class="banner"'

# A pattern that libpcap does not understand is the settings' mistake, with its line.
sed -i 's/^filter = tcp dst port 23/filter = tcp dst porn 23/' "$work/site.conf"
"$report" day --site "$work/site.conf" --now 2017-09-10T04:00:00Z 2017-09-10 >"$work/words" 2>&1
status=$?
{ [ "$status" -eq 2 ] && grep -q 'site.conf:[0-9]*: .*tcp dst porn 23' "$work/words"; } ||
	fail "a wrong pattern: exit status $status, $(cat "$work/words")"

# Of a flood's sources 50 are named, however many of the others the finding lists.
site UTC </dev/null
mkdir -p "$work/spool/dmz/2017-09-10"
{
	echo 'date 2017-09-10'
	for net in 198.51.100 203.0.113; do
		echo 'repeat 200 every 10ms {'
		echo "03:10:00 $net.{1+1}.1024 > 192.0.2.1.80: S 1:1(0) win 512"
		echo '}'
	done
} >"$work/trace.txt"
"$compose" "$work/trace.txt" "$work/spool/dmz/2017-09-10/0300.pcap" || exit 99
pages=$work/reports/main/2017/09/10
run 2017-09-10T04:00:00Z 2017-09-10
has index.html '<p class="note">350 sources are in neither: they are too many.</p>'

# 25 hours: two of them begin at 22:00 UTC.
site Europe/Berlin </dev/null
hour 2026-10-24 2200 '10:00 198.51.100.9.4000 192.0.2.1.23 S'
hour 2026-10-25 2200 '10:00 198.51.100.9.4000 192.0.2.1.23 S'
pages=$work/reports/main/2026/10/25
run 2026-10-26T02:00:00Z 2026-10-25
[ "$(find "$pages" -name 'hour-*.html' | wc -l)" -eq 25 ] || fail "25 hours: $(ls "$pages")"
has hour-2200.html '2026-10-24T22:00:00Z'
has hour-2200-2.html '2026-10-25T22:00:00Z'
has hour-2100.html 'href="hour-2200-2.html"'

exit $((failed > 0))
