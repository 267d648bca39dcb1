/* Memory: arenas and what aborts, owners that clean up, wiping.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/arena.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "unit.h"

static void memory_arrives_zeroed_and_aligned_at_every_size(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t n = 0; n < 300; n++) {
		uint8_t *p = arena_alloc(a, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
}

static void pieces_never_overlap_across_blocks_of_all_sizes(void **state)
{
	static const size_t sizes[] = {
		1, 17, 4000, 4096, 4097, 16383, 16384, 16385, 100000, 3};
	enum { ROUNDS = 40, KINDS = sizeof sizes / sizeof *sizes };
	AUTO(arena) a = arena_new();
	uint8_t *pieces[ROUNDS * KINDS];

	(void)state;
	for (size_t i = 0; i < ROUNDS * KINDS; i++) {
		pieces[i] = arena_alloc(a, sizes[i % KINDS]);
		memset(pieces[i], (int)(i & 0xff), sizes[i % KINDS]);
	}
	for (size_t i = 0; i < ROUNDS * KINDS; i++)
		for (size_t j = 0; j < sizes[i % KINDS]; j += 97)
			assert_int_equal(pieces[i][j], i & 0xff);
	assert_true(arena_used(a) >= ROUNDS * (size_t)(4000 + 4096 + 4097 + 100000));
}

static void a_large_piece_does_not_waste_the_current_block(void **state)
{
	AUTO(arena) a = arena_new();
	uint8_t *before = arena_alloc(a, 16), *after;

	(void)state;
	(void)arena_alloc(a, 1 << 20);
	after = arena_alloc(a, 16);
	assert_ptr_equal(after, before + 16);
}

static void copies_end_in_a_nul_that_is_not_counted(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes copy = arena_dup(a, BYTES("a\0b"));

	(void)state;
	assert_bytes(copy, BYTES("a\0b"));
	assert_int_equal(copy.p[3], 0);
	assert_string_equal(arena_str(a, BYTES("钤印")), "钤印");
	assert_string_equal(arena_str(a, bytes_make(NULL, 0)), "");
	assert_string_equal(arena_printf(a, "%s-%03d", "x", 7), "x-007");
	assert_string_equal(arena_printf(a, "%s", ""), "");
}

static void product_overflow(void)
{
	AUTO(arena) a = arena_new();

	(void)arena_array(a, SIZE_MAX / 2, 4);
}

static void size_overflow(void)
{
	AUTO(arena) a = arena_new();

	(void)arena_alloc(a, SIZE_MAX - 3);
}

static bool aborts(void (*f)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		f();
		_exit(0);
	}
	return waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
	       WTERMSIG(status) == SIGABRT;
}

static void sizes_that_overflow_abort(void **state)
{
	(void)state;
	assert_true(aborts(product_overflow));
	assert_true(aborts(size_overflow));
}

struct noun {
	int *freed;
};

static void noun_free(struct noun *n)
{
	if (n)
		++*n->freed;
	mem_free(n);
}
AUTO_DEFINE(noun);

static void an_owner_frees_once_and_a_moved_one_not_at_all(void **state)
{
	struct noun *kept = NULL;
	int freed = 0;

	(void)state;
	{
		AUTO(noun) n = NEW(struct noun);
		AUTO(noun) given = NEW(struct noun);
		AUTO(noun) nothing = NULL;

		(void)nothing;
		n->freed = given->freed = &freed;
		kept = noun_move(&given);
		assert_null(given);
	}
	assert_int_equal(freed, 1);
	noun_free(kept);
	assert_int_equal(freed, 2);
}

static void resizing_keeps_what_was_and_zeroes_what_is_new(void **state)
{
	uint8_t *p = mem_resize(NULL, 0, 4);

	(void)state;
	assert_memory_equal(p, "\0\0\0\0", 4);
	memset(p, 7, 4);
	p = mem_resize(p, 4, 4096);
	assert_memory_equal(p, "\7\7\7\7\0\0", 6);
	assert_int_equal(p[4095], 0);
	p = mem_resize(p, 4096, 2);
	assert_memory_equal(p, "\7\7", 2);
	p = mem_resize(p, 2, 0);
	assert_non_null(p);
	mem_free(p);
}

static void copies_and_wiping(void **state)
{
	AUTO_MEM uint8_t *p = mem_dup(BYTES("se\0cret"));
	AUTO_MEM char *s = mem_str("text");

	(void)state;
	assert_memory_equal(p, "se\0cret\0", 8);
	assert_string_equal(s, "text");
	mem_wipe(p, 7);
	assert_memory_equal(p, "\0\0\0\0\0\0\0", 7);
	mem_wipe(NULL, 0);
	mem_free(NULL);
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_arrives_zeroed_and_aligned_at_every_size),
		cmocka_unit_test(pieces_never_overlap_across_blocks_of_all_sizes),
		cmocka_unit_test(a_large_piece_does_not_waste_the_current_block),
		cmocka_unit_test(copies_end_in_a_nul_that_is_not_counted),
		cmocka_unit_test(sizes_that_overflow_abort),
		cmocka_unit_test(an_owner_frees_once_and_a_moved_one_not_at_all),
		cmocka_unit_test(resizing_keeps_what_was_and_zeroes_what_is_new),
		cmocka_unit_test(copies_and_wiping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
