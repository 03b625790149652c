#!/bin/sh
# What goes to others as lines, from packets to the last column: whose contacts DShield is told and which of them, and that
# texts from outside stay within their field in every format.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# sweep DATE HH:MM SOURCE: a SYN to port 23 of 192.0.2.1 to .8.
sweep() {
	for target in 1 2 3 4 5 6 7 8; do
		echo "$1 $2:0$target.000000 IP $3.4000 > 192.0.2.$target.23: Flags [S], seq $target, win 512, length 0"
	done
}

# Sources: .9 scans; .77 scans, and is known; 203.0.113.80 is being flooded with our addresses; 203.0.113.5 is a client.
{
	echo sorted
	# The day before, and the first hour of the local day (Berlin: two hours ahead).
	echo '2017-09-09 21:59:59.000000 IP 198.51.100.9.4000 > 192.0.2.40.23: Flags [S], seq 1, win 512, length 0'
	echo '2017-09-09 22:00:00.500000 IP 198.51.100.9.4000 > 192.0.2.41.23: Flags [S], seq 1, win 512, length 0'
	# It is asked by UDP in the hour before, and by the ports of others never.
	echo '2017-09-10 02:59:00.000000 IP 192.0.2.2.5353 > 198.51.100.9.53: UDP, length 20'
	sweep 2017-09-10 03:10 198.51.100.9
	echo '2017-09-10 03:10:30.000000 IP 192.0.2.3.23 > 198.51.100.9.4000: Flags [S.], seq 9, ack 4, win 512, length 0'
	echo '2017-09-10 03:10:31.000000 IP 198.51.100.9.4000 > 192.0.2.3.23: Flags [.], ack 10, win 512, length 0'
	echo '2017-09-10 03:20:00.000000 IP 198.51.100.9.53 > 192.0.2.2.5353: UDP, length 20'
	echo '2017-09-10 03:20:01.000000 IP 198.51.100.9.53 > 192.0.2.1.5353: UDP, length 20'
	echo '2017-09-10 03:20:02.000000 IP 198.51.100.9.53 > 192.0.2.1.5353: UDP, length 20'
	echo '2017-09-10 03:20:03.000000 IP 198.51.100.9 > 192.0.2.5: icmp: echo request'
	echo '2017-09-10 03:20:04.000000 IP 198.51.100.9.23 > 192.0.2.20.4000: Flags [R], seq 1, win 0, length 0'
	echo '2017-09-10 03:20:05.000000 IP 198.51.100.9.4000 > 192.0.2.21.80: Flags [.], ack 1, win 512, length 0'
	echo '2017-09-10 03:20:06.000000 IP 198.51.100.9.4000 > 192.0.2.22.80: Flags [FPU], seq 1, win 512, urg 0, length 0'
	sweep 2017-09-10 04:10 198.51.100.77
	for target in 1 2 3 4 5 6 7 8 9; do
		echo "2017-09-10 05:1$target:00.000000 IP 203.0.113.80.80 > 192.0.2.$target.$((target * 1000)): Flags [S.], seq 5, ack 6, win 512, length 0"
	done
	echo '2017-09-10 06:00:00.000000 IP 203.0.113.5.4000 > 192.0.2.1.80: Flags [S], seq 1, win 512, length 0'
	for target in 1 2 3 4 5 6 7 8; do
		echo "2017-09-10 07:00:0$target.000000 IP6 2001:db9::7.4000 > 2001:db8::5:$target.22: Flags [S], seq 1, win 512, length 0"
	done
	echo '2017-09-10 22:00:00.000000 IP 198.51.100.9.4000 > 192.0.2.42.23: Flags [S], seq 1, win 512, length 0'
} >"$work/trace.txt"
"$compose" "$work/trace.txt" "$work/day.pcap" || exit 99
mkdir -p "$work/spool/dmz" "$work/store/dmz"
"$tally" store --home 192.0.2.0/24,2001:db8::/32 --output "$work/tallies" "$work/day.pcap" || exit 99
for file in "$work"/tallies/*.tally; do
	name=${file##*/}
	mkdir -p "$work/store/dmz/${name%%T*}"
	cp "$file" "$work/store/dmz/${name%%T*}/${name#*T}"
