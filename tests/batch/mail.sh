#!/bin/sh
# Mail from a day's findings to a mailbox: a run queues it, gnomon-mail hands it to a real sendmail (msmtp), that to a mail
# server of the test's, and a mail reader's parser finds nothing to complain of.
set -u
# shellcheck source=tests/batch/lib.sh
. "$(dirname "$0")/lib.sh"
need_root
need_commands msmtp python3 unshare ip
mail=${MAIL:-$build/gnomon-mail}
tool=$(cd "$srcdir" && pwd)/tests/batch/mail.py
box=$work/box
mkdir "$box"

write_site mail 192.0.2.0/24 UTC '[mail]' 'to = analyst@site.example;duty@site.example' 'from = gnomon@sensor.example' \
	"sendmail = $(command -v msmtp)"
cat >"$work/day.txt" <<-'EOT'
	date 2017-09-10
	repeat 9 every 1m {
	23:00:00 198.51.100.9.1024 > 192.0.2.{1+1}.23: S 1:1(0) win 512
	}
EOT
"$compose" "$work/day.txt" "$work/day.pcap" &&
	"$collect" --read --spool "$spool" --sensor dmz "$work/day.pcap" || exit 99
run "$site" 2017-09-11T00:05:00Z
ran 'a run finds a scan'
equal 'and leaves a mail' 1 "$(find "$reports/.mail" -name '*.eml' | wc -l)"

# A network where nobody else is; msmtp finds its settings in the home folder.
printf 'account default\nhost 127.0.0.1\nport 2525\nfrom gnomon@sensor.example\ntimeout 10\n' >"$work/.msmtprc"
chmod 600 "$work/.msmtprc"
cat >"$work/enter" <<EOT
ip link set lo up || exit 99
HOME=$work
export HOME
if [ "\$1" = serve ]; then
	python3 "$tool" serve 2525 "$box" &
	server=\$!
	trap 'kill \$server' EXIT
	tries=500
	until [ -e "$box/ready" ]; do
		tries=\$((tries - 1))
		[ \$tries -gt 0 ] || exit 99
		sleep 0.02
	done
fi
"$mail" --site "$site"
EOT
# send_mail [serve]: its exit status in $status, its words in $work/words.
send_mail() {
	unshare --net sh "$work/enter" "${1:-}" >"$work/words" 2>&1
	status=$?
}

send_mail
equal 'without a server the mail is not sent' 1 "$status"
check 'which is told in a line' grep -q "^gnomon-mail: $reports/.mail: 1 of 1 mails not sent: .*msmtp" "$work/words"
equal 'and it stays' 1 "$(find "$reports/.mail" -maxdepth 1 -name '*.eml' | wc -l)"
send_mail serve
ran 'with one it is sent, and nothing said'
equal 'to everybody' '<analyst@site.example> <duty@site.example>' "$(cat "$box/1.to")"
equal 'and moves to those that were sent' 1 "$(find "$reports/.mail/sent" -name '*.eml' | wc -l)"
python3 "$tool" read "$box/1.eml" >"$work/read" 2>&1
equal 'a mail reader takes it as it is' 0 "$?"
while read -r line; do
	check "it has: $line" grep -qF -- "$line" "$work/read"
done <<-'EOT'
	From: gnomon@sensor.example
	To: analyst@site.example, duty@site.example
	Subject: [gnomon] mail 2017-09-10: 1 new, 0 still, 0 gone: 1 scan
	Date: Mon, 11 Sep 2017 00:00:00 +0000
	Auto-Submitted: auto-generated
	First: 198.51.100.9, scan
	<td>198.51.100.9</td>
EOT
equal 'and says the first sentence once in each part' 2 "$(grep -o '1 finding (1 scan)' "$work/read" | wc -l)"
rm "$box"/*
run "$site" 2017-09-11T00:10:00Z
send_mail serve
ran 'no news, no mail'
equal 'indeed' 0 "$(find "$box" -name '*.eml' | wc -l)"

# --- what is in the way of a mail's place among those that were sent

mv "$reports"/.mail/sent/*.eml "$reports/.mail/"
touch "$work/plain"
mv "$reports/.mail/sent" "$work/sent" && mv "$work/plain" "$reports/.mail/sent"
send_mail serve
equal 'where a mail cannot be put aside' 1 "$status"
equal 'it is not sent, lest it be sent every ten minutes' 0 "$(find "$box" -name '*.eml' | wc -l)"

# --- root keeps out of what another user goes on with

before=$(content "$store" "$reports")
chown -R 65533:65533 "$work/mail"
root_may_not() {
	"$@" >"$work/words" 2>&1
	equal "${1##*/} $2 by root" "$expected" "$?"
	check 'names who should' grep -q 'is not root.s: expected user' "$work/words"
}
chmod 755 "$work"
expected=2
root_may_not "$tally" run --site "$site"
root_may_not "${REPORT:-$build/gnomon-report}" day --site "$site" 2017-09-10
root_may_not "${REPORT:-$build/gnomon-report}" index --site "$site"
printf '[context]\nnames = yes\n[fetch far]\nhost = nowhere.example\npath = /\n' >>"$site"
root_may_not "${NAMES:-$build/gnomon-names}" --site "$site"
root_may_not "${FETCH:-$build/gnomon-fetch}" --site "$site"
expected=1
root_may_not "$mail" --site "$site"
equal 'and nothing was changed' "$before" "$(content "$store" "$reports")"
run "$site" 2017-09-11T00:10:00Z --dry-run
ran 'a dry run is for everybody'
finish
