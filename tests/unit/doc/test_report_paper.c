/* test_report_paper: the report as PDF: hostile text stays text and is legible, every
 * check has its words and its article, and a great many signatures are no refusal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "decades_kit.h"
#include "doc/poppler.h"
#include "doc/report_page.h"
#include "doc/report_paper.h"

#define HOSTILE "|**x**|<b>{{title}}[[slot:a.seal]]"
#define TURNED  "\xe2\x80\xae" /* U+202E */

enum { PAPER_MAX = 64 << 20 };

static struct report *hostile(struct decades *d, struct arena *a, enum lang lang)
{
	struct judge j = decades_judge(d, a);
	struct report_signature *s;
	struct report *r;

	j.lang = lang;
	r = report_new(&j, HOSTILE, "ofd");
	s = report_add(r, REPORT_SEAL, "ses-4");
	s->where = "a\nb" TURNED;
	s->signer_title = s->signer_subject = s->signer_issuer = HOSTILE;
	s->seal.name = s->seal.id = s->seal.maker = HOSTILE;
	s->national_note = "\xff";
	for (enum check_id id = 0; id < CHECK_COUNT; id++)
		verdict_fail(&s->verdict, id, SUB_HASH_FAILURE, HOSTILE, HOSTILE);
	report_note(r, HOSTILE);
	report_conclude(r);
	return r;
}

/* The PDF, or null (and the test skipped) where there is no font. */
static struct source *paper_of(struct decades *d, struct arena *a, struct report *r)
{
	AUTO_BUF b = buf_make(PAPER_MAX);
	struct err e;

	if (!report_paper(r, d->w, sink_to_buf(&b), &e)) {
		if (e.code == ERR_NOT_FOUND)
			SKIP("no font for pages: %s", e.text);
		fail_msg("%s", e.text);
	}
	return source_of_bytes(arena_dup(a, buf_bytes(&b)));
}

/* Text without the spaces and ends of lines that setting puts anywhere. */
static const char *squeeze(struct arena *a, const char *s)
{
	AUTO_BUF b = buf_make(PAPER_MAX);
	struct err e;

	for (; *s; s++)
		if (*s != ' ' && *s != '\n')
			assert_true(buf_put(&b, bytes_make(s, 1), &e));
	return arena_str(a, buf_bytes(&b));
}

static const char *text_of(struct arena *a, struct source *s)
{
	AUTO_BUF b = buf_make(PAPER_MAX);
	AUTO(poppler) p = NULL;
	struct poppler_word *words;
	struct err e;
	size_t n;

	if (!poppler_of_source(&p, s, &e) || !poppler_words(p, a, 1, 0, &words, &n, &e)) {
		if (e.code == ERR_UNSUPPORTED)
			SKIP("no reader of PDF text: %s", e.text);
		fail_msg("%s", e.text);
	}
	for (size_t i = 0; i < n; i++)
		assert_true(buf_put(&b, words[i].text, &e));
	return squeeze(a, arena_str(a, buf_bytes(&b)));
}

static void assert_shown(struct arena *a, const char *text, const char *what)
{
	if (!strstr(text, squeeze(a, what)))
		fail_msg("not on the pages: %s", what);
}

static void hostile_text_stays_text_and_is_legible(void **state)
{
	struct decades *d = *state;

	for (enum lang lang = 0; lang < LANG_COUNT; lang++) {
		AUTO(arena) a = arena_new();
		AUTO(source) s = paper_of(d, a, hostile(d, a, lang));
		const char *text = text_of(a, s);

		assert_shown(a, text, "ab(U+202E)");
		/* Both the cell of a table and the heading. */
		assert_shown(a, text, HOSTILE);
		assert_null(strstr(text, TURNED));
	}
}

static void every_article_is_on_the_paper(void **state)
{
	struct decades *d = *state;

	for (enum lang lang = 0; lang < LANG_COUNT; lang++) {
		AUTO(arena) a = arena_new();
		AUTO(source) s = paper_of(d, a, hostile(d, a, lang));
		const char *text = text_of(a, s);

		for (size_t i = 0; report_article(lang, i); i++)
			assert_shown(a, text, report_article(lang, i));
		assert_shown(a, text, msg_text(lang, MSG_PAGE_TITLE));
		assert_shown(a, text, msg_text(lang, MSG_PAGE_MISSING));
		assert_shown(a, text, report_indication_words(lang, INDICATION_FAILED));
		assert_null(strstr(text, squeeze(a, msg_text(lang, MSG_PAGE_CUT))));
	}
}

/* Only a report that passed has nothing missing. */
static void what_passed_has_nothing_missing(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = decades_judge(d, a);
	struct report *r = report_new(&j, "x", "ofd");
	AUTO(source) s = NULL;
	const char *text;

	verdict_pass(&report_add(r, REPORT_SEAL, "ses-4")->verdict, CHECK_SEAL_VALUE,
		NULL, "");
	report_conclude(r);
	s = paper_of(d, a, r);
	text = text_of(a, s);
	assert_null(strstr(text, squeeze(a, msg_text(r->lang, MSG_PAGE_MISSING))));
	assert_shown(a, text, check_title(r->lang, CHECK_SEAL_VALUE));
}

static void a_paper_that_is_not_whole_says_so(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = decades_judge(d, a);
	struct report *r = report_new(&j, "x", "ofd");
	AUTO(source) s = NULL;

	for (size_t i = 0; i <= REPORT_PAPER_SIGNATURES; i++)
		verdict_pass(&report_add(r, REPORT_SEAL, "ses-4")->verdict,
			CHECK_SEAL_VALUE, NULL, "");
	report_conclude(r);
	s = paper_of(d, a, r);
	assert_shown(a, text_of(a, s), msg_text(r->lang, MSG_PAGE_CUT));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, decades_begin, decades_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(hostile_text_stays_text_and_is_legible),
		WITH(every_article_is_on_the_paper),
		WITH(what_passed_has_nothing_missing),
		WITH(a_paper_that_is_not_whole_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
