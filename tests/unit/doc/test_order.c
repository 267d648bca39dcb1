/* Orders, batches and logins: what is written is read, and everything that protocols §3
 * refuses is refused for its own reason.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "order_kit.h"
#include "typeset_kit.h"

#define TEXT BYTES("a document of another maker")

/* A paper order over octets, with two fields. */
struct paper {
	struct order order;
	struct order_document document;
	struct order_field fields[2];
};

static void paper_make(struct paper *p, struct bench *b, struct bytes octets,
	enum order_format format, enum order_form form)
{
	p->order = bench_order(b, ORDER_SIGN);
	p->document = bench_document(octets, format);
	p->fields[0] = (struct order_field){.name = BYTES("supplier.name"),
		.label = BYTES("供应商"),
		.value = BYTES("青山公司"),
		.mandatory = true};
	p->fields[1] = (struct order_field){.name = BYTES("amount"),
		.label = BYTES("金额"),
		.value = BYTES("1,234.50"),
		.has_amount = true,
		.amount = 123450,
		.mandatory = true};
	p->order.paper = (struct order_paper){.id = BYTES("paper-1"),
		.kind = BYTES("contract"),
		.title = BYTES("采购合同"),
		.fields = p->fields,
		.field_count = 2,
		.total = BYTES("amount"),
		.documents = &p->document,
		.document_count = 1,
		.form = form};
}

/* An order over octets without fields, signed. */
static struct bytes plain_order(struct bench *b, struct paper *p)
{
	paper_make(p, b, TEXT, ORDER_OTHER, ORDER_CMS);
	p->fields[0].mandatory = p->fields[1].mandatory = false;
	return bench_sign(b, &p->order);
}

static void assert_objection(struct bench *b, struct bytes der,
	const struct order_conditions *c, enum order_check_id want, int line)
{
	struct order_finding f;

	(void)b;
	order_check(&f, der, c);
	if (order_objection(&f) != want)
		fail_msg("line %d: %s, not %s: %s", line,
			order_objection(&f) == ORDER_CHECK_COUNT
				? "nothing"
				: order_check_name(order_objection(&f)),
			want == ORDER_CHECK_COUNT ? "nothing" : order_check_name(want),
			order_objection(&f) == ORDER_CHECK_COUNT
				? ""
				: f.checks[order_objection(&f)].detail);
	assert_int_equal(order_is_refused(&f), want != ORDER_CHECK_COUNT);
}
#define OBJECTS(b, der, c, id) assert_objection(b, der, c, ORDER_CHECK_##id, __LINE__)

static void an_order_in_order_passes_and_its_parts_come_back(void **state)
{
	struct bench *b = *state;
	struct order_nonces nonces;
	struct order_conditions c = bench_conditions(b, &nonces);
	AUTO(source) document = source_of_bytes(TEXT);
	struct order_finding f;
	struct paper p;
	struct bytes der = plain_order(b, &p);

	c.document = document;
	OBJECTS(b, der, &c, COUNT);
	order_check(&f, der, &c);
	assert_true(bytes_equal(f.order.order.paper.title, p.order.paper.title));
	assert_int_equal(order_total(&f.order.order), 123450);
	assert_false(f.has_fields);
	assert_int_equal(f.fields[0].state, ORDER_FIELD_PLATFORM_ONLY);
}

