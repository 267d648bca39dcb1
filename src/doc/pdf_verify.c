/* pdf_verify: see pdf_verify.h. What later revisions did is judged in pdf_later.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_verify.h"

#include "base/text.h"
#include "base/time.h"
#include "doc/cms_verify.h"
#include "doc/pdf_dss.h"
#include "doc/pdf_later.h"
#include "doc/ses_verify.h"
#include "doc/timestamp.h"

#include <string.h>

#define RULE_RANGE "ISO 32000-1 §12.8.1"
#define RULE_PADES "ETSI EN 319 142-1 §5.3"

struct judging {
	struct report *r;
	const struct judge *j; /* as it was given */
	struct judge as_of;    /* with what good time stamps behind have proven */
	struct pdf_history h;
	struct pdf_dss_read dss;
	struct report_signature **reports; /* of h.signatures */
	ofd_progress *progress;
	void *ctx;
	uint64_t done, total;
};

/* What was found about one signature for its PAdES level. */
struct found {
	bool is_pades, is_stamped;
};

static void format_failure(
	struct report_signature *s, const struct judge *j, enum msg what, const char *arg)
{
	verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_RANGE,
		say(j->arena, j->lang, what, arg));
}

/* --- CMS ---------------------------------------------------------------------------- */

static void check_pades(struct report *r, struct report_signature *s,
	const struct judge *j, const struct cms_signer *signer, bool is_only)
{
	struct cms_attrs attrs;
	struct err e;

	//= ETSI EN 319 142-1 §5.3: there shall be exactly one signer
	if (!is_only)
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_PADES,
			say(j->arena, j->lang, MSG_PDF_ONE_SIGNER));
	if (!signer->has_attrs || !cms_attrs_read(&attrs, signer->attrs, &e))
		attrs = (struct cms_attrs){.signing_time = TIME_NONE};
	//= ETSI EN 319 142-1 §6.3: signing-certificate-v2 shall be present
	if (attrs.signing_certificate.n == 0)
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE,
			"ETSI EN 319 142-1 §6.3",
			say(j->arena, j->lang, MSG_PDF_NO_BOUND_CERTIFICATE));
	//= ETSI EN 319 142-1 §6.3: the time stands in M, signing-time shall not be used
	if (attrs.signing_time != TIME_NONE)
		report_note(r, say(j->arena, j->lang, MSG_PDF_SIGNING_TIME));
}

static void judge_cms(struct judging *g, struct report_signature *s,
	const struct pdf_signature *sig, struct source *covered, struct found *found)
{
	const struct judge *j = &g->as_of;
	struct cms_given given = {.content = covered, .claimed = sig->time};
	struct cms_signer signer;
	struct bytes run, token;
	struct cms c;
	struct err e;

	s->kind = REPORT_SIGNATURE;
	s->format = "cms";
	if (!cms_read(&c, sig->der, &e) ||
		(c.kind != CMS_SIGNED &&
			!err_set(&e, ERR_MALFORMED, "/Contents: not SignedData")) ||
		(run = c.signers, !cms_signer_next(&run, &signer, &e))) {
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_RANGE,
			err_say(j->arena, j->lang, &e));
		report_set_national(s, j, NULL);
		return;
	}
	s->format = c.gm ? "gbt35275" : "cms";
	found->is_pades = strcmp(sig->sub_filter, "ETSI.CAdES.detached") == 0;
	found->is_stamped =
		cms_attr_find(signer.unsigned_attrs, OID_TIMESTAMP_TOKEN, &token);
	if (found->is_pades)
		check_pades(g->r, s, j, &signer, run.n == 0);
	else if (run.n)
		format_failure(s, j, MSG_PDF_ONE_SIGNER, NULL);
	cms_gather(j, &c);
	cms_judge_signer(g->r, s, j, &c, &signer, &given);
}

/* --- SES, time stamps --------------------------------------------------------------- */

static bool judge_ses(struct judging *g, struct report_signature *s,
	const struct pdf_signature *sig, struct source *covered, struct err *e)
{
	const struct judge *j = &g->as_of;
	AUTO(digest) d = digest_new(DIGEST_SM3);
	struct ses_given given = {0};
	struct ses_signature ses;
	uint8_t sm3[SM3_SIZE];
	struct err why;

	s->kind = REPORT_SEAL;
	s->format = "ses";
	if (!ses_signature_read(&ses, sig->der, &why)) {
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_RANGE,
			err_say(j->arena, j->lang, &why));
		report_set_national(s, j, NULL);
		return true;
	}
	s->format = arena_printf(j->arena, "ses-%d", ses.version);
	if (strncmp(sig->sub_filter, "adbe.", 5) == 0 ||
		strncmp(sig->sub_filter, "ETSI.", 5) == 0)
		report_note(g->r, say(j->arena, j->lang, MSG_PDF_SUBFILTER,
					  sig->sub_filter, s->format));
	//= GB/T 38540-2020 §7.2: dataHash is SM3 of the original; in PDF, of the ByteRange
	if (!digest_put_source(d, covered, e))
		return false;
	digest_finish(d, sm3);
	given.data_sm3 = sm3;
	ses_judge_signature(g->r, s, j, &ses, &given);
	return true;
}

