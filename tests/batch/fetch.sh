#!/bin/sh
# gnomon-fetch against a real sshd on loopback: what comes is what was there, once, whatever is cut on the way.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_commands sshd ssh ssh-keygen rsync flock
TMPDIR=$work # one that is killed leaves its lists
export TMPDIR
sensor=$work/sensor
bin=$work/bin
day=2017-09-10
now=${day}T12:00:00Z
mkdir -p "$sensor/$day" "$bin" "$work/ssh" || exit 99
cp "${FETCH:-$build/gnomon-fetch}" "$bin/gnomon-fetch" && ln -s "$tally" "$bin/gnomon-tally" && ln -s "$collect" "$bin/gnomon-collect" ||
	exit 99

# --- the other machine

# sshd wants this folder, which Debian makes when it starts its own.
if [ ! -d /run/sshd ]; then
	mkdir -m 755 /run/sshd || exit 99
	trap 'clean_up; rmdir /run/sshd 2>/dev/null' EXIT
fi

for key in host any restricted; do
	ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/$key" || exit 99
done
{
	cat "$work/ssh/any.pub"
	echo "command=\"rrsync -ro $sensor\",restrict $(cat "$work/ssh/restricted.pub")"
} >"$work/ssh/authorized_keys"

write_sshd() {
	cat >"$work/ssh/sshd_config" <<-EOT
		Port $port
		ListenAddress 127.0.0.1
		HostKey $work/ssh/host
		AuthorizedKeysFile $work/ssh/authorized_keys
		StrictModes no
		PidFile none
		UsePAM no
		PasswordAuthentication no
		PermitRootLogin prohibit-password
	EOT
	echo "[127.0.0.1]:$port $(cat "$work/ssh/host.pub")" >"$work/ssh/known_hosts"
}

answers() {
	ssh-keyscan -T 1 -p "$port" 127.0.0.1 >/dev/null 2>&1
}

# On the first port that nobody else has.
begin_sshd() {
	port=$((20000 + $$ % 10000))
	for step in 1 7 49 343 2401; do
		port=$((port + step))
		write_sshd
		begin "$(command -v sshd)" -D -e -f "$work/ssh/sshd_config"
		server=$begun
		if within 3 answers && kill -0 "$server" 2>/dev/null; then
			return
		fi
		end "$server"
	done
	cat "$messages"
	exit 99
}

RSYNC_RSH="ssh -F none -o UserKnownHostsFile=$work/ssh/known_hosts -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes"
export RSYNC_RSH

# --- what the cases share

