/* test_timestamp_answer: which answers of an authority a client takes, and which not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "cms_forge.h"
#include "doc/ess.h"
#include "doc/stamper_ask.h"
#include "doc/timestamp_answer.h"
#include "torture.h"

#define STAMPED BYTES("the signature value")

/* An authority, a question to it and its right answer. */
struct talk {
	struct desk *d;
	struct tsa_unit unit;
	struct tsa tsa;
	uint8_t imprint[DIGEST_MAX], nonce[TIMESTAMP_NONCE_SIZE];
	struct timestamp_question q;
	struct bytes answer;
};

static int talk_begin(void **state)
{
	struct talk *t = NEW(struct talk);
	struct bytes request;
	void *desk;
	struct err e;

	desk_begin(&desk);
	t->d = desk;
	t->unit.key = kit_key(t->d->k, KEY_SM2);
	t->unit.cert = kit_cert(t->d->k, ISSUE_TSA, "时间戳", t->unit.key);
	t->tsa = (struct tsa){.units = &t->unit, .count = 1};
	sm3_of(STAMPED, t->imprint);
	t->d->w->random(t->d->w, t->nonce, sizeof t->nonce);
	t->q = (struct timestamp_question){.alg = DIGEST_SM3,
		.imprint = bytes_make(t->imprint, SM3_SIZE),
		.policy = oid_bytes(OID_QY_TSA_POLICY),
		.nonce = timestamp_nonce_of(t->nonce)};
	assert_true(timestamp_request_write(t->d->a, &request, &t->q, &e));
	assert_true(tsa_answer(t->d->a, &t->answer, t->d->w, &t->tsa, request, NULL, &e));
	*state = t;
	return 0;
}

static int talk_end(void **state)
{
	struct talk *t = *state;
	void *desk = t->d;

	key_free(t->unit.key);
	mem_free(t);
	return desk_end(&desk);
}

static enum err_code check(struct talk *t, const struct timestamp_question *q,
	struct bytes answer, int64_t now, struct err *e)
{
	struct bytes token = {NULL, 0};

	*e = (struct err){0};
	if (timestamp_answer_check(t->d->a, &token, q, answer, now, e)) {
		assert_true(token.n > 0);
		return ERR_NONE;
	}
	assert_null(token.p);
	return e->code;
}

//= RFC 3161 §2.4.2: the client compares imprint, nonce and policy with what it asked
static void an_answer_to_another_question_is_not_taken(void **state)
{
	struct talk *t = *state;
	uint8_t other[DIGEST_MAX] = {9};
	struct timestamp_question q = t->q;
	struct err e;

	assert_int_equal(check(t, &q, t->answer, KIT_NOW, &e), ERR_NONE);
	q.nonce = (struct bytes){NULL, 0};
	assert_int_equal(check(t, &q, t->answer, KIT_NOW, &e), ERR_NONE);
	q = t->q;
	q.nonce = BYTES("\x42\x01");
	assert_int_equal(check(t, &q, t->answer, KIT_NOW, &e), ERR_DENIED);
	assert_non_null(strstr(e.text, "nonce"));
	q = t->q;
	q.imprint = bytes_make(other, SM3_SIZE);
	assert_int_equal(check(t, &q, t->answer, KIT_NOW, &e), ERR_DENIED);
	assert_non_null(strstr(e.text, "another digest"));
	q = t->q;
	q.alg = DIGEST_SHA256; /* the same octets under another name */
	assert_int_equal(check(t, &q, t->answer, KIT_NOW, &e), ERR_DENIED);
	q = t->q;
	q.policy = oid_bytes(OID_ANY_POLICY);
	assert_int_equal(check(t, &q, t->answer, KIT_NOW, &e), ERR_DENIED);
	assert_non_null(strstr(e.text, "policy"));
}

static void a_clock_that_lies_is_found_out(void **state)
{
	static const struct {
		int64_t now;
		enum err_code code;
	} cases[] = {
		{KIT_NOW + 5 * TIME_MINUTE, ERR_NONE},
		{KIT_NOW - 5 * TIME_MINUTE, ERR_NONE},
		{KIT_NOW + 5 * TIME_MINUTE + TIME_SECOND, ERR_DENIED},
		{KIT_NOW - 5 * TIME_MINUTE - TIME_SECOND, ERR_DENIED},
		{KIT_NOW + 400 * TIME_DAY, ERR_DENIED},
	};
	struct talk *t = *state;
	struct err e;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
			check(t, &t->q, t->answer, cases[i].now, &e), cases[i].code);
		if (cases[i].code)
			assert_non_null(strstr(e.text, "lying clock"));
	}
}

/* The TSTInfo of the right answer. */
static struct bytes right_info(struct talk *t)
{
	struct timestamp_response r;
	struct cms c;
	struct err e;

	assert_true(timestamp_response_read(&r, t->answer, &e));
	assert_true(cms_read(&c, r.token, &e));
	return c.content.octets;
}

