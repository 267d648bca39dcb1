/* test_report_html: the report as a page: hostile text stays text, every check has its
 * words and its article, and nothing comes from elsewhere.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "decades_kit.h"
#include "doc/report_html.h"
#include "doc/report_page.h"

#define HOSTILE "<script>alert(1)</script>\" onload='x' & <img src=http://x.example/>"

static struct report *hostile(struct decades *d, struct arena *a, enum lang lang)
{
	struct judge j = decades_judge(d, a);
	struct report_signature *s;
	struct report *r;

	j.lang = lang;
	r = report_new(&j, HOSTILE, "ofd");
	s = report_add(r, REPORT_SEAL, "ses-4");
	s->where = s->signer_title = s->signer_subject = s->signer_issuer = HOSTILE;
	s->seal.name = s->seal.id = s->seal.maker = HOSTILE;
	s->seal.picture_type = "png\"><script>";
	s->seal.picture = BYTES("<script>");
	s->national_note = HOSTILE;
	for (enum check_id id = 0; id < CHECK_COUNT; id++)
		verdict_fail(&s->verdict, id, SUB_HASH_FAILURE, HOSTILE, HOSTILE);
	report_note(r, HOSTILE);
	report_conclude(r);
	return r;
}

static void hostile_text_stays_text(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();

	for (enum lang lang = 0; lang < LANG_COUNT; lang++) {
		const char *page = report_html(hostile(d, a, lang));

		assert_null(strstr(page, "<script"));
		assert_null(strstr(page, "<img"));
		assert_non_null(
			strstr(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot; "
				     "onload=&#39;x&#39; &amp; &lt;img"));
		assert_non_null(strstr(page, "default-src 'none'"));
	}
}

static void every_check_has_words_and_an_article(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();

	for (enum lang lang = 0; lang < LANG_COUNT; lang++) {
		const char *page = report_html(hostile(d, a, lang));

		for (enum check_id id = 0; id < CHECK_COUNT; id++) {
			assert_non_null(strstr(page, report_shows(lang, id)));
			assert_non_null(strstr(page, report_articles(a, lang, id)));
			assert_true(strlen(report_articles(a, lang, id)) > 4);
		}
		for (size_t i = 0; report_article(lang, i); i++)
			assert_non_null(strstr(page, report_article(lang, i)));
	}
	assert_string_equal(report_articles(a, LANG_ZH, CHECK_DIGEST_DOCUMENT),
		"第五条（二）、第十三条（四）");
	assert_string_equal(report_articles(a, LANG_EN, CHECK_DIGEST_DOCUMENT),
		"Art. 5 (2), Art. 13 (4)");
}

/* A picture is shown when the seal it belongs to holds, and not otherwise. */
static void a_picture_is_shown_when_its_seal_holds(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = decades_judge(d, a);

	for (int holds = 0; holds < 2; holds++) {
		struct report *r = report_new(&j, "x", "ofd");
		struct report_signature *s = report_add(r, REPORT_SEAL, "ses-4");

		s->seal.name = "印";
		s->seal.id = "1";
		s->seal.picture_type = "png";
		s->seal.picture = BYTES("\x89PNG");
		if (holds)
			verdict_pass(&s->verdict, CHECK_SEAL_VALUE, NULL, "");
		else
			verdict_fail(&s->verdict, CHECK_SEAL_VALUE,
				SUB_SIG_CRYPTO_FAILURE, NULL, "");
		report_conclude(r);
		assert_int_equal(
			strstr(report_html(r), "data:image/png;base64,iVBORw==") != NULL,
			holds);
	}
}

static void the_time_of_proof_is_told(void **state)
{
	struct decades *d = *state;
	AUTO(arena) a = arena_new();
	struct report *r;
	struct bytes file;

	d->world.at += TIME_HOUR;
	file = decades_freeze(d, a);
	d->world.at += TIME_HOUR;
	r = decades_verify(d, a, file);
	assert_non_null(strstr(report_html(r), "Proven since"));
	assert_non_null(strstr(report_html(r), time_beijing(a, r->proven_at)));
	assert_non_null(strstr(report_html(r), "What failed or is missing"));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, decades_begin, decades_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(hostile_text_stays_text),
		WITH(every_check_has_words_and_an_article),
		WITH(a_picture_is_shown_when_its_seal_holds),
		WITH(the_time_of_proof_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
