#!/bin/sh
# The front door, with small programs in place of gnomon-tally and gnomon-report that tell how they were called.
# GNOMON: the script to test (default: the one built here).
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
mkdir "$work/bin" "$work/tmp"
cp "$gnomon" "$work/bin/gnomon" || exit 99
gnomon=$work/bin/gnomon
TMPDIR=$work/tmp
export TMPDIR

# expect SENTENCE STATUS OUTPUT COMMAND...: the status and all of stdout; stderr is left in $work/err.
expect() {
	sentence=$1
	status=$2
	output=$3
	shift 3
	got=$("$@" 2>"$work/err")
	got_status=$?
	[ "$got_status" -eq "$status" ] || complain "exit status $got_status, expected $status: $(cat "$work/err")"
	[ "$got" = "$output" ] || complain "printed \"$got\", expected \"$output\""
	[ -z "$(ls "$TMPDIR")" ] || complain "left behind: $(ls "$TMPDIR")"
}

# expect_usage_error SENTENCE WORDS COMMAND...: exit status 2 and one line on stderr with the words.
expect_usage_error() {
	words=$2
	sentence=$1
	shift 2
	expect "$sentence" 2 '' "$@"
	[ "$(wc -l <"$work/err")" -eq 1 ] || complain "expected one line, found: $(cat "$work/err")"
	grep -qF -- "$words" "$work/err" || complain "expected \"$words\" in: $(cat "$work/err")"
}

# make_program NAME BODY
make_program() {
	printf '#!/bin/sh\n%s\n' "$2" >"$work/bin/gnomon-$1"
	chmod +x "$work/bin/gnomon-$1"
}

expect_usage_error 'what is not built is not run' 'unknown command "tally"' "$gnomon" tally
expect_usage_error 'scan needs both programs' 'expected gnomon-tally' "$gnomon" scan x.pcap
sentence='what is not built is not offered'
"$gnomon" --help | grep -q '^  [a-z]* *[a-z]* .* hour\|^  scan ' && complain 'a program that is not there'
expect_usage_error 'a command of what is not built is not run' 'unknown command "run"' "$gnomon" run

# shellcheck disable=SC2016
make_program tally 'for a; do printf "<%s>" "$a"; done; exit 7'
sentence='what is built is offered'
"$gnomon" --help | grep -q '^  tally ' || complain 'no tally'
"$gnomon" --help | grep -q '^  report ' && complain 'report is offered'
for command in run check status; do
	sentence="gnomon $command is a command of gnomon-tally"
	"$gnomon" --help | grep -q "^  $command " || complain "no $command"
	expect "$sentence" 7 "<$command><--site><a b>" "$gnomon" "$command" --site 'a b'
done
for command in collect fetch mail names; do
	sentence="gnomon $command is gnomon-$command"
	"$gnomon" --help | grep -q "^  $command " && complain "$command is offered"
	# shellcheck disable=SC2016
	make_program $command 'for a; do printf "[%s]" "$a"; done'
	"$gnomon" --help | grep -q "^  $command " || complain "no $command"
	expect "$sentence" 0 '[--sensor][a b]' "$gnomon" "$command" --sensor 'a b'
done
expect 'a command gets its arguments and gives its status' 7 '<a b><*><--help>' "$gnomon" tally 'a b' '*' --help
expect_usage_error 'an unknown command is one line' 'unknown command "tales"' "$gnomon" tales
expect_usage_error 'a command is no path' 'unknown command "../tally"' "$gnomon" ../tally
expect 'version' 0 "$("$gnomon" --version)" "$gnomon" --version
ln -s bin/gnomon "$work/link"
expect 'a link finds the programs' 7 '<x>' "$work/link" tally x