static struct bytes ess_attr(struct talk *t, const struct cert *c, enum digest_alg alg)
{
	struct writer value = writer_in(t->d->a, 256), attr = writer_in(t->d->a, 300);

	ess_put_signing_certificate(&value, c->der, alg);
	forge_attr(&attr, OID_SIGNING_CERTIFICATE_V2, writer_bytes(&value));
	return writer_bytes(&attr);
}

/* A token forged around the right TSTInfo, in an answer that grants it. */
static enum err_code check_forged(struct talk *t, struct forge *f, struct err *e)
{
	struct bytes answer;

	f->outer = OID_P7_SIGNED;
	f->inner = OID_TST_INFO;
	f->attrs = FORGE_FULL;
	f->sig = OID_SM2_SM3;
	f->content = right_info(t);
	if (!f->key)
		f->key = t->unit.key;
	if (!f->cert)
		f->cert = &t->unit.cert;
	if (!f->extra.p)
		f->extra = ess_attr(t, f->cert, DIGEST_SM3);
	assert_true(timestamp_response_write(t->d->a, &answer, forge(t->d, f), e));
	return check(t, &t->q, answer, KIT_NOW, e);
}

//= RFC 3161 §2.3: the certificate is for time stamps alone, and critically so
//= RFC 5816 §2.2.1: the signed attribute names it
static void a_token_by_a_wrong_certificate_is_not_taken(void **state)
{
	struct talk *t = *state;
	struct issue_spec spec = kit_spec(ISSUE_TSA, "过期");
	struct forge right = {0}, signer = {0}, bare = {0}, other = {0}, named = {0},
		     wrong = {0}, old = {0};
	struct cert lapsed;
	struct err e;

	assert_int_equal(check_forged(t, &right, &e), ERR_NONE);
	signer.key = t->d->k->key;
	signer.cert = &t->d->signer;
	assert_int_equal(check_forged(t, &signer, &e), ERR_SIGNER);
	bare.no_certs = true;
	assert_int_equal(check_forged(t, &bare, &e), ERR_MALFORMED);
	named.extra = BYTES("");
	assert_int_equal(check_forged(t, &named, &e), ERR_DENIED);
	other.extra = ess_attr(t, &t->d->other, DIGEST_SM3);
	assert_int_equal(check_forged(t, &other, &e), ERR_DENIED);
	wrong.key = t->d->other_key;
	assert_int_equal(check_forged(t, &wrong, &e), ERR_DENIED);
	assert_non_null(strstr(e.text, "does not hold"));
	spec.not_before = KIT_NOW - 9 * TIME_DAY;
	spec.not_after = KIT_NOW - TIME_DAY;
	lapsed = kit_issue(
		t->d->k, &spec, &t->unit.key->pub, &t->d->k->ca, t->d->k->ca_key);
	old.cert = &lapsed;
	assert_int_equal(check_forged(t, &old, &e), ERR_SIGNER);
}

//= RFC 3161 §2.4.2: PKIStatusInfo
static void a_refusal_says_whether_to_come_again(void **state)
{
	static const struct {
		const char *der;
		size_t n;
		enum err_code code;
		const char *word;
	} cases[] = {
#define CASE(text, code, word) {text, sizeof(text) - 1, code, word}
		CASE("\x30\x05\x30\x03\x02\x01\x02", ERR_DENIED, "refused"),
		CASE("\x30\x05\x30\x03\x02\x01\x03", ERR_BUSY, "not yet"),
		CASE("\x30\x05\x30\x03\x02\x01\x05", ERR_DENIED, "refused"),
		CASE("\x30\x09\x30\x07\x02\x01\x02\x03\x02\x07\x80", ERR_DENIED,
			"badAlg"),
		CASE("\x30\x0a\x30\x08\x02\x01\x02\x03\x03\x01\x00\x02", ERR_BUSY,
			"timeNotAvailable"),
		CASE("\x30\x0c\x30\x0a\x02\x01\x02\x03\x05\x06\x00\x00\x00\x40", ERR_BUSY,
			"systemFailure"),
		CASE("\x30\x0e\x30\x0c\x02\x01\x02\x30\x07\x0c\x05"
		     "sorry",
			ERR_DENIED, "sorry"),
		CASE("\x30\x05\x30\x03\x02\x01\x00", ERR_MALFORMED, "no token"),
		CASE("\x30\x05\x30\x03\x02\x01\x06", ERR_MALFORMED, ""),
		CASE("\x30\x07\x30\x03\x02\x01\x02\x30\x00", ERR_MALFORMED, "a token"),
		CASE("\x30\x07\x30\x03\x02\x01\x00\x30\x00", ERR_MALFORMED, ""),
		CASE("<html>", ERR_MALFORMED, ""),
		CASE("", ERR_MALFORMED, ""),
#undef CASE
	};
	struct talk *t = *state;
	struct err e;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bytes der = bytes_make(cases[i].der, cases[i].n);

		if (check(t, &t->q, der, KIT_NOW, &e) != cases[i].code ||
			!strstr(e.text, cases[i].word))
			fail_msg("case %zu: %s: %s", i, err_name(e.code), e.text);
	}
}

