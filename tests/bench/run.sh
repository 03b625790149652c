#!/bin/sh
# make bench: what the tally costs, as ratios in one run on one machine, each beside its target.
#
# Run from the top of a build directory. Settings, all from the environment:
#   BENCH_DIR      where captures go (build directory's bench-data); about 4 GB, deleted as the work goes on
#   BENCH_KEEP=1   keeps what is left there at the end
#   BENCH_PACKETS  packets of the main capture (10000000); the others are in proportion
#   BENCH_ROUNDS   rounds that count (5)
#   BENCH_LARGE=1  grows ten times further: another 10 GB
#   BENCH_DAYS     days of store of phase batch (400)
#   BENCH_SEARCH_DAYS  days of different tallies of phase search (3): half a GB each
#   LABEL_SEEDS    seeds of phase label ("1 2 3"); LABEL_HELD_OUT: those that nobody looked at while building ("101 102 103")
#   BENCH_ONLY     some of: speed answer zst growth adversaries budget window detect past search peers batch capture label
# Exit status: 1 when something failed or an answer was wrong. A missed target is a result, not a failure.
set -eu

here=$(dirname "$0")
data=${BENCH_DIR:-bench-data}
packets=${BENCH_PACKETS:-10000000}
rounds=${BENCH_ROUNDS:-5}
tally=${BENCH_TALLY:-./gnomon-tally}
home=172.16.0.0/16,2001:db8::/32
table=$data/bench-table
wrong=0

mkdir -p "$data"
test "${BENCH_KEEP:-0}" = 1 || trap 'rm -rf "$data"/bench-*; rmdir "$data" 2>/dev/null || :' EXIT
trap 'exit 1' INT TERM

section() {
	printf '\n%s\n' "$1"
}

# figure WHAT VALUE (at-most|at-least) TARGET
figure() {
	awk -v what="$1" -v value="$2" -v bound="$3" -v target="$4" 'BEGIN {
		met = bound == "at-most" ? value <= target : value >= target
		printf "  %-52s %10.2f   target %s %g: %s\n", what, value, bound == "at-most" ? "<=" : ">=", target,
			met ? "met" : "MISSED"
	}'
}

# Columns of the last table, by label: wall 2, CPU 3, their ratios to the first command's 4 and 5, peak 6, anonymous 7.
value() {
	awk -F '\t' -v label="$1" -v column="$2" '$1 == label { print $column }' "$table"
}

calculate() {
	awk "BEGIN { print $1 }"
}

measure() {
	tests/bench/measure --tabs "$table" "$@" 2>"$data/bench-errors" || {
		cat "$data/bench-errors" >&2
		exit 1
	}
}

# capture NAME OPTION...: generates $data/bench-NAME.pcap, which is in the page cache then.
capture() {
	name=$1
	shift
	tests/bench/generate --output "$data/bench-$name.pcap" "$@"
}

discard() {
	for name; do
		rm -f "$data/bench-$name.pcap" "$data/bench-$name.tally"
	done
}

# hour NAME OPTION...: the command that tallies $data/bench-NAME.pcap.
hour() {
	name=$1
	shift
	echo "$tally hour --home $home $* --output $data/bench-$name.tally $data/bench-$name.pcap"
}

# same WHAT FILE FILE
same() {
	if cmp -s "$2" "$3"; then
		printf '  %-52s %10s\n' "$1" same
	else
		printf '  %-52s %10s\n' "$1" 'NOT THE SAME'
		wrong=1
	fi
}

# What `count` says of a file, as lines "HOSTS ADDRESS".
count() {
	"$tally" count --home "$home" --format text "$1" |
		awk 'NF == 2 && $1 ~ /^[0-9]+$/ { print $1, $2 }'
}

