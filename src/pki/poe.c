/* poe: see poe.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/poe.h"

#include "crypto/digest.h"

enum { BUCKETS = 1024 };

struct entry {
	struct entry *next;
	uint8_t sm3[SM3_SIZE];
	/* One digest may fall one day: two of different families are compared. */
	uint8_t sha256[SHA256_SIZE];
	int64_t at;
};

struct poe {
	struct arena *arena;
	size_t count;
	struct entry *buckets[BUCKETS];
};

struct poe *poe_new(struct arena *a)
{
	struct poe *p = ARENA_NEW(a, struct poe);

	p->arena = a;
	return p;
}

static size_t bucket_of(const uint8_t *sm3)
{
	return ((size_t)sm3[0] << 8 | sm3[1]) % BUCKETS;
}

static struct entry *find(
	const struct poe *p, const uint8_t sm3[SM3_SIZE], const uint8_t *sha256)
{
	for (struct entry *x = p->buckets[bucket_of(sm3)]; x; x = x->next)
		if (bytes_equal(BYTES_OF(x->sm3), bytes_make(sm3, SM3_SIZE)) &&
			bytes_equal(BYTES_OF(x->sha256), bytes_make(sha256, SHA256_SIZE)))
			return x;
	return NULL;
}

void poe_add(struct poe *p, struct bytes object, int64_t at)
{
	uint8_t sm3[SM3_SIZE], sha256[SHA256_SIZE];
	struct entry *x;

	sm3_of(object, sm3);
	digest_of(DIGEST_SHA256, object, sha256);
	x = find(p, sm3, sha256);
	if (x) {
		if (at < x->at)
			x->at = at;
		return;
	}
	if (p->count == POE_MAX)
		return;
	p->count++;
	x = ARENA_NEW(p->arena, struct entry);
	*x = (struct entry){.next = p->buckets[bucket_of(sm3)], .at = at};
	for (size_t i = 0; i < SM3_SIZE; i++)
		x->sm3[i] = sm3[i];
	for (size_t i = 0; i < SHA256_SIZE; i++)
		x->sha256[i] = sha256[i];
	p->buckets[bucket_of(sm3)] = x;
}

int64_t poe_time(const struct poe *p, struct bytes object, int64_t now)
{
	uint8_t sm3[SM3_SIZE], sha256[SHA256_SIZE];
	const struct entry *x;

	if (!p)
		return now;
	sm3_of(object, sm3);
	digest_of(DIGEST_SHA256, object, sha256);
	x = find(p, sm3, sha256);
	return x && x->at < now ? x->at : now;
}
