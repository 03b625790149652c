# What a day's roll-up must hold, from `gnomon-tally dump --format json` of all its tallies: an independent reading of
# tally/PAST.md. Prints the lines of `dump --format json day.past` behind its first, their order aside.

# The value of a key, without quotes; "" where there is none.
function get(key, at, rest) {
	at = index($0, "\"" key "\":")
	if (!at)
		return ""
	rest = substr($0, at + length(key) + 3)
	if (rest ~ /^"/) {
		rest = substr(rest, 2)
		return substr(rest, 1, index(rest, "\"") - 1)
	}
	if (rest ~ /^\[/)
		return substr(rest, 2, index(rest, "]") - 2)
	match(rest, /^[0-9]*/)
	return substr(rest, 1, RLENGTH)
}

function is_request(kind) {
	return kind ~ /^(malformed|syn|xmas|fin|null)$/
}

function group(kind, port) {
	if (is_request(kind))
		return "tcp"
	if (kind ~ /^(echo|echoreply|icmp)$/)
		return "icmp"
	if (kind == "udp")
		return port ? "udp" : ""
	return kind ~ /^(synack|rst|finack|ack)$/ && port ? "tcp-response" : ""
}

function constant(field, value, text, key) {
	key = source SUBSEP field SUBSEP value
	text = source SUBSEP hour SUBSEP get("kind")
	packets_of[key] += sent[text]
	contacts_of[key] += rows[text]
}

BEGIN {
	n_kinds = split("malformed syn synack rst finack xmas fin ack null echo echoreply icmp udp other", kinds)
	n_answers = split("synack rst udp echoreply unreach completed halfopen", answers)
	for (i = 1; i <= n_kinds; i++)
		known[kinds[i]] = 1
}

/^{"record":"hour"/ {
	hour = substr(get("hour"), 12, 2) + 0
}

/^{"record":"pair"/ {
	source = get("source")
	target = get("target")
	pair_answers = get("answered")
}

# The answers of a pair count once it has a contact.
/^{"record":"contact"/ && known[get("kind")] {
	kind = get("kind")
	port = get("port") + 0
	packets[source] += get("packets")
	if (!((source, target) in pairs)) {
		pairs[source, target]
		targets[source]++
	}
	kinds_of[source, kind] = 1
	for (i = 1; i <= n_answers; i++)
		if (index(pair_answers, "\"" answers[i] "\""))
			answered[source, answers[i]] = 1
	if (!(source in first) || hour < first[source])
		first[source] = hour
	if (!(source in last) || hour > last[source])
		last[source] = hour
	sent[source, hour, kind] += get("packets")
	rows[source, hour, kind]++
	key = group(kind, port) SUBSEP port
	if (group(kind, port) == "")
		next
	port_packets[key] += get("packets")
	if (!((key, source) in port_seen)) {
		port_seen[key, source]
		port_sources[key]++
	}
	if (!((key, source, target) in port_seen)) {
		port_seen[key, source, target]
		port_pairs[key]++
	}
}

/^{"record":"trait"/ {
	source = get("source")
	kind = get("kind")
	seen = get("seen")
	if (!((source, hour, kind) in sent))
		next
	if (seen ~ /"tcp"/) {
		if (get("ack_min") == get("ack_max") && get("ack_min") != 0)
			constant("ack", get("ack_min"))
		if (get("seq_min") == get("seq_max"))
			constant("seq", get("seq_min"))
	}
	if (kind == "syn" && seen !~ /"options-vary"/ && get("window_min") == get("window_max") &&
	    (seen !~ /"mss"/ || (seen !~ /"no-mss"/ && get("mss_min") == get("mss_max"))))
		constant("syn", get("window_min") "," (seen ~ /"mss"/ ? get("mss_min") : 0) "," get("options"))
	if (seen ~ /"ports"/ && get("sport_min") == get("sport_max") && (is_request(kind) || kind == "udp"))
		constant("sport", get("sport_min"))
	if (seen ~ /"id"/ && get("id_min") == get("id_max") && get("id_min") != 0)
		constant("id", get("id_min"))
}

END {
	for (source in packets) {
		line = "source " source " " targets[source] " " packets[source] " "
		for (i = 1; i <= n_kinds; i++)
			if ((source, kinds[i]) in kinds_of)
				line = line kinds[i] ","
		line = line " "
		for (i = 1; i <= n_answers; i++)
			if ((source, answers[i]) in answered)
				line = line answers[i] ","
		print line " " first[source] " " last[source]
	}
	for (key in port_packets) {
		split(key, part, SUBSEP)
		print "port " part[1] " " part[2] " " port_sources[key] " " port_pairs[key] " " port_packets[key]
	}
	for (key in packets_of) {
		split(key, part, SUBSEP)
		firm = packets_of[key] >= 3 && contacts_of[key] >= 2
		if (!firm && part[2] ~ /^(sport|id)$/)
			continue
		trait = part[2] " " part[3]
		trait_sources[trait]++
		trait_packets[trait] += packets_of[key]
		trait_firm[trait] += firm
	}
	for (trait in trait_sources)
		if (trait_firm[trait] || trait_sources[trait] > 1)
			print "trait " trait " " trait_sources[trait] " " trait_packets[trait]
}
