/* revocation: what lists and answers say of each certificate at the time of proof.
 * SPDX-License-Identifier: Apache-2.0
 *
 * protocols §4: a status answers for a signature only if it is not older than the time of
 * proof; where that is only the moment of verification, while its nextUpdate has not
 * passed. A revocation that took effect before the time of proof undoes, one after it
 * does not; suspended counts as revoked while it lasts.
 */
#include "pki/name.h"
#include "pki/opinion_work.h"

enum { ANSWERS_MAX = 64, SIGNERS_MAX = 4 };

/* How long an answer without nextUpdate stands where nothing is proven. */
#define STATUS_AGE_MAX TIME_DAY

static const char rule_status[] = "RFC 5280 §6.3, RFC 6960 §3.2";

/* What the answers about one certificate come to; each null or the answer behind it. */
struct standing {
	const struct evidence_answer *revoked, *held; /* before the time of proof */
	const struct evidence_answer *later;          /* after it */
	const struct evidence_answer *good, *dropped, *stale, *conflict, *unknown;
	/* Not proven to have been there while its signer or its algorithm still counted.
	 */
	const struct evidence_answer *unproven, *weak;
};

/* When a revocation took effect: the key may have been lost before the CA was told. */
static int64_t took_effect(const struct evidence_answer *x)
{
	return x->invalid_since != TIME_NONE && x->invalid_since < x->revoked_at
		       ? x->invalid_since
		       : x->revoked_at;
}

/* Does it speak for the time of proof at all? */
static bool answers_for(const struct proof_time *t, const struct evidence_answer *x)
{
	if (x->this_update >= t->at)
		return true;
	if (t->is_proven)
		return false;
	return x->next_update == TIME_NONE ? t->at - x->this_update <= STATUS_AGE_MAX
					   : x->next_update >= t->at;
}

static void keep_latest(
	const struct evidence_answer **slot, const struct evidence_answer *x)
{
	if (!*slot || (*slot)->this_update < x->this_update)
		*slot = x;
}

static void take_revoked(
	struct standing *s, const struct proof_time *t, const struct evidence_answer *x)
{
	bool before = took_effect(x) <= t->at;

	/* Revocation is for good, so an old list proves it as well as a new one; a
	 * suspension may have ended since. */
	if (x->reason != CRL_HOLD && before)
		keep_latest(&s->revoked, x);
	else if (!answers_for(t, x))
		keep_latest(&s->stale, x);
	else
		keep_latest(before ? &s->held : &s->later, x);
}

static void take_good(struct standing *s, const struct proof_time *t,
	const struct evidence_answer *x, const struct cert *cert)
{
	if (x->conflict)
		keep_latest(&s->conflict, x);
	else if (x->this_update > cert->not_after)
		/* Lists drop expired certificates: silence says nothing. */
		keep_latest(&s->dropped, x);
	else
		keep_latest(answers_for(t, x) ? &s->good : &s->stale, x);
}

/* Does the answer itself count, as of when it is proven to have existed? After the CA
 * has fallen whoever holds its key can write what he likes, and date it back. */
//= ETSI EN 319 102-1 §5.6.2.1: a status counts if it and its signer existed before the signer fell
static bool is_sound(const struct opinion_work *w, struct standing *s, int64_t ca_fell,
	const struct evidence_answer *x)
{
	const struct opinion_request *r = w->r;
	int64_t since = poe_time(r->poe, x->der, r->now);
	/* Who answers for OCSP may be another key, of a size not seen from here. */
	const struct pubkey *key = x->source == EVIDENCE_OCSP ? NULL : &x->signer->key;

	if (since >= constraints_signature(r->constraints, x->alg, key)) {
		keep_latest(&s->weak, x);
		return false;
	}
	/* A revocation by a CA that has only lapsed still warns. */
	if (since >= ca_fell ||
		(x->status == OCSP_GOOD && since > x->signer->not_after)) {
		keep_latest(&s->unproven, x);
		return false;
	}
	return true;
}

static struct standing stand(const struct opinion_work *w, size_t place,
	const struct evidence_answer *list, size_t count)
{
	const struct proof_time *t = &w->r->time;
	const struct cert *cert = w->path[place];
	struct standing s = {.revoked = NULL};

	for (size_t i = 0; i < count; i++) {
		const struct evidence_answer *x = &list[i];

		if (x->this_update > w->r->now + STATUS_SKEW_MINUTES * TIME_MINUTE ||
			!is_sound(w, &s, w->fell[place + 1], x))
			continue;
		if (x->status == OCSP_REVOKED)
			take_revoked(&s, t, x);
		else if (x->status == OCSP_GOOD)
			take_good(&s, t, x, cert);
		else
			keep_latest(&s.unknown, x);
	}
	/* Where nothing is proven the latest word counts; at a proven time, a suspension
	 * that a later list shows to have lasted then cannot be taken back. */
	if (s.held && s.good && !t->is_proven &&
		s.good->this_update > s.held->this_update)
		s.held = NULL;
	return s;
}

