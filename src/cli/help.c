/* help: what --help prints, all of it from the table of commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/hooks.h"
#include "version.h"

enum { COLUMNS = 80, INDENT = 2, OPTION_COLUMN = 30 };

/* Wide are the blocks of CJK, Hangul, kana and their punctuation; close enough for
 * lining up. */
static size_t code_width(uint32_t code)
{
	return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
			       (code >= 0xac00 && code <= 0xd7a3) ||
			       (code >= 0xf900 && code <= 0xfaff) ||
			       (code >= 0xfe30 && code <= 0xfe4f) ||
			       (code >= 0xff00 && code <= 0xff60) ||
			       (code >= 0x20000 && code <= 0x3fffd)
		       ? 2
		       : 1;
}

size_t text_width(const char *s)
{
	struct bytes b = bytes_str(s);
	size_t n = 0;

	if (!utf8_is_valid(b))
		return b.n;
	while (b.n)
		n += code_width(utf8_next(&b));
	return n;
}

/* Octets and columns of the next piece that must not be broken: a word with its blank, or
 * one wide character with the punctuation behind it. */
static size_t piece(struct bytes text, size_t *columns)
{
	struct bytes rest = text;
	uint32_t code = utf8_next(&rest);

	*columns = code_width(code);
	if (*columns == 2) {
		struct bytes behind = rest;
		/* No line begins with these (JIS X 4051 and its like). */
		while (behind.n) {
			code = utf8_next(&behind);
			if (code != 0x3002 && code != 0xff0c && code != 0x3001 &&
				code != 0xff1b && code != 0xff1a && code != 0xff09 &&
				code != 0x300b && code != 0x201d)
				break;
			*columns += code_width(code);
			rest = behind;
		}
		return text.n - rest.n;
	}
	while (rest.n) {
		struct bytes behind = rest;

		code = utf8_next(&behind);
		if (code_width(code) == 2 || code == '\n')
			break;
		*columns += 1;
		rest = behind;
		if (code == ' ')
			break;
	}
	return text.n - rest.n;
}

/* Prints text whose first line begins at column `at`, the others at `indent`. */
static void print_from(FILE *to, const char *s, size_t at, size_t indent, size_t columns)
{
	struct bytes text = bytes_str(s);

	while (text.n) {
		size_t width, n;

		if (text.p[0] == '\n') {
			(void)fprintf(to, "\n%*s",
				text.n > 1 && text.p[1] != '\n' ? (int)indent : 0, "");
			at = indent;
			text = bytes_from(text, 1);
			continue;
		}
		n = piece(text, &width);
		if (at + width > columns + 1 && at > indent) {
			(void)fprintf(to, "\n%*s", (int)indent, "");
			at = indent;
		}
		(void)fwrite(text.p, 1, n, to);
		at += width;
		text = bytes_from(text, n);
	}
	(void)fputc('\n', to);
}

void print_wrapped(FILE *to, const char *text, size_t indent, size_t columns)
{
	(void)fprintf(to, "%*s", (int)indent, "");
	print_from(to, text, indent, indent, columns);
}

/* "  left          right", right wrapped in its column. */
static void print_pair(FILE *to, const char *left, const char *right, size_t column)
{
	size_t width = INDENT + text_width(left);

	(void)fprintf(to, "%*s%s", INDENT, "", left);
	if (width + 2 > column) {
		(void)fputc('\n', to);
		width = 0;
	}
	(void)fprintf(to, "%*s", (int)(column - width), "");
	print_from(to, right, column, column, COLUMNS);
}

static void print_commands(struct cli *c, const char *group, FILE *to)
{
	size_t n = group ? strlen(group) : 0;

	for (size_t i = 0; cli_commands[i]; i++) {
		const struct cli_command *k = cli_commands[i];

		if (n && (strncmp(k->name, group, n) != 0 ||
				 (k->name[n] && k->name[n] != ' ')))
			continue;
		print_pair(to, k->name, msg_text(c->lang, k->summary), 20);
	}
}

static void print_title(struct cli *c, enum msg title, FILE *to)
{
	(void)fprintf(to, "\n%s\n", msg_text(c->lang, title));
}

void help_overview(struct cli *c, FILE *to)
{
	(void)fprintf(to, "qianyin %s  %s\n", QIANYIN_VERSION,
		msg_text(c->lang, MSG_CLI_TAGLINE));
	print_title(c, MSG_CLI_USAGE, to);
	print_wrapped(to, msg_text(c->lang, MSG_CLI_FORM), INDENT, COLUMNS);
	print_title(c, MSG_CLI_COMMANDS, to);
	print_commands(c, NULL, to);
	print_title(c, MSG_CLI_MORE, to);
	print_wrapped(to, msg_text(c->lang, MSG_CLI_MORE_TEXT), INDENT, COLUMNS);
}

void help_group(struct cli *c, const char *word, FILE *to)
{
	(void)fprintf(to, "%s\n", cli_say(c, MSG_CLI_GROUP, word));
	print_commands(c, word, to);
	print_wrapped(to,
		cli_say(c, MSG_CLI_SEE_COMMAND_HELP,
			arena_printf(c->arena, "%s …", word)),
		0, COLUMNS);
}

static const char *option_help(struct cli *c, const struct cli_option *o)
{
	const char *text = msg_text(c->lang, o->help);

	if (o->flags & CLI_REPEAT)
		text = cli_say(c, MSG_CLI_REPEATABLE, text);
	return o->flags & CLI_REQUIRED ? cli_say(c, MSG_CLI_REQUIRED, text) : text;
}

static void print_options(struct cli *c, const struct cli_command *command)
{
	print_title(c, MSG_CLI_OPTIONS, c->out);
	for (const struct cli_option *o = command->options; o && o->name; o++)
		print_pair(c->out, option_form(c->arena, o), option_help(c, o),
			OPTION_COLUMN);
	for (const struct cli_option *o = hook_options;
		o->name && command_has_hooks(command); o++)
		print_pair(c->out, option_form(c->arena, o), option_help(c, o),
			OPTION_COLUMN);
	for (const struct cli_option *o = cli_common; o->name; o++)
		if (option_applies(command, o))
			print_pair(c->out, option_form(c->arena, o), option_help(c, o),
				OPTION_COLUMN);
}

void help_command(struct cli *c, const struct cli_command *command)
{
	FILE *to = c->out;

	(void)fprintf(to, "%s\n", msg_text(c->lang, command->summary));
	print_title(c, MSG_CLI_USAGE, to);
	print_wrapped(to, command_form(c->arena, c->lang, command), INDENT, COLUMNS);
	(void)fputc('\n', to);
	print_wrapped(to, msg_text(c->lang, command->about), 0, COLUMNS);
	if (command->operands && command->operands->name)
		print_title(c, MSG_CLI_OPERANDS, to);
	for (const struct cli_operand *o = command->operands; o && o->name; o++)
		print_pair(to, o->name, msg_text(c->lang, o->help), OPTION_COLUMN);
	print_options(c, command);
	print_title(c, MSG_CLI_EXITS, to);
	for (size_t i = 0; i < command->exit_count; i++)
		print_pair(to, arena_printf(c->arena, "%d", command->exits[i].code),
			msg_text(c->lang, command->exits[i].help), 8);
	if (!command->exit_count)
		print_pair(to, "0", msg_text(c->lang, MSG_EXIT_DONE), 8);
	print_wrapped(to, msg_text(c->lang, MSG_EXIT_COMMON), INDENT, COLUMNS);
}
