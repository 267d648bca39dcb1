/* tsa: see tsa.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/tsa.h"

#include "pki/sig_alg.h"

/* A refusal on its way up. */
struct refusal {
	enum timestamp_failure why;
	struct err e;
};

static bool refuse(struct refusal *r, enum timestamp_failure why)
{
	r->why = why;
	return false;
}

static struct bytes policy_of(const struct tsa_unit *u)
{
	return u->policy.n ? u->policy : oid_bytes(OID_QY_TSA_POLICY);
}

static const struct tsa_unit *choose(
	const struct tsa *t, struct bytes policy, enum digest_alg alg)
{
	const struct tsa_unit *fallback = NULL;

	for (size_t i = 0; i < t->count; i++) {
		const struct tsa_unit *u = &t->units[i];

		if (policy.n && !bytes_equal(policy, policy_of(u)))
			continue;
		if ((u->key->pub.kind == KEY_SM2) == (alg == DIGEST_SM3))
			return u;
		fallback = fallback ? fallback : u;
	}
	return fallback;
}

static enum digest_alg signing_digest(enum key_kind kind, enum digest_alg imprint)
{
	if (kind == KEY_SM2)
		return DIGEST_SM3;
	return imprint == DIGEST_SHA384 || imprint == DIGEST_SHA512 ? DIGEST_SHA512
								    : DIGEST_SHA256;
}

static bool read_request(struct timestamp_request *out, enum digest_alg *alg,
	struct bytes request, struct refusal *r)
{
	if (!timestamp_request_read(out, request, &r->e))
		return refuse(r, r->e.code == ERR_UNSUPPORTED
					 ? TIMESTAMP_BAD_REQUEST
					 : TIMESTAMP_BAD_DATA_FORMAT);
	//= RFC 3161 §2.4.1: an extension that is not recognized: unacceptedExtension
	if (out->has_extensions) {
		err_set(&r->e, ERR_UNSUPPORTED, "extensions");
		return refuse(r, TIMESTAMP_UNACCEPTED_EXTENSION);
	}
	//= RFC 3161 §2.4.1: a hash algorithm that is not recognized or is weak: badAlg
	if (!digest_of_oid(alg, out->imprint_oid)) {
		err_set(&r->e, ERR_UNSUPPORTED,
			"imprint by an algorithm that is not SM3 or SHA-2");
		return refuse(r, TIMESTAMP_BAD_ALG);
	}
	if (out->imprint.n != digest_size(*alg)) {
		err_set(&r->e, ERR_MALFORMED, "an imprint of %zu octets is no %s",
			out->imprint.n, digest_name(*alg));
		return refuse(r, TIMESTAMP_BAD_DATA_FORMAT);
	}
	return true;
}

static bool next_serial(const struct tsa *t, struct world *w, int64_t now, uint8_t *out,
	size_t *n, struct refusal *r)
{
	if (!t->serial) {
		*n = 16;
		w->random(w, out, *n);
		out[0] = (uint8_t)((out[0] & 0x3f) | 0x40);
		return true;
	}
	if (t->serial(t->ctx, now, out, n, &r->e))
		return true;
	return refuse(r, r->e.code == ERR_BUSY ? TIMESTAMP_TIME_NOT_AVAILABLE
					       : TIMESTAMP_SYSTEM_FAILURE);
}

static bool make_token(struct arena *a, struct bytes *token, struct world *w,
	const struct tsa *t, struct bytes request, struct refusal *r)
{
	uint8_t serial[TIMESTAMP_SERIAL_MAX];
	struct timestamp_request q;
	const struct tsa_unit *u;
	struct timestamp_spec spec;
	enum digest_alg alg;
	int64_t now;
	size_t n;

	if (!read_request(&q, &alg, request, r))
		return false;
	u = choose(t, q.policy, alg);
	if (!u) {
		err_set(&r->e, ERR_UNSUPPORTED, "a policy that is not ours");
		return refuse(r, TIMESTAMP_UNACCEPTED_POLICY);
	}
	now = w->now(w);
	if (!next_serial(t, w, now, serial, &n, r))
		return false;
	spec = (struct timestamp_spec){.key = u->key,
		.cert = &u->cert,
		.others = u->others,
		.others_count = u->others_count,
		.digest = signing_digest(u->key->pub.kind, alg),
		.policy = policy_of(u),
		.message_imprint = q.message_imprint,
		.serial = bytes_make(serial, n),
		.time = now,
		.accuracy_ms = t->accuracy_ms,
		.nonce = q.nonce,
		.with_cert = q.wants_cert};
	return timestamp_write(a, token, w, &spec, &r->e) ||
	       refuse(r, TIMESTAMP_SYSTEM_FAILURE);
}

/* What a stranger is told; details stay in the log. */
static const char *reason(enum timestamp_failure why)
{
	switch (why) {
	case TIMESTAMP_BAD_ALG:
		return "the imprint must be SM3, SHA-256, SHA-384 or SHA-512";
	case TIMESTAMP_BAD_REQUEST:
		return "only version 1 of TimeStampReq is answered";
	case TIMESTAMP_BAD_DATA_FORMAT:
		return "not a well-formed TimeStampReq";
	case TIMESTAMP_TIME_NOT_AVAILABLE:
		return "the clock is not to be relied on now";
	case TIMESTAMP_UNACCEPTED_POLICY:
		return "no such policy here";
	case TIMESTAMP_UNACCEPTED_EXTENSION:
		return "no extension is supported";
	case TIMESTAMP_ADD_INFO_NOT_AVAILABLE:
	case TIMESTAMP_SYSTEM_FAILURE:
		break;
	}
	return "out of order";
}

bool tsa_answer(struct arena *a, struct bytes *out, struct world *w, const struct tsa *t,
	struct bytes request, struct err *why, struct err *e)
{
	struct refusal r = {0};
	struct bytes token;
	bool granted = make_token(a, &token, w, t, request, &r);

	if (why)
		*why = r.e;
	if (granted && why)
		why->code = ERR_NONE;
	if (granted)
		return timestamp_response_write(a, out, token, e);
	return timestamp_refusal_write(a, out, r.why, reason(r.why), e);
}
