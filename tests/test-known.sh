#!/bin/sh
# Known sources as people meet them: in `gnomon scan`, in a site's day and in `gnomon check`; and a site's signature
# rules on their way into its tallies.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"

# complain SENTENCE WHAT
complain() {
	fail "$1: $2"
}

# run STATUS SENTENCE COMMAND...: output in $work/out, messages in $work/err.
run() {
	status=$1
	sentence=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" -eq "$status" ] || complain "$sentence" "exit status $got, expected $status: $(cat "$work/err")"
}

# says WORDS: somewhere on the page, however it is broken into lines; or among the messages.
says() {
	cat "$work/out" "$work/err" | tr -s ' \n' ' ' | grep -qF -- "$1" ||
		complain "$sentence" "expected \"$1\" in: $(tail -n 20 "$work/out"; cat "$work/err")"
}

says_not() {
	! grep -qF -- "$1" "$work/out" || complain "$sentence" "did not expect \"$1\""
}

# sources: of the findings on the last output, in their order.
sources() {
	sed 's/.*"sources":\["\([^"]*\)".*/\1/' "$work/out" | tr '\n' ' '
}

# The sample day: a sweep by .200 and a slow scan by .9, backscatter of .80, a port scan by 203.0.113.66.
"$compose" "$srcdir/tests/traces/sample-day.txt" "$work/day.pcap" || exit 99
run 0 'nothing is known' ./gnomon scan --home 192.0.2.0/24 --format json "$work/day.pcap"
says_not '"known"'
n=$(wc -l <"$work/out")

cat >"$work/ours.txt" <<-'EOT'
	# our own
	203.0.113.66 until=2024-05-14 the tester
	198.51.100.9 ports=443 only the web
	198.51.100.200 until=2024-05-13 last month's
EOT
run 0 'an ignored source is left out' ./gnomon scan --home 192.0.2.0/24 --format json --ignore "$work/ours.txt" "$work/day.pcap"
[ "$(wc -l <"$work/out")" -eq $((n - 1)) ] || complain "$sentence" "$(sources)"
says_not '"203.0.113.66"'
run 0 'and is counted on the page' ./gnomon scan --home 192.0.2.0/24 "--ignore=$work/ours.txt" "$work/day.pcap"
says 'Entries ignore ours.txt (203.0.113.66): the tester; matched 1 source, 1 finding'
says "Expired $work/ours.txt:4: 198.51.100.200 was in force until 2024-05-13"
says '198.51.100.9 scan (low-and-slow)'

echo 198.51.100.200 >"$work/sweep.txt"
run 0 'nor does a counter list it' ./gnomon scan --home 192.0.2.0/24 --ignore "$work/sweep.txt" "$work/day.pcap"
[ "$(grep -c 198.51.100.200 "$work/out")" -eq 1 ] || complain "$sentence" "$(grep 198.51.100.200 "$work/out")"

cat >"$work/misp.json" <<-'EOT'
	{"name": "Company\u001b[31m", "type": "cidr", "version": 1, "description": "", "list": [
	  "198.51.100.0/24",
	  "198.51.100.0/33"
	]}
EOT
run 3 'a warning list is read as it is' ./gnomon scan --home 192.0.2.0/24 --format json --label "$work/misp.json" \
	--watch "$work/ours.txt" "$work/day.pcap"
says "misp.json:3: \"198.51.100.0/33\": expected a prefix length from 0 to 32 after the slash"
says '"known":{"list":"misp.json","action":"label","entry":"198.51.100.0/24","reason":"Company\u001b[31m"}'
says '"known":{"list":"ours.txt","action":"watch","entry":"203.0.113.66","reason":"the tester"}'
[ "$(wc -l <"$work/out")" -eq "$n" ] || complain "$sentence" "$(sources)"
case $(sources) in
'203.0.113.66 '*) ;;
*) complain 'a watched one comes first' "$(sources)" ;;
esac
run 3 'labelled ones are a line each' ./gnomon scan --home 192.0.2.0/24 --label "$work/misp.json" "$work/day.pcap"
says 'Labelled 198.51.100.9 scan (low-and-slow), 9 targets; label misp.json (198.51.100.0/24): Company?[31m'
says_not '198.51.100.9  scan  (low-and-slow)'
if LC_ALL=C grep -q '[^ -~]' "$work/out"; then
	complain 'a page is plain text, whatever a list holds' "$(LC_ALL=C grep '[^ -~]' "$work/out")"
fi

head -c 1000000 "$work/day.pcap" >"$work/cut.pcap"
run 3 'what a list lacks is said beside what a capture lacks' ./gnomon scan --label "$work/misp.json" "$work/cut.pcap"
says 'misp.json:3: '
[ "$(grep -c cut.pcap "$work/err")" -eq 1 ] || complain "$sentence" "$(cat "$work/err")"

run 2 'a list that is not there' ./gnomon scan --ignore "$work/none" "$work/day.pcap"
says 'expected a file that can be read'
echo '{"list": [' >"$work/damaged.json"
run 1 'a list that is none' ./gnomon scan --ignore "$work/damaged.json" "$work/day.pcap"
says 'damaged.json:2: expected JSON, found: '

