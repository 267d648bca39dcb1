/* ers_judge: judging an evidence record, from its last stamp back to its first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ers.h"

#include <stdlib.h>

#include "base/time.h"
#include "doc/timestamp.h"

#define RULE_FORM "RFC 4998 §3.1"
#define RULE_TREE "RFC 4998 §4.3"

struct walk {
	struct report_signature *s;
	const struct judge *j;
	const struct ers *r;
	const struct ers_group *group;
	int64_t at;  /* what was walked over so far is proven to exist since */
	bool proven; /* … and that by an independent stamp */
};

static bool fail(
	struct walk *w, enum check_id id, enum sub sub, const char *rule, enum msg msg)
{
	verdict_fail(&w->s->verdict, id, sub, rule, say(w->j->arena, w->j->lang, msg));
	return false;
}

/* --- the tree -------------------------------------------------------------------------
 */

/* A run of OCTET STRING as an array with room for one more; its form was checked. */
static struct bytes *hashes_of(struct arena *a, struct bytes list, size_t *count)
{
	struct bytes *out, hash;
	size_t n = 0;
	struct err e;

	for (struct bytes run = list; run.n; n++)
		if (!der_take(&run, DER_OCTET_STRING, &hash, &e))
			break;
	out = ARENA_ARRAY(a, n + 1, struct bytes);
	for (size_t i = 0; i < n && der_take(&list, DER_OCTET_STRING, &out[i], &e); i++)
		;
	*count = n;
	return out;
}

/* Up the tree: each list with the digest of the one below it. */
//= RFC 4998 §4.3: concatenate in binary ascending order, hash, add to the next list
static void climb(struct arena *a, enum digest_alg alg, struct bytes lists, uint8_t *out)
{
	struct bytes list;
	size_t count;
	struct err e;

	while (lists.n && der_take(&lists, DER_SEQUENCE, &list, &e)) {
		struct bytes *all = hashes_of(a, list, &count);

		all[count++] = arena_dup(a, bytes_make(out, digest_size(alg)));
		ers_root(alg, all, &count, out);
	}
}

