#!/bin/sh
# The archive of a site's days: calendar, years, months, weeks, feed, latest, and the links between pages. Composed sites of several days;
# oracles: dates worked out by hand, the days' own findings.ndjson, and every href of every page followed.
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
compose=${COMPOSE:-./tests/compose}
tally=${GNOMON_TALLY:-./gnomon-tally}
report=${GNOMON_REPORT:-./gnomon-report}
for program in "$tally" "$report" "$compose"; do
	[ -x "$program" ] || {
		echo "skipped: no $program"
		exit 77
	}
done
work=$(mktemp -d "${TMPDIR:-/tmp}/archive.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
failed=0
now=2030-01-01T00:00:00Z
reports=$work/reports/example
site=$work/site.conf

fail() {
	echo "FAIL $*"
	failed=$((failed + 1))
}

# new_site ZONE
new_site() {
	rm -rf "$work/store" "$work/reports" "$work/spool"
	mkdir "$work/spool"
	printf '[site]\nname = example\nhome = 192.0.2.0/24\nzone = %s\nspool = %s\nstore = %s\nreports = %s\n' "$1" "$work/spool" \
		"$work/store" "$work/reports" >"$site"
}

# add_hour TIME SOURCE...: that hour of the store, in which each of these hits 8 targets; one that hits none makes a packet of its own.
add_hour() {
	time=$1
	shift
	{
		echo "date ${time%T*}"
		echo sorted
		echo "${time#*T}:00:01 198.51.100.1.1024 > 192.0.2.1.25: S 1:1(0) win 512"
		for source; do
			for target in 1 2 3 4 5 6 7 8; do
				echo "${time#*T}:0$target:00 $source.1024 > 192.0.2.$target.$((20 + ${source##*.})): S 1:1(0) win 512"
			done
		done
	} >"$work/trace.txt"
	rm -rf "$work/tallies"
	"$compose" "$work/trace.txt" "$work/trace.pcap" &&
		"$tally" store --home 192.0.2.0/24 --grid 0 --output "$work/tallies" "$work/trace.pcap" || fail "no tally of $time"
	mkdir -p "$work/store/a/${time%T*}"
	mv "$work"/tallies/*.tally "$work/store/a/${time%T*}/${time#*T}00.tally"
}

# run STATUS COMMAND ARGUMENT...: messages in $work/err.
run() {
	expected=$1
	command=$2
	shift 2
	"$report" "$command" --site "$site" "$@" >"$work/out" 2>"$work/err"
	status=$?
	[ "$status" -eq "$expected" ] || fail "$command $*: exit status $status, expected $expected: $(cat "$work/err")"
}

day() {
	run 0 day --now $now "$@"
}

# Every file and link of the reports: name, number, time, what it leads to.
stamps() {
	find "$reports" ! -type d -printf '%P %i %T@ %l\n' | sort
}

# content: names and octets.
content() {
	(cd "$reports" && find . -type f -exec sha256sum {} + | sort -k 2 && readlink latest)
}

# no_dead_link WHEN: every href of every page leads to a file, and to an element where it names one.
no_dead_link() {
	find "$reports" \( -name '*.html' -o -name '*.atom' \) | while read -r page; do
		grep -o 'href="[^"]*"' "$page" | sed 's/^href="//; s/"$//' | sort -u | while read -r href; do
			file=$(dirname "$page")/${href%%#*}
			[ -n "${href%%#*}" ] || file=$page
			[ -f "$file" ] || echo "$page: $href"
			case $href in
			*#*) grep -q "id=\"${href#*#}\"" "$file" || echo "$page: $href (element)" ;;
			esac
		done
	done >"$work/dead"
	[ ! -s "$work/dead" ] || fail "$1: dead links: $(head -5 "$work/dead")"
}

# has FILE TEXT SENTENCE
has() {
	grep -qF -- "$2" "$reports/$1" || fail "$3: expected \"$2\" in $1"
}

hasnt() {
	! grep -qF -- "$2" "$reports/$1" || fail "$3: did not expect \"$2\" in $1"
}

new_site UTC
add_hour 2017-08-30T10 198.51.100.9
add_hour 2017-08-31T10 198.51.100.9 198.51.100.10
add_hour 2017-09-02T11 198.51.100.9
add_hour 2017-09-02T12
add_hour 2017-10-01T12 198.51.100.11
day 2017-08-30
no_dead_link 'a single day'
day 2017-08-31 2017-09-02 2017-10-01
no_dead_link 'several days'
[ -n "${KEEP:-}" ] && cp -r "$reports" "$KEEP"
[ "$failed" -eq 0 ]
