#!/bin/sh
# gnomon-mail with a sendmail of the test's own: what waits is handed over once, what is not taken stays.
set -u
. "${srcdir:-$(dirname "$0")/..}/tests/suite.sh"
need_commands flock
program=${MAIL:-./gnomon-mail}
queue=$work/queue
box=$work/box
mkdir "$work/bin" "$box" "$work/tmp"
cp "$program" "$work/bin/gnomon-mail" && ln -s "$(readlink -f "$tally")" "$work/bin/gnomon-tally" || exit 99
TMPDIR=$work/tmp
export TMPDIR

# The mailbox: what it is called with, and what it gets. It will not have a mail that says so, and takes its time for others.
cat >"$work/sendmail" <<EOT
#!/bin/sh
mail=\$(cat; echo .)
case \$mail in
*REFUSE*)
	printf 'not \033[31mtoday\nnor tomorrow\n' >&2
	exit 75
	;;
*SLOW*)
	echo x >"$work/slow"
	sleep 3
	;;
*BACKGROUND*) sleep 20 >/dev/null 2>&1 & echo \$! >"$work/background" ;;
esac
n=\$(ls "$box" | wc -l)
printf '%s\n%s' "\$*" "\${mail%.}" >"$box/\$n"
EOT
chmod +x "$work/sendmail"

# mail NAME TEXT
mail() {
	mkdir -p "$queue"
	printf 'Subject: %s\n\n%s\n' "$1" "$2" >"$queue/$1.eml"
}

# expect SENTENCE STATUS WORDS ARGUMENT...: the exit status, and these words in its one line ('': nothing is said).
expect() {
	sentence=$1
	status=$2
	words=$3
	shift 3
	"$work/bin/gnomon-mail" "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" -eq "$status" ] || complain "exit status $got, expected $status: $(cat "$work/err")"
	if [ -z "$words" ]; then
		[ ! -s "$work/err" ] || complain "said: $(cat "$work/err")"
	else
		[ "$(wc -l <"$work/err")" -eq 1 ] || complain "expected one line: $(cat "$work/err")"
		grep -qF -- "$words" "$work/err" || complain "expected \"$words\" in: $(cat "$work/err")"
	fi
}

