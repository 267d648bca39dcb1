/* evidence_find: see evidence_find.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/evidence_find.h"

#include <stdlib.h>

#include "pki/evidence_bag.h"
#include "pki/name.h"

const struct cert *evidence_cert_by_subject(
	const struct evidence *ev, struct bytes subject, size_t *at)
{
	size_t next = *at ? ev->certs[*at - 1]->next_subject
			  : ev->by_subject[name_hash(subject) % EVIDENCE_SLOTS].first;

	for (; next; next = ev->certs[next - 1]->next_subject)
		if (name_equal(ev->certs[next - 1]->cert.subject, subject)) {
			*at = next;
			return &ev->certs[next - 1]->cert;
		}
	return NULL;
}

size_t evidence_cert_count(const struct evidence *ev)
{
	return ev->cert_count;
}

const struct cert *evidence_cert_at(const struct evidence *ev, size_t i)
{
	return &ev->certs[i]->cert;
}

size_t evidence_crl_count(const struct evidence *ev)
{
	return ev->crl_count;
}

size_t evidence_ocsp_count(const struct evidence *ev)
{
	return ev->ocsp_count;
}

/* What was found out before with this key, or null. */
static const struct proof *proof_of(
	const struct proof proofs[EVIDENCE_PROOFS], const uint8_t key[SM3_SIZE])
{
	for (size_t i = 0; i < EVIDENCE_PROOFS; i++)
		if (proofs[i].known &&
			bytes_equal(BYTES_OF(proofs[i].key), bytes_make(key, SM3_SIZE)))
			return &proofs[i];
	return NULL;
}

static bool remember(struct proof proofs[EVIDENCE_PROOFS], size_t *next,
	const uint8_t key[SM3_SIZE], bool holds)
{
	struct proof *p = &proofs[(*next)++ % EVIDENCE_PROOFS];
	struct writer w = writer_over(p->key, SM3_SIZE);

	write_bytes(&w, bytes_make(key, SM3_SIZE));
	p->known = true;
	p->holds = holds;
	return holds;
}

/* The certificate as a whole is remembered, not its key: names and usage count too. */
static bool crl_holds(struct crl_item *item, const struct cert *signer, unsigned *checks)
{
	const struct proof *p = proof_of(item->proofs, signer->sm3);

	if (p)
		return p->holds;
	if (*checks == 0)
		return false;
	(*checks)--;
	return remember(item->proofs, &item->proof_next, signer->sm3,
		crl_verify(&item->crl, signer));
}

static bool ocsp_holds(
	struct ocsp_item *item, const struct cert *issuer, unsigned *checks)
{
	const struct proof *p = proof_of(item->proofs, issuer->sm3);
	struct ocsp_signer signer;
	bool holds;

	if (p)
		return p->holds;
	if (*checks == 0)
		return false;
	holds = ocsp_verify(&item->ocsp, issuer, &signer, checks);
	/* With nothing left a "no" may only mean that nobody looked. */
	if (!holds && *checks == 0)
		return false;
	return remember(item->proofs, &item->proof_next, issuer->sm3, holds);
}

/* The answers, the latest first; a full array drops its oldest. */
struct answers {
	struct evidence_answer *p;
	size_t n, max;
};

static void answer_put(struct answers *list, const struct evidence_answer *a)
{
	size_t at = list->n;

	while (at > 0 && list->p[at - 1].this_update < a->this_update)
		at--;
	if (at == list->max)
		return;
	if (list->n < list->max)
		list->n++;
	for (size_t i = list->n - 1; i > at; i--)
		list->p[i] = list->p[i - 1];
	list->p[at] = *a;
}

static void ask_ocsp(
	const struct evidence *ev, const struct evidence_query *q, struct answers *list)
{
	struct ocsp_single s;

	for (size_t i = 0; i < ev->ocsp_count; i++) {
		struct ocsp_item *item = ev->ocsps[i];

		if (!ocsp_find(&item->ocsp, q->issuer, q->cert->serial, &s) ||
			!ocsp_holds(item, q->issuer, q->checks))
			continue;
		answer_put(list, &(struct evidence_answer){.source = EVIDENCE_OCSP,
					 .status = s.status,
					 .this_update = s.this_update,
					 .next_update = s.next_update,
					 .revoked_at = s.revoked_at,
					 .reason = (enum crl_reason)s.reason,
					 .invalid_since = s.invalid_since,
					 .sm3 = item->ocsp.sm3,
					 .der = item->ocsp.der,
					 .alg = item->ocsp.sig_alg,
					 .signer = q->issuer});
	}
}

/* The CRLs that speak of the certificate and hold, the latest first. */
struct lists {
	const struct crl **p;
	bool *conflict;
	size_t n;
	const struct cert *signer;
};

