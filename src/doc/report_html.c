/* report_html: see report_html.h. Words are in report_page.c, the style sheet in
 * report_style.tbl.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/report_html.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "doc/report_page.h"

#include <string.h>

enum { PICTURE_SHOWN_MAX = 1 << 20 };

struct page {
	struct report *r;
	struct arena *a;
	enum lang lang;
	struct buf out;
	bool full;
};

/* --- octets ---------------------------------------------------------------------------
 */

static void raw_bytes(struct page *p, struct bytes b)
{
	struct err e;

	if (!p->full && !buf_put(&p->out, b, &e))
		p->full = true;
}

static void raw(struct page *p, const char *html)
{
	raw_bytes(p, bytes_str(html));
}

/* Text: whatever it holds, it stays text. */
static void text(struct page *p, const char *s)
{
	struct bytes rest = bytes_str(s);

	while (rest.n) {
		const char *as = NULL;
		size_t n = 0;

		for (; n < rest.n && !as; n++)
			switch (rest.p[n]) {
			case '&':
				as = "&amp;";
				break;
			case '<':
				as = "&lt;";
				break;
			case '>':
				as = "&gt;";
				break;
			case '"':
				as = "&quot;";
				break;
			case '\'':
				as = "&#39;";
				break;
			default:
				break;
			}
		raw_bytes(p, bytes_head(rest, as ? n - 1 : n));
		if (as)
			raw(p, as);
		rest = bytes_from(rest, n);
	}
}

static void words(struct page *p, enum msg msg)
{
	text(p, msg_text(p->lang, msg));
}

static void element(struct page *p, const char *tag, const char *class, const char *s)
{
	raw(p, arena_printf(p->a, "<%s class=\"%s\">", tag, class));
	text(p, s);
	raw(p, arena_printf(p->a, "</%s>", tag));
}

/* A row of a table of facts. */
static void fact(struct page *p, enum msg title, const char *value)
{
	if (!value || !value[0])
		return;
	raw(p, "<tr><th scope=\"row\">");
	words(p, title);
	raw(p, "</th><td>");
	text(p, value);
	raw(p, "</td></tr>\n");
}

/* --- results --------------------------------------------------------------------------
 */

static const char *const marks[] = {"✓", "?", "✗"};
static const char *const classes[] = {"good", "open", "bad"};

static size_t tone_of(enum indication i)
{
	return i == INDICATION_PASSED ? 0 : i == INDICATION_FAILED ? 2 : 1;
}

static void banner(struct page *p)
{
	size_t tone = tone_of(p->r->indication);

	raw(p, arena_printf(p->a,
		       "<div class=\"verdict %s\"><span class=\"mark\">%s</span><div><p "
		       "class=\"big\">",
		       classes[tone], marks[tone]));
	text(p, report_indication_words(p->lang, p->r->indication));
	raw(p, "</p><p>");
	text(p, indication_name(p->r->indication));
	if (p->r->sub)
		text(p, arena_printf(p->a, " · %s", sub_name(p->r->sub)));
	raw(p, "</p></div></div>\n");
}

static void check_row(struct page *p, const struct verdict *v, enum check_id id)
{
	const struct check *c = &v->checks[id];

	raw(p, arena_printf(p->a,
		       "<tr class=\"%s\"><td class=\"result\"><span "
		       "class=\"mark\">%s</span> ",
		       classes[c->result], marks[c->result]));
	text(p, report_result_words(p->lang, c->result));
	raw(p, "</td><td><p class=\"title\">");
	text(p, check_title(p->lang, id));
	raw(p, "</p>");
	element(p, "p", "shows", report_shows(p->lang, id));
	if (c->detail[0])
		element(p, "p", "detail", c->detail);
	if (c->sub)
		element(p, "p", "sub", sub_name(c->sub));
	raw(p, "</td><td>");
	text(p, report_articles(p->a, p->lang, id));
	raw(p, "</td><td>");
	text(p, c->rule ? c->rule : "—");
	raw(p, "</td></tr>\n");
}

static void checks(struct page *p, const struct verdict *v)
{
	static const enum check_result order[] = {
		CHECK_FAILED, CHECK_NOT_CHECKED, CHECK_PASSED};
	static const enum msg heads[] = {
		MSG_PAGE_RESULT, MSG_PAGE_CHECK, MSG_PAGE_LAW, MSG_PAGE_STANDARD};

	raw(p, "<table class=\"checks\"><thead><tr>");
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		raw(p, "<th scope=\"col\">");
		words(p, heads[i]);
		raw(p, "</th>");
	}
	raw(p, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		for (enum check_id id = 0; id < CHECK_COUNT; id++)
			if (v->checks[id].present && v->checks[id].result == order[i])
				check_row(p, v, id);
	raw(p, "</tbody></table>\n");
}

