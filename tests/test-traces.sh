#!/bin/sh
# Composes every trace of tests/traces and holds what it says of itself against what gnomon counts and finds.
#
# In a trace:
#   #= NAME: count ARGUMENT...         a run; files are traces beside this one (other.txt), or this one when none is named
#   #= NAME TIME SOURCE HOSTS SENTENCE a line that the run prints; HOSTS 0: a line it must not print
#   #= NAME exits STATUS               its exit status, 0 when not said
#   #| TEXT                            a line of the last run's output as it stands (for --format text); others may lie
#                                      between, the order is held
#   #= NAME: scan ARGUMENT...          a run of "gnomon scan"
#   #= NAME finding DETECTOR SOURCE VERDICT SENTENCE    it has such a finding; "-" for any verdict
#   #= NAME none DETECTOR SOURCE SENTENCE               it has none; "-" for any detector, or any source
#                                      a detector that "gnomon-report scan --list" does not name is not held to it
# A run of count prints the lines it is said to print and no other. TIME: HH:MM of the day of the last "date" line, or
# YYYY-MM-DD, or YYYY-MM-DDTHH:MM, all UTC. SOURCE: an address, or a name of a "host" line above.
#
# Usage: test-traces.sh [TRACE.txt...]; one line for every sentence that fails.
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
compose=${COMPOSE:-./tests/compose}
tally=${GNOMON_TALLY:-./gnomon-tally}
gnomon=${GNOMON:-./gnomon}
traces=$srcdir/tests/traces

[ -x "$tally" ] || {
	echo "skipped: no $tally"
	exit 77
}
work=$(mktemp -d "${TMPDIR:-/tmp}/traces.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
failed=0
sentences=0
report=$(dirname "$gnomon")/gnomon-report
detectors=
[ ! -x "$report" ] || detectors=$("$report" scan --list | sed -n 's/^\([a-z-]*\):.*/\1/p')

fail() {
	echo "FAIL $*"
	failed=$((failed + 1))
}

# A trace's expectations, one a line, fields parted by tabs: run NAME ARGUMENTS | exits NAME STATUS | text NAME LINE |
# row NAME TIME SOURCE HOSTS SENTENCE | finding NAME DETECTOR SOURCE VERDICT SENTENCE (no finding: VERDICT "none").
read_expectations() {
	awk -v OFS='\t' '
		function rest(n,   line, i) {
			line = $0
			for (i = 0; i < n; i++)
				sub(/^[ \t]*[^ \t]+/, "", line)
			sub(/^[ \t]+/, "", line)
			return line
		}
		function instant(time) {
			if (time ~ /^[0-9][0-9]:/)
				time = day "T" time
			if (time ~ /^[0-9-]+$/)
				time = time "T00:00"
			return time ~ /Z$/ ? time : time ":00Z"
		}
		function numbers(name) {
			return name in address ? address[name] : name
		}
		BEGIN { day = "2000-01-01" }
		$1 == "host" { address[$2] = $3 }
		$1 == "date" { day = $2 }
		$1 == "#|" { print "text", run, substr($0, 4) }
		$1 != "#=" { next }
		$2 ~ /:$/ { run = substr($2, 1, length($2) - 1); print "run", run, rest(2); next }
		$3 == "exits" { print "exits", $2, $4; next }
		$3 == "finding" { print "finding", $2, $4, numbers($5), $6, rest(6); next }
		$3 == "none" { print "finding", $2, $4, numbers($5), "none", rest(5); next }
		{ print "row", $2, instant($3), numbers($4), $5, rest(5) }
	' "$1"
}

# Leaves out the findings of detectors that are not built, and notes them.
drop_unknown_detectors() {
	awk -F '\t' -v known=" $(echo "$detectors" | tr '\n' ' ') " -v unheld="$work/unheld" '
		$1 == "finding" && (known ~ /^ *$/ || ($3 != "-" && !index(known, " " $3 " "))) { print $3 >>unheld; next }
		{ print }
	'
}

# JSON lines of count as "WINDOW_START SOURCE HOSTS".
read_lines() {
	awk -v OFS='\t' '
		function field(name) {
			if (!match($0, "\"" name "\": *\"?[^\",}]*"))
				return "?"
			name = substr($0, RSTART, RLENGTH)
			sub(/^"[^"]*": *"?/, "", name)
			return name
		}
		{ print field("window_start"), field("source"), field("hosts") }
	'
}

# Prints a line for each sentence that does not hold. $1: expectations, $2: name of the run, $3: what it printed, as read_lines has it.
compare() {
	awk -F '\t' -v name="$2" '
		NR == FNR {
			if ($1 == "row" && $2 == name) {
				expected[$3 " " $4] = $5
				sentence[$3 " " $4] = $6
			}
			next
		}
		{
			line = $1 " " $2
			if (!(line in expected))
				print name ": " line " " $3 ": not expected at all"
			got[line] = $3
			if ($1 < start || ($1 == start && $3 + 0 > hosts + 0))
				print name ": " line " " $3 ": out of order"
			start = $1
			hosts = $3
		}
		END {
			for (line in expected)
				if (got[line] + 0 != expected[line] + 0)
					print name ": " line ": expected " expected[line] ", got " \
						got[line] + 0 ": " sentence[line]
		}
	' "$1" "$3"
}

