#include "config.h"

#include "tally/victim.h"

#include "common/hour.h"

enum {
	PORTS_NAMED = 6,
	FLOODED_PORTS = 3, /* a flood is about one port or few ... */
	FLOODED_EACH = 4,  /* ... or about many, with so many packets for each */
};

/* "12", "340 thousand", "5.0 million"; buffer of HOUR_TEXT_SIZE; returns it. */
static char *
format_estimate(double number, char *buffer)
{
	static const struct {
		double unit;
		const char *name;
	} units[] = {{1e9, " billion"}, {1e6, " million"}, {1e3, " thousand"}};

	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (number >= units[i].unit) {
			g_snprintf(buffer, HOUR_TEXT_SIZE, "%.1f%s", number / units[i].unit,
				units[i].name);
			return buffer;
		}
	g_snprintf(buffer, HOUR_TEXT_SIZE, "%.0f", number);
	return buffer;
}

/* "port 80", "ports 23, 22", "ports 1, 2, 3, 4, 5, 6 and 94 more"; free with g_free. */
static char *
name_ports(const GArray *ports)
{
	GString *text = g_string_new(ports->len == 1 ? "port" : "ports");
	guint named = MIN(ports->len, PORTS_NAMED);

	for (guint i = 0; i < named; i++)
		g_string_append_printf(text, "%s %u", i > 0 ? "," : "",
			g_array_index(ports, UnaskedPort, i).port);
	if (ports->len > named)
		g_string_append_printf(text, " and %u more", ports->len - named);
	return g_string_free(text, FALSE);
}

static gboolean
is_flood(const Unasked *unasked)
{
	return unasked->ports->len <= FLOODED_PORTS ||
	       unasked->packets >= FLOODED_EACH * (guint64)unasked->ports->len;
}

static void
say_estimate(const DetectorCase *at, const Unasked *unasked, Finding *finding)
{
	guint64 home = at->scene->home ? home_size_v4(at->scene->home) : 0;
	guint64 span = unasked->last - unasked->first;
	char all[HOUR_TEXT_SIZE], each[HOUR_TEXT_SIZE], while_[HOUR_TEXT_SIZE];

	if (home == 0 || at->subject->source.family != 4)
		return;
	if (unasked->targets == 1 && unasked->packets > 2) {
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"one address of ours alone was spoofed, %" G_GUINT64_FORMAT
			" times: how much else came at the victim cannot be told",
			unasked->packets);
		return;
	}
	double total = (double)unasked->packets * 4294967296.0 / (double)home;
	g_autofree char *rate =
		span < SECOND_NS
			? g_strdup("at once")
			: g_strdup_printf("%s a second over %s",
				  format_estimate(
					  total / ((double)span / (double)SECOND_NS), each),
				  hour_format_span(span, while_));
	finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
		"%" G_GUINT64_FORMAT " packets here, times 2^32 / %" G_GUINT64_FORMAT
		" addresses of ours: about %s in all, %s, if false sources were drawn evenly "
		"from all addresses",
		unasked->packets, home, format_estimate(total, all), rate);
}

void
victim_say(const DetectorCase *at, const Unasked *unasked, Finding *finding)
{
	g_autofree char *ports = name_ports(unasked->ports);
	char source[ADDRESS_TEXT_SIZE], since[HOUR_TEXT_SIZE];

	subject_format(&at->subject->source, at->subject->bits, source);
	hour_format_ns(unasked->first, since);
	if (is_flood(unasked))
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"second-order effect of a flood: %s of %s flooded with our addresses "
			"as false sources, since %s",
			ports, source, since);
	else
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"second-order effect of a scan: %s scanned (%s) with our addresses as "
			"false sources, since %s",
			source, ports, since);
	say_estimate(at, unasked, finding);
}
