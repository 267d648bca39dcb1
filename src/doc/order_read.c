/* order_read: octets as an order. See order.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading ends in writing again: what is not exactly what would be written is refused.
 */
#include <string.h>

#include "base/time.h"
#include "doc/order_parts.h"

bool order_take_text(struct bytes *in, struct bytes *text, struct err *e)
{
	return der_take(in, DER_UTF8_STRING, text, e);
}

bool order_take_octets(struct bytes *in, uint8_t *out, size_t n, struct err *e)
{
	struct bytes body;

	if (!der_take(in, DER_OCTET_STRING, &body, e))
		return false;
	if (body.n != n)
		return err_set(e, ERR_MALFORMED, "%zu octets, not %zu", body.n, n);
	memcpy(out, body.p, n);
	return true;
}

bool order_take_number(struct bytes *in, int64_t *n, struct err *e)
{
	struct bytes value;
	uint64_t v = 0;

	if (!der_integer(in, &value, e))
		return false;
	if (value.n > 8)
		return err_set(e, ERR_MALFORMED, "a number too large");
	for (size_t i = 0; i < value.n; i++)
		v = v << 8 | value.p[i];
	if (v > INT64_MAX)
		return err_set(e, ERR_MALFORMED, "a number too large");
	*n = (int64_t)v;
	return true;
}

bool order_take_time(struct bytes *in, int64_t *t, struct err *e)
{
	struct bytes rest = *in, body;

	if (!der_take(&rest, DER_GENERALIZED_TIME, &body, e))
		return false;
	if (body.n != 15)
		return err_set(e, ERR_MALFORMED, "a time not of whole seconds");
	return der_time(in, t, e);
}

/* How many elements a list has, at most max. */
static bool count_of(struct bytes list, size_t max, size_t *n, struct err *e)
{
	struct der d;

	for (*n = 0; list.n; ++*n) {
		if (*n == max)
			return err_set(e, ERR_TOO_LARGE, "more than %zu entries", max);
		if (!der_next(&list, &d, e))
			return false;
	}
	return true;
}

static bool take_signer(
	struct bytes *in, struct arena *a, struct order_signer *s, struct err *e)
{
	struct bytes body, list;
	uint8_t(*certs)[SM3_SIZE];

	if (!der_take(in, DER_SEQUENCE, &body, e) ||
		!order_take_text(&body, &s->credit_code, e) ||
		!der_take(&body, DER_SEQUENCE, &list, e) ||
		!count_of(list, ORDER_CERTS_MAX, &s->cert_count, e))
		return false;
	certs = arena_array(a, s->cert_count, SM3_SIZE);
	for (size_t i = 0; i < s->cert_count; i++)
		if (!order_take_octets(&list, certs[i], SM3_SIZE, e))
			return false;
	s->certs = (const uint8_t(*)[SM3_SIZE])certs;
	return der_small(&body, DER_INTEGER, UINT16_MAX, &s->purposes, e) &&
	       der_end(body, e);
}

static bool take_field(struct bytes *in, struct order_field *f, struct err *e)
{
	struct bytes body, amount;

	if (!der_take(in, DER_SEQUENCE, &body, e) ||
		!order_take_text(&body, &f->name, e) ||
		!order_take_text(&body, &f->label, e) ||
		!order_take_text(&body, &f->value, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &amount, &f->has_amount, e))
		return false;
	if (f->has_amount &&
		(!order_take_number(&amount, &f->amount, e) || !der_end(amount, e)))
		return false;
	return der_boolean(&body, &f->mandatory, e) && der_end(body, e);
}

static bool take_document(struct bytes *in, struct order_document *d, struct err *e)
{
	struct bytes body;
	uint32_t format;
	int64_t size;

	if (!der_take(in, DER_SEQUENCE, &body, e) ||
		!der_small(&body, DER_ENUMERATED, ORDER_PDF, &format, e) ||
		!order_take_number(&body, &size, e) ||
		!order_take_octets(&body, d->sm3, SM3_SIZE, e) ||
		!order_take_octets(&body, d->sha256, SHA256_SIZE, e) || !der_end(body, e))
		return false;
	d->format = (enum order_format)format;
	d->size = (uint64_t)size;
	return true;
}

