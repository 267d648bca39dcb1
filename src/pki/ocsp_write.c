/* ocsp_write: see ocsp_write.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/ocsp_write.h"

#include "pki/issue_write.h"
#include "pki/key_id.h"
#include "pki/sig_alg.h"

enum { HEAD_MAX = 2048, SINGLE_MAX = 512, SERIAL_MAX = 64 };

static void put_digest(struct writer *w, enum digest_alg alg, struct bytes data)
{
	uint8_t out[DIGEST_MAX];

	digest_of(alg, data, out);
	der_put(w, DER_OCTET_STRING, bytes_make(out, digest_size(alg)));
}

//= RFC 6960 §4.1.1: CertID by digests of the issuer's name and key
static void put_id(struct writer *w, enum digest_alg alg, const struct cert *issuer,
	struct bytes serial)
{
	size_t opened = der_open(w, DER_SEQUENCE);

	der_put_algorithm(w, alg == DIGEST_SM3 ? OID_SM3 : OID_SHA256, true);
	put_digest(w, alg, issuer->subject);
	put_digest(w, alg, key_bits(issuer->key.spki));
	der_put(w, DER_INTEGER, serial);
	der_close(w, opened);
}

/* [n] { SEQUENCE { nonce } }, nothing for an empty one. */
static void put_nonce(struct writer *w, unsigned n, struct bytes nonce)
{
	struct extension_mark mark;
	size_t wrapped, list;

	if (nonce.n == 0)
		return;
	wrapped = der_open(w, DER_CONTEXT(n));
	list = der_open(w, DER_SEQUENCE);
	mark = extension_open(w, OID_OCSP_NONCE, false);
	der_put(w, DER_OCTET_STRING, nonce);
	extension_close(w, mark);
	der_close(w, list);
	der_close(w, wrapped);
}

bool ocsp_request_write(struct arena *a, struct bytes *out, enum digest_alg alg,
	const struct cert *issuer, const struct bytes *serials, size_t count,
	struct bytes nonce, struct err *e)
{
	struct writer d = writer_in(a, HEAD_MAX + count * SINGLE_MAX);
	size_t whole, tbs, list, item;

	if ((alg != DIGEST_SM3 && alg != DIGEST_SHA256) || count == 0 ||
		count > OCSP_ASKED_MAX || nonce.n > OCSP_NONCE_MAX || !issuer->key_known)
		return err_set(e, ERR_USAGE, "an OCSP request that cannot be asked");
	whole = der_open(&d, DER_SEQUENCE);
	tbs = der_open(&d, DER_SEQUENCE);
	list = der_open(&d, DER_SEQUENCE);
	for (size_t i = 0; i < count; i++) {
		if (serials[i].n == 0 || serials[i].n > SERIAL_MAX)
			return err_set(
				e, ERR_USAGE, "a serial of %zu octets", serials[i].n);
		item = der_open(&d, DER_SEQUENCE);
		put_id(&d, alg, issuer, serials[i]);
		der_close(&d, item);
	}
	der_close(&d, list);
	put_nonce(&d, 2, nonce);
	der_close(&d, tbs);
	der_close(&d, whole);
	*out = writer_bytes(&d);
	return true;
}

bool ocsp_refusal(
	struct arena *a, struct bytes *out, enum ocsp_result result, struct err *e)
{
	struct writer d = writer_in(a, 16);
	size_t opened = der_open(&d, DER_SEQUENCE);

	if (result == OCSP_SUCCESSFUL)
		return err_set(e, ERR_USAGE, "a refusal that refuses nothing");
	der_put_small(&d, DER_ENUMERATED, result);
	der_close(&d, opened);
	*out = writer_bytes(&d);
	return true;
}

static void put_status(struct writer *w, const struct ocsp_state *s)
{
	size_t opened, reason;

	if (s->status != OCSP_REVOKED) {
		der_put(w, DER_CONTEXT_PRIMITIVE(s->status == OCSP_GOOD ? 0 : 2),
			(struct bytes){NULL, 0});
		return;
	}
	opened = der_open(w, DER_CONTEXT(1));
	der_put_generalized_time(w, s->revoked_at);
	if (s->reason != CRL_UNSPECIFIED) {
		reason = der_open(w, DER_CONTEXT(0));
		der_put_small(w, DER_ENUMERATED, s->reason);
		der_close(w, reason);
	}
	der_close(w, opened);
}

static void put_invalid_since(struct writer *w, int64_t since)
{
	struct extension_mark mark;
	size_t wrapped, list;

	if (since == TIME_NONE)
		return;
	wrapped = der_open(w, DER_CONTEXT(1));
	list = der_open(w, DER_SEQUENCE);
	mark = extension_open(w, OID_INVALIDITY_DATE, false);
	der_put_generalized_time(w, since);
	extension_close(w, mark);
	der_close(w, list);
	der_close(w, wrapped);
}

