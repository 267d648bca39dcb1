/* cmd_typeset: a template and its fields become pages, as PDF, as OFD, or as both.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "cli/ofd_command.h"
#include "doc/typeset.h"

static bool is_pdf(const char *path)
{
	size_t n = strlen(path);

	return n >= 4 && ascii_equal_nocase(bytes_str(path + n - 4), BYTES(".pdf"));
}

static bool is_ofd(const char *path)
{
	size_t n = strlen(path);

	return n >= 4 && ascii_equal_nocase(bytes_str(path + n - 4), BYTES(".ofd"));
}

/* All names before any work: a wrong one shall leave nothing half done. */
static bool outputs_check(struct cli *c, struct err *e)
{
	const char *path;

	for (size_t at = 0; (path = cli_each(c, "out", &at));)
		if (!is_pdf(path) && !is_ofd(path))
			return err_set(e, ERR_USAGE, "%s: neither .pdf nor .ofd", path);
	return true;
}

/* Both files are written whole before either appears. */
enum { OUTPUTS_MAX = 8 };

static bool outputs_write(struct cli *c, const struct typeset *t, struct err *e)
{
	struct cli_output *outs[OUTPUTS_MAX] = {0};
	const char *path;
	size_t n = 0;
	bool good = true;

	for (size_t at = 0; good && (path = cli_each(c, "out", &at)); n++) {
		if (n == OUTPUTS_MAX) {
			good = err_set(e, ERR_USAGE, "more than %d files", OUTPUTS_MAX);
			break;
		}
		good = cli_output_open(&outs[n], c, path, 0644, e) &&
		       (is_pdf(path) ? typeset_pdf : typeset_ofd)(
			       t, sink_to_output(outs[n]), e);
	}
	for (size_t i = 0; good && i < n; i++)
		good = cli_output_commit(outs[i], e);
	for (size_t i = 0; i < OUTPUTS_MAX; i++)
		cli_output_free(outs[i]);
	return good;
}

/* "PATH" or "NAME=PATH" of --image. */
static bool images_of(struct cli *c, struct typeset_spec *spec, struct err *e)
{
	struct typeset_image *list;
	const char *given;
	size_t n = 0;

	for (size_t at = 0; cli_each(c, "image", &at);)
		n++;
	list = ARENA_ARRAY(c->arena, n, struct typeset_image);
	for (size_t at = 0; (given = cli_each(c, "image", &at));) {
		struct typeset_image *one = &list[spec->images_n];
		const char *eq = strchr(given, '='), *path = eq ? eq + 1 : given;

		one->name =
			eq ? arena_str(c->arena, bytes_make(given, (size_t)(eq - given)))
			   : given;
		if (!cli_read(c, path, TYPESET_IMAGE_MAX, &one->png, e))
			return false;
		spec->images_n++;
	}
	spec->images = list;
	return true;
}

static void fonts_of(struct cli *c, struct typeset_spec *spec)
{
	const char **list, *path;
	size_t n = 0;

	for (size_t at = 0; cli_each(c, "font", &at);)
		n++;
	list = ARENA_ARRAY(c->arena, n, const char *);
	for (size_t at = 0; (path = cli_each(c, "font", &at));)
		list[spec->font_files_n++] = path;
	spec->font_files = list;
	spec->families[TYPESET_BODY] = cli_text(c, "body-family");
}

static json_t *slots_json(const struct typeset *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < typeset_slots_n(t); i++) {
		const struct typeset_slot *s = typeset_slot(t, i);

		/* millimetres; whole micrometres are exact in a double */
		(void)json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:i, s:f, s:f, s:f, s:f}", "name",
				s->name, "role", s->role, "kind", s->kind, "page",
				(int)s->page, "x", s->x / 1000.0, "y", s->y / 1000.0, "w",
				s->w / 1000.0, "h", s->h / 1000.0));
	}
	return list;
}

