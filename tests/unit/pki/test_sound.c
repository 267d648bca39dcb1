/* Sound until when: algorithms that break, CAs that fall, and what a proof of existence
 * from before saves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/crl.h"
#include "scene.h"

/* --- the table ------------------------------------------------------------------------
 */

static bool declare(struct constraints *c, const char *text)
{
	struct err e;

	if (constraints_declare(c, bytes_str(text), &e))
		return true;
	assert_int_equal(e.code, ERR_USAGE);
	return false;
}

static int64_t day(const char *iso)
{
	int64_t t = 0;
	struct err e;

	assert_true(time_parse_iso(bytes_str(iso), &t, &e));
	return t;
}

static void nothing_we_write_is_broken_today(void **state)
{
	(void)state;
	for (enum digest_alg d = 0; d < DIGEST_COUNT; d++)
		assert_true(constraints_digest(NULL, d) == CONSTRAINTS_OPEN);
	for (enum sig_alg s = 0; s < SIG_COUNT; s++)
		assert_true(constraints_signature(NULL, s, NULL) == CONSTRAINTS_OPEN);
}

static void sha1_and_md5_are_long_broken(void **state)
{
	struct constraints c = constraints_today();

	(void)state;
	assert_true(c.until[CONSTRAINT_MD5] == day("2004-08-17"));
	assert_true(c.until[CONSTRAINT_SHA1] == day("2017-02-23"));
}

static void a_digest_that_breaks_takes_its_signatures_along(void **state)
{
	struct constraints c = constraints_today();
	int64_t then = day("2040-01-01");

	(void)state;
	assert_true(declare(&c, "sha256=2040-01-01"));
	assert_true(constraints_digest(&c, DIGEST_SHA256) == then);
	assert_true(constraints_signature(&c, SIG_RSA_SHA256, NULL) == then);
	assert_true(constraints_signature(&c, SIG_ECDSA_SHA256, NULL) == then);
	assert_true(constraints_signature(&c, SIG_SM2_SM3, NULL) == CONSTRAINTS_OPEN);
	assert_true(constraints_signature(&c, SIG_RSA_SHA512, NULL) == CONSTRAINTS_OPEN);
	/* What is broken is not mended, only found to be broken earlier. */
	assert_true(declare(&c, "sha256=2045-01-01"));
	assert_true(constraints_digest(&c, DIGEST_SHA256) == then);
	assert_true(declare(&c, "sha256=2039-01-01"));
	assert_true(constraints_digest(&c, DIGEST_SHA256) == day("2039-01-01"));
}

static struct pubkey rsa(struct arena *a, size_t octets)
{
	struct writer w = writer_in(a, 4096), n = writer_in(a, 2048);
	size_t spki, numbers;

	numbers = der_open(&n, DER_SEQUENCE);
	write_u8(&n, DER_INTEGER);
	write_u8(&n, 0x82);
	write_u8(&n, (uint8_t)((octets + 1) >> 8));
	write_u8(&n, (uint8_t)(octets + 1));
	write_u8(&n, 0);
	for (size_t i = 0; i < octets; i++)
		write_u8(&n, 0xf1);
	der_put_small(&n, DER_INTEGER, 65537);
	der_close(&n, numbers);
	spki = der_open(&w, DER_SEQUENCE);
	der_put_algorithm(&w, OID_RSA, true);
	der_put_bit_string(&w, writer_bytes(&n));
	der_close(&w, spki);
	return (struct pubkey){.kind = KEY_RSA, .spki = writer_bytes(&w)};
}

static void rsa_breaks_by_size(void **state)
{
	AUTO(arena) a = arena_new();
	struct constraints c = constraints_today();
	struct pubkey small = rsa(a, 256), large = rsa(a, 384);

	(void)state;
	assert_true(declare(&c, "rsa2048=2030-01-01"));
	assert_true(
		constraints_signature(&c, SIG_RSA_SHA256, &small) == day("2030-01-01"));
	assert_true(
		constraints_signature(&c, SIG_RSA_SHA256, &large) == CONSTRAINTS_OPEN);
	/* Of a size not known the smallest is to be feared. */
	assert_true(constraints_signature(&c, SIG_RSA_SHA256, NULL) == day("2030-01-01"));
	assert_true(declare(&c, "rsa=2050-01-01"));
	assert_true(
		constraints_signature(&c, SIG_RSA_SHA256, &large) == day("2050-01-01"));
}

