/* report_page: see report_page.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/report_page.h"

#include <string.h>

#include "base/time.h"

static const struct {
	enum msg shows;
	const char *articles;
} rows[CHECK_COUNT] = {
#define LAW(check, articles) [CHECK_##check] = {MSG_SHOWS_##check, articles},
#include "doc/report_law.tbl"
#undef LAW
};

const char *report_shows(enum lang lang, enum check_id id)
{
	return msg_text(lang, rows[id].shows);
}

const char *report_article(enum lang lang, size_t i)
{
	static const enum msg articles[] = {MSG_LAW_5, MSG_LAW_6, MSG_LAW_8, MSG_LAW_13};

	return i < sizeof articles / sizeof *articles ? msg_text(lang, articles[i])
						      : NULL;
}

/* "13.4" in words. */
static const char *one_article(struct arena *a, enum lang lang, struct bytes number)
{
	static const char *const chinese[] = {"", "一", "二", "三", "四"};
	size_t dot = bytes_find(number, BYTES("."));
	struct bytes article = bytes_head(number, dot);
	unsigned part = (unsigned)(number.p[number.n - 1] - '0');

	if (lang == LANG_ZH)
		return arena_printf(a, "第%s条（%s）",
			bytes_equal(article, BYTES("5"))   ? "五"
			: bytes_equal(article, BYTES("6")) ? "六"
			: bytes_equal(article, BYTES("8")) ? "八"
							   : "十三",
			chinese[part % 5]);
	return arena_printf(
		a, "Art. %.*s (%u)", (int)article.n, (const char *)article.p, part);
}

const char *report_articles(struct arena *a, enum lang lang, enum check_id id)
{
	struct bytes rest = bytes_str(rows[id].articles);
	const char *out = "";

	while (rest.n) {
		size_t end = bytes_find(rest, BYTES(" "));
		const char *one = one_article(a, lang, bytes_head(rest, end));

		out = out[0] ? arena_printf(a, "%s%s%s", out,
				       lang == LANG_ZH ? "、" : ", ", one)
			     : one;
		rest = end == SIZE_MAX ? (struct bytes){NULL, 0}
				       : bytes_from(rest, end + 1);
	}
	return out;
}

const char *report_result_words(enum lang lang, enum check_result result)
{
	static const enum msg words[] = {MSG_PAGE_RESULT_PASSED,
		MSG_PAGE_RESULT_NOT_CHECKED, MSG_PAGE_RESULT_FAILED};

	return msg_text(lang, words[result]);
}

const char *report_indication_words(enum lang lang, enum indication i)
{
	static const enum msg words[] = {MSG_INDICATION_PASSED, MSG_INDICATION_NONE,
		MSG_INDICATION_INDETERMINATE, MSG_INDICATION_FAILED};

	return msg_text(lang, words[i]);
}

const char *report_kind_words(enum lang lang, enum report_kind kind)
{
	static const enum msg words[] = {MSG_KIND_SEAL, MSG_KIND_SIGNATURE,
		MSG_KIND_SEAL_DATA, MSG_KIND_CERTIFICATE, MSG_KIND_CRL,
		MSG_KIND_TIMESTAMP, MSG_KIND_EVIDENCE, MSG_KIND_RECORD};

	return msg_text(lang, words[kind]);
}

const char *report_time_words(
	struct arena *a, enum lang lang, const struct report_signature *s)
{
	if (s->stamped != TIME_NONE)
		return say(a, lang,
			strcmp(s->time_source, "timestamp-own") == 0
				? MSG_REPORT_STAMPED_OWN
				: MSG_REPORT_STAMPED,
			time_beijing(a, s->stamped));
	if (s->claimed != TIME_NONE)
		return say(a, lang, MSG_REPORT_CLAIMED, time_beijing(a, s->claimed));
	return msg_text(lang, MSG_REPORT_NO_TIME);
}

enum msg report_covers_title(const struct report *r)
{
	return strcmp(r->format, "pdf") == 0 ? MSG_PAGE_COVERS_REVISIONS
					     : MSG_PAGE_COVERS;
}
