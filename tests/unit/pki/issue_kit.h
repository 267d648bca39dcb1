/* issue_kit: a small CA for tests: a world that repeats itself, keys, certificates.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_ISSUE_KIT_H
#define QY_TESTS_ISSUE_KIT_H

#include <string.h>

#include "base/time.h"
#include "pki/issue.h"
#include "unit.h"

/* 2026-01-01T00:00:00Z */
#define KIT_NOW (INT64_C(1767225600) * TIME_SECOND)

struct kit_world {
	struct world w;
	int64_t at;
	uint64_t state;
};

static inline int64_t kit_now(struct world *w)
{
	return ((struct kit_world *)w)->at;
}

/* The same octets in every run: xorshift. */
static inline void kit_random(struct world *w, void *p, size_t n)
{
	uint64_t *s = &((struct kit_world *)w)->state;
	uint8_t *out = p;

	for (size_t i = 0; i < n; i++) {
		*s ^= *s << 13;
		*s ^= *s >> 7;
		*s ^= *s << 17;
		out[i] = (uint8_t)(*s >> 32);
	}
}

struct kit {
	struct kit_world world;
	struct world *w;
	struct arena *a;
	struct key *ca_key, *key; /* of the CA, of a subscriber */
	struct cert ca;
};

static inline struct key *kit_key(struct kit *k, enum key_kind kind)
{
	struct key *key = NULL;
	struct err e = {0};

	if (!key_generate(&key, k->w, kind, &e))
		fail_msg("%s", e.text);
	return key;
}

static inline struct issue_spec kit_spec(enum issue_profile profile, const char *cn)
{
	return (struct issue_spec){.profile = profile,
		.subject = {.country = "CN",
			.organization = "测试机构",
			.common_name = cn},
		.not_before = KIT_NOW - TIME_DAY,
		.not_after = KIT_NOW + 365 * TIME_DAY};
}

/* A certificate issued and read again; issuer null: a root of issuer_key. */
static inline struct cert kit_issue(struct kit *k, const struct issue_spec *spec,
	const struct pubkey *pub, const struct cert *issuer, struct key *issuer_key)
{
	struct bytes der;
	struct cert c = {0};
	struct err e = {0};

	if (!issue_cert(k->a, &der, k->w, spec, pub, issuer, issuer_key, &e) ||
		!cert_parse(&c, der, &e))
		fail_msg("%s", e.text);
	return c;
}

static inline struct cert kit_cert(
	struct kit *k, enum issue_profile profile, const char *cn, struct key *key)
{
	struct issue_spec spec = kit_spec(profile, cn);

	return kit_issue(k, &spec, &key->pub, &k->ca, k->ca_key);
}

static inline int kit_begin(void **state)
{
	struct kit *k = NEW(struct kit);
	struct issue_spec spec = kit_spec(ISSUE_ROOT, "测试根");

	k->world = (struct kit_world){{kit_now, kit_random}, KIT_NOW, 88172645463325252u};
	k->w = &k->world.w;
	k->a = arena_new();
	k->ca_key = kit_key(k, KEY_SM2);
	k->key = kit_key(k, KEY_SM2);
	k->ca = kit_issue(k, &spec, &k->ca_key->pub, NULL, k->ca_key);
	*state = k;
	return 0;
}

static inline int kit_end(void **state)
{
	struct kit *k = *state;

	key_free(k->ca_key);
	key_free(k->key);
	arena_free(k->a);
	mem_free(k);
	return 0;
}

/* The octets with one bit turned over, in the arena. */
static inline struct bytes kit_flip(struct kit *k, struct bytes b, size_t at)
{
	uint8_t *p = arena_alloc(k->a, b.n + 1);

	memcpy(p, b.p, b.n);
	p[at] ^= 1;
	return bytes_make(p, b.n);
}

#endif
