/*
 * One finding in HTML: a row of a table, or a card with the seven headings, the evidence, and
 * what shows it.
 */
#ifndef REPORT_CARD_HTML_H
#define REPORT_CARD_HTML_H

#include "report/model.h"

/* The columns' heads, to within the table's body. */
void card_row_head(GString *page);
/* A row leads to what is told of its finding (of a topic of the model), or is all of it. */
typedef enum { CARD_ROW_LINK, CARD_ROW_PLACE } CardRow;

void card_row(GString *page, const Finding *finding, CardRow row, const Model *model);

void card_html(GString *page, const Finding *finding, const Model *model);

#endif