# The same for the findings of a scan; $3: its JSON lines.
compare_findings() {
	awk -F '\t' -v name="$2" '
		NR == FNR {
			if ($1 == "finding" && $2 == name)
				expected[n++] = $0
			next
		}
		{
			line = $0
			gsub(/": +/, "\":", line)
			detectors = sources = verdict = ""
			if (match(line, /"detectors":\[[^]]*/))
				detectors = substr(line, RSTART, RLENGTH)
			if (match(line, /"sources":\[[^]]*/))
				sources = substr(line, RSTART, RLENGTH)
			if (match(line, /"verdict":"[^"]*/))
				verdict = substr(line, RSTART + 11, RLENGTH - 11)
			for (i = 0; i < n; i++) {
				split(expected[i], want, "\t")
				if ((want[3] == "-" || index(detectors, "\"" want[3] "\"")) &&
				    (want[4] == "-" || index(sources, "\"" want[4] "\"")))
					got[i] = got[i] " " verdict
			}
		}
		END {
			for (i = 0; i < n; i++) {
				split(expected[i], want, "\t")
				if (want[5] == "none")
					held = got[i] == ""
				else if (want[5] == "-")
					held = got[i] != ""
				else
					held = index(got[i] " ", " " want[5] " ")
				if (!held)
					print name ": " want[3] " " want[4] ": expected " want[5] ", got" \
						(got[i] == "" ? " none" : got[i]) ": " want[6]
			}
		}
	' "$1" "$3"
}

compose_once() {
	[ -f "$work/$1.pcap" ] || "$compose" "$traces/$1.txt" "$work/$1.pcap"
}

# $1: trace, $2: name of the run, $3: its arguments.
check_run() {
	set -f
	# shellcheck disable=SC2086 # the arguments are words
	set -- "$1" "$2" $3
	set +f
	trace=$1 name=$2 files=0 text=0
	shift 2
	n=$#
	while [ "$n" -gt 0 ]; do
		argument=$1
		shift
		case $argument in
		*.txt)
			argument=${argument%.txt}
			compose_once "$argument" || return
			argument=$work/$argument.pcap files=1
			;;
		--format) text=1 ;;
		esac
		set -- "$@" "$argument"
		n=$((n - 1))
	done
	[ "$files" = 1 ] || set -- "$@" "$work/$trace.pcap"
	[ "$text" = 1 ] || set -- "$@" --format json
	program=$tally
	case $1 in
	count) ;;
	scan)
		[ -n "$detectors" ] || return
		program=$gnomon
		;;
	*)
		fail "$trace: $name: expected \"count\" or \"scan\", found \"$1\""
		return
		;;
	esac
	"$program" "$@" >"$work/output" 2>"$work/messages"
	status=$?
	wanted=$(awk -F '\t' -v name="$name" '$1 == "exits" && $2 == name { print $3 }' "$work/expectations")
	[ "$status" = "${wanted:-0}" ] ||
		fail "$trace: $name: exit status $status, expected ${wanted:-0}: $(head -n 1 "$work/messages")"
	if [ "$text" = 1 ]; then
		awk -F '\t' -v name="$name" '$1 == "text" && $2 == name { print $3 }' "$work/expectations" >"$work/text"
		missing=$(awk 'NR == FNR { wanted[n++] = $0; next } $0 == wanted[at] { at++ } END { if (at < n) print wanted[at] }' \
			"$work/text" "$work/output")
		[ -z "$missing" ] || fail "$trace: $name: not printed, or not in this order: $missing"
		return
	fi
	if [ "$program" = "$gnomon" ]; then
		compare_findings "$work/expectations" "$name" "$work/output" >"$work/differences" ||
			fail "$trace: $name: cannot compare"
	else
		read_lines <"$work/output" >"$work/lines"
		compare "$work/expectations" "$name" "$work/lines" >"$work/differences" ||
			fail "$trace: $name: cannot compare"
	fi
	while IFS= read -r line; do
		fail "$trace: $line"
	done <"$work/differences"
}

[ $# -gt 0 ] || set -- "$traces"/*.txt
for file in "$@"; do
	trace=$(basename "$file" .txt)
	compose_once "$trace" || {
		fail "$trace: cannot be composed"
		continue
	}
	if ! read_expectations "$file" >"$work/all" || ! drop_unknown_detectors <"$work/all" >"$work/expectations"; then
		fail "$trace: what it expects cannot be read"
	fi
	sentences=$((sentences + $(grep -cE '^(row|finding)' "$work/expectations")))
	grep '^run' "$work/expectations" >"$work/runs" || fail "$trace: expects nothing"
	while IFS='	' read -r _ name arguments; do
		check_run "$trace" "$name" "$arguments"
	done <"$work/runs"
	awk -F '\t' '$1 == "run" { known[$2] } $1 != "run" && !($2 in known) { print $2 }' "$work/expectations" \
		>"$work/unknown"
	while IFS= read -r name; do
		fail "$trace: \"$name\" is no run of this trace"
	done <"$work/unknown"
done
[ ! -s "$work/unheld" ] || echo "skipped: $(wc -l <"$work/unheld") findings of detectors that are not there:" \
	"$(sort -u "$work/unheld" | tr '\n' ' ')"
echo "$sentences sentences in $# traces, $failed failed"
[ "$failed" = 0 ]
