/* Papers typeset: what stands on the pages, where, and what is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset.h"

#include "doc/typeset_proof.h"
#include "torture.h"
#include "typeset_kit.h"

#define ROWS "\"rows\":[{\"n\":\"甲物\",\"p\":100},{\"n\":\"乙物\",\"p\":123456789}]"

static void values_are_shown_in_their_formats(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes text;

	(void)state;
	text = text_of(
		a, set(a,
			   "# 标题\n\n{{m}}，{{m|money}}，{{m|figures}}，{{m|rmb}}，{{"
			   "m|words}}。\n\n{{d}} {{d|cn}} "
			   "{{d|hanzi}}\n\n{{o.x}}、{{b}}、{{b|tick}}。",
			   "{\"m\":123456789,\"d\":\"2026-11-22\",\"o\":{\"x\":"
			   "\"内层\"},\"b\":true}"));
	text = joined(a, text);
	assert_true(has_text(text, "123456789，￥1,234,567.89，1,234,567.89，"));
	assert_true(has_text(text, "人民币壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"));
	assert_true(has_text(text, "2026-11-22 2026年11月22日 二〇二六年十一月二十二日"));
	assert_true(has_text(text, "内层、是、☑。"));
}

static void a_row_of_an_array_is_repeated(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes text = text_of(
		a, set(a,
			   "| 号 | 名 | 价 |\n|--|--|--|\n| {{rows.#}} | {{rows.n}} | "
			   "{{rows.p|figures}} |\n| | 合计 | {{t|figures}} |\n",
			   "{" ROWS ",\"t\":123456889}"));

	(void)state;
	assert_true(has_text(text, "号\n名\n价\n1\n甲物\n1.00\n2\n乙物\n1,234,567."
				   "89\n合计\n1,234,568.89\n"));
	/* rows that are arrays are asked by column */
	text = text_of(a, set(a, "| 名 |\n|--|\n| {{r.2}} |\n",
				  "{\"r\":[[\"一\",\"二\"],[\"三\",\"四\"]]}"));
	assert_true(has_text(text, "名\n二\n四\n"));
}

static void an_unknown_field_or_format_is_refused(void **state)
{
	(void)state;
	refuse("{{a}}", "{}", ERR_USAGE, "{{a}}");
	refuse("{{a.b}}", "{\"a\":{\"c\":1}}", ERR_USAGE, "{{a.b}}");
	refuse("{{a|bold}}", "{\"a\":1}", ERR_USAGE, "bold");
	refuse("{{a|cn}}", "{\"a\":1}", ERR_USAGE, "a");
	refuse("{{a|cn}}", "{\"a\":\"2026-02-30\"}", ERR_USAGE, "a");
	refuse("{{a|rmb}}", "{\"a\":\"100\"}", ERR_USAGE, "a");
	refuse("{{a|rmb}}", "{\"a\":1000000000000000000}", ERR_USAGE, "a");
	refuse("{{rows.n}}", "{" ROWS "}", ERR_USAGE, "outside a row");
	refuse("{{rows}}", "{" ROWS "}", ERR_USAGE, "table");
	refuse("| a |\n|--|\n| {{rows.x}} |\n", "{" ROWS "}", ERR_USAGE, "rows.x");
	refuse("| a |\n|--|\n| {{rows..}} |\n", "{" ROWS "}", ERR_USAGE, "rows");
	refuse("{{o}}", "{\"o\":{}}", ERR_USAGE, "{{o}}");
	refuse("{{}}", "{}", ERR_USAGE, "name");
	refuse("{{a", "{\"a\":1}", ERR_MALFORMED, "line 1");
	refuse("x\n\n[[slot:a.seal", "{}", ERR_MALFORMED, "line 3");
}

static void fields_that_are_no_fields_are_refused(void **state)
{
	(void)state;
	refuse("x", "[]", ERR_MALFORMED, "object");
	refuse("x", "{\"a\":1.5}", ERR_MALFORMED, "whole");
	refuse("x", "{\"a\":null}", ERR_MALFORMED, "null");
	refuse("x", "{\"a\":1,\"a\":2}", ERR_MALFORMED, "line 1");
	refuse("x", "{\"a\":", ERR_MALFORMED, "fields");
	refuse("x",
		"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}"
		"}",
		ERR_MALFORMED, "deep");
}

