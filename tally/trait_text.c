#include "config.h"

#include "tally/kind.h"
#include "tally/trait.h"

/* Where trait.c keeps what malformed packets had: bits of dport_marks. */
enum { MALFORMED_PSH = 1, MALFORMED_URG = 2, MALFORMED_PSH_URG = 4 };

static guint
malformed_octets(const Trait *trait, guint8 octets[64])
{
	static const guint8 sets[4] = {FLAG_FIN | FLAG_SYN, FLAG_FIN | FLAG_RST,
		FLAG_SYN | FLAG_RST, FLAG_FIN | FLAG_SYN | FLAG_RST};
	gboolean occurred[64] = {FALSE};
	guint n = 0;

	for (guint bit = 0; bit < 32; bit++)
		if (trait->flag_sets & (1u << bit))
			occurred[sets[bit / 8] | (bit % 8) << 3] = TRUE;
	occurred[FLAG_PSH] = (trait->dport_marks & MALFORMED_PSH) != 0;
	occurred[FLAG_URG] = (trait->dport_marks & MALFORMED_URG) != 0;
	occurred[FLAG_PSH | FLAG_URG] = (trait->dport_marks & MALFORMED_PSH_URG) != 0;
	for (guint octet = 0; octet < G_N_ELEMENTS(occurred); octet++)
		if (occurred[octet])
			octets[n++] = (guint8)octet;
	return n;
}

/* F, S and R of every TCP kind but malformed. */
static guint8
fixed_flags(Kind kind)
{
	switch (kind) {
	case KIND_SYN:
	case KIND_SYNACK:
		return FLAG_SYN;
	case KIND_RST:
		return FLAG_RST;
	case KIND_FINACK:
	case KIND_XMAS:
	case KIND_FIN:
		return FLAG_FIN;
	default:
		return 0;
	}
}

guint
trait_flag_octets(const Trait *trait, guint8 octets[64])
{
	guint n = 0;

	if (trait->kind == KIND_MALFORMED)
		return malformed_octets(trait, octets);
	for (guint bit = 0; bit < 32; bit++)
		if (trait->flag_sets & (1u << bit))
			octets[n++] = (guint8)(bit << 3 | fixed_flags((Kind)trait->kind));
	return n;
}

char *
trait_options_text(guint32 layout)
{
	static const char *const names[16] = {
		[LAYOUT_NOP] = "nop",
		[LAYOUT_MSS] = "mss",
		[LAYOUT_WSCALE] = "wscale",
		[LAYOUT_SACK_OK] = "sackOK",
		[LAYOUT_SACK] = "sack",
		[LAYOUT_TIMESTAMP] = "timestamp",
		[LAYOUT_END] = "eol",
		[LAYOUT_MORE] = "...",
		[LAYOUT_OTHER] = "other",
		[LAYOUT_DAMAGED] = "damaged",
	};
	GString *text = g_string_new(layout == LAYOUT_NONE ? "none" : NULL);

	for (; layout != LAYOUT_NONE; layout >>= 4) {
		const char *name = names[layout & 15];
		g_string_append_printf(
			text, "%s%s", text->len > 0 ? "," : "", name ? name : "?");
	}
	return g_string_free(text, FALSE);
}