/* A good stamp by an independent authority proves all that lies before it. */
static void prove_before(struct judging *g, const struct pdf_signature *sig, int64_t at)
{
	uint64_t end = sig->range[2] + sig->range[3];

	g->as_of.file_at = at;
	for (size_t i = 0; i < g->dss.count; i++)
		if (g->dss.objects[i].at < end)
			judge_prove(&g->as_of, g->dss.objects[i].der, at);
}

static void judge_stamp(struct judging *g, struct report_signature *s,
	const struct pdf_past *past, struct source *covered)
{
	const struct pdf_signature *sig = &past->sig;
	struct proof_time proof = {
		.at = judge_file_time(&g->as_of), .claimed = TIME_NONE};
	int64_t before = proof.at;

	s->kind = REPORT_TIMESTAMP;
	s->format = "rfc3161";
	//= ETSI EN 319 142-1 §5.4.3: the token is over the ByteRange of its own dictionary
	timestamp_judge_source(s, &g->as_of, sig->der, covered, &proof);
	s->claimed = s->stamped;
	s->national = NATIONAL_UNDETERMINED;
	if (s->verdict.checks[CHECK_TIMESTAMP_VALUE].result != CHECK_PASSED)
		return;
	s->national = NATIONAL_VALID;
	if (proof.is_proven && proof.at <= before && past->covers != SIZE_MAX &&
		s->verdict.checks[CHECK_FORMAT].result == CHECK_PASSED)
		prove_before(g, sig, proof.at);
}

/* --- one signature ------------------------------------------------------------------ */

static bool judge_contents(struct judging *g, struct report_signature *s,
	const struct pdf_past *past, struct found *found, struct err *e)
{
	const struct pdf_signature *sig = &past->sig;
	struct source_range ranges[2] = {
		{sig->range[0], sig->range[1]}, {sig->range[2], sig->range[3]}};
	AUTO(source) covered = NULL;

	if (!source_of_ranges(&covered, pdf_source(g->h.pdf), ranges, 2, e))
		return false;
	if (sig->is_timestamp) {
		judge_stamp(g, s, past, covered);
		return true;
	}
	if (ses_is_signature(sig->der))
		return judge_ses(g, s, sig, covered, e);
	if (cms_is(sig->der)) {
		judge_cms(g, s, sig, covered, found);
		return true;
	}
	format_failure(s, &g->as_of, MSG_PDF_CONTENTS_UNKNOWN, NULL);
	report_set_national(s, &g->as_of, NULL);
	return true;
}

/* The dictionary must be part of what it covers, and its end that of a revision. */
static bool check_place(
	struct report_signature *s, const struct judge *j, const struct pdf_past *past)
{
	const struct pdf_signature *sig = &past->sig;

	if (past->fault.code != ERR_NONE) {
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_RANGE,
			err_say(j->arena, j->lang, &past->fault));
		return false;
	}
	verdict_pass(&s->verdict, CHECK_FORMAT, RULE_RANGE, "");
	if (sig->range_fault != MSG_COUNT) {
		format_failure(s, j, sig->range_fault, NULL);
		return false;
	}
	if (past->covers == SIZE_MAX)
		format_failure(s, j, MSG_PDF_RANGE_MIDDLE, NULL);
	else if (past->covers != past->revision)
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_RANGE,
			say(j->arena, j->lang, MSG_PDF_WRAPPED,
				pdf_change_name(PDF_CHANGE_WRAPPED)));
	if (past->is_repeated)
		format_failure(s, j, MSG_PDF_REPEATED, NULL);
	if (sig->der.n == 0) {
		format_failure(s, j, MSG_PDF_NO_DER, NULL);
		return false;
	}
	if (!sig->padding_is_zero)
		format_failure(s, j, MSG_PDF_PADDING, NULL);
	return true;
}

static void note_level(struct judging *g, const struct report_signature *s,
	const struct pdf_past *past, const struct found *found)
{
	const struct judge *j = g->j;
	const char *level = "B-B";
	bool stamped = found->is_stamped || g->as_of.file_at != 0, state = false;

	if (!found->is_pades || past->sig.is_timestamp)
		return;
	for (size_t i = 0; i < g->dss.count; i++)
		state = state || g->dss.objects[i].is_state;
	if (stamped)
		level = "B-T";
	//= ETSI EN 319 142-1 §6.1: LT has the evidence in the file, LTA a stamp over that
	if (stamped && state)
		level = g->as_of.file_at ? "B-LTA" : "B-LT";
	report_note(g->r, say(j->arena, j->lang, MSG_PDF_LEVEL, s->where, level));
}

