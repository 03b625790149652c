#include "config.h"

#include "report/card_packets.h"

#include "report/detail.h"
#include "report/html.h"
#include "report/text.h"

static void
card_packets_free(gpointer data)
{
	CardPackets *packets = data;

	packets_found_free(packets->found);
	g_free(packets->expression);
	g_free(packets->command);
	g_free(packets);
}

/* What a finding's packets are asked for with; its arrays belong to owner (of GArray *). */
static PacketsWish
wish_of(const Model *model, const Finding *finding, char *id, GPtrArray *owner)
{
	GArray *sources = g_array_new(FALSE, FALSE, sizeof(Network));
	const Detail *detail = g_hash_table_lookup(model->details, finding);
	PacketsWish wish = {.id = id};

	g_ptr_array_add(owner, sources);
	for (guint i = 0; i < finding->sources->len; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		Network network = {source->source, source->bits};
		g_array_append_val(sources, network);
	}
	wish.sources = (const Network *)(gpointer)sources->data;
	wish.n_sources = sources->len;
	if (finding->scope == SCOPE_TARGET)
		wish.target = finding_window(finding, 0)->target;
	wish.hours = (const gint64 *)(gpointer)detail->hours->data;
	wish.n_hours = detail->hours->len;
	return wish;
}

static CardPackets *
packets_of(const Day *day, const Finding *finding, const PacketsWish *wish, PacketsFound *found)
{
	CardPackets *packets = g_new0(CardPackets, 1);
	g_autofree char *settings =
		g_canonicalize_filename(settings_path(day->site->settings), NULL);
	guint left_out;

	packets->found = found;
	packets->expression = packets_expression(day->site->home, wish, &left_out);
	packets->command = packets_command(settings, wish, &left_out);
	/* Of thousands of sources a finding lists some. */
	packets->left_out =
		left_out + finding->n_sources - MIN(wish->n_sources, finding->n_sources);
	return packets;
}

gboolean
card_packets_find(Model *model, const char *folder, GPtrArray *problems, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) owner =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
	g_autoptr(GPtrArray) cards = g_ptr_array_new();
	g_autoptr(GArray) wishes = g_array_new(FALSE, FALSE, sizeof(PacketsWish));

	for (guint topic = 0; topic < TOPICS; topic++)
		for (guint i = 0; i < model->topics[topic].n_cards; i++) {
			Finding *finding = model->topics[topic].findings->pdata[i];
			char *id = finding_id(finding);
			PacketsWish wish = wish_of(model, finding, id, owner);
			g_ptr_array_add(ids, id);
			g_ptr_array_add(cards, finding);
			g_array_append_val(wishes, wish);
		}
	const PacketsWish *all = (const PacketsWish *)(gpointer)wishes->data;
	g_autoptr(GPtrArray) found =
		packets_find(model->day->site, folder, all, wishes->len, problems, error);
	if (!found)
		return FALSE;
	model->packets = g_hash_table_new_full(NULL, NULL, NULL, card_packets_free);
	for (guint i = 0; i < found->len; i++)
		g_hash_table_insert(model->packets, cards->pdata[i],
			packets_of(model->day, cards->pdata[i], &all[i],
				g_steal_pointer(&found->pdata[i])));
	return TRUE;
}

static void
put_code(GString *page, const char *label, const char *code)
{
	g_string_append_printf(page, "<p>%s: <code>", label);
	html_long_text(page, code);
	g_string_append(page, "</code></p>\n");
}

void
card_packets_html(GString *page, const Model *model, const Finding *finding)
{
	const CardPackets *packets =
		model->packets ? g_hash_table_lookup(model->packets, finding) : NULL;
	char number[TEXT_NUMBER_SIZE];

	if (!packets)
		return;
	const GPtrArray *texts = packets->found->texts;
	g_string_append_printf(
		page, "<details><summary>Packets: the first %u</summary>\n", texts->len);
	if (texts->len > 0)
		g_string_append(page, "<pre tabindex=\"0\">");
	for (guint i = 0; i < texts->len; i++)
		html_line(page, texts->pdata[i]);
	if (texts->len > 0)
		g_string_append(page, "</pre>\n");
	if (packets->found->reason) {
		html_element(page, "p", "note", packets->found->reason);
		g_string_append_c(page, '\n');
	}
	put_code(page, "All that passed between them, from the spool", packets->command);
	put_code(page,
		"As a BPF expression (of frames with a VLAN tag \"vlan and \" before it)",
		packets->expression);
	if (packets->left_out > 0)
		g_string_append_printf(page,
			"<p class=\"note\">%s sources are in neither: "
			"they are too many.</p>\n",
			text_number(packets->left_out, number));
	g_string_append(page, "</details>\n");
}