static bool put_single(struct writer *w, const struct ocsp_responder *r,
	const struct ocsp_id *id, int64_t now, struct err *e)
{
	struct ocsp_state state = {
		.status = OCSP_UNKNOWN, .invalid_since = TIME_NONE, .as_of = TIME_NONE};
	size_t single, next;
	int64_t as_of;

	if (ocsp_id_matches(id, r->ca, id->serial) &&
		!r->lookup(r->ctx, id->serial, &state, e))
		return false;
	as_of = state.as_of == TIME_NONE ? now : state.as_of;
	single = der_open(w, DER_SEQUENCE);
	write_bytes(w, id->whole);
	put_status(w, &state);
	der_put_generalized_time(w, as_of);
	next = der_open(w, DER_CONTEXT(0));
	der_put_generalized_time(w, as_of + r->lifetime);
	der_close(w, next);
	put_invalid_since(
		w, state.status == OCSP_REVOKED ? state.invalid_since : TIME_NONE);
	der_close(w, single);
	return true;
}

/* ResponseData in the arena. */
static bool make_tbs(struct arena *a, struct bytes *out, const struct ocsp_responder *r,
	const struct ocsp_request *q, int64_t now, struct err *e)
{
	const struct cert *own = r->cert ? r->cert : r->ca;
	struct writer d = writer_in(
		a, HEAD_MAX + own->subject.n + q->ids.n + q->count * SINGLE_MAX);
	size_t tbs = der_open(&d, DER_SEQUENCE), opened;
	struct bytes rest = q->ids;
	struct ocsp_id id;

	/* By name: a responder named by its key would be named with SHA-1. */
	der_put(&d, DER_CONTEXT(1), own->subject);
	der_put_generalized_time(&d, now);
	opened = der_open(&d, DER_SEQUENCE);
	while (ocsp_request_next(&rest, &id))
		if (!put_single(&d, r, &id, now, e))
			return false;
	der_close(&d, opened);
	put_nonce(&d, 1, q->nonce);
	der_close(&d, tbs);
	if (d.full)
		return err_set(e, ERR_TOO_LARGE, "OCSP response of %zu octets", d.n);
	*out = writer_bytes(&d);
	return true;
}

/* BasicOCSPResponse, which is signed_write() with the delegate's certificate behind. */
static bool make_basic(struct arena *a, struct bytes *out, struct world *w,
	const struct ocsp_responder *r, struct bytes tbs, struct err *e)
{
	struct bytes both, content;
	struct writer d;
	size_t basic, wrapped, list;

	if (!signed_write(a, &both, w, r->key, tbs, e) ||
		!der_only(both, DER_SEQUENCE, &content, e))
		return false;
	d = writer_in(a, both.n + HEAD_MAX + (r->cert ? r->cert->der.n : 0));
	basic = der_open(&d, DER_SEQUENCE);
	write_bytes(&d, content);
	if (r->cert) {
		wrapped = der_open(&d, DER_CONTEXT(0));
		list = der_open(&d, DER_SEQUENCE);
		write_bytes(&d, r->cert->der);
		der_close(&d, list);
		der_close(&d, wrapped);
	}
	der_close(&d, basic);
	*out = writer_bytes(&d);
	return true;
}

/* OCSPResponse around it. */
static struct bytes wrap(struct arena *a, struct bytes basic)
{
	struct writer d = writer_in(a, basic.n + HEAD_MAX);
	size_t whole = der_open(&d, DER_SEQUENCE), bytes, inner;

	der_put_small(&d, DER_ENUMERATED, OCSP_SUCCESSFUL);
	bytes = der_open(&d, DER_CONTEXT(0));
	inner = der_open(&d, DER_SEQUENCE);
	der_put_oid(&d, OID_OCSP_BASIC);
	der_put(&d, DER_OCTET_STRING, basic);
	der_close(&d, inner);
	der_close(&d, bytes);
	der_close(&d, whole);
	return writer_bytes(&d);
}

bool ocsp_answer(struct arena *a, struct bytes *out, struct world *w,
	const struct ocsp_responder *r, struct bytes request, struct err *e)
{
	const struct cert *own = r->cert ? r->cert : r->ca;
	struct bytes tbs, basic;
	struct ocsp_request q;

	if (r->lifetime <= 0)
		return err_set(e, ERR_USAGE, "answers that never count");
	if (!own->key_known || !pubkey_equal(&own->key, &r->key->pub))
		return err_set(e, ERR_KEY_MISMATCH, "the key is not the responder's");
	if (!ocsp_request_parse(&q, request, e))
		return ocsp_refusal(a, out, OCSP_MALFORMED_REQUEST, e);
	if (!make_tbs(a, &tbs, r, &q, w->now(w), e) ||
		!make_basic(a, &basic, w, r, tbs, e))
		return false;
	*out = wrap(a, basic);
	return true;
}
