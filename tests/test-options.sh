#!/bin/sh
# Every option and command: what --help tells, the man page tells, and bash completes; and no page tells of one that is not.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
need_commands bash

# options_of COMMAND...: the long options that its help tells, but those for help and version, as completion has them.
options_of() {
	{ "$@" --help-all || "$@" --help; } 2>/dev/null </dev/null >"$work/help"
	sed -n 's/^  \(-[^ ,]*, \)\{0,1\}\(--[a-z0-9-]*\)\(=\{0,1\}\)[ ,A-Z.].*/\2\3/p' "$work/help" | grep -vE '^--(help.*|version)$' | sort
}

# commands_of PROGRAM
commands_of() {
	"$@" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  *.*/\1/p' | grep -v '^gnomon'
}

# text_of PAGE [TITLE...]: the page as text, of sections and subsections only those whose title matches one of these patterns.
text_of() {
	page=$1
	shift
	sed 's/\\-/-/g; s/\\f[RBIP]//g' "$page" | if [ $# -eq 0 ]; then cat; else
		awk -v titles="$(printf '|%s' "$@")" '
			/^\.S[HS] / { title = $0; sub(/^\.S[HS] /, "", title); gsub(/"/, "", title); in_it = title ~ "^(" substr(titles, 2) ")$" }
			in_it'
	fi
}

# named PAGE_TEXT: the long options in it.
named() {
	grep -oE -- '--[a-z][a-z0-9-]*' "$1" | sort -u
}

completed() {
	PATH=$PWD:$PATH bash -c '. "$0"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _gnomon; printf "%s\n" "${COMPREPLY[@]}"' \
		"$srcdir/scripts/gnomon.bash-completion" "$@" -- 2>/dev/null | grep -vE '^(--(help.*|version)|)$' | sort
}

# look PAGE TITLES COMMAND...: one command against its page (in sections of these titles, with | between) and its completion.
look() {
	page=$1
	titles=$2
	shift 2
	looked=$((looked + 1))
	sentence="$*"
	program=$PWD/$1
	first=$1
	shift
	options_of "$program" "$@" >"$work/options"
	[ -s "$work/options" ] || [ "$sentence" = gnomon ] || complain 'its help tells no option'
	text_of "$srcdir/$page" ${titles:+"$titles"} >"$work/text"
	named "$work/text" >"$work/named"
	sed 's/=$//' "$work/options" >"$work/bare"
	cat "$work/bare" >>"$work/all"
	while read -r option; do
		grep -qxF -- "$option" "$work/named" || complain "$page does not tell of $option"
	done <"$work/bare"
	[ "$sentence" = 'gnomon scan' ] && sed -i 's/=$//' "$work/options"
	completed "$first" "$@" >"$work/completed"
	diff "$work/options" "$work/completed" >"$work/diff" || complain "<in its help >completed: $(cat "$work/diff")"
}

looked=0
: >"$work/all"
for command in $(commands_of "$tally"); do
	look tally/gnomon-tally.1 "$command|OPTIONS" gnomon-tally "$command"
done
for command in $(commands_of "$report"); do
	upper=$(echo "$command" | tr '[:lower:]' '[:upper:]')
	look report/gnomon-report.1 "OPTIONS OF .*$upper.*" gnomon-report "$command"
done
look collect/gnomon-collect.8 '' gnomon-collect
look scripts/gnomon-fetch.8 '' gnomon-fetch
look scripts/gnomon-mail.8 '' gnomon-mail
look report/gnomon-names.8 '' gnomon-names
look scripts/gnomon.1 'OPTIONS OF SCAN' gnomon scan
[ "$looked" -ge 20 ] || fail "looked at $looked commands only"

sentence='every command has its place in a page'
for command in $(commands_of "$tally"); do
	grep -qx "\.SS $command" "$srcdir/tally/gnomon-tally.1" || complain "$command: no .SS in gnomon-tally(1)"
done
for command in $(commands_of "$report"); do
	grep -qx "\.B $command" "$srcdir/report/gnomon-report.1" || complain "$command: no paragraph in gnomon-report(1)"
done
for command in $(commands_of "$gnomon"); do
	text_of "$srcdir/scripts/gnomon.1" | grep -qE "^\.BI? \"?gnomon $command" || complain "$command: not in gnomon(1)"
done

# Those of no program of ours, and what collect takes beside its usual help.
printf '%s\n' --read --verify --version --help >>"$work/all"
for page in tally/gnomon-tally.1 report/gnomon-report.1 report/gnomon-findings.5 report/gnomon-names.8 collect/gnomon-collect.8 \
	scripts/gnomon.1 scripts/gnomon-fetch.8 scripts/gnomon-mail.8 etc/gnomon.conf.5; do
	sentence="$page tells of no option that is not"
	text_of "$srcdir/$page" >"$work/text"
	for option in $(named "$work/text"); do
		grep -qxF -- "$option" "$work/all" || complain "$option"
	done
done
exit $((failed > 0))
