/* cmd_typeset: a template and its fields become pages, as PDF, as OFD, or as both.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "cli/ofd_command.h"
#include "doc/typeset_json.h"

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

static bool slots_write(struct cli *c, const struct typeset *t, struct err *e)
{
	const char *path = cli_text(c, "slots"), *text;
	json_t *list;

	if (!path)
		return true;
	list = typeset_slots_json(t);
	text = typeset_json_text(c->arena, list);
	json_decref(list);
	return cli_write(c, path, 0644, bytes_str(text), e);
}

static void warnings_note(struct cli *c, const struct typeset *t)
{
	for (size_t i = 0; i < typeset_warnings_n(t); i++)
		cli_note(
			c, typeset_warning_say(c->arena, c->lang, typeset_warning(t, i)));
}

static void result_say(struct cli *c, const struct typeset *t)
{
	const char *pages = arena_printf(c->arena, "%zu", typeset_pages(t));

	if (c->json) {
		cli_json(c, typeset_json(c->arena, c->lang, t));
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