static bool slots_write(struct cli *c, const struct typeset *t, struct err *e)
{
	const char *path = cli_text(c, "slots");
	json_t *list;
	char *text;
	bool good;

	if (!path)
		return true;
	list = slots_json(t);
	text = json_dumps(list, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	json_decref(list);
	good = text ? cli_write(c, path, 0644, bytes_str(text), e)
		    : err_set(e, ERR_IO, "JSON");
	free(text);
	return good;
}

static const char *warning_say(struct cli *c, const struct typeset_warning *w)
{
	uint8_t utf8[4];
	const char *times = arena_printf(c->arena, "%u", w->count), *shown, *code;

	if (w->kind == TYPESET_NOT_SHOWN)
		return cli_say(c, MSG_TYPESET_NOT_SHOWN, w->field);
	shown = text_printable(
		c->arena, bytes_make(utf8, utf8_put(utf8, w->code)), sizeof utf8);
	code = arena_printf(c->arena, "U+%04X", (unsigned)w->code);
	if (w->field)
		return cli_say(c, MSG_TYPESET_NO_GLYPH_IN, shown, code, times, w->field);
	return cli_say(c, MSG_TYPESET_NO_GLYPH, shown, code, times);
}

static void warnings_note(struct cli *c, const struct typeset *t)
{
	for (size_t i = 0; i < typeset_warnings_n(t); i++)
		cli_note(c, warning_say(c, typeset_warning(t, i)));
}

static json_t *warnings_json(struct cli *c, const struct typeset *t)
{
	static const char *const kinds[] = {
		[TYPESET_NO_GLYPH] = "no-glyph", [TYPESET_NOT_SHOWN] = "not-shown"};
	json_t *list = json_array();

	for (size_t i = 0; i < typeset_warnings_n(t); i++) {
		const struct typeset_warning *w = typeset_warning(t, i);
		json_t *one = json_pack("{s:s, s:s, s:i}", "kind", kinds[w->kind], "text",
			warning_say(c, w), "count", (int)w->count);

		if (w->field)
			(void)json_object_set_new(one, "field", json_string(w->field));
		if (w->code)
			(void)json_object_set_new(
				one, "code", json_integer((json_int_t)w->code));
		(void)json_array_append_new(list, one);
	}
	return list;
}

static void result_say(struct cli *c, const struct typeset *t)
{
	const char *pages = arena_printf(c->arena, "%zu", typeset_pages(t));

	if (c->json) {
		cli_json(c,
			json_pack("{s:i, s:o, s:o}", "pages", (int)typeset_pages(t),
				"slots", slots_json(t), "warnings", warnings_json(c, t)));
		return;
	}
	warnings_note(c, t);
	cli_note(c, cli_say(c, MSG_TYPESET_DONE, pages));
}

static int run(struct cli *c)
{
	struct typeset_spec spec = {.world = c->world,
		.title = cli_text(c, "title"),
		.author = cli_text(c, "author"),
		.number = cli_text(c, "number"),
		.verify_url = cli_text(c, "verify-url"),
		.centre_numbers = cli_flag(c, "centre-numbers")};
	const char *fields = cli_text(c, "fields");
	struct typeset *t;
	struct err e;

	fonts_of(c, &spec);
	if (!outputs_check(c, &e) ||
		!cli_read(
			c, cli_operand(c, 0), TYPESET_TEMPLATE_MAX, &spec.template, &e) ||
		(fields && !cli_read(c, fields, TYPESET_FIELDS_MAX, &spec.fields, &e)) ||
		!images_of(c, &spec, &e) || !typeset(c->arena, &spec, &t, &e) ||
		!outputs_write(c, t, &e) || !slots_write(c, t, &e))
		return cli_fail(c, &e);
	result_say(c, t);
	return 0;
}

static const struct cli_option options[] = {
	{"out", 'o', CLI_FILE, CLI_REQUIRED | CLI_REPEAT, NULL, MSG_OPT_TYPESET_OUT, 0},
	{"fields", 0, CLI_FILE, 0, NULL, MSG_OPT_TYPESET_FIELDS, 0},
	{"number", 0, CLI_TEXT, 0, NULL, MSG_OPT_TYPESET_NUMBER, 0},
	{"verify-url", 0, CLI_TEXT, 0, "URL", MSG_OPT_TYPESET_VERIFY_URL, 0},
	{"slots", 0, CLI_FILE, 0, NULL, MSG_OPT_TYPESET_SLOTS, 0},
	{"title", 0, CLI_TEXT, 0, NULL, MSG_OPT_OFD_TITLE, 0},
	{"author", 0, CLI_TEXT, 0, NULL, MSG_OPT_OFD_AUTHOR, 0},
	{"image", 0, CLI_TEXT, CLI_REPEAT, "NAME=FILE", MSG_OPT_TYPESET_IMAGE, 0},
	{"font", 0, CLI_FILE, CLI_REPEAT, NULL, MSG_OPT_TYPESET_FONT, 0},
	{"body-family", 0, CLI_TEXT, 0, NULL, MSG_OPT_TYPESET_BODY_FAMILY, 0},
	{"centre-numbers", 0, CLI_FLAG, 0, NULL, MSG_OPT_TYPESET_CENTRE_NUMBERS, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_TYPESET_TEMPLATE},
	CLI_END,
};

const struct cli_command cmd_typeset = {
	.name = "typeset",
	.run = run,
	.summary = MSG_CMD_TYPESET,
	.about = MSG_CMD_TYPESET_ABOUT,
	.options = options,
	.operands = operands,
	.json = true,
};
