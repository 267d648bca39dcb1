/* rate: buckets as one number each: when they will be full again; see rate.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/rate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "base/time.h"

enum { WAYS = 8, PLACES_MIN = 64, BURST_MAX = 1000000 };

struct place {
	uint64_t key; /* the hash; 0: never used */
	int64_t full; /* when the bucket is full again */
};

struct rate {
	struct rate_conf conf;
	uint64_t secret[2];
	pthread_mutex_t lock;
	struct place *places;
	struct place common;
	uint64_t common_draws;
};

/* --- SipHash-2-4
 * ------------------------------------------------------------------------ */

static uint64_t rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t m)
{
	v[3] ^= m;
	sip_round(v);
	sip_round(v);
	v[0] ^= m;
}

/* Aumasson, Bernstein: SipHash, a fast short-input PRF. */
static uint64_t sip(const uint64_t secret[2], struct bytes b)
{
	uint64_t v[4] = {secret[0] ^ UINT64_C(0x736f6d6570736575),
		secret[1] ^ UINT64_C(0x646f72616e646f6d),
		secret[0] ^ UINT64_C(0x6c7967656e657261),
		secret[1] ^ UINT64_C(0x7465646279746573)};
	struct reader r = reader_of(b);
	uint64_t last = (uint64_t)b.n << 56;

	while (r.rest.n >= 8)
		sip_word(v, read_le64(&r));
	for (unsigned i = 0; r.rest.n; i += 8)
		last |= (uint64_t)read_u8(&r) << i;
	sip_word(v, last);
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* --- buckets
 * ---------------------------------------------------------------------------- */

struct rate *rate_new(const struct rate_conf *conf, struct world *world)
{
	struct rate *r = NEW(struct rate);

	if (!conf->burst || conf->burst > BURST_MAX || conf->every_us < 1 ||
		conf->every_us > TIME_DAY)
		abort();
	r->conf = *conf;
	r->conf.places = PLACES_MIN;
	while (r->conf.places < conf->places)
		r->conf.places *= 2;
	r->places = mem_alloc(r->conf.places * sizeof *r->places);
	r->common.full = TIME_NONE;
	world->random(world, r->secret, sizeof r->secret);
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void rate_free(struct rate *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	mem_wipe(r->secret, sizeof r->secret);
	mem_free(r->places);
	mem_free(r);
}

/* The key's own place, else one whose bucket is full, else the common one. Locked. */
static struct place *place_of(struct rate *r, uint64_t key, int64_t now)
{
	struct place *set = &r->places[key % (r->conf.places / WAYS) * WAYS];
	struct place *free_place = NULL;

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (!free_place && (!set[i].key || set[i].full <= now))
			free_place = &set[i];
	}
	if (!free_place)
		return &r->common;
	*free_place = (struct place){.key = key, .full = now};
	return free_place;
}

static bool ask(
	struct rate *r, struct bytes key, int64_t now, int64_t *wait_us, bool take)
{
	int64_t whole = (int64_t)r->conf.burst * r->conf.every_us, full, wait;
	uint64_t hash = sip(r->secret, key);
	struct place *p;

	pthread_mutex_lock(&r->lock);
	p = place_of(r, hash ? hash : 1, now);
	full = p->full < now ? now : p->full;
	/* The clock was set back: as if it had just been emptied. */
	full = full > now + whole ? now + whole : full;
	wait = full + r->conf.every_us - whole - now;
	if (wait <= 0 && take)
		full += r->conf.every_us;
	p->full = full;
	if (p == &r->common)
		r->common_draws++;
	pthread_mutex_unlock(&r->lock);
	if (wait_us)
		*wait_us = wait > 0 ? wait : 0;
	return wait <= 0;
}

bool rate_take(struct rate *r, struct bytes key, int64_t now, int64_t *wait_us)
{
	return ask(r, key, now, wait_us, true);
}

bool rate_peek(struct rate *r, struct bytes key, int64_t now, int64_t *wait_us)
{
	return ask(r, key, now, wait_us, false);
}

void rate_count(struct rate *r, int64_t now, size_t *remembered, uint64_t *common)
{
	*remembered = 0;
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->conf.places; i++)
		*remembered += r->places[i].key && r->places[i].full > now;
	*common = r->common_draws;
	pthread_mutex_unlock(&r->lock);
}

void rate_address(uint8_t key[RATE_ADDRESS_KEY], const struct http_client *client)
{
	static const uint8_t v4[12] = {[10] = 0xff, [11] = 0xff};
	bool is_v4 = bytes_equal(bytes_make(client->address, 12), BYTES_OF(v4));

	memset(key, 0, RATE_ADDRESS_KEY);
	memcpy(key, client->address, is_v4 ? 15 : 7);
}
