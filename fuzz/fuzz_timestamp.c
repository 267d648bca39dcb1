/* fuzz_timestamp: a token by itself: read, judged over a document, named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/timestamp.h"
#include "doc/timestamp_answer.h"
#include "doc/timestamp_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void judge_file(struct bytes der)
{
	AUTO(arena) a = arena_new();
	AUTO(source) content = source_of_bytes(BYTES("document"));
	struct judge j = {.arena = a,
		.lang = LANG_ZH,
		.evidence = evidence_new(a),
		.content = der.n & 1 ? content : NULL};
	struct report *r = report_new(&j, "fuzz", "timestamp");
	struct bytes token;
	struct err e = {0};

	if (!timestamp_file_is(der, &token))
		return;
	if (!timestamp_file_judge(r, &j, token, &e))
		demand(e.code != ERR_NONE && e.text[0]);
	report_conclude(r);
	/* Without a trust store nothing is ever total-passed, nor a time proven. */
	demand(r->indication != INDICATION_PASSED);
	demand(!r->count || r->signatures[0].stamped == INT64_MIN);
	demand(report_json(r)[0] == '{' && report_text(r)[0]);
}

static void judge_within(struct bytes der)
{
	AUTO(arena) a = arena_new();
	struct judge j = {.arena = a, .lang = LANG_EN, .evidence = evidence_new(a)};
	struct report *r = report_new(&j, "fuzz", "cms");
	struct report_signature *s = report_add(r, REPORT_SIGNATURE, "cms");
	struct proof_time proof = {0};

	timestamp_judge(s, &j, der, BYTES("value"), &proof);
	demand(!proof.is_proven && s->verdict.checks[CHECK_TIMESTAMP_VALUE].present);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes der = bytes_make(p, n), nonce;
	struct timestamp t;
	struct err e;

	if (timestamp_read(&t, der, &e) && timestamp_nonce(der, &nonce, &e))
		demand(nonce.n == 0 || (nonce.p >= p && nonce.p + nonce.n <= p + n));
	judge_file(der);
	judge_within(der);
	return 0;
}
