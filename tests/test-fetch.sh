#!/bin/sh
# gnomon-fetch where there is no rsync: nothing to complain of, unless something is to be fetched. The rest wants a sensor, see
# tests/batch/fetch.sh.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
program=$PWD/gnomon-fetch

# All programs but rsync.
mkdir "$work/bin"
for folder in /bin /usr/bin; do
	for file in "$folder"/*; do
		[ "${file##*/}" = rsync ] || ln -sf "$file" "$work/bin/${file##*/}"
	done
done

# fetch SENTENCE STATUS WORDS: exit status, and all that is said.
fetch() {
	sentence=$1
	PATH=$work/bin "$program" --site "$work/site.conf" >"$work/said" 2>&1 </dev/null
	got=$?
	[ "$got" -eq "$2" ] || complain "exit status $got, expected $2"
	[ "$(cat "$work/said")" = "$3" ] || complain "said: $(cat "$work/said"), expected: $3"
}

printf '[site]\nname = hq\nhome = 192.0.2.0/24\nzone = UTC\nspool = %s\nstore = %s\nreports = %s\n' \
	"$work/spool" "$work/store" "$work/reports" >"$work/site.conf"
fetch 'a site without sensors elsewhere needs no rsync' 0 ''
printf '[fetch dmz]\nhost = sensor\npath = /\n' >>"$work/site.conf"
fetch 'one with a sensor elsewhere does' 2 'gnomon-fetch: rsync: not there'
exit $((failed > 0))
