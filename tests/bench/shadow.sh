#!/bin/sh
# SHADOW's way, as in 1998: tcpdump turns the capture into text, a script counts each outside host's targets in it.
# (Any packet from outside to inside counts: the rules of today cannot be seen in the text.)
set -eu

tcpdump -n -t -q -r "$1" 2>/dev/null | awk '
	function host(text, octets) {
		split(text, octets, /[.:]/)
		return octets[1] "." octets[2] "." octets[3] "." octets[4]
	}
	$1 == "IP" {
		source = host($2)
		target = host($4)
		if (source !~ /^172\.16\./ && target ~ /^172\.16\./ && !((source, target) in seen)) {
			seen[source, target]
			hosts[source]++
		}
	}
	END {
		for (source in hosts)
			if (hosts[source] >= 7)
				print hosts[source], source
	}' | sort -rn
