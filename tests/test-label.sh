#!/bin/sh
# Composed days whose every actor is known: the same seed gives the same octets and the same truth, the truth counts what was
# sent; and the judge of findings tells every outcome of its table apart.
set -eu
srcdir=${srcdir:-$(dirname "$0")/..}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

fail() {
	echo "FAIL: $*"
	failed=1
}

# compose NAME SEED
compose() {
	tests/bench/label --percent 3 --days 8 --seed "$2" --output "$folder/$1.pcap" --truth "$folder/$1.truth"
}

compose a 7
compose b 7
compose c 8
cmp -s "$folder/a.pcap" "$folder/b.pcap" || fail 'the same seed gave other octets'
cmp -s "$folder/a.truth" "$folder/b.truth" || fail 'the same seed gave another truth'
cmp -s "$folder/a.pcap" "$folder/c.pcap" && fail 'another seed gave the same octets'
tests/bench/pcap-count "$folder/a.pcap" >/dev/null || fail 'libpcap does not read the capture to its end'

# Gnomon's bare tally is the oracle of the truth: how many targets each single source hit at most in a window.
if [ -x ./gnomon-tally ]; then
	for span in 1h,1h,7 24h,1h,8 7d,1d,9; do
		window=${span%%,*}
		step=${span%,*}
		awk -F '\t' -v column="${span##*,}" '!/^#/ && split($4, source, ",") == 1 && $4 !~ /:/ {
			split($column, hosts, "@")
			if (hosts[1] > 0)
				print $4, hosts[1]
		}' "$folder/a.truth" | sort >"$folder/expected"
		./gnomon-tally count --home 192.0.2.0/24,198.18.0.0/16,2001:db8::/48 --window "$window" --step "${step#*,}" \
			--hosts 1 --format csv "$folder/a.pcap" >"$folder/counted"
		awk -F '\t' '!/^#/ && split($4, source, ",") == 1 && $4 !~ /:/ { print $4 }' "$folder/a.truth" >"$folder/single"
		awk -F , 'NR == FNR { single[$1]; next }
			($3 in single) && $4 > most[$3] + 0 { most[$3] = $4 }
			END { for (source in most) print source, most[source] }' "$folder/single" "$folder/counted" |
			sort >"$folder/found"
		cmp -s "$folder/expected" "$folder/found" || {
			fail "windows of $window: the truth is not what gnomon-tally counts"
			diff "$folder/expected" "$folder/found" | head -5
		}
	done
fi

# truth NAME KIND JUDGED SOURCES HOSTS_1H HOSTS_24H HOSTS_7D PORTS ACCEPTED FORBIDDEN TARGETS
truth() {
	printf '%s\t%s\t%s\t%s\t2017-09-11T03:10:00Z\t2017-09-11T04:50:00Z\t%s@2017-09-11T03:00:00Z\t%s@2017-09-10T05:00:00Z\t%s@2017-09-10T00:00:00Z\t%s\t%s\t%s\t%s\n' \
		"$@" >>"$folder/truth"
}

# finding ID DETECTOR COUNT VERDICT SOURCES [SCOPE] [TARGETS] [HOUR]
finding() {
	printf '{"schema":1,"id":"%s","detectors":["%s"],"verdict":"%s","sources":["%s"],"hosts":%s,"window_start":"2017-09-1%s:00:00Z","window_end":"2017-09-12T00:00:00Z","scope":"%s","windows":[{"detector":"%s","window_start":"x","count":%s,"threshold":7}],"targets":["%s"],"evidence":[{"for":"flood","text":"\\"sources\\":[\\"10.0.0.1\\"]"}]}\n' \
		"$1" "$2" "$4" "$(echo "$5" | sed 's/,/","/g')" "$3" "${8:-1T03}" "${6:-sources}" "$2" "$3" "${7:-192.0.2.1}" >>"$folder/findings"
}

