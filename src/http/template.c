/* template: from text to nodes, everything checked; see template.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/template_node.h"

enum { TAG_MAX = 256, NODES_FIRST = 32 };

struct templates {
	struct arena *arena;
	struct template *all;
	size_t count;
};

/* A section that was opened and not closed yet. */
struct open {
	struct bytes name;
	size_t node;
	struct context start;
	bool entered; /* a scope of its own */
};

struct compiler {
	struct arena *a;
	const struct template_source *sources;
	size_t source_count;
	bool (*find_msg)(const char *key, enum msg *msg);
	struct template *t;
	struct context context;
	const struct view *scopes[TEMPLATE_DEPTH_MAX + 1];
	size_t scope_count;
	struct open open[TEMPLATE_DEPTH_MAX];
	size_t open_count;
	unsigned partials; /* how deep */
};

bool kind_enters(enum view_kind kind)
{
	return kind == VIEW_KIND_IN || kind == VIEW_KIND_ONE || kind == VIEW_KIND_MANY;
}

static bool node_add(struct compiler *c, struct node **out, struct err *e)
{
	struct template *t = c->t;

	if (t->count == TEMPLATE_NODES_MAX)
		return err_set(e, ERR_TOO_LARGE, "too many tags");
	if (t->count == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : NODES_FIRST;

		t->nodes = mem_resize(
			t->nodes, t->cap * sizeof *t->nodes, cap * sizeof *t->nodes);
		t->cap = cap;
	}
	*out = &t->nodes[t->count++];
	**out = (struct node){0};
	return true;
}

/* --- names
 * ------------------------------------------------------------------------------ */

static bool is_name(struct bytes b)
{
	if (!b.n || b.n > TEMPLATE_NAME_MAX)
		return false;
	for (size_t i = 0; i < b.n; i++)
		if (!(b.p[i] >= 'a' && b.p[i] <= 'z') &&
			!(b.p[i] >= '0' && b.p[i] <= '9') && b.p[i] != '_')
			return false;
	return true;
}

static const struct view_member *member_of(const struct view *view, struct bytes name)
{
	for (size_t i = 0; i < view->count; i++)
		if (bytes_equal(bytes_str(view->members[i].name), name))
			return &view->members[i];
	return NULL;
}

static struct bytes part_next(struct bytes *name)
{
	size_t dot = bytes_find(*name, BYTES("."));
	struct bytes part = bytes_head(*name, dot);

	/* A dot at the end leaves an empty part, which is no name. */
	*name = dot == SIZE_MAX ? (struct bytes){0}
				: bytes_make(name->p + dot + 1, name->n - dot - 1);
	return part;
}

/* The innermost scope that has the first part of the name decides. */
static bool ref_find(
	struct compiler *c, struct bytes name, struct ref *ref, struct err *e)
{
	struct bytes rest = name, part = part_next(&rest);
	bool last = !rest.p;

	*ref = (struct ref){0};
	for (size_t i = c->scope_count; i-- > 0 && !ref->member && is_name(part);) {
		ref->scope = (unsigned)i;
		ref->member = member_of(c->scopes[i], part);
	}
	while (ref->member && !last) {
		const struct view_member *m = ref->member;

		if ((m->kind != VIEW_KIND_IN && m->kind != VIEW_KIND_ONE) ||
			ref->step_count == REF_STEPS)
			return err_set(e, ERR_MALFORMED, "%s has no parts", m->name);
		ref->steps[ref->step_count].at = m->at;
		ref->steps[ref->step_count++].pointer = m->kind == VIEW_KIND_ONE;
		part = part_next(&rest);
		last = !rest.p;
		ref->member = is_name(part) ? member_of(m->of, part) : NULL;
	}
	if (!ref->member)
		return err_set(e, ERR_MALFORMED, "the view has no %s",
			text_printable(c->a, name, TEMPLATE_NAME_MAX));
	return true;
}

/* --- tags
 * ------------------------------------------------------------------------------- */

static bool is_shown(enum view_kind kind)
{
	return kind != VIEW_KIND_BOOL && !kind_enters(kind);
}

static bool value_add(struct compiler *c, struct bytes name, struct err *e)
{
	struct ref ref;
	struct node *n;
	enum escape escape;

	if (!ref_find(c, name, &ref, e))
		return false;
	if (!is_shown(ref.member->kind))
		return err_set(e, ERR_MALFORMED, "%s is for sections", ref.member->name);
	if (!context_value(&c->context, ref.member->kind, &escape, e) ||
		!node_add(c, &n, e))
		return false;
	n->kind = NODE_VALUE;
	n->ref = ref;
	n->escape = escape;
	return true;
}

static bool section_open(
	struct compiler *c, enum node_kind kind, struct bytes name, struct err *e)
{
	struct ref ref;
	struct node *n;
	struct open *o;

