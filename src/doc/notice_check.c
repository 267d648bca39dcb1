/* notice_check: what is found about a sealed tender notice before anybody packs a bid for
 * it; see notice.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "doc/notice_trustees.h"
#include "doc/ofd_verify.h"

static const char *const names[NOTICE_CHECK_COUNT] = {
	[NOTICE_CHECK_SEAL] = "seal",
	[NOTICE_CHECK_THRESHOLD] = "threshold",
	[NOTICE_CHECK_TRUSTEES] = "trustees",
	[NOTICE_CHECK_BUYERS] = "buyers",
	[NOTICE_CHECK_OPERATOR] = "operator",
	[NOTICE_CHECK_ONE_CA] = "one-ca",
	[NOTICE_CHECK_CHAINS] = "chains",
	[NOTICE_CHECK_ACCEPTANCES] = "acceptances",
	[NOTICE_CHECK_WITNESSES] = "witnesses",
};

static const enum msg titles[NOTICE_CHECK_COUNT] = {
	[NOTICE_CHECK_SEAL] = MSG_NOTICE_SEAL,
	[NOTICE_CHECK_THRESHOLD] = MSG_NOTICE_THRESHOLD,
	[NOTICE_CHECK_TRUSTEES] = MSG_NOTICE_TRUSTEES,
	[NOTICE_CHECK_BUYERS] = MSG_NOTICE_BUYERS,
	[NOTICE_CHECK_OPERATOR] = MSG_NOTICE_OPERATOR,
	[NOTICE_CHECK_ONE_CA] = MSG_NOTICE_ONE_CA,
	[NOTICE_CHECK_CHAINS] = MSG_NOTICE_CHAINS,
	[NOTICE_CHECK_ACCEPTANCES] = MSG_NOTICE_ACCEPTANCES,
	[NOTICE_CHECK_WITNESSES] = MSG_NOTICE_WITNESSES,
};

const char *notice_check_name(enum notice_check_id id)
{
	return names[id];
}

const char *notice_check_title(enum lang lang, enum notice_check_id id)
{
	return msg_text(lang, titles[id]);
}

/* --- the seal */

static bool is_of_buyer(const struct notice *n, const char *code)
{
	struct bytes c = bytes_str(code);

	return c.n && (bytes_equal(c, n->purchaser.credit_code) ||
			      bytes_equal(c, n->agency.credit_code));
}

/* What speaks for the notice: a seal over all of it, by purchaser or agency. */
static void judge_seals(struct finding *f, const struct report *r, const struct notice *n,
	const struct notice_conditions *c)
{
	const struct report_signature *open = NULL;

	for (size_t i = 0; i < r->count; i++) {
		const struct report_signature *s = &r->signatures[i];

		if (s->kind != REPORT_SEAL || !s->covers.whole_document ||
			!is_of_buyer(n, s->credit_code))
			continue;
		if (s->indication == INDICATION_PASSED) {
			finding_pass(f, say(c->arena, c->lang, MSG_NOTICE_SEALED,
						s->signer_title, s->credit_code));
			return;
		}
		open = s;
	}
	if (open)
		finding_skip(f, say(c->arena, c->lang, MSG_NOTICE_SEAL_OPEN,
					open->signer_title, sub_name(open->sub)));
	else
		finding_fail(f, say(c->arena, c->lang, MSG_NOTICE_UNSEALED));
}

static void check_seal(struct notice_finding *out, const struct notice_conditions *c)
{
	struct finding *f = &out->checks[NOTICE_CHECK_SEAL];
	struct judge j = {.arena = c->arena,
		.lang = c->lang,
		.trust = c->trust,
		.evidence = c->evidence ? c->evidence : evidence_new(c->arena),
		.now = c->now};
	struct report *r = report_new(&j, "", "ofd");
	AUTO(ofd) o = NULL;
	struct err e;

	if (!c->trust) {
		finding_skip(f, say(c->arena, c->lang, MSG_NOTICE_NO_REGISTER));
		return;
	}
	if (!ofd_open(&o, c->file, &e) || !ofd_judge(r, &j, o, NULL, NULL, &e)) {
		finding_fail(f, arena_str(c->arena, bytes_str(e.text)));
		return;
	}
	report_conclude(r);
	if (r->indication == INDICATION_FAILED)
		finding_fail(f,
			say(c->arena, c->lang, MSG_NOTICE_SEAL_BROKEN, sub_name(r->sub)));
	else
		judge_seals(f, r, &out->notice, c);
}

/* --- witnesses */

static bool is_witness_twice(const struct notice *n, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (bytes_equal(n->witnesses[i].person.credit_code,
			    n->witnesses[k].person.credit_code) ||
			pubkey_equal(&n->witnesses[i].key, &n->witnesses[k].key))
			return true;
	return false;
}

//= Protocols §2: witnesses of different legal persons, none the operator
static void check_witnesses(struct notice_finding *out, const struct notice_conditions *c)
{
	struct finding *f = &out->checks[NOTICE_CHECK_WITNESSES];
	const struct notice *n = &out->notice;

	for (size_t i = 0; i < n->witness_count; i++) {
		struct bytes code = n->witnesses[i].person.credit_code;

		if (is_witness_twice(n, i) ||
			bytes_equal(code, n->operator.credit_code) ||
			bytes_equal(code, c->operator_code))
			finding_fail(f, say(c->arena, c->lang, MSG_NOTICE_WITNESS_BAD,
						text_printable(c->arena,
							n->witnesses[i].person.name,
							NOTICE_TEXT_MAX)));
	}
	out->witnessed = n->witness_count >= 2 && !f->present;
	finding_pass(f,
		say(c->arena, c->lang,
			out->witnessed ? MSG_NOTICE_WITNESSED : MSG_NOTICE_UNWITNESSED));
}

void notice_check(struct notice_finding *out, const struct notice_conditions *c)
{
	*out = (struct notice_finding){0};
	if (!notice_read(&out->notice, c->arena, c->file, &out->why))
		return;
	out->read = true;
	check_seal(out, c);
	notice_check_trustees(out, c);
	check_witnesses(out, c);
}

bool notice_is_refused(const struct notice_finding *f)
{
	return !f->read ||
	       finding_objection(f->checks, NOTICE_CHECK_COUNT) != NOTICE_CHECK_COUNT;
}
