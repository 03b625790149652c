#!/bin/sh
# The command line of gnomon-collect before it captures: what it refuses and how it says so. What needs an interface is in
# tests/batch/collect-live.sh.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# refused SENTENCE STATUS WORDS ARGUMENT...: the exit status, and one line that has the words.
refused() {
	sentence=$1
	status=$2
	words=$3
	shift 3
	timeout 20 "$collect" "$@" --spool "$work/spool" >"$work/out" 2>"$work/err" </dev/null
	found=$?
	[ "$found" -eq "$status" ] || fail "$sentence: exit status $found, expected $status: $(cat "$work/err")"
	grep -qF -- "$words" "$work/err" || fail "$sentence: expected \"$words\" in: $(cat "$work/err")"
	[ "$(wc -l <"$work/err")" -eq 1 ] || fail "$sentence: expected one line: $(cat "$work/err")"
	[ ! -s "$work/out" ] || fail "$sentence: printed $(cat "$work/out")"
	[ ! -e "$work/spool" ] || fail "$sentence: a spool was made"
}

refused 'something to do is expected' 2 'expected --interface IF or --read FILE...' --sensor dmz
refused 'a file is not captured from' 2 'expected no file without --read' --interface lo trace.pcap
refused 'a snap length of 0 is none' 2 '--snap-length 0: expected 64 to 262144' --interface lo --snap-length 0
refused 'nor is one below it' 2 '--snap-length -1: expected 64 to 262144' --interface lo --snap-length=-1
refused 'nor one beyond what libpcap takes' 2 '--snap-length 262145: expected' --interface lo --snap-length 262145
refused 'an hour has seconds' 2 '--hour-seconds 0: expected 1 to 3600' --interface lo --hour-seconds 0
refused 'a small buffer' 2 '--buffer 1K: expected a size in octets' --interface lo --buffer 1K
refused 'a buffer beyond what the kernel counts in' 2 '--buffer 2G: expected' --interface lo --buffer 2G
refused 'a size without a unit we know' 2 '--keep-free 1X: expected a size' --interface lo --keep-free 1X
refused 'an interface that makes no name of a sensor' 2 'sensor "eth0:1": expected at most 64 letters' --interface eth0:1
refused 'a sensor that leads out of the spool' 2 'sensor "../x": expected' --interface lo --sensor ../x
refused 'an interface that is not there' 1 'cannot open nosuchif0: ' --interface nosuchif0

# Nobody reads the messages any more: a pipe whose reader is gone.
mkfifo "$work/pipe"
: <"$work/pipe" &
exec 9>"$work/pipe"
wait
"$collect" --read --spool "$work/spool" --sensor dmz "$work/none.pcap" 2>&9
found=$?
exec 9>&-
[ "$found" -eq 1 ] || fail "without a reader of its messages it ends as with one: exit status $found"
exit $((failed > 0))
