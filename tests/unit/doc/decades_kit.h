/* decades_kit: a paper, its CA, two time stamping authorities and a clock, for tests of
 * what is left of a proof when all of them have gone.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_DECADES_KIT_H
#define QY_TESTS_DECADES_KIT_H

#include "doc/cms_write.h"
#include "doc/qye_write.h"
#include "doc/stamper_ask.h"
#include "doc/verify.h"
#include "judge_kit.h"
#include "pki/crl.h"

#define YEAR (INT64_C(365) * TIME_DAY)

enum { DECADES_AUTHORITIES = 16, DECADES_ANCHORS = 12 };

/* Somebody with a key and a certificate. */
struct authority {
	struct key *key;
	struct cert cert;
	const struct authority *issuer;
	uint64_t number; /* of the last list */
	struct issue_revoked revoked[4];
	size_t revoked_count;
	/* A TSA: its stampers, one for each digest. */
	struct stamper_key own[DIGEST_COUNT];
	struct stamper stampers[DIGEST_COUNT];
};

struct decades {
	struct kit_world world;
	struct world *w;
	struct arena *a;
	struct authority all[DECADES_AUTHORITIES];
	size_t count;
	struct authority *root, *ca, *signer; /* 2026 */
	struct authority *stamp_root, *tsa_sm, *tsa_nist;
	struct trust trust;
	struct trust_anchor anchors[DECADES_ANCHORS];
	struct constraints constraints;
	struct bytes paper;
	struct bytes given[64]; /* lists at hand */
	size_t given_count;
};

static inline struct authority *authority_new(struct decades *d,
	enum issue_profile profile, const char *cn, enum key_kind kind, int64_t years,
	const struct authority *issuer)
{
	struct authority *x = &d->all[d->count++];
	struct issue_spec spec = kit_spec(profile, cn);
	struct bytes der;
	struct err e = {0};

	assert_true(d->count <= DECADES_AUTHORITIES);
	spec.not_before = d->world.at - TIME_DAY;
	spec.not_after = d->world.at + years * YEAR;
	spec.path_len = 1;
	x->issuer = issuer;
	if (!key_generate(&x->key, d->w, kind, &e) ||
		!issue_cert(d->a, &der, d->w, &spec, &x->key->pub,
			issuer ? &issuer->cert : NULL, issuer ? issuer->key : x->key,
			&e) ||
		!cert_parse(&x->cert, der, &e))
		fail_msg("%s", e.text);
	for (enum digest_alg alg = 0; profile == ISSUE_TSA && alg < DIGEST_COUNT; alg++)
		if (!stamper_of_key(&x->stampers[alg], &x->own[alg], d->w, x->key,
			    x->cert.der, alg, &e))
			fail_msg("%s", e.text);
	return x;
}

static inline void decades_admit(
	struct decades *d, const struct authority *x, uint32_t purposes, bool independent)
{
	struct trust_licence licence = {"1", KIT_NOW - YEAR, KIT_NOW + 50 * YEAR};

	assert_true(d->trust.count < DECADES_ANCHORS);
	d->anchors[d->trust.count++] = (struct trust_anchor){.cert = x->cert,
		.name = "测试机构",
		.purposes = purposes,
		.independent = independent,
		.service = licence,
		.cipher = licence,
		.admitted_from = TIME_NONE,
		.admitted_to = TIME_NONE};
}

/* A list of who was revoked so far, of now, good for thirty days; at hand from now on. */
static inline struct bytes decades_list(struct decades *d, struct authority *x)
{
	struct bytes der;
	struct err e;

	if (!issue_crl(d->a, &der, d->w, &x->cert, x->key, ++x->number, false, 0,
		    d->world.at, d->world.at + 30 * TIME_DAY, x->revoked,
		    x->revoked_count, &e))
		fail_msg("%s", e.text);
	d->given[d->given_count++] = der;
	return der;
}

static inline void decades_revoke(
	struct authority *issuer, const struct authority *x, int64_t at)
{
	issuer->revoked[issuer->revoked_count++] =
		(struct issue_revoked){.serial = x->cert.serial,
			.at = at,
			.reason = CRL_KEY_COMPROMISE,
			.invalid_since = TIME_NONE};
}

static inline struct judge decades_judge(struct decades *d, struct arena *a)
{
	struct judge j = {.arena = a,
		.lang = LANG_EN,
		.trust = &d->trust,
		.evidence = evidence_new(a),
		.poe = poe_new(a),
		.constraints = &d->constraints,
		.now = d->world.at};
	struct err e;

	for (size_t i = 0; i < d->given_count; i++)
		assert_true(evidence_add_crl(j.evidence, d->given[i], &e));
	assert_true(evidence_add_cert(j.evidence, d->ca->cert.der, &e));
	return j;
}

