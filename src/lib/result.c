/* result: holding what was just written against what stood there before, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "lib/lib.h"

#include <string.h>

/* A signature that had covered Signatures.xml ends with the next one: its maker locked
 * the file. Any other check that became worse is our fault. */
static bool check_earlier(const struct report_signature *was,
	const struct report_signature *is, struct err *e)
{
	for (enum check_id id = 0; id < CHECK_COUNT; id++) {
		const struct check *a = &was->verdict.checks[id],
				   *b = &is->verdict.checks[id];

		if (!a->present || !b->present || b->result <= a->result)
			continue;
		if (id == CHECK_DIGEST_FILES && strstr(b->detail, "Signatures.xml"))
			continue;
		return err_set(e, ERR_CRYPTO, "an earlier signature would suffer: %s %s",
			check_name(id), b->detail);
	}
	return true;
}

bool lib_check_added(const struct report *before, const struct report *after,
	size_t added, const enum check_id *own, size_t own_count, struct err *e)
{
	if (after->count != before->count + added)
		return err_set(e, ERR_CRYPTO, "the result has %zu signatures, not %zu",
			after->count, before->count + added);
	for (size_t i = 0; i < before->count; i++)
		if (!check_earlier(&before->signatures[i], &after->signatures[i], e))
			return false;
	for (size_t i = before->count; i < after->count; i++)
		for (size_t k = 0; k < own_count; k++) {
			const struct check *c =
				&after->signatures[i].verdict.checks[own[k]];

			if (!c->present || c->result != CHECK_PASSED)
				return err_set(e, ERR_CRYPTO,
					"the result does not verify: %s %s",
					check_name(own[k]), c->present ? c->detail : "");
		}
	return true;
}
