/* template_render: from nodes and a model to a page; see template.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "http/form.h"
#include "http/http.h"
#include "http/template_node.h"

struct render {
	const struct template *t;
	enum lang lang;
	const struct template_sink *sink;
	size_t left;
	struct arena *a; /* of values made into text */
	const uint8_t *scopes[TEMPLATE_DEPTH_MAX + 1];
	size_t scope_count;
	struct err *e;
};

static bool emit(struct render *r, struct bytes b)
{
	if (!b.n)
		return true;
	if (b.n > r->left)
		return err_set(
			r->e, ERR_TOO_LARGE, "%s: the page is too long", r->t->name);
	r->left -= b.n;
	return r->sink->put(r->sink->ctx, b, r->e);
}

/* --- escapes
 * ---------------------------------------------------------------------------- */

/* What stands for an octet in text and attributes, or nothing. */
static struct bytes entity(uint8_t c)
{
	switch (c) {
	case '&':
		return BYTES("&amp;");
	case '<':
		return BYTES("&lt;");
	case '>':
		return BYTES("&gt;");
	case '"':
		return BYTES("&#34;");
	case '\'':
		return BYTES("&#39;");
	default:
		return c < ' ' && c != '\t' && c != '\n' && c != '\r'
			       ? BYTES("\xef\xbf\xbd")
			       : (struct bytes){0};
	}
}

static bool emit_text(struct render *r, struct bytes b)
{
	size_t from = 0;

	for (size_t i = 0; i < b.n; i++) {
		struct bytes instead = entity(b.p[i]);

		if (!instead.n)
			continue;
		if (!emit(r, bytes_make(b.p + from, i - from)) || !emit(r, instead))
			return false;
		from = i + 1;
	}
	return emit(r, bytes_from(b, from));
}

//= RFC 3986 §2.3: unreserved characters stay, whatever else is encoded
static bool emit_percent(struct render *r, struct bytes b)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < b.n; i++) {
		uint8_t c = b.p[i];
		uint8_t code[3] = {'%', (uint8_t)hex[c >> 4], (uint8_t)hex[c & 15]};
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
			     c == '~';

		if (!emit(r, plain ? bytes_make(&b.p[i], 1) : BYTES_OF(code)))
			return false;
	}
	return true;
}

static bool emit_escaped(struct render *r, enum escape escape, struct bytes b)
{
	/* Data of this platform is UTF-8; what is not must not end an attribute. */
	if (!utf8_is_valid(b))
		b = bytes_str(text_printable(r->a, b, b.n));
	switch (escape) {
	case ESCAPE_PERCENT:
		return emit_percent(r, b);
	case ESCAPE_PATH:
		return emit_text(r, http_is_path(b) ? b : BYTES("/"));
	case ESCAPE_NOT:
		return emit(r, b);
	case ESCAPE_TEXT:
	default:
		return emit_text(r, b);
	}
}

/* --- values
 * ----------------------------------------------------------------------------- */

/* Where the member of a ref lies, or null where a pointer on the way is. */
static const uint8_t *find(const struct render *r, const struct ref *ref)
{
	const uint8_t *at = r->scopes[ref->scope], *next;

	for (size_t i = 0; at && i < ref->step_count; i++) {
		at += ref->steps[i].at;
		if (!ref->steps[i].pointer)
			continue;
		memcpy(&next, at, sizeof next);
		at = next;
	}
	return at ? at + ref->member->at : NULL;
}

static struct bytes str_at(const uint8_t *at)
{
	const char *s;

	memcpy(&s, at, sizeof s);
	return bytes_str(s);
}

static int64_t int_at(const uint8_t *at)
{
	int64_t n;

	memcpy(&n, at, sizeof n);
	return n;
}

static struct bytes time_as(struct render *r, enum view_kind kind, int64_t t)
{
	if (t == TIME_NONE)
		return (struct bytes){0};
	if (kind == VIEW_KIND_ISO)
		return bytes_str(time_iso(r->a, t));
	return bytes_head(bytes_str(time_beijing(r->a, t)),
		kind == VIEW_KIND_DATE ? strlen("2026-11-22")
				       : strlen("2026-11-22 16:30:00"));
}

static struct bytes msg_at(struct render *r, const uint8_t *at)
{
	unsigned msg;

	memcpy(&msg, at, sizeof msg);
	return msg && msg <= MSG_COUNT ? bytes_str(msg_text(r->lang, (enum msg)(msg - 1)))
				       : (struct bytes){0};
}

static struct bytes id_at(struct render *r, const uint8_t *at)
{
	struct id id;

	memcpy(&id, at, sizeof id);
	return id_is_none(id) ? (struct bytes){0} : bytes_str(id_text(r->a, id));
}

static struct bytes bytes_at(const uint8_t *at)
{
	struct bytes b;

	memcpy(&b, at, sizeof b);
	return b;
}

static size_t size_at(const uint8_t *at)
{
	size_t n;

	memcpy(&n, at, sizeof n);
	return n;
}

static struct bytes text_of(struct render *r, const struct ref *ref)
{
	const uint8_t *at = find(r, ref);