done

# site LINE...
site() {
	printf '[site]\nname = hq\nhome = 192.0.2.0/24;2001:db8::/32\nzone = Europe/Berlin\nspool = %s\nstore = %s\nreports = %s\n' \
		"$work/spool" "$work/store" "$work/reports"
	printf '%s\n' "$@"
}

# lines FORMAT: of the day, in $work/lines.
lines() {
	"$report" day --site "$work/site.conf" --now 2017-09-12T00:00:00Z --print --format "$1" 2017-09-10 >"$work/lines" 2>"$work/err"
	case $? in
	0 | 3) ;; # not all hours have a tally
	*) fail "$1: $(cat "$work/err")" ;;
	esac
}

# same SENTENCE: $work/expected, written with spaces for tabs but within the time.
same() {
	sed 's/ \{2,\}/\t/g' "$work/expected" | diff - "$work/lines" || fail "$1"
}

site '[known census]' 'action = label' 'networks = 198.51.100.77' >"$work/site.conf"
cat >"$work/expected" <<'END'
2017-09-10 03:10:01 +00:00  0  1  198.51.100.9  ???  192.0.2.1  23  TCP  S
2017-09-10 03:20:01 +00:00  0  2  198.51.100.9  ???  192.0.2.1  5353  UDP  .
2017-09-10 03:10:02 +00:00  0  1  198.51.100.9  ???  192.0.2.2  23  TCP  S
2017-09-10 03:10:03 +00:00  0  1  198.51.100.9  ???  192.0.2.3  23  TCP  S
2017-09-10 03:10:04 +00:00  0  1  198.51.100.9  ???  192.0.2.4  23  TCP  S
2017-09-10 03:10:05 +00:00  0  1  198.51.100.9  ???  192.0.2.5  23  TCP  S
2017-09-10 03:20:03 +00:00  0  1  198.51.100.9  8  192.0.2.5  ???  ICMP  .
2017-09-10 03:10:06 +00:00  0  1  198.51.100.9  ???  192.0.2.6  23  TCP  S
2017-09-10 03:10:07 +00:00  0  1  198.51.100.9  ???  192.0.2.7  23  TCP  S
2017-09-10 03:10:08 +00:00  0  1  198.51.100.9  ???  192.0.2.8  23  TCP  S
2017-09-10 03:20:05 +00:00  0  1  198.51.100.9  ???  192.0.2.21  80  TCP  A
2017-09-10 03:20:06 +00:00  0  1  198.51.100.9  ???  192.0.2.22  80  TCP  FPU
2017-09-09 22:00:00 +00:00  0  1  198.51.100.9  ???  192.0.2.41  23  TCP  S
END
for target in 1 2 3 4 5 6 7 8; do
	echo "2017-09-10 07:00:0$target +00:00  0  1  2001:db9::7  ???  2001:db8::5:$target  22  TCP  S"
done >>"$work/expected"
sed -i 's/\.$//' "$work/expected"
lines dshield
same 'a scanner is told with all it sent in the day that nobody asked for, and nobody else is'

site '[export]' 'dshield-id = 4000000000' 'dshield-targets = hidden' >"$work/site.conf"
lines dshield
[ "$(grep -c "	198.51.100.77	" "$work/lines")" -eq 8 ] || fail 'whom the site does not label is told'
! grep -q '192\.0\.2\.\|2001:db8:' "$work/lines" || fail "targets are not hidden: $(cat "$work/lines")"
grep -q '^2017-09-10 03:10:08 +00:00	4000000000	1	198.51.100.9	???	10.0.2.8	23	TCP	S$' "$work/lines" ||
	fail "the number or the target is another: $(cat "$work/lines")"
grep -q '	fd00::5:8	22	' "$work/lines" || fail 'an IPv6 target is not hidden as it should be'

"$report" scan --format dshield "$work/tallies" >"$work/lines" 2>/dev/null || fail "scan: exit status $?"
for target in 40 41 42; do
	grep -q "	192.0.2.$target	" "$work/lines" || fail "scan: lacks 192.0.2.$target, of another day"
