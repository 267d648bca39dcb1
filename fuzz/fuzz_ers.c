/* fuzz_ers: evidence records of RFC 4998: read, judged over a group that is not theirs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/ers.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static bool no_object(
	void *ctx, size_t i, enum digest_alg alg, uint8_t *out, struct err *e)
{
	(void)ctx;
	(void)e;
	digest_of(alg, bytes_make(&i, sizeof i), out);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	struct judge j = {.arena = a,
		.lang = LANG_ZH,
		.evidence = evidence_new(a),
		.poe = poe_new(a),
		.now = INT64_C(1800000000) * TIME_SECOND};
	struct ers_group group = {1 + (n & 3), no_object, NULL};
	struct report *r = report_new(&j, "fuzz", "qye");
	struct report_signature *s = report_add(r, REPORT_RECORD, "rfc4998");
	struct proof_time proof;
	struct ers *record;
	struct err e = {0};

	if (!ers_read(&record, a, bytes_make(p, n), &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return 0;
	}
	demand(record->count > 0 && record->chains[0].count > 0);
	demand(ers_judge(s, &j, record, &group, &proof, &e));
	/* Nobody is trusted here, so nothing is proven. */
	demand(!proof.is_proven);
	report_conclude(r);
	demand(r->indication != INDICATION_PASSED);
	return 0;
}