bench_speed() {
	section "Speed: the whole hourly tally of $packets packets, file in the page cache"
	capture main --packets "$packets"
	measure --rounds "$rounds" \
		"libpcap count, one core|0|tests/bench/pcap-count $data/bench-main.pcap" \
		"header walk, one core|0|tests/bench/walk $data/bench-main.pcap" \
		"tally, one core|0|$(hour main --threads 1)" \
		"tally, two cores|0,1|$(hour main --threads 2)"
	figure 'tally on one core, x libpcap' "$(value 'tally, one core' 4)" at-most 1.6
	figure 'two cores, x one' "$(calculate "$(value 'tally, two cores' 2) / $(value 'tally, one core' 2)")" at-most 0.6
	echo '  phases, one core:'
	eval "$(hour main --threads 1 --phases)" 2>"$data/bench-phases"
	sed 's/^/    /' "$data/bench-phases"
	ls -l "$data/bench-main.tally" | awk '{ printf "  %-52s %10.1f\n", "tally at rest, MiB", $5 / 1048576 }'
	discard main
}

bench_answer() {
	section "Answer: $packets packets against what the generator knows"
	capture answer --packets "$packets" --v6 10 --truth "$data/bench-truth"
	count "$data/bench-answer.pcap" >"$data/bench-count"
	same 'sources with 7 targets and more, from the capture' "$data/bench-truth" "$data/bench-count"
	eval "$(hour answer)"
	count "$data/bench-answer.tally" >"$data/bench-count"
	same 'the same from the tally' "$data/bench-truth" "$data/bench-count"
	discard answer
}

bench_zst() {
	section 'Compressed: from .pcap.zst, a core each for zstd and tally'
	capture zst --packets "$packets"
	zstd -q -f -3 "$data/bench-zst.pcap" -o "$data/bench-zst.pcap.zst"
	measure --rounds "$rounds" \
		"zstd -dc||zstd -dcq $data/bench-zst.pcap.zst" \
		"tally||$tally hour --home $home --threads 1 --output $data/bench-zst.tally $data/bench-zst.pcap.zst" \
		"tally, --threads 2||$tally hour --home $home --threads 2 --output $data/bench-zst.tally $data/bench-zst.pcap.zst"
	figure 'tally, x zstd -dc' "$(value tally 4)" at-most 1.15
	discard zst
	rm "$data/bench-zst.pcap.zst"
}

# nanoseconds LABEL N: wall time of one of N things.
nanoseconds() {
	calculate "$(value "$1" 2) * 1e9 / $2"
}

bench_growth() {
	section 'Growth: nanoseconds a packet on one core'
	first=
	largest=$packets
	test "${BENCH_LARGE:-0}" = 1 && largest=$((packets * 10))
	size=$((packets / 10))
	while test "$size" -le "$largest"; do
		capture growth --packets "$size"
		measure --rounds 3 --anonymous "$size packets|0|$(hour growth --threads 1)"
		each=$(nanoseconds "$size packets" "$size")
		first=${first:-$each}
		printf '  %-52s %10.1f\n' "nanoseconds a packet, of $size" "$each"
		test "$size" = "$((packets / 10))" ||
			figure "of $size, x those of $((packets / 10))" "$(calculate "$each / $first")" at-most 1.5
		discard growth
		size=$((size * 10))
	done
}

# adversary SHAPE CONTACTS: against scattered SYNs of as many packets and contacts.
adversary() {
	capture "$1" --packets "$half" --shape "$1"
	capture scattered --packets "$half" --shape scattered --contacts "$2"
	measure --rounds 3 \
		"scattered, $2 contacts|0|$(hour scattered --threads 1)" \
		"$1|0|$(hour "$1" --threads 1)"
	printf '  %-52s %10.1f\n' "$1, nanoseconds a packet" "$(nanoseconds "$1" "$half")"
	printf '  %-52s %10.1f\n' "$1, nanoseconds a contact" "$(nanoseconds "$1" "$2")"
	figure "$1, x scattered of as many contacts" "$(value "$1" 4)" at-most 2
	discard "$1" scattered
}

