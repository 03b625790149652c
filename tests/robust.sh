#!/bin/sh
# Hard files: everything in ../shared/data/robust.tar.zst beside the top of the sources is counted, and scanned. Each must end
# within the time, in exit status 0, 1 or 3, with what is wrong on stderr when it is not 0: each thing a line that names the
# file, and no line twice. Not part of `make check`; run from the top of a build, best one with sanitizers. Skipped when the
# archive is not there.
# TALLY, GNOMON: the programs to try (default: those built here). Usage: robust.sh [FILE...], other files instead.
set -u
tally=${TALLY:-./gnomon-tally}
gnomon=${GNOMON:-./gnomon}
archive=${srcdir:-$(dirname "$0")/..}/../shared/data/robust.tar.zst
home=10.0.0.0/8,192.168.0.0/16,172.16.0.0/12
seconds=20

# A sanitizer's report has an exit status that none of ours is.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99
UBSAN_OPTIONS=${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}exitcode=99
G_DEBUG=fatal-warnings
G_SLICE=always-malloc
export ASAN_OPTIONS UBSAN_OPTIONS G_DEBUG G_SLICE

if [ $# -eq 0 ] && [ ! -f "$archive" ]; then
	echo "SKIP: no $archive"
	exit 77
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/robust.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
runs=0
whole=0
unread=0
partly=0
failed=0

complain() {
	echo "FAIL $*"
	head -n 20 "$work/messages"
	failed=$((failed + 1))
}

# try FILE COMMAND...
try() {
	file=$1
	shift
	runs=$((runs + 1))
	timeout --kill-after=5 "$seconds" "$@" "$file" >"$work/output" 2>"$work/messages" </dev/null
	status=$?
	# A capture without a packet is whole, too.
	if [ ! -s "$work/output" ]; then
		sed -i '/^gnomon: scan: no packet in these captures: nothing to report$/d' "$work/messages"
	fi
	case $status in
	0) whole=$((whole + 1)) ;;
	1) unread=$((unread + 1)) ;;
	3) partly=$((partly + 1)) ;;
	*) complain "$* $file: exit status $status" && return ;;
	esac
	if [ "$status" -eq 0 ]; then
		[ ! -s "$work/messages" ] || complain "$* $file: nothing was missing, and yet:"
		return
	fi
	[ -s "$work/messages" ] || complain "$* $file: exit status $status, and not a word"
	grep -qvF "$file: " "$work/messages" && complain "$* $file: a line that does not name the file:"
	[ -z "$(sed 's/^[^:]*: //' "$work/messages" | sort | uniq -d)" ] || complain "$* $file: a line twice:"
}

if [ $# -eq 0 ]; then
	zstd -dc "$archive" | tar -xf - -C "$work" || exit 99
	set -- "$work"/robust/*
fi
mkdir "$work/tmp"
TMPDIR=$work/tmp
export TMPDIR
for capture; do
	try "$capture" "$tally" count --window 24h --step 1h --hosts 1 --home "$home"
	try "$capture" "$gnomon" scan --home "$home"
done
[ -z "$(ls "$TMPDIR")" ] || complain "left behind: $(ls "$TMPDIR")"
echo "$# files, $runs runs: $whole whole, $partly in part, $unread not at all, $failed failed"
[ "$runs" -gt 0 ] && [ "$failed" -eq 0 ]
