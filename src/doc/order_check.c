/* order_check: see order_check.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/order_check.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "doc/cms_check.h"
#include "doc/order_fields.h"
#include "doc/order_parts.h"

/* Clocks of honest platforms differ by this much from ours. */
#define CLOCK_SLACK (5 * TIME_MINUTE)

const char *order_check_name(enum order_check_id id)
{
	static const char *const names[ORDER_CHECK_COUNT] = {"form", "signature", "key",
		"platform", "origin", "time", "nonce", "digest", "fields", "certificate",
		"batch"};

	return names[id];
}

const char *order_check_title(enum lang lang, enum order_check_id id)
{
	static const enum msg titles[ORDER_CHECK_COUNT] = {MSG_ORDER_CHECK_FORM,
		MSG_ORDER_CHECK_SIGNATURE, MSG_ORDER_CHECK_KEY, MSG_ORDER_CHECK_PLATFORM,
		MSG_ORDER_CHECK_ORIGIN, MSG_ORDER_CHECK_TIME, MSG_ORDER_CHECK_NONCE,
		MSG_ORDER_CHECK_DIGEST, MSG_ORDER_CHECK_FIELDS,
		MSG_ORDER_CHECK_CERTIFICATE, MSG_ORDER_CHECK_BATCH};

	return msg_text(lang, titles[id]);
}

const char *order_field_state_name(enum order_field_state state)
{
	static const char *const names[] = {
		"platform-only", "agrees", "differs", "missing"};

	return names[state];
}

const char *order_login_purpose_name(enum order_login_purpose purpose)
{
	static const char *const names[] = {
		"", "login", "binding", "recovery", "step-up"};

	return names[purpose];
}

/* --- the key of the platform */

/* Is the one name in its subjectAltName this origin? */
static bool is_for_origin(const struct cert *cert, struct bytes origin)
{
	struct bytes value, list, uri;
	struct err e;
	bool critical;

	return cert_extension(cert, OID_SUBJECT_ALT_NAME, &value, &critical) &&
	       der_only(value, DER_SEQUENCE, &list, &e) &&
	       der_only(list, DER_CONTEXT_PRIMITIVE(6), &uri, &e) &&
	       bytes_equal(uri, origin);
}

//= Protocols §3: order keys are certificates under the root, own purpose, at most 90 days, one origin
bool order_key_is_good(const struct cert *cert, const struct cert *root,
	struct bytes origin, int64_t now, struct err *why)
{
	if (!bytes_equal(cert->issuer, root->subject) || !root->key_known ||
		!cert_verify(cert, &root->key))
		return err_set(why, ERR_DENIED, "not issued by the platform's root");
	if (now < root->not_before || now > root->not_after)
		return err_set(why, ERR_DENIED, "the platform's root has lapsed");
	if (cert->eku != EKU_ORDER || !cert->eku_critical || cert->is_ca ||
		cert->unknown_critical || !cert_may_sign(cert))
		return err_set(why, ERR_DENIED, "not a certificate for orders");
	if (cert->not_after - cert->not_before > ORDER_KEY_LIFE_MAX)
		return err_set(why, ERR_DENIED, "valid for more than 90 days");
	if (now < cert->not_before || now > cert->not_after)
		return err_set(why, ERR_DENIED, "not valid now");
	return is_for_origin(cert, origin) ||
	       err_set(why, ERR_DENIED, "for another origin");
}

/* --- what orders and batches have in common */

struct envelope {
	const struct statement *statement;
	struct bytes platform, origin;
	int64_t issued, expiry;
	const uint8_t *nonce;
	bool by_file_too; /* may be answered without a page */
};

static void fail(struct finding *f, const struct order_conditions *c, enum msg msg)
{
	finding_fail(f, msg_text(c->lang, msg));
}

static void check_key(struct finding *checks, const struct envelope *o,
	const struct order_conditions *c)
{
	struct finding *f = &checks[ORDER_CHECK_KEY];
	struct err why;

	if (!c->root)
		finding_skip(f, msg_text(c->lang, MSG_ORDER_NO_ROOT));
	else if (!order_key_is_good(
			 &o->statement->cert, c->root, o->origin, c->now, &why))
		finding_fail(
			f, say_(c->arena, c->lang, MSG_ORDER_KEY_BAD, why.text, NULL));
	finding_pass(f, "");
}