# What so many findings cost, and twice as many.
crowd() {
	capture crowd --packets "$2" --shape "$1"
	capture crowd2 --packets "$(($2 * 2))" --shape "$1"
	measure --rounds 1 \
		"$1 of $2|0|./gnomon scan --home $home --format json $data/bench-crowd.pcap" \
		"$1 of twice as many|0|./gnomon scan --home $home --format json $data/bench-crowd2.pcap"
	figure "findings of $1, of twice as many packets x" "$(value "$1 of twice as many" 4)" at-most 3
	discard crowd crowd2
}

bench_adversaries() {
	half=$((packets / 2))
	section "Adversaries: $half packets on one core, against as many packets and contacts of no ill will"
	adversary spoofed $((half < 1000000 ? half : 1000000))
	adversary vertical "$half"
	adversary sweep "$half"
	adversary colliding "$half"
	section 'Adversaries of the detectors: findings by the ten thousand, one for each source or two'
	crowd backscatter "$((packets / 100))"
	crowd pairs "$((packets / 100))"
}

bench_budget() {
	contacts=$((packets * 2))
	section "Budget: $contacts contacts with 64 MiB"
	# Traits that follow the order of packets lose the step over the seam of two runs (trait.h).
	capture budget --packets "$contacts" --shape scattered --contacts "$contacts" --truth "$data/bench-truth"
	cp -l "$data/bench-budget.pcap" "$data/bench-unlimited.pcap"
	measure --rounds 1 --warm-up 0 --anonymous \
		"without a limit|0|$(hour unlimited --threads 1 --memory 16G)" \
		"64 MiB|0|$(hour budget --threads 1 --memory 64M)"
	printf '  %-52s %10.1f\n' 'resident without a limit, octets a contact' \
		"$(calculate "$(value 'without a limit' 7) * 1048576 / $contacts")"
	figure 'resident with 64 MiB, mapped pages aside, MiB' "$(value '64 MiB' 7)" at-most 96
	for name in unlimited budget; do
		{ "$tally" dump --format json "$data/bench-$name.tally" || echo "failed: $name"; } |
			sed '/"record":"trait"/d; s/"tally":"[^"]*",//' | cksum >"$data/bench-sum-$name"
	done
	same 'hour, pairs, contacts of both tallies' "$data/bench-sum-unlimited" "$data/bench-sum-budget"
	count "$data/bench-budget.tally" >"$data/bench-count"
	same 'sources with 7 targets and more, as generated' "$data/bench-truth" "$data/bench-count"
	discard budget unlimited
}

# Million contacts a second of so many tallies and the work whose name begins so.
window_value() {
	awk -F '\t' -v tallies="$1" -v work="$2" '$1 == tallies && index($2, work) == 1 { print $4 }' "$table"
}

bench_window() {
	section 'Windows: merging hourly tallies, on one core'
	taskset -c 0 tests/bench/windows "$data" "$packets" 24 720 >"$table"
	awk -F '\t' '{ printf "  %3d tallies, %-28s %6.2f s  %6.1f million contacts/s  %7d KiB\n", $1, $2, $3, $4, $6 }' "$table"
	for tallies in 24 720; do
		figure "$tallies tallies, counts: million contacts/s" "$(window_value "$tallies" 'count, one')" at-least 25
		figure "$tallies tallies, all traits: million contacts/s" "$(window_value "$tallies" gather)" at-least 12
	done
	rm -f "$data"/bench-*.tally
}

detect_value() {
	awk -F '\t' -v work="$1" -v column="$2" '$1 == work { print $column }' "$table"
}

bench_detect() {
	for rows in "$((packets / 4))" "$packets"; do
		section "Detectors: $rows rows (source, target, hour) of a day, on one core"
		taskset -c 0 tests/bench/detect "$data" "$rows" 24 >"$table"
		awk -F '\t' '{ printf "  %-10s %8.3f s  %6.1f million contacts/s  %8d findings  %8d KiB\n", $1, $2, $3, $4, $5 }' "$table"
		figure 'all detectors, x the bare merge with traits' \
			"$(calculate "$(detect_value detect 2) / $(detect_value merge 2)")" at-most 2
		rm -f "$data"/detect-*.tally
	done
}

