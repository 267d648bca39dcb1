/* scene: a root, a CA below it, a signer, a store and lists of revoked certificates, to
 * be bent by each test before an opinion is asked. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_SCENE_H
#define QY_TESTS_SCENE_H

#include "pki/issue.h"
#include "pki/opinion.h"
#include "unit.h"

#include "make_cert.h"

/* 2026-01-01T00:00:00Z */
#define NOW (INT64_C(1767225600) * TIME_SECOND)

enum { SCENE_ANCHORS = 4 };

struct scene {
	struct arena *a;
	struct make_key root_key, ca_key, leaf_key, other_key;
	struct cert root, ca, leaf;
	struct trust trust;
	struct trust_anchor anchors[SCENE_ANCHORS];
	struct evidence *ev;
	struct opinion_request r;
	struct opinion o;
};

static inline struct cert scene_parse(struct bytes der)
{
	struct cert c;
	struct err e;

	if (!cert_parse(&c, der, &e))
		fail_msg("%s", e.text);
	return c;
}

static inline struct bytes scene_ca_ext(struct arena *a)
{
	struct writer w = ext_begin(a);

	ext_basic(&w, true, -1);
	ext_usage(&w, KU_KEY_CERT_SIGN | KU_CRL_SIGN);
	return writer_bytes(&w);
}

static inline struct bytes scene_leaf_ext(struct arena *a)
{
	struct writer w = ext_begin(a);

	ext_usage(&w, KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
	return writer_bytes(&w);
}

/* A certificate of this subject for key, by an issuer of this name with signer. */
static inline struct cert scene_cert(struct scene *s, const char *subject,
	const struct make_key *key, const char *issuer, const struct make_key *signer,
	struct bytes ext)
{
	static uint8_t serial;
	struct make_cert m = {.subject = subject,
		.issuer = issuer,
		.key = key,
		.signer = signer,
		.serial = (uint8_t)(++serial & 0x7f),
		.ext = ext};

	return scene_parse(make_cert(s->a, &m));
}

static inline struct trust_anchor scene_anchor(const struct cert *c, uint32_t purposes)
{
	struct trust_licence licence = {"1", NOW - 4000 * TIME_DAY, NOW + 400 * TIME_DAY};

	return (struct trust_anchor){.cert = *c,
		.name = "测试机构",
		.purposes = purposes,
		.service = licence,
		.cipher = licence,
		.admitted_from = TIME_NONE,
		.admitted_to = TIME_NONE};
}

static inline void scene_trust(struct scene *s, const struct cert *c, uint32_t purposes)
{
	assert_true(s->trust.count < SCENE_ANCHORS);
	s->anchors[s->trust.count++] = scene_anchor(c, purposes);
}

static inline void scene_know(struct scene *s, const struct cert *c)
{
	struct err e;

	assert_true(evidence_add_cert(s->ev, c->der, &e));
}

static inline struct scene *scene_new(void)
{
	struct arena *a = arena_new();
	struct scene *s = ARENA_NEW(a, struct scene);

	s->a = a;
	s->root_key = make_key(1);
	s->ca_key = make_key(2);
	s->leaf_key = make_key(3);
	s->other_key = make_key(4);
	s->root = scene_cert(s, "根", &s->root_key, "根", &s->root_key, scene_ca_ext(a));
	s->ca = scene_cert(s, "中级", &s->ca_key, "根", &s->root_key, scene_ca_ext(a));
	s->leaf =
		scene_cert(s, "甲", &s->leaf_key, "中级", &s->ca_key, scene_leaf_ext(a));
	s->ev = evidence_new(a);
	s->trust.anchors = s->anchors;
	s->r = (struct opinion_request){.cert = &s->leaf,
		.purpose = TRUST_SIGNER,
		.trust = &s->trust,
		.evidence = s->ev,
		.time = {.at = NOW, .claimed = NOW - TIME_DAY},
		.now = NOW};
	return s;
}

/* The ordinary scene: the root in the store for signers, the CA known. */
static inline struct scene *scene_good(void)
{
	struct scene *s = scene_new();

	scene_trust(s, &s->root, TRUST_SIGNER);
	scene_know(s, &s->ca);
	return s;
}

static inline void scene_free(struct scene *s)
{
	arena_free(s->a);
}
AUTO_DEFINE(scene);

static inline struct opinion *scene_ask(struct scene *s)
{
	opinion_form(&s->o, s->a, LANG_ZH, &s->r);
	return &s->o;
}

static inline void assert_check_(
	const struct check *c, enum check_result result, enum sub sub, int line)
{
	if (!c->present || c->result != result || c->sub != sub || !c->detail ||
		!c->detail[0])
		fail_msg("line %d: %s %s, want %s %s: %s", line,
			check_result_name(c->result), sub_name(c->sub),
			check_result_name(result), sub_name(sub),
			c->detail ? c->detail : "(no detail)");
}

#define assert_check(c, result, sub) assert_check_(&(c), result, sub, __LINE__)
#define assert_passed(c)             assert_check(c, CHECK_PASSED, SUB_NONE)
#define assert_failed(c, sub)        assert_check(c, CHECK_FAILED, sub)
#define assert_open(c, sub)          assert_check(c, CHECK_NOT_CHECKED, sub)

#endif