static int compare_lists(const void *a, const void *b)
{
	const struct crl *x = &(*(struct crl_item *const *)a)->crl;
	const struct crl *y = &(*(struct crl_item *const *)b)->crl;

	return (y->this_update > x->this_update) - (y->this_update < x->this_update);
}

static void mark_conflicts(struct lists *l)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t j = i + 1; j < l->n; j++)
			if (bytes_equal(l->p[i]->idp, l->p[j]->idp) &&
				bytes_equal(l->p[i]->aki, l->p[j]->aki) &&
				crl_order(l->p[i], l->p[j]) == CRL_CONFLICT)
				l->conflict[i] = l->conflict[j] = true;
}

static void entry_put(struct answers *out, const struct lists *l, const struct crl *c,
	const struct crl *base, const struct crl_entry *entry, bool conflict)
{
	struct evidence_answer a = {
		.source = c->is_delta ? EVIDENCE_CRL_DELTA : EVIDENCE_CRL,
		.status = entry ? OCSP_REVOKED : OCSP_GOOD,
		.this_update = c->this_update,
		.next_update = c->next_update,
		.revoked_at = entry ? entry->revoked_at : TIME_NONE,
		.invalid_since = entry ? entry->invalid_since : TIME_NONE,
		.reason = entry ? entry->reason : CRL_UNSPECIFIED,
		.conflict = conflict,
		.sm3 = c->sm3,
		.der = c->der,
		.base = base ? base->der : (struct bytes){NULL, 0},
		.alg = c->sig_alg,
		.signer = l->signer};

	answer_put(out, &a);
}

/* A delta with the latest list it fits. Without any it still says what it lists. */
static void ask_delta(
	const struct lists *l, size_t at, struct bytes serial, struct answers *out)
{
	const struct crl *delta = l->p[at];
	struct crl_entry entry;

	for (size_t i = 0; i < l->n; i++)
		if (crl_delta_fits(l->p[i], delta)) {
			bool found = crl_find_merged(l->p[i], delta, serial, &entry);

			entry_put(out, l, delta, l->p[i], found ? &entry : NULL,
				l->conflict[i] || l->conflict[at]);
			return;
		}
	if (crl_find(delta, serial, &entry) && entry.reason != CRL_REMOVE)
		entry_put(out, l, delta, NULL, &entry, l->conflict[at]);
}

static void ask_lists(const struct lists *l, struct bytes serial, struct answers *out)
{
	struct crl_entry entry;

	for (size_t i = 0; i < l->n; i++) {
		if (l->p[i]->is_delta)
			ask_delta(l, i, serial, out);
		else
			entry_put(out, l, l->p[i], NULL,
				crl_find(l->p[i], serial, &entry) ? &entry : NULL,
				l->conflict[i]);
	}
}

static void ask_crls(
	const struct evidence *ev, const struct evidence_query *q, struct answers *out)
{
	const struct cert *signer = q->signer ? q->signer : q->issuer;
	AUTO_MEM struct crl_item **found =
		mem_alloc((ev->crl_count + 1) * sizeof(struct crl_item *));
	AUTO_MEM const struct crl **held =
		mem_alloc((ev->crl_count + 1) * sizeof(struct crl *));
	AUTO_MEM bool *conflict = mem_alloc((ev->crl_count + 1) * sizeof(bool));
	struct lists l = {.p = held, .conflict = conflict, .signer = signer};
	size_t n = 0;

	for (size_t i = 0; i < ev->crl_count; i++)
		if (crl_covers(&ev->crls[i]->crl, q->cert))
			found[n++] = ev->crls[i];
	/* The latest first, so that a flood of old lists cannot use up the checks. */
	qsort(found, n, sizeof *found, compare_lists);
	for (size_t i = 0; i < n; i++)
		if (crl_holds(found[i], signer, q->checks))
			held[l.n++] = &found[i]->crl;
	mark_conflicts(&l);
	ask_lists(&l, q->cert->serial, out);
}

size_t evidence_answers(const struct evidence *ev, const struct evidence_query *q,
	struct evidence_answer *out, size_t max)
{
	struct answers list = {.p = out, .max = max};

	ask_ocsp(ev, q, &list);
	ask_crls(ev, q, &list);
	return list.n;
}

bool evidence_mentions(const struct evidence *ev, const struct cert *cert)
{
	for (size_t i = 0; i < ev->crl_count; i++)
		if (name_equal(ev->crls[i]->crl.issuer, cert->issuer))
			return true;
	for (size_t i = 0; i < ev->ocsp_count; i++) {
		struct bytes rest = ev->ocsps[i]->ocsp.singles;
		struct ocsp_single s;

		while (ocsp_next(&rest, &s))
			if (bytes_equal(s.id.serial, cert->serial))
				return true;
	}
	return false;
}
