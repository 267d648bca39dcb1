/* cmd_ofd_make: an OFD of text pages.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "cli/ofd_command.h"
#include "doc/ofd_make.h"

/* The files of --attach, read from disk while the package is written. */
static bool attachments_of(
	struct cli *c, struct ofd_attachment **list, size_t *count, struct err *e)
{
	const char *path;
	size_t n = 0;

	for (size_t at = 0; cli_each(c, "attach", &at);)
		n++;
	*list = ARENA_ARRAY(c->arena, n, struct ofd_attachment);
	*count = 0;
	for (size_t at = 0; (path = cli_each(c, "attach", &at));) {
		struct ofd_attachment *one = &(*list)[*count];
		const char *slash = strrchr(path, '/'), *dot;

		one->name = bytes_str(slash ? slash + 1 : path);
		dot = strrchr(slash ? slash + 1 : path, '.');
		one->format = bytes_str(dot ? dot + 1 : "");
		if (!source_open(&one->file, path, e))
			return false;
		++*count;
	}
	return true;
}

/* Without --title, the first line that says something is the title, and no more text. */
static struct bytes title_of(struct cli *c, struct bytes *text)
{
	const char *given = cli_text(c, "title");
	struct bytes rest = *text;

	if (given)
		return bytes_str(given);
	while (rest.n) {
		size_t end = bytes_find(rest, BYTES("\n"));
		struct bytes line = bytes_head(rest, end);

		while (bytes_starts(line, BYTES("#")))
			line = bytes_from(line, 1);
		line = text_trim(line);
		rest = bytes_from(rest, end == SIZE_MAX ? rest.n : end + 1);
		if (!line.n)
			continue;
		*text = rest;
		return line;
	}
	return BYTES("");
}

static bool make(struct cli *c, struct ofd_make_spec *spec, struct err *e)
{
	AUTO(cli_output) out = NULL;

	return cli_output_open(&out, c, cli_text(c, "out"), 0644, e) &&
	       ofd_make(c->world, spec, sink_to_output(out), e) &&
	       cli_output_commit(out, e);
}

/* Is there anything, and all of it what a text file holds? */
static bool check_text(const char *path, struct bytes text, struct err *e)
{
	if (text_trim(text).n == 0)
		return err_set(e, ERR_MALFORMED, "%s: no text in it", path);
	if (!utf8_is_valid(text))
		return err_set(e, ERR_MALFORMED, "%s: not a text in UTF-8", path);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' && !(text.p[i] >= '\t' && text.p[i] <= '\r'))
			return err_set(e, ERR_MALFORMED,
				"%s: a control character at octet %zu", path, i);
	return true;
}

static int run(struct cli *c)
{
	struct ofd_make_spec spec = {
		.author = bytes_str(cli_text(c, "author")), .font = cli_text(c, "font")};
	struct ofd_attachment *list = NULL;
	size_t count = 0;
	struct err e;
	bool good;

	if (!cli_read(c, cli_operand(c, 0), OFD_MAKE_TEXT_MAX, &spec.text, &e) ||
		!check_text(cli_operand(c, 0), spec.text, &e))
		return cli_fail(c, &e);
	spec.title = title_of(c, &spec.text);
	good = attachments_of(c, &list, &count, &e);
	spec.attachments = list;
	spec.attachments_n = count;
	good = good && make(c, &spec, &e);
	for (size_t i = 0; i < count; i++)
		source_free(list[i].file);
	return good ? 0 : cli_fail(c, &e);
}

static const struct cli_option options[] = {
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_OUT, 0},
	{"title", 0, CLI_TEXT, 0, NULL, MSG_OPT_OFD_TITLE, 0},
	{"author", 0, CLI_TEXT, 0, NULL, MSG_OPT_OFD_AUTHOR, 0},
	{"attach", 0, CLI_FILE, CLI_REPEAT, NULL, MSG_OPT_OFD_ATTACH, 0},
	{"font", 0, CLI_FILE, 0, NULL, MSG_OPT_OFD_FONT, 0},
	CLI_END,
};

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_OFD_SOURCE},
	CLI_END,
};

const struct cli_command cmd_ofd_make = {
	.name = "ofd make",
	.run = run,
	.summary = MSG_CMD_OFD_MAKE,
	.about = MSG_CMD_OFD_MAKE_ABOUT,
	.options = options,
	.operands = operands,
};
