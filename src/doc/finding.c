/* finding: see finding.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/finding.h"

const char *finding_result_name(enum finding_result result)
{
	static const char *const names[] = {[FINDING_NOT_CHECKED] = "not-checked",
		[FINDING_PASSED] = "passed",
		[FINDING_FAILED] = "failed"};

	return names[result];
}

void finding_pass(struct finding *f, const char *detail)
{
	if (!f->present)
		*f = (struct finding){true, FINDING_PASSED, detail};
}

void finding_skip(struct finding *f, const char *detail)
{
	if (!f->present || f->result == FINDING_PASSED)
		*f = (struct finding){true, FINDING_NOT_CHECKED, detail};
}

void finding_fail(struct finding *f, const char *detail)
{
	if (!f->present || f->result != FINDING_FAILED)
		*f = (struct finding){true, FINDING_FAILED, detail};
}

size_t finding_objection(const struct finding *list, size_t count)
{
	size_t open = count;

	for (size_t i = 0; i < count; i++) {
		if (!list[i].present)
			continue;
		if (list[i].result == FINDING_FAILED)
			return i;
		if (list[i].result == FINDING_NOT_CHECKED && open == count)
			open = i;
	}
	return open;
}
