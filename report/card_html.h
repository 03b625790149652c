/*
 * One finding in HTML: a row of a table, or a card with the seven headings, the evidence, and
 * what shows it.
 */
#ifndef REPORT_CARD_HTML_H
#define REPORT_CARD_HTML_H

#include "report/model.h"

/* The columns' heads, to within the table's body. */
void card_row_head(GString *page);
/* It leads to the finding's card, when the page has one. */
void card_row(GString *page, const Finding *finding, const Model *model);

void card_html(GString *page, const Finding *finding, const Model *model);

#endif
