/* A `.qyb` whole: what is packed opens to the same for all policies and sizes; what was
 * altered, mixed or cut does not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "qyb_kit.h"
#include "torture.h"

/* n octets that are not all alike. */
static struct bytes content_of(struct arena *a, size_t n)
{
	uint8_t *p = arena_alloc(a, n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 2654435761u >> 13 ^ n);
	return bytes_make(p, n);
}

static struct qyb *read_back(struct box *b, struct source **file, struct key *intake)
{
	struct qyb *q = NULL;
	struct err e;

	if (!source_open(file, b->path, &e) || !qyb_read(&q, b->d->a, *file, intake, &e))
		fail_msg("%s", e.text);
	return q;
}

/* The values that open under a policy: an owner's, three trustees', or both. */
static size_t values_of(struct box *b, const struct qyb *q, size_t part, bool by_trustees,
	struct lockbox_value v[BOX_NEED + 1])
{
	size_t n = 0, owner = q->context.party_count - 1;

	if (by_trustees || q->context.policy == LOCKBOX_OWNER_AND_TRUSTEES)
		for (size_t k = 0; k < BOX_NEED; k++)
			v[n++] = box_take(q, part, k + 1, b->trustee_keys[k + 1]);
	if (!by_trustees || q->context.policy == LOCKBOX_OWNER_AND_TRUSTEES)
		v[n++] = box_take(q, part, owner, b->owner_keys[BOX_OWNERS - 1]);
	return n;
}

static void assert_content(struct box *b, const struct qyb *q, size_t part,
	bool by_trustees, unsigned threads, struct bytes want)
{
	struct lockbox_value v[BOX_NEED + 1];
	size_t n = values_of(b, q, part, by_trustees, v);
	uint8_t rho[LOCKBOX_SECRET];
	struct qyb_finding f;
	AUTO_BUF out = buf_make(0);
	struct err e;

	assert_true(qyb_judge_dealing(&f, q, part, v, n, rho, &e));
	assert_int_equal(f.verdict, QYB_OPENS);
	assert_int_equal(f.party, 0);
	if (!box_extract(q, part, rho, threads, &out, &e))
		fail_msg("%s", e.text);
	assert_bytes(buf_bytes(&out), want);
}

static void round_trip(struct box *b, enum lockbox_policy policy, struct bytes content,
	bool price, unsigned threads)
{
	AUTO(source) in = source_of_bytes(content);
	struct qyb_pack_part part = {BYTES("price"), in, price};
	struct qyb_pack_spec spec = box_spec(b, policy, &part, 1);
	AUTO(source) file = NULL;
	struct qyb *q;
	struct cert signer;
	struct err e;

	spec.threads = threads;
	if (!box_pack(b, &spec, &e))
		fail_msg("%s", e.text);
	q = read_back(b, &file, NULL);
	assert_true(qyb_check_stored(q, &e));
	assert_true(qyb_check_signature(q, b->d->a, &signer, &e));
	assert_bytes(signer.der, b->d->signer.der);
	assert_content(b, q, 0, false, threads, content);
	if (policy == LOCKBOX_OWNER_OR_TRUSTEES)
		assert_content(b, q, 0, true, threads, content);
}

static void what_is_packed_opens_to_the_same(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 9, 65527, 65528, 65529, 1048567,
		1048568, 1048569, 1048575, 1048576, 1048577, 2097143, 2097144, 2097145,
		2097151, 2097152, 2097153, 3145728};
	struct box *b = *state;

	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
		for (unsigned policy = 0; policy < 3; policy++)
			round_trip(b, (enum lockbox_policy)policy,
				content_of(b->d->a, sizes[k]), (k + policy) % 2,
				1 + (unsigned)k % 3);
}

static void lengths_are_told_in_classes_only(void **state)
{
	static const struct {
		uint64_t n, price, other;
	} rows[] = {
		{0, 65536, 0},
		{1, 65536, 10},
		{65528, 65536, 65536},
		{65529, 131072, 67584},
		{1000000, 1048576, 1015808},
		{1048576, 1114112, 1081344},
	};

	(void)state;
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		assert_int_equal(qyb_padded(rows[k].n, true), rows[k].price);
		assert_int_equal(qyb_padded(rows[k].n, false), rows[k].other);
	}
	for (uint64_t n = 1; n < 5000000; n = n * 9 / 8 + 1) {
		uint64_t p = qyb_padded(n, false);

		assert_true(p >= n + QYB_LENGTH && p <= (n + QYB_LENGTH) * 9 / 8);
	}
}

