/* report_paper: see report_paper.h. The template is fixed but for how often its parts
 * stand there; words are in report_page.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/report_paper.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"
#include "doc/report_page.h"
#include "doc/typeset.h"
#include "doc/typeset_fields.h"

struct paper {
	struct report *r;
	struct arena *a;
	enum lang lang;
	struct buf template;
	json_t *fields;
	bool is_cut; /* something is not told */
	bool full;   /* the template has no room */
};

/* --- octets ---------------------------------------------------------------------------
 */

static void put(struct paper *p, const char *markdown)
{
	struct err e;

	if (!p->full && !buf_put(&p->template, bytes_str(markdown), &e))
		p->full = true;
}

/* One character of a text of the file, as it may stand on paper. */
static bool put_char(struct buf *b, struct arena *a, uint32_t code, struct err *e)
{
	uint8_t utf8[4];

	if (code == '\n' || code == '\t' || code == '\r')
		return buf_put(b, BYTES(" "), e);
	if (field_is_hiding(code))
		return buf_put(
			b, bytes_str(arena_printf(a, "(U+%04X)", (unsigned)code)), e);
	return buf_put(b, bytes_make(utf8, utf8_put(utf8, code)), e);
}

static json_t *text(struct paper *p, const char *s)
{
	AUTO_BUF b = buf_make(16 * REPORT_PAPER_TEXT_MAX);
	struct bytes rest = bytes_str(s ? s : "");
	struct err e;
	bool ok = true;

	if (!utf8_is_valid(rest))
		rest = bytes_str(text_printable(p->a, rest, REPORT_PAPER_TEXT_MAX));
	while (ok && rest.n && buf_bytes(&b).n <= REPORT_PAPER_TEXT_MAX)
		ok = put_char(&b, p->a, utf8_next(&rest), &e);
	return json_string(text_printable(p->a, buf_bytes(&b), REPORT_PAPER_TEXT_MAX));
}

static void field(struct paper *p, json_t *object, const char *name, const char *s)
{
	(void)json_object_set_new(object, name, text(p, s));
}

static void words(struct paper *p, const char *name, enum msg msg)
{
	field(p, p->fields, name, msg_text(p->lang, msg));
}

/* A row of a table of facts; nothing for an empty value. */
static void fact(struct paper *p, json_t *rows, enum msg name, const char *value)
{
	json_t *row;

	if (!value || !value[0])
		return;
	row = json_object();
	field(p, row, "name", msg_text(p->lang, name));
	field(p, row, "value", value);
	(void)json_array_append_new(rows, row);
}

/* --- results --------------------------------------------------------------------------
 */

/* Of the characters every Chinese font has. */
static const char *const marks[] = {"√", "？", "×"};

static size_t tone_of(enum indication i)
{
	return i == INDICATION_PASSED ? 0 : i == INDICATION_FAILED ? 2 : 1;
}

static const char *conclusion(struct paper *p, enum indication i, enum sub sub)
{
	return arena_printf(p->a, "%s %s (%s%s%s)", marks[tone_of(i)],
		report_indication_words(p->lang, i), indication_name(i), sub ? " · " : "",
		sub ? sub_name(sub) : "");
}

static json_t *check_row(struct paper *p, const struct verdict *v, enum check_id id)
{
	const struct check *c = &v->checks[id];
	bool zh = p->lang == LANG_ZH;
	json_t *row = json_object();

	field(p, row, "result",
		arena_printf(p->a, "%s %s", marks[c->result],
			report_result_words(p->lang, c->result)));
	field(p, row, "check",
		arena_printf(p->a, "%s%s", check_title(p->lang, id), zh ? "：" : ":"));
	field(p, row, "shows",
		arena_printf(p->a, "%s%s", report_shows(p->lang, id), zh ? "。" : "."));
	field(p, row, "detail", c->detail);
	field(p, row, "sub", c->sub ? sub_name(c->sub) : "");
	field(p, row, "law", report_articles(p->a, p->lang, id));
	field(p, row, "rule", c->rule ? c->rule : "—");
	return row;
}

static json_t *check_rows(struct paper *p, const struct verdict *v)
{
	static const enum check_result order[] = {
		CHECK_FAILED, CHECK_NOT_CHECKED, CHECK_PASSED};
	json_t *rows = json_array();

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		for (enum check_id id = 0; id < CHECK_COUNT; id++)
			if (v->checks[id].present && v->checks[id].result == order[i])
				(void)json_array_append_new(rows, check_row(p, v, id));
	return rows;
}

/* --- a signature ----------------------------------------------------------------------
 */

