/* places: the addresses the operator entered, and nothing beyond them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * An entry is "https://host[:port]" or that with a path: then what is asked must begin
 * with it, up to a '/', and be plain. Scheme, host and port are equal or they are another
 * place; there are no patterns.
 */
#ifndef QY_COURIER_PLACES_H
#define QY_COURIER_PLACES_H

#include "base/arena.h"
#include "base/err.h"

enum { PLACES_MAX = 256, PLACE_URL_MAX = 2000 };

/* A URL of http or https, taken apart; borrowed. */
struct place {
	bool secure;
	struct bytes host; /* lower case; "[…]" of an IPv6 address */
	uint16_t port;
	struct bytes path; /* from its '/', query included; empty: "/" */
	bool plain;        /* the path has no escape, no dot segment, no empty one */
};

/* ERR_USAGE for anything else: a user name, a fragment, a backslash, capitals or anything
 * odd in the host. What is refused here is never handed to a library that might read it
 * another way. */
MUST_USE bool place_read(struct place *out, struct bytes url, struct err *e);

struct places {
	struct arena *arena;
	struct place list[PLACES_MAX];
	size_t count;
};

/* Adds an entry; copied into p->arena. ERR_USAGE, ERR_TOO_LARGE. */
MUST_USE bool places_add(struct places *p, struct bytes entry, struct err *e);

/* ERR_DENIED: not among them; ERR_USAGE: no such URL at all. */
MUST_USE bool places_allow(const struct places *p, struct bytes url, struct err *e);

#endif
