/* fuzz_timestamp_request: whatever is asked of an authority gets an answer that is one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/tsa.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	struct timestamp_request q;
	struct timestamp_response r;
	/* Without a key: signing is slow, and reads nothing of the request. */
	struct tsa none = {0};
	struct bytes der = bytes_make(p, n), answer;
	struct err why = {0}, e = {0};

	if (timestamp_request_read(&q, der, &e))
		demand(q.message_imprint.n && q.message_imprint.p >= p &&
			q.message_imprint.p + q.message_imprint.n <= p + n);
	else
		demand(e.code != ERR_NONE && e.text[0]);
	demand(tsa_answer(a, &answer, world_system(), &none, der, &why, &e));
	demand(why.code != ERR_NONE);
	demand(timestamp_response_read(&r, answer, &e));
	demand(r.status == TIMESTAMP_REJECTION && r.failures && r.token.n == 0);
	return 0;
}