static void check_origin(struct finding *checks, const struct envelope *o,
	const struct order_conditions *c)
{
	struct finding *f = &checks[ORDER_CHECK_ORIGIN];

	if (!bytes_equal(o->origin, c->origin))
		fail(f, c, MSG_ORDER_ORIGIN_OTHER);
	if (c->page_origin.n && !bytes_equal(o->origin, c->page_origin))
		fail(f, c, MSG_ORDER_ORIGIN_PAGE);
	//= Protocols §3: the file path serves documents only
	if (!c->page_origin.n && !o->by_file_too)
		fail(f, c, MSG_ORDER_FILE_ONLY_PAPERS);
	finding_pass(f, arena_str(c->arena, o->origin));
}

static void check_time(struct finding *checks, const struct envelope *o,
	const struct order_conditions *c)
{
	struct finding *f = &checks[ORDER_CHECK_TIME];

	if (c->now + CLOCK_SLACK < o->issued)
		fail(f, c, MSG_ORDER_TIME_EARLY);
	if (c->now >= o->expiry)
		fail(f, c, MSG_ORDER_TIME_EXPIRED);
	finding_pass(f, time_iso(c->arena, o->expiry));
}

static void check_nonce(struct finding *checks, const struct envelope *o,
	const struct order_conditions *c)
{
	struct finding *f = &checks[ORDER_CHECK_NONCE];
	const struct order_nonces *n = c->nonces;
	bool is = false, ok;
	struct err e;

	if (!n) {
		finding_skip(f, msg_text(c->lang, MSG_ORDER_NO_NONCES));
		return;
	}
	if (c->take_nonce) {
		ok = n->take(n->to, o->nonce, o->expiry, &is, &e);
		is = !is;
	} else {
		ok = n->seen(n->to, o->nonce, &is, &e);
	}
	if (!ok)
		finding_fail(f, arena_str(c->arena, bytes_str(e.text)));
	else if (is)
		fail(f, c, MSG_ORDER_NONCE_SEEN);
	finding_pass(f, "");
}

static void check_envelope(struct finding *checks, const struct envelope *o,
	const struct order_conditions *c)
{
	finding_pass(&checks[ORDER_CHECK_FORM], "");
	if (!o->statement->holds)
		fail(&checks[ORDER_CHECK_SIGNATURE], c, MSG_ORDER_SIGNATURE_BAD);
	finding_pass(&checks[ORDER_CHECK_SIGNATURE], "");
	check_key(checks, o, c);
	if (!bytes_equal(o->platform, c->platform))
		fail(&checks[ORDER_CHECK_PLATFORM], c, MSG_ORDER_PLATFORM_OTHER);
	finding_pass(&checks[ORDER_CHECK_PLATFORM], arena_str(c->arena, o->platform));
	check_origin(checks, o, c);
	check_time(checks, o, c);
	/* The last of all, and only of what may be answered: a stranger burns nothing. */
	if (!c->take_nonce ||
		finding_objection(checks, ORDER_CHECK_NONCE) == ORDER_CHECK_NONCE)
		check_nonce(checks, o, c);
	else
		finding_skip(&checks[ORDER_CHECK_NONCE], "");
}

/* --- the document */

static void check_digest(struct order_finding *out, const struct order_conditions *c)
{
	struct finding *f = &out->checks[ORDER_CHECK_DIGEST];
	const struct order_document *d = &out->order.order.paper.documents[0];
	uint8_t sm3[SM3_SIZE], sha256[SHA256_SIZE];
	AUTO(digest) first = digest_new(DIGEST_SM3);
	AUTO(digest) second = digest_new(DIGEST_SHA256);
	struct err e;

	if (!c->document) {
		finding_skip(f, msg_text(c->lang, MSG_ORDER_NO_DOCUMENT));
		return;
	}
	if (!digest_put_source(first, c->document, &e) ||
		!digest_put_source(second, c->document, &e)) {
		finding_fail(f, arena_str(c->arena, bytes_str(e.text)));
		return;
	}
	digest_finish(first, sm3);
	digest_finish(second, sha256);
	if (source_size(c->document) != d->size ||
		!bytes_equal(BYTES_OF(sm3), BYTES_OF(d->sm3)) ||
		!bytes_equal(BYTES_OF(sha256), BYTES_OF(d->sha256)))
		fail(f, c, MSG_ORDER_DIGEST_OTHER);
	finding_pass(f, "");
}

