/* lab: what tests need and nobody else may have; see hooks.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/hooks.h"

#include <string.h>

#include "base/time.h"
#include "crypto/digest.h"

enum {
	FAULT_EXPIRED,
	FAULT_NOT_YET,
	FAULT_SIGNATURE,
	FAULT_USAGE,
	FAULT_NO_DEMO,
	FAULT_NONE
};

const struct cli_option hook_options[] = {
	{"lab-seed", 0, CLI_NUMBER, 0, NULL, MSG_OPT_LAB_SEED, 0},
	{"lab-fault", 0, CLI_CHOICE, 0,
		"expired|not-yet|bad-signature|wrong-usage|no-demonstration",
		MSG_OPT_LAB_FAULT, 0},
	CLI_END,
};

/* Randomness that is SM3(seed, command, counter) block by block: the same every time. */
struct seeded {
	struct world world; /* first: what is handed down */
	struct world *real;
	uint64_t seed, counter;
	const char *command;
};

static int64_t seeded_now(struct world *w)
{
	struct world *real = ((struct seeded *)w)->real;

	return real->now(real);
}

static void seeded_random(struct world *w, void *p, size_t n)
{
	struct seeded *s = (struct seeded *)w;
	uint8_t *to = p, block[SM3_SIZE];

	for (size_t done = 0; done < n;) {
		AUTO(digest) d = digest_new(DIGEST_SM3);
		uint64_t numbers[2] = {s->seed, s->counter++};

		digest_put(d, bytes_make(numbers, sizeof numbers));
		digest_put(d, bytes_str(s->command));
		digest_finish(d, block);
		for (size_t i = 0; i < sizeof block && done < n; i++)
			to[done++] = block[i];
	}
}

struct world *hook_world(struct cli *c)
{
	struct seeded *s;

	if (!cli_flag(c, "lab-seed"))
		return c->world;
	s = ARENA_NEW(c->arena, struct seeded);
	*s = (struct seeded){.world = {.now = seeded_now, .random = seeded_random},
		.real = c->world,
		.seed = cli_number(c, "lab-seed", 0),
		.command = c->command->name};
	return &s->world;
}

void hook_spec(struct cli *c, struct issue_spec *spec)
{
	switch (cli_choice(c, "lab-fault", FAULT_NONE)) {
	case FAULT_EXPIRED:
		spec->not_before -= 2 * TIME_DAY;
		spec->not_after = spec->not_before + TIME_DAY;
		break;
	case FAULT_NOT_YET:
		spec->not_before += TIME_DAY;
		spec->not_after += TIME_DAY;
		break;
	case FAULT_USAGE:
		spec->profile = spec->profile == ISSUE_SIGN ? ISSUE_ENCRYPT : ISSUE_SIGN;
		break;
	case FAULT_NO_DEMO:
		spec->demonstration = false;
		break;
	default:
		break;
	}
}

struct bytes hook_cert(struct cli *c, struct bytes der)
{
	uint8_t *copy;

	if (cli_choice(c, "lab-fault", FAULT_NONE) != FAULT_SIGNATURE)
		return der;
	copy = (uint8_t *)arena_alloc(c->arena, der.n);
	for (size_t i = 0; i < der.n; i++)
		copy[i] = der.p[i];
	copy[der.n - 1] ^= 1;
	return bytes_make(copy, der.n);
}
