/* keeper_kit: a key store, made once, cheap to open.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_KEEPER_KIT_H
#define QY_TESTS_KEEPER_KIT_H

#include "keeper/keystore.h"
#include "unit.h"

#define KIT_ORIGIN   "https://platform.example"
#define KIT_PLATFORM "platform.example"

static const struct password_cost kit_cost = {64, 1, 1};

static inline struct secret *kit_passphrase(void)
{
	return secret_of("correct horse", 13);
}

static inline struct keystore *kit_store(void)
{
	struct keystore_spec spec = {.platform = KIT_PLATFORM,
		.origin = KIT_ORIGIN,
		.name = "示范平台",
		.demonstration = true};
	AUTO(secret) passphrase = kit_passphrase();
	struct keystore *s = NULL;
	struct err e;

	assert_true(keystore_make(&s, world_system(), &spec, &e));
	assert_true(keystore_protect(s, world_system(), passphrase, &kit_cost, &e));
	return s;
}

static inline struct bytes kit_file(struct arena *a, struct keystore *s)
{
	struct bytes file = {0};
	struct err e;

	assert_true(keystore_write(s, world_system(), a, &file, &e));
	return file;
}

#endif