truth named-1 sweep scanner 10.0.0.1 8 8 8 1 scan,decoy flood 192.0.2.1
truth unnamed-1 sweep scanner 10.0.0.2 8 8 8 1 scan,decoy flood 192.0.2.1
truth missed-1 sweep scanner 10.0.0.3 8 8 8 1 scan,decoy flood 192.0.2.1
truth wrong-1 sweep scanner 10.0.0.4 8 8 8 1 scan,decoy flood 192.0.2.1
truth few-1 sweep scanner 10.0.0.5 3 3 3 1 scan,decoy flood 192.0.2.1
truth other-time-1 sweep scanner 10.0.0.6 7 7 7 1 scan,decoy flood 192.0.2.1
truth always-1 stealthy always 10.0.0.7 2 2 2 1 scan,decoy flood 192.0.2.1
truth exact-1 edge edge 10.0.1.1 7 7 7 1 scan - 192.0.2.1
truth exact-2 edge edge 10.0.1.2 6 6 6 1 scan - 192.0.2.1
truth exact-3 edge edge 10.0.1.3 5 7 8 1 scan - 192.0.2.1
truth inexact-1 edge edge 10.0.1.4 7 7 7 1 scan - 192.0.2.1
truth inexact-2 edge edge 10.0.1.5 6 6 6 1 scan - 192.0.2.1
truth inexact-3 edge edge 10.0.1.6 5 7 8 1 scan - 192.0.2.1
truth ports-1 ports ports 10.0.1.7 1 1 1 20 scan - 192.0.2.1
truth ports-2 ports ports 10.0.1.8 1 1 1 19 scan - 192.0.2.1
truth ports-3 ports ports 10.0.1.9 1 1 1 21 scan - 192.0.2.1
truth whole-1 group group 10.0.2.1,10.0.2.2,10.0.2.3,10.0.2.4,10.0.2.5 3 3 3 1 coordinated-scan scan 192.0.2.1
truth stranger-1 group group 10.0.3.1,10.0.3.2,10.0.3.3 3 3 3 1 coordinated-scan - 192.0.2.1
truth parts-1 group group 10.0.4.1,10.0.4.2,10.0.4.3 3 3 3 1 coordinated-scan - 192.0.2.1
truth doubt-1 group group 10.0.5.1,10.0.5.2,10.0.5.3 3 3 3 1 coordinated-scan - 192.0.2.1
truth victim-1 victim victim 10.0.6.1 3 3 3 0 second-order-effect scan 192.0.2.1
truth victim-2 victim victim 10.0.6.2 3 3 3 0 second-order-effect scan 192.0.2.1
truth mapper-1 mapper mapper 10.0.7.1 3 3 3 0 inverse-mapping second-order-effect 192.0.2.1
truth mapper-2 mapper mapper 10.0.7.2 3 3 3 0 inverse-mapping second-order-effect 192.0.2.1
truth flood-1 flood target 10.0.8.1 1 1 1 1 flood scan 192.0.2.80
truth flood-2 flood target 10.0.8.2 1 1 1 1 flood scan 192.0.2.81
truth guest-1 guest ordinary 10.0.9.1 9 9 9 1 - scan,flood 192.0.2.1
truth guest-2 guest ordinary 10.0.9.2 9 9 9 1 - scan,flood 192.0.2.1
truth guest-3 guest ordinary 10.0.9.3 9 9 9 1 - scan,coordinated-scan,flood 192.0.2.1

finding 01 hourly 8 scan 10.0.0.1
finding 02 hourly 8 undetermined 10.0.0.2
finding 03 hourly 8 scan 10.0.0.4
finding 04 hourly 8 flood 10.0.0.4
finding 05 hourly 7 scan 10.0.0.6 sources 192.0.2.1 1T05
finding 06 hourly 7 scan 10.0.1.1
finding 07 low-and-slow 8 scan 10.0.1.3
finding 08 hourly 8 scan 10.0.1.4
finding 09 hourly 7 scan 10.0.1.5
finding 10 low-and-slow 7 scan 10.0.1.6
finding 11 port-scan 20 scan 10.0.1.7
finding 12 coordinated 9 coordinated-scan 10.0.2.1,10.0.2.2,10.0.2.3,10.0.2.4
finding 13 coordinated 9 coordinated-scan 10.0.3.1,10.0.3.2,10.0.3.3,10.0.9.3
finding 14 coordinated 9 coordinated-scan 10.0.4.1,10.0.4.2
finding 15 coordinated 9 undetermined 10.0.5.1,10.0.5.2,10.0.5.3
finding 16 reset-scan 3 second-order-effect 10.0.6.1
finding 17 reset-scan 3 scan 10.0.6.2
finding 18 reset-scan 3 undetermined 10.0.7.1
finding 19 reset-scan 3 second-order-effect 10.0.7.2
finding 20 flood 900 flood 172.16.0.1,10.0.9.2,10.0.9.1 target 192.0.2.80
finding 21 hourly 9 scan 10.0.9.1

