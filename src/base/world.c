/* world: the system's clock and random octets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/world.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t system_now(struct world *w)
{
	struct timespec t;

	(void)w;
	if (clock_gettime(CLOCK_REALTIME, &t) != 0)
		abort();
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void system_random(struct world *w, void *p, size_t n)
{
	uint8_t *at = p;

	(void)w;
	while (n) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		at += got;
		n -= (size_t)got;
	}
}

struct world *world_system(void)
{
	static struct world w = {.now = system_now, .random = system_random};

	return &w;
}
