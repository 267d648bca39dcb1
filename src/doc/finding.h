/* finding: one thing that was looked at, and what came of it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * As in a verdict, not checked never becomes passed. A list of findings is for people to
 * see as it is; whether it lets anything happen, its owner's function says.
 */
#ifndef QY_DOC_FINDING_H
#define QY_DOC_FINDING_H

#include <stdbool.h>
#include <stddef.h>

enum finding_result { FINDING_NOT_CHECKED, FINDING_PASSED, FINDING_FAILED };

struct finding {
	bool present; /* it applies here */
	enum finding_result result;
	const char *detail; /* in the asker's language; never null once present */
};

/* "not-checked", "passed", "failed" */
const char *finding_result_name(enum finding_result result);

/* Enter a result; of several the worst stays (failed, not checked, passed), of equal ones
 * the first. */
void finding_pass(struct finding *f, const char *detail);
void finding_skip(struct finding *f, const char *detail);
void finding_fail(struct finding *f, const char *detail);

/* The first of a list that failed, else the first that was not checked, else count. */
size_t finding_objection(const struct finding *list, size_t count);

#endif
