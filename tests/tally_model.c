#include "config.h"

#include "tests/tally_model.h"

#include <string.h>

#include "common/hour.h"

static guint64
roll64(GRand *dice)
{
	return (guint64)g_rand_int(dice) << 32 | g_rand_int(dice);
}

/* A number of any length with equal likelihood, the ends of the range among them. */
static guint64
roll_extreme(GRand *dice)
{
	switch (g_rand_int_range(dice, 0, 4)) {
	case 0:
		return 0;
	case 1:
		return G_MAXUINT64;
	default:
		return roll64(dice) >> g_rand_int_range(dice, 0, 64);
	}
}

static guint64
roll(GRand *dice, const ModelPlan *plan, guint64 below)
{
	return plan->extremes ? roll_extreme(dice) : roll64(dice) % below;
}

static void
add_contacts(Model *model, const ModelPlan *plan, GRand *dice, Pair *pair)
{
	guint kinds_end = plan->run ? KIND_COUNT : KIND_AT_REST;
	guint32 n = (guint32)g_rand_int_range(dice, 0, (gint32)plan->contacts + 1);
	guint64 key = 0;

	g_array_append_vals(model->starts, &model->contacts->len, 1);
	for (guint32 i = 0; i < n; i++) {
		key += (guint64)(g_rand_int_range(dice, 0, 4) > 0
					 ? 1
					 : g_rand_int_range(dice, 1, 100000));
		if (key >> 16 >= kinds_end)
			break;
		Contact contact = {
			.first = roll(dice, plan, HOUR_NS),
			.packets = roll(dice, plan, 9),
			.bytes = roll(dice, plan, 9000),
			.kind = (guint8)(key >> 16),
			.port = (guint16)key,
			.answered = (guint8)g_rand_int(dice),
			.seq = plan->run ? g_rand_int(dice) : 0,
		};
		contact.last = contact.first + roll(dice, plan, SECOND_NS);
		g_array_append_val(model->contacts, contact);
		pair->n_contacts++;
	}
}

static void
add_pairs(Model *model, const ModelPlan *plan, GRand *dice, ModelSource *source)
{
	guint32 n = (guint32)g_rand_int_range(dice, 1, (gint32)plan->pairs + 1);
	guint64 target = g_rand_int(dice) >> 1;

	source->first_pair = model->pairs->len;
	for (guint32 i = 0; i < n; i++) {
		gboolean udp = g_rand_int_range(dice, 0, 40) == 0;
		Pair pair = {
			.target = {.low = target, .high = 0, .family = source->address.family},
			.udp_in = udp && g_rand_boolean(dice) ? roll(dice, plan, HOUR_NS)
							      : FACTS_NEVER,
			.udp_out = udp ? roll(dice, plan, HOUR_NS) : FACTS_NEVER,
			.facts = (guint16)g_rand_int(dice),
			.answered = (guint8)g_rand_int(dice),
		};
		if (pair.target.family == 6)
			pair.target.high = target >> 3;
		add_contacts(model, plan, dice, &pair);
		g_array_append_val(model->pairs, pair);
		/* A run's pair may come again. */
		target += (guint64)g_rand_int_range(dice, plan->run ? 0 : 1, 1000);
	}
	source->n_pairs = model->pairs->len - source->first_pair;
}

/* Any octets at all will do: the tally keeps what it is given. */
static void
add_traits(Model *model, const ModelPlan *plan, GRand *dice, ModelSource *source)
{
	source->first_trait = model->traits->len;
	for (guint kind = 0; kind < (plan->run ? KIND_COUNT : KIND_AT_REST); kind++) {
		Trait trait;
		if (g_rand_int_range(dice, 0, 8) > 0)
			continue;
		for (gsize i = 0; i < sizeof trait; i++)
			((guint8 *)&trait)[i] = (guint8)(plan->extremes ? g_rand_int(dice)
									: g_rand_int(dice) % 3);
		trait.kind = (guint8)kind;
		trait.family = source->address.family;
		trait.source = 0;
		g_array_append_val(model->traits, trait);
	}
	source->n_traits = model->traits->len - source->first_trait;
}

static void
add_sources(Model *model, const ModelPlan *plan, GRand *dice, guint8 family, guint32 n)
{
	Address address = {.low = 7, .family = family};

	for (guint32 i = 0; i < n; i++) {
		ModelSource source;
		if (family == 6)
			address.high += g_rand_int_range(dice, 0, 2) ? 0 : roll64(dice) >> 24;
		address.low +=
			(guint64)g_rand_int_range(dice, 1, g_rand_boolean(dice) ? 2 : 5000);
		source.address = address;
		add_pairs(model, plan, dice, &source);
		add_traits(model, plan, dice, &source);
		g_array_append_val(model->sources, source);
	}
}

