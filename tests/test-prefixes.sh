#!/bin/sh
# Every prefix of a small capture ends in status 0, 1 or 3, with a message unless 0, and in a tally whose packets, bytes and
# requests are no more than the whole's. TRACE: another of tests/traces (figure-08-hourly-tally has 1,736 prefixes).
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
home=192.0.2.0/24

# sums FOLDER: packets, bytes and request packets of all tallies there.
sums() {
	"$tally" dump --format json "$1"/*.tally | awk '
		/"record":"hour"/ {
			line = $0
			while (match(line, /"packets":[0-9]+,"bytes":[0-9]+/)) {
				split(substr(line, RSTART, RLENGTH), part, /[:,]/)
				packets += part[2]
				bytes += part[4]
				line = substr(line, RSTART + RLENGTH)
			}
		}
		/"record":"contact"/ && /"kind":"(malformed|syn|xmas|fin|null|echo|icmp)"/ {
			match($0, /"packets":[0-9]+/)
			requests += substr($0, RSTART + 10, RLENGTH - 10)
		}
		END { print packets + 0, bytes + 0, requests + 0 }'
}

trace=${TRACE:-figure-03-syn-and-reset}
"$compose" "${srcdir:-.}/tests/traces/$trace.txt" "$work/whole.pcap" || exit 99
"$tally" store --home "$home" --threads 1 --output "$work/whole" "$work/whole.pcap" || exit 99
# shellcheck disable=SC2046 # three numbers
set -- $(sums "$work/whole")
packets=$1 bytes=$2 requests=$3
size=$(wc -c <"$work/whole.pcap")
if [ "$packets" -eq 0 ] || [ "$bytes" -eq 0 ]; then
	echo "FAIL: the whole has no packets"
	exit 1
fi
length=0
while [ "$length" -lt "$size" ]; do
	head -c "$length" "$work/whole.pcap" >"$work/part.pcap"
	rm -rf "$work/part"
	"$tally" store --home "$home" --threads 1 --output "$work/part" "$work/part.pcap" 2>"$work/err"
	status=$?
	case $status in
	0 | 1 | 3) ;;
	*)
		fail "$length of $size octets: exit status $status"
		;;
	esac
	if [ "$status" -ne 0 ] && [ ! -s "$work/err" ]; then
		fail "$length of $size octets: exit status $status without a message"
	fi
	if [ -e "$work/part" ] && [ -n "$(ls "$work/part")" ]; then
		# shellcheck disable=SC2046
		set -- $(sums "$work/part")
		if [ "$1" -gt "$packets" ] || [ "$2" -gt "$bytes" ] || [ "$3" -gt "$requests" ]; then
			fail "$length of $size octets: $* packets, bytes, requests; the whole has $packets, $bytes, $requests"
		fi
	elif [ "$length" -gt 200 ]; then
		fail "$length of $size octets: nothing was tallied"
	fi
	length=$((length + 1))
done
echo "$size prefixes of a capture of $packets packets, $bytes bytes, $requests requests"
exit $((failed > 0))
