/* pdf_changes: see pdf_changes.h. The parts are in pdf_diff*.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_diff.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	enum pdf_change_class class;
	enum msg title;
} kinds[] = {
#define CHANGE(id, name, class) {name, PDF_MAY_##class, MSG_CHANGE_##id},
#include "doc/pdf_changes.tbl"
#undef CHANGE
};

const char *pdf_change_name(enum pdf_change_kind kind)
{
	return kinds[kind].name;
}

enum pdf_change_class pdf_change_class_of(enum pdf_change_kind kind)
{
	return kinds[kind].class;
}

const char *pdf_change_title(enum lang lang, enum pdf_change_kind kind)
{
	return msg_text(lang, kinds[kind].title);
}

void pdf_diff_add(
	struct pdf_diff *d, enum pdf_change_kind kind, uint32_t num, const char *what)
{
	struct pdf_changes *out = d->out;

	for (size_t i = 0; i < out->count; i++)
		if (out->items[i].kind == kind &&
			(strcmp(out->items[i].what, what) == 0 || !*what))
			return;
	if (out->count == PDF_CHANGES_MAX) {
		/* The last place is for the worst. */
		if (kinds[kind].class <= kinds[out->items[out->count - 1].kind].class)
			return;
		out->count--;
	}
	out->items[out->count++] = (struct pdf_change){
		kind, num, *what ? arena_printf(d->result, "%s", what) : ""};
}

struct pdf_touched *pdf_diff_find(const struct pdf_diff *d, uint32_t num)
{
	size_t low = 0, high = d->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (d->items[mid].num == num)
			return &d->items[mid];
		if (d->items[mid].num < num)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

bool pdf_diff_is_touched(const struct pdf_diff *d, uint32_t num)
{
	return pdf_diff_find(d, num) != NULL;
}

void pdf_diff_done(struct pdf_diff *d, uint32_t num)
{
	struct pdf_touched *x = pdf_diff_find(d, num);

	if (x)
		x->done = true;
}

bool pdf_diff_was_used(const struct pdf_diff *d, uint32_t num)
{
	const struct pdf_xref_entry *x = pdf_entry(d->before, num);

	return x && x->kind != PDF_ENTRY_FREE;
}

static bool read_object(
	struct pdf_diff *d, struct pdf *p, uint32_t num, struct pdf_value *out)
{
	const struct pdf_xref_entry *x = pdf_entry(p, num);
	struct pdf_ref ref = {num, 0};

	if (x && x->kind == PDF_ENTRY_PLAIN)
		ref.gen = (uint16_t)x->extra;
	return pdf_object(p, d->a, ref, out, d->e);
}

bool pdf_diff_was(struct pdf_diff *d, uint32_t num, struct pdf_value *out)
{
	return read_object(d, d->before, num, out);
}

bool pdf_diff_is(struct pdf_diff *d, uint32_t num, struct pdf_value *out)
{
	return read_object(d, d->after, num, out);
}

bool pdf_diff_same(const struct pdf_value *a, const struct pdf_value *b)
{
	bool no_a = !a || a->kind == PDF_NULL, no_b = !b || b->kind == PDF_NULL;

	return no_a || no_b ? no_a == no_b : pdf_value_equal(a, b);
}

static const struct pdf_value *entry_of(const struct pdf_value *v, struct bytes key)
{
	for (size_t i = 0; pdf_is_dict(v) && i < v->count; i++)
		if (bytes_equal(v->entries[i].key, key))
			return &v->entries[i].value;
	return NULL;
}

bool pdf_diff_next(const struct pdf_value *a, const struct pdf_value *b, size_t *at,
	struct pdf_key_change *out)
{
	size_t na = pdf_is_dict(a) ? a->count : 0, nb = pdf_is_dict(b) ? b->count : 0;

