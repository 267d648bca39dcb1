/* xml: one part of a package read from front to back, without a tree.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A thin face over libxml2's push parser with everything dangerous shut: no DTD (so no
 * entities but the five), no network, no includes, UTF-8 only. Before libxml2 sees an
 * octet, one pass bounds what would cost it time or memory: depth, attributes an element,
 * length of a tag. Elements are meant to be matched by local name; the namespace is told.
 *
 * Limits: XML_PART_MAX octets a part, XML_DEPTH_MAX deep, XML_ATTRS_MAX attributes an
 * element, XML_NAMESPACES_MAX namespaces in force at a place (libxml2 walks them for each
 * name), XML_TAG_MAX octets a tag, comment or instruction, XML_TEXT_MAX octets of text in
 * a row, 128 KB of names that differ.
 *
 *	struct xml_event ev;
 *	bool found;
 *
 *	if (!xml_root(r, &ev, e))
 *		return false;
 *	while (xml_child(r, 1, &ev, &found, e) && found)
 *		if (xml_is(&ev, "DocRoot") && !xml_leaf(r, a, &root, e))
 *			return false;
 */
#ifndef QY_DOC_XML_H
#define QY_DOC_XML_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define XML_PART_MAX       (16u << 20)
#define XML_DEPTH_MAX      200
#define XML_ATTRS_MAX      256
#define XML_NAMESPACES_MAX 64
#define XML_TAG_MAX        (1u << 20)
#define XML_TEXT_MAX       (4u << 20)

struct xml_reader;

enum xml_kind { XML_DONE, XML_START, XML_END, XML_TEXT };

struct xml_attr {
	struct bytes name; /* local name */
	struct bytes ns;   /* namespace, empty when none */
	struct bytes value;
};

struct xml_event {
	enum xml_kind kind;
	unsigned depth;    /* of the element started or ended, the root is 1; of TEXT: of
			      the element it stands in */
	struct bytes name; /* local name, START and END */
	struct bytes ns;   /* namespace, START and END; empty when none or undeclared */
	struct bytes text; /* TEXT */
	const struct xml_attr *attrs; /* START */
	size_t attrs_n;
};

/* Over the octets of a part, which outlive the reader. ERR_MALFORMED (a DTD, bad UTF-8,
 * too deep …), ERR_UNSUPPORTED (another encoding declared), ERR_TOO_LARGE. */
MUST_USE bool xml_open(struct xml_reader **out, struct bytes part, struct err *e);
void xml_reader_free(struct xml_reader *r);
AUTO_DEFINE(xml_reader);

/* The next event; XML_DONE at the end, again and again. What ev points to is valid until
 * the next call. Neighbouring text comes as one event. ERR_MALFORMED when not
 * well-formed, with the line in the text. */
MUST_USE bool xml_next(struct xml_reader *r, struct xml_event *ev, struct err *e);

/* The START of the root element, the first call on a reader. */
MUST_USE bool xml_root(struct xml_reader *r, struct xml_event *ev, struct err *e);

/* The START of the next child of the element at `depth` that was last started there, or
 * *found = false behind its last child. Whatever of the child before was not read is
 * passed over, text between children too. */
MUST_USE bool xml_child(struct xml_reader *r, unsigned depth, struct xml_event *ev,
	bool *found, struct err *e);

/* After a START: the text of that element up to its END, in the arena, without white
 * space at its ends. ERR_MALFORMED when it holds elements. */
MUST_USE bool xml_leaf(
	struct xml_reader *r, struct arena *a, struct bytes *text, struct err *e);

/* Is it an element of this local name? */
bool xml_is(const struct xml_event *ev, const char *name);
/* Has the START an attribute of this local name? Then its value, until the next call. */
bool xml_has(const struct xml_event *ev, const char *attr, struct bytes *value);

/* A run of text with & < > " ' and the control characters XML knows escaped, fit for
 * element content and attribute values. ERR_USAGE for what XML cannot carry. */

MUST_USE bool xml_escape(struct buf *to, struct bytes text, struct err *e);

#endif