static void what_hides_or_turns_text_is_refused_in_values(void **state)
{
	static const char *const hidden[] = {"\\u202e", "\\u200b", "\\u2066", "\\u00ad",
		"\\ufeff", "\\u0007", "\\u115f", "\\u2028", "\\udb40\\udc41"};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		refuse("{{a}}", arena_printf(a, "{\"a\":\"甲%s乙\"}", hidden[i]),
			ERR_USAGE, "{{a}}: U+");
}

static void a_value_is_never_markup(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes text =
		text_of(a, set(a, "| {{v}} |\n|--|\n| {{v}} |\n\n{{v}}\n",
				   "{\"v\":\"**a** | <b> [c](d) {{e}} &amp; `f`\"}"));

	(void)state;
	assert_int_equal(text_count(text, "**a** | <b> [c](d) {{e}} &amp; `f`"), 3);
}

static void html_and_unknown_pictures_are_refused(void **state)
{
	(void)state;
	refuse("<div>x</div>\n", "{}", ERR_USAGE, "HTML");
	refuse("a <b>x</b>\n", "{}", ERR_USAGE, "html_inline");
	refuse("| a |\n|--|\n| x<br>y |\n", "{}", ERR_USAGE, "html");
	refuse("![x](/etc/passwd)\n", "{}", ERR_USAGE, "picture");
	refuse("![{{a}}](x)\n", "{\"a\":1}", ERR_USAGE, "picture");
	/* a character named by its number stands for no place */
	refuse("&#xF0007; {{a}}\n\n![x](y)", "{\"a\":1}", ERR_USAGE, "picture");
	/* a field where nothing is shown */
	refuse("[x]: http://a \"{{a}}\"\n\ntext\n", "{\"a\":1}", ERR_USAGE, "a");
}

static void links_are_shown_as_text(void **state)
{
	AUTO(arena) a = arena_new();
	struct bytes text = text_of(
		a, set(a, "[钤印](https://example.cn/a) <https://example.cn/b>", "{}"));

	(void)state;
	text = joined(a, text);
	assert_true(has_text(text, "钤印（https://example.cn/a）"));
	assert_int_equal(text_count(text, "https://example.cn/b"), 1);
}

static void the_head_of_a_table_is_repeated_on_each_page(void **state)
{
	AUTO(arena) a = arena_new();
	const char *rows = times(a, "| 一行 | 1.00 |\n", 120);
	struct typeset *t =
		set(a, arena_printf(a, "| 品名 | 金额 |\n|--|--:|\n%s", rows), "{}");
	struct bytes text = text_of(a, t);

	(void)state;
	assert_true(typeset_pages(t) >= 4);
	assert_int_equal(text_count(text, "品名\n金额\n"), typeset_pages(t));
	assert_int_equal(text_count(text, "一行"), 120);
}

static void a_row_higher_than_a_page_goes_on_overleaf(void **state)
{
	AUTO(arena) a = arena_new();
	const char *value = times(a, "壹贰叁肆伍陆柒捌玖拾", 500);
	struct typeset *t =
		set(a, "| 品名 | 说明 |\n|--|--|\n| 甲 | {{v}} |\n| 乙 | 短 |\n",
			arena_printf(a, "{\"v\":\"%s\"}", value));
	struct bytes text = text_of(a, t);

	(void)state;
	assert_true(typeset_pages(t) >= 3);
	assert_int_equal(text_count(text, "品名\n说明\n"), typeset_pages(t));
}

/* Every run of an element lies within the measure of the page. */
static void bounds_check(const struct typeset *t)
{
	for (size_t i = 0; i < t->pages_n; i++)
		for (size_t k = 0; k < t->pages[i].n; k++) {
			const struct page_object *o = &t->pages[i].objects[k];

			if (o->kind != PAGE_RUN || o->elem == PAGE_ARTIFACT)
				continue;
			assert_true(o->run.x >= BODY_LEFT - 10);
			assert_true(o->run.glyphs[0].y <= BODY_BOTTOM);
			assert_true(o->run.glyphs[0].y > BODY_TOP);
			for (size_t g = 0; g < o->run.glyphs_n; g++)
				assert_true(o->run.glyphs[g].x < BODY_LEFT + BODY_WIDTH);
		}
}