static bool take_place(struct bytes *in, struct order_place *p, struct err *e)
{
	struct bytes body;
	uint32_t straddle;

	if (!der_take(in, DER_SEQUENCE, &body, e) ||
		!order_take_text(&body, &p->slot, e) ||
		!der_small(&body, DER_INTEGER, INT32_MAX, &p->page, e) ||
		!der_small(&body, DER_INTEGER, INT32_MAX, &p->x_um, e) ||
		!der_small(&body, DER_INTEGER, INT32_MAX, &p->y_um, e) ||
		!der_small(&body, DER_ENUMERATED, ORDER_STRADDLE_LEFT, &straddle, e) ||
		!der_end(body, e))
		return false;
	p->straddle = (enum order_straddle)straddle;
	return true;
}

static bool take_fields(
	struct bytes *in, struct arena *a, struct order_paper *p, struct err *e)
{
	struct order_field *fields;
	struct bytes list;

	if (!der_take(in, DER_SEQUENCE, &list, e) ||
		!count_of(list, ORDER_FIELDS_MAX, &p->field_count, e))
		return false;
	fields = ARENA_ARRAY(a, p->field_count, struct order_field);
	for (size_t i = 0; i < p->field_count; i++)
		if (!take_field(&list, &fields[i], e))
			return err_in(e, "field %zu", i + 1);
	p->fields = fields;
	return true;
}

static bool take_documents(
	struct bytes *in, struct arena *a, struct order_paper *p, struct err *e)
{
	struct order_document *documents;
	struct bytes list;

	if (!der_take(in, DER_SEQUENCE, &list, e) ||
		!count_of(list, ORDER_DOCUMENTS_MAX, &p->document_count, e))
		return false;
	documents = ARENA_ARRAY(a, p->document_count, struct order_document);
	for (size_t i = 0; i < p->document_count; i++)
		if (!take_document(&list, &documents[i], e))
			return err_in(e, "document %zu", i + 1);
	p->documents = documents;
	return true;
}

static bool take_paper(
	struct bytes in, struct arena *a, struct order_paper *p, struct err *e)
{
	uint32_t form;

	if (!order_take_text(&in, &p->id, e) || !order_take_text(&in, &p->kind, e) ||
		!der_boolean(&in, &p->alone, e) || !order_take_text(&in, &p->title, e) ||
		!take_fields(&in, a, p, e) || !order_take_text(&in, &p->total, e) ||
		!take_documents(&in, a, p, e) ||
		!der_small(&in, DER_ENUMERATED, ORDER_OFD_SIGN, &form, e) ||
		!take_place(&in, &p->place, e) || !der_end(in, e))
		return err_in(e, "paper");
	p->form = (enum order_form)form;
	return true;
}

static bool take_login(struct bytes in, struct order_login *l, struct err *e)
{
	uint32_t purpose;

	if (!der_small(&in, DER_ENUMERATED, ORDER_LOGIN_STEP_UP, &purpose, e) ||
		!order_take_octets(&in, l->challenge, sizeof l->challenge, e) ||
		!order_take_octets(&in, l->session, SM3_SIZE, e) ||
		!order_take_text(&in, &l->text, e) || !der_end(in, e))
		return err_in(e, "login");
	l->purpose = (enum order_login_purpose)purpose;
	return true;
}

static bool take_bid(struct bytes in, struct arena *a, struct order_bid *b, struct err *e)
{
	struct bytes list, *parts;

	if (!order_take_text(&in, &b->tender, e) || !order_take_text(&in, &b->lot, e) ||
		!order_take_octets(&in, b->header, SM3_SIZE, e) ||
		!der_take(&in, DER_SEQUENCE, &list, e) ||
		!count_of(list, ORDER_PARTS_MAX, &b->part_count, e))
		return err_in(e, "bid");
	parts = ARENA_ARRAY(a, b->part_count, struct bytes);
	for (size_t i = 0; i < b->part_count; i++)
		if (!order_take_text(&list, &parts[i], e))
			return err_in(e, "part %zu", i + 1);
	b->parts = parts;
	return (der_take(&in, DER_OCTET_STRING, &b->cert, e) &&
		       order_take_octets(&in, b->checkpoint, SM3_SIZE, e) &&
		       der_end(in, e)) ||
	       err_in(e, "bid");
}

static bool take_version(struct bytes *in, struct err *e)
{
	uint32_t version;

	if (!der_small(in, DER_INTEGER, INT32_MAX, &version, e))
		return false;
	return version == ORDER_VERSION ||
	       err_set(e, ERR_UNSUPPORTED, "version %u", (unsigned)version);
}

