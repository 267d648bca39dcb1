/* judge: see judge.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/judge.h"

#include "base/time.h"

#define RULE_SOUND "ETSI EN 319 102-1 §5.2.8"

/* --- since when -----------------------------------------------------------------------
 */

int64_t judge_file_time(const struct judge *j)
{
	return j->file_at && j->file_at < j->now ? j->file_at : j->now;
}

int64_t judge_object_time(const struct judge *j, struct bytes object)
{
	return poe_time(j->poe, object, judge_file_time(j));
}

struct proof_time judge_proof(const struct judge *j, struct bytes value, int64_t claimed)
{
	int64_t at = judge_object_time(j, value);

	return (struct proof_time){.at = at,
		.is_proven = at < j->now,
		.claimed = claimed,
		.is_around = true};
}

void judge_prove(const struct judge *j, struct bytes object, int64_t at)
{
	if (j->poe)
		poe_add(j->poe, object, at);
}

struct opinion_request judge_question(const struct judge *j, const struct cert *cert,
	enum trust_purpose purpose, const struct proof_time *time)
{
	return (struct opinion_request){.cert = cert,
		.purpose = purpose,
		.trust = j->trust,
		.evidence = j->evidence,
		.time = *time,
		.now = j->now,
		.poe = j->poe,
		.constraints = j->constraints,
		.record = j->record};
}

/* --- is it sound ----------------------------------------------------------------------
 */

static bool sound(struct verdict *v, const struct judge *j, enum check_id id,
	const char *name, int64_t until, int64_t at)
{
	if (at < until)
		return true;
	//= ETSI EN 319 102-1 §5.2.8: broken, and no proof of existence from before that
	verdict_fail(v, id,
		at < j->now ? SUB_CRYPTO_CONSTRAINTS_FAILURE
			    : SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
		RULE_SOUND,
		say(j->arena, j->lang, MSG_JUDGE_BROKEN_ALGORITHM, name,
			time_beijing(j->arena, until)));
	return false;
}

bool judge_digest_sound(struct verdict *v, const struct judge *j, enum check_id id,
	enum digest_alg alg, int64_t at)
{
	return sound(
		v, j, id, digest_name(alg), constraints_digest(j->constraints, alg), at);
}

bool judge_signature_sound(struct verdict *v, const struct judge *j, enum check_id id,
	enum sig_alg alg, const struct pubkey *key, int64_t at)
{
	return sound(v, j, id, sig_name(alg),
		constraints_signature(j->constraints, alg, key), at);
}

/* --- learning -------------------------------------------------------------------------
 */

/* What lies in a file proven to exist is proven with it. */
static void learnt(const struct judge *j, struct bytes der)
{
	if (j->file_at)
		judge_prove(j, der, j->file_at);
}

void judge_learn_cert(const struct judge *j, struct bytes der)
{
	struct err e;

	if (!evidence_add_cert(j->evidence, der, &e))
		return;
	learnt(j, der);
}

void judge_learn_crl(const struct judge *j, struct bytes der)
{
	struct err e;

	if (!evidence_add_crl(j->evidence, der, &e))
		return;
	learnt(j, der);
}

void judge_learn_ocsp(const struct judge *j, struct bytes der)
{
	struct err e;

	if (!evidence_add_ocsp(j->evidence, der, &e))
		return;
	learnt(j, der);
}
