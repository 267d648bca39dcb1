/* pdf_later: see pdf_later.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_later.h"

#include "doc/pdf_roles.h"

#include <string.h>

#define RULE_LATER    "ISO 32000-1 §12.8.2.2; ETSI EN 319 142-1 §5.5"
#define RULE_COVERAGE "ISO 32000-1 §12.8.1"

enum { TRAILING_MAX = 1 << 20, LISTED_MAX = 12, SEARCHED_MAX = 200000 };

/* --- comparing ---------------------------------------------------------------------- */

static struct pdf_changes *shadow(struct arena *a, const struct err *why)
{
	struct pdf_changes *c = ARENA_NEW(a, struct pdf_changes);

	c->count = 1;
	c->items[0] = (struct pdf_change){
		PDF_CHANGE_SHADOW, 0, arena_printf(a, "%s", why->text)};
	return c;
}

static size_t first_signed(const struct pdf_history *h)
{
	size_t first = SIZE_MAX;

	for (size_t i = 0; i < h->count; i++) {
		size_t at = h->signatures[i].covers < h->signatures[i].revision
				    ? h->signatures[i].covers
				    : h->signatures[i].revision;

		first = at < first ? at : first;
	}
	return first;
}

struct walk {
	struct pdf_history *h;
	struct arena *a;
	struct pdf *before;      /* owned */
	struct pdf_roles *roles; /* owned */
};

static bool compare_next(struct walk *w, size_t revision, struct err *e)
{
	struct pdf_changes *out = ARENA_NEW(w->a, struct pdf_changes);
	struct pdf *after = NULL;
	struct pdf_comparison c = {.arena = w->a, .before = w->before, .roles = w->roles};
	struct err why;
	bool ok;

	if (!pdf_history_view(w->h, revision, &after, &why)) {
		if (why.code == ERR_IO)
			*e = why;
		w->h->changes[revision] = shadow(w->a, &why);
		return why.code != ERR_IO;
	}
	c.after = after;
	ok = pdf_compare(out, &c, e);
	w->h->changes[revision] = out;
	pdf_free(w->before);
	w->before = after;
	return ok;
}

static bool compare_all(struct walk *w, size_t first, struct err *e)
{
	size_t n = pdf_revisions(w->h->pdf);
	struct err why;

	if (!pdf_history_view(w->h, first, &w->before, &why) ||
		!pdf_roles_new(&w->roles, w->before, &why)) {
		for (size_t i = first + 1; i < n; i++)
			w->h->changes[i] = shadow(w->a, &why);
		if (why.code == ERR_IO)
			*e = why;
		return why.code != ERR_IO;
	}
	for (size_t i = first + 1; i < n; i++)
		if (!compare_next(w, i, e))
			return false;
	return true;
}

