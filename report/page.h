/*
 * A model as a page: plain text, or HTML. Both tell the same.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/model.h"

void page_text(GString *page, const Model *model);
void page_html(GString *page, const Model *model);

#endif
