/* ers_write: see ers_write.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ers_write.h"

#include "doc/cms_parts.h"

static bool ask(struct arena *a, struct bytes *token, enum digest_alg alg,
	const uint8_t *root, const struct stamper *stamper, struct err *e)
{
	if (stamper->alg != alg)
		return err_set(e, ERR_USAGE, "a stamper of another digest");
	return stamper->stamp(
		stamper->ctx, a, bytes_make(root, digest_size(alg)), token, e);
}

/* --- writing parts --------------------------------------------------------------------
 */

/* A context tag around the content of an AlgorithmIdentifier (implicit tagging). */
static void put_alg_tagged(struct writer *w, enum digest_alg alg)
{
	size_t at = der_open(w, DER_CONTEXT(0));

	der_put_oid(w, cms_digest_oid(alg));
	der_close(w, at);
}

/* An ArchiveTimeStamp; a list of none: without a tree. */
static void put_stamp(struct writer *w, enum digest_alg alg, const struct bytes *list,
	size_t count, struct bytes token)
{
	size_t stamp = der_open(w, DER_SEQUENCE), tree, part;

	put_alg_tagged(w, alg);
	if (count > 1) {
		tree = der_open(w, DER_CONTEXT(2));
		part = der_open(w, DER_SEQUENCE);
		for (size_t i = 0; i < count; i++)
			der_put(w, DER_OCTET_STRING, list[i]);
		der_close(w, part);
		der_close(w, tree);
	}
	write_bytes(w, token);
	der_close(w, stamp);
}

static struct bytes new_chain(struct arena *a, enum digest_alg alg,
	const struct bytes *list, size_t count, struct bytes token)
{
	struct writer w = writer_in(a, token.n + count * (DIGEST_MAX + 4) + 64);
	size_t chain = der_open(&w, DER_SEQUENCE);

	put_stamp(&w, alg, list, count, token);
	der_close(&w, chain);
	return writer_bytes(&w);
}

static struct bytes new_record(
	struct arena *a, const bool algs[DIGEST_COUNT], struct bytes chains)
{
	struct writer w = writer_in(a, chains.n + 256);
	size_t record = der_open(&w, DER_SEQUENCE), list;

	der_put_small(&w, DER_INTEGER, 1);
	list = der_open(&w, DER_SEQUENCE);
	for (enum digest_alg alg = 0; alg < DIGEST_COUNT; alg++)
		if (algs[alg])
			der_put_algorithm(&w, cms_digest_oid(alg), false);
	der_close(&w, list);
	der_put(&w, DER_SEQUENCE, chains);
	der_close(&w, record);
	return writer_bytes(&w);
}

/* --- the objects ----------------------------------------------------------------------
 */

/* Digests of the objects, sorted, and their root. before: digest of the sequence that is
 * renewed, or null. */
static bool gather(struct arena *a, enum digest_alg alg, const struct ers_group *group,
	const uint8_t *before, struct bytes **list, size_t *count, uint8_t *root,
	struct err *e)
{
	size_t size = digest_size(alg);
	struct bytes *all = ARENA_ARRAY(a, group->count, struct bytes);

	if (group->count == 0)
		return err_set(e, ERR_USAGE, "no object to prove");
	for (size_t i = 0; i < group->count; i++) {
		uint8_t *hash = (uint8_t *)arena_alloc(a, size);

		if (!group->digest(group->ctx, i, alg, hash, e))
			return false;
		if (before)
			ers_renewed(alg, hash, before, hash);
		all[i] = bytes_make(hash, size);
	}
	*count = group->count;
	ers_root(alg, all, count, root);
	*list = all;
	return true;
}

bool ers_make(struct arena *a, struct bytes *out, enum digest_alg alg,
	const struct ers_group *group, const struct stamper *stamper, struct err *e)
{
	bool algs[DIGEST_COUNT] = {false};
	struct bytes *list, token;
	uint8_t root[DIGEST_MAX];
	size_t count;

	if (!gather(a, alg, group, NULL, &list, &count, root, e) ||
		!ask(a, &token, alg, root, stamper, e))
		return false;
	algs[alg] = true;
	*out = new_record(a, algs, new_chain(a, alg, list, count, token));
	return true;
}

/* --- renewing -------------------------------------------------------------------------
 */

/* The sequence anew: the last token replaced by `token`, `stamp` behind it in its chain,
 * `chain` behind all; each may be empty. */
