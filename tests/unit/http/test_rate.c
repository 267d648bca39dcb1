/* Rates: what is given, what is refused, and that nobody can have another's forgotten.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/time.h"
#include "http/rate.h"
#include "torture.h"
#include "unit.h"

static const struct rate_conf five = {.burst = 5, .every_us = TIME_SECOND, .places = 64};
static const int64_t start = 1000 * TIME_DAY;

static unsigned take(struct rate *r, const char *key, int64_t now, unsigned times)
{
	unsigned given = 0;

	for (unsigned i = 0; i < times; i++)
		given += rate_take(r, bytes_str(key), now, NULL);
	return given;
}

static void a_burst_and_then_one_by_one(void **state)
{
	AUTO(rate) r = rate_new(&five, world_system());
	int64_t wait;

	(void)state;
	assert_int_equal(take(r, "a", start, 10), 5);
	assert_false(rate_take(r, BYTES("a"), start, &wait));
	assert_int_equal(wait, TIME_SECOND);
	assert_int_equal(take(r, "b", start, 10), 5);
	assert_false(rate_take(r, BYTES("a"), start + TIME_SECOND - 1, &wait));
	assert_int_equal(wait, 1);
	assert_true(rate_peek(r, BYTES("a"), start + TIME_SECOND, &wait));
	assert_true(rate_peek(r, BYTES("a"), start + TIME_SECOND, &wait));
	assert_int_equal(wait, 0);
	assert_int_equal(take(r, "a", start + TIME_SECOND, 10), 1);
	assert_int_equal(take(r, "a", start + 4 * TIME_SECOND, 10), 3);
	assert_int_equal(take(r, "a", start + TIME_HOUR, 10), 5);
}

static void a_clock_that_jumps_neither_locks_nor_opens(void **state)
{
	AUTO(rate) r = rate_new(&five, world_system());
	int64_t wait;

	(void)state;
	assert_int_equal(take(r, "a", start, 10), 5);
	assert_false(rate_take(r, BYTES("a"), start - TIME_DAY, &wait));
	assert_true(wait <= 5 * TIME_SECOND);
	assert_int_equal(take(r, "a", start - TIME_DAY + 2 * TIME_SECOND, 10), 2);
}

static void a_flood_of_keys_does_not_forget_the_victim(void **state)
{
	AUTO(rate) r = rate_new(&five, world_system());
	size_t remembered;
	uint64_t common;
	char key[40];

	(void)state;
	assert_int_equal(take(r, "victim", start, 10), 5);
	for (int i = 0; i < 100000; i++) {
		(void)snprintf(key, sizeof key, "attacker %d", i);
		(void)take(r, key, start, 1);
	}
	assert_int_equal(take(r, "victim", start, 10), 0);
	assert_int_equal(take(r, "victim", start + TIME_SECOND, 10), 1);
	rate_count(r, start, &remembered, &common);
	assert_int_equal(remembered, 64);
	assert_true(common > 99000);
	/* The flood over, there is room again. */
	assert_int_equal(take(r, "late", start + TIME_MINUTE, 10), 5);
	rate_count(r, start + TIME_MINUTE, &remembered, &common);
	assert_int_equal(remembered, 1);
}

static void keys_without_a_place_share_what_is_left(void **state)
{
	AUTO(rate) r = rate_new(&five, world_system());
	unsigned given = 0;
	char key[40];

	(void)state;
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(key, sizeof key, "%d", i);
		given += take(r, key, start, 5);
	}
	/* 64 places and the common one, five each. */
	assert_int_equal(given, 65 * 5);
}

static void networks_are_told_apart_by_prefix(void **state)
{
	struct http_client a = {.address = {[10] = 255, [11] = 255, 10, 1, 2, 3}}, b = a;
	uint8_t ka[RATE_ADDRESS_KEY], kb[RATE_ADDRESS_KEY];

	(void)state;
	b.address[15] = 200;
	rate_address(ka, &a);
	rate_address(kb, &b);
	assert_memory_equal(ka, kb, sizeof ka);
	b.address[14] = 9;
	rate_address(kb, &b);
	assert_memory_not_equal(ka, kb, sizeof ka);
	a = b = (struct http_client){.address = {0x20, 1, 0x0d, 0xb8, 1, 2, 3, 4, 5}};
	b.address[7] = 99;
	rate_address(ka, &a);
	rate_address(kb, &b);
	assert_memory_equal(ka, kb, sizeof ka);
	b.address[6] = 99;
	rate_address(kb, &b);
	assert_memory_not_equal(ka, kb, sizeof ka);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_and_then_one_by_one),
		cmocka_unit_test(a_clock_that_jumps_neither_locks_nor_opens),
		cmocka_unit_test(a_flood_of_keys_does_not_forget_the_victim),
		cmocka_unit_test(keys_without_a_place_share_what_is_left),
		cmocka_unit_test(networks_are_told_apart_by_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