# A site.
mkdir -p "$work/spool/dmz/2024-05-14"
./gnomon-tally store --home 192.0.2.0/24 --output "$work/tallies" "$work/day.pcap" || exit 99
for file in "$work"/tallies/*.tally; do
	name=${file##*/}
	mkdir -p "$work/store/dmz/${name%%T*}"
	mv "$file" "$work/store/dmz/${name%%T*}/${name#*T}"
done
site() {
	{
		printf '[site]\nname = hq\nhome = 192.0.2.0/24\nzone = UTC\nspool = %s\nstore = %s\nreports = %s\n' \
			"$work/spool" "$work/store" "$work/reports"
		printf '%s\n' "$@"
	} >"$work/site.conf"
}
findings=$work/reports/hq/2024/05/14/findings.ndjson
later=--now=2024-06-01T00:00:00Z
day() {
	run "$1" "$2" ./gnomon-report day --site "$work/site.conf" $later 2024-05-14
	[ ! -e "$findings" ] || cp "$findings" "$work/out"
}

site '[known research]' 'action = label' 'networks = 198.51.100.0/24' 'reason = census' '[known us]' 'action = ignore' \
	"file = $work/ours.txt"
day 0 "a site's lists apply to its days"
says_not '"203.0.113.66"'
says '"known":{"list":"research","action":"label","entry":"198.51.100.0/24","reason":"census"}'
run 0 'a day told later is told as it was' ./gnomon-report day --site "$work/site.conf" --now 2030-01-01T00:00:00Z --print 2024-05-14
says 'Entries label research (198.51.100.0/24): census; matched 33 sources, 3 findings'
says 'ignore us (203.0.113.66): the tester; matched 1 source, 1 finding'
run 0 'a site that knows sources is ready' ./gnomon-tally check --site "$work/site.conf" --now 2024-05-14T12:00:00Z
says 'ok known research: 1 entry to label'
says 'note known us: 2 entries to ignore, 1 expired'
says "note known $work/ours.txt:4: 198.51.100.200 was in force until 2024-05-13"
says 'ok signatures ack-674711610, ack-674719802'

site '[known gone]' 'action = watch' "file = $work/none" '[known lab]' 'action = watch' 'networks = 203.0.113.66' \
	'[targets]' 'infrastructure = 192.0.2.53 dns; 198.51.100.1 mail' '[signature kill]' 'seq = 5'
day 3 'a list that cannot be read leaves the others in force'
says "$work/none: cannot be read: No such file or directory"
says '"known":{"list":"lab","action":"watch","entry":"203.0.113.66","reason":""}'
run 1 'and makes a site not ready' ./gnomon-tally check --site "$work/site.conf" $later
says 'FAILED known gone: 0 entries to watch, its file is not read'
says 'ok targets 192.0.2.53 dns'
says 'note targets 198.51.100.1 mail: is not in home'
says 'ok signatures ack-674711610, ack-674719802, kill'
run 3 'tallies of other rules are told' ./gnomon-report day --site "$work/site.conf" $later --print 2024-05-14
says 'Signatures 24 tallies were made by other signature rules: what hit those is not told'

# Rules reach a site's tallies: packets with seq 5, of one target.
rm -rf "$work/store" "$work/spool"
mkdir -p "$work/spool/dmz/2024-05-14"
{
	echo sorted
	echo '2024-05-14 10:00:00 198.51.100.9.1024 > 192.0.2.1.80: S 5:5(0) win 512'
} >"$work/kill.txt"
"$compose" "$work/kill.txt" "$work/spool/dmz/2024-05-14/1000.pcap" || exit 99
site '[run]' 'hook = no' '[signature kill]' 'seq = 5'
tally=$work/store/dmz/2024-05-14/1000.tally
run 0 "a site's rules are looked for" ./gnomon-tally run --site "$work/site.conf" $later
run 0 "$sentence" ./gnomon-tally dump "$tally"
says 'signatures 0x4'
site '[run]' 'hook = no' '[signature first]' 'seq = 6' '[signature kill]' 'seq = 5'
run 0 'and again when they change' ./gnomon-tally run --site "$work/site.conf" $later
run 0 "$sentence" ./gnomon-tally dump "$tally"
says 'signatures 0x8'

# What a list lacks is said once by a run, which does its work.
site '[known gone]' 'action = watch' "file = $work/none" '[signature kill]' 'seq = 5'
rm -rf "$work/reports"
run 3 'a run goes on without a list' ./gnomon-tally run --site "$work/site.conf" $later
[ "$(grep -c "$work/none" "$work/err")" -eq 1 ] || complain "$sentence" "$(cat "$work/err")"
[ -e "$findings" ] || complain "$sentence" 'no findings'
run 0 'and does not do it again' ./gnomon-tally run --site "$work/site.conf" $later
[ ! -s "$work/err" ] || complain "$sentence" "$(cat "$work/err")"

exit $((failed > 0))
