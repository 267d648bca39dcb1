/* test_poe: since when things are known to exist.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/poe.h"

#include "unit.h"

static void the_earliest_proof_counts(void **state)
{
	AUTO(arena) a = arena_new();
	struct poe *p = poe_new(a);

	(void)state;
	poe_add(p, BYTES("token"), 200);
	poe_add(p, BYTES("token"), 100);
	poe_add(p, BYTES("token"), 300);
	//= ETSI EN 319 102-1 §5.6.2.3: the earliest proof of existence
	assert_int_equal(poe_time(p, BYTES("token"), 1000), 100);
}

static void what_nobody_proved_exists_only_now(void **state)
{
	AUTO(arena) a = arena_new();
	struct poe *p = poe_new(a);

	(void)state;
	poe_add(p, BYTES("token"), 100);
	assert_int_equal(poe_time(p, BYTES("token "), 1000), 1000);
	assert_int_equal(poe_time(NULL, BYTES("token"), 1000), 1000);
}

static void a_proof_from_the_future_proves_nothing(void **state)
{
	AUTO(arena) a = arena_new();
	struct poe *p = poe_new(a);

	(void)state;
	poe_add(p, BYTES("token"), 2000);
	assert_int_equal(poe_time(p, BYTES("token"), 1000), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_earliest_proof_counts),
		cmocka_unit_test(what_nobody_proved_exists_only_now),
		cmocka_unit_test(a_proof_from_the_future_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
