/* order_write: an order as octets, and signed. See order.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "doc/order_parts.h"

enum { OVERHEAD = 4096 };

static void put_text(struct writer *w, struct bytes text)
{
	der_put(w, DER_UTF8_STRING, text);
}

static void put_octets(struct writer *w, const uint8_t *p, size_t n)
{
	der_put(w, DER_OCTET_STRING, bytes_make(p, n));
}

void order_put_number(struct writer *w, int64_t n)
{
	uint8_t octets[8];
	struct writer be = writer_over(octets, sizeof octets);

	write_be64(&be, (uint64_t)n);
	der_put_integer(w, BYTES_OF(octets));
}

static void put_signer(struct writer *w, const struct order_signer *s)
{
	size_t outer = der_open(w, DER_SEQUENCE), list;

	put_text(w, s->credit_code);
	list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < s->cert_count; i++)
		put_octets(w, s->certs[i], SM3_SIZE);
	der_close(w, list);
	der_put_small(w, DER_INTEGER, s->purposes);
	der_close(w, outer);
}

static void put_field(struct writer *w, const struct order_field *f)
{
	size_t outer = der_open(w, DER_SEQUENCE), amount;

	put_text(w, f->name);
	put_text(w, f->label);
	put_text(w, f->value);
	if (f->has_amount) {
		amount = der_open(w, DER_CONTEXT(0));
		order_put_number(w, f->amount);
		der_close(w, amount);
	}
	der_put_boolean(w, f->mandatory);
	der_close(w, outer);
}

static void put_document(struct writer *w, const struct order_document *d)
{
	size_t outer = der_open(w, DER_SEQUENCE);

	der_put_small(w, DER_ENUMERATED, d->format);
	order_put_number(w, (int64_t)d->size);
	put_octets(w, d->sm3, SM3_SIZE);
	put_octets(w, d->sha256, SHA256_SIZE);
	der_close(w, outer);
}

static void put_place(struct writer *w, const struct order_place *p)
{
	size_t outer = der_open(w, DER_SEQUENCE);

	put_text(w, p->slot);
	der_put_small(w, DER_INTEGER, p->page);
	der_put_small(w, DER_INTEGER, p->x_um);
	der_put_small(w, DER_INTEGER, p->y_um);
	der_put_small(w, DER_ENUMERATED, p->straddle);
	der_close(w, outer);
}

static void put_paper(struct writer *w, const struct order_paper *p)
{
	size_t list;

	put_text(w, p->id);
	put_text(w, p->kind);
	der_put_boolean(w, p->alone);
	put_text(w, p->title);
	list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < p->field_count; i++)
		put_field(w, &p->fields[i]);
	der_close(w, list);
	put_text(w, p->total);
	list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < p->document_count; i++)
		put_document(w, &p->documents[i]);
	der_close(w, list);
	der_put_small(w, DER_ENUMERATED, p->form);
	put_place(w, &p->place);
}

static void put_login(struct writer *w, const struct order_login *l)
{
	der_put_small(w, DER_ENUMERATED, l->purpose);
	put_octets(w, l->challenge, sizeof l->challenge);
	put_octets(w, l->session, SM3_SIZE);
	put_text(w, l->text);
}

static void put_bid(struct writer *w, const struct order_bid *b)
{
	size_t list;

	put_text(w, b->tender);
	put_text(w, b->lot);
	put_octets(w, b->header, SM3_SIZE);
	list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < b->part_count; i++)
		put_text(w, b->parts[i]);
	der_close(w, list);
	der_put(w, DER_OCTET_STRING, b->cert);
	put_octets(w, b->checkpoint, SM3_SIZE);
}

static void put_order(struct writer *w, const struct order *o)
{
	size_t outer = der_open(w, DER_SEQUENCE), body;

	der_put_small(w, DER_INTEGER, ORDER_VERSION);
	put_text(w, o->platform);
	put_text(w, o->origin);
	der_put_small(w, DER_ENUMERATED, o->act);
	der_put_generalized_time(w, o->issued);
	der_put_generalized_time(w, o->expiry);
	put_octets(w, o->nonce, ORDER_NONCE);
	put_signer(w, &o->signer);
	body = der_open(w, DER_SEQUENCE);
	if (o->act == ORDER_SIGN)
		put_paper(w, &o->paper);
	else if (o->act == ORDER_LOGIN)
		put_login(w, &o->login);
	else
		put_bid(w, &o->bid);
	der_close(w, body);
	der_close(w, outer);
}

bool order_write(struct arena *a, struct bytes *out, const struct order *o, struct err *e)
{
	struct writer count = {0}, w;

	if (!order_is_sane(o, a, e))
		return false;
	put_order(&count, o);
	if (count.n > ORDER_MAX - OVERHEAD)
		return err_set(e, ERR_TOO_LARGE, "an order of %zu octets", count.n);
	/* closing an element moves what stands in it: room for a length more */
	w = writer_in(a, count.n + OVERHEAD);
	put_order(&w, o);
	*out = writer_bytes(&w);
	return true;
}

