/* field, limit: a value opens for its record alone, so often and not oftener.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keeper/field.h"

#include <string.h>

#include "base/time.h"
#include "keeper/limit.h"
#include "keeper_kit.h"
#include "torture.h"

#define PLAIN BYTES("11010519491231002X")

struct sealed {
	struct keystore *store;
	struct field_place place;
	uint8_t octets[FIELD_SEALED];
	size_t n;
};

static struct sealed sealed_make(struct bytes plain)
{
	struct sealed s = {.store = kit_store(), .place = {.kind = 1}};
	struct err e;

	s.place.record = id_new(world_system());
	assert_true(field_value_seal(
		s.octets, &s.n, s.store, world_system(), &s.place, plain, &e));
	return s;
}

static struct bytes sealed_bytes(const struct sealed *s)
{
	return bytes_make(s->octets, s->n);
}

static void opens_for_its_place_alone(void **state)
{
	struct sealed s = sealed_make(PLAIN);
	struct field_place other = s.place;
	AUTO(secret) plain = NULL;
	struct secret *none = NULL;
	struct err e;

	(void)state;
	assert_int_equal(s.n, PLAIN.n + FIELD_OVERHEAD);
	assert_int_equal(bytes_find(sealed_bytes(&s), PLAIN), SIZE_MAX);
	assert_true(field_value_open(&plain, s.store, &s.place, sealed_bytes(&s), &e));
	assert_bytes(bytes_make(secret_view(plain), secret_size(plain)), PLAIN);
	other.kind = 2;
	assert_false(field_value_open(&none, s.store, &other, sealed_bytes(&s), &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	other = s.place;
	other.record.b[15] ^= 1;
	assert_false(field_value_open(&none, s.store, &other, sealed_bytes(&s), &e));
	assert_int_equal(e.code, ERR_DECRYPT);
	assert_null(none);
	keystore_free(s.store);
}

static void sizes(void **state)
{
	static const uint8_t most[FIELD_VALUE_MAX + 1];
	struct sealed s = sealed_make(BYTES(""));
	struct sealed large = sealed_make(bytes_make(most, FIELD_VALUE_MAX));
	AUTO(secret) plain = NULL;
	AUTO(secret) much = NULL;
	struct err e;

	(void)state;
	assert_true(field_value_open(&plain, s.store, &s.place, sealed_bytes(&s), &e));
	assert_int_equal(secret_size(plain), 0);
	assert_true(field_value_open(
		&much, large.store, &large.place, sealed_bytes(&large), &e));
	assert_int_equal(secret_size(much), FIELD_VALUE_MAX);
	assert_false(field_value_seal(
		s.octets, &s.n, s.store, world_system(), &s.place, BYTES_OF(most), &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	s.place.kind = 0;
	assert_false(field_value_seal(
		s.octets, &s.n, s.store, world_system(), &s.place, PLAIN, &e));
	assert_int_equal(e.code, ERR_USAGE);
	keystore_free(s.store);
	keystore_free(large.store);
}

static void altered(struct bytes sealed, const struct alteration *what, void *ctx)
{
	const struct sealed *s = ctx;
	struct secret *plain = NULL;
	struct err e = {0};

	(void)what;
	assert_false(field_value_open(&plain, s->store, &s->place, sealed, &e));
	assert_null(plain);
	assert_int_not_equal(e.code, ERR_NONE);
}

static void nothing_altered_opens(void **state)
{
	struct sealed s = sealed_make(PLAIN);

	(void)state;
	(void)torture_each(sealed_bytes(&s), TORTURE_ALL, altered, &s);
	keystore_free(s.store);
}

static void older_keys_open_newer_ones_seal(void **state)
{
	struct sealed s = sealed_make(PLAIN);
	uint8_t again[FIELD_SEALED];
	AUTO(secret) plain = NULL;
	uint32_t version;
	struct err e;
	size_t n;

	(void)state;
	assert_true(keystore_renew_field(s.store, world_system(), &e));
	assert_true(field_value_open(&plain, s.store, &s.place, sealed_bytes(&s), &e));
	assert_true(field_value_version(&version, sealed_bytes(&s), &e));
	assert_int_equal(version, 1);
	assert_true(field_value_seal(
		again, &n, s.store, world_system(), &s.place, PLAIN, &e));
	assert_true(field_value_version(&version, bytes_make(again, n), &e));
	assert_int_equal(version, 2);
	keystore_free(s.store);
}

static void indexes_are_of_a_kind_and_a_store(void **state)
{
	AUTO(keystore) s = kit_store();
	AUTO(keystore) t = kit_store();
	uint8_t one[FIELD_INDEX_SIZE], two[FIELD_INDEX_SIZE];
	struct err e;

	(void)state;
	assert_true(field_value_index(one, s, 1, PLAIN, &e));
	assert_true(field_value_index(two, s, 1, PLAIN, &e));
	assert_memory_equal(one, two, sizeof one);
	assert_true(field_value_index(two, s, 2, PLAIN, &e));
	assert_memory_not_equal(one, two, sizeof one);
	assert_true(field_value_index(two, t, 1, PLAIN, &e));
	assert_memory_not_equal(one, two, sizeof one);
	assert_false(field_value_index(two, s, 256, PLAIN, &e));
}

/* --- limits */

