#include "config.h"

#include "report/figure_ports.h"

#include "report/contact_class.h"
#include "report/figure.h"
#include "report/text.h"

enum {
	WIDTH = 240,
	MARGIN = 2,
	STRIP = 13, /* units high */
	SOURCES_TOP = 10,
	TARGETS_TOP = SOURCES_TOP + STRIP + 12,
	HEIGHT = TARGETS_TOP + STRIP + 11,
	SYSTEM_PORTS = 1024, /* have a quarter of the width: services are there */
	PORTS = 65536,
	BLOCKS = PORTS / 1024,
	LISTED = 8, /* ports of a list */
};

/* What is known of a kind's ports. */
typedef struct {
	Kind kind;
	GArray *exact; /* of guint16, distinct, sorted: service ports of its contacts; owned */
	guint64 lost;  /* contacts whose port was not kept */
	const Trait *trait; /* with ports, or NULL; borrowed */
} KindPorts;

static void
kind_ports_clear(KindPorts *ports)
{
	g_array_unref(ports->exact);
}

static int
compare_ports(gconstpointer a, gconstpointer b)
{
	return (int)*(const guint16 *)a - *(const guint16 *)b;
}

static void
settle(KindPorts *ports)
{
	guint16 *items = (guint16 *)(gpointer)ports->exact->data;
	guint n = 0;

	g_array_sort(ports->exact, compare_ports);
	for (guint i = 0; i < ports->exact->len; i++)
		if (n == 0 || items[n - 1] != items[i])
			items[n++] = items[i];
	g_array_set_size(ports->exact, n);
}

/* Of every kind with ports of which something is known. */
static GArray *
list_kinds(const Finding *finding, const Detail *detail)
{
	GArray *kinds = g_array_new(FALSE, FALSE, sizeof(KindPorts));

	g_array_set_clear_func(kinds, (GDestroyNotify)kind_ports_clear);
	for (guint kind = 0; kind < KIND_CONTACTS; kind++) {
		const Trait *trait = profile_trait(finding->profile, (Kind)kind);
		KindPorts ports = {.kind = (Kind)kind,
			.exact = g_array_new(FALSE, FALSE, sizeof(guint16)),
			.trait = trait && trait->seen & TRAIT_PORTS ? trait : NULL};
		gboolean has_ports =
			kind_table[kind].port == 's' || kind_table[kind].port == 'd';
		for (guint i = 0; has_ports && i < detail->marks->len; i++) {
			const DetailMark *mark = &g_array_index(detail->marks, DetailMark, i);
			if (mark->kind != kind)
				continue;
			if (!contact_class_has_port((Kind)kind, mark->port))
				ports.lost++;
			else
				g_array_append_val(ports.exact, mark->port);
		}
		settle(&ports);
		if (has_ports && (ports.exact->len > 0 || (ports.trait && ports.lost > 0)))
			g_array_append_val(kinds, ports);
		else
			kind_ports_clear(&ports);
	}
	return kinds;
}

static guint64
blocks_of(const Trait *trait)
{
	return trait ? trait->dport_blocks_low | (guint64)trait->dport_blocks_high << 32 : 0;
}

static double
port_x(guint port)
{
	double part = port < SYSTEM_PORTS
			      ? 0.25 * port / SYSTEM_PORTS
			      : 0.25 + 0.75 * (port - SYSTEM_PORTS) / (PORTS - SYSTEM_PORTS);

	return MARGIN + (WIDTH - 2 * MARGIN) * part;
}

static void
draw_strip(Svg *svg, double top, const char *name)
{
	svg_text(svg, NULL, SVG_START, 0, top - 3, name);
	svg_box(svg, "axis", MARGIN, top, WIDTH - 2 * MARGIN, STRIP);
}

static void
draw_axis(Svg *svg)
{
	static const guint ports[] = {0, SYSTEM_PORTS, 16384, 32768, 49152, PORTS - 1};

	for (gsize i = 0; i < G_N_ELEMENTS(ports); i++) {
		char text[TEXT_NUMBER_SIZE];
		g_snprintf(text, sizeof text, "%u", ports[i]);
		svg_line(svg, "axis", port_x(ports[i]), SOURCES_TOP, port_x(ports[i]),
			TARGETS_TOP + STRIP + 2);
		svg_text(svg, NULL,
			i == 0                  ? SVG_START
			: ports[i] == PORTS - 1 ? SVG_END
						: SVG_MIDDLE,
			port_x(ports[i]), HEIGHT - 1, text);
	}
}

/* Blocks that hold some port, and the span that source ports lie in, below what is exact. */
static void
draw_vague(Svg *svg, const KindPorts *ports)
{
	guint64 blocks = kind_table[ports->kind].port == 's' ? blocks_of(ports->trait) : 0;

	for (guint i = 0; i < BLOCKS; i++)
		if (blocks >> i & 1)
			svg_box(svg, "cell1", port_x(i * 1024), TARGETS_TOP + 2,
				port_x((i + 1) * 1024) - port_x(i * 1024), STRIP - 4);
	if (ports->trait && kind_table[ports->kind].port == 'd')
		svg_box(svg, "span", port_x(ports->trait->sport_min) - 0.5, SOURCES_TOP + 2,
			port_x(ports->trait->sport_max) - port_x(ports->trait->sport_min) + 1,
			STRIP - 4);
}

