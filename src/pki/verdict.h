/* verdict: what was checked, what came of it, and what that makes of a signature.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A check is passed, failed or not checked, and not checked never becomes passed. Which
 * checks apply is the caller's knowledge: those that do not are not in the list at all.
 * Each failed or unchecked one carries the sub-indication of ETSI EN 319 102-1 it would
 * lead to alone; the verdict takes the worst.
 */
#ifndef QY_PKI_VERDICT_H
#define QY_PKI_VERDICT_H

#include "base/i18n.h"

enum check_id {
#define CHECK(name, text) CHECK_##name,
#include "pki/checks.tbl"
#undef CHECK
	CHECK_COUNT
};

enum check_result { CHECK_PASSED, CHECK_NOT_CHECKED, CHECK_FAILED };

enum indication {
	INDICATION_PASSED,
	INDICATION_NO_SIGNATURE,
	INDICATION_INDETERMINATE,
	INDICATION_FAILED
};

enum sub {
	SUB_NONE,
#define SUB(name, class) SUB_##name,
#include "pki/subs.tbl"
#undef SUB
	SUB_COUNT
};

struct check {
	bool present;
	enum check_result result;
	enum sub sub; /* SUB_NONE when passed */
	bool fatal; /* a failure that is TOTAL-FAILED whatever the sub-indication's class
		     */
	const char *detail; /* in the verdict's language; never null, may be empty */
	const char *rule;   /* the clause that asks for it, or null */
};

struct verdict {
	struct arena *arena; /* details live here */
	enum lang lang;
	struct check checks[CHECK_COUNT];
};

struct verdict verdict_make(struct arena *a, enum lang lang);

/* Enter a result. A check entered twice keeps the worse one (failed, not checked,
 * passed); of equal ones the worse sub-indication, and the second's detail behind the
 * first's. detail and rule live as long as the arena. */
void verdict_pass(
	struct verdict *v, enum check_id id, const char *rule, const char *detail);
void verdict_skip(struct verdict *v, enum check_id id, enum sub sub, const char *rule,
	const char *detail);
void verdict_fail(struct verdict *v, enum check_id id, enum sub sub, const char *rule,
	const char *detail);
/* A failure that makes TOTAL-FAILED although its sub-indication alone would not. */
void verdict_fail_total(struct verdict *v, enum check_id id, enum sub sub,
	const char *rule, const char *detail);
/* Enters one check as it stands, under another id (a seal maker's chain under
 * seal.maker). */
void verdict_enter(struct verdict *v, enum check_id id, const struct check *c);

/* FAILED before INDETERMINATE before PASSED; *sub says why. seal.filing, slots.complete
 * and picture.unsigned change nothing while not checked (design §5). */
enum indication verdict_indication(const struct verdict *v, enum sub *sub);

/* "digest.files"; "passed", "failed", "not-checked"; "TOTAL-PASSED", …; "HASH_FAILURE", …
 */
const char *check_name(enum check_id id);
const char *check_result_name(enum check_result result);
const char *indication_name(enum indication i);
const char *sub_name(enum sub sub);
/* The check in words: "文件摘要" / "Digests of files". */
const char *check_title(enum lang lang, enum check_id id);

#endif
