/* make: see make.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "desk/make.h"

#include <string.h>

#include "base/source.h"
#include "desk/protocol.h"
#include "doc/cms_write.h"
#include "lib/lib.h"
#include "base/child.h"
#include "base/wire.h"

enum { SEAL_MAX = 1 << 20, VALUE_WAIT_MS = 60000 };

#define UM_PER_MM 1000.0

/* --- the key, which is the parent's */

struct asking {
	struct work *work;
	uint8_t room[WIRE_MAX];
};

static size_t refuse(struct qy_error *error, const struct err *e)
{
	(void)lib_fail(error, e);
	return 0;
}

static size_t ask_parent(void *user, const uint8_t *message, size_t n, uint8_t *value,
	size_t room, struct qy_error *error)
{
	struct asking *of = user;
	AUTO(arena) a = arena_new();
	uint8_t op = DESK_OP_SIGN;
	struct bytes got;
	struct reader r;
	struct err e;

	if (!file_write(
		    work_file(of->work, a, "tbs"), 0600, bytes_make(message, n), &e) ||
		!wire_send(CHILD_CHANNEL, bytes_make(&op, 1), &e) ||
		!wire_receive(CHILD_CHANNEL, of->room, VALUE_WAIT_MS, &got, &e))
		return refuse(error, &e);
	r = reader_of(got);
	op = read_u8(&r);
	got = wire_get(&r);
	if (op != DESK_OP_VALUE || r.short_read || !got.n || got.n > room) {
		err_set(&e, ERR_DENIED, "nothing was signed");
		return refuse(error, &e);
	}
	memcpy(value, got.p, got.n);
	return got.n;
}

/* --- the forms */

struct request {
	const struct order_signed *order;
	struct bytes cert, seal, sm3;
	qy_key *key;
	const char *in, *out;
};

static struct qy_bytes qy(struct bytes b)
{
	return (struct qy_bytes){b.p, b.n};
}

static bool make_ofd(struct work *work, const struct request *r, struct err *e)
{
	const struct order_place *p = &r->order->order.paper.place;
	struct qy_seal_options options = {.size = sizeof options,
		.seal = qy(r->seal),
		.page = (int)p->page,
		.x_mm = p->x_um / UM_PER_MM,
		.y_mm = p->y_um / UM_PER_MM,
		.straddle = (int)p->straddle,
		.order_digest = qy(r->sm3)};
	struct qy_error qe;

	return qy_ofd_seal(work->context, r->key, r->in, r->out, &options, &qe) ||
	       work_err(e, &qe);
}

static bool make_pdf(struct work *work, const struct request *r, struct err *e)
{
	const struct order_place *p = &r->order->order.paper.place;
	struct qy_pdf_place place = {.page = (int)p->page,
		.x_mm = p->x_um / UM_PER_MM,
		.y_mm = p->y_um / UM_PER_MM,
		.keep_inside = 1};
	struct qy_pdf_options options = {.size = sizeof options,
		.form = r->order->order.paper.form == ORDER_PDF_SEAL ? QY_PDF_SES
								     : QY_PDF_PADES,
		.seal = qy(r->seal),
		.straddle = (int)p->straddle,
		.order_digest = qy(r->sm3)};
	struct qy_error qe;

	if (r->seal.n && p->page) {
		options.places = &place;
		options.place_count = 1;
	}
	return qy_pdf_sign(work->context, r->key, r->in, r->out, &options, &qe) ||
	       work_err(e, &qe);
}

static bool make_cms(struct work *work, const struct request *r, struct err *e)
{
	AUTO(source) content = NULL;
	struct cms_sign_spec spec = {.profile = CMS_PLAIN,
		.key = r->key->key,
		.cert = r->cert,
		.signing_time = work->world->now(work->world),
		.order_digest = r->sm3};
	struct bytes der;

	if (!source_open(&content, r->in, e))
		return false;
	spec.content = content;
	return cms_sign(work->arena, &der, work->world, &spec, e) &&
	       file_write(r->out, 0600, der, e);
}

static bool make_form(struct work *work, struct request *r, struct err *e)
{
	enum order_form form = r->order->order.paper.form;
	bool wants_seal = form == ORDER_OFD_SEAL || form == ORDER_PDF_SEAL;

	if (wants_seal && !r->seal.n)
		return err_set(e, ERR_USAGE, "the order asks for a seal");
	if (!wants_seal)
		r->seal = (struct bytes){0};
	switch (form) {
	case ORDER_OFD_SIGN:
	case ORDER_OFD_SEAL:
		return make_ofd(work, r, e);
	case ORDER_PADES:
	case ORDER_PDF_SEAL:
		return make_pdf(work, r, e);
	case ORDER_CMS:
		return make_cms(work, r, e);
	}
	return err_set(e, ERR_UNSUPPORTED, "form of signature");
}

bool work_make(struct work *work, struct reader *in, struct err *e)
{
	struct asking *asking = ARENA_NEW(work->arena, struct asking);
	struct qy_signer_options signer = {
		.size = sizeof signer, .sign = ask_parent, .user = asking};
	size_t row = wire_get_number(in);
	bool has_seal = wire_get_number(in) != 0, ok;
	struct request r = {.cert = arena_dup(work->arena, wire_get(in)),
		.sm3 = arena_dup(work->arena, wire_get(in))};
	struct qy_error qe;

	asking->work = work;
	if (in->short_read || row >= work->count || r.sm3.n != SM3_SIZE)
		return err_set(e, ERR_MALFORMED, "request");
	r.order = &work->orders[row];
	if (!bytes_equal(r.sm3, BYTES_OF(r.order->statement.sm3)))
		return err_set(e, ERR_MALFORMED, "the order is another one");
	if (has_seal && !file_slurp(work->arena, work_file(work, work->arena, "seal"),
				SEAL_MAX, &r.seal, e))
		return false;
	r.in = work_document(work, work->arena, work->first[row]);
	r.out = arena_printf(work->arena, "%s/answer%zu", work->folder, row);
	if (!qy_key_of_signer(&r.key, qy(r.cert), &signer, &qe))
		return work_err(e, &qe);
	ok = make_form(work, &r, e);
	qy_key_free(r.key);
	return ok;
}