static inline int decades_begin(void **state)
{
	struct decades *d = NEW(struct decades);
	AUTO(source) content = source_of_bytes(BYTES("政府采购合同"));
	struct err e = {0};

	d->world = (struct kit_world){{kit_now, kit_random}, KIT_NOW, 88172645463325252u};
	d->w = &d->world.w;
	d->a = arena_new();
	d->constraints = constraints_today();
	d->root = authority_new(d, ISSUE_ROOT, "签署根", KEY_SM2, 20, NULL);
	d->ca = authority_new(d, ISSUE_SUB_CA, "签署机构", KEY_SM2, 10, d->root);
	d->signer = authority_new(d, ISSUE_SIGN, "采购人", KEY_SM2, 3, d->ca);
	d->stamp_root = authority_new(d, ISSUE_ROOT, "时间根", KEY_P256, 20, NULL);
	d->tsa_sm = authority_new(d, ISSUE_TSA, "时间一", KEY_SM2, 10, d->stamp_root);
	d->tsa_nist = authority_new(d, ISSUE_TSA, "时间二", KEY_P256, 10, d->stamp_root);
	d->trust = (struct trust){
		.serial = 1, .anchors = d->anchors, .whole = BYTES("the store of 2026")};
	sm3_of(d->trust.whole, d->trust.sm3);
	decades_admit(d, d->root, TRUST_SIGNER, false);
	decades_admit(d, d->stamp_root, TRUST_TSA, true);
	decades_list(d, d->root);
	decades_list(d, d->ca);
	decades_list(d, d->stamp_root);
	d->world.at += TIME_HOUR;
	if (!cms_sign(d->a, &d->paper, d->w,
		    &(struct cms_sign_spec){.content = content,
			    .attached = true,
			    .key = d->signer->key,
			    .cert = d->signer->cert.der,
			    .signing_time = d->world.at,
			    .stamper = &d->tsa_sm->stampers[DIGEST_SM3]},
		    &e))
		fail_msg("%s", e.text);
	*state = d;
	return 0;
}

static inline int decades_end(void **state)
{
	struct decades *d = *state;

	for (size_t i = 0; i < d->count; i++)
		key_free(d->all[i].key);
	arena_free(d->a);
	mem_free(d);
	return 0;
}

/* All stampers of two authorities. */
struct stampers {
	struct stamper list[2 * DIGEST_COUNT];
	struct qye_stampers all;
};

static inline void stampers_of(struct stampers *s, const struct decades *d,
	const struct authority *x, const struct authority *y)
{
	for (size_t i = 0; i < DIGEST_COUNT; i++) {
		s->list[2 * i] = x->stampers[i];
		s->list[2 * i + 1] = y->stampers[i];
	}
	s->all = (struct qye_stampers){s->list, 2 * DIGEST_COUNT, &d->constraints};
}

/* A report on some octets; its indication is concluded. */
static inline struct report *decades_verify(
	struct decades *d, struct arena *a, struct bytes file)
{
	AUTO(source) s = source_of_bytes(file);
	struct judge j = decades_judge(d, a);
	struct report *r = NULL;
	struct err e = {0};

	if (!verify_file(&r, &j, "x", s, NULL, NULL, &e))
		fail_msg("%s", e.text);
	return r;
}

/* The first freeze: judged, and what that rested on packed. */
static inline struct bytes decades_freeze(struct decades *d, struct arena *a)
{
	struct judge j = decades_judge(d, a);
	AUTO(source) paper = source_of_bytes(d->paper);
	AUTO_BUF b = buf_make(64 << 20);
	struct stampers stampers;
	struct report *r = NULL;
	struct err e = {0};

	j.record = record_new(a);
	stampers_of(&stampers, d, d->tsa_sm, d->tsa_nist);
	if (!verify_paper(&r, &j, "合同.p7s", paper, NULL, NULL, &e) ||
		!qye_make(sink_to_buf(&b), a,
			&(struct qye_spec){.name = "合同.p7s",
				.paper = paper,
				.record = j.record,
				.trust = &d->trust,
				.report = bytes_str(report_json(r)),
				.made_at = d->world.at,
				.stampers = stampers.all},
			&e))
		fail_msg("%s", e.text);
	return arena_dup(d->a, buf_bytes(&b));
}

/* The second freeze, with what is at hand now. */
static inline struct bytes decades_extend(
	struct decades *d, struct arena *a, struct bytes file, struct stampers *stampers)
{
	struct judge j = decades_judge(d, a);
	AUTO(source) s = source_of_bytes(file);
	AUTO_BUF b = buf_make(64 << 20);
	struct report *r = NULL;
	AUTO(qye) q = NULL;
	struct err e = {0};

	if (!qye_open(&q, a, s, &e) || !qye_judge(&r, &j, "x", q, &e))
		fail_msg("%s", e.text);
	for (size_t i = 0; i < q->stamps->count; i++)
		record_put(q->papers, q->stamps->items[i].type, q->stamps->items[i].der);
	if (!qye_extend(sink_to_buf(&b), a, q,
		    &(struct qye_spec){.record = q->papers,
			    .trust = &d->trust,
			    .report = bytes_str(report_json(r)),
			    .made_at = d->world.at,
			    .stampers = stampers->all},
		    &e))
		fail_msg("%s", e.text);
	return arena_dup(d->a, buf_bytes(&b));
}

/* Renews the last records, with what their stamps rested on put inside. */
static inline struct bytes decades_renew(struct decades *d, struct arena *a,
	struct bytes file, const enum digest_alg *tree, struct stampers *stampers)
{
	struct judge j = decades_judge(d, a);
	AUTO(source) s = source_of_bytes(file);
	AUTO_BUF b = buf_make(64 << 20);
	struct timestamp_kept kept;
	struct report *r = NULL;
	AUTO(qye) q = NULL;
	struct err e = {0};

	if (!qye_open(&q, a, s, &e) || !qye_judge(&r, &j, "x", q, &e))
		fail_msg("%s", e.text);
	kept = qye_kept(a, q->stamps);
	if (!qye_renew(sink_to_buf(&b), a, q, &kept, tree, &stampers->all, &e))
		fail_msg("%s", e.text);
	return arena_dup(d->a, buf_bytes(&b));
}

#endif