# search LABEL ARGUMENT...: a command for measure.
search() {
	label=$1
	shift
	echo "$label|0,1|$tally search --format csv $*"
}

# Milliseconds and contacts of the last search of that label, in so many tallies.
search_row() {
	printf '  %-52s %10.1f ms %10.1f million contacts/s\n' "$1" "$(calculate "$(value "$1" 2) * 1000")" \
		"$(calculate "$contacts * $2 / $(value "$1" 2) / 1e6")"
}

bench_search() {
	hours=$((${BENCH_SEARCH_DAYS:-3} * 24))
	months=1440
	capture search --packets $((packets * 9 / 20))
	eval "$(hour search)"
	"$tally" dump --format json "$data/bench-search.tally" >"$data/bench-dump"
	contacts=$(sed -n '1s/.*"contacts":\([0-9]*\).*/\1/p' "$data/bench-dump")
	source=$(grep '"record":"source"' "$data/bench-dump" | sed -n '20000s/.*"source":"\([^"]*\)\..*/\1/p')
	rm "$data/bench-dump"
	section "Search: tallies of $contacts contacts, in the page cache; the same $hours again and again as 60 days"
	tests/bench/restamp "$data/bench-search.tally" "$data/bench-store" bench "$hours"
	mkdir "$data/bench-months"
	i=0
	for file in $(find "$data/bench-store" -name '*.tally' | sort); do
		n=$i
		while test "$n" -lt "$months"; do
			ln "$file" "$data/bench-months/$n.tally"
			n=$((n + hours))
		done
		i=$((i + 1))
	done
	measure --rounds "$rounds" \
		"$(search 'a prefix of sources, 60 days' --source "$source.0/24" "$data/bench-months")" \
		"$(search 'a prefix of sources' --source "$source.0/24" "$data/bench-store")" \
		"$(search 'traits that nobody has' --ttl 7 --window 7 "$data/bench-store")" \
		"$(search 'traits that some have' --id 7 --kind syn "$data/bench-store")" \
		"$(search 'a port that nobody tried' --port 7 "$data/bench-store")" \
		"$(search 'a target' --target 172.16.3.7 "$data/bench-store")"
	search_row 'a prefix of sources, 60 days' "$months"
	for label in 'a prefix of sources' 'traits that nobody has' 'traits that some have' 'a port that nobody tried' 'a target'; do
		search_row "$label" "$hours"
	done
	figure 'a prefix of sources, 60 days, s' "$(value 'a prefix of sources, 60 days' 2)" at-most 0.5
	figure 'traits: million contacts/s' "$(calculate "$contacts * $hours / $(value 'traits that nobody has' 2) / 1e6")" at-least 20
	rm -rf "$data/bench-store" "$data/bench-months"
	discard search
}

past_value() {
	awk -F '\t' -v work="$1" -v column="$2" '$1 == work { print $column }' "$table"
}

bench_past() {
	sources=$((packets / 10))
	keys=$((packets / 100))
	section "Memory: days of $((packets * 24)) rows rolled up; $keys sources and their /24 in 60 days of $sources sources"
	mkdir "$data/past"
	taskset -c 0 tests/bench/past "$data/past" "$packets" 60 "$sources" "$keys" >"$table"
	awk -F '\t' '{ printf "  %-24s %8.3f s  %8.1f million rows/s  %9d octets a day  %7d KiB\n", $1, $2, $3, $4, $5 }' "$table"
	figure 'looking sources and /24 up: seconds' "$(past_value 'look up sources and /24' 2)" at-most 1
	rm -r "$data/past"
}