static json_t *signature_facts(struct paper *p, const struct report_signature *s)
{
	struct arena *a = p->a;
	json_t *rows = json_array();

	fact(p, rows, MSG_PAGE_SIGNER, s->signer_subject);
	fact(p, rows, MSG_PAGE_CODE, s->credit_code);
	fact(p, rows, MSG_PAGE_ISSUER, s->signer_issuer);
	if (s->has_signer)
		fact(p, rows, MSG_PAGE_CERTIFICATE,
			hex_encode(a, BYTES_OF(s->signer.sm3)));
	if (s->seal.name) {
		fact(p, rows, MSG_PAGE_SEAL,
			arena_printf(a, "%s (%s)", s->seal.name, s->seal.id));
		fact(p, rows, MSG_PAGE_MAKER, s->seal.maker);
	}
	if (s->kind != REPORT_CERTIFICATE && s->kind != REPORT_CRL &&
		s->kind != REPORT_SEAL_DATA)
		fact(p, rows, MSG_PAGE_TIME, report_time_words(a, p->lang, s));
	if (s->covers.applies)
		fact(p, rows, report_covers_title(p->r),
			arena_printf(a, "%zu / %zu", s->covers.files, s->covers.of));
	fact(p, rows, MSG_PAGE_WHERE, s->where);
	fact(p, rows, MSG_PAGE_READING_ETSI, conclusion(p, s->indication, s->sub));
	if (s->kind <= REPORT_SIGNATURE && s->national_note)
		fact(p, rows, MSG_PAGE_READING_NATIONAL,
			arena_printf(a, "%s %s",
				marks[s->national == NATIONAL_VALID       ? 0
					: s->national == NATIONAL_INVALID ? 2
									  : 1],
				s->national_note));
	return rows;
}

static void signature(struct paper *p, const struct report_signature *s, size_t number)
{
	json_t *fields = json_object(), *rows;

	field(p, fields, "title",
		arena_printf(p->a, "%zu. %s%s%s", number,
			report_kind_words(p->lang, s->kind),
			s->signer_title ? (p->lang == LANG_ZH ? "：" : ": ") : "",
			s->signer_title ? s->signer_title : ""));
	(void)json_object_set_new(fields, "facts", signature_facts(p, s));
	rows = check_rows(p, &s->verdict);
	put(p, arena_printf(p->a,
		       "## {{s%zu.title}}\n\n"
		       "| | |\n|----|----|\n| {{s%zu.facts.name}} | {{s%zu.facts.value}} "
		       "|\n\n",
		       number, number, number));
	if (json_array_size(rows))
		put(p, arena_printf(p->a,
			       "| {{w_result}} | {{w_check}} | {{w_law}} | "
			       "{{w_standard}} "
			       "|\n|----|----|----|----|\n"
			       "| {{s%zu.checks.result}} | **{{s%zu.checks.check}}** "
			       "{{s%zu.checks.shows}} *{{s%zu.checks.detail}}* "
			       "{{s%zu.checks.sub}} | {{s%zu.checks.law}} | "
			       "{{s%zu.checks.rule}} |\n\n",
			       number, number, number, number, number, number, number));
	(void)json_object_set_new(fields, "checks", rows);
	(void)json_object_set_new(p->fields, arena_printf(p->a, "s%zu", number), fields);
}

static void signatures(struct paper *p)
{
	for (size_t i = 0; i < p->r->count; i++) {
		if (i == REPORT_PAPER_SIGNATURES) {
			p->is_cut = true;
			return;
		}
		signature(p, &p->r->signatures[i], i + 1);
	}
}

/* --- the paper ------------------------------------------------------------------------
 */

static void summary(struct paper *p)
{
	struct report *r = p->r;
	json_t *rows = json_array();

	words(p, "title", MSG_PAGE_TITLE);
	field(p, p->fields, "conclusion", conclusion(p, r->indication, r->sub));
	fact(p, rows, MSG_PAGE_FILE, r->file);
	fact(p, rows, MSG_PAGE_FORMAT, r->format);
	fact(p, rows, MSG_PAGE_VERIFIED_AT, time_beijing(p->a, r->verified_at));
	if (r->proven_at != TIME_NONE)
		fact(p, rows, MSG_PAGE_PROVEN_AT, time_beijing(p->a, r->proven_at));
	fact(p, rows, MSG_PAGE_TRUST,
		r->has_trust ? arena_printf(p->a, "%llu · SM3 %s",
				       (unsigned long long)r->trust_serial,
				       hex_encode(p->a, BYTES_OF(r->trust_sm3)))
			     : msg_text(p->lang, MSG_PAGE_NO_TRUST));
	(void)json_object_set_new(p->fields, "facts", rows);
	put(p, "# {{title}}\n\n**{{conclusion}}**\n\n"
	       "| | |\n|----|----|\n| {{facts.name}} | {{facts.value}} |\n\n");
}