	if (!ref_find(c, name, &ref, e))
		return false;
	if (c->open_count == TEMPLATE_DEPTH_MAX)
		return err_set(e, ERR_TOO_LARGE, "sections too deep");
	if (!context_enter(&c->context,
		    kind == NODE_SECTION && ref.member->kind == VIEW_KIND_MANY, e) ||
		!node_add(c, &n, e))
		return false;
	n->kind = kind;
	n->ref = ref;
	o = &c->open[c->open_count++];
	*o = (struct open){.name = name,
		.node = c->t->count - 1,
		.start = c->context,
		.entered = kind == NODE_SECTION && kind_enters(ref.member->kind)};
	if (o->entered)
		c->scopes[c->scope_count++] = ref.member->of;
	return true;
}

static bool section_close(
	struct compiler *c, struct bytes name, size_t open_before, struct err *e)
{
	struct open *o;

	if (c->open_count == open_before)
		return err_set(e, ERR_MALFORMED, "nothing is open");
	o = &c->open[c->open_count - 1];
	if (!bytes_equal(o->name, name))
		return err_set(e, ERR_MALFORMED, "%.*s is open", (int)o->name.n,
			(const char *)o->name.p);
	c->open_count--;
	if (o->entered)
		c->scope_count--;
	c->t->nodes[o->node].end = c->t->count;
	return context_leave(&c->context, &o->start, e);
}

/* How many places the sentence has: {1} … {n}. */
static size_t places_of(enum msg msg)
{
	size_t n = 0;

	for (const char *s = msg_text(LANG_ZH, msg); *s; s++)
		if (s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == '}' &&
			(size_t)(s[1] - '0') > n)
			n = (size_t)(s[1] - '0');
	return n;
}

static struct bytes word_next(struct bytes *text)
{
	struct bytes b = text_trim(*text);
	size_t end = bytes_find(b, BYTES(" "));

	*text = end == SIZE_MAX ? (struct bytes){0} : bytes_from(b, end);
	return bytes_head(b, end);
}

static bool say_args(struct compiler *c, struct node *n, struct bytes rest, struct err *e)
{
	n->args = arena_array(c->a, SAY_ARGS, sizeof *n->args);
	while (text_trim(rest).n) {
		struct ref *ref = &n->args[n->arg_count];

		if (n->arg_count == SAY_ARGS)
			return err_set(e, ERR_MALFORMED, "more than %d places", SAY_ARGS);
		if (!ref_find(c, word_next(&rest), ref, e))
			return false;
		if (!is_shown(ref->member->kind) || ref->member->kind == VIEW_KIND_HTML)
			return err_set(e, ERR_MALFORMED, "%s is not for sentences",
				ref->member->name);
		n->arg_count++;
	}
	return true;
}

static bool say_add(struct compiler *c, struct bytes rest, struct err *e)
{
	struct bytes key = word_next(&rest);
	struct node node = {.kind = NODE_SAY}, *n;

	if (!c->find_msg(arena_str(c->a, key), &node.msg))
		return err_set(e, ERR_MALFORMED, "no sentence %s",
			text_printable(c->a, key, TEMPLATE_NAME_MAX));
	if (!say_args(c, &node, rest, e))
		return false;
	if (node.arg_count != places_of(node.msg))
		return err_set(e, ERR_MALFORMED, "the sentence has %zu places",
			places_of(node.msg));
	/* A sentence has no business in an address. */
	if (c->context.address != ADDRESS_NONE)
		return err_set(e, ERR_MALFORMED, "a sentence in an address");
	if (!context_value(&c->context, VIEW_KIND_TEXT, &node.escape, e) ||
		!node_add(c, &n, e))
		return false;
	*n = node;
	return true;
}

static bool source_compile(
	struct compiler *c, const struct template_source *source, struct err *e);

static const struct template_source *source_of(struct compiler *c, struct bytes name)
{
	for (size_t i = 0; i < c->source_count; i++)
		if (bytes_equal(bytes_str(c->sources[i].name), name))
			return &c->sources[i];
	return NULL;
}

static bool partial_add(struct compiler *c, struct bytes name, struct err *e)
{
	const struct template_source *source = source_of(c, name);
	bool ok;

	if (!source)
		return err_set(e, ERR_MALFORMED, "no template %s",
			text_printable(c->a, name, TEMPLATE_NAME_MAX));
	if (c->partials == TEMPLATE_DEPTH_MAX)
		return err_set(e, ERR_TOO_LARGE, "partials too deep, or in a circle");
	c->partials++;
	ok = source_compile(c, source, e);
	c->partials--;
	return ok;
}

static bool tag_compile(
	struct compiler *c, struct bytes tag, size_t open_before, struct err *e)
{
	struct bytes rest = text_trim(bytes_from(tag, 1));

	if (!tag.n)
		return err_set(e, ERR_MALFORMED, "an empty tag");
	switch (tag.p[0]) {
	case '!':
		return true;
	case '#':
		return section_open(c, NODE_SECTION, rest, e);
	case '^':
		return section_open(c, NODE_INVERSE, rest, e);
	case '/':
		return section_close(c, rest, open_before, e);
	case '>':
		return partial_add(c, rest, e);
	case '{':
	case '&':
		return err_set(e, ERR_MALFORMED, "nothing is shown unescaped");
	default:
		if (bytes_starts(tag, BYTES("t ")))
			return say_add(c, rest, e);
		return value_add(c, tag, e);
	}
}