static bool is_zero(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i])
			return false;
	return true;
}

static bool sign(struct arena *a, struct bytes *out, struct world *w, enum oid type,
	struct bytes content, int64_t time, struct key *key, struct bytes cert,
	struct err *e)
{
	struct statement_spec spec = {.type = type,
		.sm2_id = ORDER_SM2_ID,
		.content = content,
		.key = key,
		.cert = cert,
		.time = time};

	return statement_sign(a, out, w, &spec, e);
}

bool order_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct order *o, struct key *key, struct bytes cert, struct err *e)
{
	struct order copy = *o;
	struct bytes content;

	if (is_zero(BYTES_OF(copy.nonce)))
		w->random(w, copy.nonce, sizeof copy.nonce);
	return order_write(a, &content, &copy, e) &&
	       sign(a, out, w, OID_QY_ORDER, content, copy.issued, key, cert, e);
}

/* --- batches --------------------------------------------------------------------------
 */

static bool row_check(const struct order_batch *b, size_t i, struct order_signed *row,
	struct arena *a, struct err *e)
{
	if (!order_open(row, a, b->rows[i], e))
		return err_in(e, "row %zu", i + 1);
	if (row->order.act != ORDER_SIGN || row->order.paper.alone)
		return err_set(e, ERR_USAGE, "row %zu may not be in a batch", i + 1);
	if (!bytes_equal(row->order.platform, b->platform) ||
		!bytes_equal(row->order.origin, b->origin))
		return err_set(e, ERR_USAGE, "row %zu is of another platform", i + 1);
	return true;
}

static void put_batch(
	struct writer *w, const struct order_batch *b, uint32_t count, int64_t sum)
{
	size_t outer = der_open(w, DER_SEQUENCE), list;

	der_put_small(w, DER_INTEGER, ORDER_VERSION);
	put_text(w, b->platform);
	put_text(w, b->origin);
	der_put_generalized_time(w, b->issued);
	der_put_generalized_time(w, b->expiry);
	put_octets(w, b->nonce, ORDER_NONCE);
	der_put_small(w, DER_INTEGER, count);
	order_put_number(w, sum);
	list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < count; i++)
		der_put(w, DER_OCTET_STRING, b->rows[i]);
	der_close(w, list);
	der_close(w, outer);
}

bool batch_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct order_batch *batch, size_t rows, struct key *key, struct bytes cert,
	struct err *e)
{
	struct order_batch b = *batch;
	struct order_signed row;
	struct writer to;
	size_t n = OVERHEAD;

	if (!rows || rows > BATCH_ROWS_MAX)
		return err_set(e, ERR_USAGE, "1 to %d rows", BATCH_ROWS_MAX);
	if (!order_text_is_good(b.platform, 1, ORDER_ID_MAX) ||
		!order_origin_is_good(b.origin))
		return err_set(e, ERR_USAGE, "platform or origin");
	if (!order_period_check(b.issued, b.expiry, e))
		return false;
	b.count = (uint32_t)rows;
	b.sum = 0;
	for (size_t i = 0; i < rows; i++) {
		if (!row_check(&b, i, &row, a, e))
			return false;
		if (__builtin_add_overflow(b.sum, order_total(&row.order), &b.sum))
			return err_set(e, ERR_USAGE, "the sum is too large");
		n += b.rows[i].n + 16;
	}
	if (n > BATCH_MAX - OVERHEAD)
		return err_set(e, ERR_TOO_LARGE, "a batch of %zu octets", n);
	if (is_zero(BYTES_OF(b.nonce)))
		w->random(w, b.nonce, sizeof b.nonce);
	to = writer_in(a, n);
	put_batch(&to, &b, b.count, b.sum);
	return sign(a, out, w, OID_QY_BATCH, writer_bytes(&to), b.issued, key, cert, e);
}

void batch_put(struct writer *w, const struct order_batch *b)
{
	put_batch(w, b, b->count, b->sum);
}