static void check_fields(struct order_finding *out, const struct order_conditions *c)
{
	struct finding *f = &out->checks[ORDER_CHECK_FIELDS];
	const struct order_paper *paper = &out->order.order.paper;
	struct err e;

	if (!c->document) {
		finding_skip(f, msg_text(c->lang, MSG_ORDER_NO_DOCUMENT));
		return;
	}
	if (!order_fields_compare(
		    c->arena, paper, c->document, &out->fields, &out->has_fields, &e)) {
		finding_fail(f, arena_str(c->arena, bytes_str(e.text)));
		return;
	}
	out->field_count = paper->field_count;
	//= Protocols §3: marked where the document does not contain them; a mandatory one missing: refuse
	for (size_t i = 0; i < out->field_count; i++) {
		const char *label = arena_str(c->arena, out->fields[i].field->label);

		if (out->fields[i].state == ORDER_FIELD_MISSING)
			finding_fail(f, say_(c->arena, c->lang, MSG_ORDER_FIELD_MISSING,
						label, NULL));
		if (out->fields[i].state == ORDER_FIELD_DIFFERS)
			finding_fail(f, say_(c->arena, c->lang, MSG_ORDER_FIELD_DIFFERS,
						label, out->fields[i].found, NULL));
	}
	finding_pass(
		f, out->has_fields ? "" : msg_text(c->lang, MSG_ORDER_SHOWN_AS_PICTURES));
}

/* --- the certificate that would answer */

static bool is_listed(const struct order_signer *s, const struct cert *cert)
{
	for (size_t i = 0; i < s->cert_count; i++)
		if (bytes_equal(BYTES_OF(s->certs[i]), BYTES_OF(cert->sm3)))
			return true;
	return !s->cert_count;
}

static bool is_good_for(uint32_t purposes, const struct cert *cert)
{
	return (!(purposes & ORDER_FOR_SIGNING) || cert_may_sign(cert)) &&
	       (!(purposes & ORDER_FOR_ENCRYPTION) || cert_may_encrypt(cert)) &&
	       (!(purposes & ORDER_FOR_EVENT) ||
		       (cert->has_eku && cert->eku & EKU_EVENT));
}

static void check_certificate(struct order_finding *out, const struct order_conditions *c)
{
	struct finding *f = &out->checks[ORDER_CHECK_CERTIFICATE];
	const struct order_signer *s = &out->order.order.signer;

	if (!c->cert) {
		finding_skip(f, msg_text(c->lang, MSG_ORDER_NO_CERTIFICATE));
		return;
	}
	if (!is_listed(s, c->cert))
		fail(f, c, MSG_ORDER_CERTIFICATE_OTHER);
	if (!is_good_for(s->purposes, c->cert))
		fail(f, c, MSG_ORDER_CERTIFICATE_PURPOSE);
	if (s->credit_code.n && (!c->credit_code || !*c->credit_code))
		finding_skip(f, msg_text(c->lang, MSG_ORDER_CREDIT_UNKNOWN));
	else if (s->credit_code.n &&
		 !bytes_equal(s->credit_code, bytes_str(c->credit_code)))
		fail(f, c, MSG_ORDER_CREDIT_OTHER);
	finding_pass(f, "");
}

/* --- one order */

static void not_read(
	struct finding *f, const struct err *e, const struct order_conditions *c)
{
	finding_fail(f, arena_str(c->arena, bytes_str(e->text)));
}

