/*
 * A day's news as mail: its new findings, and the page as text.
 */
#ifndef REPORT_DAY_MAIL_H
#define REPORT_DAY_MAIL_H

#include "report/model.h"

/* Puts a mail into the queue when the site asks for it and there is news (mail.h). folder: the
 * day's; text: its page; now: what is taken for now, seconds since 1970. */
gboolean day_mail(
	const Model *model, const char *folder, const char *text, gint64 now, GError **error);

#endif