# What the tally is called with goes into the folder, where the report finds it.
# shellcheck disable=SC2016
make_program tally '[ "$1 $2" = "store --output" ] || exit 50
folder=$3; shift 3
for a; do printf "<%s>" "$a"; [ "$a" != - ] || cat; done >"$folder/asked.tally"
echo "a message" >&2
exit "${TALLY_STATUS:-0}"'
# shellcheck disable=SC2016
make_program report 'for a; do case $a in */gnomon.*) cat "$a/asked.tally" ;; *) printf "[%s]" "$a" ;; esac; done
echo "a report" >&2
exit "${REPORT_STATUS:-0}"'
expect 'scan hands captures to the tally and the tally to the report' 0 '[scan]<--><a.pcap>' "$gnomon" scan a.pcap
expect 'options go where they belong, wherever they stand' 0 \
	'[scan][--hosts=3][--format=json]<--home=10.0.0.0/8><--><a><b>' \
	"$gnomon" scan a --hosts 3 --home=10.0.0.0/8 --format=json b
expect 'any file name stays what it is' 0 "[scan]<--><it's \$HOME><*><
><--hosts>" "$gnomon" scan "it's \$HOME" '*' '
' -- --hosts
expect 'standard input reaches the tally' 0 '[scan]<--><->packets' sh -c "echo packets | '$gnomon' scan -"
sentence='messages pass'
grep -q '^a message$' "$work/err" || complain 'no message'
TALLY_STATUS=3
export TALLY_STATUS
expect 'a shortfall is told after the report' 3 '[scan]<--><a>' "$gnomon" scan a
TALLY_STATUS=1
expect 'without a tally there is no report' 1 '' "$gnomon" scan a
TALLY_STATUS=3
REPORT_STATUS=1
export REPORT_STATUS
expect "the report's failure is the scan's" 1 '[scan]<--><a>' "$gnomon" scan a
sentence='a report that failed says why'
grep -q '^a report$' "$work/err" || complain 'no message'
REPORT_STATUS=3
expect 'a shortfall is no failure' 3 '[scan]<--><a>' "$gnomon" scan a
sentence='what the tally told, the report does not tell again'
[ "$(cat "$work/err")" = 'a message' ] || complain "said: $(cat "$work/err")"
unset TALLY_STATUS REPORT_STATUS
mv "$work/bin/gnomon-tally" "$work/tally"
make_program tally 'exit 0'
expect 'captures without a packet are no failure' 0 '' "$gnomon" scan a
grep -q 'no packet in these captures' "$work/err" || complain "said: $(cat "$work/err")"
mv "$work/tally" "$work/bin/gnomon-tally"

expect_usage_error 'scan needs a capture' 'no capture given' "$gnomon" scan --hosts 3
expect_usage_error 'scan knows its options' 'unknown option --host' "$gnomon" scan --host 3 a
expect_usage_error 'a value is missing' '--hosts: expected a value' "$gnomon" scan a --hosts
expect_usage_error 'an empty home is none' '--home "": expected a value' "$gnomon" scan --home= a
for hosts in 0 -1 x 7x 1.5 9999999999; do
	expect_usage_error "--hosts $hosts is no number of hosts" "\"$hosts\": expected a number" "$gnomon" scan "--hosts=$hosts" a
done
expect_usage_error 'formats are few' '"xml": expected text, json, csv, eve, zeek or dshield' "$gnomon" scan --format xml a

# A signal ends the tally, and nothing is left behind.
# shellcheck disable=SC2016
make_program tally 'echo $$ >"$TMPDIR/../pid"; exec sleep 60'
sentence='a signal ends it all'
"$gnomon" scan a &
door=$!
tries=0
while [ ! -s "$work/pid" ] && [ $tries -lt 50 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
kill -TERM $door
wait $door
[ $? -eq 143 ] || complain 'expected exit status 143'
kill -0 "$(cat "$work/pid")" 2>/dev/null && complain 'the tally is still running'
[ -z "$(ls "$TMPDIR")" ] || complain "left behind: $(ls "$TMPDIR")"

exit $((failed > 0))
