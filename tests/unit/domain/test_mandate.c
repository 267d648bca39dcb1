/* test_mandate: drafted, signed by the legal representative alone, and what it allows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/digest.h"
#include "party_kit.h"

struct scene {
	struct party_kit p;
	struct side us, them;
	struct id credential;
	uint8_t cert[32];
};

static void begin(struct scene *s, void **state)
{
	party_begin(&s->p, state);
	party_blobs(&s->p);
	s->us = party_side(&s->p, "甲公司", USER_SUPPLIER, ORGANISATION_ACTIVE);
	s->them = party_side(&s->p, "乙公司", USER_SUPPLIER, ORGANISATION_ACTIVE);
	s->credential = party_credential(
		&s->p, s->us.organisation, s->us.legal.person, "legal", s->cert);
}

static void end(struct scene *s)
{
	party_blobs_end(&s->p);
	party_end(&s->p);
}

static struct mandate_wanted wanted(struct scene *s)
{
	return (struct mandate_wanted){.member = s->us.m_handler,
		.acts = MANDATE_SIGN | MANDATE_SEAL,
		.kinds = BYTES("contract, bid"),
		.has_amount = true,
		.amount_max = 100000000,
		.valid_from = s->p.f.world.at,
		.valid_to = s->p.f.world.at + 100 * TIME_DAY};
}

static struct id draft(struct scene *s)
{
	struct mandate_wanted w = wanted(s);
	struct id id;

	PASSES(&s->p, mandate_draft(s->p.app, &s->us.admin, &w, &id, &s->p.e));
	return id;
}

/* Asks for the order and has the worker say that the answer to it is good. */
static struct bytes order(struct scene *s, struct id id)
{
	struct signed_finding *f = &s->p.f.worker.says;
	struct bytes order, record;
	int64_t expiry;

	PASSES(&s->p, mandate_order(s->p.app, &s->us.legal, s->p.a, id, &order, &expiry,
			      &record, &s->p.e));
	*f = (struct signed_finding){
		.indication = INDICATION_PASSED, .sub = "", .why = ""};
	memcpy(f->signer, s->cert, sizeof f->signer);
	memcpy(f->credit_code, s->us.code, sizeof f->credit_code);
	sm3_of(order, f->order);
	return record;
}

struct asking {
	struct mandate_question q;
	bool allowed;
	struct id by;
};

static bool ask_body(struct tx *tx, void *ctx, struct err *e)
{
	struct asking *a = ctx;

	return mandate_allows(tx, &a->q, &a->allowed, &a->by, e);
}

static bool allows(struct scene *s, const struct actor *who, enum mandate_act act,
	const char *kind, int64_t amount, int64_t at)
{
	struct asking a = {.q = {.organisation = s->us.organisation,
				   .person = who->person,
				   .act = act,
				   .kind = kind,
				   .has_amount = amount >= 0,
				   .amount = amount,
				   .at = at}};

	PASSES(&s->p, db_tx(s->p.app->db, DB_READ, ask_body, &a, &s->p.e));
	return a.allowed;
}

static enum mandate_state state_of(struct scene *s, struct id id)
{
	struct list_from first = {.count = LIST_MAX};
	struct mandate *rows;
	size_t n;
	bool more;

	PASSES(&s->p, mandate_page(s->p.app, &s->us.viewer, s->p.a, s->us.organisation,
			      &first, &rows, &n, &more, &s->p.e));
	for (size_t i = 0; i < n; i++)
		if (id_equal(rows[i].id, id))
			return rows[i].state;
	return (enum mandate_state)0;
}

