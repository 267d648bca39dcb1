/* mandate_sign: the order to sign a mandate, the answer to it, and the proof; see
 * mandate.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "domain/act.h"
#include "domain/mandate.h"
#include "domain/mandate_record.h"
#include "domain/message.h"
#include "domain/record.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/standing.h"

struct signing {
	struct app *app;
	const struct actor *actor;
	struct arena *a;
	struct id id;
	enum right right;
	/* as read first */
	struct mandate_row_row row;
	struct organisation_row_row organisation;
	struct person_row_row delegate;
	struct mandate_signers_row *signers;
	size_t signer_count;
	/* the order */
	uint8_t order_sm3[SM3_SIZE];
	int64_t order_ends;
	/* the answer */
	struct signed_finding finding;
	uint8_t cms[BLOB_NAME];
	struct id credential;
};

static bool not_found(struct err *e)
{
	return err_refuse(e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such mandate");
}

static bool wrong_state(struct err *e)
{
	return err_refuse(e, ERR_ROLLBACK, MSG_PARTY_MANDATE_STATE, NULL,
		"signed or revoked meanwhile, or another order was given");
}

static bool read_row(struct tx *tx, struct signing *s, struct err *e)
{
	bool found;

	if (!mandate_row(tx, s->a, s->id, &s->row, &found, e))
		return false;
	return found ? standing_require(tx, s->actor, s->right, s->row.organisation, e)
		     : not_found(e);
}

/* Is it a draft that can still be signed? */
static bool is_open(struct tx *tx, const struct signing *s, struct err *e)
{
	if (s->row.signature.p || s->row.revoked_at != TIME_NONE ||
		s->row.member_until != TIME_NONE || s->row.valid_to <= tx_time(tx))
		return wrong_state(e);
	return standing_active(tx, s->row.organisation, e);
}

static bool read_signers(struct tx *tx, struct signing *s, struct err *e)
{
	return mandate_signers(tx, s->a, s->row.organisation, tx_time(tx), &s->signers,
		&s->signer_count, e);
}

static bool gather_body(struct tx *tx, void *ctx, struct err *e)
{
	struct signing *s = ctx;
	bool has_o, has_p;

	if (!read_row(tx, s, e) || !is_open(tx, s, e) || !read_signers(tx, s, e) ||
		!organisation_row(
			tx, s->a, s->row.organisation, &s->organisation, &has_o, e) ||
		!person_row(tx, s->a, s->row.person, &s->delegate, &has_p, e))
		return false;
	return (has_o && has_p) || not_found(e);
}

/* --- the order -------------------------------------------------------------------- */

static struct mandate_record shown(const struct signing *s)
{
	const struct mandate_row_row *row = &s->row;

	return (struct mandate_record){
		.organisation = record_str(s->a, s->organisation.name),
		.delegate = record_str(s->a, s->delegate.name),
		.id_number_mask = record_str(s->a, s->delegate.id_number_mask),
		.acts = (unsigned)row->acts,
		.kinds = record_str(s->a, row->kinds),
		.has_amount = row->has_amount_max,
		.amount_max = row->amount_max,
		.valid_from = row->valid_from,
		.valid_to = row->valid_to};
}

static struct order_signer wanted_signer(const struct signing *s)
{
	uint8_t(*certs)[SM3_SIZE] = arena_array(s->a, s->signer_count + 1, SM3_SIZE);

	for (size_t i = 0; i < s->signer_count; i++)
		if (s->signers[i].certificate_sm3.n == SM3_SIZE)
			memcpy(certs[i], s->signers[i].certificate_sm3.p, SM3_SIZE);
	return (struct order_signer){.credit_code = s->organisation.credit_code,
		.certs = (const uint8_t(*)[SM3_SIZE])certs,
		.cert_count = s->signer_count,
		.purposes = ORDER_FOR_SIGNING};
}

static bool ask_keeper(
	struct signing *s, struct bytes record, struct bytes *order, struct err *e)
{
	const struct keeper_face *k = s->app->keeper;
	struct mandate_record r = shown(s);
	struct order_signer signer = wanted_signer(s);
	struct order_document document = {.format = ORDER_OTHER, .size = record.n};
	struct order_paper paper = {.id = bytes_str(id_text(s->a, s->id)),
		.kind = BYTES("mandate"),
		.title = bytes_str(msg_text(s->actor->lang, MSG_PARTY_MANDATE_TITLE)),
		.alone = true,
		.documents = &document,
		.document_count = 1,
		.form = ORDER_CMS};
	struct order_field *fields;
	int64_t life;

	sm3_of(record, document.sm3);
	digest_of(DIGEST_SHA256, record, document.sha256);
	if (!mandate_record_fields(
		    s->a, s->actor->lang, &r, &fields, &paper.field_count, e) ||
		!rule_span(s->app->rules, RULE_MANDATE_ORDER_LIFE, RULE_NATIONWIDE,
			s->app->world->now(s->app->world), &life, e))
		return false;
	paper.fields = fields;
	if (!k->paper_order(k->ctx, s->a, &paper, &signer, (unsigned)(life / TIME_SECOND),
		    order, &s->order_ends, e))
		return false;
	sm3_of(*order, s->order_sm3);
	return true;
}

static bool order_body(struct tx *tx, void *ctx, struct err *e)
{
	const struct signing *s = ctx;
	int64_t changed;

	if (!standing_require(tx, s->actor, s->right, s->row.organisation, e) ||
		!mandate_set_order(tx, s->id, bytes_make(s->order_sm3, SM3_SIZE),
			s->order_ends, &changed, e))
		return false;
	if (changed != 1)
		return wrong_state(e);
	if (FAULT("mandate.after_order", e))
		return false;
	return act_put(tx, s->app, s->actor, "mandate.order", s->id,
		record_detail(s->a,
			json_pack("{s:s}", "order_sm3",
				hex_encode(s->a, bytes_make(s->order_sm3, SM3_SIZE)))),
		e);
}

bool mandate_order(struct app *app, const struct actor *actor, struct arena *a,
	struct id id, struct bytes *order, int64_t *expiry, struct bytes *record,
	struct err *e)
{
	struct signing s = {.app = app,
		.actor = actor,
		.a = a,
		.id = id,
		.right = RIGHT_MANDATE_SIGN};
	struct bytes document, der;

	if (!db_tx(app->db, DB_READ, gather_body, &s, e))
		return false;
	if (!s.signer_count)
		return err_refuse(e, ERR_DENIED, MSG_PARTY_MANDATE_NO_CERTIFICATE, NULL,
			"no certificate of the legal representative");
	if (s.row.record.n != BLOB_NAME)
		return err_set(e, ERR_IO, "mandate: no name of a blob");
	/* While the record is at hand and the order is made, nobody else waits. */
	if (!blob_slurp(
		    app->blobs, a, s.row.record.p, MANDATE_RECORD_MAX, &document, e) ||
		!ask_keeper(&s, document, &der, e) ||
		!db_tx(app->db, DB_WRITE, order_body, &s, e))
		return false;
	*order = der;
	*expiry = s.order_ends;
	*record = document;
	return true;
}

/* --- the answer ------------------------------------------------------------------- */

static bool refuse_signature(struct err *e, enum msg msg, const char *why)
{
	return err_refuse(e, ERR_SIGNER, msg, NULL, why);
}

/* All that can be said without the rows. */
static bool finding_is_good(const struct signing *s, struct err *e)
{
	const struct signed_finding *f = &s->finding;

	if (f->indication != INDICATION_PASSED)
		return refuse_signature(e, MSG_PARTY_MANDATE_BAD_SIGNATURE,
			f->why && f->why[0] ? f->why : "not passed");
	if (!s->row.order_sm3.p ||
		!bytes_equal(s->row.order_sm3, bytes_make(f->order, SM3_SIZE)))
		return refuse_signature(
			e, MSG_PARTY_MANDATE_ORDER, "answers another order");
	if (f->credit_code[0] &&
		!bytes_equal(bytes_str(f->credit_code), s->organisation.credit_code))
		return refuse_signature(e, MSG_PARTY_MANDATE_OTHER_CERTIFICATE,
			"of another organisation");
	return true;
}

/* The certificate still is one of the legal representative's, at this moment. */
static bool find_credential(struct tx *tx, struct signing *s, struct err *e)
{
	if (!read_signers(tx, s, e))
		return false;
	for (size_t i = 0; i < s->signer_count; i++)
		if (bytes_equal(
			    s->signers[i].certificate_sm3, BYTES_OF(s->finding.signer))) {
			s->credential = s->signers[i].id;
			return true;
		}
	return refuse_signature(e, MSG_PARTY_MANDATE_OTHER_CERTIFICATE,
		"no certificate of the legal representative");
}

static bool tell_delegate(struct tx *tx, const struct signing *s, struct err *e)
{
	struct message_new m = {.kind = MESSAGE_MANDATE_SIGNED,
		.places = {record_str(s->a, s->organisation.name)},
		.organisation = s->row.organisation};

	return message_put(tx, s->app, s->row.person, &m, e);
}

static bool accept_body(struct tx *tx, void *ctx, struct err *e)
{
	struct signing *s = ctx;
	int64_t changed;

	if (!standing_require(tx, s->actor, s->right, s->row.organisation, e) ||
		!is_open(tx, s, e) || !find_credential(tx, s, e) ||
		!mandate_set_signed(tx,
			&(struct mandate_set_signed_in){.id = s->id,
				.order_sm3 = BYTES_OF(s->finding.order),
				.signature = BYTES_OF(s->cms),
				.signed_by = s->credential,
				.at = tx_time(tx)},
			&changed, e))
		return false;
	if (changed != 1)
		return wrong_state(e);
	if (FAULT("mandate.after_signature", e) ||
		!act_put(tx, s->app, s->actor, "mandate.sign", s->id,
			record_detail(s->a,
				json_pack("{s:s, s:s}", "signature",
					hex_encode(s->a, BYTES_OF(s->cms)), "credential",
					id_text(s->a, s->credential))),
			e))
		return false;
	return tell_delegate(tx, s, e);
}

bool mandate_accept(struct app *app, const struct actor *actor, struct id id,
	struct bytes cms, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct signing s = {.app = app,
		.actor = actor,
		.a = a,
		.id = id,
		.right = RIGHT_MANDATE_SIGN};
	struct bytes record;

	if (cms.n > MANDATE_CMS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d octets", MANDATE_CMS_MAX);
	if (!db_tx(app->db, DB_READ, gather_body, &s, e))
		return false;
	if (s.row.record.n != BLOB_NAME)
		return err_set(e, ERR_IO, "mandate: no name of a blob");
	if (!blob_slurp(app->blobs, a, s.row.record.p, MANDATE_RECORD_MAX, &record, e) ||
		!app->worker->verify_detached(app->worker->ctx, a, record, cms,
			app->world->now(app->world), actor->lang, &s.finding, e) ||
		!finding_is_good(&s, e))
		return false;
	return blob_store(app->blobs, cms, s.cms, e) &&
	       db_tx(app->db, DB_WRITE, accept_body, &s, e);
}

/* --- the proof -------------------------------------------------------------------- */

static bool proof_body(struct tx *tx, void *ctx, struct err *e)
{
	return read_row(tx, ctx, e);
}

bool mandate_proof(struct app *app, const struct actor *actor, struct arena *a,
	struct id id, struct bytes *record, struct bytes *cms, struct err *e)
{
	struct signing s = {
		.app = app, .actor = actor, .a = a, .id = id, .right = RIGHT_MANDATE_SEE};
	struct bytes content;

	if (!db_tx(app->db, DB_READ, proof_body, &s, e))
		return false;
	if (s.row.record.n != BLOB_NAME || s.row.signature.n != BLOB_NAME)
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "not signed");
	if (!blob_slurp(app->blobs, a, s.row.record.p, MANDATE_RECORD_MAX, &content, e) ||
		!blob_slurp(app->blobs, a, s.row.signature.p, MANDATE_CMS_MAX, cms, e))
		return false;
	*record = content;
	return true;
}
