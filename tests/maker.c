#include "config.h"

#include "tests/maker.h"

#include "common/hour.h"

Maker *
maker_new(void)
{
	Maker *maker = g_new0(Maker, 1);

	maker->contacts = g_array_new(FALSE, FALSE, sizeof(Contact));
	maker->facts.source = address_from_v4(0xc6336409); /* 198.51.100.9 */
	return maker;
}

void
maker_free(Maker *maker)
{
	g_array_unref(maker->contacts);
	g_free(maker);
}

Contact *
maker_add_contact(Maker *maker, Kind kind, guint16 port)
{
	PairHour *pair = &maker->pairs[maker->n_pairs - 1];
	guint64 time = (pair->target.low & 0xff) * SECOND_NS;
	Contact contact = {.packets = 1,
		.bytes = 40,
		.first = time,
		.last = time,
		.kind = kind,
		.port = port};

	g_array_append_val(maker->contacts, contact);
	pair->n_contacts++;
	return &g_array_index(maker->contacts, Contact, maker->contacts->len - 1);
}

PairHour *
maker_add(Maker *maker, guint target, int hour, Kind kind, guint ports)
{
	gint64 start = MAKER_MIDNIGHT + hour * HOUR_SECONDS;
	PairHour *pair = &maker->pairs[maker->n_pairs++];

	g_assert_cmpuint(maker->n_pairs, <=, MAKER_ROWS);
	*pair = (PairHour){
		.target = address_from_v4(0xc0000200 + target), /* 192.0.2.x */
		.hour = start,
		.udp_in = kind == KIND_UDP ? (guint64)start * SECOND_NS : FACTS_NEVER,
		.udp_out = FACTS_NEVER,
		.facts = kind_table[kind].fact_in,
		.contacts = maker->contacts->len,
	};
	for (guint i = 0; i < ports; i++)
		maker_add_contact(maker, kind, (guint16)(1000 + i));
	return pair;
}

Contact *
maker_contacts(Maker *maker, const PairHour *pair)
{
	return &g_array_index(maker->contacts, Contact, pair->contacts);
}

void
maker_move_ports(Maker *maker, const PairHour *pair, guint first)
{
	for (guint i = 0; i < pair->n_contacts; i++)
		maker_contacts(maker, pair)[i].port = (guint16)(first + i);
}

Trait *
maker_trait(Maker *maker, int hour, Kind kind)
{
	TraitHour *item = &maker->traits[maker->n_traits++];

	g_assert_cmpuint(maker->n_traits, <=, MAKER_TRAITS);
	item->hour = MAKER_MIDNIGHT + hour * HOUR_SECONDS;
	trait_clear(&item->trait);
	item->trait.kind = kind;
	return &item->trait;
}

static int
compare_pairs(gconstpointer a, gconstpointer b)
{
	const PairHour *x = a, *y = b;
	int order = address_compare(&x->target, &y->target);

	return order != 0 ? order : (x->hour > y->hour) - (x->hour < y->hour);
}

static int
compare_traits(gconstpointer a, gconstpointer b)
{
	const TraitHour *x = a, *y = b;

	if (x->trait.kind != y->trait.kind)
		return (int)x->trait.kind - y->trait.kind;
	return (x->hour > y->hour) - (x->hour < y->hour);
}

const SourceFacts *
maker_facts(Maker *maker)
{
	qsort(maker->pairs, maker->n_pairs, sizeof maker->pairs[0], compare_pairs);
	qsort(maker->traits, maker->n_traits, sizeof maker->traits[0], compare_traits);
	maker->facts.pairs = maker->pairs;
	maker->facts.n_pairs = maker->n_pairs;
	maker->facts.contacts = (const Contact *)(gpointer)maker->contacts->data;
	maker->facts.traits = maker->traits;
	maker->facts.n_traits = maker->n_traits;
	return &maker->facts;
}

GPtrArray *
maker_find_scene(const Subject *subject, const Scene *scene)
{
	g_autoptr(DetectorSettings) settings = detector_settings_new();
	GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);

	detection_subject(settings, scene, subject, findings);
	return findings;
}

GPtrArray *
maker_find_subject(const Subject *subject, gboolean one_sided)
{
	Scene scene = {.span = subject->span, .one_sided = one_sided};

	return maker_find_scene(subject, &scene);
}

GPtrArray *
maker_find(Maker *maker)
{
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);

	return maker_find_subject(&subject, FALSE);
}

char *
maker_tell(const GPtrArray *findings)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = findings->pdata[i];
		g_string_append(text, i > 0 ? "; " : "");
		for (guint k = 0; k < finding->windows->len; k++)
			g_string_append_printf(text, "%s%s", k > 0 ? "," : "",
				finding_window(finding, k)->detector->name);
		g_string_append_printf(text, " %s %u %+dh %dh",
			finding_verdict_name(finding->verdict), finding->profile->hosts,
			(int)((finding->profile->start - MAKER_MIDNIGHT) / HOUR_SECONDS),
			(int)(finding->profile->length / HOUR_SECONDS));
	}
	return g_string_free(text, FALSE);
}