# boxed NUMBER: so many mails have come since the last time.
boxed() {
	came=$(find "$box" -type f | wc -l)
	[ "$came" -eq "$1" ] || complain "$came mails came, expected $1"
	rm -f "$box"/*
}

# waiting NAMES, sent NAMES
waiting() {
	names=$(cd "$queue" && find . -maxdepth 1 -name '*.eml' -printf '%f ' | tr ' ' '\n' | sort | tr '\n' ' ')
	[ "${names# }" = "$1" ] || complain "waiting: $names, expected $1"
}

sent() {
	names=$(cd "$queue/sent" && find . -name '*.eml' -printf '%f ' | tr ' ' '\n' | sort | tr '\n' ' ')
	[ "${names# }" = "$1" ] || complain "sent: $names, expected $1"
}

set -- --sendmail "$work/sendmail"

expect 'a queue that is not there is told' 1 'cannot be read' "$@" "$queue"
mkdir "$queue"
expect 'an empty queue is no news' 0 '' "$@" "$queue"
boxed 0

mail one 'a text
.
From here'
mail two 'another'
expect 'a dry run tells what waits' 0 '' "$@" --dry-run "$queue"
[ "$(cat "$work/out")" = 'one.eml
two.eml' ] || complain "printed: $(cat "$work/out")"
boxed 0
expect 'what waits is sent' 0 '' "$@" "$queue"
grep -qx -- '-t -oi' "$box/0" || complain "called with $(head -n 1 "$box/0")"
tail -n +2 "$box/0" | cmp - "$queue/sent/one.eml" || complain 'what came is not what was queued'
boxed 2
waiting ''
sent 'one.eml two.eml '
expect 'once' 0 '' "$@" "$queue"
boxed 0
mail one 'made again'
expect 'what was sent and is made again is not sent again' 0 '' "$@" "$queue"
boxed 0
waiting ''

mail bad REFUSE
mail good 'a text'
mail worse REFUSE
expect 'what is refused stays, and is told in one harmless line' 1 \
	"2 of 3 mails not sent: $work/sendmail: not [31mtoday" "$@" "$queue"
boxed 1
waiting 'bad.eml worse.eml '
sent 'good.eml one.eml two.eml '
mail bad 'better now'
mail worse 'better now'
expect 'and is sent when it is taken' 0 '' "$@" "$queue"
boxed 2
waiting ''
mail one1 'a text'
expect 'a program that is not there' 1 '1 of 1 mails not sent' --sendmail "$work/nowhere" "$queue"
waiting 'one1.eml '
rm "$queue/one1.eml"

sentence='what is no mail is not sent'
mail .hidden 'a text'
echo x >"$queue/note"
mkfifo "$queue/pipe.eml"
ln -s /etc/passwd "$queue/link.eml"
mkdir "$queue/folder.eml"
touch -d '3 days ago' "$queue/.old.eml.part-abcdef"
expect "$sentence" 0 '' "$@" "$queue"
boxed 0
[ ! -e "$queue/.old.eml.part-abcdef" ] || complain 'a part of a mail is kept for ever'
rm -r "$queue/.hidden.eml" "$queue/pipe.eml" "$queue/link.eml" "$queue/folder.eml"

mail "it's \$(touch executed); -x" 'a text'
mail -- 'a text'
expect 'any name is a name' 0 '' "$@" "$queue"
boxed 2
[ ! -e executed ] || complain 'it was executed'

sentence='sent mail is kept for 30 days'
touch -d '29 days ago' "$queue/sent/one.eml"
touch -d '32 days ago' "$queue/sent/two.eml"
expect "$sentence" 0 '' "$@" "$queue"
[ -e "$queue/sent/one.eml" ] || complain 'one is gone'
[ ! -e "$queue/sent/two.eml" ] || complain 'two is still there'
sentence='30 days begin when it is sent'
mail old 'a text'
touch -d '40 days ago' "$queue/old.eml"
expect "$sentence" 0 '' "$@" "$queue"
boxed 1
expect "$sentence" 0 '' "$@" "$queue"
[ -e "$queue/sent/old.eml" ] || complain 'it is gone'

sentence='a second one stands back'
mail slow SLOW
"$work/bin/gnomon-mail" "$@" "$queue" 2>"$work/slow-words" &
first=$!
tries=0
until [ -e "$work/slow" ] || [ $tries -ge 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
expect "$sentence" 75 'holds it' "$@" "$queue"
wait "$first" || complain "the first one ended with $?: $(cat "$work/slow-words")"
boxed 1

sentence='a signal ends it, and the mail stays'
rm -f "$work/slow"
mail again SLOW
"$work/bin/gnomon-mail" "$@" "$queue" 2>"$work/slow-words" &
first=$!
tries=0
until [ -e "$work/slow" ] || [ $tries -ge 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
kill "$first"
wait "$first"
[ $? -eq 143 ] || complain 'it did not end of the signal'
waiting 'again.eml '
rm "$queue/again.eml"
boxed 0

mail background BACKGROUND
expect 'what sendmail leaves in the background' 0 '' "$@" "$queue"
expect 'does not hold the lock' 0 '' "$@" "$queue"
kill "$(cat "$work/background")"
boxed 1

# --- by settings

# site [LINE...]
site() {
	printf '[site]\nname = hq\nhome = 192.0.2.0/24\nzone = UTC\nspool = %s\nstore = %s\nreports = %s\n' "$work/spool" "$work/store" \
		"$work/reports" >"$work/site.conf"
	for line; do
		echo "$line" >>"$work/site.conf"
	done
}

queue=$work/reports/.mail
mail settings 'a text'
site
expect 'a site that mails to nobody is passed over' 0 '' --site "$work/site.conf"
site '[mail]' 'to = security@example.org' "sendmail = $work/sendmail"
expect 'the settings tell queue and program' 0 '' --site "$work/site.conf"
boxed 1
queue=$work/elsewhere
mail settings 'a text'
site '[mail]' 'to = security@example.org' "queue = $queue" "sendmail = $work/nowhere"
expect 'an option is before the settings' 0 '' --site "$work/site.conf" "$@"
boxed 1
rm -r "$queue"
expect 'a queue that no report made is no news' 0 '' --site "$work/site.conf"
site '[mail]' 'too = x'
expect 'settings that are wrong' 2 'too: unknown key, did you mean to?' --site "$work/site.conf"

# --- its command line

expect 'both at once' 2 'not both' --site "$work/site.conf" "$queue"
expect 'two queues' 2 'unexpected' "$queue" "$queue"
expect 'an unknown option' 2 'unknown option --sit' --sit x
expect 'a value that is missing' 2 '--sendmail: expected a value' --sendmail
expect 'help' 0 '' --help
[ "$(wc -l <"$work/out")" -lt 24 ] || complain 'no screen has room for it'
# Where it is installed is not the help's doing: distcheck's prefix alone is half a line.
sites=$(sed -n "s/^sites='\(.*\)'/\1/p" "$program")
[ -n "$sites" ] || complain 'the folder of the sites is not told'
[ "$(sed "s|$sites|/etc/gnomon|g" "$work/out" | awk 'length > 96')" = '' ] || complain 'a line is wider than 96 columns'
sentence='nothing is left behind'
[ -z "$(ls -A "$TMPDIR")" ] || complain "$(ls -A "$TMPDIR")"
exit $((failed > 0))
