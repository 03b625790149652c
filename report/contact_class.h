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

/* Whether a contact's service port (ICMP: type) is known. FALSE: its kind has none, or it was given
 * up and lies under 0 (DESIGN section 2, "Service port"); only a request is to port 0 itself. */
gboolean contact_class_has_port(Kind kind, guint16 port);

#endif
