#!/bin/sh
# Composes every trace of tests/traces and holds what it says of itself against what gnomon counts and finds.
#
# In a trace:
#   #= NAME: count ARGUMENT...         a run; files are traces beside this one (other.txt), or this one when none is named
#   #= NAME TIME SOURCE HOSTS SENTENCE a line that the run prints; HOSTS 0: a line it must not print
#   #= NAME exits STATUS               its exit status, 0 when not said
#   #| TEXT                            a line of the last run's output as it stands (for --format text); others may lie
#                                      between, the order is held
#   #= NAME: count ... OTHER.tally     OTHER.txt's hourly tally (home as in this run), where it stands for a file
#   #= NAME: hour ARGUMENT...          a run of "gnomon-tally hour"; its tally is dumped as JSON
#   #= NAME holds RECORD FIELD=VALUE... SENTENCE        it has such a record (hour, pair, contact, trait); the values of
#                                      a list are parted by commas, FIELD=? is a field that is not there
#   #= NAME lacks RECORD FIELD=VALUE... SENTENCE        it has none
#   #= NAME says TEXT                  a message on standard error holds this text
#   #= NAME: scan ARGUMENT...          a run of "gnomon scan"
#   #= NAME finds N SENTENCE           it has N findings and no other
#   #= NAME finding DETECTOR SOURCE VERDICT SENTENCE    it has such a finding
#   #= NAME none DETECTOR SOURCE SENTENCE               it has none
#   #= NAME sources DETECTOR N SENTENCE                 a finding of this detector has N sources
#   #= NAME evidence SOURCE for|against VERDICT WORD... a finding of this source has such evidence; its text contains the
#                                      words in this order, parts of words as well, small letters or capitals
#                                      "-" for any detector, source, side, verdict; a|b for either of two (no source)
#                                      a detector that "gnomon-report scan --list" does not name is not held to it, and
#                                      a run that names one neither to finds nor to evidence
# A run of count prints the lines it is said to print and no other. TIME: HH:MM of the day of the last "date" line, or
# YYYY-MM-DD, or YYYY-MM-DDTHH:MM, all UTC. SOURCE: an address, or a name of a "host" line above.
#
# Usage: test-traces.sh [TRACE.txt...]; one line for every sentence that fails.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
traces=$srcdir/tests/traces
sentences=0
detectors=$("$report" scan --list | sed -n 's/^\([a-z-]*\):.*/\1/p')

# A trace's expectations, one a line, fields parted by tabs: run NAME ARGUMENTS | exits NAME STATUS | text NAME LINE |
# says NAME TEXT | record NAME holds|lacks FIELD=VALUE... SENTENCE | row NAME TIME SOURCE HOSTS SENTENCE |
# finding NAME DETECTOR SOURCE VERDICT SENTENCE (no finding: VERDICT "none") | finds NAME N SENTENCE |
# sources NAME DETECTOR N SENTENCE | evidence NAME SOURCE for|against VERDICT WORDS.
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
		# The fields that a record must have, names of hosts as addresses.
		function fields(   i, list, value) {
			list = "record=" $4
			for (i = 5; i <= NF && $i ~ /^[a-z0-9_-]+=/; i++) {
				value = substr($i, index($i, "=") + 1)
				list = list " " substr($i, 1, index($i, "=")) numbers(value)
			}
			words = i - 1
			return list
		}
		BEGIN { day = "2000-01-01" }
		$1 == "host" { address[$2] = $3 }
		$1 == "date" { day = $2 }
		$1 == "#|" { print "text", run, substr($0, 4) }
		$1 != "#=" { next }
		$2 ~ /:$/ { run = substr($2, 1, length($2) - 1); print "run", run, rest(2); next }
		$3 == "exits" { print "exits", $2, $4; next }
		$3 == "says" { print "says", $2, rest(3); next }
		$3 == "holds" || $3 == "lacks" { wanted = fields(); print "record", $2, $3, wanted, rest(words); next }
		$3 == "finding" { print "finding", $2, $4, numbers($5), $6, rest(6); next }
		$3 == "none" { print "finding", $2, $4, numbers($5), "none", rest(5); next }
		$3 == "finds" { print "finds", $2, $4, rest(4); next }
		$3 == "sources" { print "sources", $2, $4, $5, rest(5); next }
		$3 == "evidence" { print "evidence", $2, numbers($4), $5, $6, rest(6); next }
		{ print "row", $2, instant($3), numbers($4), $5, rest(5) }
	' "$1"
}