	while (*at < na + nb) {
		size_t i = (*at)++;
		bool first = i < na;
		struct bytes key = first ? a->entries[i].key : b->entries[i - na].key;
		const struct pdf_value *was = entry_of(a, key), *is = entry_of(b, key);

		if ((!first && was) || pdf_diff_same(was, is))
			continue;
		*out = (struct pdf_key_change){key, was, is};
		return true;
	}
	return false;
}

bool pdf_key_is(const struct pdf_key_change *k, const char *key)
{
	return bytes_equal(k->key, bytes_str(key));
}

static bool is_script(const struct pdf_value *v)
{
	const struct pdf_value *s = pdf_find(v, "S");

	return pdf_is_name(s, "JavaScript") || pdf_is_name(s, "Launch") ||
	       pdf_is_name(s, "Rendition") || pdf_find(v, "JS");
}

/* Notes the new objects a value leads to; each once. */
static void queue_new(struct pdf_diff *d, const struct pdf_value *v)
{
	if (v->kind == PDF_REF) {
		struct pdf_touched *x = pdf_diff_find(d, v->num);

		if (x && !x->done && !pdf_diff_was_used(d, v->num)) {
			x->done = true;
			d->queue[d->queued++] = v->num;
		}
		return;
	}
	if (pdf_is_dict(v) && is_script(v))
		pdf_diff_add(d, PDF_CHANGE_JAVASCRIPT, 0, "");
	if (v->kind == PDF_ARRAY)
		for (size_t i = 0; i < v->count; i++)
			queue_new(d, &v->items[i]);
	if (pdf_is_dict(v))
		for (size_t i = 0; i < v->count; i++)
			queue_new(d, &v->entries[i].value);
}

bool pdf_diff_take_new(struct pdf_diff *d, const struct pdf_value *v)
{
	struct pdf_value next;

	if (!v)
		return true;
	queue_new(d, v);
	while (d->queued) {
		if (!pdf_diff_is(d, d->queue[--d->queued], &next))
			return false;
		queue_new(d, &next);
	}
	return true;
}

/* --- which objects -------------------------------------------------------------------
 */

static bool is_same_entry(const struct pdf_xref_entry *x, const struct pdf_xref_entry *y)
{
	return x->kind == y->kind && x->where == y->where && x->extra == y->extra;
}

/* The object lies in octets that are older than the revision. */
static bool leads_back(const struct pdf_diff *d, const struct pdf_xref_entry *x)
{
	const struct pdf_xref_entry *stream;

	if (x->kind == PDF_ENTRY_PLAIN)
		return x->where < d->revision->begin;
	stream = pdf_entry(d->after, x->where);
	return !stream || stream->kind != PDF_ENTRY_PLAIN ||
	       stream->where < d->revision->begin;
}

static bool differs_in_kind(struct pdf_diff *d, const struct pdf_touched *x, bool *out)
{
	struct pdf_value was, is;

	*out = false;
	if (!x->was || x->was->kind == PDF_ENTRY_FREE)
		return true;
	if (!pdf_diff_was(d, x->num, &was) || !pdf_diff_is(d, x->num, &is))
		return false;
	*out = was.kind != is.kind && was.kind != PDF_NULL;
	return true;
}

/* What can be said of a touched object by itself. */
static bool judge_entry(struct pdf_diff *d, struct pdf_touched *x)
{
	bool was_used = x->was && x->was->kind != PDF_ENTRY_FREE, other;

	if (x->is->kind == PDF_ENTRY_FREE) {
		pdf_diff_add(d, PDF_CHANGE_HIDE, x->num, "");
		x->done = true;
		return true;
	}
	if (leads_back(d, x->is)) {
		pdf_diff_add(d, PDF_CHANGE_XREF_REDIRECT, x->num, "");
		x->done = true;
		return true;
	}
	if (!was_used && pdf_role_of(d->roles, x->num) != PDF_ROLE_NONE) {
		pdf_diff_add(d, PDF_CHANGE_DANGLING, x->num, "");
		x->done = true;
		return true;
	}
	if (!differs_in_kind(d, x, &other))
		return false;
	if (other) {
		pdf_diff_add(d, PDF_CHANGE_OBJECT_TYPE, x->num, "");
		x->done = true;
	}
	return true;
}

/* Cross-reference streams and the object streams of the revision are its own. */
static void take_own_streams(struct pdf_diff *d)
{
	for (size_t i = 0; i < d->n; i++) {
		struct pdf_touched *x = &d->items[i];

		if (x->is->kind == PDF_ENTRY_PLAIN &&
			(x->is->where == d->revision->xref_at ||
				x->is->where == d->revision->stream_at)) {
			if (!pdf_diff_was_used(d, x->num))
				x->done = true;
		} else if (x->is->kind == PDF_ENTRY_PACKED) {
			struct pdf_touched *s = pdf_diff_find(d, x->is->where);

			if (s && !pdf_diff_was_used(d, s->num))
				s->done = true;
		}
	}
}

static bool list_touched(struct pdf_diff *d)
{
	const struct pdf_revision *r = d->revision;

	d->items = ARENA_ARRAY(d->a, r->count, struct pdf_touched);
	d->queue = ARENA_ARRAY(d->a, r->count, uint32_t);
	for (size_t i = 0; i < r->count; i++) {
		const struct pdf_xref_entry *is = &r->entries[i];
		const struct pdf_xref_entry *was = pdf_entry(d->before, is->num);

		if (was ? is_same_entry(was, is) : is->kind == PDF_ENTRY_FREE)
			continue;
		if (was && was->kind == PDF_ENTRY_FREE && is->kind == PDF_ENTRY_FREE)
			continue;
		d->items[d->n++] =
			(struct pdf_touched){.num = is->num, .was = was, .is = is};
	}
	for (size_t i = 0; i < d->n; i++)
		if (!judge_entry(d, &d->items[i]))
			return false;
	take_own_streams(d);
	return true;
}

static bool run(struct pdf_diff *d)
{
	return list_touched(d) && pdf_root(d->before, d->a, &d->root_was, d->e) &&
	       pdf_root(d->after, d->a, &d->root_is, d->e) && pdf_diff_catalog(d) &&
	       pdf_diff_form(d) && pdf_diff_pages(d) && pdf_diff_rest(d) &&
	       pdf_diff_octets(d);
}

static bool extend_roles(struct pdf_diff *d, struct pdf_roles *roles)
{
	uint32_t *nums = ARENA_ARRAY(d->a, d->n, uint32_t);

	for (size_t i = 0; i < d->n; i++)
		nums[i] = d->items[i].num;
	return pdf_roles_extend(roles, d->after, nums, d->n, d->e);
}

bool pdf_compare(struct pdf_changes *out, const struct pdf_comparison *c, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct err why = {0};
	struct pdf_diff d = {.a = a,
		.result = c->arena,
		.before = c->before,
		.after = c->after,
		.roles = c->roles,
		.revision = pdf_revision(c->after, pdf_revisions(c->after) - 1),
		.out = out,
		.e = &why};

	out->count = 0;
	if (run(&d) && extend_roles(&d, c->roles))
		return true;
	if (why.code == ERR_IO) {
		*e = why;
		return false;
	}
	pdf_diff_add(&d, PDF_CHANGE_SHADOW, 0, why.text);
	return true;
}