sh "$srcdir/tests/bench/label-judge.sh" "$folder/truth" "$folder/findings" >"$folder/table" || fail 'the judge failed'
cat >"$folder/wanted" <<'END'
  kind                  actors   found  unnamed  missed  wrongly named
  sweep                      6       2        1       2              1
  stealthy                   1       0        0       1              0
  edge                       6       3        0       3              0
  ports                      3       2        0       1              0
  group                      4       1        1       2              0
  victim                     2       1        0       1              1
  mapper                     2       0        1       1              1
  flood                      2       1        0       1              0
  guest                      3       0        0       0              2
  aims:
  scanners with 7 targets in a window: found (99 %)                       3 of    5    60.0 %: MISSED
  at the trigger's edge: exact (100 %)                                    5 of    9    55.6 %: MISSED
  flood victims: as second-order effect (95 %)                            1 of    2    50.0 %: MISSED
  flood victims: not as a scan (100 %)                                    1 of    2    50.0 %: MISSED
  inverse mappers: not as second-order effect (90 %)                      1 of    2    50.0 %: MISSED
  inverse mappers: not as a scan (100 %)                                  2 of    2   100.0 %: met
  coordinated groups: whole, no stranger in them (80 %)                   1 of    4    25.0 %: MISSED
  ordinary hosts: not named as what they are not (100 %)                  1 of    3    33.3 %: MISSED
  sources that no actor is: 1
  first failures:
  unnamed        unnamed-1 (10.0.0.2): undetermined
  missed         missed-1 (10.0.0.3): in no finding
  wrongly named  wrong-1 (10.0.0.4): flood by hourly, id 04
  missed         other-time-1 (10.0.0.6): in no finding
  missed         always-1 (10.0.0.7): in no finding
  missed         inexact-1 (10.0.1.4): hourly told 8 hosts, expected 7
  missed         inexact-2 (10.0.1.5): hourly told 7 hosts, expected 0
  missed         ports-3 (10.0.1.9): port-scan told 0 ports, expected 21
  missed         stranger-1 (10.0.3.1 ...): with strangers: coordinated-scan by coordinated, id 13
  missed         parts-1 (10.0.4.1 ...): called coordinated-scan
  unnamed        doubt-1 (10.0.5.1 ...): undetermined
  missed         victim-2 (10.0.6.2): called scan
  wrongly named  victim-2 (10.0.6.2): scan by reset-scan, id 17
  unnamed        mapper-1 (10.0.7.1): undetermined
  missed         mapper-2 (10.0.7.2): called second-order-effect
  wrongly named  mapper-2 (10.0.7.2): second-order-effect by reset-scan, id 19
  missed         flood-2 (10.0.8.2): in no finding
  wrongly named  guest-1 (10.0.9.1): scan by hourly, id 21
  wrongly named  guest-3 (10.0.9.3): coordinated-scan by coordinated, id 13
END
cmp -s "$folder/wanted" "$folder/table" || {
	fail 'the judge told another table'
	diff "$folder/wanted" "$folder/table" | head -20
}

status=0
sh "$srcdir/tests/bench/label-judge.sh" --strict "$folder/truth" "$folder/findings" >/dev/null || status=$?
test "$status" = 1 || fail "--strict with missed aims: exit status $status, expected 1"
head -1 "$folder/truth" >"$folder/met.truth"
head -1 "$folder/findings" >"$folder/met"
sh "$srcdir/tests/bench/label-judge.sh" --strict "$folder/met.truth" "$folder/met" >/dev/null ||
	fail '--strict with all aims met failed'
status=0
echo 'no finding' | sh "$srcdir/tests/bench/label-judge.sh" "$folder/met.truth" - >/dev/null 2>&1 || status=$?
test "$status" = 2 || fail "what is no finding: exit status $status, expected 2"
exit "$failed"