static bool take_body(struct order *o, struct arena *a, struct bytes body, struct err *e)
{
	if (o->act == ORDER_SIGN)
		return take_paper(body, a, &o->paper, e);
	if (o->act == ORDER_LOGIN)
		return take_login(body, &o->login, e);
	return take_bid(body, a, &o->bid, e);
}

static bool parse(struct order *o, struct arena *a, struct bytes der, struct err *e)
{
	struct bytes in, body;
	uint32_t act;

	if (!der_only(der, DER_SEQUENCE, &in, e) || !take_version(&in, e) ||
		!order_take_text(&in, &o->platform, e) ||
		!order_take_text(&in, &o->origin, e) ||
		!der_small(&in, DER_ENUMERATED, ORDER_REHEARSE, &act, e) ||
		!order_take_time(&in, &o->issued, e) ||
		!order_take_time(&in, &o->expiry, e) ||
		!order_take_octets(&in, o->nonce, ORDER_NONCE, e) ||
		!take_signer(&in, a, &o->signer, e) ||
		!der_take(&in, DER_SEQUENCE, &body, e) || !der_end(in, e))
		return false;
	o->act = (enum order_act)act;
	return take_body(o, a, body, e);
}

bool order_read(struct order *out, struct arena *a, struct bytes der, struct err *e)
{
	struct order o = {0};
	struct bytes again;

	if (der.n > ORDER_MAX)
		return err_set(e, ERR_TOO_LARGE, "an order of %zu octets", der.n);
	if (!parse(&o, a, der, e))
		return err_in(e, "order");
	if (!order_write(a, &again, &o, e)) {
		e->code = ERR_MALFORMED;
		return err_in(e, "order");
	}
	if (!bytes_equal(again, der))
		return err_set(e, ERR_MALFORMED, "order: not as it would be written");
	*out = o;
	return true;
}

bool order_open(
	struct order_signed *out, struct arena *a, struct bytes der, struct err *e)
{
	struct order_signed s = {0};

	if (!statement_read(
		    &s.statement, a, der, OID_QY_ORDER, ORDER_SM2_ID, ORDER_MAX, e) ||
		!order_read(&s.order, a, s.statement.content, e))
		return false;
	*out = s;
	return true;
}

/* --- batches --------------------------------------------------------------------------
 */

static bool parse_batch(
	struct order_batch *b, struct arena *a, struct bytes der, struct err *e)
{
	struct bytes in, list, *rows;
	size_t n;

	if (!der_only(der, DER_SEQUENCE, &in, e) || !take_version(&in, e) ||
		!order_take_text(&in, &b->platform, e) ||
		!order_take_text(&in, &b->origin, e) ||
		!order_take_time(&in, &b->issued, e) ||
		!order_take_time(&in, &b->expiry, e) ||
		!order_take_octets(&in, b->nonce, ORDER_NONCE, e) ||
		!der_small(&in, DER_INTEGER, BATCH_ROWS_MAX, &b->count, e) ||
		!order_take_number(&in, &b->sum, e) ||
		!der_take(&in, DER_SEQUENCE, &list, e) || !der_end(in, e) ||
		!count_of(list, BATCH_ROWS_MAX, &n, e))
		return false;
	if (!n || n != b->count)
		return err_set(e, ERR_MALFORMED, "%u rows said, %zu there",
			(unsigned)b->count, n);
	rows = ARENA_ARRAY(a, n, struct bytes);
	for (size_t i = 0; i < n; i++)
		if (!der_take(&list, DER_OCTET_STRING, &rows[i], e))
			return err_in(e, "row %zu", i + 1);
	b->rows = rows;
	return true;
}

bool batch_open(struct order_batch *out, struct arena *a, struct bytes der, struct err *e)
{
	struct order_batch b = {0};
	struct writer again;

	if (!statement_read(
		    &b.statement, a, der, OID_QY_BATCH, ORDER_SM2_ID, BATCH_MAX, e))
		return false;
	if (!parse_batch(&b, a, b.statement.content, e) ||
		!order_period_check(b.issued, b.expiry, e)) {
		if (e->code == ERR_USAGE)
			e->code = ERR_MALFORMED;
		return err_in(e, "batch");
	}
	again = writer_in(a, b.statement.content.n + 64);
	batch_put(&again, &b);
	if (!order_text_is_good(b.platform, 1, ORDER_ID_MAX) ||
		!order_origin_is_good(b.origin) ||
		!bytes_equal(writer_bytes(&again), b.statement.content))
		return err_set(e, ERR_MALFORMED, "batch: not as it would be written");
	*out = b;
	return true;
}