# hour HHMM [PACKETS]: an hour of the sensor, by its own collector.
hour() {
	cat >"$work/hour.txt" <<-EOT
		date $day
		sorted
		repeat ${2:-50} every 20ms {
		${1%??}:${1#??}:00 198.51.100.9.1024 > 192.0.2.{1+1%250}.23: S {1+1}:{1+1}(0) win 512
		}
	EOT
	"$compose" "$work/hour.txt" "$work/hour.pcap" &&
		"$collect" --read --spool "$work" --sensor sensor --no-compress "$work/hour.pcap" || exit 99
}

# write_fetch [GROUP...]: the site's settings; a sensor "dmz" and what is given besides.
write_fetch() {
	write_site fetch 192.0.2.0/24 UTC '[fetch dmz]' 'host = root@127.0.0.1' "path = $sensor" "port = $port" \
		"identity = $work/ssh/any" 'days = 2' 'delay = 2m' "$@"
	dmz=$spool/dmz
}

# fetch [OPTION...]: its exit status in $status, its words in $work/words.
fetch() {
	"$bin/gnomon-fetch" --site "$site" --now "$now" "$@" >"$work/words" 2>&1
	status=$?
}

# fetched SENTENCE STATUS [WORDS]: the fetch before ended so, and said this in one line, or nothing.
fetched() {
	lines=0
	[ $# -eq 2 ] || lines=1
	if [ "$status" -eq "$2" ] && [ "$(wc -l <"$work/words")" -eq "$lines" ] && grep -qe "${3:-}" "$work/words" ||
		{ [ "$status" -eq "$2" ] && [ "$lines" -eq 0 ] && [ ! -s "$work/words" ]; }; then
		pass "$1"
	else
		fail "$1: exit status $status, and:"
		head -n 10 "$work/words"
	fi
}

names() {
	(cd "$1" && find . -name '[0-9]*' -type f -printf '%P\n' | sort | tr '\n' ' ')
}

# staged FILE LEAST: so many octets have come of it.
staged() {
	[ "$(stat -c %s "$dmz/.fetch/$day/$1" 2>/dev/null || echo 0)" -ge "$2" ]
}

# children PROCESS: their numbers, and theirs.
children() {
	for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		echo "$child"
		children "$child"
	done
}

begin_sshd
hour 0900
hour 1000
write_fetch

# --- what is there comes, once

fetch --dry-run
equal 'a dry run says what would come' \
	"dmz $day/0900.pcap $(stat -c %s "$sensor/$day/0900.pcap")|dmz $day/1000.pcap $(stat -c %s "$sensor/$day/1000.pcap")|" \
	"$(tr '\n' '|' <"$work/words")"
equal 'a dry run fetches nothing' '' "$(ls -A "$spool")"
fetch
fetched 'closed hours are fetched, in silence' 0
same 'octet for octet' "$sensor/$day" "$dmz/$day"
equal 'with their times' "$(stat -c %Y "$sensor/$day/0900.pcap")" "$(stat -c %Y "$dmz/$day/0900.pcap")"
once=$(find "$dmz" -name '[0-9]*' -type f -printf '%p %T@ %i\n' | sort)
fetch
fetched 'nothing new is no news' 0
equal 'and changes nothing' "$once" "$(find "$dmz" -name '[0-9]*' -type f -printf '%p %T@ %i\n' | sort)"
equal 'and leaves nothing behind' '' "$(ls -A "$dmz/.fetch")"
zstd -q --rm "$sensor/$day/0900.pcap" || exit 99
fetch --dry-run
fetched 'what was compressed since is not fetched twice' 0
rm "$dmz/$day/0900.pcap"
fetch
fetched 'what was pruned' 0
equal 'is not fetched again' "$day/0900.json $day/1000.json $day/1000.pcap " "$(names "$dmz")"

# --- what is no closed hour stays

hour 1100
cp "$sensor/$day/1100.pcap" "$sensor/$day/1200.pcap.part"
cp "$sensor/$day/1100.pcap" "$sensor/$day/.1300.pcap.zst.part-abcdef"
cp "$sensor/$day/1100.pcap" "$sensor/$day/1000.pcap.damaged"
cp "$sensor/$day/1100.pcap" "$sensor/$day/\$(touch $work/executed).pcap" 2>/dev/null ||
	cp "$sensor/$day/1100.pcap" "$sensor/$day/\$(touch executed).pcap"
cp "$sensor/$day/1100.pcap" "$sensor/$day/1200
.pcap"
ln -s /etc/passwd "$sensor/$day/0800.pcap"
mkdir "$sensor/2017-08-01" && cp "$sensor/$day/1100.pcap" "$sensor/2017-08-01/1100.pcap"
now=${day}T12:01:59Z
fetch
fetched 'before its delay is over an hour is left there' 0
equal 'with all that is none' "$day/0900.json $day/1000.json $day/1000.pcap " "$(names "$dmz")"
now=${day}T12:02:00Z
fetch
fetched 'then it is fetched' 0
equal 'alone' "$day/0900.json $day/1000.json $day/1000.pcap $day/1100.json $day/1100.pcap " "$(names "$dmz")"
rm -rf "$sensor" && mkdir -p "$sensor/$day" || exit 99
now=${day}T23:59:00Z

# --- cut on the way

"$generate" --packets 60000 --sources 20000 --output "$work/large.pcap" || exit 99
hour 1200
"$collect" --read --spool "$work" --sensor large --no-compress "$work/large.pcap" || exit 99
large=$(find "$work/large" -name '*.pcap')
size=$(stat -c %s "$large")
cp "$large" "$sensor/$day/1300.pcap" && sed "s/\"hour\":[^,]*/\"hour\":\"${day}T13:00:00Z\"/" "${large%.pcap}.json" >"$sensor/$day/1300.json" ||
	exit 99
write_fetch 'limit = 1M'
echo "the large file has $size octets"

begin "$bin/gnomon-fetch" --site "$site" --now "$now"
cut=$begun
within 120 staged 1300.pcap 1000000 || fail 'nothing came'
fetch
fetched 'while one fetches another stands back' 75 'holds it'
for session in $(children "$server"); do
	kill -9 "$session" 2>/dev/null
done
: >"$messages"
wait "$cut"
equal 'a cut line is a failure of this sensor' 3 $?
forget "$cut"
equal 'said in one line' 1 "$(grep -c 'gnomon-fetch: dmz: ' "$messages")"
equal 'what was whole is here' "$day/0900.json $day/1000.json $day/1000.pcap $day/1100.json $day/1100.pcap $day/1200.json $day/1200.pcap " \
	"$(cd "$dmz" && find . -path './[0-9]*' -type f -printf '%P\n' | sort | tr '\n' ' ')"
kept=$(stat -c %s "$dmz/.fetch/$day/1300.pcap")
check 'what was cut is kept' test "$kept" -ge 1000000 -a "$kept" -lt "$size"

# Once more, by killing ours.
begin "$bin/gnomon-fetch" --site "$site" --now "$now"
cut=$begun
within 120 staged 1300.pcap $((kept + 500000)) || fail 'nothing came'
for process in $cut $(children "$cut"); do
	kill -9 "$process" 2>/dev/null
done
wait "$cut" 2>/dev/null
forget "$cut"
kept=$(stat -c %s "$dmz/.fetch/$day/1300.pcap")
check 'a killed fetch keeps what it had' test "$kept" -ge 1500000 -a "$kept" -lt "$size"
write_fetch
quiet=$RSYNC_RSH
RSYNC_RSH="$RSYNC_RSH -v -E $work/ssh/log"
fetch
RSYNC_RSH=$quiet
fetched 'the next one goes on' 0
same 'and comes to the same octets' "$sensor/$day/1300.pcap" "$dmz/$day/1300.pcap"
came=$(sed -n 's/^Transferred: .* received \([0-9]*\) bytes.*/\1/p' "$work/ssh/log" | sort -n | tail -n 1)
check "without what it had: $came octets came, $((size - kept)) were missing" test "$came" -lt $((size - kept + 65536))

# Killed between a manifest and its packets.
mkdir -p "$dmz/.fetch/$day" && mv "$dmz/$day/1300.pcap" "$dmz/.fetch/$day/" || exit 99
fetch
fetched 'packets whose manifest is here already' 0
same 'get their name' "$sensor/$day/1300.pcap" "$dmz/$day/1300.pcap"

# --- what does not fit

hour 1400
hour 1500
cp "$sensor/$day/1400.pcap" "$work/good.pcap"
printf '\377' | dd of="$sensor/$day/1400.pcap" bs=1 seek=100 conv=notrunc 2>/dev/null
fetch
fetched 'a corrupt file is refused and named' 3 "dmz: $day/1400.pcap: not taken: "
equal 'and is not here, the good one is' '1500.json 1500.pcap' "$(cd "$dmz/$day" && echo 1[45]*)"
fetch
fetched 'it is tried again' 3 "dmz: $day/1400.pcap: not taken: "
cp "$work/good.pcap" "$sensor/$day/1400.pcap"
fetch
fetched 'and taken when it fits' 0
same 'as it is' "$work/good.pcap" "$dmz/$day/1400.pcap"

# --- a sensor without manifests

mkdir -p "$work/foreign/$day" && cp "$work/hour.pcap" "$work/foreign/$day/1500.pcap" || exit 99
write_fetch '[fetch foreign]' 'host = root@127.0.0.1' "path = $work/foreign" "port = $port" "identity = $work/ssh/any"
now=${day}T23:58:00Z
fetch
fetched 'a sensor without manifests is told' 0 'foreign: .* no manifest'
same 'and taken' "$work/hour.pcap" "$spool/foreign/$day/1500.pcap"
cp "$work/hour.pcap" "$work/foreign/$day/1501.pcap"
fetch
fetched 'once' 0
same 'and the next one is taken in silence' "$work/hour.pcap" "$spool/foreign/$day/1501.pcap"
rm "$spool/foreign/$day/1500.pcap"
fetch
fetched 'what was pruned there' 0
equal 'does not come again' "$day/1501.pcap " "$(names "$spool/foreign")"

# --- beside what fails

hour 1600
write_fetch '[fetch dead]' 'host = 127.0.0.1' "path = $sensor" 'port = 1' 'delay = 1s'
fetch
fetched 'a dead sensor is told in one line' 3 'dead: 127.0.0.1: .*Connection refused'
same 'and the good one has come' "$sensor/$day/1600.pcap" "$dmz/$day/1600.pcap"
fetch --sensor dead
fetched 'alone it is a failure' 1 'dead: 127.0.0.1: .*Connection refused'
fetch --sensor nobody
fetched 'an unknown sensor is a slip' 2 'no \[fetch nobody\]'
mv "$work/ssh/known_hosts" "$work/ssh/known"
echo >"$work/ssh/known_hosts"
fetch --sensor dmz
fetched 'a machine that is not known is not talked to' 1 'dmz: .*host key'
mv "$work/ssh/known" "$work/ssh/known_hosts"

# --- a key that may read this and nothing else

hour 1700
write_site fetch 192.0.2.0/24 UTC '[fetch dmz]' 'host = root@127.0.0.1' 'path = /' "port = $port" \
	"identity = $work/ssh/restricted" 'days = 2'
fetch
fetched "rrsync's restriction suffices" 0
same 'for what is fetched' "$sensor/$day/1700.pcap" "$dmz/$day/1700.pcap"

# --- nothing of the settings is an option, or more than a word

for line in 'host = -oProxyCommand=touch' "host = \$(touch $work/executed)" 'host = a b' 'host = x;touch'; do
	write_site fetch 192.0.2.0/24 UTC '[fetch dmz]' "$line" "path = $sensor"
	fetch
	check "$line" test "$status" -ne 0
done
for line in 'path = relative' "path = /x\$(touch $work/executed)" "path = /x;touch $work/executed" 'path = -e'; do
	write_site fetch 192.0.2.0/24 UTC '[fetch dmz]' 'host = 127.0.0.1' "$line"
	fetch
	check "$line" test "$status" -ne 0
done
check 'nothing was executed' test ! -e "$work/executed"
finish