static struct bytes rebuild(struct arena *a, const struct ers *r, struct bytes token,
	struct bytes stamp, struct bytes chain)
{
	const struct ers_chain *last = &r->chains[r->count - 1];
	struct bytes old = last->stamps[last->count - 1].token, in = last->whole, body;
	struct writer w = writer_in(a, r->der.n + token.n + stamp.n + chain.n + 256);
	size_t at, stamp_at;
	struct err e;

	for (size_t i = 0; i + 1 < r->count; i++)
		write_bytes(&w, r->chains[i].whole);
	at = der_open(&w, DER_SEQUENCE);
	if (!der_only(in, DER_SEQUENCE, &body, &e))
		return (struct bytes){NULL, 0};
	for (size_t i = 0; i < last->count; i++) {
		struct bytes whole;

		if (!der_take_whole(&body, DER_SEQUENCE, &whole, &e))
			return (struct bytes){NULL, 0};
		if (i + 1 < last->count) {
			write_bytes(&w, whole);
			continue;
		}
		/* The token is the last field: all before it stays as it was. */
		if (!der_only(whole, DER_SEQUENCE, &in, &e))
			return (struct bytes){NULL, 0};
		stamp_at = der_open(&w, DER_SEQUENCE);
		write_bytes(&w, bytes_head(in, in.n - old.n));
		write_bytes(&w, token);
		der_close(&w, stamp_at);
	}
	write_bytes(&w, stamp);
	der_close(&w, at);
	write_bytes(&w, chain);
	return writer_bytes(&w);
}

/* The last token with what is to be kept inside. */
static bool keep_in_last(struct arena *a, struct bytes *token, const struct ers *r,
	const struct timestamp_kept *kept, struct err *e)
{
	const struct ers_chain *last = &r->chains[r->count - 1];

	return timestamp_keep(a, token, last->stamps[last->count - 1].token, kept, e);
}

static void algs_of(bool algs[DIGEST_COUNT], const struct ers *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->chains[i].alg_known)
			algs[r->chains[i].alg] = true;
}

//= RFC 4998 §5.2: time stamp renewal stamps the hash of the last timeStamp field
bool ers_renew(struct arena *a, struct bytes *out, const struct ers *r,
	const struct timestamp_kept *kept, const struct stamper *stamper, struct err *e)
{
	const struct ers_chain *last = &r->chains[r->count - 1];
	struct bytes token, fresh, none = {NULL, 0};
	bool algs[DIGEST_COUNT] = {false};
	uint8_t root[DIGEST_MAX];
	struct writer w;

	if (!last->alg_known)
		return err_set(e, ERR_UNSUPPORTED, "a digest not known here");
	if (!keep_in_last(a, &token, r, kept, e))
		return false;
	digest_of(last->alg, token, root);
	if (!ask(a, &fresh, last->alg, root, stamper, e))
		return false;
	w = writer_in(a, fresh.n + 64);
	put_stamp(&w, last->alg, NULL, 0, fresh);
	algs_of(algs, r);
	*out = new_record(a, algs, rebuild(a, r, token, writer_bytes(&w), none));
	return true;
}

bool ers_renew_tree(struct arena *a, struct bytes *out, const struct ers *r,
	enum digest_alg alg, const struct ers_group *group,
	const struct timestamp_kept *kept, const struct stamper *stamper, struct err *e)
{
	struct bytes token, fresh, chains, all, none = {NULL, 0}, *list;
	bool algs[DIGEST_COUNT] = {false};
	uint8_t root[DIGEST_MAX], before[DIGEST_MAX];
	struct writer w;
	size_t count;

	if (!keep_in_last(a, &token, r, kept, e))
		return false;
	chains = rebuild(a, r, token, none, none);
	w = writer_in(a, chains.n + 16);
	der_put(&w, DER_SEQUENCE, chains);
	//= RFC 4998 §5.2: ha(i) is the hash of the DER of the sequence so far
	digest_of(alg, writer_bytes(&w), before);
	if (!gather(a, alg, group, before, &list, &count, root, e) ||
		!ask(a, &fresh, alg, root, stamper, e))
		return false;
	all = new_chain(a, alg, list, count, fresh);
	w = writer_in(a, chains.n + all.n);
	write_bytes(&w, chains);
	write_bytes(&w, all);
	algs_of(algs, r);
	algs[alg] = true;
	*out = new_record(a, algs, writer_bytes(&w));
	return true;
}
