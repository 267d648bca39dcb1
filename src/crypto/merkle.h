/* merkle: trees of SM3 digests in the shape of RFC 6962.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_MERKLE_H
#define QY_CRYPTO_MERKLE_H

#include "crypto/digest.h"

/* Digests in a path, at most; an inclusion in a tree of n leaves needs ceil(log2 n), a
 * consistency one more. */
enum { MERKLE_PATH_MAX = 64 };

/* SM3(00 ‖ data); of data in two runs, put one behind the other. */
void merkle_leaf(uint8_t out[SM3_SIZE], struct bytes data);
void merkle_leaf_of(uint8_t out[SM3_SIZE], struct bytes first, struct bytes second);

/* SM3(01 ‖ left ‖ right) */
void merkle_node(uint8_t out[SM3_SIZE], const uint8_t left[SM3_SIZE],
	const uint8_t right[SM3_SIZE]);

/* The root over n leaves (digests, one after the other); of none: SM3 of nothing. */
//= RFC 6962 §2.1: the tree splits at the largest power of two below n
void merkle_root(uint8_t out[SM3_SIZE], const uint8_t *leaves, size_t n);

/* The same, leaf after leaf, in constant memory. */
struct merkle {
	uint8_t peaks[64][SM3_SIZE];
	uint64_t n;
};
void merkle_add(struct merkle *m, const uint8_t leaf[SM3_SIZE]);
void merkle_finish(uint8_t out[SM3_SIZE], const struct merkle *m);

/* A path: digests one after the other, from the leaves towards the root. */
struct merkle_path {
	uint8_t nodes[MERKLE_PATH_MAX][SM3_SIZE];
	size_t n;
};

/* That leaf `index` of n (index < n) is under the root over all of them. */
//= RFC 6962 §2.1.1: the audit path PATH(m, D[n])
void merkle_inclusion(
	struct merkle_path *out, const uint8_t *leaves, size_t n, size_t index);
/* That the tree over n leaves begins with the tree over the first `old` (old <= n). */
//= RFC 6962 §2.1.2: PROOF(m, D[n]); of nothing, and of the same, there is nothing to say
void merkle_consistency(
	struct merkle_path *out, const uint8_t *leaves, size_t n, size_t old);

/* Does the path, and no longer one, lead from this leaf at this index to the root over
 * size leaves? False for an index that is not below size. */
bool merkle_includes(const uint8_t root[SM3_SIZE], uint64_t size,
	const uint8_t leaf[SM3_SIZE], uint64_t index, const struct merkle_path *path);
/* Does the tree (size, root) begin with the tree (old_size, old_root)? The empty tree
 * begins every tree. */
bool merkle_extends(const uint8_t root[SM3_SIZE], uint64_t size,
	const uint8_t old_root[SM3_SIZE], uint64_t old_size,
	const struct merkle_path *path);

#endif
