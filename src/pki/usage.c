/* usage: may this certificate do what is asked of it, and was its CA licensed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/opinion_work.h"

enum { EVENT_LIFE_HOURS = 8 };

/* --- key usage ------------------------------------------------------------------------
 */

/* Without an extended key usage anything goes that the anchor's purpose allows. */
static bool has_only(const struct cert *c, uint32_t allowed)
{
	return !c->has_eku || c->eku & allowed;
}

//= RFC 3161 §2.3: exactly one extended key usage, timeStamping, critical
static bool is_for_stamps(const struct cert *c)
{
	return c->has_eku && c->eku_critical && c->eku == EKU_TIME_STAMPING;
}

static bool is_for(const struct cert *c, enum trust_purpose purpose,
	const struct trust_anchor *anchor)
{
	switch (purpose) {
	case TRUST_SIGNER:
		/* A certificate for stamps, status answers, seals or one session signs
		 * no documents. */
		return cert_may_sign(c) &&
		       has_only(c, EKU_ANY | EKU_CLIENT_AUTH | EKU_OTHER);
	case TRUST_SEAL_MAKER:
		/* Real seal makers carry all kinds of extended usages, so the anchor's
		 * purpose decides. Under an anchor that vouches for signers too, only our
		 * mark tells a maker from any customer (protocols §4: never an admitted
		 * CA's ordinary certificate). */
		return cert_may_sign(c) && (c->eku & EKU_SEAL_MAKER || !anchor ||
						   !(anchor->purposes & TRUST_SIGNER));
	case TRUST_EVENT:
		return cert_may_sign(c) && c->has_eku && c->eku & EKU_EVENT &&
		       c->not_after - c->not_before <= EVENT_LIFE_HOURS * TIME_HOUR;
	case TRUST_TSA:
		return cert_may_sign(c) && is_for_stamps(c);
	case TRUST_ENCRYPTION:
		return cert_may_encrypt(c);
	}
	return false;
}

void opinion_usage(struct opinion_work *w)
{
	const struct cert *c = w->path[0];
	enum check_result result = CHECK_FAILED;
	enum sub sub = SUB_CHAIN_CONSTRAINTS_FAILURE;
	enum msg msg;

	if (!c->key_known) {
		sub = SUB_CRYPTO_CONSTRAINTS_FAILURE;
		msg = MSG_OPINION_USAGE_KEY;
	} else if (c->is_ca) {
		msg = MSG_OPINION_USAGE_CA;
	} else if (!is_for(c, w->r->purpose, w->o->anchor)) {
		msg = MSG_OPINION_USAGE_WRONG;
	} else {
		result = CHECK_PASSED;
		sub = SUB_NONE;
		msg = MSG_OPINION_USAGE_GOOD;
	}
	opinion_put(w, &w->o->usage, result, sub, "RFC 5280 §4.2.1.3",
		say(w->a, w->lang, msg, name_title(w->a, c->subject)));
}

/* --- the licences of the CA -----------------------------------------------------------
 */

static bool covers(int64_t from, int64_t to, int64_t at)
{
	return (from == TIME_NONE || at >= from) && (to == TIME_NONE || at <= to);
}

static bool is_stated(const struct trust_licence *l)
{
	return l->from != TIME_NONE || l->to != TIME_NONE;
}

static const char rule_licence[] = "电子认证服务管理办法, 电子认证服务密码管理办法";

static void licence_put(struct opinion_work *w, enum check_result result, enum msg msg,
	const char *which, int64_t at)
{
	const struct trust_anchor *t = w->o->anchor;
	const char *name =
		t->name && t->name[0] ? t->name : name_title(w->a, t->cert.subject);

	opinion_put(w, &w->o->licence, result,
		result == CHECK_PASSED ? SUB_NONE : SUB_CHAIN_CONSTRAINTS_FAILURE,
		rule_licence,
		say(w->a, w->lang, msg, name, which, time_beijing(w->a, at)));
}

static void judge_licence(struct opinion_work *w, const struct trust_licence *l,
	enum msg title, const int64_t times[2])
{
	const char *which = msg_text(w->lang, title);

	if (!is_stated(l)) {
		licence_put(w, CHECK_NOT_CHECKED, MSG_OPINION_LICENCE_NOT_STATED, which,
			times[1]);
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (!covers(l->from, l->to, times[i]))
			licence_put(w, CHECK_FAILED,
				i ? MSG_OPINION_LICENCE_GAP_AT_SIGNING
				  : MSG_OPINION_LICENCE_GAP_AT_ISSUANCE,
				which, times[i]);
}

void opinion_licence(struct opinion_work *w)
{
	const struct trust_anchor *t = w->o->anchor;
	const struct proof_time *time = &w->r->time;
	int64_t times[2] = {w->path[0]->not_before,
		time->claimed != TIME_NONE ? time->claimed : time->at};

	if (!w->chained) {
		opinion_put(w, &w->o->licence, CHECK_NOT_CHECKED,
			SUB_NO_CERTIFICATE_CHAIN_FOUND, rule_licence,
			msg_text(w->lang, MSG_OPINION_LICENCE_NO_CHAIN));
		return;
	}
	/* Nobody is licensed to play, and stamping times needs no licence as a CA. */
	for (size_t i = 0; i < w->count; i++)
		if (w->path[i]->demonstration)
			return;
	if (w->r->purpose == TRUST_TSA && !is_stated(&t->service) &&
		!is_stated(&t->cipher))
		return;
	for (size_t i = 0; i < 2; i++)
		if (!covers(t->admitted_from, t->admitted_to, times[i]))
			licence_put(w, CHECK_FAILED, MSG_OPINION_LICENCE_NOT_ADMITTED, "",
				times[i]);
	judge_licence(w, &t->service, MSG_OPINION_LICENCE_SERVICE, times);
	judge_licence(w, &t->cipher, MSG_OPINION_LICENCE_CIPHER, times);
	if (!w->o->licence.present)
		licence_put(w, CHECK_PASSED, MSG_OPINION_LICENCE_GOOD, "", times[1]);
}
