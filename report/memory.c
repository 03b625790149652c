#include "config.h"

#include "report/memory.h"

#include "common/hour.h"

enum {
	DAYS_MAX = 180, /* that are looked at: two months the first seed asks for at least */
	/* of the sources of one finding so many are looked up: of a flood's thousands the others
	 * say nothing more */
	SOURCES_MAX = 64,
	NEIGHBOURS_V4 = 24,
	NEIGHBOURS_V6 = 64,
};

Memory *
memory_new(const Site *site, const char *const *sensors, gint64 from, GPtrArray *shortfalls,
	GError **error)
{
	g_autoptr(Memory) memory = g_new0(Memory, 1);
	g_autofree char *path = yesterday_path(site, from);
	gboolean missing = FALSE;

	memory->past = past_open(site->store, sensors,
		from - from % DAY_SECONDS - DAYS_MAX * DAY_SECONDS, from - from % DAY_SECONDS,
		shortfalls, error);
	if (!memory->past)
		return NULL;
	memory->yesterday = yesterday_load(path);
	const char *problem = yesterday_problem(memory->yesterday, &missing);
	if (problem && !missing)
		g_ptr_array_add(shortfalls, g_strdup(problem));
	return g_steal_pointer(&memory);
}

void
memory_free(Memory *memory)
{
	g_clear_pointer(&memory->past, past_free);
	g_clear_pointer(&memory->yesterday, yesterday_free);
	g_free(memory);
}

static guint
count_sources(const Finding *finding)
{
	return MIN(finding->sources->len, SOURCES_MAX);
}

/* Its sources, then the networks they lie in. */
static void
add_keys(GArray *keys, const Finding *finding)
{
	guint n = count_sources(finding);

	for (guint i = 0; i < n; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		Network key = {source->source, source->bits};
		g_array_append_val(keys, key);
	}
	for (guint i = 0; i < n; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		guint8 bits = source->source.family == 4 ? NEIGHBOURS_V4 : NEIGHBOURS_V6;
		Network key = {address_mask(&source->source, bits), bits};
		g_array_append_val(keys, key);
	}
}

/* The one that was there on most days, the earliest of equals. */
static const PastSource *
best_known(const PastSource *found, guint n)
{
	const PastSource *best = found;

	for (guint i = 1; i < n; i++)
		if (found[i].days_seen > best->days_seen ||
			(found[i].days_seen == best->days_seen && found[i].first < best->first))
			best = &found[i];
	return best;
}

static FindingPast *
sum_up(const PastSource *found, guint n)
{
	FindingPast *past = g_new0(FindingPast, 1);

	past->own = *best_known(found, n);
	past->neighbours = *best_known(found + n, n);
	for (guint i = 0; i < n; i++)
		past->sources_seen += found[i].days_seen > 0;
	past->sources_asked = n;
	return past;
}

static gboolean
tell_past(Past *past, const GPtrArray *findings, GError **error)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(Network));

	if (past_days_known(past) == 0)
		return TRUE;
	for (guint i = 0; i < findings->len; i++)
		add_keys(keys, findings->pdata[i]);

	g_autofree PastSource *results = g_new0(PastSource, keys->len + 1);
	if (!past_find_sources(
		    past, (const Network *)(gpointer)keys->data, keys->len, results, error))
		return FALSE;
	for (guint i = 0, next = 0; i < findings->len; i++) {
		Finding *finding = findings->pdata[i];
		guint n = count_sources(finding);
		if (n > 0)
			finding->past = sum_up(results + next, n);
		next += 2 * n;
	}
	return TRUE;
}

/* Constants of its packets that days before may have had, too. */
static void
add_traits(GArray *keys, const Finding *finding)
{
	const GArray *traits = finding->profile->traits;

	for (guint i = 0; i < traits->len && finding->profile->packets > 1; i++) {
		const Trait *trait = &g_array_index(traits, Trait, i);
		PastTrait ack = {PAST_ACK, trait->ack_min}, seq = {PAST_SEQ, trait->seq_min};
		if (!(trait->seen & TRAIT_TCP))
			continue;
		if (trait->ack_min == trait->ack_max && trait->ack_min > 1)
			g_array_append_val(keys, ack);
		if (trait->seq_min == trait->seq_max && trait->seq_min > 0)
			g_array_append_val(keys, seq);
	}
}

static void
take_traits(Finding *finding, const PastTrait *keys, const PastTraitFound *found, guint n)
{
	if (!finding->past)
		return;
	for (guint i = 0; i < n; i++) {
		if (found[i].days_seen == 0)
			continue;
		g_autofree char *text = past_trait_text(&found[i]);
		g_autofree char *line = g_strdup_printf("%s %" G_GUINT64_FORMAT ": %s",
			past_field_names[keys[i].field], keys[i].value, text);
		finding_past_add(finding->past, line);
	}
}

static gboolean
tell_traits(Past *past, const GPtrArray *findings, GError **error)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(PastTrait));
	g_autofree guint *ends = g_new0(guint, findings->len + 1);

	for (guint i = 0; i < findings->len; i++) {
		add_traits(keys, findings->pdata[i]);
		ends[i] = keys->len;
	}
	if (keys->len == 0)
		return TRUE;
	const PastTrait *asked = (const PastTrait *)(gpointer)keys->data;
	g_autofree PastTraitFound *found = g_new0(PastTraitFound, keys->len);
	if (!past_find_traits(past, asked, keys->len, found, error))
		return FALSE;
	for (guint i = 0; i < findings->len; i++) {
		guint from = i > 0 ? ends[i - 1] : 0;
		take_traits(findings->pdata[i], asked + from, found + from, ends[i] - from);
	}
	return TRUE;
}

/* The service port that most targets were asked for. */
static gboolean
tell_ports(Past *past, const GPtrArray *findings, GError **error)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(PastPort));
	g_autoptr(GPtrArray) asking = g_ptr_array_new();

	for (guint i = 0; i < findings->len; i++) {
		Finding *finding = findings->pdata[i];
		const GArray *ports = finding->profile->ports;
		if (!finding->past || ports->len == 0)
			continue;
		const ProfilePort *port = &g_array_index(ports, ProfilePort, 0);
		PastPort key = {(guint8)past_block_group(port->kind, port->port), port->port};
		if (key.group == PAST_GROUPS)
			continue;
		g_array_append_val(keys, key);
		g_ptr_array_add(asking, finding);
	}
	if (keys->len == 0)
		return TRUE;
	g_autofree PastPortDay *days =
		past_find_ports(past, (const PastPort *)(gpointer)keys->data, keys->len, error);
	guint n = past_days_known(past);
	if (!days)
		return FALSE;
	for (guint i = 0; i < keys->len; i++) {
		const PastPort *key = &g_array_index(keys, PastPort, i);
		g_autofree char *text = past_port_text(days + (gsize)i * n, n);
		g_autofree char *line = g_strdup_printf(
			"%s %u: %s", past_group_names[key->group], key->port, text);
		finding_past_add(((Finding *)asking->pdata[i])->past, line);
	}
	return TRUE;
}

gboolean
memory_tell(Memory *memory, const GPtrArray *findings, GError **error)
{
	if (memory->past && !(tell_past(memory->past, findings, error) &&
				    tell_ports(memory->past, findings, error) &&
				    tell_traits(memory->past, findings, error)))
		return FALSE;
	for (guint i = 0; memory->yesterday && i < findings->len; i++) {
		Finding *finding = findings->pdata[i];
		finding->state = yesterday_take(memory->yesterday, finding);
		if (finding->state == STATE_NEW)
			finding->ranks |= RANK_NEW;
	}
	return TRUE;
}
