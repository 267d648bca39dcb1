/* chain: a search with an explicit stack, the likeliest issuers first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/chain.h"

#include "pki/chain_rules.h"
#include "pki/name.h"

struct candidate {
	const struct cert *cert;
	const struct trust_anchor *anchor; /* null: not in the store */
	unsigned rank;                     /* smaller is tried earlier */
};

/* The issuers of one certificate of the path. */
struct level {
	struct candidate list[CHAIN_ISSUERS_MAX];
	size_t count, next;
	bool verified; /* at least one issuer's key did */
};

struct search {
	const struct chain_request *r;
	struct chain *best;
	const uint64_t *anchor_hashes;
	unsigned *checks;
	unsigned paths_left;
	size_t depth; /* certificates on the path; levels[depth - 1] is the top's */
	size_t fault_depth;
	const struct cert *path[CHAIN_MAX];
	struct level levels[CHAIN_MAX];
};

bool chain_is_valid_at(const struct cert *const *path, size_t count, int64_t at)
{
	for (size_t i = 0; i < count; i++)
		if (at < path[i]->not_before || at > path[i]->not_after)
			return false;
	return true;
}

static const struct cert *top(const struct search *s)
{
	return s->path[s->depth - 1];
}

/* Keeps the more telling of two faults; of equal ones that further up. */
static void note(struct search *s, enum chain_fault fault)
{
	struct chain *best = s->best;

	if (best->anchor || fault < best->fault ||
		(fault == best->fault && s->depth <= s->fault_depth))
		return;
	best->fault = fault;
	best->culprit = top(s);
	best->count = s->depth;
	s->fault_depth = s->depth;
	for (size_t i = 0; i < s->depth; i++)
		best->path[i] = s->path[i];
}

/* A path that ends in the store. True when nothing better can be found. */
static bool complete(struct search *s, size_t count, const struct trust_anchor *anchor)
{
	const struct chain_request *r = s->r;
	struct chain *best = s->best;
	size_t culprit = 0;
	enum chain_fault fault = chain_rules(s->path, count, anchor, r->purpose,
		r->trust->allow_demonstration, &culprit);

	/* The first good path stays unless a later one is also valid in time. */
	if (!best->anchor || (best->fault && !fault) ||
		(!best->fault && !fault && chain_is_valid_at(s->path, count, r->at))) {
		*best = (struct chain){.fault = fault,
			.culprit = fault ? s->path[culprit] : NULL,
			.anchor = anchor,
			.count = count};
		for (size_t i = 0; i < count; i++)
			best->path[i] = s->path[i];
	}
	s->paths_left--;
	return s->paths_left == 0 || (!fault && chain_is_valid_at(s->path, count, r->at));
}

/* --- who may have issued the top -----------------------------------------------------
 */

static bool on_path(const struct search *s, const struct cert *c)
{
	for (size_t i = 0; i < s->depth; i++)
		if (cert_equal(s->path[i], c) ||
			(name_equal(s->path[i]->subject, c->subject) &&
				pubkey_equal(&s->path[i]->key, &c->key) && i > 0))
			return true;
	return false;
}

static unsigned rank_of(const struct search *s, const struct cert *c)
{
	const struct cert *child = top(s);
	unsigned rank = 0;

	/* Key identifiers are a hint: a CA that reissues itself gets them wrong. */
	if (child->aki.n && c->ski.n)
		rank += bytes_equal(child->aki, c->ski) ? 0 : 8;
	else
		rank += 4;
	if (!c->is_ca && c->extensions.n)
		rank += 2;
	if (!chain_is_valid_at(&c, 1, s->r->at))
		rank += 1;
	return rank;
}

static void offer(struct level *l, const struct candidate *c)
{
	size_t i;

	if (l->count == CHAIN_ISSUERS_MAX) {
		if (l->list[l->count - 1].rank <= c->rank)
			return;
		l->count--;
	}
	for (i = l->count++; i > 0 && l->list[i - 1].rank > c->rank; i--)
		l->list[i] = l->list[i - 1];
	l->list[i] = *c;
}

enum { RANK_EXTRA = 100, RANK_EVIDENCE = 200, RANK_OTHER_PURPOSE = 50 };