static bool is_settled(const struct standing *s)
{
	return s->revoked || s->held || s->later || s->good;
}

/* --- asking ---------------------------------------------------------------------------
 */

/* May this other certificate under the CA's name sign its lists? It must be in the store,
 * or be issued by who issued the CA, or by the CA itself (key roll-over). */
static bool may_sign_lists(
	struct opinion_work *w, size_t issuer, const struct cert *other)
{
	const struct cert *ca = w->path[issuer];

	if (!other->key_known || cert_equal(other, ca) || !other->is_ca)
		return false;
	if (issuer + 1 < w->count && w->checks) {
		w->checks--;
		if (name_equal(other->issuer, w->path[issuer + 1]->subject) &&
			cert_verify(other, &w->path[issuer + 1]->key))
			return true;
	}
	if (!w->checks || !name_equal(other->issuer, ca->subject))
		return false;
	w->checks--;
	return cert_verify(other, &ca->key);
}

static size_t other_signers(
	struct opinion_work *w, size_t issuer, const struct cert *out[SIGNERS_MAX])
{
	const struct evidence *bags[] = {w->extras, w->r->evidence};
	const struct trust *t = w->r->trust;
	struct bytes name = w->path[issuer]->subject;
	size_t count = 0, tried = 0;

	for (size_t i = 0; i < t->count && count < SIGNERS_MAX; i++)
		if (name_equal(t->anchors[i].cert.subject, name) &&
			t->anchors[i].purposes & w->r->purpose &&
			t->anchors[i].cert.key_known &&
			!cert_equal(&t->anchors[i].cert, w->path[issuer]))
			out[count++] = &t->anchors[i].cert;
	for (size_t b = 0; b < 2; b++) {
		const struct cert *c;
		size_t at = 0;

		while (count < SIGNERS_MAX && tried < SIGNERS_MAX && bags[b] &&
			(c = evidence_cert_by_subject(bags[b], name, &at))) {
			if (cert_equal(c, w->path[issuer]))
				continue;
			tried++;
			if (may_sign_lists(w, issuer, c))
				out[count++] = c;
		}
	}
	return count;
}

static struct standing ask(
	struct opinion_work *w, size_t i, struct evidence_answer list[ANSWERS_MAX])
{
	struct evidence_query q = {w->path[i], w->path[i + 1], NULL, &w->checks};
	const struct cert *signers[SIGNERS_MAX];
	size_t n = evidence_answers(w->r->evidence, &q, list, ANSWERS_MAX), count;
	struct standing s = stand(w, i, list, n);

	if (is_settled(&s) || !evidence_mentions(w->r->evidence, w->path[i]))
		return s;
	count = other_signers(w, i + 1, signers);
	for (size_t k = 0; k < count && n < ANSWERS_MAX; k++) {
		q.signer = signers[k];
		n += evidence_answers(w->r->evidence, &q, list + n, ANSWERS_MAX - n);
	}
	return stand(w, i, list, n);
}

/* --- saying ---------------------------------------------------------------------------
 */

static void put(struct opinion_work *w, enum check_result result, enum sub sub,
	enum msg msg, const struct cert *c, int64_t when, int64_t other)
{
	const char *at = when == TIME_NONE ? "?" : time_beijing(w->a, when);
	const char *then = other == TIME_NONE ? "?" : time_beijing(w->a, other);

	opinion_put(w, &w->o->revocation, result, sub, rule_status,
		say(w->a, w->lang, msg, name_title(w->a, c->subject), at, then,
			name_title(w->a, c->issuer)));
}

static void conclude_open(
	struct opinion_work *w, const struct cert *c, const struct standing *s)
{
	int64_t at = w->r->time.at;
	bool given = w->r->evidence && evidence_mentions(w->r->evidence, c);

	if (w->r->evidence)
		record_miss(w->r->record, c, at);
	if (s->weak)
		put(w, CHECK_NOT_CHECKED, SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
			MSG_OPINION_STATUS_WEAK, c, s->weak->this_update, at);
	else if (s->unproven)
		put(w, CHECK_NOT_CHECKED, SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE,
			MSG_OPINION_STATUS_UNPROVEN, c, s->unproven->this_update, at);
	else if (s->conflict)
		put(w, CHECK_NOT_CHECKED, SUB_TRY_LATER, MSG_OPINION_STATUS_CONFLICT, c,
			s->conflict->this_update, at);
	else if (s->dropped)
		put(w, CHECK_NOT_CHECKED, SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE,
			MSG_OPINION_STATUS_DROPPED, c, s->dropped->this_update,
			c->not_after);
	else if (s->stale)
		put(w, CHECK_NOT_CHECKED, SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE,
			w->r->time.is_proven ? MSG_OPINION_STATUS_PENDING
					     : MSG_OPINION_STATUS_STALE,
			c, s->stale->this_update, at);
	else if (s->unknown)
		put(w, CHECK_NOT_CHECKED, SUB_TRY_LATER, MSG_OPINION_STATUS_UNKNOWN, c,
			s->unknown->this_update, at);
	else
		put(w, CHECK_NOT_CHECKED, SUB_TRY_LATER,
			given ? MSG_OPINION_STATUS_UNVERIFIED
			      : MSG_OPINION_STATUS_MISSING,
			c, at, at);
}