#define NOW (INT64_C(1800000000) * TIME_SECOND)

static const struct limit_rule rule = {5, 12, 3600};

static struct id reader(uint8_t n)
{
	return (struct id){{n, 1}};
}

static unsigned taken(struct limit *l, struct id who, int64_t now, unsigned tries)
{
	unsigned n = 0;
	struct err e;

	for (unsigned i = 0; i < tries; i++)
		if (limit_take(l, &who, now, &e))
			n++;
		else
			assert_int_equal(e.code, ERR_DENIED);
	return n;
}

static void so_often_and_not_oftener(void **state)
{
	AUTO(limit) l = NULL;
	struct err e;

	(void)state;
	assert_true(limit_open(&l, NULL, &rule, &e));
	assert_int_equal(taken(l, reader(1), NOW, 9), 5);
	assert_int_equal(taken(l, reader(2), NOW, 9), 5);
	assert_int_equal(taken(l, reader(3), NOW, 9), 2); /* 12 in all */
	assert_int_equal(limit_total(l, NOW), 12);
	/* Half the window later nothing is free, a whole one later everything. */
	assert_int_equal(taken(l, reader(1), NOW + 30 * TIME_MINUTE, 9), 0);
	assert_int_equal(taken(l, reader(1), NOW + 61 * TIME_MINUTE, 9), 5);
	/* A clock set back gives nothing back. */
	assert_int_equal(taken(l, reader(1), NOW + 40 * TIME_MINUTE, 9), 0);
}

static void slides(void **state)
{
	AUTO(limit) l = NULL;
	struct err e;

	(void)state;
	assert_true(limit_open(&l, NULL, &rule, &e));
	assert_int_equal(taken(l, reader(1), NOW, 3), 3);
	assert_int_equal(taken(l, reader(1), NOW + 50 * TIME_MINUTE, 9), 2);
	assert_int_equal(taken(l, reader(1), NOW + 61 * TIME_MINUTE, 9), 3);
	assert_int_equal(taken(l, reader(1), NOW + 62 * TIME_MINUTE, 9), 0);
}

static void many_readers_share_one_count(void **state)
{
	static const struct limit_rule wide = {5, 1000000, 3600};
	AUTO(limit) l = NULL;
	struct id who = {{0}};
	struct err e;

	(void)state;
	assert_true(limit_open(&l, NULL, &wide, &e));
	for (int i = 1; i <= LIMIT_READERS; i++) {
		who.b[0] = (uint8_t)i;
		who.b[1] = (uint8_t)(i >> 8);
		assert_int_equal(taken(l, who, NOW, 1), 1);
	}
	who.b[2] = 1;
	assert_int_equal(taken(l, who, NOW, 9), 5);
	who.b[2] = 2;
	assert_int_equal(taken(l, who, NOW, 9), 0);
	assert_int_equal(taken(l, who, NOW + 2 * TIME_HOUR, 9), 5);
}

static void counts_outlive_the_process(void **state)
{
	AUTO(arena) a = arena_new();
	char *path = arena_printf(a, "/tmp/limit.%d", (int)getpid());
	struct limit *l = NULL;
	struct err e;

	(void)state;
	(void)unlink(path);
	assert_true(limit_open(&l, path, &rule, &e));
	assert_int_equal(taken(l, reader(1), NOW, 9), 5);
	limit_free(l);
	assert_true(limit_open(&l, path, &rule, &e));
	assert_int_equal(taken(l, reader(1), NOW, 9), 0);
	assert_int_equal(limit_total(l, NOW), 5);
	limit_free(l);
	assert_int_equal(truncate(path, 10), 0);
	assert_true(limit_open(&l, path, &rule, &e));
	limit_free(l);
	(void)unlink(path);
	assert_false(limit_open(&l, "/nowhere/at/all", &rule, &e));
	assert_false(limit_open(&l, NULL, &(struct limit_rule){0, 1, 60}, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_for_its_place_alone),
		cmocka_unit_test(sizes),
		cmocka_unit_test(nothing_altered_opens),
		cmocka_unit_test(older_keys_open_newer_ones_seal),
		cmocka_unit_test(indexes_are_of_a_kind_and_a_store),
		cmocka_unit_test(so_often_and_not_oftener),
		cmocka_unit_test(slides),
		cmocka_unit_test(many_readers_share_one_count),
		cmocka_unit_test(counts_outlive_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
