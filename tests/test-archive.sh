#!/bin/sh
# The archive of a site's days: calendar, years, months, weeks, feed, latest, and the links between pages. Composed sites of several days;
# oracles: dates worked out by hand, the days' own findings.ndjson, and every href of every page followed.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
now=2030-01-01T00:00:00Z
reports=$work/reports/example
site=$work/site.conf

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
	"$compose" "$work/trace.txt" "$work/trace.pcap" || fail "no trace of $time"
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

# links_of DAY: its way to other pages, at the top.
links_of() {
	sed -n '/<nav aria-label="Pages">/,/<\/nav>/p' "$reports/$1/index.html" | grep '<li>' | sed 's/<li>//; s/<a href="\([^"]*\)"[^>]*>/\1 /; s/<[^>]*>//g' |
		tr '\n' '|'
}

# expect_links DAY LINKS SENTENCE
expect_links() {
	found=$(links_of "$1")
	[ "$found" = "$2" ] || fail "$3: $1 has \"$found\", expected \"$2\""
}

# changed SENTENCE NAME...: the files that are others than in $work/before, but for hours' pages.
changed() {
	sentence=$1
	shift
	stamps >"$work/after"
	diff "$work/before" "$work/after" | sed -n 's/^[<>] \([^ ]*\) .*/\1/p' | grep -v '/hour-' | sort -u | tr '\n' ' ' >"$work/found"
	[ "$(cat "$work/found")" = "$*${1:+ }" ] || fail "$sentence: changed $(cat "$work/found"), expected $*"
}

# --- days that come and go

new_site UTC
add_hour 2017-08-30T10 198.51.100.9
add_hour 2017-08-31T10 198.51.100.9 198.51.100.10
add_hour 2017-09-02T11 198.51.100.9
add_hour 2017-09-02T12
add_hour 2017-10-01T12 198.51.100.11
run 0 index
[ "$(ls -A "$work/reports")" = .example.lock ] || fail 'index makes something of nothing'
day 2017-08-30
no_dead_link 'a single day'
expect_links 2017/08/30 'No report before|../../../index.html Calendar|../../../2017/08/index.html August 2017|../../../2017/week-35.html Week 35 of 2017|No report after|' \
	'a single day'
day 2017-08-31 2017-09-02 2017-10-01
no_dead_link 'several days'
expect_links 2017/08/30 'No report before|../../../index.html Calendar|../../../2017/08/index.html August 2017|../../../2017/week-35.html Week 35 of 2017|../../../2017/08/31/index.html After: 2017-08-31|' \
	'the day before a new one'
expect_links 2017/09/02 '../../../2017/08/31/index.html Before: 2017-08-31 (1 day without a report)|../../../index.html Calendar|../../../2017/09/index.html September 2017|../../../2017/week-35.html Week 35 of 2017|../../../2017/10/01/index.html After: 2017-10-01 (28 days without a report)|' \
	'a day after a gap'
