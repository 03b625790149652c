#!/bin/sh
# The pages of days that an analyst may meet, made as a site makes them and looked at in a browser. Pictures of each first
# screen and more are left in $SHOTS (tests/browser/shots of the build).
#
# To add a page: a function that makes a site and its day and calls look; a line at the end.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/../batch/lib.sh"
# shellcheck source=tests/browser/lib.sh
. "$srcdir/tests/browser/lib.sh"
report=${REPORT:-$build/gnomon-report}
shots=${SHOTS:-$build/tests/browser/shots}
data=${DATA:-$srcdir/../shared/data}
day=2024-05-14
now=2024-05-15T00:30:00Z

# look OPTION|PAGE...: what check.js says counts here.
look() {
	node "$here/check.js" --shots "$shots" "$@" >"$work/look" 2>&1
	sed '/^[0-9]* passed, [0-9]* failed$/d' "$work/look"
	counted=$(tail -n 1 "$work/look" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
	[ -n "$counted" ] || fail 'check.js came to no end'
	counted=${counted:-0 0}
	passed=$((passed + ${counted%% *}))
	failed=$((failed + ${counted#* }))
}

# look_at_day NAME: the page of a site's day.
look_at_day() {
	page=$reports/$1/$(echo $day | tr - /)/index.html
	if [ -e "$page" ]; then
		look "$page"
	else
		fail "$1: no page of its day at ${page#"$work/"}: $(tail -n 3 "$work/words")"
	fi
}

# look_at_hours DAY-PAGE HOUR...: the pages of hours beside the day's.
look_at_hours() {
	folder=${1%/*}
	shift
	for hour; do
		set -- "$folder/hour-$hour"*.html
		[ -e "$1" ] || {
			echo "      not built: ${folder#"$work/"}/hour-${hour}00.html"
			continue
		}
		look "$@"
	done
}

# capture SENSOR: the trace on standard input, as the sensor's hour files.
capture() {
	cat >"$work/trace.txt"
	"$compose" "$work/trace.txt" "$work/trace.pcap" &&
		"$collect" --read --spool "$spool" --sensor "$1" --no-compress "$work/trace.pcap" || exit 99
}

sample_day() {
	capture dmz <"$srcdir/tests/traces/sample-day.txt"
}

look_at_ordinary_day() {
	write_site ordinary 192.0.2.0/24 UTC
	sample_day
	run "$site" $now
	ran 'an ordinary day is told without a word'
	look_at_day ordinary
	look_at_hours "$page" 00 10 23
}

look_at_empty_day() {
	write_site empty 192.0.2.0/24 UTC
	capture dmz <<-END
		date $day
		repeat 24 every 1h {
		00:00:03 192.0.2.53.{1024+7} > 203.0.113.53.53: udp 28
		00:00:04 203.0.113.53.53 > 192.0.2.53.{1024+7}: udp 92
		}
	END
	run "$site" $now
	ran 'a day on which nothing happens is told without a word'
	look_at_day empty
}

look_at_day_with_gaps() {
	write_site gaps 192.0.2.0/24 UTC
	sample_day
	rm "$spool/dmz/$day/0400"* "$spool/dmz/$day/1400"* "$spool/dmz/$day/1500"*
	for file in "$spool/dmz/$day/1200"*.pcap; do
		truncate -s -5000 "$file"
	done
	run "$site" $now
	equal 'a day with gaps: exit status 3' 3 "$status"
	look_at_day gaps
	check 'its page says that something is missing' grep -q 'class="banner"' "$page"
	check 'it names files as they lie in the spool' grep -q "<li>dmz/$day/1200" "$page"
}

# Every source asks eight targets, its own twelve seconds of an hour.
look_at_crowded_day() {
	write_site crowd 192.0.2.0/24 UTC
	{
		cat "$srcdir/tests/traces/sample-day.txt"
		awk 'BEGIN {
			for (i = 0; i < 10500; i++) {
				for (k = 0; k < 8; k++)
					printf "%02d:%02d:%02d %d.%d.%d.%d.%d > 192.0.2.%d.%d: S 1:1(0) win %d (ttl %d, id %d)\n", i % 24, int(i / 24) % 60,
						k * 7, 100 + i % 90, int(i / 90), (i * 37) % 250, 1 + i % 250, 1024 + (i * 13 + k * 101) % 60000,
						1 + (i * 7 + k * (1 + i % 29)) % 250, 1 + (i * 11) % 9000, 512 + i % 7000, 40 + i % 80,
						(i * 31 + k * 997) % 65536
				# The web server answers a fifth of them with what it serves.
				if (i % 5 == 0)
					printf "%02d:%02d:58 192.0.2.80.443 > %d.%d.%d.%d.%d: . ack 1 win 512\n", i % 24, int(i / 24) % 60, 100 + i % 90,
						int(i / 90), (i * 37) % 250, 1 + i % 250, 1024 + (i * 13) % 60000
			}
		}'
	} | capture dmz
	printf '[target-set]\nsources = 1000000\n' >>"$site"
	run "$site" $now
	ran 'a day of 10,500 scanners is told without a word'
	page=$reports/crowd/$(echo $day | tr - /)/index.html
	findings=$(wc -l <"${page%/*}/findings.ndjson")
	check "they are 10,000 findings at least ($findings)" test "$findings" -ge 10000
	begun=$(date +%s%3N)
	"$report" day --site "$site" --now $now $day >"$work/words" 2>&1
	took=$(($(date +%s%3N) - begun))
	echo "      their day written again: $took ms, page of $(stat -c %s "$page") octets"
	check 'their day is written in less than 2 s' test "$took" -lt 2000
	check 'the page has less than 2,000,000 octets' test "$(stat -c %s "$page")" -lt 2000000
	look_at_day crowd
}

# One host, flooded under our addresses, answers all day.
look_at_backscatter() {
	write_site backscatter '192.0.2.0/24;172.16.0.0/16' UTC
	{
		cat "$srcdir/tests/traces/sample-day.txt"
		awk 'BEGIN {
			for (i = 0; i < 86400; i++) {
				target = (i * 7919) % 65536
				printf "%02d:%02d:%02d 198.51.100.81.80 > 172.16.%d.%d.%d: S %d:%d(0) ack 674719802 win 8192 (ttl 48, id %d)\n",
					int(i / 3600), int(i / 60) % 60, i % 60, int(target / 256), target % 256, 1024 + (i * 7919) % 60000,
					i * 64000 % 4000000000, i * 64000 % 4000000000, i % 65536
				# There is traffic outward as well, four packets a minute.
				if (i % 15 == 0)
					printf "%02d:%02d:%02d.5 172.16.0.53.%d > 203.0.113.53.53: udp 40\n", int(i / 3600), int(i / 60) % 60, i % 60,
						1024 + i % 60000
			}
		}'
	} | capture dmz
	run "$site" $now
	ran 'one huge backscatter is told without a word'
	look_at_day backscatter
}

# What a site or others may write where it is shown.
hostile_reason() {
	printf '<script>alert(1)</script><img src=http://192.0.2.80/x onerror=alert(1)>"'\''&amp;&#60;{{1}} \342\200\256txet desrever\342\200\254'
	printf ' \033[31mred \001 \377\376 ${x} %%s </details></main><style>*{display:none}</style> ]]>--><!-- '
	awk 'BEGIN { for (i = 0; i < 3000; i++) printf "W" }'
}

look_at_hostile_strings() {
	write_site hostile 192.0.2.0/24 UTC
	sample_day
	{
		printf '198.51.100.200 %s\n' "$(hostile_reason)"
		printf '203.0.113.66 until=2024-05-01 %s\n' "$(hostile_reason)"
	} >"$work/hostile.txt"
	{
		printf '[known hostile]\naction = label\nfile = %s\nreason = %s\n' "$work/hostile.txt" '<script>alert(2)</script>"&'
		printf '[pattern hostile]\nfilter = tcp dst port 23\ncomment = %s\n' '</p><script>alert(3)</script>"& '"$(printf '\342\200\256')x"
	} >>"$site"
	run "$site" $now
	ran 'hostile strings are told without a word'
	look_at_day hostile
	look_at_hours "$page" 10
}

look_at_known_sources() {
	write_site known 192.0.2.0/24 UTC
	sample_day
	cat >>"$site" <<-'END'
		[known census]
		action = label
		networks = 198.51.100.200
		reason = the census of the university, agreed until 2027
		[known tester]
		action = ignore
		networks = 203.0.113.66
		reason = our own tester
		[known enemy]
		action = watch
		networks = 198.51.100.9
		reason = came in March
	END
	run "$site" $now
	ran 'a day of known sources is told without a word'
	look_at_day known
}

# As who unpacks the captures of 36 hours does it: one run, and the archive is there.
look_at_archive() {
	if [ -d "$data/spool/open36" ]; then
		write_site archive "$(awk -F '\t' '$1 == "open36-24h-step1h.tsv" { print $3 }' "$data/expected/index.tsv" | tr , ';')" UTC
		cp -r "$data/spool/open36" "$spool/" || exit 99
	else
		write_site archive 192.0.2.0/24 UTC
		capture dmz <<-'END'
			date 2017-09-10
			sorted
			repeat 36 every 1h {
			00:00:00 198.51.100.{1+1}.1024 > 192.0.2.{1+7%200}.23: S 1:1(0) win 512
			00:10:00 198.51.100.{1+1%5}.1024 > 192.0.2.{1+1}.23: S 1:1(0) win 512
			00:10:01 192.0.2.{1+1}.23 > 198.51.100.{1+1%5}.1024: R 0:0(0) ack 2 win 0
			00:20:00 198.51.100.250.80 > 192.0.2.{1+1}.1024: R 0:0(0) ack 674719802 win 0
			00:59:59.999999 198.51.100.77.1024 > 192.0.2.{2+2}.22: S 1:1(0) win 512
			}
		END
	fi
	run "$site" 2017-09-11T12:00:01Z
	ran '36 hours are told without a word'
	first=$reports/archive/2017/09/10/index.html
	if [ -e "$reports/archive/index.html" ]; then
		look --archive "$reports/archive"
		first="$reports/archive/index.html $first $(find "$reports/archive/2017" -mindepth 1 -maxdepth 2 -name '*.html' | sort)"
	else
		echo "      not built: gnomon run writes no index.html of a site; its archive is not looked at"
	fi
	# The list is meant to be split into words.
	# shellcheck disable=SC2086
	look $first
	# shellcheck disable=SC2046
	look --only markup,requests $(find "$reports/archive" -name 'hour-*.html' | sort)
}

# Without a site: the same page of captures as they are.
look_at_captures() {
	"$compose" "$srcdir/tests/traces/sample-day.txt" "$work/sample-day.pcap" || exit 99
	if ! "$gnomon" scan --help | grep -q -e --html; then
		echo '      not built: gnomon scan --html; its page is not looked at'
		return
	fi
	"$gnomon" scan --home 192.0.2.0/24 --html "$work/captures.html" "$work/sample-day.pcap" >"$work/words" 2>&1
	status=$?
	equal 'gnomon scan --html goes well' 0 $status
	look "$work/captures.html"
}

rm -rf "$shots"
for page in ${PAGES:-captures ordinary_day empty_day day_with_gaps known_sources hostile_strings crowded_day backscatter archive}; do
	"look_at_$page"
done
echo "      pictures: $shots"
finish