//= Protocols §3: Origin must be present and paired; order keys under the root, one origin
static void each_condition_refuses_by_itself(void **state)
{
	struct bench *b = *state;
	struct order_nonces nonces;
	const struct order_conditions good = bench_conditions(b, &nonces);
	AUTO(source) document = source_of_bytes(TEXT);
	AUTO(source) other = source_of_bytes(BYTES("a document of another makes"));
	struct order_conditions c;
	struct paper p;
	struct bytes der = plain_order(b, &p);

#define WITH(change, id)                                    \
	do {                                                \
		c = good;                                   \
		c.document = document;                      \
		change;                                     \
		assert_objection(b, der, &c, id, __LINE__); \
	} while (0)
	WITH(, ORDER_CHECK_COUNT);
	WITH(c.platform = BYTES("another"), ORDER_CHECK_PLATFORM);
	WITH(c.origin = BYTES("https://other.example"), ORDER_CHECK_ORIGIN);
	WITH(c.page_origin = BYTES("https://evil.example"), ORDER_CHECK_ORIGIN);
	WITH(c.page_origin = BYTES("https://platform.example:8443"), ORDER_CHECK_ORIGIN);
	WITH(c.now += TIME_HOUR, ORDER_CHECK_TIME);
	WITH(c.now -= TIME_HOUR, ORDER_CHECK_TIME);
	WITH(c.root = NULL, ORDER_CHECK_KEY);
	WITH(c.root = &b->d->k->ca, ORDER_CHECK_KEY);
	WITH(c.nonces = NULL, ORDER_CHECK_NONCE);
	WITH(c.document = NULL, ORDER_CHECK_DIGEST);
	WITH(c.document = other, ORDER_CHECK_DIGEST);
	WITH(c.cert = NULL, ORDER_CHECK_CERTIFICATE);
	/* A file asks for papers, so this one passes without a page. */
	WITH(c.page_origin = (struct bytes){0}, ORDER_CHECK_COUNT);
#undef WITH
}

static void a_nonce_is_answered_once(void **state)
{
	struct bench *b = *state;
	struct order_nonces nonces;
	struct order_conditions c = bench_conditions(b, &nonces);
	AUTO(source) document = source_of_bytes(TEXT);
	struct paper p;
	struct bytes der = plain_order(b, &p);

	c.document = document;
	c.take_nonce = true;
	c.now += TIME_HOUR; /* refused for another reason: the nonce is not burnt */
	OBJECTS(b, der, &c, TIME);
	c.now -= TIME_HOUR;
	OBJECTS(b, der, &c, COUNT);
	OBJECTS(b, der, &c, NONCE);
	c.take_nonce = false;
	OBJECTS(b, der, &c, NONCE);
}

static void order_keys_that_are_not_quite_right_are_refused(void **state)
{
	struct bench *b = *state;
	struct order_nonces nonces;
	struct order_conditions c = bench_conditions(b, &nonces);
	AUTO(source) document = source_of_bytes(TEXT);
	struct cert keys[3];
	struct paper p;
	struct issue_spec long_lived = kit_spec(ISSUE_ORDER, "太久");
	struct bytes der;
	struct err e;

	c.document = document;
	(void)plain_order(b, &p);
	keys[0] =
		bench_order_cert(b, b->order_key, "https://other.example", 90 * TIME_DAY);
	/* Issued by somebody who is not the root. */
	long_lived.origin = "https://platform.example";
	long_lived.not_after = long_lived.not_before + 90 * TIME_DAY;
	keys[1] = kit_issue(
		b->d->k, &long_lived, &b->order_key->pub, &b->d->k->ca, b->d->k->ca_key);
	/* A certificate that may sign, under the root, and is for anything else. */
	{
		struct issue_spec spec = kit_spec(ISSUE_SIGN, "普通");

		keys[2] = kit_issue(
			b->d->k, &spec, &b->order_key->pub, &b->root, b->root_key);
	}
	for (size_t i = 0; i < 3; i++) {
		assert_true(order_sign(
			b->d->a, &der, b->d->w, &p.order, b->order_key, keys[i].der, &e));
		OBJECTS(b, der, &c, KEY);
	}
	/* And such a key cannot even be issued for longer. */
	long_lived.not_after += TIME_DAY;
	assert_false(issue_cert(b->d->a, &der, b->d->w, &long_lived, &b->order_key->pub,
		&b->root, b->root_key, &e));
}