static int compare(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

/* Is the first list these digests and no others? (Both are sorted by ers_root.) */
//= RFC 4998 §5.3: of a group, only the hashes of its objects stand in the first list
static bool same_lists(
	const struct bytes *a, size_t a_count, const struct bytes *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (!bytes_equal(a[i], b[i]))
			return false;
	return true;
}

/* The digests of the objects as chain k has them in its tree. */
static bool leaves(struct walk *w, size_t k, struct bytes **out, struct err *e)
{
	const struct ers_chain *c = &w->r->chains[k];
	size_t size = digest_size(c->alg);
	struct arena *a = w->j->arena;
	struct bytes *list = ARENA_ARRAY(a, w->group->count, struct bytes);
	uint8_t before[DIGEST_MAX];

	if (k)
		digest_of(c->alg, ers_sequence(a, w->r, k), before);
	for (size_t i = 0; i < w->group->count; i++) {
		uint8_t *hash = (uint8_t *)arena_alloc(a, size);

		if (!w->group->digest(w->group->ctx, i, c->alg, hash, e))
			return false;
		if (k)
			ers_renewed(c->alg, hash, before, hash);
		list[i] = bytes_make(hash, size);
	}
	*out = list;
	return true;
}

/* The root that the first stamp of chain k must stamp. *holds: the objects are there. */
static bool root_of_objects(
	struct walk *w, size_t k, uint8_t *root, bool *holds, struct err *e)
{
	const struct ers_chain *c = &w->r->chains[k];
	struct bytes lists = c->stamps[0].lists, first, *mine, *theirs;
	size_t mine_count = w->group->count, theirs_count;
	struct arena *a = w->j->arena;

	if (!leaves(w, k, &mine, e))
		return false;
	ers_root(c->alg, mine, &mine_count, root);
	*holds = true;
	if (lists.n == 0) {
		/* Without a tree a stamp is over one object alone. */
		*holds = mine_count == 1;
		return true;
	}
	if (!der_take(&lists, DER_SEQUENCE, &first, e))
		return false;
	theirs = hashes_of(a, first, &theirs_count);
	if (w->group->count > 1) {
		uint8_t ignored[DIGEST_MAX];

		if (theirs_count)
			ers_root(c->alg, theirs, &theirs_count, ignored);
		*holds = same_lists(mine, mine_count, theirs, theirs_count);
	} else {
		qsort(theirs, theirs_count, sizeof *theirs, compare);
		*holds = bsearch(mine, theirs, theirs_count, sizeof *theirs, compare);
		ers_root(c->alg, theirs, &theirs_count, root);
	}
	climb(a, c->alg, lists, root);
	return true;
}

/* The root a later stamp of a chain must stamp: over the stamp before it. */
//= RFC 4998 §5.2: the new stamp's tree holds the hash of the timeStamp field before it
static bool root_of_stamp(
	struct walk *w, const struct ers_chain *c, size_t m, uint8_t *root)
{
	struct bytes lists = c->stamps[m].lists, first, *list;
	size_t size = digest_size(c->alg), count;
	bool found = false;
	struct err e;

	digest_of(c->alg, c->stamps[m - 1].token, root);
	if (lists.n == 0)
		return true;
	if (!der_take(&lists, DER_SEQUENCE, &first, &e))
		return false;
	list = hashes_of(w->j->arena, first, &count);
	for (size_t i = 0; i < count; i++)
		found = found || bytes_equal(list[i], bytes_make(root, size));
	if (!found)
		return false;
	ers_root(c->alg, list, &count, root);
	climb(w->j->arena, c->alg, lists, root);
	return true;
}

/* --- the walk -------------------------------------------------------------------------
 */

/* One stamp over a root; moves w->at to its time. `chain_at`: since when the chain as a
 * whole is proven, which is what its digest must have been sound until. */
static bool judge_stamp(struct walk *w, const struct ers_chain *c, size_t m,
	const uint8_t *root, int64_t chain_at)
{
	struct proof_time proof = {.at = w->at};
	struct judge own = *w->j;
	const struct verdict *v = &w->s->verdict;

	own.file_at = w->at < w->j->now ? w->at : 0;
	timestamp_judge_imprint(w->s, &own, c->stamps[m].token,
		&(struct timestamp_imprint){
			c->alg, bytes_make(root, digest_size(c->alg)), chain_at},
		&proof);
	if (v->checks[CHECK_TIMESTAMP_VALUE].result != CHECK_PASSED ||
		v->checks[CHECK_TIMESTAMP_IMPRINT].result != CHECK_PASSED)
		return false;
	//= RFC 4998 §5.3: each stamp must have been made before the one that stamps it
	if (w->s->stamped > w->at)
		return fail(w, CHECK_TIMESTAMP_VALUE, SUB_TIMESTAMP_ORDER_FAILURE,
			"RFC 4998 §5.3", MSG_ERS_ORDER);
	w->proven = proof.is_proven;
	w->at = proof.at;
	return true;
}

/* *good: the chain holds. */
static bool judge_chain(struct walk *w, size_t k, bool *good, struct err *e)
{
	const struct ers_chain *c = &w->r->chains[k];
	int64_t chain_at = w->at;
	uint8_t root[DIGEST_MAX];

	*good = false;
	if (!c->alg_known) {
		verdict_skip(&w->s->verdict, CHECK_DIGEST_FILES,
			SUB_CRYPTO_CONSTRAINTS_FAILURE, RULE_TREE,
			say(w->j->arena, w->j->lang, MSG_ERS_ALGORITHM));
		return true;
	}
	for (size_t m = c->count; m-- > 0;) {
		bool holds = true;

		if (m == 0 && !root_of_objects(w, k, root, &holds, e))
			return false;
		if (m > 0)
			holds = root_of_stamp(w, c, m, root);
		if (!holds) {
			fail(w, CHECK_DIGEST_FILES, SUB_HASH_FAILURE, RULE_TREE,
				m ? MSG_ERS_STAMP_MISSING : MSG_ERS_OBJECTS_DIFFER);
			return true;
		}
		if (!judge_stamp(w, c, m, root, chain_at))
			return true;
	}
	verdict_pass(&w->s->verdict, CHECK_DIGEST_FILES, RULE_TREE,
		say(w->j->arena, w->j->lang, MSG_ERS_CHAIN_GOOD, digest_name(c->alg),
			arena_printf(w->j->arena, "%zu", w->group->count),
			arena_printf(w->j->arena, "%zu", c->count)));
	*good = true;
	return true;
}

bool ers_judge(struct report_signature *s, const struct judge *j, const struct ers *r,
	const struct ers_group *group, struct proof_time *proof, struct err *e)
{
	struct walk w = {
		.s = s, .j = j, .r = r, .group = group, .at = judge_file_time(j)};
	bool good = true;

	verdict_pass(&s->verdict, CHECK_FORMAT, RULE_FORM, "");
	*proof = (struct proof_time){.at = j->now, .claimed = TIME_NONE};
	for (size_t k = r->count; good && k-- > 0;)
		if (!judge_chain(&w, k, &good, e))
			return false;
	if (!good)
		return true;
	s->claimed = TIME_NONE;
	if (w.proven) {
		proof->at = w.at;
		proof->is_proven = true;
	}
	return true;
}
