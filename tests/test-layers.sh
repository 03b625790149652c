#!/bin/sh
# Holds the layers of the rooms, as their #include lines tell them.
set -u
srcdir=${srcdir:-$(dirname "$0")/..}
cd "$srcdir" || exit 99

find common collect tally report tests -name '*.[ch]' 2>/dev/null | sort |
	xargs grep -HE '^[[:space:]]*#[[:space:]]*include' /dev/null |
	awk '
	BEGIN {
		knows["common"] = "common"
		knows["collect"] = "common collect"
		knows["tally"] = "common tally"
		knows["report"] = "common tally report"
		knows["tests"] = "common collect tally report tests"
	}
	function complain(sentence) {
		print "FAIL " file ": " included ": " sentence
		failed = 1
	}
	# The detector that a path belongs to, "" for any other.
	function detector(path) {
		return path ~ /(^|\/)detect[_\/]/ ? substr(path, 1, length(path) - 2) : ""
	}
	{
		colon = index($0, ":")
		file = substr($0, 1, colon - 1)
		match($0, /["<][^">]*[">]/)
		included = substr($0, RSTART, RLENGTH)
		name = substr(included, 2, length(included) - 2)
		room = file
		sub(/\/.*/, "", room)
		first = file != last_file
		last_file = file
		n++
	}
	file ~ /\.c$/ && first && included != "\"config.h\"" { complain("config.h comes first") }
	name == "config.h" && file ~ /\.h$/ { complain("config.h is for sources") }
	name ~ /(^|\/)shadow\.h$/ { complain("shadow.h is the name of a system header") }
	name ~ /^pcap/ && file !~ /^(collect|tests)\// && file !~ /^tally\/(bpf|foreign)\.c$/ {
		complain("libpcap is for collect/, tally/bpf.c and tally/foreign.c")
	}
	/include[[:space:]]*"/ && name != "config.h" {
		if (name !~ /\//)
			complain("expected folder/file.h")
		folder = name
		sub(/\/.*/, "", folder)
		if (index(" " knows[room] " ", " " folder " ") == 0)
			complain(room " knows only: " knows[room])
		if (detector(file) != "" && detector(name) != "" && detector(file) != detector(name))
			complain("no detector knows another")
	}
	END {
		print n " includes looked at"
		exit n == 0 || failed
	}'