static void
add_hour(Model *model, const ModelPlan *plan, GRand *dice)
{
	HourFacts *hour = model->hour =
		hour_facts_new((gint64)g_rand_int(dice) / 3600 * 3600 + 30 * 60, 30, "outer",
			"10.0.0.0/8,2001:db8::/32", roll64(dice));

	for (guint i = 0; i < OUTCOME_COUNT; i++) {
		hour->totals.packets[i] = roll_extreme(dice);
		hour->totals.bytes[i] = roll_extreme(dice);
	}
	hour->first = roll_extreme(dice);
	hour->last = roll_extreme(dice);
	hour->cut_short = g_rand_boolean(dice);
	hour->live_evicted = roll_extreme(dice);
	hour->dropped_kernel = roll_extreme(dice);
	hour->dropped_interface = roll_extreme(dice);
	hour->discarded = roll_extreme(dice);
	g_free(hour->inputs);
	hour->inputs =
		g_strdup("2017-09-10/0100 12345\n2017-09-10/0100-2315 18446744073709551615");
	g_free(hour->shortfall);
	hour->shortfall = g_strdup("0000.pcap:40: cut short\n0000-1.pcap: not a capture");
	for (guint32 i = 0; i < 2 * plan->spoke; i++) {
		Address address = {
			.low = 5 + 3 * (guint64)i, .family = i < plan->spoke ? 4 : 6};
		if (address.family == 6)
			address.high = i;
		g_array_append_val(hour->spoke, address);
	}
	for (guint32 i = 0; i < plan->spoke; i++) {
		Hijack hijack = {.time = roll64(dice),
			.seq = g_rand_int(dice),
			.sport = 80,
			.dport = (guint16)i};
		hijack.source = address_from_v4(g_rand_int(dice));
		hijack.target =
			(Address){.high = roll64(dice), .low = roll64(dice), .family = 6};
		hijack.peer = address_from_v4(g_rand_int(dice));
		g_array_append_val(hour->hijacks, hijack);
	}
}

Model *
model_new(const ModelPlan *plan, guint32 seed)
{
	g_autoptr(GRand) dice = g_rand_new_with_seed(seed);
	Model *model = g_new0(Model, 1);

	model->sources = g_array_new(FALSE, FALSE, sizeof(ModelSource));
	model->pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
	model->starts = g_array_new(FALSE, FALSE, sizeof(guint32));
	/* Room for one: no array that is pointed into is NULL. */
	model->contacts = g_array_sized_new(FALSE, FALSE, sizeof(Contact), 1);
	model->traits = g_array_sized_new(FALSE, FALSE, sizeof(Trait), 1);
	add_hour(model, plan, dice);
	add_sources(model, plan, dice, 4, plan->v4);
	add_sources(model, plan, dice, 6, plan->v6);
	return model;
}

void
model_free(Model *model)
{
	if (!model)
		return;
	g_array_unref(model->sources);
	g_array_unref(model->pairs);
	g_array_unref(model->starts);
	g_array_unref(model->contacts);
	g_array_unref(model->traits);
	hour_facts_free(model->hour);
	g_free(model);
}

void
model_write(const Model *model, Writer *writer)
{
	for (guint s = 0; s < model->sources->len; s++) {
		const ModelSource *source = &g_array_index(model->sources, ModelSource, s);
		writer_source(writer, &source->address);
		for (guint32 i = source->first_pair; i < source->first_pair + source->n_pairs;
			i++) {
			Pair pair = g_array_index(model->pairs, Pair, i);
			pair.contacts = &g_array_index(model->contacts, Contact,
				g_array_index(model->starts, guint32, i));
			writer_pair(writer, &pair);
		}
		writer_traits(writer, &g_array_index(model->traits, Trait, source->first_trait),
			source->n_traits);
	}
}

static const char *
compare_hour(const HourFacts *a, const HourFacts *b, guint parts)
{
	guint listed = parts & READER_NO_LISTS ? 0 : 1;

	if (a->hour != b->hour || a->grid_minutes != b->grid_minutes ||
		strcmp(a->sensor, b->sensor) != 0 || strcmp(a->home, b->home) != 0 ||
		a->settings != b->settings || a->first != b->first || a->last != b->last ||
		a->cut_short != b->cut_short || strcmp(a->shortfall, b->shortfall) != 0 ||
		strcmp(a->inputs, b->inputs) != 0 || a->live_evicted != b->live_evicted ||
		a->dropped_kernel != b->dropped_kernel ||
		a->dropped_interface != b->dropped_interface || a->discarded != b->discarded ||
		memcmp(&a->totals, &b->totals, sizeof a->totals) != 0)
		return "the hour";
	if (b->spoke->len != listed * a->spoke->len ||
		b->hijacks->len != listed * a->hijacks->len)
		return "the length of a list";
	for (guint i = 0; i < b->spoke->len; i++)
		if (address_compare(&g_array_index(a->spoke, Address, i),
			    &g_array_index(b->spoke, Address, i)) != 0)
			return "an address that spoke";
	for (guint i = 0; i < b->hijacks->len; i++) {
		const Hijack *x = &g_array_index(a->hijacks, Hijack, i),
			     *y = &g_array_index(b->hijacks, Hijack, i);
		if (x->time != y->time || address_compare(&x->source, &y->source) != 0 ||
			address_compare(&x->target, &y->target) != 0 ||
			address_compare(&x->peer, &y->peer) != 0 || x->seq != y->seq ||
			x->sport != y->sport || x->dport != y->dport)
			return "a hijack";
	}
	return NULL;
}