static void an_order_altered_by_a_bit_is_never_answered(void **state)
{
	struct bench *b = *state;
	struct order_nonces nonces;
	struct order_conditions c = bench_conditions(b, &nonces);
	AUTO(source) document = source_of_bytes(TEXT);
	struct order_finding f;
	struct paper p;
	struct bytes der = plain_order(b, &p);

	c.document = document;
	for (size_t at = 0; at < der.n; at++) {
		order_check(&f, kit_flip(b->d->k, der, at), &c);
		if (!order_is_refused(&f))
			fail_msg("octet %zu of %zu", at, der.n);
	}
	for (size_t n = 0; n < der.n; n++) {
		order_check(&f, bytes_head(der, n), &c);
		assert_true(order_is_refused(&f));
	}
}

static void a_certificate_of_another_kind_digest_or_owner_is_refused(void **state)
{
	struct bench *b = *state;
	struct order_nonces nonces;
	struct order_conditions c = bench_conditions(b, &nonces);
	AUTO(source) document = source_of_bytes(TEXT);
	uint8_t wanted[1][SM3_SIZE];
	struct paper p;
	struct bytes der;

	c.document = document;
	paper_make(&p, b, TEXT, ORDER_OTHER, ORDER_CMS);
	p.fields[0].mandatory = p.fields[1].mandatory = false;
	memcpy(wanted[0], b->d->signer.sm3, SM3_SIZE);
	p.order.signer.certs = (const uint8_t(*)[SM3_SIZE])wanted;
	p.order.signer.cert_count = 1;
	der = bench_sign(b, &p.order);
	OBJECTS(b, der, &c, COUNT);
	c.cert = &b->d->other;
	OBJECTS(b, der, &c, CERTIFICATE);
	p.order.signer.cert_count = 0;
	p.order.signer.purposes = ORDER_FOR_ENCRYPTION;
	OBJECTS(b, bench_sign(b, &p.order), &c, CERTIFICATE);
	p.order.signer.purposes = 0;
	p.order.signer.credit_code = BYTES("91350100M000100Y43");
	der = bench_sign(b, &p.order);
	OBJECTS(b, der, &c, CERTIFICATE); /* unknown is not good enough */
	c.credit_code = "91350100M000100Y43";
	OBJECTS(b, der, &c, COUNT);
	c.credit_code = "914403001922038216";
	OBJECTS(b, der, &c, CERTIFICATE);
}

//= Protocols §3: the file path serves documents only
static void by_file_nobody_logs_in(void **state)
{
	struct bench *b = *state;
	struct order_nonces nonces;
	struct order_conditions c = bench_conditions(b, &nonces);
	struct order o = bench_order(b, ORDER_LOGIN);
	struct bytes der;

	o.login.purpose = ORDER_LOGIN_IN;
	der = bench_sign(b, &o);
	OBJECTS(b, der, &c, COUNT);
	c.page_origin = (struct bytes){0};
	OBJECTS(b, der, &c, ORIGIN);
}

/* --- fields of a document of ours */

#define TEMPLATE "# 合同\n\n供应商：{{supplier.name}}，金额：{{amount|money}}\n"

static struct bytes typeset_file(struct bench *b, bool pdf)
{
	struct typeset *t = set(b->d->a, TEMPLATE,
		"{\"supplier\":{\"name\":\"青山公司\"},\"amount\":123450}");
	struct buf *out = ARENA_NEW(b->d->a, struct buf);
	struct bytes copy;
	struct err e;

	*out = buf_make(FILE_MAX);
	if (pdf ? !typeset_pdf(t, sink_to_buf(out), &e)
		: !typeset_ofd(t, sink_to_buf(out), &e))
		fail_msg("%s", e.text);
	copy = arena_dup(b->d->a, buf_bytes(out));
	buf_fini(out);
	return copy;
}