static bool judge_one(struct judging *g, size_t i, struct err *e)
{
	const struct pdf_past *past = &g->h.signatures[i];
	struct report_signature *s = g->reports[i];
	struct found found = {0};

	s->claimed = past->sig.time;
	s->provider = past->sig.provider;
	s->national = NATIONAL_INVALID;
	s->national_note = say(g->j->arena, g->j->lang, MSG_NATIONAL_FAILED_CHECK);
	if (past->sig.is_timestamp)
		s->kind = REPORT_TIMESTAMP;
	pdf_later_enter(s, g->j, &g->h, i);
	if (check_place(s, g->j, past) && !judge_contents(g, s, past, &found, e))
		return false;
	note_level(g, s, past, &found);
	g->done += past->sig.range[1] + past->sig.range[3];
	if (g->progress)
		g->progress(g->ctx, g->done, g->total);
	return true;
}

/* --- where it is shown -------------------------------------------------------------- */

static bool show_widget(struct judging *g, const struct pdf_value *widget,
	struct report_stamp *out, struct err *e)
{
	const struct pdf_value *rect = pdf_find(widget, "Rect");
	const struct pdf_value *on = pdf_find(widget, "P");
	size_t index = pdf_is(on, PDF_REF) ? pdf_page_index(g->h.pdf, on->num) : SIZE_MAX;
	AUTO(arena) a = arena_new();
	double corners[4], mm[4];
	struct pdf_page page;

	if (!pdf_is(rect, PDF_ARRAY) || rect->count != 4 || index == SIZE_MAX)
		return false;
	for (size_t i = 0; i < 4; i++)
		corners[i] = pdf_number(&rect->items[i]);
	if (!pdf_page(g->h.pdf, a, index, &page, e))
		return false;
	pdf_page_mm(&page, corners, mm);
	*out = (struct report_stamp){
		.page = bytes_str(arena_printf(g->j->arena, "%zu", index + 1)),
		.x = mm[0],
		.y = mm[1],
		.w = mm[2],
		.h = mm[3]};
	return mm[2] > 0 && mm[3] > 0;
}

/* Where the pages cannot be read nothing is shown; the judge of changes has its say. */
static void show_stamps(
	struct judging *g, struct report_signature *s, const struct pdf_field *field)
{
	size_t pages;
	struct err e;

	if (!field || !pdf_pages(g->h.pdf, &pages, &e))
		return;
	s->stamps = ARENA_ARRAY(g->j->arena, field->shown_count, struct report_stamp);
	for (size_t i = 0; i < field->shown_count; i++)
		if (show_widget(g, &field->shown[i], &s->stamps[s->stamp_count], &e))
			s->stamp_count++;
}

static bool begin(struct judging *g, struct err *e)
{
	const struct judge *j = g->j;

	g->reports = ARENA_ARRAY(j->arena, g->h.count, struct report_signature *);
	for (size_t i = 0; i < g->h.count; i++) {
		const struct pdf_past *past = &g->h.signatures[i];
		struct report_signature *s =
			report_add(g->r, REPORT_SIGNATURE, "unknown");

		if (!s)
			return err_set(e, ERR_TOO_LARGE, "more than %d signatures",
				REPORT_SIGNATURES_MAX);
		s->where = past->sig.field && *past->sig.field
				   ? past->sig.field
				   : arena_printf(j->arena, "%u 0 R", past->sig.num);
		show_stamps(g, s, past->field);
		g->reports[i] = s;
		g->total += past->sig.range[1] + past->sig.range[3];
	}
	return true;
}

static void note_file(struct judging *g)
{
	const struct judge *j = g->j;
	uint64_t at = pdf_header_at(g->h.pdf);

	if (at)
		report_note(g->r,
			say(j->arena, j->lang, MSG_PDF_HEADER_AT,
				arena_printf(j->arena, "%llu", (unsigned long long)at)));
	if (g->dss.fault)
		report_note(g->r, g->dss.fault);
}

//= ETSI EN 319 102-1 §5.6.3: the latest stamp first, each proving what lies before it
static bool judge_all(struct judging *g, struct err *e)
{
	for (size_t i = g->h.count; i-- > 0;)
		if (!judge_one(g, i, e))
			return false;
	return true;
}

bool pdf_judge(struct report *r, const struct judge *j, struct source *file,
	ofd_progress *progress, void *ctx, struct err *e)
{
	struct judging g = {
		.r = r, .j = j, .as_of = *j, .progress = progress, .ctx = ctx};
	bool ok;

	if (!g.as_of.poe)
		g.as_of.poe = poe_new(j->arena);
	if (!pdf_history_open(&g.h, j->arena, file, e))
		return false;
	ok = begin(&g, e) && pdf_dss_gather(&g.dss, &g.as_of, g.h.pdf, e);
	if (ok)
		note_file(&g);
	ok = ok && pdf_later_judge(r, j, &g.h, e) && judge_all(&g, e);
	pdf_history_fini(&g.h);
	return ok;
}