done
[ "$(awk -F '\t' 'NF != 9' "$work/lines" | wc -l)" -eq 0 ] || fail "scan: other than nine columns"

site '[export]' 'dshield-targets = some' >"$work/site.conf"
"$report" day --site "$work/site.conf" --print --format dshield 2017-09-10 >"$work/lines" 2>"$work/err"
status=$?
[ "$status" -eq 2 ] || fail "an export that is none: exit status $status"
grep -q 'expected full or hidden' "$work/err" || fail "an export that is none: $(cat "$work/err")"

# Of 300 sources with a plan the finding lists 256; all are told.
awk 'BEGIN {
	print "sorted"
	for (i = 0; i < 600; i++)
		printf "2017-09-10 %02d:%02d:00 IP 198.51.%d.%d.4000 > 172.16.%d.%d.445: Flags [S], seq %d, win 512, length 0\n",
			int(i / 60), i % 60, int((i % 300) / 200), i % 300 % 200 + 1, int(i / 200), i % 200 + 1, i
}' >"$work/many.txt"
"$compose" "$work/many.txt" "$work/many.pcap" && "$tally" store --home 172.16.0.0/16 --output "$work/many" "$work/many.pcap" || exit 99
"$report" scan --format json "$work/many" | grep -q '"verdict":"[a-z-]*scan".*"n_sources":300' || fail '300 sources are no finding'
"$report" scan --format dshield "$work/many" >"$work/lines" || fail "many: exit status $?"
[ "$(cut -f 4 "$work/lines" | sort -u | wc -l)" -eq 300 ] || fail 'some of 300 sources are left out'
[ "$(wc -l <"$work/lines")" -eq 600 ] || fail "600 packets became $(wc -l <"$work/lines") lines"

printf '198.51.0.0/24 ports=445 a partner\n198.51.1.1 ports=80\n' >"$work/partner"
for action in --ignore --label --watch; do
	"$report" scan $action "$work/partner" --format dshield "$work/many" 2>/dev/null | cut -f 4 | sort -u >"$work/lines"
	expected=100
	[ $action = --watch ] && expected=300
	[ "$(wc -l <"$work/lines")" -eq $expected ] || fail "$action: expected $expected sources, found $(wc -l <"$work/lines")"
done

# A list with a name and reasons that mean harm, as people get them from elsewhere.
list=$(printf '%s/=name,"\342\200\256 <b>\t.txt' "$work")
long=$(head -c 3000 /dev/zero | tr '\0' '"')
{
	printf '198.51.100.77 =EVIL(1),"x"\t<script>\033[31m\342\200\256\377 %s\n' "$long"
	printf '198.51.100.9 +EVIL\t#fields \\x09\r\n'
} >"$list"
for format in json csv eve zeek dshield; do
	"$report" scan --label "$list" --format $format "$work/tallies" >"$work/$format" 2>/dev/null || fail "$format: exit status $?"
	! LC_ALL=C grep -q "$(printf '[\001-\010\013\014\016-\037\177]')" "$work/$format" || fail "$format: a control character"
	! LC_ALL=C grep -q "$(printf '\342\200\256\\|\377')" "$work/$format" || fail "$format: a hidden character"
done
for format in json csv eve zeek; do
	[ "$(grep -c EVIL "$work/$format")" -eq 2 ] || fail "$format: expected two lines of known sources"
done
[ "$(wc -l <"$work/csv")" -eq $(($(wc -l <"$work/json") + 1)) ] || fail 'csv: not a line for each finding'
[ "$(awk -F '\t' '!/^#/ && NF != 26' "$work/zeek" | wc -l)" -eq 0 ] || fail 'zeek: other than 26 columns'
[ "$(awk -F '\t' '/^#fields|^#types/ && NF != 27' "$work/zeek" | wc -l)" -eq 0 ] || fail 'zeek: another head than lines'
! grep -q '198.51.100' "$work/dshield" || fail 'dshield: tells of known sources'

exit $((failed > 0))