static void is_signed_and_allows(void **state)
{
	struct bytes record, again, cms;
	struct scene s;
	struct id id;
	int64_t now;

	begin(&s, state);
	now = s.p.f.world.at;
	id = draft(&s);
	assert_int_equal(state_of(&s, id), MANDATE_DRAFT);
	assert_false(allows(&s, &s.us.handler, MANDATE_SIGN, "bid", 1, now));
	record = order(&s, id);
	/* canonical JSON, with what is signed in it, and no secret */
	assert_true(bytes_starts(record, BYTES("{\"acts\":[\"sign\",\"seal\"],"
					       "\"amount_max_fen\":100000000,")));
	assert_true(bytes_find(record, BYTES("\"kinds\":[\"bid\",\"contract\"]")) !=
		    SIZE_MAX);
	assert_true(bytes_find(record, bytes_str(s.us.code)) != SIZE_MAX);
	assert_true(bytes_find(record, BYTES("**********")) != SIZE_MAX);
	/* the order asks for the one certificate, and shows amount and names */
	assert_int_equal(s.p.f.keeper.signer.cert_count, 1);
	assert_memory_equal(s.p.f.keeper.signer.certs[0], s.cert, 32);
	assert_bytes(s.p.f.keeper.signer.credit_code, bytes_str(s.us.code));
	assert_true(s.p.f.keeper.paper.alone);
	assert_int_equal(s.p.f.keeper.paper.form, ORDER_CMS);
	assert_bytes(s.p.f.keeper.paper.fields[4].value, BYTES("1,000,000.00"));
	PASSES(&s.p, mandate_accept(s.p.app, &s.us.legal, id, BYTES("a cms"), &s.p.e));
	assert_bytes(s.p.f.worker.content, record);
	assert_int_equal(state_of(&s, id), MANDATE_IN_FORCE);
	assert_int_equal(party_count(&s.p, "SELECT COUNT(*) FROM act WHERE kind = "
					   "'mandate.sign'"),
		1);
	PASSES(&s.p,
		mandate_proof(s.p.app, &s.us.viewer, s.p.a, id, &again, &cms, &s.p.e));
	assert_bytes(again, record);
	assert_bytes(cms, BYTES("a cms"));
	/* what it covers, and what it does not */
	assert_true(allows(&s, &s.us.handler, MANDATE_SIGN, "bid", 100000000, now));
	assert_true(allows(&s, &s.us.handler, MANDATE_SEAL, "contract", 0, now));
	assert_true(allows(&s, &s.us.handler, MANDATE_SEAL, "contract", -1, now));
	assert_false(allows(&s, &s.us.handler, MANDATE_SIGN, "bid", 100000001, now));
	assert_false(allows(&s, &s.us.handler, MANDATE_SIGN, "award", 1, now));
	assert_false(allows(&s, &s.us.handler, MANDATE_SIGN, "bi", 1, now));
	assert_false(allows(&s, &s.us.handler, MANDATE_SIGN, "bid", 1, now - 1));
	assert_true(
		allows(&s, &s.us.handler, MANDATE_SIGN, "bid", 1, now + 100 * TIME_DAY));
	assert_false(allows(
		&s, &s.us.handler, MANDATE_SIGN, "bid", 1, now + 100 * TIME_DAY + 1));
	/* nobody else; the legal representative without one */
	assert_false(allows(&s, &s.us.admin, MANDATE_SIGN, "bid", 1, now));
	assert_false(allows(&s, &s.them.legal, MANDATE_SIGN, "bid", 1, now));
	assert_true(allows(&s, &s.us.legal, MANDATE_SEAL, "award", INT64_MAX, now));
	end(&s);
}