static void offer_anchors(struct search *s, struct level *l)
{
	const struct trust *t = s->r->trust;
	struct bytes name = top(s)->issuer;
	uint64_t hash = name_hash(name);

	for (size_t i = 0; i < t->count; i++) {
		const struct trust_anchor *anchor = &t->anchors[i];
		struct candidate c = {&anchor->cert, anchor, 0};

		if (s->anchor_hashes[i] != hash ||
			!name_equal(anchor->cert.subject, name) ||
			!anchor->cert.key_known || on_path(s, &anchor->cert))
			continue;
		c.rank = rank_of(s, c.cert) +
			 (anchor->purposes & s->r->purpose ? 0 : RANK_OTHER_PURPOSE);
		offer(l, &c);
	}
}

/* The store's own word on a CA is not gone round by way of a copy of its certificate. */
static bool in_store(const struct level *l, const struct cert *c)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].anchor && pubkey_equal(&l->list[i].cert->key, &c->key))
			return true;
	return false;
}

static void offer_bag(
	struct search *s, struct level *l, const struct evidence *bag, unsigned rank)
{
	const struct cert *cert;
	size_t at = 0;

	while (bag && (cert = evidence_cert_by_subject(bag, top(s)->issuer, &at))) {
		struct candidate c = {cert, NULL, 0};

		if (!cert->key_known)
			continue;
		c.rank = rank + rank_of(s, cert);
		/* Asking the path is the dearest question, so it comes last. */
		if ((l->count < CHAIN_ISSUERS_MAX ||
			    l->list[l->count - 1].rank > c.rank) &&
			!in_store(l, cert) && !on_path(s, cert))
			offer(l, &c);
	}
}

/* Puts a certificate on the path and looks who could be above it. */
static void climb(struct search *s, const struct cert *c)
{
	struct level *l = &s->levels[s->depth];

	s->path[s->depth++] = c;
	*l = (struct level){.count = 0};
	if (s->depth == CHAIN_MAX) {
		note(s, CHAIN_TOO_LONG);
		return;
	}
	if (!c->sig_alg_known) {
		note(s, CHAIN_ALGORITHM);
		return;
	}
	offer_anchors(s, l);
	offer_bag(s, l, s->r->extras, RANK_EXTRA);
	offer_bag(s, l, s->r->evidence, RANK_EVIDENCE);
	if (l->count == 0)
		note(s, CHAIN_NO_ISSUER);
}

/* Tries the next issuer of the top. True when the search is over. */
static bool try_next(struct search *s)
{
	struct level *l = &s->levels[s->depth - 1];
	const struct candidate *c = &l->list[l->next++];

	if (*s->checks == 0) {
		note(s, CHAIN_TOO_MUCH);
		return true;
	}
	(*s->checks)--;
	if (!cert_verify(top(s), &c->cert->key))
		return false;
	l->verified = true;
	if (!c->anchor) {
		climb(s, c->cert);
		return false;
	}
	s->path[s->depth] = c->cert;
	return complete(s, s->depth + 1, c->anchor);
}

static void leave(struct search *s)
{
	const struct level *l = &s->levels[s->depth - 1];

	if (l->count && !l->verified)
		note(s, CHAIN_SIGNATURE);
	s->depth--;
}

static bool is_pinned(struct search *s)
{
	const struct trust *t = s->r->trust;

	s->path[0] = s->r->cert;
	for (size_t i = 0; i < t->count; i++)
		if (cert_equal(&t->anchors[i].cert, s->r->cert) &&
			complete(s, 1, &t->anchors[i]))
			return true;
	return s->best->anchor != NULL;
}

void chain_find(struct chain *out, struct arena *a, const struct chain_request *r,
	unsigned *checks)
{
	struct search *s = ARENA_NEW(a, struct search);
	uint64_t *hashes = ARENA_ARRAY(a, r->trust->count, uint64_t);

	*out = (struct chain){.fault = CHAIN_GOOD};
	*s = (struct search){.r = r,
		.best = out,
		.anchor_hashes = hashes,
		.checks = checks,
		.paths_left = CHAIN_PATHS_MAX};
	/* A leaf that stands in the store itself needs nobody above it. */
	if (is_pinned(s))
		return;
	for (size_t i = 0; i < r->trust->count; i++)
		hashes[i] = name_hash(r->trust->anchors[i].cert.subject);
	climb(s, r->cert);
	while (s->depth > 0) {
		struct level *l = &s->levels[s->depth - 1];

		if (l->next == l->count)
			leave(s);
		else if (try_next(s))
			return;
	}
}
