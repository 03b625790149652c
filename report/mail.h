/*
 * What is new, as mail in a queue directory that gnomon-mail(8) sends from. Nothing here talks to
 * anybody, and each finding is mailed once: whatever is run again, killed, or late.
 *
 *	QUEUE/DATE-HASH.eml        a mail to be sent; HASH: of the site and of the ids it tells
 *	QUEUE/sent/DATE-HASH.eml   one that was sent (gnomon-mail keeps it for 30 days)
 *	FOLDER/.mailed             ids of a day's findings that were mailed, a line each
 *
 * A mail is made in three steps, each whole or not at all: the ids go into .mailed behind a line
 * "queue DATE-HASH.eml", the mail goes into the queue, the line goes. Ids behind such a line count
 * only where that mail is in the queue or was sent.
 */
#ifndef REPORT_MAIL_H
#define REPORT_MAIL_H

#include "common/site.h"

/* Group [mail] of a site (gnomon.conf(5)). */
typedef struct {
	const char *const *to; /* borrowed from the settings, as is from */
	const char *from;
	char *queue;     /* owned; absolute */
	gboolean hourly; /* else once the day is over */
	gint64 late;     /* seconds after a day's end from which it is history */
} MailSettings;

/* NULL: nothing is to be mailed. */
MailSettings *mail_settings_new(const Site *site);
void mail_settings_free(MailSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailSettings, mail_settings_free)

/* A finding. All but the id may be any text. */
typedef struct {
	const char *id; /* letters and digits */
	const char *verdict;
	const char *sources;  /* "198.51.100.9 and 3 more" */
	const char *sentence; /* what is told of it */
	guint64 hosts;
} MailFinding;

/* News of a site's day; all borrowed. Texts may be any, of any length. */
typedef struct {
	const char *site;
	const char *date;            /* local, "2026-03-29" */
	const char *headline;        /* a sentence */
	const char *text;            /* the day's page as text, which begins with the same */
	const MailFinding *findings; /* those that are new, by rank; told or not told before */
	gsize n_findings;
	guint64 n_more; /* new, too, but of too low a rank to be among the findings */
	guint64 n_still, n_gone;
	gint64 day_end; /* the first instant after the day, seconds since 1970 */
	gint64 last; /* the first instant after the last hour that was read: the mail's Date */
	gint64 now;  /* what is taken for now */
} MailNews;

/*
 * Puts a mail into the queue where some of the findings were not mailed yet, and it is time to:
 * those alone are new in it. folder: of the day, REPORTS/SITE/YYYY/MM/DD, where .mailed is; it is
 * there already, the queue need not be. *queued (NULL: not asked): whether there is a mail. FALSE:
 * something cannot be read or written; the next call does what is left.
 */
gboolean mail_queue(const MailSettings *settings, const MailNews *news, const char *folder,
	gboolean *queued, GError **error);

#endif
