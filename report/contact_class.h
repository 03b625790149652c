/*
 * Kinds of contacts as pictures tell them apart: by the colour of a class of the style sheet and
 * by a shape.
 */
#ifndef REPORT_CONTACT_CLASS_H
#define REPORT_CONTACT_CLASS_H

#include "report/svg.h"
#include "tally/kind.h"

typedef enum {
	CONTACT_REQUEST,
	CONTACT_ACK,
	CONTACT_RESPONSE,
	CONTACT_UDP,
	CONTACT_ICMP,
	CONTACT_OTHER,
	CONTACT_CLASSES,
} ContactClass;

/* By class. key.class: of the style sheet; key.text: what it is called. */
extern const SvgKey contact_classes[CONTACT_CLASSES];

/* kind: of a contact, below KIND_CONTACTS. */
ContactClass contact_class(Kind kind);

#endif