static void conclude(
	struct opinion_work *w, const struct cert *c, const struct standing *s)
{
	int64_t at = w->r->time.at;

	if (s->revoked)
		put(w, CHECK_FAILED, SUB_REVOKED, MSG_OPINION_STATUS_REVOKED, c,
			took_effect(s->revoked), at);
	else if (s->held)
		put(w, CHECK_FAILED, SUB_REVOKED, MSG_OPINION_STATUS_HELD, c,
			took_effect(s->held), at);
	else if (s->later)
		put(w, CHECK_PASSED, SUB_NONE, MSG_OPINION_STATUS_LATER, c,
			took_effect(s->later), at);
	else if (s->good)
		put(w, CHECK_PASSED, SUB_NONE, MSG_OPINION_STATUS_GOOD, c,
			s->good->this_update, at);
	else
		conclude_open(w, c, s);
}

/* Enters what the answer was taken from. */
static void keep(const struct opinion_work *w, const struct evidence_answer *x)
{
	enum record_type type =
		x && x->source == EVIDENCE_OCSP ? RECORD_OCSP : RECORD_CRL;

	if (!x)
		return;
	record_put(w->r->record, type, x->der);
	record_put(w->r->record, RECORD_CRL, x->base);
	record_put(w->r->record, RECORD_CERT, x->signer->der);
}

static void keep_standing(const struct opinion_work *w, const struct standing *s)
{
	const struct evidence_answer *all[] = {s->revoked, s->held, s->later, s->good,
		s->dropped, s->stale, s->conflict, s->unknown, s->unproven, s->weak};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		keep(w, all[i]);
}

/* From when on a certificate signs nothing more that counts. */
static int64_t fell_at(const struct standing *s)
{
	const struct evidence_answer *all[] = {s->revoked, s->held, s->later};
	int64_t at = INT64_MAX;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] && took_effect(all[i]) < at)
			at = took_effect(all[i]);
	return at;
}

/* The CA fell after the time of proof. What it signed stands only where it is proven to
 * be older; else the certificate may have been made with the stolen key. */
static void check_older_than_fall(struct opinion_work *w, size_t i)
{
	int64_t fell = w->fell[i + 1];
	const struct cert *c = w->path[i];

	if (fell <= w->r->time.at || poe_time(w->r->poe, c->der, w->r->now) < fell)
		return;
	put(w, CHECK_FAILED, SUB_REVOKED_NO_POE, MSG_OPINION_STATUS_CA_FELL, c, fell,
		w->r->time.at);
}

/* Was it revoked or suspended already when the signature says it was made? */
static bool was_revoked_at(const struct standing *s, int64_t claimed)
{
	const struct evidence_answer *all[] = {s->revoked, s->held, s->later};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] && claimed != TIME_NONE && took_effect(all[i]) <= claimed)
			return true;
	return false;
}

//= RFC 6960 §4.2.2.2.1: a responder with ocsp-nocheck is trusted for its lifetime
static bool is_not_asked(const struct cert *c)
{
	struct bytes value;
	bool critical;

	return c->eku & EKU_OCSP_SIGNING && !c->is_ca &&
	       cert_extension(c, OID_OCSP_NO_CHECK, &value, &critical);
}

void opinion_revocation(struct opinion_work *w)
{
	struct evidence_answer list[ANSWERS_MAX];

	if (!w->chained) {
		put(w, CHECK_NOT_CHECKED, SUB_TRY_LATER, MSG_OPINION_STATUS_NO_CHAIN,
			w->path[0], w->r->time.at, w->r->time.at);
		return;
	}
	if (w->count == 1)
		put(w, CHECK_PASSED, SUB_NONE, MSG_OPINION_STATUS_PINNED, w->path[0],
			w->r->time.at, w->r->time.at);
	w->fell[w->count - 1] = INT64_MAX;
	/* From the anchor down: what a CA says counts only until it fell itself. */
	for (size_t i = w->count - 1; i-- > 0;) {
		struct standing s = {.revoked = NULL};

		w->fell[i] = INT64_MAX;
		check_older_than_fall(w, i);
		if (is_not_asked(w->path[i])) {
			put(w, CHECK_PASSED, SUB_NONE, MSG_OPINION_STATUS_NOT_ASKED,
				w->path[i], w->r->time.at, w->r->time.at);
			continue;
		}
		if (w->r->evidence)
			s = ask(w, i, list);
		keep_standing(w, &s);
		conclude(w, w->path[i], &s);
		w->fell[i] = fell_at(&s);
		w->o->revoked_at_claimed |= was_revoked_at(&s, w->r->time.claimed);
	}
}
