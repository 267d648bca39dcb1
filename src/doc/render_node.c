/* render_node: see render_node.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_node.h"

#include "base/text.h"
#include "doc/render_value.h"

struct build {
	struct arena *a;
	size_t count;
	struct node *open[NODE_DEPTH_MAX + 2]; /* the element open at a depth */
	struct node *last[NODE_DEPTH_MAX + 2]; /* its last child */
};

static bool element_add(struct build *b, const struct xml_event *ev, struct err *e)
{
	struct node *n;
	struct xml_attr *attrs;

	if (++b->count > NODES_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d elements", NODES_MAX);
	n = ARENA_NEW(b->a, struct node);
	n->name = arena_dup(b->a, ev->name);
	attrs = ARENA_ARRAY(b->a, ev->attrs_n, struct xml_attr);
	for (size_t i = 0; i < ev->attrs_n; i++) {
		attrs[i].name = arena_dup(b->a, ev->attrs[i].name);
		attrs[i].value = arena_dup(b->a, ev->attrs[i].value);
	}
	n->attrs = attrs;
	n->attrs_n = ev->attrs_n;
	if (ev->depth > 1) {
		if (b->last[ev->depth - 1])
			b->last[ev->depth - 1]->next = n;
		else
			b->open[ev->depth - 1]->first = n;
		b->last[ev->depth - 1] = n;
	}
	b->open[ev->depth] = n;
	b->last[ev->depth] = NULL;
	return true;
}

bool node_tree(
	struct arena *a, struct bytes part, const struct node **root, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct build b = {.a = a};
	struct xml_event ev;

	if (!xml_open(&r, part, e))
		return false;
	do {
		if (!xml_next(r, &ev, e))
			return false;
		if (ev.kind == XML_START && !element_add(&b, &ev, e))
			return false;
		/* Of mixed content the first run is enough: nothing drawn has any. */
		if (ev.kind == XML_TEXT && ev.depth && !b.open[ev.depth]->text.n)
			b.open[ev.depth]->text = arena_dup(a, ev.text);
	} while (ev.kind != XML_DONE);
	if (!b.open[1])
		return err_set(e, ERR_MALFORMED, "no element");
	*root = b.open[1];
	return true;
}

bool node_is(const struct node *n, const char *name)
{
	return bytes_equal(n->name, bytes_str(name));
}

const struct node *node_next(const struct node *n, const char *name)
{
	for (n = n->next; n; n = n->next)
		if (node_is(n, name))
			return n;
	return NULL;
}

const struct node *node_child(const struct node *n, const char *name)
{
	if (!n || !n->first)
		return NULL;
	return node_is(n->first, name) ? n->first : node_next(n->first, name);
}

bool node_attr(const struct node *n, const char *name, struct bytes *value)
{
	struct bytes wanted = bytes_str(name);

	for (size_t i = 0; i < n->attrs_n; i++)
		if (bytes_equal(n->attrs[i].name, wanted)) {
			*value = n->attrs[i].value;
			return true;
		}
	return false;
}

struct bytes node_value(const struct node *n, const char *name)
{
	struct bytes value = {NULL, 0};

	node_attr(n, name, &value);
	return value;
}

double node_number(const struct node *n, const char *name, double otherwise)
{
	struct bytes value;
	double v;

	if (node_attr(n, name, &value) && value_number(text_trim(value), &v))
		return v;
	return otherwise;
}

int node_int(const struct node *n, const char *name, int otherwise)
{
	struct bytes value;
	int v;

	if (node_attr(n, name, &value) && value_int(text_trim(value), &v))
		return v;
	return otherwise;
}

bool node_bool(const struct node *n, const char *name, bool otherwise)
{
	struct bytes value;

	if (!node_attr(n, name, &value))
		return otherwise;
	value = text_trim(value);
	if (ascii_equal_nocase(value, BYTES("true")) || bytes_equal(value, BYTES("1")))
		return true;
	if (ascii_equal_nocase(value, BYTES("false")) || bytes_equal(value, BYTES("0")))
		return false;
	return otherwise;
}

bool id_parse(struct bytes text, uint32_t *out)
{
	uint64_t v = 0;

	text = text_trim(text);
	if (text.n == 0 || text.n > 10)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		v = v * 10 + (text.p[i] - '0');
	}
	if (v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

bool node_id(const struct node *n, const char *name, uint32_t *out)
{
	struct bytes value;

	return node_attr(n, name, &value) && id_parse(value, out);
}