bench_peers() {
	few=$((packets / 10))
	section "Peers: $few packets"
	capture peers --packets "$few"
	if command -v tcpdump >/dev/null; then
		measure --rounds 1 --warm-up 0 \
			"tally, one core|0|$(hour peers --threads 1)" \
			"tcpdump into awk||$here/shadow.sh $data/bench-peers.pcap"
		figure 'faster than tcpdump into awk, x' "$(value 'tcpdump into awk' 4)" at-least 200
	fi
	if command -v rwptoflow >/dev/null && command -v rwuniq >/dev/null; then
		measure --rounds 3 \
			"tally, one core|0|$(hour peers --threads 1)" \
			"SiLK||sh -c 'rwptoflow $data/bench-peers.pcap | rwfilter --proto=0- --pass=- - | rwuniq --fields=sip --values=dip-distinct'"
		figure 'faster than SiLK, x' "$(value SiLK 4)" at-least 3
	fi
	discard peers
}

# The settings of a site called $1; its spool, store and reports lie in $batch/$1. Its days begin at 11:00 UTC,
# so that 12:00 is no hour in which a day before is finished, with its windows of 7 d.
batch_site() {
	mkdir -p "$batch/$1/spool/a" "$batch/$1/store" "$batch/$1/reports"
	printf '[site]\nname = bench\nhome = 172.16.0.0/16;2001:db8::/32\nzone = Pacific/Tongatapu\nspool = %s/spool\nstore = %s/store\nreports = %s/reports\n' \
		"$batch/$1" "$batch/$1" "$batch/$1" >"$batch/$1.conf"
}

# batch_run NAME NOW SORT: a run, its time added to $batch/times-NAME-SORT, ns.
batch_run() {
	begun=$(date +%s%N)
	"$tally" run --site "$batch/$1.conf" --now "$2" || { echo "run: exit status $?" && wrong=1; }
	echo "$(($(date +%s%N) - begun))" >>"$batch/times-$1-$3"
}

# The middle of the times of $1's runs of sort $2, milliseconds.
batch_median() {
	sort -n "$batch/times-$1-$2" | awk '{ t[NR] = $1 } END { printf "%.1f", t[int((NR + 1) / 2)] / 1e6 }'
}

# Days of a small site, a hundred packets an hour, up to the hour of `generate`; of the short one the last day alone.
batch_spool() {
	first=$((1505044800 - days * 86400)) # before 2017-09-10T12:00:00Z
	{
		date -u -d "@$first" +'date %Y-%m-%d'
		echo sorted
		echo "repeat $((days * 24)) every 1h {"
		for i in $(seq 10 59); do
			host="16.0.0.{$i+3%180}.{1024+7%60000}"
			echo "12:$i:01 $host > 172.16.0.{$i+11%180}.80: S 1:1(0) win 512"
			echo "12:$i:02 172.16.0.{$i+11%180}.80 > $host: S 1:1(0) ack 2 win 512"
		done
		echo '}'
	} >"$batch/trace.txt"
	tests/compose "$batch/trace.txt" "$batch/trace.pcap"
	for site in long short; do
		./gnomon-collect --read --spool "$batch/$site/spool" --sensor a "$batch/trace.pcap"
	done
	rm "$batch/trace.txt" "$batch/trace.pcap"
	find "$batch/short/spool/a" -mindepth 1 -maxdepth 1 ! -name 2017-09-09 ! -name 2017-09-10 -exec rm -r {} +
	rm "$batch"/short/spool/a/2017-09-09/0* "$batch"/short/spool/a/2017-09-09/1[01]*
}

# What is kept for a year has not changed since: folders are as old as their days.
batch_age() {
	find "$batch" -type d -name '20??-??-??' | while read -r folder; do
		touch -d "$(basename "$folder") +1 day" "$folder"
	done
}