/* --- a signature ----------------------------------------------------------------------
 */

/* The picture of a seal that holds; PNG, GIF and JPEG, which draw and do nothing else. */
static void picture(struct page *p, const struct report_signature *s)
{
	static const char *const types[] = {"png", "gif", "jpg", "jpeg"};
	const struct check *c = &s->verdict.checks[CHECK_SEAL_VALUE];

	if (!s->seal.picture_type || s->seal.picture.n > PICTURE_SHOWN_MAX ||
		!c->present || c->result != CHECK_PASSED)
		return;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i], s->seal.picture_type) == 0) {
			raw(p, "<img class=\"seal\" alt=\"");
			text(p, s->seal.name);
			raw(p, arena_printf(p->a, "\" src=\"data:image/%s;base64,",
				       i < 2 ? types[i] : "jpeg"));
			raw(p, base64_encode(p->a, s->seal.picture));
			raw(p, "\">\n");
			return;
		}
}

static void facts_of(struct page *p, const struct report_signature *s)
{
	struct arena *a = p->a;

	raw(p, "<table class=\"facts\"><tbody>\n");
	fact(p, MSG_PAGE_SIGNER, s->signer_subject);
	fact(p, MSG_PAGE_CODE, s->credit_code);
	fact(p, MSG_PAGE_ISSUER, s->signer_issuer);
	if (s->has_signer)
		fact(p, MSG_PAGE_CERTIFICATE, hex_encode(a, BYTES_OF(s->signer.sm3)));
	if (s->seal.name) {
		fact(p, MSG_PAGE_SEAL,
			arena_printf(a, "%s (%s)", s->seal.name, s->seal.id));
		fact(p, MSG_PAGE_MAKER, s->seal.maker);
	}
	if (s->kind != REPORT_CERTIFICATE && s->kind != REPORT_CRL &&
		s->kind != REPORT_SEAL_DATA)
		fact(p, MSG_PAGE_TIME, report_time_words(a, p->lang, s));
	if (s->covers.applies)
		fact(p, report_covers_title(p->r),
			arena_printf(a, "%zu / %zu", s->covers.files, s->covers.of));
	fact(p, MSG_PAGE_WHERE, s->where);
	raw(p, "</tbody></table>\n");
}

/* Both readings, one beside the other. */
static void readings(struct page *p, const struct report_signature *s)
{
	size_t tone = tone_of(s->indication);

	raw(p, "<div class=\"readings\"><div><p class=\"label\">");
	words(p, MSG_PAGE_READING_ETSI);
	raw(p, arena_printf(p->a, "</p><p class=\"%s\"><span class=\"mark\">%s</span> ",
		       classes[tone], marks[tone]));
	text(p, report_indication_words(p->lang, s->indication));
	if (s->sub)
		text(p, arena_printf(p->a, " (%s)", sub_name(s->sub)));
	raw(p, "</p></div>");
	if (s->kind <= REPORT_SIGNATURE && s->national_note) {
		tone = s->national == NATIONAL_VALID     ? 0
		       : s->national == NATIONAL_INVALID ? 2
							 : 1;
		raw(p, "<div><p class=\"label\">");
		words(p, MSG_PAGE_READING_NATIONAL);
		raw(p, arena_printf(p->a,
			       "</p><p class=\"%s\"><span class=\"mark\">%s</span> ",
			       classes[tone], marks[tone]));
		text(p, s->national_note);
		raw(p, "</p></div>");
	}
	raw(p, "</div>\n");
}

static void signature(struct page *p, const struct report_signature *s, size_t number)
{
	raw(p, arena_printf(p->a, "<section%s><h2>%zu. ",
		       s->apart ? " class=\"apart\"" : "", number));
	text(p, report_kind_words(p->lang, s->kind));
	if (s->signer_title) {
		raw(p, " <small>");
		text(p, s->signer_title);
		raw(p, "</small>");
	}
	raw(p, "</h2>\n<div class=\"who\">");
	facts_of(p, s);
	picture(p, s);
	raw(p, "</div>\n");
	readings(p, s);
	checks(p, &s->verdict);
	raw(p, "</section>\n");
}

