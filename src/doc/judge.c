/* judge: see judge.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/judge.h"

void judge_learn_cert(const struct judge *j, struct bytes der)
{
	struct err e;

	if (!evidence_add_cert(j->evidence, der, &e))
		return;
}

void judge_learn_crl(const struct judge *j, struct bytes der)
{
	struct err e;

	if (!evidence_add_crl(j->evidence, der, &e))
		return;
}
