/* manual: the manual page in roff, from the same table as --help.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "version.h"

static const struct {
	int code;
	enum msg help;
} common_exits[] = {
	{0, MSG_EXIT_DONE},
	{64, MSG_EXIT_USAGE},
	{65, MSG_EXIT_MALFORMED},
	{66, MSG_EXIT_NO_INPUT},
	{73, MSG_EXIT_WRITE},
	{74, MSG_EXIT_IO},
	{75, MSG_EXIT_BUSY},
	{77, MSG_EXIT_DENIED},
};

/* Text that roff prints as it stands. */
static void put(struct cli *c, const char *text)
{
	bool line_begins = true;

	for (const char *s = text; *s; s++) {
		if (line_begins && (*s == '.' || *s == '\''))
			(void)fputs("\\&", c->out);
		line_begins = *s == '\n';
		if (line_begins && s[1] == '\n') {
			(void)fputs("\n.PP", c->out);
			continue;
		}
		if (*s == '\\')
			(void)fputs("\\e", c->out);
		else if (*s == '-')
			(void)fputs("\\-", c->out);
		else
			(void)fputc(*s, c->out);
	}
	(void)fputc('\n', c->out);
}

static void section(struct cli *c, enum msg title)
{
	(void)fputs(".SH ", c->out);
	put(c, msg_text(c->lang, title));
}

static void item(struct cli *c, const char *left, const char *right)
{
	(void)fputs(".TP\n.B ", c->out);
	put(c, left);
	put(c, right);
}

static void command(struct cli *c, const struct cli_command *k)
{
	(void)fputs(".SS ", c->out);
	put(c, k->name);
	(void)fputs(".PP\n.B ", c->out);
	put(c, command_form(c->arena, c->lang, k));
	(void)fputs(".PP\n", c->out);
	put(c, msg_text(c->lang, k->about));
	for (const struct cli_operand *o = k->operands; o && o->name; o++)
		item(c, o->name, msg_text(c->lang, o->help));
	for (const struct cli_option *o = k->options; o && o->name; o++)
		item(c, option_form(c->arena, o), msg_text(c->lang, o->help));
	if (k->json)
		item(c, "--json", msg_text(c->lang, MSG_OPT_JSON));
	for (size_t i = 0; i < k->exit_count; i++)
		item(c,
			cli_say(c, MSG_CLI_EXIT_CODE,
				arena_printf(c->arena, "%d", k->exits[i].code)),
			msg_text(c->lang, k->exits[i].help));
}

void help_manual(struct cli *c)
{
	cli_print(c, ".\\\" made by qianyin help --man\n.TH QIANYIN 1 \"\" "
		     "\"qianyin " QIANYIN_VERSION "\"\n");
	section(c, MSG_CLI_MAN_NAME);
	put(c, cli_say(c, MSG_CLI_MAN_TITLE, msg_text(c->lang, MSG_CLI_TAGLINE)));
	section(c, MSG_CLI_USAGE);
	put(c, msg_text(c->lang, MSG_CLI_FORM));
	section(c, MSG_CLI_COMMANDS);
	for (size_t i = 0; cli_commands[i]; i++)
		command(c, cli_commands[i]);
	section(c, MSG_CLI_MAN_COMMON);
	for (const struct cli_option *o = cli_common + 1; o->name; o++)
		item(c, option_form(c->arena, o), msg_text(c->lang, o->help));
	section(c, MSG_CLI_EXITS);
	for (size_t i = 0; i < sizeof common_exits / sizeof *common_exits; i++)
		item(c, arena_printf(c->arena, "%d", common_exits[i].code),
			msg_text(c->lang, common_exits[i].help));
	section(c, MSG_CLI_MAN_ENVIRONMENT);
	item(c, "QIANYIN_LANG, LC_MESSAGES, LANG", msg_text(c->lang, MSG_CLI_MAN_LANG));
	item(c, "QIANYIN_PASSWORD_FILE", msg_text(c->lang, MSG_CLI_MAN_PASSWORD_FILE));
}