# Leaves out the findings of detectors that are not built, and what rests on them, and notes them.
drop_unknown_detectors() {
	awk -F '\t' -v known=" $(echo "$detectors" | tr '\n' ' ') " -v unheld="$work/unheld" '
		{ line[NR] = $0 }
		$1 ~ /^(finding|sources)$/ && $3 != "-" {
			n = split($3, detector, "|")
			for (i = 1; i <= n; i++)
				if (!index(known, " " detector[i] " "))
					lacks[$2] = unknown[NR] = detector[i]
		}
		$1 == "finding" && known ~ /^ *$/ { lacks[$2] = unknown[NR] = $3 }
		END {
			for (i = 1; i <= NR; i++) {
				split(line[i], field, "\t")
				if (field[1] ~ /^(finds|evidence)$/ && field[2] in lacks)
					unknown[i] = lacks[field[2]]
				if (i in unknown)
					print unknown[i] >>unheld
				else
					print line[i]
			}
		}
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

# The same for the records of a dumped tally; $3: its JSON lines.
compare_records() {
	awk -F '\t' -v name="$2" '
		function field(key,   value, first) {
			if (!match($0, "\"" key "\":"))
				return "?"
			value = substr($0, RSTART + RLENGTH)
			first = substr(value, 1, 1)
			if (first == "\"")
				value = substr(value, 2, index(substr(value, 2), "\"") - 1)
			else if (first == "[")
				value = substr(value, 1, index(value, "]"))
			else if (first == "{")
				value = substr(value, 1, index(value, "}"))
			else
				sub(/[,}].*/, "", value)
			gsub(/["{}]|\[|\]/, "", value)
			return value
		}
		function fits(wanted,   words, n, i, at) {
			n = split(wanted, words, " ")
			for (i = 1; i <= n; i++) {
				at = index(words[i], "=")
				if (field(substr(words[i], 1, at - 1)) != substr(words[i], at + 1))
					return 0
			}
			return 1
		}
		NR == FNR {
			if ($1 == "record" && $2 == name)
				expected[n++] = $0
			next
		}
		{
			for (i = 0; i < n; i++) {
				split(expected[i], want, "\t")
				if (fits(want[4]))
					got[i] = 1
			}
		}
		END {
			for (i = 0; i < n; i++) {
				split(expected[i], want, "\t")
				if (got[i] != (want[3] == "holds"))
					print name ": " (got[i] ? "has " : "has no ") want[4] ": " want[5]
			}
		}
	' "$1" "$3"
}

# The same for the findings of a scan; $3: its JSON lines.
compare_findings() {
	awk -F '\t' -v name="$2" '
		function one_of(value, list) {
			return list == "-" || index("|" list "|", "|" value "|")
		}
		function by_one_of(detectors, list,   detector, n, i) {
			n = split(list, detector, "|")
			for (i = 1; i <= n; i++)
				if (list == "-" || index(detectors, "\"" detector[i] "\""))
					return 1
			return 0
		}
		# What follows the first of the words a|b in the text, with a dot before it; "" when there is none.
		function after(text, words,   list, n, i, at, end) {
			n = split(words, list, "|")
			for (i = 1; i <= n; i++) {
				at = index(text, list[i])
				if (at && (!end || at + length(list[i]) < end))
					end = at + length(list[i])
			}
			return end ? "." substr(text, end) : ""
		}
		function contains(text, words,   list, n, i) {
			n = split(tolower(words), list, " ")
			for (i = 1; i <= n && text != ""; i++)
				text = after(text, list[i])
			return text != ""
		}
		# A list of JSON without its name and quotes.
		function bare(list) {
			sub(/^[^[]*[[]/, "", list)
			gsub(/"/, "", list)
			return list
		}
		# The evidence of a finding: fills side, judged, said; returns how many.
		function read_evidence(line,   list, n, i) {
			sub(/.*"evidence":\[/, "", line)
			sub(/[}]\].*/, "", line)
			n = split(line, list, /[}],[{]/)
			for (i = 1; i <= n; i++) {
				side[i] = list[i] ~ /"for":"/ ? "for" : "against"
				judged[i] = said[i] = list[i]
				sub(/.*"(for|against)":"/, "", judged[i])
				sub(/".*/, "", judged[i])
				sub(/.*"text":"/, "", said[i])
				said[i] = tolower(said[i])
			}
			return n
		}
		function has_evidence(want,   i) {
			for (i = 1; i <= n_evidence; i++)
				if (one_of(side[i], want[4]) && one_of(judged[i], want[5]) && contains(said[i], want[6]))
					return 1
			return 0
		}
		NR == FNR {
			if ($1 ~ /^(finding|finds|sources|evidence)$/ && $2 == name)
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
			n_sources = match(line, /"n_sources":[0-9]+/) ? substr(line, RSTART + 12, RLENGTH - 12) : 1
			n_evidence = read_evidence(line)
			found++
			all = all ", " verdict " of " bare(detectors) " by " bare(sources)
			for (i = 0; i < n; i++) {
				split(expected[i], want, "\t")
				told = by_one_of(detectors, want[3])
				if (want[1] == "finding" && told && (want[4] == "-" || index(sources, "\"" want[4] "\"")))
					got[i] = got[i] " " verdict
				if (want[1] == "sources" && told)
					got[i] = got[i] " " n_sources
				if (want[1] == "evidence" && (want[3] == "-" || index(sources, "\"" want[3] "\"")) &&
				    has_evidence(want))
					got[i] = "yes"
			}
		}
		function held(want, got,   list, n, i) {
			if (want == "none")
				return got == ""
			n = split(got, list, " ")
			for (i = 1; i <= n; i++)
				if (one_of(list[i], want))
					return 1
			return 0
		}
		END {
			for (i = 0; i < n; i++) {
				split(expected[i], want, "\t")
				got_one = got[i] == "" ? " none" : got[i]
				if (want[1] == "finds" && !one_of(found + 0, want[3]))
					print name ": expected " want[3] " findings, got " found + 0 all ": " want[4]
				if (want[1] == "finding" && !held(want[5], got[i]))
					print name ": " want[3] " " want[4] ": expected " want[5] ", got" got_one ": " want[6]
				if (want[1] == "sources" && !held(want[4], got[i]))
					print name ": " want[3] ": expected " want[4] " sources, got" got_one ": " want[5]
				if (want[1] == "evidence" && !got[i])
					print name ": " want[3] ": no evidence " want[4] " " want[5] ": " want[6]
			}
		}
	' "$1" "$3"
}

compose_once() {
	[ -f "$work/$1.pcap" ] || "$compose" "$traces/$1.txt" "$work/$1.pcap"
}

# $1: trace, $2: home.
tally_once() {
	compose_once "$1" && "$tally" hour --home "$2" --output "$work/$1.tally" "$work/$1.pcap"
}

# $1: trace, $2: name of the run, $3: its arguments.
check_run() {
	set -f
	# shellcheck disable=SC2086 # the arguments are words
	set -- "$1" "$2" $3
	set +f
	trace=$1 name=$2 files=0 text=0 home='' last=''
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
		*.tally)
			tally_once "${argument%.tally}" "$home" || return
			argument=$work/$argument files=1
			;;
		--format) text=1 ;;
		esac
		[ "$last" != --home ] || home=$argument
		last=$argument
		set -- "$@" "$argument"
		n=$((n - 1))
	done
	[ "$files" = 1 ] || set -- "$@" "$work/$trace.pcap"
	program=$tally kind=$1
	case $kind in
	count) [ "$text" = 1 ] || set -- "$@" --format json ;;
	hour) set -- "$@" --output "$work/tally" ;;
	scan)
		[ -n "$detectors" ] || return
		[ "$text" = 1 ] || set -- "$@" --format json
		program=$gnomon
		;;
	*)
		fail "$trace: $name: expected \"count\", \"hour\" or \"scan\", found \"$kind\""
		return
		;;
	esac
	"$program" "$@" >"$work/output" 2>"$work/messages"
	status=$?
	wanted=$(awk -F '\t' -v name="$name" '$1 == "exits" && $2 == name { print $3 }' "$work/expectations")
	[ "$status" = "${wanted:-0}" ] ||
		fail "$trace: $name: exit status $status, expected ${wanted:-0}: $(head -n 1 "$work/messages")"
	awk -F '\t' -v name="$name" '$1 == "says" && $2 == name { print $3 }' "$work/expectations" >"$work/says"
	while IFS= read -r line; do
		grep -qF -e "$line" "$work/messages" || fail "$trace: $name: does not say: $line"
	done <"$work/says"
	if [ "$text" = 1 ]; then
		awk -F '\t' -v name="$name" '$1 == "text" && $2 == name { print $3 }' "$work/expectations" >"$work/text"
		missing=$(awk 'NR == FNR { wanted[n++] = $0; next } $0 == wanted[at] { at++ } END { if (at < n) print wanted[at] }' \
			"$work/text" "$work/output")
		[ -z "$missing" ] || fail "$trace: $name: not printed, or not in this order: $missing"
		return
	fi
	case $kind in
	scan) compare_findings "$work/expectations" "$name" "$work/output" ;;
	hour)
		[ "$status" != 0 ] || "$tally" dump --format json "$work/tally" >"$work/output" 2>&1
		compare_records "$work/expectations" "$name" "$work/output"
		;;
	count)
		read_lines <"$work/output" >"$work/lines"
		compare "$work/expectations" "$name" "$work/lines"
		;;
	esac >"$work/differences" || fail "$trace: $name: cannot compare"
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
	sentences=$((sentences + $(grep -cE '^(row|record|says|finding|finds|sources|evidence)' "$work/expectations")))
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
[ ! -s "$work/unheld" ] || echo "skipped: $(wc -l <"$work/unheld") sentences about detectors that are not there:" \
	"$(sort -u "$work/unheld" | tr '\n' ' ')"
echo "$sentences sentences in $# traces, $failed failed"
exit $((failed > 0))