void order_check(
	struct order_finding *out, struct bytes der, const struct order_conditions *c)
{
	const struct order *o = &out->order.order;
	struct envelope envelope;
	struct err e;

	*out = (struct order_finding){0};
	out->read = order_open(&out->order, c->arena, der, &e);
	if (!out->read) {
		not_read(&out->checks[ORDER_CHECK_FORM], &e, c);
		return;
	}
	if (o->act == ORDER_SIGN) {
		check_digest(out, c);
		check_fields(out, c);
	}
	check_certificate(out, c);
	envelope = (struct envelope){&out->order.statement, o->platform, o->origin,
		o->issued, o->expiry, o->nonce, o->act == ORDER_SIGN};
	check_envelope(out->checks, &envelope, c);
}

enum order_check_id order_objection(const struct order_finding *f)
{
	return (enum order_check_id)finding_objection(f->checks, ORDER_CHECK_COUNT);
}

bool order_is_refused(const struct order_finding *f)
{
	return !f->read || order_objection(f) != ORDER_CHECK_COUNT;
}

/* --- a batch */

/* Kinds that are signed alone whatever the order says: a platform that lies about it is
 * refused by every agent. */
static bool kind_is_alone(struct bytes kind)
{
	static const char *const kinds[] = {"contract", "bid", "award", "mandate"};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (bytes_equal(kind, bytes_str(kinds[i])))
			return true;
	return false;
}

static void check_rows(struct batch_finding *out, const struct order_conditions *c)
{
	struct finding *f = &out->checks[ORDER_CHECK_BATCH];
	int64_t sum = 0;

	for (size_t i = 0; i < out->row_count; i++) {
		const struct order_finding *row = &out->rows[i];
		const struct order *o = &row->order.order;

		if (!row->read)
			continue;
		//= Protocols §3: kinds marked alone are never in a batch
		if (o->act != ORDER_SIGN || o->paper.alone ||
			kind_is_alone(o->paper.kind))
			fail(f, c, MSG_ORDER_BATCH_ALONE);
		if (__builtin_add_overflow(sum, order_total(o), &sum))
			fail(f, c, MSG_ORDER_BATCH_SUM);
		for (size_t k = 0; k < i; k++)
			if (out->rows[k].read &&
				(bytes_equal(BYTES_OF(out->rows[k].order.order.nonce),
					 BYTES_OF(o->nonce)) ||
					bytes_equal(out->rows[k].order.order.paper.id,
						o->paper.id)))
				fail(f, c, MSG_ORDER_BATCH_TWICE);
	}
	if (sum != out->batch.sum)
		fail(f, c, MSG_ORDER_BATCH_SUM);
	finding_pass(f, "");
}

void batch_check(struct batch_finding *out, struct bytes der,
	struct source *const *documents, const struct order_conditions *c)
{
	struct order_conditions row = *c;
	struct envelope envelope;
	struct err e;

	*out = (struct batch_finding){0};
	out->read = batch_open(&out->batch, c->arena, der, &e);
	if (!out->read) {
		not_read(&out->checks[ORDER_CHECK_FORM], &e, c);
		return;
	}
	out->row_count = out->batch.count;
	out->rows = ARENA_ARRAY(c->arena, out->row_count, struct order_finding);
	envelope = (struct envelope){&out->batch.statement, out->batch.platform,
		out->batch.origin, out->batch.issued, out->batch.expiry, out->batch.nonce,
		true};
	for (size_t i = 0; i < out->row_count; i++) {
		row.document = documents ? documents[i] : NULL;
		order_check(&out->rows[i], out->batch.rows[i], &row);
		if (out->rows[i].read && out->rows[i].order.order.act != ORDER_SIGN)
			envelope.by_file_too = false;
	}
	check_rows(out, c);
	check_envelope(out->checks, &envelope, c);
}

bool batch_is_refused(const struct batch_finding *f)
{
	if (!f->read ||
		finding_objection(f->checks, ORDER_CHECK_COUNT) != ORDER_CHECK_COUNT)
		return true;
	for (size_t i = 0; i < f->row_count; i++)
		if (order_is_refused(&f->rows[i]))
			return true;
	return false;
}
