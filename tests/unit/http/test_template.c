/* Templates: every value is escaped for where it stands, or the template is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/time.h"
#include "http/template.h"
#include "torture.h"
#include "unit.h"

struct row {
	const char *title;
	int64_t fen;
	struct html extra;
};

struct model {
	const char *text, *path, *none;
	struct bytes bytes;
	int64_t number, when, never;
	bool yes, no;
	unsigned msg;
	struct html html;
	struct row inside, *one, *absent, *rows;
	size_t count;
	struct id id;
};

static const struct view_member row_members[] = {
	VIEW_TEXT(struct row, title),
	VIEW_MONEY(struct row, fen),
	VIEW_HTML(struct row, extra),
};
static const struct view row_view = VIEW(struct row, row_members);

static const struct view_member members[] = {
	VIEW_TEXT(struct model, text),
	VIEW_TEXT(struct model, none),
	VIEW_PATH(struct model, path),
	VIEW_BYTES(struct model, bytes),
	VIEW_INT(struct model, number),
	VIEW_TIME(struct model, when),
	VIEW_DATE(struct model, never),
	VIEW_BOOL(struct model, yes),
	VIEW_BOOL(struct model, no),
	VIEW_MSG(struct model, msg),
	VIEW_HTML(struct model, html),
	VIEW_IN(struct model, inside, &row_view),
	VIEW_ONE(struct model, one, &row_view),
	VIEW_ONE(struct model, absent, &row_view),
	VIEW_MANY(struct model, rows, count, &row_view),
	VIEW_ID(struct model, id),
};
static const struct view view = VIEW(struct model, members);

static struct row rows[] = {{"first", 100, {{0}}}, {"<second>", 123456, {{0}}}};
static const struct model model = {
	.text = "<a href=\"x\" on='y'>&",
	.path = "/desk?x=1&y=2",
	.bytes = {(const uint8_t *)"钤印", 6},
	.number = -7,
	.when = INT64_C(1795336200000000),
	.never = TIME_NONE,
	.yes = true,
	.msg = MSG_ERR_BUSY + 1,
	.inside = {.title = "in", .fen = 5},
	.one = &rows[0],
	.rows = rows,
	.count = 2,
};

static bool compile(struct templates **out, struct bytes text, struct err *e)
{
	const struct template_source sources[] = {
		{"page", text, &view},
		{"part", BYTES("<i>{{text}}</i>{{#rows}}{{title}};{{/rows}}"), NULL},
		{"open", BYTES("<p class=\"x\" "), NULL},
		{"circle", BYTES("{{>circle}}"), NULL},
		{"wrong", BYTES("{{nobody}}"), NULL},
	};

	return templates_new(out, sources, sizeof sources / sizeof *sources, msg_find, e);
}

static const char *render(struct arena *a, const char *text, const struct model *m)
{
	AUTO(templates) set = NULL;
	struct html out;
	struct err e;

	if (!compile(&set, bytes_str(text), &e))
		fail_msg("%s: %s", text, e.text);
	if (!template_html(
		    a, templates_get(set, "page"), LANG_EN, &view, m, 10000, &out, &e))
		fail_msg("%s: %s", text, e.text);
	return arena_str(a, out.made);
}

static void values_are_escaped_where_they_stand(void **state)
{
	AUTO(arena) a = arena_new();

	(void)state;
	assert_string_equal(render(a, "<p>{{text}}</p>", &model),
		"<p>&lt;a href=&#34;x&#34; on=&#39;y&#39;&gt;&amp;</p>");
	assert_string_equal(render(a, "<p title='{{ text }}'>", &model),
		"<p title='&lt;a href=&#34;x&#34; on=&#39;y&#39;&gt;&amp;'>");
	assert_string_equal(render(a, "<title>{{bytes}}</title>{{none}}", &model),
		"<title>钤印</title>");
	assert_string_equal(render(a, "<a href=\"/x?q={{text}}\">", &model),
		"<a href=\"/x?q=%3Ca%20href%3D%22x%22%20on%3D%27y%27%3E%26\">");
	assert_string_equal(render(a, "<a href=\"{{path}}\">{{number}}", &model),
		"<a href=\"/desk?x=1&amp;y=2\">-7");
	assert_string_equal(render(a, "<a href=\"{{path}}?a={{number}}\">", &model),
		"<a href=\"/desk?x=1&amp;y=2?a=-7\">");
	assert_string_equal(render(a, "{{when}}|{{never}}|{{inside.fen}}|{{id}}", &model),
		"2026-11-22 16:30:00||0.05|");
	assert_string_equal(render(a, "{{! nothing }}{{msg}}", &model),
		msg_text(LANG_EN, MSG_ERR_BUSY));
}

static void an_address_of_another_site_is_not_followed(void **state)
{
	static const char *const evil[] = {"//evil", "/\\evil", "javascript:alert(1)",
		"https://evil/", "", NULL, "/a\nb"};
	AUTO(arena) a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
		struct model m = model;

		m.path = evil[i];
		assert_string_equal(
			render(a, "<a href=\"{{path}}\">", &m), "<a href=\"/\">");
	}
}

static void control_octets_and_broken_text_do_not_get_out(void **state)
{
	AUTO(arena) a = arena_new();
	struct model m = model;
	const char *page;

	(void)state;
	m.text = "a\x01"
		 "b\xff\"";
	page = render(a, "<p title=\"{{text}}\">", &m);
	assert_null(strchr(page, 1));
	assert_null(strchr(page, 0xff));
	assert_non_null(strstr(page, "&#34;\">"));
}

static void sections_repeat_enter_and_invert(void **state)
{
	AUTO(arena) a = arena_new();
	struct model empty = {0};

	(void)state;
	assert_string_equal(
		render(a, "{{#rows}}<li>{{title}} {{fen}} {{number}}{{/rows}}", &model),
		"<li>first 1.00 -7<li>&lt;second&gt; 1,234.56 -7");
	assert_string_equal(
		render(a, "{{#rows}}x{{/rows}}{{^rows}}none{{/rows}}", &empty), "none");
	assert_string_equal(
		render(a, "{{#yes}}y{{/yes}}{{#no}}n{{/no}}{{^no}}N{{/no}}", &model),
		"yN");
	assert_string_equal(
		render(a, "{{#one}}{{title}}{{/one}}{{#absent}}x{{/absent}}", &model),
		"first");
	assert_string_equal(
		render(a, "[{{absent.title}}][{{one.title}}]", &model), "[][first]");
	assert_string_equal(render(a, "{{#inside}}{{title}}{{/inside}}", &model), "in");
	assert_string_equal(
		render(a, "{{#text}}t{{/text}}{{#none}}x{{/none}}{{^never}}-{{/never}}",
			&model),
		"t-");
	assert_string_equal(render(a,
				    "<input {{#yes}}checked{{/yes}} name=\"a\"{{#no}} "
				    "disabled{{/no}}>",
				    &model),
		"<input checked name=\"a\">");
	assert_string_equal(render(a, "<p class=\"a{{#yes}} b{{/yes}}\">", &model),
		"<p class=\"a b\">");
	assert_string_equal(render(a, "{{>part}}", &model),
		"<i>&lt;a href=&#34;x&#34; "
		"on=&#39;y&#39;&gt;&amp;</i>first;&lt;second&gt;;");
	assert_string_equal(
		render(a, "{{>open}}id=\"x\">", &model), "<p class=\"x\" id=\"x\">");
}

static void sentences_are_filled_and_then_escaped(void **state)
{
	AUTO(arena) a = arena_new();
	const char *page = render(a, "{{t err.with_detail text inside.fen}}", &model);

	(void)state;
	assert_string_equal(render(a, "<p title=\"{{t err.busy}}\">", &model),
		arena_printf(a, "<p title=\"%s\">", msg_text(LANG_EN, MSG_ERR_BUSY)));
	assert_non_null(strstr(page, "&lt;a href"));
	assert_non_null(strstr(page, "0.05"));
}

static void markup_goes_through_one_type(void **state)
{
	AUTO(arena) a = arena_new();
	struct model m = model;

	(void)state;
	m.html = html_text(a, BYTES("<b>"));
	assert_string_equal(render(a, "<p>{{html}}</p>", &m), "<p>&lt;b&gt;</p>");
}

static void refused(const char *text)
{
	struct templates *set = NULL;
	struct err e = {0};

	if (compile(&set, bytes_str(text), &e)) {
		templates_free(set);
		fail_msg("%s was compiled", text);
	}
	assert_null(set);
	assert_true(e.code == ERR_MALFORMED || e.code == ERR_TOO_LARGE);
	assert_non_null(strstr(e.text, "page"));
}

static void values_in_dangerous_places_are_refused(void **state)
{
	static const char *const places[] = {"<p title={{text}}>", "<p {{text}}>",
		"<{{text}}>", "<p {{text}}=\"x\">", "<p a{{text}}=\"x\">",
		"<p a={{text}}\">", "<script>{{text}}</script>",
		"<script>var x;</script>", "<style>{{text}}</style>",
		"<style>p{}</style>", "<p onclick=\"x\">", "<p ONCLICK=\"{{text}}\">",
		"<p style=\"{{text}}\">", "<p style=\"a\">", "<a href=\"{{text}}\">",
		"<a href='{{text}}'>", "<a HREF=\"{{text}}\">",
		"<a href=\"javascript:{{text}}\">", "<a href=\"/{{text}}\">",
		"<a href=\"//{{text}}\">", "<a href=\"//x/{{text}}\">",
		"<a href=\"https://{{text}}\">", "<a href=\" {{path}}\">",
		"<a href=\"x{{text}}\">", "<a href=\"{{path}}{{text}}\">",
		"<a href=\"{{path}}/x\">", "<img srcset=\"{{path}}\">",
		"<form action=\"{{text}}\">", "<button formaction=\"{{text}}\">",
		"<iframe src=\"/x\">", "<base href=\"/\">", "<p srcdoc=\"x\">",
		"<meta http-equiv=\"refresh\">", "<!-- {{text}} -->",
		"<!doctype {{text}}>", "<p title=\"{{html}}\">",
		"<title>{{html}}</title>", "<title><{{text}}</title>",
		"<title><b></title>", "<textarea></p></textarea>",
		"<a href=\"{{t err.busy}}\">", "a < b", "<p a=b>", "<p a=\"b\"c=\"d\">",
		"<1>", "</p a=\"x\">", "<object data=\"/x\">",
		"<a xlink:href=\"{{text}}\">", "<p", "<p title=\"", "<!--", "<script>"};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		refused(places[i]);
}

static void sections_do_not_change_the_place(void **state)
{
	static const char *const places[] = {"{{#yes}}<p{{/yes}}>",
		"<p {{#yes}}title=\"{{/yes}}\">", "<p title=\"{{#yes}}\"{{/yes}}>",
		"<p on{{#yes}}click=\"x\"{{/yes}}>", "<{{#yes}}script{{/yes}}>",
		"{{#yes}}<script>{{/yes}}</script>", "<p {{#rows}}a{{/rows}}>",
		"<a href=\"{{#yes}}/x?{{/yes}}{{text}}\">",
		"<p {{#yes}}on{{/yes}}click=\"{{text}}\">",
		"<p {{#yes}}x{{/yes}}=\"{{text}}\">",
		"<p checked {{#yes}}x{{/yes}}=\"a\">", "<p title={{#yes}}\"x\"{{/yes}}>",
		"{{#yes}}<!--{{/yes}}-->", "<p {{#yes}}title='{{/yes}}x\" '>",
		"<a {{#yes}}href=\"{{/yes}}{{text}}\">"};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		refused(places[i]);
}

static void names_keys_and_shapes_are_checked(void **state)
{
	static const char *const wrong[] = {"{{nobody}}", "{{rows.title}}", "{{title}}",
		"{{text.x}}", "{{yes}}", "{{rows}}", "{{one}}", "{{inside}}", "{{one.}}",
		"{{.}}", "{{}}", "{{ }}", "{{#yes}}", "{{/yes}}", "{{#yes}}{{/no}}",
		"{{#yes}}{{#no}}{{/yes}}{{/no}}", "{{{text}}}", "{{&text}}", "{{text",
		"{{t no.such}}", "{{t err.with_detail text}}", "{{t err.busy text}}",
		"{{t err.with_detail text html}}", "{{t err.with_detail text yes}}",
		"{{>nobody}}", "{{>circle}}", "{{>wrong}}", "{{>open}}", "\xff",
		"{{TEXT}}", "{{#rows}}{{/rows}}{{title}}"};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		refused(wrong[i]);
}

static void an_error_has_its_line(void **state)
{
	struct templates *set;
	struct err e;

	(void)state;
	assert_false(compile(&set, BYTES("<p>\n{{text}}\n<b\n onclick=\"x\">"), &e));
	assert_non_null(strstr(e.text, "page:4: "));
	assert_false(compile(&set, BYTES("\n\n{{nobody}}\n"), &e));
	assert_non_null(strstr(e.text, "page:3: "));
}

static void a_page_has_a_longest_length(void **state)
{
	AUTO(arena) a = arena_new();
	AUTO(templates) set = NULL;
	struct html out;
	struct err e;

	(void)state;
	assert_true(compile(&set, BYTES("{{#rows}}12345{{/rows}}"), &e));
	assert_true(template_html(
		a, templates_get(set, "page"), LANG_ZH, &view, &model, 10, &out, &e));
	assert_false(template_html(
		a, templates_get(set, "page"), LANG_ZH, &view, &model, 9, &out, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_null(templates_get(set, "part"));
}

static void any(struct bytes altered, const struct alteration *what, void *ctx)
{
	AUTO(templates) set = NULL;
	AUTO(arena) a = arena_new();
	struct html out;
	struct err e;

	(void)what;
	(void)ctx;
	if (compile(&set, altered, &e))
		(void)!template_html(a, templates_get(set, "page"), LANG_ZH, &view,
			&model, 4096, &out, &e);
}

static void altered_templates_do_no_harm(void **state)
{
	(void)state;
	torture_each(
		BYTES("<!doctype html><title>{{text}}</title><!-- x --><p class=\"a "
		      "{{#yes}}b{{/yes}}\" {{#no}}hidden{{/no}}>{{#rows}}<a "
		      "href=\"/x/{{title}}\">{{fen}}</a>{{/rows}}{{^rows}}{{t err.busy}}"
		      "{{/rows}}{{>part}}{{one.title}}<script src=\"/a.js\"></script>"),
		TORTURE_ALL, any, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_escaped_where_they_stand),
		cmocka_unit_test(an_address_of_another_site_is_not_followed),
		cmocka_unit_test(control_octets_and_broken_text_do_not_get_out),
		cmocka_unit_test(sections_repeat_enter_and_invert),
		cmocka_unit_test(sentences_are_filled_and_then_escaped),
		cmocka_unit_test(markup_goes_through_one_type),
		cmocka_unit_test(values_in_dangerous_places_are_refused),
		cmocka_unit_test(sections_do_not_change_the_place),
		cmocka_unit_test(names_keys_and_shapes_are_checked),
		cmocka_unit_test(an_error_has_its_line),
		cmocka_unit_test(a_page_has_a_longest_length),
		cmocka_unit_test(altered_templates_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