static void what_is_no_declaration_is_refused(void **state)
{
	struct constraints c = constraints_today();
	const char *wrong[] = {"", "sha256", "sha256=", "sha256=soon", "=2040-01-01",
		"sha3=2040-01-01", "rsaX=2040-01-01", "SHA256=2040-01-01",
		"sha256=2040-02-30"};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(declare(&c, wrong[i]));
	assert_true(constraints_digest(&c, DIGEST_SHA256) == CONSTRAINTS_OPEN);
}

/* --- opinions as of a proof -----------------------------------------------------------
 */

struct list {
	const struct cert *issuer;
	const struct make_key *key;
	int64_t at;
	const struct cert *revoked;
	int64_t since;
};

static struct bytes publish(struct scene *s, const struct list *l)
{
	static unsigned number;
	struct issue_revoked r = {
		.at = l->since, .reason = CRL_KEY_COMPROMISE, .invalid_since = TIME_NONE};
	AUTO(key) key = NULL;
	struct bytes der;
	struct err e;

	if (l->revoked)
		r.serial = l->revoked->serial;
	if (!key_of_sm2(&key, l->key->d, &e) ||
		!issue_crl(s->a, &der, world_system(), l->issuer, key, ++number, false, 0,
			l->at, l->at + 7 * TIME_DAY, &r, l->revoked != NULL, &e) ||
		!evidence_add_crl(s->ev, der, &e))
		fail_msg("%s", e.text);
	return der;
}

/* Signed and stamped a hundred days ago; the lists of the day after are there. */
struct past {
	struct scene *s;
	struct poe *poe;
	int64_t then;
	struct bytes root_list, ca_list;
};

static struct past past_new(struct scene *s)
{
	struct past p = {.s = s, .poe = poe_new(s->a), .then = NOW - 100 * TIME_DAY};

	p.root_list = publish(
		s, &(struct list){&s->root, &s->root_key, p.then + TIME_DAY, NULL, 0});
	p.ca_list = publish(
		s, &(struct list){&s->ca, &s->ca_key, p.then + TIME_DAY, NULL, 0});
	s->r.time =
		(struct proof_time){.at = p.then, .is_proven = true, .claimed = p.then};
	s->r.poe = p.poe;
	return p;
}

static void freeze(const struct past *p, int64_t at)
{
	poe_add(p->poe, p->s->leaf.der, at);
	poe_add(p->poe, p->s->ca.der, at);
	poe_add(p->poe, p->root_list, at);
	poe_add(p->poe, p->ca_list, at);
}

static void ca_falls(struct past *p, int64_t at)
{
	publish(p->s, &(struct list){&p->s->root, &p->s->root_key, NOW - TIME_DAY,
			      &p->s->ca, at});
}

//= Protocols §4: revocation after the time of proof does not undo
static void a_ca_that_falls_later_undoes_nothing_proven_before(void **state)
{
	AUTO(scene) s = scene_good();
	struct past p = past_new(s);

	(void)state;
	ca_falls(&p, NOW - 50 * TIME_DAY);
	freeze(&p, NOW - 90 * TIME_DAY);
	assert_passed(scene_ask(s)->revocation);
	assert_passed(s->o.chain);
}

static void what_a_fallen_ca_signed_needs_proof_from_before(void **state)
{
	AUTO(scene) s = scene_good();
	struct past p = past_new(s);

	(void)state;
	ca_falls(&p, NOW - 50 * TIME_DAY);
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED_NO_POE);
	/* The certificate is old enough; the list that clears it is not. */
	poe_add(p.poe, s->leaf.der, NOW - 90 * TIME_DAY);
	assert_open(scene_ask(s)->revocation, SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE);
	freeze(&p, NOW - 49 * TIME_DAY);
	assert_open(scene_ask(s)->revocation, SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE);
	freeze(&p, NOW - 51 * TIME_DAY);
	assert_passed(scene_ask(s)->revocation);
}

static void a_ca_that_fell_before_undoes(void **state)
{
	AUTO(scene) s = scene_good();
	struct past p = past_new(s);

	(void)state;
	ca_falls(&p, p.then - TIME_DAY);
	freeze(&p, NOW - 90 * TIME_DAY);
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
}

