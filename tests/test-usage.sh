#!/bin/sh
# The command line of gnomon-tally: exit statuses, messages of one line, output formats; on a trace composed here.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# expect SENTENCE STATUS WORDS ARGUMENT...: the exit status, and words on stderr ('': nothing there). Output stays in $work/out.
expect() {
	sentence=$1
	status=$2
	words=$3
	shift 3
	"$tally" "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
	if [ -n "$words" ]; then
		grep -qF -- "$words" "$work/err" || complain "expected \"$words\" in: $(cat "$work/err")"
	else
		[ ! -s "$work/err" ] || complain "said: $(cat "$work/err")"
	fi
}

# The same for usage errors: status 2, one line, nothing on stdout.
expect_usage() {
	sentence=$1
	words=$2
	shift 2
	expect "$sentence" 2 "$words" "$@"
	[ "$(wc -l <"$work/err")" -eq 1 ] || complain "expected one line: $(cat "$work/err")"
	grep -q '^gnomon-tally: ' "$work/err" || complain "no name before: $(cat "$work/err")"
	[ ! -s "$work/out" ] || complain "printed: $(cat "$work/out")"
}

# expect_output TEXT: all of the last command's stdout.
expect_output() {
	printf '%s\n' "$1" | diff - "$work/out" >"$work/diff" || complain "<expected >printed: $(cat "$work/diff")"
}

{
	echo 'date 2017-09-10'
	for host in 1 2 3 4 5 6 7 8; do
		echo "00:10:0$host.000000 IP 198.51.100.9.40000 > 192.0.2.$host.80: Flags [S], seq 1, win 512, length 0"
	done
	for host in 1 2 3 4 5 6 7; do
		echo "00:20:0$host.000000 IP 203.0.113.4.40000 > 192.0.2.$host.443: Flags [S], seq 1, win 512, length 0"
	done
	for host in 1 2 3 4 5 6; do
		echo "01:20:0$host.000000 IP 203.0.113.5.40000 > 192.0.2.$host.443: Flags [S], seq 1, win 512, length 0"
	done
} >"$work/scan.txt"
"$compose" "$work/scan.txt" "$work/scan.pcap" || exit 99
home=--home=192.0.2.0/24
scan=$work/scan.pcap
first='2017-09-10T00:00:00Z'
second='2017-09-10T01:00:00Z'

expect_usage 'a command is needed' 'expected a command'
expect_usage 'an unknown command is named' 'unknown command "cuont"' cuont
expect_usage 'count needs a file' 'expected a capture or tally' count
expect_usage 'an unknown option is named' 'nknown option --windw' count --windw=1h "$scan"
expect_usage 'a window is whole hours' '--window "90m": expected whole hours' count --window=90m "$scan"
expect_usage 'a window has a unit' '--window "24": expected whole hours' count --window=24 "$scan"
expect_usage 'a window is no 0' '--window "0h": expected whole hours' count --window=0h "$scan"
expect_usage 'a step is whole hours' '--step "1s": expected whole hours' count --step=1s "$scan"
expect_usage 'a step is no more than the window' '--step "2h": expected no more than the window' count --step=2h "$scan"
expect_usage 'hosts is 1 or more' '--hosts "0": expected a number from 1' count --hosts=0 "$scan"
expect_usage 'hosts is a number' '--hosts "7x": expected a number' count --hosts=7x "$scan"
expect_usage 'hosts is not negative' '--hosts "-1": expected a number' count --hosts=-1 "$scan"
expect_usage 'kinds are known' '--kinds "sny": expected kinds among malformed, syn' count --kinds=syn,sny "$scan"
expect_usage 'evidence is no kind' '--kinds "unreach": expected kinds among' count --kinds=unreach "$scan"
expect_usage 'targets are networks' '--targets: ' count --targets=192.0.2.0/33 "$scan"
expect_usage 'a tally of a site needs a site' '--tally, --sensor, --from and --to need --site' count --tally=web "$scan"
expect_usage 'a site has its home' '--home and --site: expected one of them' count --home=192.0.2.0/24 --site=x "$scan"
expect_usage 'files are of no sensor' '--sensor, --from and --to are for the site' count --site=x --sensor=dmz "$scan"
expect_usage 'kinds are not empty' '--kinds "": expected' count --kinds= "$scan"
expect_usage 'port 0 fits none' '--ports "0": expected ports from 1 to 65535' count --ports=0 "$scan"
expect_usage 'ports end at 65535' '--ports "80-65536": expected ports' count --ports=80-65536 "$scan"
expect_usage 'a range goes up' '--ports "90-80": expected ports' count --ports=90-80 "$scan"
expect_usage 'a list has no gaps' '--ports "": expected ports' count --ports=80,,81 "$scan"
expect_usage 'prefixes have 128 bits' '--prefix-v6 "129": expected a number from 1 to 128' count --prefix-v6=129 "$scan"
expect_usage 'formats are known' '--format "xml": expected text' count --format=xml "$scan"
expect_usage 'home is networks' '--home' count --home=192.0.2.0/33 "$scan"
expect_usage 'memory is a size' '--memory "lots": expected a size' count --memory=lots "$scan"
expect_usage 'memory is no less than 1M' '--memory "5K": expected a size' count --memory=5K "$scan"
expect_usage 'threads are 1 or more' '--threads "0": expected a number from 1' count --threads=0 "$scan"
expect_usage 'temp is a folder' "--temp \"$scan\": expected a folder" count --temp="$scan" "$scan"
expect_usage 'hour needs an output' 'expected --output TALLY' hour "$scan"
expect_usage 'hour needs a file' 'expected a capture' hour --output "$work/x.tally"
expect_usage 'a grid is within the hour' '--grid "60": expected a number from 0 to 59' hour --grid=60 --output "$work/x.tally" "$scan"
expect_usage 'store needs an output' 'expected --output FOLDER' store "$scan"

