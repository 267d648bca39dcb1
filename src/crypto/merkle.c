/* merkle: see merkle.h. One way only to build a tree: peaks of perfect subtrees, as many
 * as there are ones in the number of leaves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/merkle.h"

#include <string.h>

void merkle_leaf_of(uint8_t out[SM3_SIZE], struct bytes first, struct bytes second)
{
	AUTO(digest) d = digest_new(DIGEST_SM3);

	digest_put(d, BYTES("\0"));
	digest_put(d, first);
	digest_put(d, second);
	digest_finish(d, out);
}

void merkle_leaf(uint8_t out[SM3_SIZE], struct bytes data)
{
	merkle_leaf_of(out, data, (struct bytes){0});
}

void merkle_node(uint8_t out[SM3_SIZE], const uint8_t left[SM3_SIZE],
	const uint8_t right[SM3_SIZE])
{
	AUTO(digest) d = digest_new(DIGEST_SM3);

	digest_put(d, BYTES("\1"));
	digest_put(d, bytes_make(left, SM3_SIZE));
	digest_put(d, bytes_make(right, SM3_SIZE));
	digest_finish(d, out);
}

/* Peak k is the root of 2^k leaves, there when bit k of n is set. */
void merkle_add(struct merkle *m, const uint8_t leaf[SM3_SIZE])
{
	uint8_t node[SM3_SIZE];
	size_t k = 0;

	memcpy(node, leaf, sizeof node);
	for (; m->n >> k & 1; k++)
		merkle_node(node, m->peaks[k], node);
	memcpy(m->peaks[k], node, sizeof node);
	m->n++;
}

void merkle_finish(uint8_t out[SM3_SIZE], const struct merkle *m)
{
	bool any = false;

	if (!m->n)
		sm3_of((struct bytes){0}, out);
	for (size_t k = 0; k < 64; k++) {
		if (!(m->n >> k & 1))
			continue;
		if (any)
			merkle_node(out, m->peaks[k], out);
		else
			memcpy(out, m->peaks[k], SM3_SIZE);
		any = true;
	}
}

void merkle_root(uint8_t out[SM3_SIZE], const uint8_t *leaves, size_t n)
{
	struct merkle m = {.n = 0};

	for (size_t i = 0; i < n; i++)
		merkle_add(&m, leaves + i * SM3_SIZE);
	merkle_finish(out, &m);
}