static bool measure_trailing(struct pdf_history *h, struct arena *a, struct err *e)
{
	uint64_t end = pdf_revision(h->pdf, pdf_revisions(h->pdf) - 1)->end;
	uint64_t n = pdf_end(h->pdf) - end;
	uint8_t *octets;

	h->trailing = n;
	if (n == 0 || n > TRAILING_MAX)
		return true;
	octets = arena_alloc(a, (size_t)n);
	if (!source_read(pdf_source(h->pdf), end, octets, (size_t)n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!pdf_is_space(octets[i]))
			return true;
	h->trailing = 0;
	return true;
}

/* Dictionaries of signatures that no field of any revision leads to: what a reader that
 * looks for them by other ways might show. */
static bool note_unreached(
	struct report *r, const struct judge *j, struct pdf_history *h, struct err *e)
{
	size_t n;
	const struct pdf_xref_entry *x = pdf_entries(h->pdf, &n);

	for (size_t i = 0; i < n && n <= SEARCHED_MAX; i++) {
		AUTO(arena) a = NULL;
		struct pdf_value v;
		bool known = x[i].kind != PDF_ENTRY_PLAIN;
		struct err why;

		for (size_t k = 0; k < h->count; k++)
			known = known || h->signatures[k].sig.num == x[i].num;
		if (known)
			continue;
		a = arena_new();
		if (!pdf_object(h->pdf, a,
			    (struct pdf_ref){x[i].num, (uint16_t)x[i].extra}, &v, &why)) {
			if (why.code != ERR_IO)
				continue;
			*e = why;
			return false;
		}
		if (pdf_is_signature(&v))
			report_note(r, say(j->arena, j->lang, MSG_PDF_UNREACHED,
					       arena_printf(j->arena, "%u", x[i].num)));
	}
	return true;
}

bool pdf_later_judge(
	struct report *r, const struct judge *j, struct pdf_history *h, struct err *e)
{
	struct walk w = {.h = h, .a = j->arena};
	size_t first = first_signed(h), n = pdf_revisions(h->pdf), prepared;
	bool ok = true;

	h->changes = ARENA_ARRAY(j->arena, n, struct pdf_changes *);
	if (!measure_trailing(h, j->arena, e) || !note_unreached(r, j, h, e))
		return false;
	if (h->is_strange)
		report_note(r, say(j->arena, j->lang, MSG_PDF_HISTORY, h->strange.text));
	if (first != SIZE_MAX)
		ok = compare_all(&w, first, e);
	prepared = w.roles ? pdf_roles_prepared(w.roles) : 0;
	if (prepared)
		report_note(r, say(j->arena, j->lang, MSG_PDF_PREPARED,
				       arena_printf(j->arena, "%zu", prepared)));
	pdf_free(w.before);
	pdf_roles_free(w.roles);
	return ok;
}

/* --- what a signature permits --------------------------------------------------------
 */

struct permission {
	int p; /* of DocMDP or a lock; 0: not certified */
	const struct pdf_signature *sig;
};

/* The strictest that holds for changes in this revision. */
static struct permission permission_of(
	const struct pdf_history *h, const struct pdf_signature *sig, size_t revision)
{
	struct permission out = {.sig = sig};

	for (size_t i = 0; i < h->count; i++) {
		int p = h->signatures[i].sig.docmdp;

		if (h->signatures[i].revision < revision && p && (!out.p || p < out.p))
			out.p = p;
	}
	if (sig->lock.p && (!out.p || sig->lock.p < out.p))
		out.p = sig->lock.p;
	return out;
}

//= ISO 32000-1 §12.8.2.2: P 1 nothing, 2 filling and signing, 3 annotations too
static bool is_permitted(
	const struct permission *may, const struct pdf_change *c, bool *locked)
{
	enum pdf_change_class class = pdf_change_class_of(c->kind);

	*locked = false;
	switch (class) {
	case PDF_MAY_ALWAYS:
		return true;
	case PDF_MAY_SIGN:
	case PDF_MAY_NOTE:
		*locked = may->p == 1;
		break;
	case PDF_MAY_FILL:
		//= ISO 32000-1 §12.8.2.4: FieldMDP names the fields that may not change any more
		*locked = may->p == 1 || pdf_lock_closes(&may->sig->fieldmdp, c->what) ||
			  pdf_lock_closes(&may->sig->lock, c->what);
		break;
	case PDF_MAY_ANNOTATE:
		return may->p == 3;
	case PDF_MAY_NEVER:
		/* Where forms may be filled in, a value may be changed again. */
		if (c->kind != PDF_CHANGE_FIELD_VALUE || may->p < 2)
			return false;
		*locked = pdf_lock_closes(&may->sig->fieldmdp, c->what) ||
			  pdf_lock_closes(&may->sig->lock, c->what);
		break;
	}
	return !*locked;
}

/* --- entering ------------------------------------------------------------------------
 */

struct list {
	const struct judge *j;
	const char *text;
	size_t n;
	bool seen[PDF_CHANGE_COUNT];
};

static void list_change(struct list *l, const struct pdf_change *c)
{
	struct arena *a = l->j->arena;

	if (l->n == LISTED_MAX || (l->seen[c->kind] && !*c->what))
		return;
	l->seen[c->kind] = true;
	l->n++;
	l->text = arena_printf(a, "%s%s%s [%s]%s%s%s", l->text ? l->text : "",
		!l->text                ? ""
		: l->j->lang == LANG_ZH ? "；"
					: "; ",
		pdf_change_title(l->j->lang, c->kind), pdf_change_name(c->kind),
		*c->what ? " " : "", c->what,
		c->num && !*c->what ? arena_printf(a, " (%u)", c->num) : "");
}

static void enter_changes(struct report_signature *s, const struct judge *j,
	const struct pdf_history *h, const struct pdf_past *past, size_t from)
{
	struct list good = {.j = j}, bad = {.j = j}, locked = {.j = j};
	size_t n = pdf_revisions(h->pdf);

	for (size_t i = from; i < n; i++) {
		struct permission may = permission_of(h, &past->sig, i);

		for (size_t k = 0; h->changes[i] && k < h->changes[i]->count; k++) {
			const struct pdf_change *c = &h->changes[i]->items[k];
			bool closed;

			if (is_permitted(&may, c, &closed))
				list_change(&good, c);
			else
				list_change(closed ? &locked : &bad, c);
		}
	}
	if (bad.n)
		verdict_fail_total(&s->verdict, CHECK_LATER_CHANGES,
			SUB_SIG_CONSTRAINTS_FAILURE, RULE_LATER,
			say(j->arena, j->lang, MSG_PDF_CHANGES_BAD, bad.text));
	if (locked.n)
		verdict_fail_total(&s->verdict, CHECK_LATER_CHANGES,
			SUB_SIG_CONSTRAINTS_FAILURE, RULE_LATER,
			say(j->arena, j->lang, MSG_PDF_CHANGES_LOCKED, locked.text));
	if (!bad.n && !locked.n)
		verdict_pass(&s->verdict, CHECK_LATER_CHANGES, RULE_LATER,
			good.n ? say(j->arena, j->lang, MSG_PDF_CHANGES_ALLOWED,
					 good.text)
			       : say(j->arena, j->lang, MSG_PDF_CHANGES_NONE));
}

static char *number(const struct judge *j, size_t n)
{
	return arena_printf(j->arena, "%zu", n);
}

void pdf_later_enter(struct report_signature *s, const struct judge *j,
	const struct pdf_history *h, size_t signature)
{
	const struct pdf_past *past = &h->signatures[signature];
	size_t n = pdf_revisions(h->pdf);
	size_t at = past->covers != SIZE_MAX ? past->covers : past->revision;

	s->covers.applies = true;
	s->covers.of = n;
	s->covers.files = past->covers != SIZE_MAX ? past->covers + 1 : 0;
	s->covers.whole_document = past->covers == n - 1 && !h->trailing;
	if (h->trailing)
		verdict_fail_total(&s->verdict, CHECK_COVERAGE,
			SUB_SIG_CONSTRAINTS_FAILURE, RULE_COVERAGE,
			say(j->arena, j->lang, MSG_PDF_TRAILING,
				number(j, (size_t)h->trailing)));
	else if (s->covers.whole_document)
		verdict_pass(&s->verdict, CHECK_COVERAGE, RULE_COVERAGE,
			say(j->arena, j->lang, MSG_PDF_COVERAGE_WHOLE));
	else if (past->covers != SIZE_MAX)
		verdict_pass(&s->verdict, CHECK_COVERAGE, RULE_COVERAGE,
			say(j->arena, j->lang, MSG_PDF_COVERAGE_PART, number(j, at + 1),
				number(j, n)));
	if (at + 1 < n)
		enter_changes(s, j, h, past, at + 1);
	if (past->is_gone)
		verdict_fail_total(&s->verdict, CHECK_LATER_CHANGES,
			SUB_SIG_CONSTRAINTS_FAILURE, RULE_LATER,
			say(j->arena, j->lang, MSG_PDF_GONE, number(j, at + 1)));
	if (h->is_strange)
		verdict_fail_total(&s->verdict, CHECK_LATER_CHANGES,
			SUB_SIG_CONSTRAINTS_FAILURE, RULE_LATER,
			say(j->arena, j->lang, MSG_PDF_HISTORY, h->strange.text));
}
