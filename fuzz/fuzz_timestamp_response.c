/* fuzz_timestamp_response: an authority's answer, as a client looks at it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/timestamp_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t imprint[SM3_SIZE] = {1};
	AUTO(arena) a = arena_new();
	struct timestamp_question q = {.alg = DIGEST_SM3, .imprint = BYTES_OF(imprint)};
	struct timestamp_response r;
	struct bytes token;
	struct err e = {0};

	if (!timestamp_response_read(&r, bytes_make(p, n), &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return 0;
	}
	/* Nobody finds a token over an imprint that was never stamped. */
	demand(!timestamp_answer_check(a, &token, &q, bytes_make(p, n), 0, &e));
	demand(e.code != ERR_NONE);
	return 0;
}
