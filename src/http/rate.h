/* rate: how often somebody may try something; bounded memory, nobody forgotten too early.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A bucket of tokens for each key (an address prefix, an account): `burst` of them at
 * first, one more every `every_us`. A bucket that is full again is forgotten, which loses
 * nothing. One that is not full is never evicted: who floods the table with keys of his
 * own cannot have another's tries forgotten. Where all places a key may have are taken
 * so, it draws from one bucket that the table keeps for such keys together.
 *
 * Keys are hashed with a secret of the table, so that nobody can aim at a place. Memory
 * is lost with the process: what must outlive it (an account locked) is in the database.
 */
#ifndef QY_HTTP_RATE_H
#define QY_HTTP_RATE_H

#include "base/mem.h"
#include "base/world.h"
#include "http/http.h"

struct rate_conf {
	unsigned burst;   /* 1 to 1 000 000 */
	int64_t every_us; /* 1 to a day */
	size_t places;    /* rounded up to a power of two, at least 64; 24 octets each */
};

struct rate;

/* A wrong conf aborts: it is a constant of the program, or checked by who reads it. */
struct rate *rate_new(const struct rate_conf *conf, struct world *world);
void rate_free(struct rate *r);
AUTO_DEFINE(rate);

/* Takes one token of key's bucket. False: there is none; *wait_us says when there is
 * (may be null). From any thread. The clock may jump: a bucket is never emptier than
 * empty, nor fuller than full. */
bool rate_take(struct rate *r, struct bytes key, int64_t now, int64_t *wait_us);
/* Would it be given? Takes nothing. */
bool rate_peek(struct rate *r, struct bytes key, int64_t now, int64_t *wait_us);

/* How many keys are remembered now, and how many draws went to the common bucket. */
void rate_count(struct rate *r, int64_t now, size_t *remembered, uint64_t *common);

enum { RATE_ADDRESS_KEY = 16 };
/* The key of a client's network: IPv4 by /24, IPv6 by /56; all of a unix socket alike. */
void rate_address(uint8_t key[RATE_ADDRESS_KEY], const struct http_client *client);

#endif