/* Three parts in a file whose header is sealed. */
static struct qyb *three_parts(struct box *b, struct source **file)
{
	struct bytes text[3] = {BYTES("资格证明"), content_of(b->d->a, 1200000),
		BYTES("人民币壹佰万元整")};
	AUTO(source) one = source_of_bytes(text[0]);
	AUTO(source) two = source_of_bytes(text[1]);
	AUTO(source) three = source_of_bytes(text[2]);
	struct qyb_pack_part parts[] = {{BYTES("qualification"), one, false},
		{BYTES("technical"), two, false}, {BYTES("price"), three, true}};
	struct qyb_pack_spec spec = box_spec(b, LOCKBOX_OWNER_OR_TRUSTEES, parts, 3);
	struct qyb *q;
	struct err e;

	spec.intake = b->intake.der;
	assert_true(box_pack(b, &spec, &e));
	q = read_back(b, file, b->intake_key);
	for (size_t k = 0; k < 3; k++)
		assert_content(b, q, k, k % 2, 2, text[k]);
	return q;
}

static void a_sealed_header_shows_nothing_of_the_bidder(void **state)
{
	struct box *b = *state;
	AUTO(source) file = NULL;
	struct bytes all;
	struct qyb *q;
	struct err e;

	(void)three_parts(b, &file);
	all = box_octets(b);
	assert_int_equal(bytes_find(all, BYTES("91999999MA00000079")), SIZE_MAX);
	assert_int_equal(bytes_find(all, b->d->signer.serial), SIZE_MAX);
	assert_int_equal(bytes_find(all, bytes_make(b->owners[0].p + 4, 16)), SIZE_MAX);
	assert_false(qyb_read(&q, b->d->a, file, NULL, &e));
	assert_int_equal(e.code, ERR_KEY_MISMATCH);
	assert_false(qyb_read(&q, b->d->a, file, b->owner_keys[0], &e));
	assert_int_equal(e.code, ERR_DECRYPT);
}

