/* template_node: what a template is compiled into; inside template*.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_HTTP_TEMPLATE_NODE_H
#define QY_HTTP_TEMPLATE_NODE_H

#include "http/template_context.h"

enum { REF_STEPS = 4, SAY_ARGS = 9 };

/* Where a value lies, seen from a place in the template. */
struct ref {
	unsigned scope; /* 0: the model; each list or struct that is entered: one more */
	const struct view_member *member;
	size_t step_count; /* from the scope's struct to the member's */
	struct {
		size_t at;
		bool pointer;
	} steps[REF_STEPS];
};

enum node_kind {
	NODE_LITERAL,
	NODE_VALUE,
	NODE_SECTION, /* its children follow, up to `end` */
	NODE_INVERSE,
	NODE_SAY
};

struct node {
	enum node_kind kind;
	enum escape escape;
	size_t end;
	struct bytes text;
	struct ref ref;
	enum msg msg;
	struct ref *args; /* of NODE_SAY */
	size_t arg_count;
};

struct template
{
	const char *name;
	const struct view *view;
	struct node *nodes;
	size_t count, cap;
};

/* Does a section of this kind look into a struct of its own? */
bool kind_enters(enum view_kind kind);

#endif
