/* manifest: a backup whose files or manifest are cut or altered is not taken.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/manifest.h"

#include <string.h>

#include "base/source.h"
#include "base/text.h"
#include "unit.h"

static void put(const char *folder, const char *name, struct bytes text)
{
	AUTO(arena) a = arena_new();
	struct err e;

	assert_true(file_write(arena_printf(a, "%s/%s", folder, name), 0600, text, &e));
}

static bool taken(const char *folder)
{
	AUTO(arena) a = arena_new();
	struct manifest m;
	struct err e;
	bool good = manifest_check(&m, a, folder, &e);

	assert_true(good || e.code == ERR_MALFORMED);
	assert_true(!good || m.count == 2);
	return good;
}

static struct bytes begin(struct arena *a, const char **folder)
{
	struct buf m = buf_make(MANIFEST_MAX);
	char *path = arena_printf(a, "/tmp/qianyin-manifest-XXXXXX");
	struct bytes text;
	struct err e;

	assert_non_null(mkdtemp(path));
	*folder = path;
	put(path, "database", BYTES("rows"));
	put(path, "keystore", BYTES("keys"));
	assert_true(manifest_add(&m, path, "database", &e));
	assert_true(manifest_add(&m, path, "keystore", &e));
	assert_true(manifest_write(&m, path, &e));
	buf_fini(&m);
	assert_true(file_slurp(
		a, arena_printf(a, "%s/manifest", path), MANIFEST_MAX, &text, &e));
	assert_true(taken(path));
	return text;
}

static void end(struct arena *a, const char *folder)
{
	static const char *const names[] = {"database", "keystore", "manifest"};

	for (size_t i = 0; i < 3; i++)
		unlink(arena_printf(a, "%s/%s", folder, names[i]));
	rmdir(folder);
}

static void no_other_manifest(void **state)
{
	AUTO(arena) a = arena_new();
	const char *folder;
	struct bytes text = begin(a, &folder);

	(void)state;
	for (size_t n = 0; n < text.n; n++) {
		put(folder, "manifest", bytes_head(text, n));
		assert_false(taken(folder));
	}
	for (size_t bit = 0; bit < 8 * text.n; bit++) {
		uint8_t *other = arena_alloc(a, text.n);

		memcpy(other, text.p, text.n);
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		put(folder, "manifest", bytes_make(other, text.n));
		assert_false(taken(folder));
	}
	end(a, folder);
}

static void no_other_file(void **state)
{
	AUTO(arena) a = arena_new();
	const char *folder;

	(void)state;
	begin(a, &folder);
	put(folder, "database", BYTES("rowt"));
	assert_false(taken(folder));
	put(folder, "database", BYTES("row"));
	assert_false(taken(folder));
	put(folder, "database", BYTES("rows"));
	assert_true(taken(folder));
	unlink(arena_printf(a, "%s/keystore", folder));
	assert_false(taken(folder));
	end(a, folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_other_manifest),
		cmocka_unit_test(no_other_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