	if (!at)
		return (struct bytes){0};
	switch (ref->member->kind) {
	case VIEW_KIND_TEXT:
	case VIEW_KIND_PATH:
		return str_at(at);
	case VIEW_KIND_BYTES:
	case VIEW_KIND_HTML: /* struct html begins with its octets */
		return bytes_at(at);
	case VIEW_KIND_INT:
		return bytes_str(arena_printf(r->a, "%lld", (long long)int_at(at)));
	case VIEW_KIND_SIZE:
		return bytes_str(arena_printf(r->a, "%zu", size_at(at)));
	case VIEW_KIND_MONEY:
		return bytes_str(money_text(r->a, int_at(at)));
	case VIEW_KIND_TIME:
	case VIEW_KIND_DATE:
	case VIEW_KIND_ISO:
		return time_as(r, ref->member->kind, int_at(at));
	case VIEW_KIND_MSG:
		return msg_at(r, at);
	case VIEW_KIND_ID:
		return id_at(r, at);
	case VIEW_KIND_BOOL:
	case VIEW_KIND_IN:
	case VIEW_KIND_ONE:
	case VIEW_KIND_MANY:
	default:
		return (struct bytes){0};
	}
}

static bool render_say(struct render *r, const struct node *n)
{
	const char *s[SAY_ARGS] = {0};

	for (size_t i = 0; i < n->arg_count; i++)
		s[i] = arena_str(r->a, text_of(r, &n->args[i]));
	return emit_escaped(r, n->escape,
		bytes_str(say(r->a, r->lang, n->msg, s[0], s[1], s[2], s[3], s[4], s[5],
			s[6], s[7], s[8])));
}

/* --- sections
 * --------------------------------------------------------------------------- */

/* How often a section is rendered; *items is what it looks into. */
static size_t times(struct render *r, const struct ref *ref, const uint8_t **items)
{
	const uint8_t *at = find(r, ref);
	bool flag;

	*items = at;
	if (!at)
		return 0;
	switch (ref->member->kind) {
	case VIEW_KIND_BOOL:
		memcpy(&flag, at, sizeof flag);
		return flag;
	case VIEW_KIND_INT:
	case VIEW_KIND_MONEY:
		return int_at(at) != 0;
	case VIEW_KIND_SIZE:
		return size_at(at) != 0;
	case VIEW_KIND_IN:
		return 1;
	case VIEW_KIND_ONE:
		memcpy(items, at, sizeof *items);
		return *items != NULL;
	case VIEW_KIND_MANY:
		memcpy(items, at, sizeof *items);
		return size_at(at - ref->member->at + ref->member->count_at);
	case VIEW_KIND_TEXT:
	case VIEW_KIND_BYTES:
	case VIEW_KIND_TIME:
	case VIEW_KIND_DATE:
	case VIEW_KIND_ISO:
	case VIEW_KIND_MSG:
	case VIEW_KIND_ID:
	case VIEW_KIND_HTML:
	case VIEW_KIND_PATH:
	default:
		return text_of(r, ref).n != 0;
	}
}

static bool render_nodes(struct render *r, size_t from, size_t to);

static bool render_section(struct render *r, const struct node *n, size_t first)
{
	const struct view_member *m = n->ref.member;
	const uint8_t *items;
	size_t count = times(r, &n->ref, &items);

	if (n->kind == NODE_INVERSE)
		return count != 0 || render_nodes(r, first, n->end);
	if (!kind_enters(m->kind))
		return !count || render_nodes(r, first, n->end);
	for (size_t i = 0; i < count; i++) {
		r->scopes[r->scope_count++] = items + i * m->of->size;
		if (!render_nodes(r, first, n->end))
			return false;
		r->scope_count--;
	}
	return true;
}

static bool render_node(struct render *r, const struct node *n, size_t first)
{
	switch (n->kind) {
	case NODE_LITERAL:
		return emit(r, n->text);
	case NODE_VALUE:
		return emit_escaped(r, n->escape, text_of(r, &n->ref));
	case NODE_SAY:
		return render_say(r, n);
	case NODE_SECTION:
	case NODE_INVERSE:
	default:
		return render_section(r, n, first);
	}
}

static bool render_nodes(struct render *r, size_t from, size_t to)
{
	size_t i = from;

	while (i < to) {
		const struct node *n = &r->t->nodes[i];

		if (!render_node(r, n, i + 1))
			return false;
		i = n->kind == NODE_SECTION || n->kind == NODE_INVERSE ? n->end : i + 1;
	}
	return true;
}

bool template_render(const struct template *t, enum lang lang, const struct view *view,
	const void *model, size_t max, const struct template_sink *sink, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct render r = {.t = t,
		.lang = lang,
		.sink = sink,
		.left = max,
		.a = a,
		.scopes = {model},
		.scope_count = 1,
		.e = e};

	if (view != t->view)
		abort();
	return render_nodes(&r, 0, t->count);
}

/* --- into memory
 * ------------------------------------------------------------------------ */

static bool put_in_buf(void *ctx, struct bytes octets, struct err *e)
{
	return buf_put(ctx, octets, e);
}

bool template_html(struct arena *a, const struct template *t, enum lang lang,
	const struct view *view, const void *model, size_t max, struct html *out,
	struct err *e)
{
	AUTO_BUF b = buf_make(max);
	struct template_sink sink = {put_in_buf, &b};

	if (!template_render(t, lang, view, model, max, &sink, e))
		return false;
	out->made = arena_dup(a, buf_bytes(&b));
	return true;
}

struct html html_text(struct arena *a, struct bytes text)
{
	AUTO_BUF b = buf_make(SIZE_MAX);
	struct template_sink sink = {put_in_buf, &b};
	struct template t = {.name = "text"};
	struct err e;
	struct render r = {.t = &t, .sink = &sink, .left = SIZE_MAX, .a = a, .e = &e};

	if (!emit_escaped(&r, ESCAPE_TEXT, text))
		abort();
	return (struct html){arena_dup(a, buf_bytes(&b))};
}
