/* render_node: an XML part as a tree, for drawing, which looks at a thing more than once.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Elements are known by their local names. Everything lives in the arena.
 */
#ifndef QY_DOC_RENDER_NODE_H
#define QY_DOC_RENDER_NODE_H

#include "doc/xml.h"

enum { NODES_MAX = 1000000, NODE_DEPTH_MAX = XML_DEPTH_MAX };

struct node {
	struct bytes name;
	struct bytes text; /* of a leaf, as it stands; white space at its ends too */
	const struct xml_attr *attrs;
	size_t attrs_n;
	const struct node *first, *next;
};

/* ERR_MALFORMED; ERR_TOO_LARGE: more than NODES_MAX elements. */
MUST_USE bool node_tree(
	struct arena *a, struct bytes part, const struct node **root, struct err *e);

bool node_is(const struct node *n, const char *name);
/* The first child of that name, or null; n may be null. */
const struct node *node_child(const struct node *n, const char *name);
/* The next one beside n of that name. */
const struct node *node_next(const struct node *n, const char *name);
bool node_attr(const struct node *n, const char *name, struct bytes *value);
/* The attribute's value or an empty run. */
struct bytes node_value(const struct node *n, const char *name);

/* Attributes as what they should be; `otherwise` when absent or no such thing. */
double node_number(const struct node *n, const char *name, double otherwise);
int node_int(const struct node *n, const char *name, int otherwise);
bool node_bool(const struct node *n, const char *name, bool otherwise);

/* An ST_ID or ST_RefID; false for what is no number of 32 bits. */
bool node_id(const struct node *n, const char *name, uint32_t *out);
bool id_parse(struct bytes text, uint32_t *out);

#endif
