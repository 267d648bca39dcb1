/* fuzz_ses: electronic seals and seal signatures: read and judged.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/ses_verify.h"
#include "doc/ses_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void conclude(struct report *r)
{
	report_conclude(r);
	/* Without a trust store nothing is ever total-passed. */
	demand(r->indication != INDICATION_PASSED);
	demand(report_json(r)[0] == '{' && report_text(r)[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t sm3[SM3_SIZE] = {1, 2, 3};
	AUTO(arena) a = arena_new();
	struct judge j = {.arena = a, .lang = LANG_ZH, .evidence = evidence_new(a)};
	struct bytes der = bytes_make(p, n);
	struct ses_given given = {.data_sm3 = sm3, .seal_file = der};
	struct ses_signature signature;
	struct ses_seal seal;
	struct report *r;
	struct err e = {0};

	if (ses_signature_read(&signature, der, &e)) {
		demand(signature.seal.whole.n < der.n && signature.tbs.n < der.n);
		r = report_new(&j, "fuzz", "ses-signature");
		ses_judge_signature(
			r, report_add(r, REPORT_SEAL, "ses"), &j, &signature, &given);
		conclude(r);
	}
	demand(e.code == ERR_NONE || e.text[0]);
	if (ses_seal_read(&seal, der, &e)) {
		demand(seal.picture.data.n <= SES_PICTURE_MAX);
		(void)ses_seal_value_holds(&seal);
		(void)ses_seal_lists(&seal, der);
		r = report_new(&j, "fuzz", "seal");
		ses_judge_seal(r, report_add(r, REPORT_SEAL_DATA, "ses"), &j, &seal);
		conclude(r);
	}
	return 0;
}