static const char *
compare_contacts(const Contact *a, const Contact *b, guint32 n)
{
	for (guint32 i = 0; i < n; i++)
		if (a[i].first != b[i].first || a[i].last != b[i].last ||
			a[i].packets != b[i].packets || a[i].bytes != b[i].bytes ||
			a[i].seq != b[i].seq || a[i].port != b[i].port ||
			a[i].kind != b[i].kind || a[i].answered != b[i].answered)
			return "a contact";
	return NULL;
}

static const char *
compare_pair(const Model *model, guint32 number, const Stretch *stretch, guint32 i, guint parts)
{
	const Pair *pair = &g_array_index(model->pairs, Pair, number);
	Address target = stretch->family == 4 ? address_from_v4(stretch->targets_v4[i])
					      : stretch->targets_v6[i];
	guint64 udp_in = stretch->udp_in ? stretch->udp_in[i] : FACTS_NEVER;
	guint64 udp_out = stretch->udp_out ? stretch->udp_out[i] : FACTS_NEVER;

	if (address_compare(&pair->target, &target) != 0)
		return "a target";
	if (pair->facts != stretch->facts[i] || pair->answered != stretch->answered[i])
		return "a pair's facts or answers";
	if (pair->udp_in != udp_in || pair->udp_out != udp_out)
		return "a pair's UDP times";
	if (!(parts & READER_CONTACTS))
		return stretch->contacts || stretch->contacts_end ? "contacts nobody asked for"
								  : NULL;
	guint32 from = i > 0 ? stretch->contacts_end[i - 1] : 0;
	if (stretch->contacts_end[i] - from != pair->n_contacts)
		return "the number of a pair's contacts";
	return compare_contacts(&g_array_index(model->contacts, Contact,
					g_array_index(model->starts, guint32, number)),
		stretch->contacts + from, pair->n_contacts);
}

static const char *
compare_traits(
	const Model *model, const ModelSource *source, const Stretch *stretch, guint parts)
{
	guint32 n = (parts & READER_TRAITS) && !stretch->more ? source->n_traits : 0;

	if (stretch->n_traits != n)
		return "the number of a source's traits";
	if (n > 0 && memcmp(&g_array_index(model->traits, Trait, source->first_trait),
			     stretch->traits, n * sizeof(Trait)) != 0)
		return "a trait";
	return NULL;
}

/* Takes all stretches of a source. */
static const char *
compare_source(const Model *model, const ModelSource *source, Reader *reader, guint parts)
{
	Stretch stretch = {.more = TRUE};
	const char *fault = NULL;

	for (guint32 done = 0; done < source->n_pairs; done += stretch.n) {
		if (!stretch.more || !reader_next(reader, &stretch, NULL))
			return "an early end";
		if (address_compare(&stretch.source, &source->address) != 0 ||
			stretch.family != source->address.family)
			return "a source";
		if (stretch.n == 0 || stretch.n > source->n_pairs - done)
			return "the number of a source's pairs";
		for (guint32 i = 0; i < stretch.n && !fault; i++)
			fault = compare_pair(
				model, source->first_pair + done + i, &stretch, i, parts);
		if (!fault)
			fault = compare_traits(model, source, &stretch, parts);
		if (fault)
			return fault;
	}
	return stretch.more ? "a source without end" : NULL;
}

char *
model_compare(const Model *model, Reader *reader, guint parts, guint32 from)
{
	const char *fault = compare_hour(model->hour, reader_hour(reader), parts);
	Stretch stretch;

	if (reader_n_sources(reader) != model->sources->len ||
		reader_n_pairs(reader) != model->pairs->len ||
		reader_n_contacts(reader) != model->contacts->len)
		fault = "the counts";
	for (guint32 i = from; i < model->sources->len && !fault; i++) {
		fault = compare_source(
			model, &g_array_index(model->sources, ModelSource, i), reader, parts);
		if (fault)
			return g_strdup_printf("source %u: %s", i, fault);
	}
	if (!fault && reader_next(reader, &stretch, NULL))
		fault = "more than was written";
	return g_strdup(fault);
}
