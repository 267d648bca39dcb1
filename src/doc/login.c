/* login: see login.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/login.h"

#include <string.h>

#include "base/time.h"
#include "doc/order_parts.h"
#include "doc/party.h"

enum { ANSWER_VERSION = 1 };

/* --- the token */

void login_token_write(struct writer *w, const struct login_token *t)
{
	size_t outer;

	//= Protocols §3: "QIANYIN-LOGIN-1" 00 ‖ R_A of the agent ‖ R_B ‖ DER{…}
	write_bytes(w, LOGIN_PREFIX);
	write_bytes(w, BYTES_OF(t->r_a));
	write_bytes(w, BYTES_OF(t->r_b));
	outer = der_open(w, DER_SEQUENCE);
	der_put(w, DER_UTF8_STRING, t->platform);
	der_put(w, DER_UTF8_STRING, t->origin);
	der_put(w, DER_UTF8_STRING, bytes_str(order_login_purpose_name(t->purpose)));
	der_put(w, DER_OCTET_STRING, BYTES_OF(t->cert));
	der_put(w, DER_OCTET_STRING, BYTES_OF(t->session));
	der_put_generalized_time(w, t->expiry);
	der_close(w, outer);
}

static bool take_purpose(struct bytes *in, enum order_login_purpose *out, struct err *e)
{
	struct bytes name;

	if (!order_take_text(in, &name, e))
		return false;
	for (int p = ORDER_LOGIN_IN; p <= ORDER_LOGIN_STEP_UP; p++)
		if (bytes_equal(name, bytes_str(order_login_purpose_name(
					      (enum order_login_purpose)p)))) {
			*out = (enum order_login_purpose)p;
			return true;
		}
	return err_set(e, ERR_MALFORMED, "the purpose of a login");
}

bool login_token_read(struct login_token *out, struct bytes b, struct err *e)
{
	const size_t head = LOGIN_PREFIX.n;
	struct login_token t = {0};
	uint8_t room[LOGIN_TOKEN_MAX];
	struct writer again = writer_over(room, sizeof room);
	struct bytes in;

	if (b.n > LOGIN_TOKEN_MAX)
		return err_set(e, ERR_TOO_LARGE, "a login token of %zu octets", b.n);
	if (!bytes_starts(b, LOGIN_PREFIX) || b.n < head + 2 * LOGIN_RANDOM)
		return err_set(e, ERR_MALFORMED, "not a login token");
	memcpy(t.r_a, b.p + head, LOGIN_RANDOM);
	memcpy(t.r_b, b.p + head + LOGIN_RANDOM, LOGIN_RANDOM);
	if (!der_only(bytes_from(b, head + 2 * LOGIN_RANDOM), DER_SEQUENCE, &in, e) ||
		!order_take_text(&in, &t.platform, e) ||
		!order_take_text(&in, &t.origin, e) ||
		!take_purpose(&in, &t.purpose, e) ||
		!order_take_octets(&in, t.cert, SM3_SIZE, e) ||
		!order_take_octets(&in, t.session, SM3_SIZE, e) ||
		!order_take_time(&in, &t.expiry, e) || !der_end(in, e))
		return err_in(e, "login token");
	login_token_write(&again, &t);
	if (again.full || !bytes_equal(writer_bytes(&again), b))
		return err_set(
			e, ERR_MALFORMED, "login token: not as it would be written");
	*out = t;
	return true;
}

/* --- answering */

bool login_answer(struct arena *a, struct bytes *out, struct world *w,
	const struct order *o, struct key *key, struct bytes cert, struct err *e)
{
	enum sig_alg alg = sig_default(key->pub.kind);
	struct writer token = writer_in(a, LOGIN_TOKEN_MAX),
		      value = writer_in(a, SIG_VALUE_MAX),
		      to = writer_in(a, LOGIN_ANSWER_MAX);
	struct login_token t;
	struct cert c;
	size_t outer;

	if (o->act != ORDER_LOGIN)
		return err_set(e, ERR_USAGE, "no login order");
	if (!cert_parse(&c, cert, e))
		return false;
	if (!c.key_known || !pubkey_equal(&c.key, &key->pub))
		return err_set(e, ERR_KEY_MISMATCH, "the certificate is of another key");
	if (!cert_may_sign(&c))
		return err_set(e, ERR_SIGNER, "the certificate may not sign");
	t = (struct login_token){.platform = o->platform,
		.origin = o->origin,
		.purpose = o->login.purpose,
		.expiry = o->expiry};
	w->random(w, t.r_a, sizeof t.r_a);
	memcpy(t.r_b, o->login.challenge, sizeof t.r_b);
	memcpy(t.cert, c.sm3, sizeof t.cert);
	memcpy(t.session, o->login.session, sizeof t.session);
	login_token_write(&token, &t);
	if (token.full)
		return err_set(e, ERR_TOO_LARGE, "login token");
	if (!key_sign_message(key, w, alg, writer_bytes(&token), &value, e))
		return false;
	outer = der_open(&to, DER_SEQUENCE);
	der_put_small(&to, DER_INTEGER, ANSWER_VERSION);
	der_put(&to, DER_OCTET_STRING, writer_bytes(&token));
	write_bytes(&to, cert);
	der_put_small(&to, DER_ENUMERATED, alg);
	der_put(&to, DER_OCTET_STRING, writer_bytes(&value));
	der_close(&to, outer);
	if (to.full)
		return err_set(e, ERR_TOO_LARGE, "login answer");
	*out = writer_bytes(&to);
	return true;
}

/* --- judging */

