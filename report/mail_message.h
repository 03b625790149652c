/*
 * A mail (RFC 5322) as sendmail(8) takes it: plain text and HTML of the same news.
 */
#ifndef REPORT_MAIL_MESSAGE_H
#define REPORT_MAIL_MESSAGE_H

#include "report/mail.h"

enum {
	MAIL_MESSAGE_TEXT_MAX = 200000, /* octets of the day's page */
	MAIL_MESSAGE_ROWS = 100,        /* findings in the HTML */
};

/* id: of the message, before the @: letters, digits, - and . */
void mail_message(
	GString *out, const MailSettings *settings, const MailNews *news, const char *id);

#endif
