#include "config.h"

#include "report/day_mail.h"

#include "report/card.h"
#include "report/mail.h"

/* Where nothing is known of the day before, everything is new. */
static gboolean
is_news(const Finding *finding)
{
	return finding->state != STATE_STILL;
}

static int
compare_findings(gconstpointer a, gconstpointer b)
{
	return finding_compare(*(const Finding *const *)a, *(const Finding *const *)b);
}

/* Of Finding *, borrowed from the model, by rank; owned by the caller. */
static GPtrArray *
list_news(const Model *model)
{
	GPtrArray *news = g_ptr_array_new();

	for (guint topic = 0; topic < TOPICS; topic++) {
		const GPtrArray *findings = model->topics[topic].findings;
		for (guint i = 0; i < findings->len; i++)
			if (is_news(findings->pdata[i]))
				g_ptr_array_add(news, findings->pdata[i]);
	}
	g_ptr_array_sort(news, compare_findings);
	return news;
}

static MailFinding
mail_finding(const Finding *finding, GPtrArray *owner)
{
	char *id = finding_id(finding), *about = card_about(finding);

	g_ptr_array_add(owner, id);
	g_ptr_array_add(owner, about);
	return (MailFinding){
		.id = id,
		.verdict = finding_verdict_name(finding->verdict),
		.sources = about,
		.sentence = card_reason(finding),
		.hosts = finding->profile->hosts,
	};
}

gboolean
day_mail(const Model *model, const char *folder, const char *text, gint64 now, GError **error)
{
	g_autoptr(MailSettings) settings = mail_settings_new(model->day->site);

	if (!settings)
		return TRUE;
	g_autoptr(GPtrArray) news = list_news(model);
	g_autoptr(GPtrArray) owner = g_ptr_array_new_with_free_func(g_free);
	g_autofree MailFinding *findings = g_new0(MailFinding, news->len + 1);
	g_autofree char *headline = model_headline(model);
	for (guint i = 0; i < news->len; i++)
		findings[i] = mail_finding(news->pdata[i], owner);
	const MailNews mail = {
		.site = model->day->site->name,
		.date = model->day->date,
		.headline = headline,
		.text = text,
		.findings = findings,
		.n_findings = news->len,
		.n_more = model->states[STATE_NEW] + model->states[STATE_UNKNOWN] - news->len,
		.n_still = model->states[STATE_STILL],
		.n_gone = model->gone->len,
		.day_end = model->day->to,
		.last = model->day->span.to,
		.now = now,
	};
	return mail_queue(settings, &mail, folder, NULL, error);
}