const char *login_check_name(enum login_check_id id)
{
	static const char *const names[LOGIN_CHECK_COUNT] = {"form", "signature",
		"platform", "origin", "purpose", "session", "time", "challenge",
		"certificate"};

	return names[id];
}

struct answer {
	struct bytes token, cert, value;
	enum sig_alg alg;
};

static bool answer_read(struct answer *out, struct bytes der, struct err *e)
{
	struct bytes in;
	uint32_t version, alg;
	struct der d;

	if (der.n > LOGIN_ANSWER_MAX)
		return err_set(e, ERR_TOO_LARGE, "an answer of %zu octets", der.n);
	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, INT32_MAX, &version, e))
		return false;
	if (version != ANSWER_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "version %u", (unsigned)version);
	if (!der_take(&in, DER_OCTET_STRING, &out->token, e) || !der_next(&in, &d, e) ||
		!der_small(&in, DER_ENUMERATED, SIG_COUNT - 1, &alg, e) ||
		!der_take(&in, DER_OCTET_STRING, &out->value, e) || !der_end(in, e))
		return false;
	out->cert = d.whole;
	out->alg = (enum sig_alg)alg;
	return true;
}

static bool value_holds(const struct answer *a, const struct cert *c)
{
	uint8_t digest[DIGEST_MAX];
	AUTO(digest) d = NULL;
	struct err e;

	if (!c->key_known || a->alg != sig_default(c->key.kind) ||
		!sig_begin(&d, &c->key, a->alg, SM2_DEFAULT_ID, &e))
		return false;
	digest_put(d, a->token);
	digest_finish(d, digest);
	return pubkey_verify(&c->key, a->alg, digest, a->value, NULL);
}

static void hold(struct login_finding *out, enum login_check_id id, bool good,
	const struct login_conditions *c, enum msg otherwise)
{
	if (!good)
		finding_fail(&out->checks[id], msg_text(c->lang, otherwise));
	finding_pass(&out->checks[id], "");
}

static void check_certificate(struct login_finding *out, const struct login_conditions *c)
{
	struct finding *f = &out->checks[LOGIN_CHECK_CERTIFICATE];
	struct party p;

	if (!bytes_equal(BYTES_OF(out->token.cert), BYTES_OF(out->cert.sm3)))
		finding_fail(f, msg_text(c->lang, MSG_LOGIN_CERTIFICATE_OTHER));
	if (!c->trust) {
		finding_skip(f, msg_text(c->lang, MSG_LOGIN_NO_TRUST));
		return;
	}
	party_of(&p, c->arena, c->lang, &out->cert, TRUST_SIGNER, c->trust, c->evidence,
		c->now);
	if (!p.stands)
		finding_fail(f, p.objection ? p.objection
					    : msg_text(c->lang, MSG_LOGIN_NO_CHAIN));
	memcpy(out->credit_code, p.credit_code, sizeof out->credit_code);
	out->revocation_unknown = p.revocation_unknown;
	out->anchor = p.anchor;
	out->against = p.against;
	finding_pass(f, "");
}

static void check_challenge(struct login_finding *out, const struct login_conditions *c)
{
	struct finding *f = &out->checks[LOGIN_CHECK_CHALLENGE];
	bool good = false;
	struct err e;

	/* Only when all else is right: a stranger burns nobody's challenge. */
	if (!c->challenges ||
		finding_objection(out->checks, LOGIN_CHECK_COUNT) != LOGIN_CHECK_COUNT)
		finding_skip(f, msg_text(c->lang, MSG_LOGIN_CHALLENGE_UNASKED));
	else if (!c->challenges->take(c->challenges->to, &out->token, &good, &e))
		finding_fail(f, arena_str(c->arena, bytes_str(e.text)));
	else
		hold(out, LOGIN_CHECK_CHALLENGE, good, c, MSG_LOGIN_CHALLENGE_BAD);
}

void login_check(
	struct login_finding *out, struct bytes der, const struct login_conditions *c)
{
	const struct login_token *t = &out->token;
	struct answer a;
	struct err e;

	*out = (struct login_finding){0};
	out->read = answer_read(&a, der, &e) &&
		    login_token_read(&out->token, a.token, &e) &&
		    cert_parse(&out->cert, a.cert, &e);
	if (!out->read) {
		finding_fail(&out->checks[LOGIN_CHECK_FORM],
			arena_str(c->arena, bytes_str(e.text)));
		return;
	}
	finding_pass(&out->checks[LOGIN_CHECK_FORM], "");
	hold(out, LOGIN_CHECK_SIGNATURE, value_holds(&a, &out->cert), c,
		MSG_LOGIN_SIGNATURE_BAD);
	hold(out, LOGIN_CHECK_PLATFORM, bytes_equal(t->platform, c->platform), c,
		MSG_LOGIN_PLATFORM_OTHER);
	hold(out, LOGIN_CHECK_ORIGIN, bytes_equal(t->origin, c->origin), c,
		MSG_LOGIN_ORIGIN_OTHER);
	hold(out, LOGIN_CHECK_PURPOSE, t->purpose == c->purpose, c,
		MSG_LOGIN_PURPOSE_OTHER);
	hold(out, LOGIN_CHECK_SESSION,
		bytes_equal(BYTES_OF(t->session), BYTES_OF(c->session)), c,
		MSG_LOGIN_SESSION_OTHER);
	hold(out, LOGIN_CHECK_TIME, c->now < t->expiry, c, MSG_LOGIN_EXPIRED);
	check_certificate(out, c);
	check_challenge(out, c);
}

bool login_is_refused(const struct login_finding *f)
{
	return !f->read ||
	       finding_objection(f->checks, LOGIN_CHECK_COUNT) != LOGIN_CHECK_COUNT;
}
