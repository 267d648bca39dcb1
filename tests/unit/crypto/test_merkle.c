/* test_merkle: proofs of inclusion and consistency, for every tree of up to 40 leaves,
 * against the recursive definitions. SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/merkle.h"
#include "unit.h"

enum { LEAVES = 40 };

static uint8_t leaves[LEAVES][SM3_SIZE];

static int fill(void **state)
{
	(void)state;
	for (uint8_t i = 0; i < LEAVES; i++)
		merkle_leaf(leaves[i], bytes_make(&i, 1));
	return 0;
}

/* MTH as the standard writes it. */
static void root_of(uint8_t out[SM3_SIZE], size_t from, size_t n)
{
	uint8_t left[SM3_SIZE], right[SM3_SIZE];
	size_t k = 1;

	if (n == 1) {
		memcpy(out, leaves[from], SM3_SIZE);
		return;
	}
	while (k * 2 < n)
		k *= 2;
	root_of(left, from, k);
	root_of(right, from + k, n - k);
	merkle_node(out, left, right);
}

//= RFC 6962 §2.1: the tree splits at the largest power of two below n
static void roots_are_those_of_the_definition(void **state)
{
	uint8_t want[SM3_SIZE], got[SM3_SIZE];

	(void)state;
	for (size_t n = 1; n <= LEAVES; n++) {
		root_of(want, 0, n);
		merkle_root(got, leaves[0], n);
		assert_memory_equal(got, want, SM3_SIZE);
	}
}

//= RFC 6962 §2.1.1: the audit path PATH(m, D[n])
static void every_leaf_is_included_where_it_is_and_nowhere_else(void **state)
{
	struct merkle_path path;
	uint8_t root[SM3_SIZE];

	(void)state;
	for (size_t n = 1; n <= LEAVES; n++) {
		merkle_root(root, leaves[0], n);
		for (size_t i = 0; i < n; i++) {
			merkle_inclusion(&path, leaves[0], n, i);
			assert_true(merkle_includes(root, n, leaves[i], i, &path));
			for (size_t j = 0; j < n + 2; j++)
				assert_int_equal(
					merkle_includes(root, n, leaves[i], j, &path),
					j == i);
			assert_false(merkle_includes(
				root, n, leaves[(i + 1) % LEAVES], i, &path));
		}
	}
}

static void a_path_altered_cut_or_longer_includes_nothing(void **state)
{
	struct merkle_path path;
	uint8_t root[SM3_SIZE];

	(void)state;
	merkle_root(root, leaves[0], 21);
	merkle_inclusion(&path, leaves[0], 21, 9);
	assert_int_equal(path.n, 5);
	for (size_t k = 0; k < path.n; k++) {
		path.nodes[k][7] ^= 1;
		assert_false(merkle_includes(root, 21, leaves[9], 9, &path));
		path.nodes[k][7] ^= 1;
	}
	assert_true(merkle_includes(root, 21, leaves[9], 9, &path));
	path.n--;
	assert_false(merkle_includes(root, 21, leaves[9], 9, &path));
	path.n += 2;
	assert_false(merkle_includes(root, 21, leaves[9], 9, &path));
	assert_false(merkle_includes(root, 0, leaves[9], 0, &path));
}

//= RFC 6962 §2.1.2: PROOF(m, D[n])
static void every_tree_extends_those_it_begins_with(void **state)
{
	uint8_t root[SM3_SIZE], old[SM3_SIZE], other[SM3_SIZE];
	struct merkle_path path;

	(void)state;
	for (size_t n = 1; n <= LEAVES; n++) {
		merkle_root(root, leaves[0], n);
		for (size_t m = 1; m <= n; m++) {
			merkle_root(old, leaves[0], m);
			merkle_consistency(&path, leaves[0], n, m);
			assert_true(merkle_extends(root, n, old, m, &path));
			memcpy(other, old, SM3_SIZE);
			other[0] ^= 1;
			assert_false(merkle_extends(root, n, other, m, &path));
			memcpy(other, root, SM3_SIZE);
			other[31] ^= 1;
			assert_false(merkle_extends(other, n, old, m, &path));
			for (size_t x = 1; x <= n; x++)
				assert_true(x == m ||
					    !merkle_extends(root, n, old, x, &path));
			path.n++;
			assert_false(merkle_extends(root, n, old, m, &path));
		}
	}
	merkle_consistency(&path, leaves[0], LEAVES, 0);
	assert_int_equal(path.n, 0);
	assert_true(merkle_extends(root, LEAVES, old, 0, &path));
	assert_false(merkle_extends(old, 3, root, LEAVES, &path));
}

/* A log that changed a leaf it had shown has no proof. */
static void a_changed_past_has_no_proof(void **state)
{
	uint8_t old[SM3_SIZE], root[SM3_SIZE];
	struct merkle_path path;

	(void)state;
	for (size_t m = 1; m < LEAVES; m++) {
		merkle_root(old, leaves[0], m);
		leaves[m / 2][0] ^= 1;
		merkle_root(root, leaves[0], LEAVES);
		merkle_consistency(&path, leaves[0], LEAVES, m);
		leaves[m / 2][0] ^= 1;
		assert_false(merkle_extends(root, LEAVES, old, m, &path));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_those_of_the_definition),
		cmocka_unit_test(every_leaf_is_included_where_it_is_and_nowhere_else),
		cmocka_unit_test(a_path_altered_cut_or_longer_includes_nothing),
		cmocka_unit_test(every_tree_extends_those_it_begins_with),
		cmocka_unit_test(a_changed_past_has_no_proof),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
