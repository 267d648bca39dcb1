/* lab: a clock that tests move. Lab builds only; scenario a001 looks that no release has
 * it. SPDX-License-Identifier: Apache-2.0
 */
#include "server/lab.h"

#include "base/source.h"
#include "base/text.h"
#include "base/time.h"

enum { CLOCK_FILE_MAX = 32 };

const bool lab_has_clock = true;

static const char *clock_path;

static int64_t ahead(void)
{
	AUTO(arena) a = arena_new();
	struct bytes text;
	uint64_t s;
	struct err none;

	if (!file_slurp(a, clock_path, CLOCK_FILE_MAX, &text, &none) ||
		!decimal_u64(text_trim(text), 10000000000, &s, &none))
		return 0;
	return (int64_t)s * TIME_SECOND;
}

static int64_t moved_now(struct world *w)
{
	(void)w;
	return world_system()->now(world_system()) + ahead();
}

static void system_random(struct world *w, void *p, size_t n)
{
	(void)w;
	world_system()->random(world_system(), p, n);
}

struct world *lab_world(const char *clock_file)
{
	static struct world moved = {.now = moved_now, .random = system_random};

	clock_path = clock_file;
	return clock_file ? &moved : world_system();
}