//= Protocols §3: marked where the document's text does not contain them; mandatory missing: refuse
static void fields_must_say_what_the_document_says(void **state)
{
	for (int pdf = 0; pdf < 2; pdf++) {
		struct bench *b = *state;
		struct order_nonces nonces;
		struct order_conditions c = bench_conditions(b, &nonces);
		struct bytes octets = typeset_file(b, pdf);
		AUTO(source) document = source_of_bytes(octets);
		struct order_finding f;
		struct paper p;

		c.document = document;
		paper_make(&p, b, octets, pdf ? ORDER_PDF : ORDER_OFD,
			pdf ? ORDER_PADES : ORDER_OFD_SEAL);
		OBJECTS(b, bench_sign(b, &p.order), &c, COUNT);
		order_check(&f, bench_sign(b, &p.order), &c);
		assert_true(f.has_fields);
		assert_int_equal(f.fields[0].state, ORDER_FIELD_AGREES);
		p.fields[1].amount = 123451;
		p.fields[1].value = BYTES("1,234.51");
		order_check(&f, bench_sign(b, &p.order), &c);
		assert_int_equal(f.fields[1].state, ORDER_FIELD_DIFFERS);
		assert_string_equal(f.fields[1].found, "1,234.50");
		OBJECTS(b, bench_sign(b, &p.order), &c, FIELDS);
		paper_make(&p, b, octets, pdf ? ORDER_PDF : ORDER_OFD,
			pdf ? ORDER_PADES : ORDER_OFD_SEAL);
		p.fields[0].name = BYTES("supplier.code");
		OBJECTS(b, bench_sign(b, &p.order), &c, FIELDS);
		p.fields[0].mandatory = false;
		OBJECTS(b, bench_sign(b, &p.order), &c, COUNT);
	}
}

/* --- batches */

static struct bytes batch_of(
	struct bench *b, const struct bytes *rows, size_t n, bool *ok)
{
	struct order_batch batch = {.platform = PLATFORM,
		.origin = ORIGIN,
		.issued = bench_now(b) - TIME_MINUTE,
		.expiry = bench_now(b) + TIME_HOUR,
		.rows = rows};
	struct bytes der = {0};
	struct err e;

	*ok = batch_sign(
		b->d->a, &der, b->d->w, &batch, n, b->order_key, b->order_cert.der, &e);
	return der;
}

static struct bytes numbered(
	struct bench *b, const char *id, const char *kind, bool alone)
{
	struct paper p;

	paper_make(&p, b, TEXT, ORDER_OTHER, ORDER_CMS);
	p.fields[0].mandatory = p.fields[1].mandatory = false;
	p.order.paper.id = bytes_str(id);
	p.order.paper.kind = bytes_str(kind);
	p.order.paper.alone = alone;
	return bench_sign(b, &p.order);
}

static void a_batch_is_closed_counted_and_without_what_must_stand_alone(void **state)
{
	struct bench *b = *state;
	struct order_nonces nonces;
	struct order_conditions c = bench_conditions(b, &nonces);
	AUTO(source) document = source_of_bytes(TEXT);
	struct source *documents[2] = {document, document};
	struct bytes rows[2] = {numbered(b, "1", "score-sheet", false),
		numbered(b, "2", "score-sheet", false)}, der;
	struct batch_finding f;
	bool ok;

	der = batch_of(b, rows, 2, &ok);
	assert_true(ok);
	batch_check(&f, der, documents, &c);
	assert_false(batch_is_refused(&f));
	assert_int_equal(f.batch.sum, 2 * 123450);
	batch_check(&f, der, NULL, &c); /* not every document is here */
	assert_true(batch_is_refused(&f));
	rows[1] = rows[0];
	der = batch_of(b, rows, 2, &ok);
	batch_check(&f, der, documents, &c);
	assert_int_equal(f.checks[ORDER_CHECK_BATCH].result, FINDING_FAILED);
	rows[1] = numbered(b, "3", "score-sheet", true);
	(void)batch_of(b, rows, 2, &ok);
	assert_false(ok);
	(void)batch_of(b, rows, 0, &ok);
	assert_false(ok);
	/* A platform that lies about a kind is not believed. */
	rows[1] = numbered(b, "4", "contract", false);
	der = batch_of(b, rows, 2, &ok);
	assert_true(ok);
	batch_check(&f, der, documents, &c);
	assert_int_equal(f.checks[ORDER_CHECK_BATCH].result, FINDING_FAILED);
}

/* --- logins */

struct challenges {
	int taken;
};