static void amounts_stand_at_the_right_and_are_never_broken(void **state)
{
	AUTO(arena) a = arena_new();
	struct typeset *t = set(a,
		"| 一列 | 二列 | 三列 | 四列 | 五列 |\n|--|--|--|--|--|\n| {{m|money}} | "
		"{{m|money}} | {{m|money}} | {{m|money}} | "
		"很长的说明文字很长的说明文字很长的"
		"说明文字 |\n",
		"{\"m\":123456789012}");
	struct bytes text = text_of(a, t);
	size_t seen = 0;

	(void)state;
	assert_int_equal(text_count(text, "￥1,234,567,890.12\n"), 4);
	bounds_check(t);
	/* the right ends of all amounts lie in front of a rule, alike in each column */
	for (size_t k = 0; k < t->pages[0].n; k++) {
		const struct page_object *o = &t->pages[0].objects[k];

		seen += o->kind == PAGE_RUN && has_text(o->run.text, "￥");
	}
	assert_int_equal(seen, 4);
	refuse("| a | b | c | d | e | f | g |\n|--|--|--|--|--|--|--|\n| {{m|money}} | "
	       "{{m|money}} | {{m|money}} | {{m|money}} | {{m|money}} | {{m|money}} | "
	       "{{m|money}} |\n",
		"{\"m\":999999999999999999}", ERR_USAGE, "wider than the page");
}

static void a_field_of_ten_thousand_characters_is_set_and_proven(void **state)
{
	AUTO(arena) a = arena_new();
	struct typeset *t = set(a, "{{v}}",
		arena_printf(
			a, "{\"v\":\"%s\"}", times(a, "壹贰叁肆伍陆柒捌玖拾", 1000)));

	(void)state;
	assert_int_equal(typeset_pages(t), 17);
	assert_int_equal(typeset_warnings_n(t), 0);
	bounds_check(t);
	t = set(a, "{{v}}",
		arena_printf(a, "{\"v\":\"%s\"}", times(a, "abcdefghij", 1000)));
	bounds_check(t);
}

static void text_from_right_to_left_keeps_its_order(void **state)
{
	AUTO(arena) a = arena_new();
	struct typeset *t = set(a, "甲{{v}}乙", "{\"v\":\"مرحبا שלום 2026\"}");
	struct bytes text = text_of(a, t);

	(void)state;
	if (typeset_warnings_n(t))
		SKIP("no font has Arabic and Hebrew");
	assert_true(has_text(text, "مرحبا") && has_text(text, "שלום"));
}

static void a_character_no_font_has_is_listed_and_kept_in_the_text(void **state)
{
	AUTO(arena) a = arena_new();
	/* U+10FFFD is for private use: no font is to have it */
	struct typeset *t =
		set(a, "甲{{v}}乙", "{\"v\":\"\\udbff\\udffd一\\udbff\\udffd\"}");
	const struct typeset_warning *w;
	struct bytes text = text_of(a, t);

	(void)state;
	assert_int_equal(typeset_warnings_n(t), 1);
	w = typeset_warning(t, 0);
	assert_int_equal(w->kind, TYPESET_NO_GLYPH);
	assert_int_equal(w->code, 0x10fffd);
	assert_string_equal(w->field, "v");
	assert_int_equal(w->count, 2);
	assert_true(has_text(text, "\xf4\x8f\xbf\xbd"));
	assert_false(has_text(text, "〓"));
	assert_int_equal(typeset_warnings_n(set(a, "甲乙", "{}")), 0);
}

static void a_field_that_is_not_shown_is_listed(void **state)
{
	AUTO(arena) a = arena_new();
	struct typeset *t = set(a, "{{a}}", "{\"a\":1,\"b\":{\"c\":2}}");

	(void)state;
	assert_int_equal(typeset_warnings_n(t), 1);
	assert_int_equal(typeset_warning(t, 0)->kind, TYPESET_NOT_SHOWN);
	assert_string_equal(typeset_warning(t, 0)->field, "b");
}