static void a_part_is_not_opened_by_what_opens_another(void **state)
{
	struct box *b = *state;
	AUTO(source) file = NULL;
	struct qyb *q = three_parts(b, &file);
	struct lockbox_value v = box_take(q, 0, BOX_TRUSTEES, b->owner_keys[0]);
	uint8_t rho[LOCKBOX_SECRET];
	struct qyb_finding f;
	AUTO_BUF out = buf_make(0);
	struct err e;

	assert_true(qyb_judge_dealing(&f, q, 1, &v, 1, rho, &e));
	assert_int_equal(f.verdict, QYB_PARTY_LIED);
	assert_int_equal(f.party, LOCKBOX_OWNER_FIRST);
	assert_false(box_extract(q, 1, v.v, 1, &out, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	assert_int_equal(out.n, 0);
}

static void too_few_shares_decide_nothing_and_a_wrong_one_is_named(void **state)
{
	struct box *b = *state;
	AUTO(source) file = NULL;
	struct qyb *q = three_parts(b, &file);
	struct lockbox_value v[4];
	uint8_t rho[LOCKBOX_SECRET];
	struct qyb_finding f;
	struct err e;

	for (size_t k = 0; k < 4; k++)
		v[k] = box_take(q, 2, k, b->trustee_keys[k]);
	assert_true(qyb_judge_dealing(&f, q, 2, v, 2, rho, &e));
	assert_int_equal(f.verdict, QYB_UNDECIDED);
	assert_int_equal(f.party, 0);
	v[1].v[4] ^= 1;
	assert_true(qyb_judge_dealing(&f, q, 2, v, 3, rho, &e));
	assert_int_equal(f.verdict, QYB_PARTY_LIED);
	assert_int_equal(f.party, 2);
	/* A fourth makes good for the liar, who is named all the same. */
	assert_true(qyb_judge_dealing(&f, q, 2, v, 4, rho, &e));
	assert_int_equal(f.verdict, QYB_OPENS);
	assert_int_equal(f.party, 2);
	v[0].i = 77;
	assert_false(qyb_judge_dealing(&f, q, 2, v, 4, rho, &e));
	assert_int_equal(e.code, ERR_USAGE);
}

/* One octet of the stored parts, or their order, altered: no part comes out. */
static void what_was_signed_comes_out_or_nothing(void **state)
{
	struct box *b = *state;
	AUTO(source) file = NULL;
	struct qyb *q = three_parts(b, &file);
	struct bytes all = box_octets(b);
	uint8_t *p = arena_alloc(b->d->a, all.n), *at = p + q->parts[1].at,
		rho[LOCKBOX_SECRET];
	struct lockbox_value v = box_take(q, 1, BOX_TRUSTEES, b->owner_keys[0]);
	AUTO(source) altered = source_of_bytes(bytes_make(p, all.n));
	struct qyb *other;
	struct err e;

	memcpy(rho, v.v, sizeof rho);
	memcpy(p, all.p, all.n);
	assert_true(qyb_read(&other, b->d->a, altered, b->intake_key, &e));
	for (size_t k = 0; k < 40; k++) {
		size_t where = k * 30011 % 1200000;
		AUTO_BUF out = buf_make(0);

		at[where] ^= 1;
		assert_false(qyb_check_stored(other, &e));
		assert_false(box_extract(other, 1, rho, 2, &out, &e));
		assert_int_equal(e.code, ERR_DECRYPT);
		at[where] ^= 1;
	}
	assert_true(qyb_check_stored(other, &e));
}

/* Who knows ρ can encrypt something else under it; the header's digest forbids it. */
static void another_content_under_the_same_secret_is_refused(void **state)
{
	struct box *b = *state;
	AUTO(source) file = NULL;
	struct qyb *q = three_parts(b, &file);
	struct bytes all = box_octets(b);
	uint8_t *p = arena_alloc(b->d->a, all.n), ctx[SM3_SIZE];
	struct lockbox_value v = box_take(q, 2, BOX_TRUSTEES, b->owner_keys[0]);
	AUTO(source) altered = source_of_bytes(bytes_make(p, all.n));
	uint8_t *plain = arena_alloc(b->d->a, 65536);
	struct lockbox_keys keys;
	struct qyb *other;
	AUTO_BUF out = buf_make(0);
	struct err e;

	memcpy(p, all.p, all.n);
	qyb_ctx(ctx, q, 2);
	lockbox_keys_of(&keys, ctx, v.v);
	assert_true(lockbox_chunk_seal(
		p + q->parts[2].at, &keys, 0, true, bytes_make(plain, 65536), &e));
	assert_true(qyb_read(&other, b->d->a, altered, b->intake_key, &e));
	assert_false(qyb_check_stored(other, &e));
	assert_false(box_extract(other, 2, v.v, 1, &out, &e));
	assert_int_equal(e.code, ERR_DECRYPT);
}

static void specs_that_contradict_themselves_are_refused(void **state)
{
	struct box *b = *state;
	AUTO(source) in = source_of_bytes(BYTES("x"));
	struct qyb_pack_part parts[] = {{BYTES("a"), in, false}, {BYTES("a"), in, false}};
	struct qyb_pack_spec good = box_spec(b, LOCKBOX_OWNER_OR_TRUSTEES, parts, 1), s;
	struct err e;

#define REFUSED(c, change)                                   \
	do {                                                 \
		s = good;                                    \
		change;                                      \
		assert_false(box_pack(b, &s, &e));           \
		assert_int_equal(e.code, c);                 \
		assert_int_equal(access(b->path, F_OK), -1); \
	} while (0)
	REFUSED(ERR_USAGE, s.part_count = 2);
	REFUSED(ERR_USAGE, s.part_count = 0);
	REFUSED(ERR_USAGE, s.signer = NULL);
	REFUSED(ERR_MALFORMED, s.context.t = 2);
	REFUSED(ERR_MALFORMED, s.trustee_count = 2);
	REFUSED(ERR_MALFORMED, s.owner_count = 0);
	REFUSED(ERR_SIGNER, s.owners = &b->d->signer.der; s.owner_count = 1);
	REFUSED(ERR_SIGNER, s.signer_cert = b->intake.der);
	REFUSED(ERR_KEY_MISMATCH, s.signer_cert = b->d->other.der);
	REFUSED(ERR_SIGNER, s.intake = b->d->signer.der);
#undef REFUSED
}

static void a_signature_by_another_over_the_same_header_is_told(void **state)
{
	struct box *b = *state;
	AUTO(source) file = NULL;
	struct qyb *q = three_parts(b, &file);
	AUTO(source) content = source_of_bytes(q->header);
	struct cms_sign_spec spec = {.content = content,
		.content_type = OID_QY_QYB_HEADER,
		.key = b->d->other_key,
		.cert = b->d->other.der,
		.signing_time = KIT_NOW};
	struct qyb forged = *q;
	struct cert cert;
	struct err e;

	assert_true(qyb_check_signature(q, b->d->a, &cert, &e));
	assert_true(cms_sign(b->d->a, &forged.signature, b->d->w, &spec, &e));
	assert_false(qyb_check_signature(&forged, b->d->a, &cert, &e));
	assert_int_equal(e.code, ERR_SIGNER);
	/* And a signature that was made for something else. */
	spec.key = b->d->k->key;
	spec.cert = b->d->signer.der;
	spec.content_type = OID_UNKNOWN;
	assert_true(cms_sign(b->d->a, &forged.signature, b->d->w, &spec, &e));
	assert_false(qyb_check_signature(&forged, b->d->a, &cert, &e));
}

struct trial {
	struct box *b;
	struct lockbox_value v;
	size_t read, opened;
};

/* Whatever is done to the file: it is refused, or it opens to what was packed. */
static void altered_file(struct bytes altered, const struct alteration *what, void *of)
{
	struct trial *t = of;
	AUTO(arena) a = arena_new();
	AUTO(source) file = source_of_bytes(altered);
	struct qyb *q;
	struct cert c;
	AUTO_BUF out = buf_make(0);
	struct err e;

	(void)what;
	if (!qyb_read(&q, a, file, NULL, &e))
		return;
	t->read++;
	if (!qyb_check_signature(q, a, &c, &e) || !qyb_check_stored(q, &e))
		return;
	assert_true(box_extract(q, 0, t->v.v, 1, &out, &e));
	assert_bytes(buf_bytes(&out), BYTES("short"));
	t->opened++;
}

static void no_altered_file_passes(void **state)
{
	struct box *b = *state;
	AUTO(source) in = source_of_bytes(BYTES("short"));
	struct qyb_pack_part part = {BYTES("a"), in, false};
	struct qyb_pack_spec spec = box_spec(b, LOCKBOX_OWNER, &part, 1);
	AUTO(source) file = NULL;
	struct trial t = {.b = b};
	struct qyb *q;
	struct err e;

	assert_true(box_pack(b, &spec, &e));
	q = read_back(b, &file, NULL);
	t.v = box_take(q, 0, 0, b->owner_keys[0]);
	assert_true(torture_each(box_octets(b), TORTURE_ALL | TORTURE_HEAVY, altered_file,
			    &t) > 400);
	assert_true(t.read > 0);
	assert_int_equal(t.opened, 0);
}

int main(void)
{
#define with_box(test) cmocka_unit_test_setup_teardown(test, box_begin, box_end)
	const struct CMUnitTest tests[] = {
		with_box(what_is_packed_opens_to_the_same),
		cmocka_unit_test(lengths_are_told_in_classes_only),
		with_box(a_sealed_header_shows_nothing_of_the_bidder),
		with_box(a_part_is_not_opened_by_what_opens_another),
		with_box(too_few_shares_decide_nothing_and_a_wrong_one_is_named),
		with_box(what_was_signed_comes_out_or_nothing),
		with_box(another_content_under_the_same_secret_is_refused),
		with_box(specs_that_contradict_themselves_are_refused),
		with_box(a_signature_by_another_over_the_same_header_is_told),
		with_box(no_altered_file_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
