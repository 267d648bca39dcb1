/* merkle_path: proofs of inclusion and of consistency, made and checked; see merkle.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/merkle.h"

/* --- making: from the root down, then turned over */

static size_t split(size_t n)
{
	size_t k = 1;

	while (k < n - k)
		k *= 2;
	return k;
}

static void path_put(struct merkle_path *path, const uint8_t *leaves, size_t n)
{
	merkle_root(path->nodes[path->n++], leaves, n);
}

static void path_reverse(struct merkle_path *path)
{
	uint8_t node[SM3_SIZE];

	for (size_t i = 0, j = path->n; i + 1 < j; i++) {
		j--;
		memcpy(node, path->nodes[i], SM3_SIZE);
		memcpy(path->nodes[i], path->nodes[j], SM3_SIZE);
		memcpy(path->nodes[j], node, SM3_SIZE);
	}
}

void merkle_inclusion(
	struct merkle_path *out, const uint8_t *leaves, size_t n, size_t index)
{
	out->n = 0;
	while (n > 1) {
		size_t k = split(n);

		if (index < k) {
			path_put(out, leaves + k * SM3_SIZE, n - k);
			n = k;
		} else {
			path_put(out, leaves, k);
			leaves += k * SM3_SIZE;
			index -= k;
			n -= k;
		}
	}
	path_reverse(out);
}

void merkle_consistency(
	struct merkle_path *out, const uint8_t *leaves, size_t n, size_t old)
{
	bool known = true; /* the subtree's root is the old root itself */

	out->n = 0;
	if (!old)
		return;
	while (old < n) {
		size_t k = split(n);

		if (old <= k) {
			path_put(out, leaves + k * SM3_SIZE, n - k);
			n = k;
		} else {
			path_put(out, leaves, k);
			leaves += k * SM3_SIZE;
			old -= k;
			n -= k;
			known = false;
		}
	}
	if (!known)
		path_put(out, leaves, n);
	path_reverse(out);
}

/* --- checking */

/* Where a walk from a leaf to the root stands: the index of the node and that of the last
 * one of its level. */
struct walk {
	uint64_t at, last;
};

static void walk_up(struct walk *w)
{
	w->at >>= 1;
	w->last >>= 1;
}

/* Is the next node of the path a left neighbour? Goes up to where it joins. */
static bool walk_joins_left(struct walk *w)
{
	bool left = w->at & 1 || w->at == w->last;

	if (left)
		while (w->at && !(w->at & 1))
			walk_up(w);
	walk_up(w);
	return left;
}

static bool same(const uint8_t a[SM3_SIZE], const uint8_t b[SM3_SIZE])
{
	return bytes_equal(bytes_make(a, SM3_SIZE), bytes_make(b, SM3_SIZE));
}

bool merkle_includes(const uint8_t root[SM3_SIZE], uint64_t size,
	const uint8_t leaf[SM3_SIZE], uint64_t index, const struct merkle_path *path)
{
	struct walk w = {index, size - 1};
	uint8_t node[SM3_SIZE];

	if (index >= size)
		return false;
	memcpy(node, leaf, SM3_SIZE);
	for (size_t i = 0; i < path->n; i++) {
		if (!w.last)
			return false;
		if (walk_joins_left(&w))
			merkle_node(node, path->nodes[i], node);
		else
			merkle_node(node, node, path->nodes[i]);
	}
	return !w.last && same(node, root);
}

/* Both roots grow from one node, the old one by left neighbours alone. */
static bool grows(const uint8_t root[SM3_SIZE], const uint8_t old_root[SM3_SIZE],
	const uint8_t first[SM3_SIZE], struct walk w, const struct merkle_path *path,
	size_t next)
{
	uint8_t older[SM3_SIZE], newer[SM3_SIZE];

	memcpy(older, first, SM3_SIZE);
	memcpy(newer, first, SM3_SIZE);
	for (size_t i = next; i < path->n; i++) {
		if (!w.last)
			return false;
		if (walk_joins_left(&w)) {
			merkle_node(older, path->nodes[i], older);
			merkle_node(newer, path->nodes[i], newer);
		} else {
			merkle_node(newer, newer, path->nodes[i]);
		}
	}
	return !w.last && same(older, old_root) && same(newer, root);
}

bool merkle_extends(const uint8_t root[SM3_SIZE], uint64_t size,
	const uint8_t old_root[SM3_SIZE], uint64_t old_size,
	const struct merkle_path *path)
{
	struct walk w = {old_size - 1, size - 1};
	bool perfect = !(old_size & (old_size - 1));

	if (old_size > size)
		return false;
	if (old_size == size)
		return !path->n && same(root, old_root);
	if (!old_size)
		return !path->n;
	while (w.at & 1)
		walk_up(&w);
	if (perfect)
		return grows(root, old_root, old_root, w, path, 0);
	return path->n && grows(root, old_root, path->nodes[0], w, path, 1);
}