static void a_value_missing_on_the_pages_is_refused_by_name(void **state)
{
	AUTO(arena) a = arena_new();
	struct typeset *t = set(a, "甲{{v}}乙", "{\"v\":\"1234\"}");
	struct words w = {.elem = 1};
	struct block block = {.words = w};
	struct shown shown = {.field = "v", .value = "1234"};
	struct paper p = {.blocks = &block, .blocks_n = 1, .shown = &shown, .shown_n = 1};
	struct err e;

	(void)state;
	assert_true(shown_prove(t, &p, &e));
	shown.value = "12 34"; /* lines end anywhere */
	assert_true(shown_prove(t, &p, &e));
	shown.value = "12345";
	assert_false(shown_prove(t, &p, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_non_null(strstr(e.text, "{{v}}"));
	shown.value = "1234";
	/* beyond the edge of the paper nothing is shown */
	for (size_t k = 0; k < t->pages[0].n; k++)
		if (t->pages[0].objects[k].elem == 1)
			t->pages[0].objects[k].run.glyphs[0].x = PAPER_WIDTH;
	assert_false(shown_prove(t, &p, &e));
	for (size_t k = 0; k < t->pages[0].n; k++)
		t->pages[0].objects[k].elem = PAGE_ARTIFACT;
	assert_false(shown_prove(t, &p, &e));
}

#define SIGNING                                                                                        \
	"\n\n| | |\n|--|--|\n| 甲方（盖章）： | 乙方（盖章）： |\n| 甲[[slot:a.seal]] " \
	"| 乙[[slot:b.seal 40x40]] |\n| 代表：[[slot:a.signature]] | "                             \
	"代表：[[slot:b.signature 30x10]] |\n"

static void slots_are_given_with_their_places(void **state)
{
	AUTO(arena) a = arena_new();
	struct typeset *t = set(a, "正文。" SIGNING, "{}");
	const struct typeset_slot *seal = typeset_slot_find(t, "a.seal"),
				  *other = typeset_slot_find(t, "b.seal");

	(void)state;
	assert_int_equal(typeset_slots_n(t), 4);
	assert_null(typeset_slot_find(t, "c.seal"));
	assert_string_equal(seal->role, "a");
	assert_string_equal(seal->kind, "seal");
	assert_int_equal(seal->page, 1);
	assert_int_equal(seal->w, 42000);
	assert_int_equal(other->h, 40000);
	assert_true(seal->x >= BODY_LEFT && seal->x + seal->w <= other->x);
	assert_int_equal(typeset_slot_find(t, "b.signature")->w, 30000);
	/* a signature stands behind its words, below the seals */
	assert_true(typeset_slot_find(t, "a.signature")->x > BODY_LEFT + 10000);
	assert_true(typeset_slot_find(t, "a.signature")->y >= seal->y + seal->h - 1);
	refuse("[[slot:a.seal]] [[slot:a.seal]]", "{}", ERR_USAGE, "a.seal");
	refuse("[[slot:seal]]", "{}", ERR_USAGE, "role.kind");
	refuse("[[slot:a.seal 4000x2]]", "{}", ERR_USAGE, "a.seal");
}

/* The page of an element's first and last run, from 1. */
static void pages_of(const struct typeset *t, int elem, size_t *first, size_t *last)
{
	*first = *last = 0;
	for (size_t i = 0; i < t->pages_n; i++)
		for (size_t k = 0; k < t->pages[i].n; k++)
			if (t->pages[i].objects[k].elem == elem) {
				*first = *first ? *first : i + 1;
				*last = i + 1;
			}
}

static void a_signing_table_stays_whole_and_with_what_precedes_it(void **state)
{
	(void)state;
	for (size_t n = 0; n < 24; n++) {
		AUTO(arena) a = arena_new();
		struct typeset *t = set(a,
			arena_printf(
				a, "%s最后一段。" SIGNING, times(a, "一段。\n\n", n)),
			"{}");
		size_t first, last;

		for (size_t i = 1; i < typeset_slots_n(t); i++)
			assert_int_equal(
				typeset_slot(t, i)->page, typeset_slot(t, 0)->page);
		pages_of(t, (int)n + 1, &first, &last);
		assert_int_equal(last, typeset_slot(t, 0)->page);
	}
}

static void a_heading_stands_with_what_follows(void **state)
{
	(void)state;
	for (size_t n = 0; n < 24; n++) {
		AUTO(arena) a = arena_new();
		struct typeset *t = set(a,
			arena_printf(a, "%s## 一、标题\n\n%s", times(a, "一段。\n\n", n),
				times(a, "长段落", 40)),
			"{}");
		size_t head, text, last;

		pages_of(t, (int)n + 1, &head, &last);
		pages_of(t, (int)n + 2, &text, &last);
		assert_int_equal(head, text);
	}
}

static void no_line_of_a_paragraph_stands_alone(void **state)
{
	(void)state;
	for (size_t n = 0; n < 24; n++) {
		AUTO(arena) a = arena_new();
		struct typeset *t = set(a,
			arena_printf(a, "%s%s", times(a, "一段。\n\n", n),
				times(a, "长段落", 40)),
			"{}");

		for (size_t i = 0; i < t->pages_n; i++) {
			int lines = 0, y = 0;

			for (size_t k = 0; k < t->pages[i].n; k++) {
				const struct page_object *o = &t->pages[i].objects[k];

				if (o->elem != (int)n + 1 || o->kind != PAGE_RUN)
					continue;
				lines += o->run.glyphs[0].y != y;
				y = o->run.glyphs[0].y;
			}
			assert_int_not_equal(lines, 1);
		}
	}
}

//= GB/T 9704-2012 §5.2.3: 22 lines a page, 28 characters a line
static void a_page_has_22_lines_of_28_characters(void **state)
{
	AUTO(arena) a = arena_new();
	struct typeset *t = set(a, times(a, "字", 28 * 22 - 2), "{}");

	(void)state;
	assert_int_equal(typeset_pages(t), 1);
	t = set(a, times(a, "字", 28 * 22 - 1), "{}");
	assert_int_equal(typeset_pages(t), 2);
}

static void the_data_is_canonical(void **state)
{
	AUTO(arena) a = arena_new();
	struct typeset_spec spec =
		spec_of("{{a}}{{b}}", " { \"b\" : \"甲/\\\"\\n\", \"a\" : [1][0] } ");
	struct typeset *t;

	(void)state;
	spec.fields = BYTES(" { \"b\" : \"\\u7532/\\\"\", \"a\" : 12 } ");
	spec.number = "甲-1";
	spec.verify_url = "https://example.cn/v";
	t = set_spec(a, &spec);
	assert_bytes(typeset_data(t),
		BYTES("{\"fields\":{\"a\":12,\"b\":\"甲/"
		      "\\\"\"},\"format\":\"qianyin-paper-"
		      "fields\",\"number\":\"甲-1\",\"pages\":1,\"slots\":[],\"verify\":"
		      "\"https://example.cn/v\",\"version\":1}"));
}

static void limits_hold(void **state)
{
	AUTO(arena) a = arena_new();
	struct typeset_spec spec = spec_of("x", "{}");

	(void)state;
	spec.template = bytes_make(
		times(a, "x\n", TYPESET_TEMPLATE_MAX / 2 + 1), TYPESET_TEMPLATE_MAX + 2);
	refuse_spec(&spec, ERR_TOO_LARGE, "template");
	spec = spec_of("x", "{}");
	spec.fields = bytes_make(
		times(a, "  ", TYPESET_FIELDS_MAX / 2 + 1), TYPESET_FIELDS_MAX + 2);
	refuse_spec(&spec, ERR_TOO_LARGE, "fields");
	refuse(times(a, "x\n\n---\n\n", 2100), "{}", ERR_TOO_LARGE, "pages");
	refuse(times(a, "| a ", 100), "{}", ERR_TOO_LARGE, "columns");
	refuse(times(a, "> ", 60), "{}", ERR_TOO_LARGE, "deep");
	refuse(times(a, "[", 3000), "{}", ERR_TOO_LARGE, "intricate");
	refuse(times(a, "字", 20000), "{}", ERR_TOO_LARGE, "line");
	refuse("{{v}}", arena_printf(a, "{\"v\":\"%s\"}", times(a, "字", 300000)),
		ERR_TOO_LARGE, "paragraph");
	refuse("\xff", "{}", ERR_MALFORMED, "UTF-8");
	refuse("a\x01", "{}", ERR_MALFORMED, "U+0001");
	refuse("\xf3\xb0\x80\x80", "{}", ERR_MALFORMED, "U+F0000");
	spec = spec_of("x", "{}");
	spec.number = "a\nb";
	refuse_spec(&spec, ERR_USAGE, "number");
}

static void a_font_that_is_not_there_is_told(void **state)
{
	const char *file = "/nonexistent/font.otf";
	AUTO(arena) a = arena_new();
	struct typeset_spec spec = spec_of("甲", "{}");

	(void)state;
	spec.families[TYPESET_BODY] = "No Such Family";
	assert_int_equal(typeset_pages(set_spec(a, &spec)), 1);
	spec.font_files = &file;
	spec.font_files_n = 1;
	refuse_spec(&spec, ERR_NOT_FOUND, file);
}

static void try_template(struct bytes altered, const struct alteration *what, void *ctx)
{
	AUTO(arena) a = arena_new();
	struct typeset_spec spec = spec_of("", "{\"a\":\"甲\"," ROWS "}");
	struct typeset *t;
	struct err e = {0};

	(void)what;
	(void)ctx;
	spec.template = altered;
	if (!typeset(a, &spec, &t, &e))
		assert_true(e.code != ERR_NONE && e.text[0]);
}

static void an_altered_template_is_set_or_refused(void **state)
{
	static const char seed[] =
		"# 一{{a}}\n\n| x | y |\n|--|--:|\n| {{rows.n}} | {{rows.p|money}} "
		"|\n\n*z* [[slot:a.seal]]\n";
	AUTO(arena) a = arena_new();

	(void)state;
	(void)set(a, seed, "{\"a\":\"甲\"," ROWS "}");
	assert_true(torture_each(bytes_str(seed), TORTURE_ALL | TORTURE_HEAVY,
			    try_template, NULL) > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_shown_in_their_formats),
		cmocka_unit_test(a_row_of_an_array_is_repeated),
		cmocka_unit_test(an_unknown_field_or_format_is_refused),
		cmocka_unit_test(fields_that_are_no_fields_are_refused),
		cmocka_unit_test(what_hides_or_turns_text_is_refused_in_values),
		cmocka_unit_test(a_value_is_never_markup),
		cmocka_unit_test(html_and_unknown_pictures_are_refused),
		cmocka_unit_test(links_are_shown_as_text),
		cmocka_unit_test(the_head_of_a_table_is_repeated_on_each_page),
		cmocka_unit_test(a_row_higher_than_a_page_goes_on_overleaf),
		cmocka_unit_test(amounts_stand_at_the_right_and_are_never_broken),
		cmocka_unit_test(a_field_of_ten_thousand_characters_is_set_and_proven),
		cmocka_unit_test(text_from_right_to_left_keeps_its_order),
		cmocka_unit_test(a_character_no_font_has_is_listed_and_kept_in_the_text),
		cmocka_unit_test(a_field_that_is_not_shown_is_listed),
		cmocka_unit_test(a_value_missing_on_the_pages_is_refused_by_name),
		cmocka_unit_test(slots_are_given_with_their_places),
		cmocka_unit_test(a_signing_table_stays_whole_and_with_what_precedes_it),
		cmocka_unit_test(a_heading_stands_with_what_follows),
		cmocka_unit_test(no_line_of_a_paragraph_stands_alone),
		cmocka_unit_test(a_page_has_22_lines_of_28_characters),
		cmocka_unit_test(the_data_is_canonical),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(a_font_that_is_not_there_is_told),
		cmocka_unit_test(an_altered_template_is_set_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