# batch_hour NAME CAPTURE: five times, in turn, a run that finds the capture as the only hour that has no tally.
batch_hour() {
	for site in short long; do
		cp "$2" "$batch/$site/spool/a/2017-09-10/1200.pcap"
	done
	for _ in 1 2 3 4 5; do
		for site in short long; do
			rm -f "$batch/$site/store/a/2017-09-10/1200.tally"
			batch_run "$site" 2017-09-10T13:00:01Z "$1"
		done
	done
	for site in short long; do
		printf '  %-52s %10.1f\n' "$site: one new hour, $1, ms" "$(batch_median "$site" "$1")"
	done
	figure "$days days, x one day, $1" "$(calculate "$(batch_median long "$1") / $(batch_median short "$1")")" at-most 1.10
}

bench_batch() {
	days=${BENCH_DAYS:-400}
	batch=$(cd "$data" && pwd)/bench-batch
	section "Batch: a run for one new hour, with $days days of store and with one"
	mkdir -p "$batch"
	batch_site long
	batch_site short
	batch_spool
	for site in long short; do
		batch_run "$site" 2017-09-10T12:00:01Z first
		printf '  %-52s %10d\n' "$site: tallies" "$(find "$batch/$site/store" -name '*.tally' | wc -l)"
		printf '  %-52s %10.1f\n' "$site: all of them at first, ms" "$(batch_median "$site" first)"
	done
	batch_age
	for round in 1 2 3 4 5 6; do
		for site in short long; do
			# The first notes what the folders look like.
			batch_run "$site" 2017-09-10T12:00:02Z "nothing-$((round > 1))"
		done
	done
	for site in short long; do
		printf '  %-52s %10.1f\n' "$site: nothing new, ms" "$(batch_median "$site" nothing-1)"
	done
	tests/bench/generate --packets 100 --sources 300 --output "$batch/few.pcap"
	tests/bench/generate --packets "$((packets / 10))" --output "$batch/many.pcap"
	batch_hour '100 packets' "$batch/few.pcap"
	batch_hour "$((packets / 10)) packets" "$batch/many.pcap"
	figure 'nothing new, s' "$(calculate "$(batch_median long nothing-1) / 1000")" at-most 0.2
	rm -rf "$batch"
}

bench_capture() {
	section 'Capture: packets lost beside tcpdump, over a cable between two namespaces'
	if test "$(id -u)" -eq 0; then
		srcdir=$here/../.. ROUNDS=$rounds sh "$here/../batch/veth.sh" | sed 's/^/  /'
	else
		echo '  only root can'
	fi
}

# label_run FAILURES SEED...: composed days, scanned and judged together.
label_run() {
	failures=$1
	shift
	judged=
	for seed; do
		tests/bench/label --seed "$seed" --output "$data/bench-label.pcap" --truth "$data/bench-truth-$seed"
		./gnomon scan --home 192.0.2.0/24,198.18.0.0/16,2001:db8::/48 --format json "$data/bench-label.pcap" \
			>"$data/bench-findings-$seed" 2>"$data/bench-errors" || {
			cat "$data/bench-errors" >&2
			exit 1
		}
		judged="$judged $data/bench-truth-$seed $data/bench-findings-$seed"
	done
	# shellcheck disable=SC2086 # words
	"$here/label-judge.sh" --failures "$failures" $judged
	discard label
}

bench_label() {
	section "Labels: who is found, missed and wrongly named, seeds ${LABEL_SEEDS:-1 2 3}"
	# shellcheck disable=SC2086 # words
	label_run 2 ${LABEL_SEEDS:-1 2 3}
	section "Labels, seeds never looked at while building: ${LABEL_HELD_OUT:-101 102 103}"
	# shellcheck disable=SC2086 # words
	label_run 0 ${LABEL_HELD_OUT:-101 102 103} | awk '/aims:/, 0'
}

echo "gnomon bench: $(uname -m), $(nproc) cores, $(awk -F ': ' '/model name/ { print $2; exit }' /proc/cpuinfo)"
for part in ${BENCH_ONLY:-speed answer zst growth adversaries budget window detect past search peers batch capture label}; do
	"bench_$part"
done
exit "$wrong"