/* Whoever stole the key can revoke, and date that back. */
static void a_fallen_ca_revokes_nobody(void **state)
{
	AUTO(scene) s = scene_good();
	struct past p = past_new(s);

	(void)state;
	publish(s, &(struct list){&s->ca, &s->ca_key, NOW - 2 * TIME_DAY, &s->leaf,
			   p.then - TIME_DAY});
	freeze(&p, NOW - 90 * TIME_DAY);
	assert_failed(scene_ask(s)->revocation, SUB_REVOKED);
	ca_falls(&p, NOW - 50 * TIME_DAY);
	assert_passed(scene_ask(s)->revocation);
}

static void lists_of_a_lapsed_ca_need_proof_from_before(void **state)
{
	AUTO(scene) s = scene_good();
	struct past p = past_new(s);

	(void)state;
	s->r.now = day("2050-01-01");
	assert_open(scene_ask(s)->revocation, SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE);
	freeze(&p, NOW);
	assert_passed(scene_ask(s)->revocation);
	assert_passed(s->o.validity);
}

//= ETSI EN 319 102-1 §5.2.8: what a broken algorithm protects counts only if older
static void a_broken_algorithm_needs_proof_from_before(void **state)
{
	AUTO(scene) s = scene_good();
	struct past p = past_new(s);
	struct constraints c = constraints_today();

	(void)state;
	s->r.constraints = &c;
	assert_passed(scene_ask(s)->chain);
	assert_true(declare(&c, "sm2=2025-12-20"));
	assert_failed(scene_ask(s)->chain, SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE);
	assert_open(s->o.revocation, SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE);
	freeze(&p, day("2025-12-20"));
	assert_failed(scene_ask(s)->chain, SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE);
	freeze(&p, day("2025-12-19"));
	assert_passed(scene_ask(s)->chain);
	assert_passed(s->o.revocation);
}

/* --- the record -----------------------------------------------------------------------
 */

static size_t recorded(const struct record *r, struct bytes der)
{
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		n += bytes_equal(r->items[i].der, der);
	return n;
}

static void an_opinion_records_what_it_rests_on(void **state)
{
	AUTO(scene) s = scene_good();
	struct past p = past_new(s);

	(void)state;
	s->r.record = record_new(s->a);
	scene_know(s, &(struct cert){.der = make_cert(
					     s->a, &(struct make_cert){.subject = "旁人",
							   .issuer = "旁人",
							   .key = &s->other_key,
							   .signer = &s->other_key})});
	assert_passed(scene_ask(s)->revocation);
	(void)scene_ask(s);
	assert_int_equal(s->r.record->count, 5);
	assert_int_equal(recorded(s->r.record, s->leaf.der), 1);
	assert_int_equal(recorded(s->r.record, s->ca.der), 1);
	assert_int_equal(recorded(s->r.record, s->root.der), 1);
	assert_int_equal(recorded(s->r.record, p.ca_list), 1);
	assert_int_equal(recorded(s->r.record, p.root_list), 1);
	assert_int_equal(s->r.record->gap_count, 0);
}

//= Protocols §4: until a status not before the time of proof is frozen, it is pending
static void an_opinion_records_what_is_missing(void **state)
{
	AUTO(scene) s = scene_good();
	struct past p = past_new(s);

	(void)state;
	s->r.record = record_new(s->a);
	s->r.time.at = p.then + 2 * TIME_DAY;
	assert_open(scene_ask(s)->revocation, SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE);
	assert_int_equal(s->r.record->gap_count, 2);
	assert_true(s->r.record->gaps[0].at == s->r.time.at);
	assert_string_equal(s->r.record->gaps[1].subject, "甲");
	assert_string_equal(s->r.record->gaps[1].issuer, "中级");
	/* The lists looked at are kept all the same. */
	assert_int_equal(recorded(s->r.record, p.ca_list), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_we_write_is_broken_today),
		cmocka_unit_test(sha1_and_md5_are_long_broken),
		cmocka_unit_test(a_digest_that_breaks_takes_its_signatures_along),
		cmocka_unit_test(rsa_breaks_by_size),
		cmocka_unit_test(what_is_no_declaration_is_refused),
		cmocka_unit_test(a_ca_that_falls_later_undoes_nothing_proven_before),
		cmocka_unit_test(what_a_fallen_ca_signed_needs_proof_from_before),
		cmocka_unit_test(a_ca_that_fell_before_undoes),
		cmocka_unit_test(a_fallen_ca_revokes_nobody),
		cmocka_unit_test(lists_of_a_lapsed_ca_need_proof_from_before),
		cmocka_unit_test(a_broken_algorithm_needs_proof_from_before),
		cmocka_unit_test(an_opinion_records_what_it_rests_on),
		cmocka_unit_test(an_opinion_records_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
