/* merkle: trees of SM3 digests in the shape of RFC 6962.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_MERKLE_H
#define QY_CRYPTO_MERKLE_H

#include "crypto/digest.h"

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

#endif
