#!/bin/sh
# What bash completes: the commands, options and formats that --help of the programs built here tells.
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
if ! command -v bash >/dev/null || ! [ -x ./gnomon ] || ! [ -x ./gnomon-tally ]; then
	echo 'skipped: no bash, or no programs'
	exit 77
fi
failed=0

# complete WORD...: what the last of them may become, in one line.
completions() {
	PATH=$PWD:$PATH bash -c '. "$0"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _gnomon; echo "${COMPREPLY[@]}"' \
		"$srcdir/scripts/gnomon.bash-completion" "$@" 2>/dev/null
}

# expect SENTENCE COMPLETIONS WORD...
expect() {
	sentence=$1
	expected=$2
	shift 2
	got=$(completions "$@")
	[ "$got" = "$expected" ] && return
	echo "FAIL $sentence: $* became \"$got\", expected \"$expected\""
	failed=1
}

expect 'a command' 'status' gnomon sta
expect 'a command of a program' 'verify' gnomon-tally ver
expect 'a command behind the front door' 'verify' gnomon tally ver
expect 'no program is a command' '' gnomon tally gnomon
expect 'an option with a value' '--site=' gnomon check --si
expect 'a path as the value' '--output=' gnomon-tally store --ou
expect 'several words as the value' '--get=' gnomon-tally settings --ge
expect 'an option with a short form' '--interface=' gnomon collect --int
expect 'an option of a group' '--sport=' gnomon tally search --sp
expect 'an option without a value' '--dry-run' gnomon run --dry
expect 'an option of a command behind the front door' '--threads=' gnomon tally verify --thr
expect 'a command of packets' 'extract' gnomon tally ext
expect 'an option of it' '--sensor=' gnomon tally extract --sen
expect 'a command of thresholds' 'tune' gnomon tally tu
expect 'an option of it' '--at-most=' gnomon tally tune --at
expect 'an option of another command is none' '' gnomon tally verify --hosts
expect 'an option of a script' '--sensor' gnomon fetch --sen
expect 'a command of the report' 'index' gnomon report ind
expect 'an option of another script' '--sendmail' gnomon mail --sen
expect 'an option of names' '--verbose' gnomon names --verb
expect 'an option of a day' '--print' gnomon report day --pr
expect 'an option of an incident' '--sanitize' gnomon report incident --san
expect 'the formats of a count' 'text json csv' gnomon tally count --format =
expect 'a format' 'json' gnomon tally count --format = js
expect 'a format as a word of its own' 'csv' gnomon-tally tune --format c
expect 'the formats of a scan' 'text json csv eve zeek dshield' gnomon scan --format =
expect 'the formats of a day' 'zeek' gnomon report day --format = z
expect 'the formats of a dump' 'text json' gnomon tally dump --format ''
expect 'no format where there is none' '' gnomon check --format =
expect 'no format after another option' '' gnomon tally count --hosts =
exit $failed
