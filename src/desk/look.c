/* look: see look.h. What is found goes out as JSON, a row an order:
 *
 *	{"rows": [{"open": null, "digest": {"result", "detail"}, "fields": {"result",
 *"detail"}, "has_fields": true, "list": [{"state": "agrees", "found": null}],
 *	  "documents": [{"pages": 3, "format": "ofd", "problem": null}]}]}
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "desk/look.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "doc/closed.h"
#include "doc/evidence_pdf.h"
#include "doc/order_check.h"
#include "doc/poppler.h"
#include "doc/render.h"
#include "base/wire.h"

enum { ORDER_FILE_MAX = BATCH_MAX };

const char *work_file(const struct work *work, struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", work->folder, name);
}

const char *work_document(const struct work *work, struct arena *a, size_t i)
{
	return arena_printf(a, "%s/%zu", work->folder, i);
}

bool work_err(struct err *e, const struct qy_error *from)
{
	enum err_code code = ERR_MALFORMED;

	if (from->code > ERR_NONE && from->code < ERR_COUNT)
		code = (enum err_code)from->code;
	return err_set(e, code, "%s", from->text);
}

/* --- the orders */

static bool read_orders(struct work *work, bool is_batch, struct err *e)
{
	struct order_batch batch;
	struct bytes file, one, *rows = &one;
	size_t documents = 0;

	work->count = 1;
	if (!file_slurp(work->arena, work_file(work, work->arena, "order"),
		    ORDER_FILE_MAX, &file, e))
		return false;
	one = file;
	if (is_batch) {
		if (!batch_open(&batch, work->arena, file, e))
			return false;
		rows = (struct bytes *)(uintptr_t)batch.rows;
		work->count = batch.count;
	}
	work->orders = ARENA_ARRAY(work->arena, work->count, struct order_signed);
	work->first = ARENA_ARRAY(work->arena, work->count, size_t);
	for (size_t i = 0; i < work->count; i++) {
		if (!order_open(&work->orders[i], work->arena, rows[i], e))
			return false;
		work->first[i] = documents;
		documents += work->orders[i].order.paper.document_count;
	}
	return true;
}

/* --- one document */

static bool pages_of(struct source *file, size_t *n, const char **format, struct err *e)
{
	AUTO(arena) a = arena_new();

	if (evidence_is_pdf(file)) {
		struct poppler_page_size *sizes;
		AUTO(poppler) p = NULL;

		*format = "pdf";
		return poppler_of_source(&p, file, e) &&
		       poppler_sizes(p, a, &sizes, n, e);
	} else {
		AUTO(ofd) package = NULL;
		AUTO(render) r = NULL;

		*format = "ofd";
		if (!ofd_open(&package, file, e) || !render_open(&r, package, e))
			return false;
		*n = render_pages_n(r);
		return true;
	}
}

static json_t *document_look(struct work *work, size_t i)
{
	AUTO(arena) a = arena_new();
	AUTO(source) file = NULL;
	const char *format = "other";
	size_t pages = 0;
	struct err e;

	if (source_open(&file, work_document(work, a, i), &e) &&
		pages_of(file, &pages, &format, &e))
		return json_pack("{s:I, s:s, s:n}", "pages", (json_int_t)pages, "format",
			format, "problem");
	return json_pack(
		"{s:i, s:s, s:s}", "pages", 0, "format", format, "problem", e.text);
}

/* --- one order */

/* Why a file whose text would be signed is not closed; null: it is, or is signed by
 * digest. */
//= Protocols §3: the agent seals only closed files
static const char *open_because(struct work *work, const struct order_paper *p,
	struct source *file, enum lang lang)
{
	struct closed *closed;
	struct err e;

	if (p->form == ORDER_CMS)
		return NULL;
	if (!closed_check(&closed, work->arena, file, &e))
		return arena_str(work->arena, bytes_str(e.text));
	return closed->count ? closed_say(work->arena, lang, &closed->findings[0]) : NULL;
}

static json_t *finding_json(const struct finding *f)
{
	return json_pack("{s:s, s:s}", "result", finding_result_name(f->result), "detail",
		f->present && f->detail ? f->detail : "");
}

static json_t *row_look(
	struct work *work, size_t row, const struct order_conditions *base)
{
	const struct order_signed *o = &work->orders[row];
	struct order_conditions c = *base;
	json_t *documents = json_array(), *list = json_array();
	AUTO(source) file = NULL;
	struct order_finding f;
	const char *open = NULL;
	struct err e;

	for (size_t i = 0; i < o->order.paper.document_count; i++)
		(void)json_array_append_new(
			documents, document_look(work, work->first[row] + i));
	if (source_open(&file, work_document(work, work->arena, work->first[row]), &e))
		c.document = file;
	if (file)
		open = open_because(work, &o->order.paper, file, c.lang);
	order_check(&f, o->statement.whole, &c);
	for (size_t i = 0; i < f.field_count; i++)
		(void)json_array_append_new(
			list, json_pack("{s:s, s:s?}", "state",
				      order_field_state_name(f.fields[i].state), "found",
				      f.fields[i].found));
	return json_pack("{s:s?, s:o, s:o, s:b, s:o, s:o}", "open", open, "digest",
		finding_json(&f.checks[ORDER_CHECK_DIGEST]), "fields",
		finding_json(&f.checks[ORDER_CHECK_FIELDS]), "has_fields", f.has_fields,
		"list", list, "documents", documents);
}

/* --- the request */

static bool conditions_read(
	struct order_conditions *c, struct work *work, struct reader *r, struct err *e)
{
	struct cert *root = ARENA_NEW(work->arena, struct cert);
	struct bytes now, der;
	struct reader t;
	uint64_t high;

	c->arena = work->arena;
	c->lang = (enum lang)(wire_get_number(r) % LANG_COUNT);
	now = wire_get(r);
	t = reader_of(now);
	high = read_be32(&t);
	c->now = (int64_t)(high << 32 | read_be32(&t));
	c->platform = arena_dup(work->arena, wire_get(r));
	c->origin = arena_dup(work->arena, wire_get(r));
	der = arena_dup(work->arena, wire_get(r));
	c->page_origin = arena_dup(work->arena, wire_get(r));
	c->root = root;
	if (r->short_read || t.short_read)
		return err_set(e, ERR_MALFORMED, "request");
	return cert_parse(root, der, e);
}

bool work_look(struct work *work, struct reader *request, struct err *e)
{
	struct order_conditions c = {0};
	bool is_batch = wire_get_number(request) != 0, ok;
	json_t *rows = json_array(), *root = json_pack("{s:o}", "rows", rows);
	char *text = NULL;

	ok = conditions_read(&c, work, request, e) && read_orders(work, is_batch, e);
	for (size_t i = 0; ok && i < work->count; i++)
		(void)json_array_append_new(rows, row_look(work, i, &c));
	if (ok)
		text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (!ok)
		return false;
	if (!text)
		return err_set(e, ERR_MALFORMED, "text that is not UTF-8");
	ok = file_write(work_file(work, work->arena, "look"), 0600, bytes_str(text), e);
	free(text);
	return ok;
}
