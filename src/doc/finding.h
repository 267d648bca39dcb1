/* finding: one thing that was looked at, and what came of it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * As in a verdict, not checked never becomes passed. A list of findings is for people to
 * see as it is; whether it lets anything happen, its owner's function says.
 */
#ifndef QY_DOC_FINDING_H
#define QY_DOC_FINDING_H

#include <stdbool.h>

enum finding_result { FINDING_NOT_CHECKED, FINDING_PASSED, FINDING_FAILED };

struct finding {
	bool present; /* it applies here */
	enum finding_result result;
	const char *detail; /* in the asker's language; never null once present */
};

/* "not-checked", "passed", "failed" */
const char *finding_result_name(enum finding_result result);

#endif