/* --- sources
 * ---------------------------------------------------------------------------- */

static bool literal_add(struct compiler *c, struct bytes text, struct err *e)
{
	struct node *n;

	for (size_t i = 0; i < text.n; i++)
		if (!context_feed(&c->context, text.p[i], e))
			return false;
	if (!text.n)
		return true;
	if (!node_add(c, &n, e))
		return false;
	n->kind = NODE_LITERAL;
	n->text = arena_dup(c->a, text);
	return true;
}

/* Takes literal text up to the next tag, and the tag's inside, off the front. */
static bool tag_next(struct bytes *rest, struct bytes *literal, struct bytes *tag,
	bool *found, struct err *e)
{
	size_t open = bytes_find(*rest, BYTES("{{")), close;

	*literal = bytes_head(*rest, open);
	*found = open != SIZE_MAX;
	if (!*found) {
		*rest = (struct bytes){0};
		return true;
	}
	*rest = bytes_from(*rest, open + 2);
	close = bytes_find(bytes_head(*rest, TAG_MAX), BYTES("}}"));
	if (close == SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "a tag without its end");
	*tag = text_trim(bytes_head(*rest, close));
	*rest = bytes_from(*rest, close + 2);
	return true;
}

static unsigned line_of(struct bytes text, struct bytes rest)
{
	unsigned line = 1;
	size_t n = text.n - rest.n;

	for (size_t i = 0; i < n; i++)
		line += text.p[i] == '\n';
	return line;
}

static bool at_line(
	const struct template_source *source, struct bytes rest, struct err *e)
{
	return err_in(e, "%s:%u", source->name, line_of(source->text, rest));
}

/* Literal text octet by octet, so that an error has the line it stands in. */
static bool literal_check(const struct template_source *source, struct bytes literal,
	struct compiler *c, struct err *e)
{
	struct context try = c->context;

	for (size_t i = 0; i < literal.n; i++)
		if (!context_feed(&try, literal.p[i], e))
			return at_line(source,
				bytes_from(source->text,
					(size_t)(literal.p - source->text.p) + i),
				e);
	return true;
}

static bool source_compile(
	struct compiler *c, const struct template_source *source, struct err *e)
{
	struct bytes rest = source->text, literal, tag = {0};
	size_t open_before = c->open_count;
	bool found = true;

	if (rest.n > TEMPLATE_SIZE_MAX || !utf8_is_valid(rest))
		return err_set(
			e, ERR_MALFORMED, "%s: too large, or not UTF-8", source->name);
	while (found) {
		struct bytes here = rest;

		if (!tag_next(&rest, &literal, &tag, &found, e))
			return at_line(source, rest, e);
		if (!literal_check(source, literal, c, e))
			return false;
		here = bytes_from(here, literal.n);
		if (!literal_add(c, literal, e) ||
			(found && !tag_compile(c, tag, open_before, e)))
			return at_line(source, here, e);
	}
	if (c->open_count != open_before)
		return err_set(e, ERR_MALFORMED, "%s: %.*s is not closed", source->name,
			(int)c->open[c->open_count - 1].name.n,
			(const char *)c->open[c->open_count - 1].name.p);
	return true;
}

static bool template_compile(struct templates *set, struct compiler *c,
	const struct template_source *source, struct err *e)
{
	struct template *t = &set->all[set->count++];

	t->name = arena_str(set->arena, bytes_str(source->name));
	t->view = source->view;
	c->t = t;
	c->context = (struct context){0};
	c->scopes[0] = source->view;
	c->scope_count = 1;
	if (!source_compile(c, source, e))
		return false;
	if (c->context.place != PLACE_TEXT)
		return err_set(e, ERR_MALFORMED, "%s: ends inside a tag", source->name);
	return true;
}

bool templates_new(struct templates **out, const struct template_source *sources,
	size_t count, bool (*find_msg)(const char *key, enum msg *msg), struct err *e)
{
	AUTO(templates) set = NEW(struct templates);
	struct compiler c = {
		.sources = sources, .source_count = count, .find_msg = find_msg};

	set->arena = c.a = arena_new();
	set->all = mem_alloc((count + 1) * sizeof *set->all);
	for (size_t i = 0; i < count; i++) {
		if (source_of(&c, bytes_str(sources[i].name)) != &sources[i])
			return err_set(
				e, ERR_MALFORMED, "%s stands twice", sources[i].name);
		if (sources[i].view && !template_compile(set, &c, &sources[i], e))
			return false;
	}
	*out = templates_move(&set);
	return true;
}

void templates_free(struct templates *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++)
		mem_free(t->all[i].nodes);
	mem_free(t->all);
	arena_free(t->arena);
	mem_free(t);
}

const struct template *templates_get(const struct templates *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->all[i].name, name) == 0)
			return &t->all[i];
	return NULL;
}
