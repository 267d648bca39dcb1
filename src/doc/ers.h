/* ers: evidence records of RFC 4998: a hash tree over objects, a time stamp over its
 * root, and further stamps over stamps as algorithms and authorities age.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A record protects a group of objects, which it names by digests only: whoever holds the
 * record brings the objects. Its sequence has chains, one for each digest algorithm in
 * turn; a chain has archive time stamps, each of which stamps the one before it. The
 * first stamp of a later chain stamps the objects anew, together with all chains before.
 */
#ifndef QY_DOC_ERS_H
#define QY_DOC_ERS_H

#include "doc/report.h"

enum {
	ERS_MAX = 16 << 20,
	ERS_CHAINS_MAX = 32,
	ERS_STAMPS_MAX = 256, /* in all chains together */
	ERS_LISTS_MAX = 64    /* levels of a hash tree */
};

struct ers_stamp {
	struct bytes
		lists; /* content of the reduced hash tree; empty when there is none */
	struct bytes token; /* ContentInfo, whole */
};

struct ers_chain {
	struct bytes whole;
	enum digest_alg alg;
	bool alg_known; /* else nothing of this chain can be checked */
	struct ers_stamp *stamps;
	size_t count; /* at least 1 */
};

struct ers {
	struct bytes der;
	struct ers_chain *chains;
	size_t count; /* at least 1 */
};

/* Reads a record of at most ERS_MAX octets; what is read points into der. ERR_MALFORMED,
 * ERR_TOO_LARGE, ERR_UNSUPPORTED for encrypted objects (encryptionInfo). */
MUST_USE bool ers_read(
	struct ers **out, struct arena *a, struct bytes der, struct err *e);

/* The objects of a group, which need not be in memory. */
struct ers_group {
	size_t count; /* at least 1 */
	/* Writes the digest of object i, digest_size(alg) octets. */
	bool (*digest)(
		void *ctx, size_t i, enum digest_alg alg, uint8_t *out, struct err *e);
	void *ctx;
};

/* Judges the record over its group into s: format, digest.files (does the tree hold
 * exactly these objects?), timestamp.value and timestamp.imprint of every stamp, from the
 * last back to the first, each as of when the next one proves it to exist; the last as of
 * judge_file_time(j). *proof becomes since when the objects are proven to exist: not
 * proven unless every stamp holds and the first is by an independent authority. False
 * when a digest could not be computed. */
MUST_USE bool ers_judge(struct report_signature *s, const struct judge *j,
	const struct ers *r, const struct ers_group *group, struct proof_time *proof,
	struct err *e);

/* --- the tree, for those who write and those who judge -------------------------------
 */

/* Sorts digests of one algorithm in binary ascending order, drops repeats, and gives the
 * digest of them one after the other; of a single one itself. `list` is reordered. */
void ers_root(enum digest_alg alg, struct bytes *list, size_t *count, uint8_t *out);
/* SEQUENCE of the first `count` chains as it is digested when the tree is renewed. */
struct bytes ers_sequence(struct arena *a, const struct ers *r, size_t count);
/* What a chain that renews has in its tree for an object: H(H(object) || H(sequence)). */
void ers_renewed(enum digest_alg alg, const uint8_t *object, const uint8_t *sequence,
	uint8_t *out);

#endif