[ "$(grep -c '<nav aria-label="Pages' "$reports/2017/09/02/index.html")" = 2 ] || fail 'links are not at top and foot'
has index.html '<a href="2017/08/31/index.html">31</a><span class="count">2</span>' 'the calendar'
has index.html '<span class="new">1 new</span><span class="gap">! 23 h</span>' 'the calendar'
has 2017/week-35.html '../2017/08/31/index.html#f-' 'the week leads to the cards'
has 2017/week-35.html '<th scope="row">198.51.100.9</th><td class="n">3</td><td>3 scan</td>' 'the week adds up its days'
has 2017/08/index.html '<th scope="row">198.51.100.9</th><td class="n">2</td><td>2 scan</td>' 'so does the month'
has 2017/08/index.html '1 new of 3 findings on 2 days' 'the month'
has 2017/09/index.html '29 days without a report' 'a month with gaps'
[ "$(readlink "$reports/latest")" = 2017/10/01 ] || fail "latest leads to $(readlink "$reports/latest")"
[ -f "$reports/latest/index.html" ] || fail 'latest leads nowhere'

stamps >"$work/before"
sleep 0.1
day 2017-08-30 2017-08-31 2017-09-02 2017-10-01
changed 'nothing is new'
run 0 index
changed 'an index of the same days'

# An hour more: only the pages that it touches.
add_hour 2017-09-02T13 198.51.100.12
day 2017-09-02
changed 'an hour of one day' 2017/09/02/findings.csv 2017/09/02/findings.ndjson 2017/09/02/index.html 2017/09/02/index.txt \
	2017/09/02/summary.json 2017/09/index.html 2017/index.html 2017/week-35.html days.json feed.atom index.html

# Made at once, and one by one: the same octets.
content >"$work/one-by-one"
rm -r "$reports"
day 2017-08-30 2017-08-31 2017-09-02 2017-10-01
content >"$work/at-once"
cmp "$work/one-by-one" "$work/at-once" || fail 'days at once and one by one differ'
rm "$reports/days.json" "$reports/index.html" "$reports/feed.atom" "$reports/latest" "$reports"/2017/*.html "$reports"/2017/*/index.html
run 0 index
content >"$work/again"
cmp "$work/again" "$work/at-once" || fail 'index makes other pages than day did'

# A day is removed: the next run of another notices.
rm -r "$reports/2017/09"
day 2017-08-30
no_dead_link 'a month was removed'
expect_links 2017/08/31 '../../../2017/08/30/index.html Before: 2017-08-30|../../../index.html Calendar|../../../2017/08/index.html August 2017|../../../2017/week-35.html Week 35 of 2017|../../../2017/10/01/index.html After: 2017-10-01 (30 days without a report)|' \
	'the day before a removed one'
rm -r "$reports/2017/10/01"
run 0 index
no_dead_link 'the newest day was removed'
[ ! -e "$reports/2017/week-39.html" ] || fail 'the page of a week without a day is still there'
[ "$(readlink "$reports/latest")" = 2017/08/31 ] || fail 'latest leads to a day that was removed'

# --- damage

echo '{"schema":1,"date":"2017-08-31","headline":"<script>alert(1)</script>"}' >"$reports/2017/08/31/summary.json"
run 0 index
has index.html '<span class="gap">? unread</span>' 'a damaged summary'
has 2017/08/index.html '2017-08-31 cannot be read: summary.json: something is missing, or out of bounds' 'a damaged summary'
no_dead_link 'a damaged summary'
day 2017-08-31
hasnt 2017/08/index.html '2017-08-31 cannot be read' 'a summary that was made again'
rm "$reports/index.html"
mkdir "$reports/index.html"
run 1 day --now $now 2017-08-31
[ "$(wc -l <"$work/err")" -eq 1 ] || fail "a calendar that cannot be written takes $(wc -l <"$work/err") lines: $(cat "$work/err")"
grep -q 'example/index.html: cannot be written: expected a plain file' "$work/err" || fail "a calendar that cannot be written: $(cat "$work/err")"
rmdir "$reports/index.html"
run 0 index
run 2 index surplus
"$report" index 2>"$work/err"
[ $? -eq 2 ] || fail 'index without a site is no mistake'

# --- a folder that nobody may write to

content >"$work/before"
unprivileged=
if [ "$(id -u)" -eq 0 ]; then
	unprivileged='setpriv --reuid=65534 --regid=65534 --clear-groups'
	$unprivileged true 2>/dev/null || unprivileged=none
	chmod 755 "$work"
fi
if [ "$unprivileged" = none ]; then
	echo 'skipped: no setpriv: whether a folder that cannot be written to is told'
else
	add_hour 2017-08-31T11 198.51.100.12
	find "$work/reports" -type d -exec chmod a-w {} +
	# shellcheck disable=SC2086 # words
	$unprivileged "$report" day --site "$site" --now $now 2017-08-31 >"$work/words" 2>&1
	[ $? -eq 1 ] || fail 'unwritable reports are no failure'
	[ "$(wc -l <"$work/words")" -eq 1 ] || fail "unwritable reports take more than a line: $(cat "$work/words")"
	find "$work/reports" -type d -exec chmod u+w {} +
	content >"$work/after"
	cmp "$work/before" "$work/after" || fail 'old pages are not as they were'
fi

# --- a run of a site, roll-ups of the store and all: what months hold of sources and ports. The third day is not over, and not
# rolled up yet.

new_site Europe/Berlin
for hour in 2017-10-28T10 2017-10-28T11 2017-10-29T10 2017-10-30T10; do
	add_hour $hour 198.51.100.9
	mkdir -p "$work/spool/a/${hour%T*}"
	cp "$work/trace.pcap" "$work/spool/a/${hour%T*}/${hour#*T}00.pcap"
done
rm -r "$work/store"
"$tally" run --site "$site" --now 2017-10-30T12:00:00Z 2>"$work/err" # 3: hours without packets are told
[ -n "${KEEP:-}" ] && cp -r "$reports" "$KEEP"
no_dead_link 'a run'
has 2017/10/index.html 'on 2 of 2 days' 'what the store holds of a source'
has 2017/10/index.html '<tr><th scope="row">tcp 29</th><td class="n" data-value="2">2 of 2</td><td class="n">1</td><td class="n">24</td></tr>' \
	'what the store holds of a port'
grep -q '"hours":25,"closed":25,"missing":24' "$reports/2017/10/29/summary.json" || fail 'a day of 25 hours'
stamps >"$work/before"
"$tally" run --site "$site" --now 2017-10-30T12:00:00Z || fail 'no second run'
changed 'a run with nothing to do'
# --- hours over midnight

# hour_link PAGE before|after: where that link of an hour's page leads.
hour_link() {
	sed -n "s/.*<a href=\"\([^\"]*\)\"[^>]*>Hour $2<.*/\1/p" "$reports/$1" | sort -u
}

# expect_hour_link PAGE before|after HREF SENTENCE
expect_hour_link() {
	found=$(hour_link "$1" "$2")
	[ "$found" = "$3" ] || fail "$4: the hour $2 $1 is \"$found\", expected \"$3\""
}

new_site Europe/Berlin
add_hour 2026-10-24T10 198.51.100.9
add_hour 2026-10-25T10 198.51.100.9
add_hour 2026-10-26T10 198.51.100.9
day 2026-10-25
expect_hour_link 2026/10/25/hour-2200.html before '' 'a day alone'
expect_hour_link 2026/10/25/hour-2200-2.html after '' 'a day alone'
stamps >"$work/before"
day 2026-10-26
expect_hour_link 2026/10/25/hour-2200-2.html after ../../../2026/10/26/hour-2300.html 'the last of 25 hours'
expect_hour_link 2026/10/26/hour-2300.html before ../../../2026/10/25/hour-2200-2.html 'the hour after it'
stamps | diff "$work/before" - | sed -n 's|^> \(2026/10/25/hour-[^ ]*\) .*|\1|p' >"$work/found"
[ "$(cat "$work/found")" = 2026/10/25/hour-2200-2.html ] || fail "a new day beside: wrote $(cat "$work/found")"
day 2026-10-24
expect_hour_link 2026/10/24/hour-2100.html after ../../../2026/10/25/hour-2200.html 'a day that came late'
expect_hour_link 2026/10/25/hour-2200.html before ../../../2026/10/24/hour-2100.html 'the hour after it'
no_dead_link 'hours over midnight'
day 2026-10-25 2026-10-26 # no longer new
stamps >"$work/before"
day 2026-10-24 2026-10-25 2026-10-26
stamps | diff "$work/before" - >"$work/found" || fail "three days again: wrote $(cat "$work/found")"
rm -r "$reports/2026/10/25"
run 0 index
expect_hour_link 2026/10/24/hour-2100.html after '' 'a day that went'
expect_hour_link 2026/10/26/hour-2300.html before '' 'a day that went'
no_dead_link 'a day that went'

exit $((failed > 0))
