/* ers_read: evidence records, read; and what reading and writing compute alike.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ers.h"

#include <stdlib.h>

#include "doc/cms_read.h"
#include "doc/timestamp.h"
#include "pki/sig_alg.h"

/* --- the tree -------------------------------------------------------------------------
 */

static int compare(const void *a, const void *b)
{
	return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

void ers_root(enum digest_alg alg, struct bytes *list, size_t *count, uint8_t *out)
{
	AUTO(digest) d = digest_new(alg);
	size_t n = 0;

	//= RFC 4998 §4.2: hashes of a list are sorted binary ascending, concatenated and hashed
	if (*count)
		qsort(list, *count, sizeof *list, compare);
	for (size_t i = 0; i < *count; i++)
		if (i == 0 || !bytes_equal(list[n - 1], list[i]))
			list[n++] = list[i];
	*count = n;
	if (n == 1) {
		struct writer w = writer_over(out, digest_size(alg));

		write_bytes(&w, list[0]);
		return;
	}
	for (size_t i = 0; i < n; i++)
		digest_put(d, list[i]);
	digest_finish(d, out);
}

struct bytes ers_sequence(struct arena *a, const struct ers *r, size_t count)
{
	struct writer w;
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += r->chains[i].whole.n;
	w = writer_in(a, n + 16);
	der_put_head(&w, DER_SEQUENCE, n);
	for (size_t i = 0; i < count; i++)
		write_bytes(&w, r->chains[i].whole);
	return writer_bytes(&w);
}

void ers_renewed(
	enum digest_alg alg, const uint8_t *object, const uint8_t *sequence, uint8_t *out)
{
	AUTO(digest) d = digest_new(alg);

	//= RFC 4998 §5.2: h(i)' = H( h(i) concatenated with ha(i) )
	digest_put(d, bytes_make(object, digest_size(alg)));
	digest_put(d, bytes_make(sequence, digest_size(alg)));
	digest_finish(d, out);
}

/* --- reading --------------------------------------------------------------------------
 */

/* PartialHashtrees: every one a list of octet strings of one length. */
static bool check_lists(struct bytes lists, struct err *e)
{
	struct bytes list, hash;
	size_t size = 0, count = 0;

	do {
		if (++count > ERS_LISTS_MAX)
			return err_set(e, ERR_TOO_LARGE, "more than %d lists of hashes",
				ERS_LISTS_MAX);
		if (!der_take(&lists, DER_SEQUENCE, &list, e))
			return false;
		while (list.n) {
			if (!der_take(&list, DER_OCTET_STRING, &hash, e))
				return false;
			if (hash.n == 0 || (size && hash.n != size))
				return err_set(
					e, ERR_MALFORMED, "hashes of several lengths");
			size = hash.n;
		}
	} while (lists.n);
	return true;
}

/* The algorithm of an imprint, where a stamp names no other. */
static bool imprint_alg(struct bytes token, struct bytes *oid, struct err *e)
{
	struct timestamp t;
	struct cms c;

	if (!cms_read(&c, token, e))
		return false;
	if (c.kind != CMS_SIGNED)
		return err_set(e, ERR_MALFORMED, "not SignedData");
	if (!timestamp_read(&t, c.content.octets, e))
		return false;
	*oid = t.imprint_oid;
	return true;
}

//= RFC 4998 §4.1: digestAlgorithm [0], attributes [1], reducedHashtree [2], timeStamp
static bool read_stamp(
	struct bytes *in, struct ers_stamp *out, struct bytes *alg, struct err *e)
{
	struct bytes body, part, params;
	struct ers_stamp s = {.token = {NULL, 0}};
	bool named, there;

	if (!der_take(in, DER_SEQUENCE, &body, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &part, &named, e))
		return false;
	if (named && (!der_oid(&part, alg, e) ||
			     (part.n && !der_take(&part, DER_NULL, &params, e)) ||
			     !der_end(part, e)))
		return err_in(e, "digestAlgorithm");
	if (!der_take_optional(&body, DER_CONTEXT(1), &part, &there, e) ||
		!der_take_optional(&body, DER_CONTEXT(2), &s.lists, &there, e))
		return false;
	if (there && !check_lists(s.lists, e))
		return err_in(e, "reducedHashtree");
	if (!der_take_whole(&body, DER_SEQUENCE, &s.token, e) || !der_end(body, e))
		return err_in(e, "timeStamp");
	if (!named && !imprint_alg(s.token, alg, e))
		return err_in(e, "timeStamp");
	*out = s;
	return true;
}

static bool read_chain(struct arena *a, struct ers_chain *out, struct bytes in,
	size_t *left, struct err *e)
{
	struct bytes alg = {NULL, 0}, first = {NULL, 0};
	struct ers_chain c = {.whole = {NULL, 0}};
	size_t n = 0;

	for (struct bytes run = in; run.n; n++) {
		struct der d;

		if (!der_next(&run, &d, e))
			return false;
	}
	if (n == 0)
		return err_set(e, ERR_MALFORMED, "a chain without stamps");
	if (n > *left)
		return err_set(e, ERR_TOO_LARGE, "more than %d stamps", ERS_STAMPS_MAX);
	*left -= n;
	c.stamps = ARENA_ARRAY(a, n, struct ers_stamp);
	for (; c.count < n; c.count++) {
		if (!read_stamp(&in, &c.stamps[c.count], &alg, e))
			return false;
		if (c.count == 0)
			first = alg;
		//= RFC 4998 §5.1: within a chain all stamps use the same hash algorithm
		if (!bytes_equal(first, alg))
			return err_set(e, ERR_MALFORMED,
				"one chain with several digest algorithms");
	}
	c.alg_known = digest_of_oid(&c.alg, first);
	*out = c;
	return true;
}

static bool read_algorithms(struct bytes algs, struct err *e)
{
	struct bytes oid, params;

	while (algs.n)
		if (!der_algorithm(&algs, &oid, &params, e))
			return err_in(e, "digestAlgorithms");
	return true;
}

//= RFC 4998 §3.1: version 1, digestAlgorithms, cryptoInfos [0], encryptionInfo [1], sequence
static bool read_head(struct bytes der, struct bytes *sequence, struct err *e)
{
	struct bytes in, algs, part;
	uint32_t version;
	bool there;

	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 100, &version, e))
		return false;
	if (version != 1)
		return err_set(e, ERR_UNSUPPORTED, "version %u", version);
	if (!der_take(&in, DER_SEQUENCE, &algs, e) || !read_algorithms(algs, e) ||
		!der_take_optional(&in, DER_CONTEXT(0), &part, &there, e) ||
		!der_take_optional(&in, DER_CONTEXT(1), &part, &there, e))
		return false;
	if (there)
		return err_set(e, ERR_UNSUPPORTED, "a record over encrypted objects");
	return der_take(&in, DER_SEQUENCE, sequence, e) && der_end(in, e);
}

