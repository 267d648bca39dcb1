/* fuzz_qye: containers of evidence: opened and judged.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/qye.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	AUTO(source) s = source_of_bytes(bytes_make(p, n));
	struct judge j = {.arena = a,
		.lang = LANG_EN,
		.evidence = evidence_new(a),
		.poe = poe_new(a),
		.now = INT64_C(1800000000) * TIME_SECOND};
	struct report *r;
	AUTO(qye) q = NULL;
	struct err e = {0};

	if (!qye_open(&q, a, s, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return 0;
	}
	demand(q->generations > 0 && qye_is(s));
	if (!qye_judge(&r, &j, "fuzz", q, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return 0;
	}
	/* Without a trust store nothing is proven, and nothing passes. */
	demand(r->proven_at == TIME_NONE && r->indication != INDICATION_PASSED);
	demand(report_json(r)[0] == '{' && report_text(r)[0]);
	return 0;
}