static void signature_is_refused(void **state)
{
	struct signed_finding good;
	struct scene s;
	uint8_t other[32];
	char *before;
	struct id id;

	begin(&s, state);
	id = draft(&s);
	(void)party_credential(
		&s.p, s.us.organisation, s.us.admin.person, "admin", other);
	(void)order(&s, id);
	good = s.p.f.worker.says;
	before = party_image(&s.p);
	for (unsigned i = 0; i < 7; i++) {
		struct signed_finding *f = &s.p.f.worker.says;

		*f = good;
		switch (i) {
		case 0:
			f->indication = INDICATION_FAILED;
			break;
		case 1: /* could not find out is not good */
			f->indication = INDICATION_INDETERMINATE;
			break;
		case 2:
			f->indication = INDICATION_NO_SIGNATURE;
			break;
		case 3: /* a certificate of the house that another member keeps */
			memcpy(f->signer, other, sizeof other);
			break;
		case 4:
			f->signer[0] ^= 1;
			break;
		case 5:
			f->order[31] ^= 1;
			break;
		default:
			memcpy(f->credit_code, s.them.code, sizeof f->credit_code);
			break;
		}
		REFUSED(&s.p, ERR_SIGNER,
			mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
		assert_string_equal(before, party_image(&s.p));
	}
	s.p.f.worker.says = good;
	/* a worker that fell over it */
	(void)err_set(&s.p.f.worker.fails, ERR_MALFORMED, "the worker died");
	assert_false(mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	s.p.f.worker.fails.code = ERR_NONE;
	assert_string_equal(before, party_image(&s.p));
	{
		struct actor by[] = {fake_nobody(), s.us.admin, s.us.handler,
			s.them.legal, s.p.operator, actor_as_newcomer(s.us.legal)};
		enum err_code codes[] = {ERR_DENIED, ERR_DENIED, ERR_DENIED,
			ERR_NOT_FOUND, ERR_NOT_FOUND, ERR_DENIED};

		for (size_t i = 0; i < sizeof by / sizeof *by; i++)
			REFUSED(&s.p, codes[i],
				mandate_accept(s.p.app, &by[i], id, BYTES("x"), &s.p.e));
	}
	assert_string_equal(before, party_image(&s.p));
	end(&s);
}

static void only_the_last_order_counts(void **state)
{
	struct signed_finding first;
	struct scene s;
	struct id id;

	begin(&s, state);
	id = draft(&s);
	(void)order(&s, id);
	first = s.p.f.worker.says;
	(void)order(&s, id);
	s.p.f.worker.says = first;
	REFUSED(&s.p, ERR_SIGNER,
		mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	assert_int_equal(s.p.e.say, MSG_PARTY_MANDATE_ORDER + 1);
	/* and only while it lasts */
	(void)order(&s, id);
	party_clock(&s.p, s.p.f.world.at + 31 * TIME_MINUTE);
	REFUSED(&s.p, ERR_ROLLBACK,
		mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	(void)order(&s, id);
	PASSES(&s.p, mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	/* once */
	REFUSED(&s.p, ERR_ROLLBACK,
		mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	{
		struct bytes o, r;
		int64_t expiry;

		REFUSED(&s.p, ERR_ROLLBACK,
			mandate_order(s.p.app, &s.us.legal, s.p.a, id, &o, &expiry, &r,
				&s.p.e));
	}
	end(&s);
}

/* The key is reported lost between the order and the answer. */
static void a_lost_key_signs_nothing(void **state)
{
	struct bytes o, r;
	int64_t expiry;
	struct scene s;
	struct id id;

	begin(&s, state);
	id = draft(&s);
	(void)order(&s, id);
	kit_sql(s.p.k, "UPDATE credential SET state = 3");
	REFUSED(&s.p, ERR_SIGNER,
		mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	REFUSED(&s.p, ERR_DENIED,
		mandate_order(s.p.app, &s.us.legal, s.p.a, id, &o, &expiry, &r, &s.p.e));
	assert_int_equal(s.p.e.say, MSG_PARTY_MANDATE_NO_CERTIFICATE + 1);
	/* nor one that cools off still, nor one for encryption */
	kit_sql(s.p.k,
		arena_printf(s.p.a, "UPDATE credential SET state = 2, usable_at = %lld",
			(long long)(s.p.f.world.at + 1)));
	REFUSED(&s.p, ERR_SIGNER,
		mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	kit_sql(s.p.k, "UPDATE credential SET usable_at = 1, use = 2");
	REFUSED(&s.p, ERR_SIGNER,
		mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	kit_sql(s.p.k, "UPDATE credential SET use = 1");
	PASSES(&s.p, mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	end(&s);
}

static void is_revoked(void **state)
{
	struct scene s;
	struct id id, second;
	int64_t now;

	begin(&s, state);
	now = s.p.f.world.at;
	id = draft(&s);
	(void)order(&s, id);
	PASSES(&s.p, mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	REFUSED(&s.p, ERR_DENIED, mandate_revoke(s.p.app, &s.us.handler, id, &s.p.e));
	REFUSED(&s.p, ERR_NOT_FOUND, mandate_revoke(s.p.app, &s.them.legal, id, &s.p.e));
	party_clock(&s.p, now + TIME_HOUR / 2);
	PASSES(&s.p, mandate_revoke(s.p.app, &s.us.admin, id, &s.p.e));
	REFUSED(&s.p, ERR_ROLLBACK, mandate_revoke(s.p.app, &s.us.admin, id, &s.p.e));
	assert_int_equal(state_of(&s, id), MANDATE_REVOKED);
	/* what was signed before stays signed with right */
	assert_true(allows(&s, &s.us.handler, MANDATE_SIGN, "bid", 1, now));
	assert_false(allows(&s, &s.us.handler, MANDATE_SIGN, "bid", 1, now + TIME_HOUR));
	/* and with the member ends the mandate */
	second = draft(&s);
	(void)order(&s, second);
	PASSES(&s.p, mandate_accept(s.p.app, &s.us.legal, second, BYTES("x"), &s.p.e));
	PASSES(&s.p, member_end(s.p.app, &s.us.admin, s.us.m_handler, &s.p.e));
	assert_int_equal(state_of(&s, second), MANDATE_REVOKED);
	assert_false(allows(&s, &s.us.handler, MANDATE_SIGN, "bid", 1, s.p.f.world.at));
	end(&s);
}

static void drafts_refused(void **state)
{
	static const char *const kinds[] = {
		"", ",", "a,", "A", "a b", "*,a", "a\xe2\x80\x8b", "a;b", "%", "一"};
	struct mandate_wanted w;
	struct scene s;
	struct id id;

	begin(&s, state);
	w = wanted(&s);
	{
		struct actor by[] = {fake_nobody(), s.us.handler, s.us.viewer,
			s.them.legal, s.p.operator, actor_as_newcomer(s.us.admin)};
		enum err_code codes[] = {ERR_DENIED, ERR_DENIED, ERR_DENIED,
			ERR_NOT_FOUND, ERR_NOT_FOUND, ERR_DENIED};

		for (size_t i = 0; i < sizeof by / sizeof *by; i++)
			REFUSED(&s.p, codes[i],
				mandate_draft(s.p.app, &by[i], &w, &id, &s.p.e));
	}
	w.member = s.us.m_legal;
	REFUSED(&s.p, ERR_DENIED, mandate_draft(s.p.app, &s.us.legal, &w, &id, &s.p.e));
	w.member = s.them.m_handler;
	REFUSED(&s.p, ERR_NOT_FOUND,
		mandate_draft(s.p.app, &s.us.legal, &w, &id, &s.p.e));
	w = wanted(&s);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		w.kinds = bytes_str(kinds[i]);
		REFUSED(&s.p, ERR_MALFORMED,
			mandate_draft(s.p.app, &s.us.legal, &w, &id, &s.p.e));
	}
	w = wanted(&s);
	w.valid_to = w.valid_from;
	REFUSED(&s.p, ERR_MALFORMED,
		mandate_draft(s.p.app, &s.us.legal, &w, &id, &s.p.e));
	w.valid_from = 0;
	w.valid_to = s.p.f.world.at - TIME_DAY;
	REFUSED(&s.p, ERR_MALFORMED,
		mandate_draft(s.p.app, &s.us.legal, &w, &id, &s.p.e));
	w = wanted(&s);
	w.valid_to = w.valid_from + 1097 * TIME_DAY;
	REFUSED(&s.p, ERR_DENIED, mandate_draft(s.p.app, &s.us.legal, &w, &id, &s.p.e));
	assert_string_equal(s.p.e.rule, RULE_MANDATE_LIFE_MAX);
	w = wanted(&s);
	w.amount_max = -1;
	REFUSED(&s.p, ERR_MALFORMED,
		mandate_draft(s.p.app, &s.us.legal, &w, &id, &s.p.e));
	w = wanted(&s);
	w.acts = 4;
	assert_false(mandate_draft(s.p.app, &s.us.legal, &w, &id, &s.p.e));
	assert_int_equal(party_count(&s.p, "SELECT COUNT(*) FROM mandate"), 0);
	end(&s);
}

/* All kinds, no bound. */
static void without_bound(void **state)
{
	struct mandate_wanted w;
	struct scene s;
	struct id id;
	int64_t now;

	begin(&s, state);
	now = s.p.f.world.at;
	w = wanted(&s);
	w.kinds = BYTES(" * ");
	w.has_amount = false;
	w.acts = MANDATE_SIGN;
	PASSES(&s.p, mandate_draft(s.p.app, &s.us.legal, &w, &id, &s.p.e));
	assert_true(
		bytes_find(order(&s, id), BYTES("\"amount_max_fen\":null")) != SIZE_MAX);
	PASSES(&s.p, mandate_accept(s.p.app, &s.us.legal, id, BYTES("x"), &s.p.e));
	assert_true(allows(&s, &s.us.handler, MANDATE_SIGN, "anything", INT64_MAX, now));
	assert_true(allows(&s, &s.us.handler, MANDATE_SIGN, "anything", -1, now));
	assert_false(allows(&s, &s.us.handler, MANDATE_SEAL, "anything", 1, now));
	end(&s);
}

/* A record that was lost or altered in the blobs is not signed. */
static void the_record_is_gone(void **state)
{
	struct bytes o, r;
	struct scene s;
	int64_t expiry;
	struct id id;

	begin(&s, state);
	id = draft(&s);
	kit_sql(s.p.k,
		s.p.k->postgres
			? "UPDATE mandate SET record = decode(repeat('00', 32), 'hex')"
			: "UPDATE mandate SET record = zeroblob(32)");
	assert_false(
		mandate_order(s.p.app, &s.us.legal, s.p.a, id, &o, &expiry, &r, &s.p.e));
	assert_int_equal(s.p.e.code, ERR_NOT_FOUND);
	assert_int_equal(s.p.f.keeper.orders, 0);
	end(&s);
}

#define BOTH(f) ON_BOTH(&domain_statements, f)

int main(void)
{
	const struct CMUnitTest tests[] = {BOTH(is_signed_and_allows),
		BOTH(signature_is_refused), BOTH(only_the_last_order_counts),
		BOTH(a_lost_key_signs_nothing), BOTH(is_revoked), BOTH(drafts_refused),
		BOTH(without_bound), BOTH(the_record_is_gone)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