static void what_is_too_large_is_not_read(void **state)
{
	struct talk *t = *state;
	struct bytes big = bytes_make(
		arena_alloc(t->d->a, TIMESTAMP_ANSWER_MAX + 1), TIMESTAMP_ANSWER_MAX + 1);
	struct err e;

	assert_int_equal(check(t, &t->q, big, KIT_NOW, &e), ERR_TOO_LARGE);
}

/* Whatever an altered answer is taken for, it speaks of what was asked. */
static void shake(struct bytes der, const struct alteration *what, void *ctx)
{
	struct talk *t = ctx;
	AUTO(arena) a = arena_new();
	struct bytes token, nonce;
	struct cms c;
	struct err e = {0};

	(void)what;
	if (!timestamp_answer_check(a, &token, &t->q, der, KIT_NOW, &e)) {
		assert_true(e.code != ERR_NONE && e.text[0]);
		return;
	}
	assert_true(cms_read(&c, token, &e));
	assert_bytes(c.content.octets, right_info(t));
	assert_true(timestamp_nonce(c.content.octets, &nonce, &e));
	assert_bytes(nonce, t->q.nonce);
}

static void no_cut_or_flip_makes_another_answer(void **state)
{
	struct talk *t = *state;

	torture_each(t->answer, TORTURE_ALL | TORTURE_HEAVY, shake, t);
}

static void the_attribute_names_a_certificate_by_any_good_digest(void **state)
{
	struct talk *t = *state;
	const struct cert *c = &t->unit.cert;

	for (enum digest_alg alg = 0; alg < DIGEST_COUNT; alg++) {
		struct writer w = writer_in(t->d->a, 256);
		struct bytes whole;

		ess_put_signing_certificate(&w, c->der, alg);
		whole = writer_bytes(&w);
		assert_true(ess_names(whole, c));
		assert_false(ess_names(whole, &t->d->other));
		assert_false(ess_names(bytes_head(whole, whole.n - 1), c));
		//= RFC 5035 §4: hashAlgorithm DEFAULT sha256 is not written
		assert_int_equal(whole.p[6] == DER_OCTET_STRING, alg == DIGEST_SHA256);
	}
	assert_false(ess_names((struct bytes){NULL, 0}, c));
}

/* A carrier of what it is told, and what came of it. */
struct carrier {
	struct bytes answer;
	enum err_code code;
	unsigned asked;
	uint8_t last[64];
	size_t last_n;
};

static bool carry(void *ctx, struct arena *a, struct bytes request,
	struct bytes *response, struct err *e)
{
	struct carrier *c = ctx;
	struct timestamp_request r;

	(void)a;
	c->asked++;
	assert_true(timestamp_request_read(&r, request, e));
	assert_true(r.wants_cert);
	/* Never twice the same nonce. */
	assert_true(r.nonce.n == TIMESTAMP_NONCE_SIZE);
	assert_false(bytes_equal(r.nonce, bytes_make(c->last, c->last_n)));
	for (size_t i = 0; i < r.nonce.n; i++)
		c->last[i] = r.nonce.p[i];
	c->last_n = r.nonce.n;
	if (c->code)
		return err_set(e, c->code, "the line is cut");
	*response = c->answer;
	return true;
}

static void a_stamper_gives_nothing_it_did_not_ask_for(void **state)
{
	struct talk *t = *state;
	struct carrier c = {.answer = t->answer};
	struct stamper_ask ask = {
		.world = t->d->w, .carry = carry, .ctx = &c, .alg = DIGEST_SM3};
	struct stamper by = stamper_that_asks(&ask);
	struct bytes token = {NULL, 0};
	struct err e;

	/* A right answer, but to somebody else's question. */
	assert_false(by.stamp(by.ctx, t->d->a, t->q.imprint, &token, &e));
	assert_int_equal(e.code, ERR_DENIED);
	c.code = ERR_BUSY;
	assert_false(by.stamp(by.ctx, t->d->a, t->q.imprint, &token, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_false(by.stamp(by.ctx, t->d->a, BYTES("short"), &token, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_int_equal(c.asked, 2);
	assert_null(token.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_to_another_question_is_not_taken),
		cmocka_unit_test(a_clock_that_lies_is_found_out),
		cmocka_unit_test(a_token_by_a_wrong_certificate_is_not_taken),
		cmocka_unit_test(a_refusal_says_whether_to_come_again),
		cmocka_unit_test(what_is_too_large_is_not_read),
		cmocka_unit_test(no_cut_or_flip_makes_another_answer),
		cmocka_unit_test(the_attribute_names_a_certificate_by_any_good_digest),
		cmocka_unit_test(a_stamper_gives_nothing_it_did_not_ask_for),
	};

	return cmocka_run_group_tests(tests, talk_begin, talk_end);
}
