/* report_text: the report for people: the conclusion first, then who, when, what is
 * wrong, and last what was found in order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "doc/report.h"

#include <string.h>

struct page {
	const struct report *r;
	struct arena *a;
	enum lang lang;
	struct buf text;
};

static void put(struct page *p, const char *s)
{
	struct err e;

	if (!buf_put(&p->text, bytes_str(s), &e))
		return; /* a report longer than its limit is cut */
}

static void line(struct page *p, enum msg msg, const char *value)
{
	put(p, "  ");
	put(p, say(p->a, p->lang, msg, value));
	put(p, "\n");
}

static const char *indication_words(enum lang lang, enum indication i)
{
	static const enum msg words[] = {MSG_INDICATION_PASSED, MSG_INDICATION_NONE,
		MSG_INDICATION_INDETERMINATE, MSG_INDICATION_FAILED};

	return msg_text(lang, words[i]);
}

static const char *kind_words(enum lang lang, enum report_kind k)
{
	static const enum msg words[] = {MSG_KIND_SEAL, MSG_KIND_SIGNATURE,
		MSG_KIND_SEAL_DATA, MSG_KIND_CERTIFICATE, MSG_KIND_CRL,
		MSG_KIND_TIMESTAMP, MSG_KIND_EVIDENCE, MSG_KIND_RECORD};

	return msg_text(lang, words[k]);
}

static void put_checks(struct page *p, const struct verdict *v, enum check_result which)
{
	static const char *const marks[] = {"✓", "?", "✗"};

	for (enum check_id id = 0; id < CHECK_COUNT; id++) {
		const struct check *c = &v->checks[id];

		if (!c->present || c->result != which)
			continue;
		put(p, arena_printf(p->a, "    %s %s", marks[which],
			       check_title(p->lang, id)));
		if (c->detail[0])
			put(p, arena_printf(p->a, "%s%s",
				       p->lang == LANG_ZH ? "：" : ": ", c->detail));
		put(p, "\n");
	}
}

static const char *signed_words(struct page *p, const struct report_signature *s)
{
	if (s->stamped != TIME_NONE)
		//= Protocols §4: our own stamps are shown and are never proof against the operator
		return say(p->a, p->lang,
			strcmp(s->time_source, "timestamp-own") == 0
				? MSG_REPORT_STAMPED_OWN
				: MSG_REPORT_STAMPED,
			time_beijing(p->a, s->stamped));
	if (s->claimed != TIME_NONE)
		return say(p->a, p->lang, MSG_REPORT_CLAIMED,
			time_beijing(p->a, s->claimed));
	return msg_text(p->lang, MSG_REPORT_NO_TIME);
}

/* What signatures of this format cover: files of a package, or revisions. */
static enum msg covers_title(const struct page *p)
{
	return strcmp(p->r->format, "pdf") == 0 ? MSG_REPORT_COVERS_REVISIONS
						: MSG_REPORT_COVERS;
}

static void put_signature(struct page *p, const struct report_signature *s, size_t number)
{
	put(p, arena_printf(p->a, "\n%zu. %s", number, kind_words(p->lang, s->kind)));
	if (s->signer_title)
		put(p, arena_printf(p->a, " — %s", s->signer_title));
	put(p, arena_printf(p->a, "\n  %s", indication_words(p->lang, s->indication)));
	if (s->sub)
		put(p, arena_printf(p->a, " (%s)", sub_name(s->sub)));
	put(p, "\n");
	if (s->signer_subject)
		line(p, MSG_REPORT_SIGNER, s->signer_subject);
	if (s->signer_issuer)
		line(p, MSG_REPORT_ISSUER, s->signer_issuer);
	if (s->credit_code[0])
		line(p, MSG_REPORT_CREDIT_CODE, s->credit_code);
	if (s->seal.name)
		line(p, MSG_REPORT_SEAL,
			arena_printf(p->a, "%s (%s)", s->seal.name, s->seal.id));
	if (s->kind <= REPORT_SIGNATURE)
		line(p, MSG_REPORT_TIME, signed_words(p, s));
	if (s->kind == REPORT_TIMESTAMP)
		line(p, MSG_REPORT_STAMP_TIME, signed_words(p, s));
	if (s->covers.applies)
		line(p, covers_title(p),
			arena_printf(p->a, "%zu / %zu", s->covers.files, s->covers.of));
	put_checks(p, &s->verdict, CHECK_FAILED);
	put_checks(p, &s->verdict, CHECK_NOT_CHECKED);
	put_checks(p, &s->verdict, CHECK_PASSED);
	if (s->kind <= REPORT_SIGNATURE && s->national_note)
		line(p, MSG_REPORT_NATIONAL, s->national_note);
}

char *report_text(struct report *r)
{
	struct page p = {r, r->arena, r->lang, buf_make(8 << 20)};
	char *out;

	put(&p, r->file);
	put(&p, r->lang == LANG_ZH ? "：" : ": ");
	put(&p, indication_words(r->lang, r->indication));
	if (r->sub)
		put(&p, arena_printf(r->arena, " (%s)", sub_name(r->sub)));
	put(&p, "\n");
	for (size_t i = 0; i < r->count; i++)
		put_signature(&p, &r->signatures[i], i + 1);
	for (size_t i = 0; i < r->note_count; i++)
		line(&p, MSG_REPORT_NOTE, r->notes[i]);
	put(&p, "\n");
	if (r->has_trust)
		line(&p, MSG_REPORT_TRUST,
			arena_printf(r->arena, "%llu (SM3 %.16s…)",
				(unsigned long long)r->trust_serial,
				hex_encode(r->arena, BYTES_OF(r->trust_sm3))));
	else
		line(&p, MSG_REPORT_NO_TRUST, "");
	line(&p, MSG_REPORT_VERIFIED_AT, time_beijing(r->arena, r->verified_at));
	out = arena_str(r->arena, buf_bytes(&p.text));
	buf_fini(&p.text);
	return out;
}
