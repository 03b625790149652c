#!/bin/sh
# Settings as people meet them: the sample file, gnomon.conf(5), `gnomon-tally settings` and `check`.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# expect SENTENCE STATUS WORDS ARGUMENT...: the exit status, and words somewhere in what is printed ('': nothing at all on
# stderr).
expect() {
	sentence=$1
	status=$2
	words=$3
	shift 3
	"$tally" "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
	if [ -n "$words" ]; then
		cat "$work/out" "$work/err" | grep -qF -- "$words" ||
			complain "expected \"$words\" in: $(cat "$work/out" "$work/err")"
	else
		[ ! -s "$work/err" ] || complain "said: $(cat "$work/err")"
	fi
}

# prints TEXT: all of the last command's stdout.
prints() {
	printf '%s\n' "$1" | diff - "$work/out" >"$work/diff" || complain "<expected >printed: $(cat "$work/diff")"
}

# site [LINE...]: a settings file with folders of its own, and these lines at its end.
site() {
	mkdir -p "$work/spool" "$work/store"
	{
		printf '[site]\nname = hq\nhome = 192.0.2.0/24\nzone = Asia/Kolkata\n'
		printf 'spool = %s\nstore = %s\nreports = %s\n' "$work/spool" "$work/store" "$work/reports"
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >"$work/site.conf"
}

sentence='the sample file is what the tables say'
"$tally" settings --sample | diff - "$srcdir/etc/gnomon.conf" || complain 'make update-golden writes it anew'
sentence='no line of the sample is wider than 96 columns'
[ -z "$(awk 'length > 96' "$srcdir/etc/gnomon.conf")" ] || complain "$(awk 'length > 96' "$srcdir/etc/gnomon.conf")"
sentence='the sample is a site once the six keys are given'
sed -e 's/^name =$/name = hq/' -e 's/^home =$/home = 192.0.2.0\/24/' -e 's/^zone =$/zone = UTC/' \
	-e 's/^\(spool\|store\|reports\) =$/\1 = \/nowhere/' "$srcdir/etc/gnomon.conf" >"$work/sample.conf"
expect "$sentence" 0 '' settings --site "$work/sample.conf" --get site.name
prints hq

# gnomon.conf(5) has an item for each key, with its initial value: ".TP / .BR key " (10%)" ...", under ".SS [group]".
sentence='every key stands in gnomon.conf(5) with its initial value'
page=$srcdir/etc/gnomon.conf.5
awk '
	/^#?\[/ { group = $0; gsub(/^#|\[|\]/, "", group); print "group " group; next }
	/^#?[a-z0-9-]+ =/ { key = $1; sub(/^#/, "", key); value = $0; sub(/^[^=]*= ?/, "", value); print group "." key "=" value }
' "$srcdir/etc/gnomon.conf" | sort >"$work/keys"
awk '
	/^\.SS / { group = $0; gsub(/^\.SS |\[|\]|"/, "", group); gsub(/\\-/, "-", group); print "group " group; next }
	tagged { key = $2; value = $0; gsub(/\\-/, "-", key); gsub(/\\-/, "-", value)
		value = value ~ /\(initially / ? value : ""
		sub(/.*\(initially /, "", value); sub(/\).*/, "", value); print group "." key "=" value }
	{ tagged = group != "" && /^\.TP/ }
' "$page" | sort >"$work/page"
diff "$work/keys" "$work/page" >"$work/diff" || complain "<in the tables >in the page: $(cat "$work/diff")"
[ "$(wc -l <"$work/keys")" -gt 30 ] || complain "found only $(wc -l <"$work/keys") keys"

site '[keep]' 'packets = 7d' '[tally web.2]' 'hosts = 3'
expect 'a value is told' 0 '' settings --site "$work/site.conf" --get keep.packets
prints 7d
expect 'an initial value is told' 0 '' settings --site "$work/site.conf" --get keep.tallies
prints 400d
expect 'a number is told without its unit' 0 '' settings --get keep.free
prints 10
expect 'a name may hold a dot' 0 '' settings --site "$work/site.conf" --get 'tally web.2.hosts'
prints 3
expect 'what is not given is told as nothing' 0 '' settings --site "$work/site.conf" --get collect.interface
[ ! -s "$work/out" ] || complain "printed: $(cat "$work/out")"
expect 'an unknown key is told' 2 'expected GROUP.KEY' settings --site "$work/site.conf" --get keep.everything
expect 'a key is asked for with its group' 2 'expected GROUP.KEY' settings --get packets
expect 'what is in force is told with its line' 0 '[keep] packets = 7d                             (line 9)' \
	settings --site "$work/site.conf"
expect 'what is initial is told as such' 0 '[keep] tallies = 400d                           (initial)' \
	settings --site "$work/site.conf"
expect 'the keys are listed' 0 '[fetch NAME] port: a number from 1 to 65535' settings --list
expect 'one question at a time' 2 'expected one of --get' settings --list --sample
expect 'there is nothing else' 2 'unexpected "site.conf"' settings site.conf
expect 'a file that is not there' 2 'no-such.conf: settings cannot be read' settings --site "$work/no-such.conf"

site '[keep]' 'packts = 7d' '[hourly]' 'hosts = 0'
expect 'every mistake has its line' 2 "site.conf:9: [keep] packts: unknown key, did you mean packets?" check --site "$work/site.conf"
[ "$(wc -l <"$work/err")" -eq 2 ] || complain "said: $(cat "$work/err")"
[ ! -s "$work/out" ] || complain "printed: $(cat "$work/out")"

now=--now=2026-03-29T12:00:00Z
site
mkdir "$work/spool/dmz"
expect 'a site that is ready' 0 '' check "$now" --site "$work/site.conf"
for line in "ok      spool      $work/spool: readable" "ok      store      $work/store: writable" \
	"ok      reports    $work/reports: is not there yet, can be made" 'ok      sensors    dmz' \
	'ok      zone       Asia/Kolkata: hours begin at minute 30 of an hour of UTC' \
	'ok      zone       the day 2026-03-29 has 24 hours, from 2026-03-28T18:30:00Z to 2026-03-29T18:30:00Z' \
	'note    interface  [collect] interface is not given: nothing is captured here' \
	'[low-and-slow] hosts-24h = 7                    (initial)' \
	'ok      self-test  a known scan of 9 targets, 3 an hour at most, is found with the thresholds as shipped' \
	"ok      self-test  it is found with the site's thresholds"; do
	grep -qxF -- "$line" "$work/out" || complain "expected \"$line\" in: $(cat "$work/out")"
done
sentence='nothing is left behind'
[ "$(ls -A "$work")" = "$(printf 'err\nkeys\nout\npage\nsample.conf\nsite.conf\nspool\nstore\ndiff\n' | sort)" ] ||
	complain "$(ls -A "$work")"
[ -z "$(ls -A "$work/store")" ] || complain "$(ls -A "$work/store")"

sed -i 's/^zone = .*/zone = Europe\/Berlin/' "$work/site.conf"
expect 'a short day is told' 0 'the day 2026-03-29 has 23 hours' check "$now" --site "$work/site.conf"
expect 'the change of clocks is told' 0 'the clocks change next at 2026-10-25 02:00 CET' check "$now" --site "$work/site.conf"
expect 'the time is a time' 2 'time "noon"' check --now=noon --site "$work/site.conf"

site '[low-and-slow]' 'hosts-24h = 12' 'hosts-7d = 15'
expect 'thresholds that miss the scan are told, and why' 0 \
	"note    self-test  it is not found with the site's thresholds (at least 12 targets)" check --site "$work/site.conf"
site '[collect]' 'interface = lo'
expect 'an interface that is there' 0 'ok      interface  lo' check --site "$work/site.conf"
site '[collect]' 'interface = no-such0'
expect 'an interface that is not there' 0 'note    interface  no-such0: is not there' check --site "$work/site.conf"
site
mv "$work/spool" "$work/elsewhere"
expect 'a spool that is not there yet is no mistake, but nothing for a run' 0 \
	"note    spool      $work/spool: gnomon run fails until a collector, an import or a fetch made it" \
	check --site "$work/site.conf"
mv "$work/elsewhere" "$work/spool"
site
rmdir "$work/store"
echo >"$work/store"
expect 'a store that is a file' 1 "FAILED  store      $work/store: expected a folder" check --site "$work/site.conf"
rm "$work/store"
sed -i 's/^reports = .*/reports = \/proc\/reports/' "$work/site.conf"
expect 'reports that cannot be made' 1 'FAILED  reports    /proc/reports: is not there, and cannot be made in /proc' \
	check --site "$work/site.conf"
expect 'no site at all' 2 '/gnomon/*.conf' check

exit $((failed > 0))