static bool take_challenge(
	void *to, const struct login_token *t, bool *good, struct err *e)
{
	struct challenges *c = to;

	(void)e;
	*good = t->r_b[0] == 7 && !c->taken++;
	return true;
}

static struct login_conditions login_conditions(
	struct bench *b, struct login_challenges *challenges)
{
	return (struct login_conditions){.arena = b->d->a,
		.lang = LANG_EN,
		.now = bench_now(b),
		.platform = PLATFORM,
		.origin = ORIGIN,
		.purpose = ORDER_LOGIN_IN,
		.session = {9},
		.challenges = challenges,
		.trust = &b->d->trust};
}

static struct bytes login_of(struct bench *b)
{
	struct order o = bench_order(b, ORDER_LOGIN);
	struct bytes answer;
	struct err e;

	o.login = (struct order_login){
		.purpose = ORDER_LOGIN_IN, .challenge = {7}, .session = {9}};
	if (!login_answer(
		    b->d->a, &answer, b->d->w, &o, b->d->k->key, b->d->signer.der, &e))
		fail_msg("%s", e.text);
	return answer;
}

//= Protocols §3: bound to platform, origin, purpose, certificate and pre-session
static void a_login_holds_once_and_only_where_it_was_asked_for(void **state)
{
	struct bench *b = *state;
	struct challenges memory = {0};
	struct login_challenges challenges = {take_challenge, &memory};
	const struct login_conditions good = login_conditions(b, &challenges);
	struct bytes answer = login_of(b);
	struct login_conditions c;
	struct login_finding f;

#define WITH(change, id)                                                              \
	do {                                                                          \
		c = good;                                                             \
		change;                                                               \
		login_check(&f, answer, &c);                                          \
		assert_int_equal(finding_objection(f.checks, LOGIN_CHECK_COUNT), id); \
	} while (0)
	WITH(c.platform = BYTES("x"), LOGIN_CHECK_PLATFORM);
	WITH(c.origin = BYTES("https://x.example"), LOGIN_CHECK_ORIGIN);
	WITH(c.purpose = ORDER_LOGIN_RECOVERY, LOGIN_CHECK_PURPOSE);
	WITH(c.session[0] = 1, LOGIN_CHECK_SESSION);
	WITH(c.now += 2 * TIME_HOUR, LOGIN_CHECK_TIME);
	WITH(c.trust = NULL, LOGIN_CHECK_CHALLENGE);
	assert_int_equal(memory.taken, 0);
	WITH(, LOGIN_CHECK_COUNT);
	assert_true(f.revocation_unknown);
	WITH(, LOGIN_CHECK_CHALLENGE);
	for (size_t at = 0; at < answer.n; at++) {
		memory.taken = 0;
		login_check(&f, kit_flip(b->d->k, answer, at), &good);
		assert_true(login_is_refused(&f));
	}
#undef WITH
}

//= Protocols §3: told apart by their first byte
static void no_login_token_reads_as_anything_else(void **state)
{
	struct bench *b = *state;
	struct bytes answer = login_of(b);
	size_t at = bytes_find(answer, LOGIN_PREFIX);

	assert_true(at != SIZE_MAX);
	assert_true(answer.p[at] != 0x30 && answer.p[at] != 0x31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_order_in_order_passes_and_its_parts_come_back),
		cmocka_unit_test(each_condition_refuses_by_itself),
		cmocka_unit_test(a_nonce_is_answered_once),
		cmocka_unit_test(order_keys_that_are_not_quite_right_are_refused),
		cmocka_unit_test(an_order_altered_by_a_bit_is_never_answered),
		cmocka_unit_test(
			a_certificate_of_another_kind_digest_or_owner_is_refused),
		cmocka_unit_test(by_file_nobody_logs_in),
		cmocka_unit_test(fields_must_say_what_the_document_says),
		cmocka_unit_test(
			a_batch_is_closed_counted_and_without_what_must_stand_alone),
		cmocka_unit_test(a_login_holds_once_and_only_where_it_was_asked_for),
		cmocka_unit_test(no_login_token_reads_as_anything_else),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