static bool read_chains(struct arena *a, struct ers *r, struct bytes run, struct err *e)
{
	size_t left = ERS_STAMPS_MAX;

	r->chains = ARENA_ARRAY(a, ERS_CHAINS_MAX, struct ers_chain);
	while (run.n) {
		struct bytes before = run, in;
		struct ers_chain *c = &r->chains[r->count];

		if (r->count == ERS_CHAINS_MAX)
			return err_set(
				e, ERR_TOO_LARGE, "more than %d chains", ERS_CHAINS_MAX);
		if (!der_take(&run, DER_SEQUENCE, &in, e) ||
			!read_chain(a, c, in, &left, e))
			return err_in(e, "archiveTimeStampSequence");
		c->whole = bytes_head(before, before.n - run.n);
		r->count++;
	}
	if (r->count == 0)
		return err_set(e, ERR_MALFORMED, "no time stamp at all");
	return true;
}

bool ers_read(struct ers **out, struct arena *a, struct bytes der, struct err *e)
{
	struct ers *r = ARENA_NEW(a, struct ers);
	struct bytes sequence;

	if (der.n > ERS_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "an evidence record beyond %d octets", ERS_MAX);
	r->der = der;
	if (!read_head(der, &sequence, e) || !read_chains(a, r, sequence, e))
		return err_in(e, "EvidenceRecord");
	*out = r;
	return true;
}
