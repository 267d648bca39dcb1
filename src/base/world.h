/* world: what a program may not take from thin air: the clock and randomness.
 * SPDX-License-Identifier: Apache-2.0
 *
 * main() makes one world and hands it down; tests hand down one of their own, so that
 * they are repeatable. A product binary only ever uses world_system().
 */
#ifndef QY_BASE_WORLD_H
#define QY_BASE_WORLD_H

#include "base/bytes.h"

struct world {
	/* The present moment, UTC microseconds. */
	int64_t (*now)(struct world *w);
	/* Fills p with n unpredictable octets; never fails (aborts when the system has
	 * none). */
	void (*random)(struct world *w, void *p, size_t n);
};

/* The system's clock and getrandom(2). */
struct world *world_system(void);

#endif