static json_t *missing_row(
	struct paper *p, const struct check *c, size_t number, enum check_id id)
{
	json_t *row = json_object();

	field(p, row, "number", arena_printf(p->a, "%zu", number));
	field(p, row, "result",
		arena_printf(p->a, "%s %s", marks[c->result],
			report_result_words(p->lang, c->result)));
	field(p, row, "check", check_title(p->lang, id));
	field(p, row, "detail", c->detail);
	return row;
}

/* What keeps it from passing, all in one place. */
static void missing(struct paper *p)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < p->r->count; i++)
		for (enum check_id id = 0; id < CHECK_COUNT; id++) {
			const struct check *c = &p->r->signatures[i].verdict.checks[id];

			if (!c->present || c->result == CHECK_PASSED)
				continue;
			if (json_array_size(rows) == REPORT_PAPER_MISSING)
				p->is_cut = true;
			else
				(void)json_array_append_new(
					rows, missing_row(p, c, i + 1, id));
		}
	if (json_array_size(rows)) {
		words(p, "w_missing", MSG_PAGE_MISSING);
		put(p, "## {{w_missing}}\n\n| | | |\n|:--:|----|----|\n"
		       "| {{missing.number}} | {{missing.result}} | "
		       "**{{missing.check}}** *{{missing.detail}}* |\n\n");
	}
	(void)json_object_set_new(p->fields, "missing", rows);
}

static void notes(struct paper *p)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < p->r->note_count; i++) {
		json_t *row = json_object();

		field(p, row, "note", p->r->notes[i]);
		(void)json_array_append_new(rows, row);
	}
	if (json_array_size(rows)) {
		words(p, "w_notes", MSG_PAGE_NOTES);
		put(p, "## {{w_notes}}\n\n| |\n|----|\n| {{notes.note}} |\n\n");
	}
	(void)json_object_set_new(p->fields, "notes", rows);
}

static void law(struct paper *p)
{
	const char *article;

	if (p->is_cut) {
		words(p, "w_cut", MSG_PAGE_CUT);
		put(p, "**{{w_cut}}**\n\n");
	}
	words(p, "w_law_title", MSG_PAGE_LAW_TITLE);
	put(p, "## {{w_law_title}}\n\n| |\n|----|\n");
	for (size_t i = 0; (article = report_article(p->lang, i)); i++) {
		const char *name = arena_printf(p->a, "law%zu", i + 1);

		field(p, p->fields, name, article);
		put(p, arena_printf(p->a, "| {{%s}} |\n", name));
	}
	words(p, "w_foot", MSG_PAGE_FOOT);
	put(p, "\n*{{w_foot}}*\n");
}

static void compose(struct paper *p)
{
	words(p, "w_result", MSG_PAGE_RESULT);
	words(p, "w_check", MSG_PAGE_CHECK);
	words(p, "w_law", MSG_PAGE_LAW);
	words(p, "w_standard", MSG_PAGE_STANDARD);
	summary(p);
	missing(p);
	signatures(p);
	notes(p);
	law(p);
}

static bool set(struct paper *p, struct world *w, struct sink to, struct err *e)
{
	struct typeset_spec spec = {.world = w,
		.template = buf_bytes(&p->template),
		.title = arena_printf(p->a, "%s — %s", msg_text(p->lang, MSG_PAGE_TITLE),
			json_string_value(json_object_get(p->fields, "conclusion"))),
		.author = msg_text(p->lang, MSG_PAGE_HOUSE)};
	struct typeset *t;
	char *json = json_dumps(p->fields, JSON_COMPACT);

	if (!json)
		return err_set(e, ERR_IO, "JSON");
	spec.fields = arena_dup(p->a, bytes_str(json));
	free(json);
	return typeset(p->a, &spec, &t, e) && typeset_pdf(t, to, e);
}

bool report_paper(struct report *r, struct world *w, struct sink to, struct err *e)
{
	struct paper p = {.r = r,
		.a = r->arena,
		.lang = r->lang,
		.template = buf_make(TYPESET_TEMPLATE_MAX),
		.fields = json_object()};
	bool ok;

	compose(&p);
	ok = p.full ? err_set(e, ERR_TOO_LARGE, "report") : set(&p, w, to, e);
	json_decref(p.fields);
	buf_fini(&p.template);
	return ok;
}
