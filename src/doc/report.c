/* report: gathering signatures and drawing the conclusion.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/report.h"

#include "base/time.h"

#include <string.h>

struct report *report_new(const struct judge *j, const char *file, const char *format)
{
	struct report *r = ARENA_NEW(j->arena, struct report);

	r->arena = j->arena;
	r->lang = j->lang;
	r->file = file;
	r->format = format;
	r->verified_at = j->now;
	r->proven_at = TIME_NONE;
	r->indication = INDICATION_NO_SIGNATURE;
	r->signatures =
		ARENA_ARRAY(j->arena, REPORT_SIGNATURES_MAX, struct report_signature);
	r->notes = ARENA_ARRAY(j->arena, REPORT_NOTES_MAX, const char *);
	if (j->trust) {
		r->has_trust = true;
		r->trust_serial = j->trust->serial;
		memcpy(r->trust_sm3, j->trust->sm3, SM3_SIZE);
	}
	return r;
}

struct report_signature *report_add(
	struct report *r, enum report_kind kind, const char *format)
{
	struct report_signature *s;

	if (r->count == REPORT_SIGNATURES_MAX)
		return NULL;
	s = &r->signatures[r->count++];
	s->kind = kind;
	s->format = format;
	s->claimed = s->stamped = TIME_NONE;
	s->time_source = "claimed";
	s->verdict = verdict_make(r->arena, r->lang);
	return s;
}

void report_note(struct report *r, const char *text)
{
	if (r->note_count < REPORT_NOTES_MAX)
		r->notes[r->note_count++] = text;
}

void report_set_signer(struct report *r, struct report_signature *s, const struct cert *c,
	const struct trust_anchor *anchor)
{
	s->has_signer = true;
	s->signer = *c;
	s->signer_subject = name_format(r->arena, c->subject);
	s->signer_issuer = name_format(r->arena, c->issuer);
	s->signer_title = name_title(r->arena, c->subject);
	if (anchor && !cert_credit_code(c, anchor->credit_code, s->credit_code))
		s->credit_code[0] = 0;
}

/* Did any check of the mathematics or of the form fail, or could not be made? */
static enum national national_of_checks(const struct verdict *v)
{
	static const enum check_id ids[] = {CHECK_FORMAT, CHECK_DIGEST_DOCUMENT,
		CHECK_DIGEST_FILES, CHECK_SIGNATURE_VALUE, CHECK_SEAL_VALUE,
		CHECK_SEAL_VALIDITY, CHECK_SEAL_LISTS_SIGNER, CHECK_SEAL_MATCHES_FILE,
		CHECK_SEAL_MAKER, CHECK_SEAL_OWNER, CHECK_CERT_CHAIN, CHECK_CERT_USAGE};
	enum national worst = NATIONAL_VALID;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const struct check *c = &v->checks[ids[i]];

		if (!c->present || c->result == CHECK_PASSED)
			continue;
		if (c->result == CHECK_NOT_CHECKED ||
			c->sub == SUB_NO_CERTIFICATE_CHAIN_FOUND) {
			worst = NATIONAL_UNDETERMINED;
			continue;
		}
		/* A seal or maker that has lapsed since is judged at the claimed time. */
		if (c->sub == SUB_OUT_OF_BOUNDS_NO_POE)
			continue;
		return NATIONAL_INVALID;
	}
	return worst;
}

enum { CLOCK_SKEW_MINUTES = 5 };

static bool is_ahead(const struct report_signature *s, const struct judge *j)
{
	return s->claimed != TIME_NONE &&
	       s->claimed > j->now + CLOCK_SKEW_MINUTES * TIME_MINUTE;
}

void report_check_claim(struct report_signature *s, const struct judge *j)
{
	if (is_ahead(s, j))
		verdict_fail(&s->verdict, CHECK_CERT_VALIDITY,
			SUB_SIG_CONSTRAINTS_FAILURE, "GB/T 38540-2020 §7.3 d)",
			say(j->arena, j->lang, MSG_REPORT_AHEAD,
				time_beijing(j->arena, s->claimed)));
}

//= GB/T 38540-2020 §8.3: a certificate lapsed or revoked by now counts if it was good when sealed
void report_set_national(
	struct report_signature *s, const struct judge *j, const struct opinion *o)
{
	enum msg note = MSG_NATIONAL_VALID;

	s->national = national_of_checks(&s->verdict);
	if (s->national == NATIONAL_INVALID) {
		note = MSG_NATIONAL_FAILED_CHECK;
	} else if (is_ahead(s, j)) {
		s->national = NATIONAL_INVALID;
		note = MSG_NATIONAL_AHEAD;
	} else if (!o) {
		s->national = NATIONAL_UNDETERMINED;
		note = MSG_NATIONAL_NO_CERTIFICATE;
	} else if (s->claimed != TIME_NONE &&
		   (!o->valid_at_claimed || o->revoked_at_claimed)) {
		s->national = NATIONAL_INVALID;
		note = MSG_NATIONAL_CERT_AT_CLAIMED;
	} else if (s->national == NATIONAL_UNDETERMINED) {
		note = MSG_NATIONAL_CHAIN_UNKNOWN;
	} else if (s->claimed == TIME_NONE) {
		s->national = NATIONAL_UNDETERMINED;
		note = MSG_NATIONAL_NO_TIME;
	} else if (s->verdict.checks[CHECK_CERT_REVOCATION].result == CHECK_NOT_CHECKED) {
		s->national = NATIONAL_UNDETERMINED;
		note = MSG_NATIONAL_STATUS_UNKNOWN;
	} else if (s->verdict.checks[CHECK_CERT_VALIDITY].result != CHECK_PASSED) {
		note = MSG_NATIONAL_LAPSED_SINCE;
	}
	s->national_note = say(j->arena, j->lang, note);
}

/* Time stamps and evidence records prove when something was there, and nobody's consent:
 * without a signature beside them they leave a document unsigned. */
static bool is_signed(const struct report *r)
{
	if (strcmp(r->format, "timestamp") == 0)
		return r->count != 0;
	for (size_t i = 0; i < r->count; i++) {
		enum report_kind kind = r->signatures[i].kind;

		if (kind != REPORT_TIMESTAMP && kind != REPORT_EVIDENCE &&
			kind != REPORT_RECORD)
			return true;
	}
	return false;
}

void report_conclude(struct report *r)
{
	r->indication = r->count ? INDICATION_PASSED : INDICATION_NO_SIGNATURE;
	r->sub = SUB_NONE;
	for (size_t i = 0; i < r->count; i++) {
		struct report_signature *s = &r->signatures[i];

		s->indication = verdict_indication(&s->verdict, &s->sub);
		if (s->apart || s->indication < r->indication ||
			s->indication == INDICATION_PASSED)
			continue;
		if (s->indication > r->indication || s->sub < r->sub)
			r->sub = s->sub;
		r->indication = s->indication;
	}
	/* What is broken stays broken, signed or not. */
	if (r->indication != INDICATION_FAILED && !is_signed(r)) {
		r->indication = INDICATION_NO_SIGNATURE;
		r->sub = SUB_NONE;
	}
}

int report_exit(enum indication i)
{
	switch (i) {
	case INDICATION_PASSED:
		return 0;
	case INDICATION_FAILED:
		return 1;
	case INDICATION_INDETERMINATE:
		return 2;
	case INDICATION_NO_SIGNATURE:
		return 3;
	}
	return 2;
}
