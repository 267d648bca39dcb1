/* cmd_closed: may a file be sealed as text, and if not, why not.
 * SPDX-License-Identifier: Apache-2.0
 */
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
		cli_print(c, "%s", closed_json(c->arena, c->lang, path, closed));
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
