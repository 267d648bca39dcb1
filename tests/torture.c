/* torture: see torture.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "torture.h"

#include <stdlib.h>
#include <string.h>

enum { EXHAUSTIVE_MAX = 4096, SAMPLES = 2000, THIN = 17, THIN_MIN = 500 };

struct run {
	struct bytes seed;
	uint8_t *copy; /* of the whole seed, for flips in place */
	torture_fn fn;
	void *ctx;
	size_t count, step;
};

bool torture_is_full(void)
{
	const char *full = getenv("TORTURE");

	return full && strcmp(full, "1") == 0;
}

uint64_t torture_random(uint64_t *state)
{
	/* splitmix64: a counter, well stirred. */
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Exactly n octets: not mem_alloc, which rounds an empty run up. */
static uint8_t *copy_of(struct bytes b)
{
	uint8_t *p = malloc(b.n);

	if (!p && b.n)
		abort();
	if (b.n)
		memcpy(p, b.p, b.n);
	return p;
}

static void cut(struct run *r, size_t at)
{
	struct alteration what = {.kind = TORTURE_CUT, .at = at};
	uint8_t *p = copy_of(bytes_head(r->seed, at));

	r->fn(bytes_make(p, at), &what, r->ctx);
	r->count++;
	free(p);
}

static void flip(struct run *r, size_t at, unsigned bit)
{
	struct alteration what = {.kind = TORTURE_FLIP, .at = at, .bit = bit};
	uint8_t mask = (uint8_t)(1u << bit);

	r->copy[at] ^= mask;
	r->fn(bytes_make(r->copy, r->seed.n), &what, r->ctx);
	r->copy[at] ^= mask;
	r->count++;
}

/* Every step-th alteration of a part; an odd step meets every bit in turn. */
static void part(struct run *r, size_t at, size_t n, unsigned which)
{
	if (which & TORTURE_CUT)
		for (size_t i = 0; i < n; i += r->step)
			cut(r, at + i);
	if (which & TORTURE_FLIP)
		for (size_t i = 0; i < n * 8; i += r->step)
			flip(r, at + i / 8, (unsigned)(i % 8));
}

/* Positions spread at random by a generator that is the same in each run. */
static void sample(struct run *r, unsigned which)
{
	uint64_t state = r->seed.n;

	for (size_t i = 0; i < SAMPLES; i++) {
		uint64_t x = torture_random(&state);

		if (i % r->step)
			continue;
		if (which & TORTURE_CUT)
			cut(r, (size_t)((x >> 3) % r->seed.n));
		if (which & TORTURE_FLIP)
			flip(r, (size_t)((x >> 3) % r->seed.n), (unsigned)(x & 7));
	}
}

/* One in seventeen at most, and about THIN_MIN at least; odd. */
static size_t step_of(size_t alterations, unsigned which)
{
	size_t step = alterations / THIN_MIN;

	if (!(which & TORTURE_HEAVY) || torture_is_full() || step <= 1)
		return 1;
	return step > THIN ? THIN : step - 1 + step % 2;
}

size_t torture_range(
	struct bytes seed, size_t at, size_t n, unsigned which, torture_fn fn, void *ctx)
{
	struct run r = {
		.seed = seed, .fn = fn, .ctx = ctx, .step = step_of(n * 8, which)};

	at = at < seed.n ? at : seed.n;
	n = n < seed.n - at ? n : seed.n - at;
	r.copy = copy_of(seed);
	part(&r, at, n, which);
	free(r.copy);
	return r.count;
}

size_t torture_each(struct bytes seed, unsigned which, torture_fn fn, void *ctx)
{
	struct run r = {.seed = seed, .fn = fn, .ctx = ctx};

	if (seed.n <= EXHAUSTIVE_MAX)
		return torture_range(seed, 0, seed.n, which, fn, ctx);
	r.step = step_of(SAMPLES, which);
	r.copy = copy_of(seed);
	sample(&r, which);
	free(r.copy);
	return r.count;
}