expect 'help is help' 0 '' --help
grep -q '^  count ' "$work/out" || complain 'no count in it'
expect 'version is told' 0 '' --version
grep -q '^gnomon-tally [0-9]' "$work/out" || complain "printed: $(cat "$work/out")"
for command in count hour run store; do
	expect "$command has help" 0 '' "$command" --help
	grep -q 'Example: gnomon-tally' "$work/out" || complain 'no example in it'
	[ "$(wc -l <"$work/out")" -le 24 ] || complain 'longer than a screen'
done

expect 'text is figure 8' 0 '' count "$home" "$scan"
expect_output "$first to $second
Hourly Tally Counter

  8 198.51.100.9
  7 203.0.113.4"
expect 'a longer window says so' 0 '' count "$home" --window=24h --hosts=8 "$scan"
expect_output "$first to 2017-09-11T00:00:00Z
Tally Counter, 24 h

  8 198.51.100.9"
expect 'JSON is an object a line' 0 '' count "$home" --hosts=8 --format=json "$scan"
expect_output "{\"window_start\":\"$first\",\"window_end\":\"$second\",\"source\":\"198.51.100.9\",\"hosts\":8}"
expect 'CSV has a header' 0 '' count "$home" --hosts=8 --format=csv "$scan"
expect_output "window_start,window_end,source,hosts
$first,$second,198.51.100.9,8"
expect 'ports filter' 0 '' count "$home" --ports=440-443 --format=csv "$scan"
expect_output "window_start,window_end,source,hosts
$first,$second,203.0.113.4,7"
expect 'kinds filter' 0 '' count "$home" --kinds=ack,udp --format=csv "$scan"
expect_output 'window_start,window_end,source,hosts'
expect 'a default home is told' 0 'home is 10.0.0.0/8' count "$scan"

expect 'a file that is not there, alone' 1 'no-such' count "$home" "$work/no-such"
[ "$(wc -l <"$work/err")" -eq 1 ] || complain "said: $(cat "$work/err")"
expect 'a file that is not there beside one that is' 3 'no-such' count "$home" --hosts=8 --format=csv "$work/no-such" "$scan"
expect_output "window_start,window_end,source,hosts
$first,$second,198.51.100.9,8"
echo text >"$work/text"
expect 'a file that is no capture' 1 'not a capture' count "$home" "$work/text"
head -c 700 "$scan" >"$work/cut.pcap"
expect 'a capture cut short' 3 'cut.pcap' count "$home" --hosts=1 "$work/cut.pcap"
grep -q '198.51.100.9' "$work/out" || complain 'what came before the cut does not count'

expect 'two hours are not one' 1 "packets of the hours $first, $second: expected one hour" \
	hour "$home" --output "$work/x.tally" "$scan"
[ ! -e "$work/x.tally" ] || complain 'left a tally'
expect 'an hour of another grid' 1 'T00:30:00Z' hour "$home" --grid=30 --output "$work/x.tally" "$scan"
expect 'store writes a file an hour' 0 '' store "$home" --output "$work/tallies" "$scan"
[ "$(ls "$work/tallies" | tr '\n' ' ')" = '2017-09-10T0000.tally 2017-09-10T0100.tally ' ] ||
	complain "wrote: $(ls "$work/tallies")"
