/* torture: a parser is handed every altered form of a good input and must stay sane.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The function is called once for each alteration with the altered octets in heap memory
 * of exactly their size, so that a sanitizer sees the first octet read too far. It
 * asserts what must hold (no crash comes by itself; "never verified" is the test's to
 * say).
 *
 * Seeds of up to 4 KB are altered exhaustively: cut at every length, every bit flipped.
 * Larger ones are cut and flipped at 2 000 places, the same in each run; torture_range
 * does an important part of them (a zip directory) exhaustively. TORTURE_HEAVY is for
 * functions that take long: outside `make torture` (environment TORTURE=1) they see one
 * alteration in seventeen, evenly spread, and never fewer than 500 where there are as
 * many.
 */
#ifndef QY_TESTS_TORTURE_H
#define QY_TESTS_TORTURE_H

#include "base/bytes.h"

enum torture_which {
	TORTURE_CUT = 1,  /* the first `at` octets only */
	TORTURE_FLIP = 2, /* bit `bit` of octet `at` turned over */
	TORTURE_ALL = TORTURE_CUT | TORTURE_FLIP,
	TORTURE_HEAVY = 4
};

struct alteration {
	enum torture_which kind; /* TORTURE_CUT or TORTURE_FLIP */
	size_t at;
	unsigned bit;
};

typedef void (*torture_fn)(
	struct bytes altered, const struct alteration *what, void *ctx);

/* Calls fn for the alterations of seed that `which` names (ORed); returns how many. */
size_t torture_each(struct bytes seed, unsigned which, torture_fn fn, void *ctx);

/* Every flip of the n octets from `at`, and every cut that ends among them. */
size_t torture_range(
	struct bytes seed, size_t at, size_t n, unsigned which, torture_fn fn, void *ctx);

/* Is this `make torture`? */
bool torture_is_full(void);

/* The next number of a sequence that is the same in each run; *state starts as any. */
uint64_t torture_random(uint64_t *state);

#endif
