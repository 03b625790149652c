# Reads pairs of files, the truth that label.c wrote and the findings of `gnomon scan --format json`, and prints who was found,
# missed and wrongly named, by kind; the aims and whether each is met; the first failures by name.
#
# An actor is found when a finding whose window overlaps what it did names a source of it with an accepted verdict; unnamed, when
# none but an undetermined one does. It is wrongly named when a forbidden verdict names it. By what it is judged (label_stage.h):
#   scanner   missed only when it hit 7 targets in some window; always: missed with fewer, too
#   edge      found when hourly and low-and-slow told exactly the hosts that it hit, and nothing when it hit fewer than 7
#   ports     the same of port-scan and 20 ports
#   group     found when one finding holds four fifths of its sources, and no stranger
#   target    found by the target as well: a flood's sources are anybody's, who only came to a flooded target is not wrongly named
#   ordinary  never found
# Settings: failures (2) listed of each sort and kind, strict (0): exit status 1 when an aim is missed.

# The text of a field in a line of JSON: the first of that name, which is the finding's own.
function field(line, name) {
	if (!match(line, "\"" name "\":(\"[^\"]*\"|[0-9]+)"))
		return ""
	line = substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
	gsub(/"/, "", line)
	return line
}

# The strings of a list; how many.
function strings(line, name, list) {
	if (!match(line, "\"" name "\":\\[[^]]*\\]"))
		return split("", list)
	line = substr(line, RSTART + length(name) + 4, RLENGTH - length(name) - 5)
	gsub(/"/, "", line)
	return split(line, list, ",")
}

function holds(list, word) {
	return index("," list ",", "," word ",") > 0
}

function read_truth(run, file, line, part, i, n, list, a) {
	while ((status = (getline line < file)) > 0) {
		if (line ~ /^#/)
			continue
		if (split(line, part, "\t") != 13)
			broken(file ": expected 13 columns: " substr(line, 1, 60))
		a = ++actors
		name[a] = runs > 1 ? run ":" part[1] : part[1]
		kind[a] = part[2]
		judged[a] = part[3]
		if (!(kind[a] in of_kind))
			kinds[++n_kinds] = kind[a]
		of_kind[kind[a]]++
		first[a] = part[5]
		last[a] = part[6]
		for (i = 1; i <= 3; i++) {
			split(part[6 + i], list, "@")
			hosts[a, i] = list[1] + 0
		}
		ports[a] = part[10] + 0
		accepted[a] = part[11]
		forbidden[a] = part[12]
		members[a] = split(part[4], list, ",")
		some_source[a] = list[1]
		for (i = 1; i <= members[a]; i++)
			who[run, list[i]] = a
		if (judged[a] != "target")
			continue
		n = split(part[13], list, ",")
		for (i = 1; i <= n; i++)
			aimed[run, list[i]] = aimed[run, list[i]] " " a
	}
	if (status < 0)
		broken(file ": cannot be read")
	close(file)
}

# The highest counts of the detectors that count exactly, for the actor of a finding of one source.
function note_counts(a, line, n, i, windows, detector, count) {
	if (!match(line, /"windows":\[[^]]*\]/))
		return
	n = split(substr(line, RSTART, RLENGTH), windows, "}")
	for (i = 1; i < n; i++) {
		detector = field(windows[i], "detector")
		count = field(windows[i], "count") + 0
		if (count > told[a, detector] + 0)
			told[a, detector] = count
	}
}

function note_verdict(a, verdict, scope, what) {
	if (holds(accepted[a], verdict))
		found[a] = 1
	else if (verdict == "undetermined")
		unnamed[a] = 1
	called[a, verdict] = 1
	if (holds(forbidden[a], verdict) && !(scope == "target" && judged[a] != "target") && !(a in wrong))
		wrong[a] = what
}

# Whether a finding holds a group and nobody else. mine: how many of its sources each actor has.
function note_group(verdict, what, mine, n_sources, a) {
	for (a in mine) {
		if (judged[a] != "group" || mine[a] < 0.8 * members[a])
			continue
		if (mine[a] < n_sources)
			strangers[a] = what
		else if (holds(accepted[a], verdict))
			whole[a] = 1
		else if (verdict == "undetermined")
			whole_unnamed[a] = 1
	}
}

function read_finding(run, line, verdict, start, end, scope, what, n, i, j, a, list, detectors, mine, targets, actor) {
	verdict = field(line, "verdict")
	start = field(line, "window_start")
	end = field(line, "window_end")
	scope = field(line, "scope")
	if (verdict == "" || start == "" || end == "")
		broken("no finding: " substr(line, 1, 60))
	n = strings(line, "detectors", detectors)
	what = verdict " by " detectors[1] ", id " field(line, "id")
	n = strings(line, "sources", list)
	split("", mine)
	for (i = 1; i <= n; i++) {
		if (!((run, list[i]) in who)) {
			unknown++
			continue
		}
		a = who[run, list[i]]
		if (start > last[a] || end <= first[a])
			continue
		mine[a]++
	}
	for (a in mine) {
		note_verdict(a, verdict, scope, what)
		if (n == 1)
			note_counts(a, line)
	}
	note_group(verdict, what, mine, n)
	if (scope != "target")
		return
	n = strings(line, "targets", targets)
	for (i = 1; i <= n; i++) {
		j = split(aimed[run, targets[i]], actor, " ")
		for (; j > 0; j--)
			if (start <= last[actor[j]] && end > first[actor[j]])
				note_verdict(actor[j], verdict, scope, what)
	}
}

function read_findings(run, file, line) {
	while ((status = (getline line < file)) > 0)
		read_finding(run, line)
	if (status < 0)
		broken(file ": cannot be read")
	close(file)
}

function broken(message) {
	print "label-judge: " message > "/dev/stderr"
	failed = 2
	exit 2
}

function fail(sort, a, what) {
	if (failures_of[sort, kind[a]]++ < failures)
		failure[++n_failures] = sprintf("  %-14s %s (%s%s): %s", sort, name[a], some_source[a], members[a] > 1 ? " ..." : "", what)
}

# How exact the counting detectors were about an actor at the edge; "" when they were.
function inexact(a, long, expected) {
	if (judged[a] == "ports") {
		expected = ports[a] >= 20 ? ports[a] : 0
		return told[a, "port-scan"] + 0 == expected ? "" : "port-scan told " (told[a, "port-scan"] + 0) " ports, expected " expected
	}
	expected = hosts[a, 1] >= 7 ? hosts[a, 1] : 0
	if (told[a, "hourly"] + 0 != expected)
		return "hourly told " (told[a, "hourly"] + 0) " hosts, expected " expected
	long = hosts[a, 2] > hosts[a, 3] ? hosts[a, 2] : hosts[a, 3]
	expected = hosts[a, 1] < 7 && long >= 7 ? long : 0
	if (told[a, "low-and-slow"] + 0 != expected)
		return "low-and-slow told " (told[a, "low-and-slow"] + 0) " hosts, expected " expected
	return ""
}

# By which verdicts an actor was named, some of its sources at least.
function what_called(a, i, text) {
	for (i = 1; i <= n_verdicts; i++)
		if ((a, verdicts[i]) in called)
			text = text (text == "" ? "called " : ", ") verdicts[i]
	return text == "" ? "in no finding" : text
}

# "found", "unnamed", "missed" or "" (nothing to be found).
function outcome(a) {
	if (judged[a] == "ordinary")
		return ""
	if (judged[a] == "edge" || judged[a] == "ports") {
		why[a] = inexact(a)
		return why[a] == "" ? "found" : "missed"
	}
	if (judged[a] == "group") {
		if (a in whole)
			return "found"
		if (a in whole_unnamed)
			return "unnamed"
		why[a] = a in strangers ? "with strangers: " strangers[a] : what_called(a)
		return "missed"
	}
	if (a in found)
		return "found"
	if (a in unnamed)
		return "unnamed"
	why[a] = what_called(a)
	return judged[a] == "scanner" && !is_over(a) ? "" : "missed"
}

# Whether a source of the actor hit 7 targets in some window.
function is_over(a) {
	return hosts[a, 1] >= 7 || hosts[a, 2] >= 7 || hosts[a, 3] >= 7
}

function is_scanner(a) {
	return judged[a] == "scanner" || judged[a] == "always"
}

function tell_aim(text, part, all, least, met) {
	met = all == 0 || part >= least * all
	printf "  %-68s %4d of %4d  %6.1f %%: %s\n", text, part, all, all ? 100 * part / all : 100, met ? "met" : "MISSED"
	if (!met)
		missed_aims++
}

function judge(a, sort) {
	sort = outcome(a)
	total[kind[a], sort]++
	if (sort == "missed")
		fail("missed", a, why[a])
	else if (sort == "unnamed")
		fail("unnamed", a, "undetermined")
	if (a in wrong) {
		total[kind[a], "wrong"]++
		fail("wrongly named", a, wrong[a])
	}
	if (is_scanner(a) && is_over(a)) {
		scanners++
		scanners_found += sort == "found" || sort == "unnamed"
	} else if (judged[a] == "edge" || judged[a] == "ports") {
		edges++
		edges_exact += sort == "found"
	} else if (judged[a] == "victim") {
		victims++
		victims_named += (a, "second-order-effect") in called
		victims_clean += !((a, "scan") in called || (a, "coordinated-scan") in called || (a, "decoy") in called)
	} else if (judged[a] == "mapper") {
		mappers++
		mappers_kept += !((a, "second-order-effect") in called)
		mappers_clean += !((a, "scan") in called)
	} else if (judged[a] == "group") {
		groups++
		groups_whole += sort == "found"
	} else if (judged[a] == "ordinary") {
		guests++
		guests_clean += !(a in wrong)
	}
}

function report(i, k) {
	for (i = 1; i <= actors; i++)
		judge(i)
	printf "  %-20s %7s %7s %8s %7s %14s\n", "kind", "actors", "found", "unnamed", "missed", "wrongly named"
	for (i = 1; i <= n_kinds; i++) {
		k = kinds[i]
		printf "  %-20s %7d %7s %8s %7s %14d\n", k, of_kind[k], total[k, "found"] + 0, total[k, "unnamed"] + 0,
			total[k, "missed"] + 0, total[k, "wrong"]
	}
	print "  aims:"
	tell_aim("scanners with 7 targets in a window: found (99 %)", scanners_found, scanners, 0.99)
	tell_aim("at the trigger's edge: exact (100 %)", edges_exact, edges, 1)
	tell_aim("flood victims: as second-order effect (95 %)", victims_named, victims, 0.95)
	tell_aim("flood victims: not as a scan (100 %)", victims_clean, victims, 1)
	tell_aim("inverse mappers: not as second-order effect (90 %)", mappers_kept, mappers, 0.90)
	tell_aim("inverse mappers: not as a scan (100 %)", mappers_clean, mappers, 1)
	tell_aim("coordinated groups: whole, no stranger in them (80 %)", groups_whole, groups, 0.80)
	tell_aim("ordinary hosts: not named as what they are not (100 %)", guests_clean, guests, 1)
	if (unknown)
		printf "  sources that no actor is: %d\n", unknown
	if (n_failures)
		print "  first failures:"
	for (i = 1; i <= n_failures; i++)
		print failure[i]
}

BEGIN {
	if (failures == "")
		failures = 2
	n_verdicts = split("scan coordinated-scan decoy second-order-effect inverse-mapping load-balancer traceroute flood hijack odd benign undetermined", verdicts, " ")
	runs = (ARGC - 1) / 2
	for (run = 1; run <= runs; run++) {
		read_truth(run, ARGV[2 * run - 1])
		read_findings(run, ARGV[2 * run])
	}
	report()
	exit strict && missed_aims > 0
}