static void
draw_exact(Svg *svg, const KindPorts *ports)
{
	const SvgKey *key = &contact_classes[contact_class(ports->kind)];
	double top = kind_table[ports->kind].port == 's' ? SOURCES_TOP : TARGETS_TOP;

	for (guint i = 0; i < ports->exact->len; i++) {
		double x = port_x(g_array_index(ports->exact, guint16, i));
		if (svg_mark(svg, key->class, key->shape, x, top + STRIP / 2.0))
			svg_line(svg, "stem", x, top, x, top + STRIP);
	}
}

static Svg *
draw(const GArray *kinds)
{
	Svg *svg = svg_new(WIDTH, HEIGHT);

	draw_strip(svg, SOURCES_TOP, "source ports");
	draw_strip(svg, TARGETS_TOP, "destination ports");
	draw_axis(svg);
	for (guint i = 0; i < kinds->len; i++)
		draw_vague(svg, &g_array_index(kinds, KindPorts, i));
	for (guint i = 0; i < kinds->len; i++)
		draw_exact(svg, &g_array_index(kinds, KindPorts, i));
	return svg;
}

/* "80, 88, 8080", "20, 21 and 3 more"; what was not kept is said. */
static char *
exact_text(const KindPorts *ports)
{
	GString *text = g_string_new(NULL);
	guint n = MIN(ports->exact->len, (guint)LISTED);

	for (guint i = 0; i < n; i++)
		text_item(text, "%u", g_array_index(ports->exact, guint16, i));
	text_rest(text, ports->exact->len, n);
	if (ports->lost > 0)
		g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " contact%s, port not kept",
			n > 0 ? "; " : "", ports->lost, text_plural(ports->lost));
	return g_string_free(text, FALSE);
}

static char *
sources_text(const KindPorts *ports)
{
	const Trait *trait = ports->trait;

	if (kind_table[ports->kind].port == 's')
		return exact_text(ports);
	if (!trait)
		return g_strdup("not known");
	if (trait->sport_min == trait->sport_max)
		return g_strdup_printf("%u", trait->sport_min);
	return g_strdup_printf("between %u and %u", trait->sport_min, trait->sport_max);
}

static char *
targets_text(const KindPorts *ports)
{
	const Trait *trait = ports->trait;

	if (kind_table[ports->kind].port == 'd')
		return exact_text(ports);
	if (!trait)
		return g_strdup("not known");
	guint blocks = (guint)__builtin_popcountll(blocks_of(trait));
	return g_strdup_printf("at least %u, in %u of %u blocks of 1,024",
		(guint)__builtin_popcount(trait->dport_marks), blocks, BLOCKS);
}

static char *
caption_of(const GArray *kinds, const Detail *detail)
{
	GString *caption = g_string_new("Ports: a mark is a port itself");
	gboolean span = FALSE, blocks = FALSE, fixed = FALSE;

	for (guint i = 0; i < kinds->len; i++) {
		const KindPorts *ports = &g_array_index(kinds, KindPorts, i);
		gboolean from = kind_table[ports->kind].port == 's';
		span |= ports->trait && !from;
		blocks |= ports->trait && from;
		fixed |= ports->trait && from && ports->exact->len == 1 &&
			 __builtin_popcountll(blocks_of(ports->trait)) > 1;
	}
	if (span)
		g_string_append(caption, "; a frame goes from the least to the greatest, which "
					 "of those between is not kept");
	if (blocks)
		g_string_append(caption, "; a shaded block of 1,024 holds some port");
	if (detail->n_marks > detail->marks->len)
		g_string_append(caption, "; marks of some of many contacts");
	if (fixed)
		g_string_append(caption,
			". One source port against scattered destination ports: as backscatter "
			"looks");
	return g_string_free(caption, FALSE);
}

static void
put_table(GString *page, const GArray *kinds)
{
	static const char *const heads[] = {"Kind", "Source ports", "Destination ports", NULL};

	figure_table(page, "What is known of ports", heads);
	for (guint i = 0; i < kinds->len; i++) {
		const KindPorts *ports = &g_array_index(kinds, KindPorts, i);
		g_autofree char *sources = sources_text(ports);
		g_autofree char *targets = targets_text(ports);
		figure_row(page,
			(const char *[]){kind_table[ports->kind].name, sources, targets, NULL});
	}
}

void
figure_ports(GString *page, const char *id, const Finding *finding, const Detail *detail)
{
	g_autoptr(GArray) kinds = list_kinds(finding, detail);
	SvgKey keys[CONTACT_CLASSES];
	gboolean has[CONTACT_CLASSES] = {FALSE};
	guint n_keys = 0;

	if (kinds->len == 0)
		return;
	for (guint i = 0; i < kinds->len; i++)
		has[contact_class(g_array_index(kinds, KindPorts, i).kind)] = TRUE;
	for (guint class = 0; class < CONTACT_CLASSES; class ++)
		if (has[class])
			keys[n_keys++] = contact_classes[class];
	g_autoptr(Svg) svg = draw(kinds);
	g_autofree char *caption = caption_of(kinds, detail);
	const FigureText text = {
		.id = id,
		.class = "small",
		.title = "Ports",
		.description = "Source ports above destination ports, 0 to 65535; those below "
			       "1024 have a quarter of the width.",
		.caption = caption,
		.keys = keys,
		.n_keys = n_keys,
	};
	figure_begin(page, &text, svg);
	put_table(page, kinds);
	figure_end(page);
}
