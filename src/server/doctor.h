/* doctor: what is well and what is not, each with its cure: `qianyind doctor`, and the
 * administrator's page. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_DOCTOR_H
#define QY_SERVER_DOCTOR_H

#include "server/host.h"

enum doctor_state { DOCTOR_OK, DOCTOR_WARN, DOCTOR_BAD };

struct doctor_finding {
	const char *id; /* "database.schema", a literal */
	enum doctor_state state;
	const char *text; /* what was seen, in the reader's language */
	const char *cure; /* what to do; "" when all is well */
};

enum { DOCTOR_FINDINGS_MAX = 64 };

struct doctor_report {
	struct arena *arena;
	enum lang lang;
	struct doctor_finding findings[DOCTOR_FINDINGS_MAX];
	size_t count;
};

/* Looks at everything the host has open. thorough: also reads the whole database and
 * blobs. Nothing fails: what cannot be found out is a finding. */
void doctor_look(struct host *h, bool thorough, struct doctor_report *out);
/* The worst of them. */
enum doctor_state doctor_verdict(const struct doctor_report *r);
/* "ok", "warn", "bad" */
const char *doctor_state_name(enum doctor_state s);
/* {"state": …, "findings": [{id, state, text, cure}]}, in the arena of the report. */
const char *doctor_json(const struct doctor_report *r);

#endif
