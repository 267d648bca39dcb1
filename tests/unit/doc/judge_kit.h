/* judge_kit: a CA with subscribers, a trust store in memory, and judges that rest on it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_JUDGE_KIT_H
#define QY_TESTS_JUDGE_KIT_H

#include "doc/report.h"
#include "unit/pki/issue_kit.h"

struct desk {
	struct kit *k;
	struct arena *a;
	struct world *w;
	struct cert signer; /* of k->key */
	struct key *maker_key, *other_key;
	struct cert maker, other;
	struct trust trust;
	struct trust_anchor anchor;
	struct bytes crl;
};

static inline int desk_begin(void **state)
{
	struct trust_licence licence = {"1", KIT_NOW - TIME_DAY, KIT_NOW + TIME_DAY};
	struct desk *d = NEW(struct desk);
	void *kit;
	struct err e;

	kit_begin(&kit);
	d->k = kit;
	d->a = d->k->a;
	d->w = d->k->w;
	d->maker_key = kit_key(d->k, KEY_SM2);
	d->other_key = kit_key(d->k, KEY_SM2);
	d->signer = kit_cert(d->k, ISSUE_SIGN, "签章人", d->k->key);
	d->maker = kit_cert(d->k, ISSUE_SEAL_MAKER, "制章者", d->maker_key);
	d->other = kit_cert(d->k, ISSUE_SIGN, "别人", d->other_key);
	licence.from -= 3650 * TIME_DAY;
	licence.to += 3650 * TIME_DAY;
	d->anchor = (struct trust_anchor){.cert = d->k->ca,
		.name = "测试机构",
		.purposes =
			TRUST_SIGNER | TRUST_ENCRYPTION | TRUST_TSA | TRUST_SEAL_MAKER,
		.service = licence,
		.cipher = licence,
		.admitted_from = TIME_NONE,
		.admitted_to = TIME_NONE};
	d->trust = (struct trust){.serial = 1, .anchors = &d->anchor, .count = 1};
	if (!issue_crl(d->a, &d->crl, d->w, &d->k->ca, d->k->ca_key, 1, false, 0,
		    KIT_NOW - TIME_HOUR, KIT_NOW + TIME_DAY, NULL, 0, &e))
		fail_msg("%s", e.text);
	*state = d;
	return 0;
}

static inline int desk_end(void **state)
{
	struct desk *d = *state;
	void *kit = d->k;

	key_free(d->maker_key);
	key_free(d->other_key);
	kit_end(&kit);
	mem_free(d);
	return 0;
}

/* A judge without a trust store: mathematics only. */
static inline struct judge desk_judge(struct desk *d, struct arena *a)
{
	return (struct judge){.arena = a,
		.lang = LANG_EN,
		.evidence = evidence_new(a),
		.now = d->k->world.at};
}

/* A judge with the CA admitted and its fresh CRL at hand. */
static inline struct judge desk_judge_full(struct desk *d, struct arena *a)
{
	struct judge j = desk_judge(d, a);
	struct err e;

	j.trust = &d->trust;
	if (!evidence_add_crl(j.evidence, d->crl, &e))
		fail_msg("%s", e.text);
	return j;
}

static inline void assert_check_of(
	const struct check *c, enum check_result want, enum sub sub, int line)
{
	if (!c->present)
		fail_msg("line %d: the check is not in the list", line);
	if (c->result != want || c->sub != sub)
		fail_msg("line %d: %s %s, not %s %s: %s", line,
			check_result_name(c->result), sub_name(c->sub),
			check_result_name(want), sub_name(sub), c->detail);
}

#define assert_passed(s, id) \
	assert_check_of(&(s)->verdict.checks[id], CHECK_PASSED, SUB_NONE, __LINE__)
#define assert_failed(s, id, sub) \
	assert_check_of(&(s)->verdict.checks[id], CHECK_FAILED, sub, __LINE__)
#define assert_open(s, id, sub) \
	assert_check_of(&(s)->verdict.checks[id], CHECK_NOT_CHECKED, sub, __LINE__)

static inline bool check_is_passed(const struct report_signature *s, enum check_id id)
{
	return s->verdict.checks[id].present &&
	       s->verdict.checks[id].result == CHECK_PASSED;
}

#endif