expect 'tallies count like their captures' 0 '' count --window=2h --hosts=6 --format=csv "$work"/tallies/*.tally
expect_output "window_start,window_end,source,hosts
$first,2017-09-10T02:00:00Z,198.51.100.9,8
$first,2017-09-10T02:00:00Z,203.0.113.4,7
$first,2017-09-10T02:00:00Z,203.0.113.5,6"
expect 'tallies and captures mix, and the same twice counts once' 0 '' count "$home" --window=2h --hosts=8 --format=csv \
	"$work/tallies/2017-09-10T0000.tally" "$scan"
expect_output "window_start,window_end,source,hosts
$first,2017-09-10T02:00:00Z,198.51.100.9,8"
expect 'a tally of another home is told' 0 'tallied with home 192.0.2.0/24, not 10.0.0.0/8' \
	count --home=10.0.0.0/8 "$work/tallies/2017-09-10T0000.tally"
head -c 200 "$work/tallies/2017-09-10T0000.tally" >"$work/cut.tally"
expect 'a tally cut short, alone' 1 'cut.tally' count "$work/cut.tally"
expect 'a tally cut short beside a whole one' 3 'cut.tally' count --hosts=6 --format=csv "$work/cut.tally" \
	"$work/tallies/2017-09-10T0100.tally"
expect_output "window_start,window_end,source,hosts
$second,2017-09-10T02:00:00Z,203.0.113.5,6"
expect 'store into a file' 1 'cannot' store "$home" --output "$work/text/x" "$scan"
# A pipe is empty once it is read: nothing may open it again.
mkfifo "$work/pipe"
(cat "$scan" >"$work/pipe") &
sentence='a named pipe is read once'
timeout 20 "$tally" count --hosts=8 --format=csv "$work/pipe" >"$work/out" 2>"$work/err" || complain "exit status $?"
wait
# Each hour wants a descriptor; the limit that a shell gives is raised as far as it may be.
{
	echo 'date 2017-09-10'
	for day in 1 2 3 4 5 6 7 8 9; do
		for hour in 00 01 02 03 04 05 06 07 08 09 10 11; do
			echo "date 2017-09-0$day"
			echo "$hour:20:00.000000 IP 203.0.113.5.40000 > 192.0.2.1.443: Flags [S], seq 1, win 512, length 0"
		done
	done
} >"$work/hours.txt"
"$compose" "$work/hours.txt" "$work/hours.pcap" || exit 99
sentence='more hours than descriptors'
(
	# shellcheck disable=SC3045 # the hard limit stays, which POSIX has no word for; dash and bash have
	ulimit -S -n 64
	"$tally" count "$home" --hosts=1 --format=csv "$work/hours.pcap" >"$work/out" 2>"$work/err"
) || complain "exit status $?: $(cat "$work/err")"
[ "$(wc -l <"$work/out")" -eq 109 ] || complain "listed $(wc -l <"$work/out") lines"
# 2106-02-07T06:28:15Z, and a fraction that carries an hour over it: the last time a capture can tell.
{
	printf '\324\303\262\241\002\000\004\000\0\0\0\0\0\0\0\0\377\377\0\0\145\0\0\0'
	printf '\377\377\377\377\377\377\377\377\024\0\0\0\024\0\0\0'
	printf 'E\0\0\024\0\0\0\0\100\001\0\0\313\0\161\011\300\0\002\001'
} >"$work/last.pcap"
expect 'the last time of all counts' 0 '' count "$home" --hosts=1 --format=csv "$work/last.pcap"
expect_output "window_start,window_end,source,hosts
2106-02-07T07:00:00Z,2106-02-07T08:00:00Z,203.0.113.9,1"
sentence='a limit of file sizes leaves no half tally'
(
	ulimit -f 0
	"$tally" store "$home" --output "$work/limited" "$scan" 2>/dev/null
)
got=$?
[ "$got" -eq 1 ] || complain "exit status $got"
[ -z "$(ls -A "$work/limited")" ] || complain "left $(ls -A "$work/limited")"
sentence='a closed output is told'
"$tally" count "$home" "$scan" >&- 2>"$work/err"
got=$?
[ "$got" -eq 1 ] || complain "exit status $got"
grep -q 'cannot be written' "$work/err" || complain "said: $(cat "$work/err")"
if [ -w /dev/full ]; then
	sentence='a full disk is told'
	"$tally" count "$home" "$scan" >/dev/full 2>"$work/err"
	got=$?
	[ "$got" -eq 1 ] || complain "exit status $got"
	grep -q 'cannot be written' "$work/err" || complain "said: $(cat "$work/err")"
fi
exit $((failed > 0))
