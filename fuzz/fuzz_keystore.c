/* fuzz_keystore: the content of a key store, its outer form, a sealed value. What reads
 * is written again and reads again the same; nothing opens that was not sealed here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "keeper/field.h"
#include "keeper/keystore.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static struct keystore *store_empty(void)
{
	struct keystore *s = NEW(struct keystore);

	s->arena = arena_new();
	return s;
}

static void content(struct bytes in)
{
	AUTO(keystore) s = store_empty();
	AUTO(keystore) t = store_empty();
	struct bytes again;
	struct err e = {0};

	if (!keystore_content_read(s, in, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return;
	}
	demand(keystore_content_write(s, s->arena, &again, &e));
	demand(keystore_content_read(t, again, &e));
	demand(t->count == s->count && t->serial == s->serial);
}

/* The key is known; no octets open all the same. */
static void outer(struct bytes in)
{
	AUTO(keystore) before = store_empty();
	AUTO(keystore) s = NULL;
	struct err e = {0};

	before->seal = secret_new(KEYSTORE_SEAL);
	before->protection = BYTES("\xa0\x00");
	demand(!keystore_read_again(&s, in, before, &e) && e.code != ERR_NONE);
}

static void field(struct bytes in)
{
	AUTO(keystore) s = store_empty();
	struct field_place place = {.kind = 1};
	AUTO(secret) plain = NULL;
	struct err e = {0};

	s->keys[0] = (struct keystore_key){.purpose = KEYSTORE_FIELD,
		.version = 1,
		.value = secret_of("sixteen octets !", 16)};
	s->count = 1;
	demand(!field_value_open(&plain, s, &place, in, &e) && e.code != ERR_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_make(p, n);

	content(in);
	outer(in);
	field(in);
	return 0;
}