/* --- the page -------------------------------------------------------------------------
 */

static const char style[] =
#include "doc/report_style.tbl"
	;

static void head(struct page *p)
{
	raw(p, p->lang == LANG_ZH ? "<!DOCTYPE html>\n<html lang=\"zh-CN\">"
				  : "<!DOCTYPE html>\n<html lang=\"en\">");
	raw(p, "<head><meta charset=\"utf-8\">"
	       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
	       "'none'; "
	       "style-src 'unsafe-inline'; img-src data:\">"
	       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	       "<title>");
	text(p, arena_printf(p->a, "%s — %s", p->r->file,
			report_indication_words(p->lang, p->r->indication)));
	raw(p, "</title><style>");
	raw(p, style);
	raw(p, "</style></head>\n<body><main>\n<header><p class=\"house\">");
	words(p, MSG_PAGE_HOUSE);
	raw(p, "</p><h1>");
	words(p, MSG_PAGE_TITLE);
	raw(p, "</h1></header>\n");
}

static void summary(struct page *p)
{
	struct report *r = p->r;

	banner(p);
	raw(p, "<table class=\"facts\"><tbody>\n");
	fact(p, MSG_PAGE_FILE, r->file);
	fact(p, MSG_PAGE_FORMAT, r->format);
	fact(p, MSG_PAGE_VERIFIED_AT, time_beijing(p->a, r->verified_at));
	if (r->proven_at != TIME_NONE)
		fact(p, MSG_PAGE_PROVEN_AT, time_beijing(p->a, r->proven_at));
	fact(p, MSG_PAGE_TRUST,
		r->has_trust ? arena_printf(p->a, "%llu · SM3 %s",
				       (unsigned long long)r->trust_serial,
				       hex_encode(p->a, BYTES_OF(r->trust_sm3)))
			     : msg_text(p->lang, MSG_PAGE_NO_TRUST));
	raw(p, "</tbody></table>\n");
}

/* What keeps it from passing, all in one place. */
static void missing(struct page *p)
{
	bool any = false;

	for (size_t i = 0; i < p->r->count; i++)
		for (enum check_id id = 0; id < CHECK_COUNT; id++) {
			const struct check *c = &p->r->signatures[i].verdict.checks[id];

			if (!c->present || c->result == CHECK_PASSED)
				continue;
			if (!any) {
				raw(p, "<section class=\"missing\"><h2>");
				words(p, MSG_PAGE_MISSING);
				raw(p, "</h2><ul>\n");
			}
			any = true;
			raw(p, arena_printf(p->a,
				       "<li class=\"%s\"><span class=\"mark\">%s</span> "
				       "%zu. ",
				       classes[c->result], marks[c->result], i + 1));
			text(p, check_title(p->lang, id));
			if (c->detail[0])
				text(p, arena_printf(p->a, "%s%s",
						p->lang == LANG_ZH ? "：" : ": ",
						c->detail));
			raw(p, "</li>\n");
		}
	if (any)
		raw(p, "</ul></section>\n");
}

static void notes(struct page *p)
{
	if (p->r->note_count == 0)
		return;
	raw(p, "<section><h2>");
	words(p, MSG_PAGE_NOTES);
	raw(p, "</h2><ul>\n");
	for (size_t i = 0; i < p->r->note_count; i++)
		element(p, "li", "note", p->r->notes[i]);
	raw(p, "</ul></section>\n");
}

static void law(struct page *p)
{
	const char *article;

	raw(p, "<section class=\"law\"><h2>");
	words(p, MSG_PAGE_LAW_TITLE);
	raw(p, "</h2>\n");
	for (size_t i = 0; (article = report_article(p->lang, i)); i++)
		element(p, "p", "article", article);
	raw(p, "</section>\n<footer>");
	words(p, MSG_PAGE_FOOT);
	raw(p, "</footer></main></body></html>\n");
}

char *report_html(struct report *r)
{
	struct page p = {r, r->arena, r->lang, buf_make(REPORT_HTML_MAX), false};
	char *out;

	head(&p);
	summary(&p);
	missing(&p);
	for (size_t i = 0; i < r->count; i++)
		signature(&p, &r->signatures[i], i + 1);
	notes(&p);
	law(&p);
	out = arena_str(r->arena, buf_bytes(&p.out));
	if (p.full)
		out = arena_printf(
			r->arena, "%s<p>%s</p>", out, msg_text(r->lang, MSG_PAGE_CUT));
	buf_fini(&p.out);
	return out;
}
