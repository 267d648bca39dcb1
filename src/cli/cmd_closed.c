/* cmd_closed: may a file be sealed as text, and if not, why not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

#include "base/text.h"
#include "cli/cli.h"
#include "doc/closed.h"

static const char *number(struct cli *c, uint64_t n)
{
	return arena_printf(c->arena, "%llu", (unsigned long long)n);
}

static void print_text(struct cli *c, const char *path, const struct closed *closed)
{
	const char *name = text_printable(c->arena, bytes_str(path), 200);

	if (!closed->count) {
		cli_print(c, "%s\n",
			cli_say(c, MSG_CLOSED_YES, name, number(c, closed->pages),
				number(c, closed->characters),
				number(c, closed->attachments)));
		return;
	}
	cli_print(c, "%s\n", cli_say(c, MSG_CLOSED_NO, name));
	for (size_t i = 0; i < closed->count; i++)
		cli_print(c, "  ✗ %s\n",
			closed_say(c->arena, c->lang, &closed->findings[i]));
	if (closed->has_more)
		cli_print(c, "  %s\n", cli_say(c, MSG_CLOSED_MORE));
}

static json_t *finding_json(struct cli *c, const struct closed_finding *f)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:s}", "kind", closed_kind_name(f->kind),
		"where", f->where, "what", f->what, "times", (json_int_t)f->times, "text",
		closed_say(c->arena, c->lang, f));
}

static void print_json(struct cli *c, const char *path, const struct closed *closed)
{
	json_t *findings = json_array();
	json_t *root = json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:b}", "file",
		text_printable(c->arena, bytes_str(path), 1000), "format", closed->format,
		"closed", closed->count == 0, "pages", (json_int_t)closed->pages,
		"glyphs_compared", (json_int_t)closed->characters, "attachments",
		(json_int_t)closed->attachments, "more", closed->has_more);
	char *text;

	for (size_t i = 0; i < closed->count; i++)
		(void)json_array_append_new(
			findings, finding_json(c, &closed->findings[i]));
	(void)json_object_set_new(root, "findings", findings);
	text = json_dumps(root, JSON_INDENT(2));
	cli_print(c, "%s\n", text ? text : "{}");
	free(text);
	json_decref(root);
}

static int run(struct cli *c)
{
	const char *path = cli_operand(c, 0);
	AUTO(source) file = NULL;
	struct closed *closed;
	struct err e;

	if (!source_open(&file, path, &e))
		return cli_fail(c, &e);
	if (!closed_check(&closed, c->arena, file, &e)) {
		(void)err_in(&e, "%s", path);
		return cli_fail(c, &e);
	}
	if (c->json)
		print_json(c, path, closed);
	else
		print_text(c, path, closed);
	return closed->count ? 1 : 0;
}

static const struct cli_operand operands[] = {
	{"FILE", 0, MSG_OPT_CLOSED_FILE},
	CLI_END,
};

static const struct cli_exit exits[] = {
	{0, MSG_EXIT_CLOSED_YES},
	{1, MSG_EXIT_CLOSED_NO},
};

const struct cli_command cmd_closed = {
	.name = "closed",
	.run = run,
	.summary = MSG_CMD_CLOSED,
	.about = MSG_CMD_CLOSED_ABOUT,
	.operands = operands,
	.exits = exits,
	.exit_count = sizeof exits / sizeof *exits,
	.json = true,
};
