/* rule: the law, and the platform's own policy, as dated rows.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A row says what holds from a day to a day in a region, by which article, with which
 * parameters (docs/formats/rules.md). Rows are compiled in from rules/ and can be read
 * from a folder instead. The evaluator is pure: rows, a question, a moment; no clock and
 * no database. What no row in force answers is an error, never a guess.
 */
#ifndef QY_DOMAIN_RULE_H
#define QY_DOMAIN_RULE_H

#include "base/i18n.h"
#include "base/time.h"

enum {
	RULES_FILE_MAX = 1 << 20, /* octets of a file */
	RULES_FILES_MAX = 64,
	RULES_ROWS_MAX = 4096,
	RULE_ID_MAX = 64,
	RULE_TEXT_MAX = 512, /* octets of titles, articles and texts */
	RULE_PARAMETERS_MAX = 16,
	RULE_REGION = 6 /* digits, GB/T 2260 */
};
/* A number of a rule is at most this, so that durations cannot overflow. */
#define RULE_INT_MAX INT64_C(1000000000000)

/* Rows that code asks for, as they stand in rules/: one spelling. */
#define RULE_CREDENTIAL_COOL_OFF      "credential.cool-off"
#define RULE_CREDENTIAL_BID_AGE       "credential.bid-age"
#define RULE_CREDENTIAL_WARN          "credential.warn"
#define RULE_RECOVERY_CREDENTIAL_AGE  "recovery.credential-age"
#define RULE_RECOVERY_COOL_OFF        "recovery.cool-off"
#define RULE_RECOVERY_CANCELLED_MAX   "recovery.cancelled-max"
#define RULE_SESSION_IDLE             "session.idle"
#define RULE_SESSION_LIFE             "session.life"
#define RULE_STEP_UP_LIFE             "step-up.life"
#define RULE_CHALLENGE_LIFE           "challenge.life"
#define RULE_LOCK_OUT                 "lock-out"
#define RULE_CERTIFICATE_STATUS       "certificate.status"
#define RULE_LOSS_CONFIRM             "loss.confirm"
#define RULE_LOSS_LIMIT               "loss.limit"
#define RULE_PASSWORD                 "password"
#define RULE_INVITATION_LIFE          "invitation.life"
#define RULE_INVITATION_OPEN_MAX      "invitation.open-max"
#define RULE_MANDATE_LIFE_MAX         "mandate.life-max"
#define RULE_MANDATE_ORDER_LIFE       "mandate.order-life"
#define RULE_SECRET_READS_PER_HOUR    "secret.reads-per-hour"
#define RULE_ORGANISATION_PENDING_MAX "organisation.pending-max"

/* The whole country, for what has no region. */
#define RULE_NATIONWIDE "000000"

struct rules;

/* A parameter: a number or a text (null: it is a number). */
struct rule_parameter {
	const char *name;
	int64_t number;
	const char *text;
};

struct rule_row {
	const char *id, *title[LANG_COUNT], *article;
	char region[RULE_REGION +
		    1];   /* "000000" country, "440000" province, "440600" … */
	int64_t from, to; /* holds at from <= t < to; Beijing days; INT64_MAX: still */
	bool to_confirm;  /* entered from memory; shown as such to the administrator */
	const char *file; /* it stands in */
	struct rule_parameter parameters[RULE_PARAMETERS_MAX];
	size_t parameter_count;
};

/* A file of rows, as it was read. */
struct rules_file {
	const char *name;
	struct bytes text;
};

/* Reads files as one set. ERR_MALFORMED, ERR_TOO_LARGE: the text names file and row. Two
 * rows of one id and region whose periods overlap are malformed. */
MUST_USE bool rules_read(
	struct rules **out, const struct rules_file *files, size_t count, struct err *e);
/* Every *.json of a folder, in the order of names; null: those compiled in. ERR_NO_INPUT:
 * no such folder, or none in it. */
MUST_USE bool rules_load(struct rules **out, const char *folder, struct err *e);
void rules_free(struct rules *r);
AUTO_DEFINE(rules);

/* Rows by id, region and from, for the administrator's page. */
size_t rules_count(const struct rules *r);
const struct rule_row *rules_row(const struct rules *r, size_t i);

/* The row in force at a moment in a region (six digits): the most specific one.
 * ERR_NOT_FOUND (documented): none. */
MUST_USE bool rule_find(const struct rules *r, const char *id, const char *region,
	int64_t at, const struct rule_row **out, struct err *e);
/* A number of it. ERR_NOT_FOUND: no row, or the row lacks that parameter. */
MUST_USE bool rule_int(const struct rules *r, const char *id, const char *region,
	int64_t at, const char *name, int64_t *out, struct err *e);
/* A span of time, in microseconds: exactly one of the parameters "days", "hours",
 * "minutes", "seconds" must stand in the row. */
MUST_USE bool rule_span(const struct rules *r, const char *id, const char *region,
	int64_t at, int64_t *out, struct err *e);

/* Does every row that code asks for stand there, with what it asks for, at a moment,
 * nationwide? For start-up and doctor; ERR_NOT_FOUND names the first that does not. */
MUST_USE bool rules_complete(const struct rules *r, int64_t at, struct err *e);

/* The set that is compiled in: made by the build from rules/. */
extern const struct rules_file rules_builtin[];
extern const size_t rules_builtin_count;

#endif
