/* command: the table of commands, and finding one in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/command.h"

#include <string.h>

const struct cli_option cli_common[] = {
	{"json", 0, CLI_FLAG, 0, NULL, MSG_OPT_JSON, 0},
	{"lang", 0, CLI_CHOICE, 0, "zh|en", MSG_OPT_LANG, 0},
	{"no-progress", 0, CLI_FLAG, 0, NULL, MSG_OPT_NO_PROGRESS, 0},
	{"help", 'h', CLI_FLAG, 0, NULL, MSG_OPT_HELP, 0},
	CLI_END,
};

bool option_applies(const struct cli_command *command, const struct cli_option *common)
{
	return command->json || common != &cli_common[0];
}

bool command_has_hooks(const struct cli_command *command)
{
	return strncmp(command->name, "ca ", 3) == 0;
}

/* Does name, which is one or two words, stand at the front of args? */
static size_t words_matched(const char *name, const char *const *args, size_t count)
{
	const char *blank = strchr(name, ' ');
	size_t first = blank ? (size_t)(blank - name) : strlen(name);

	if (!count || strlen(args[0]) != first || strncmp(args[0], name, first) != 0)
		return 0;
	if (!blank)
		return 1;
	return count > 1 && strcmp(args[1], blank + 1) == 0 ? 2 : 0;
}

const struct cli_command *command_find(
	const char *const *args, size_t count, size_t *used)
{
	const struct cli_command *found = NULL;

	*used = 0;
	for (size_t i = 0; cli_commands[i]; i++) {
		size_t n = words_matched(cli_commands[i]->name, args, count);

		/* "seal" and "seal make" may both be commands: the longer name wins. */
		if (n > *used) {
			*used = n;
			found = cli_commands[i];
		}
	}
	return found;
}

bool command_is_group(const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; cli_commands[i]; i++)
		if (strncmp(cli_commands[i]->name, word, n) == 0 &&
			cli_commands[i]->name[n] == ' ')
			return true;
	return false;
}

enum { NAME_MAX_COMPARED = 32 };

/* Levenshtein's distance; names longer than the row are as far as can be. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_COMPARED + 1], na = strlen(a), nb = strlen(b);

	if (na > NAME_MAX_COMPARED || nb > NAME_MAX_COMPARED)
		return SIZE_MAX;
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t swap = diagonal + (a[i - 1] != b[j - 1]);
			size_t best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;

			diagonal = row[j];
			row[j] = swap < best ? swap : best;
		}
	}
	return row[nb];
}

const struct cli_command *command_nearest(const char *typed)
{
	const struct cli_command *found = NULL;
	size_t nearest = strlen(typed) / 3 + 1;

	for (size_t i = 0; cli_commands[i]; i++) {
		size_t far = distance(typed, cli_commands[i]->name);

		if (far < nearest || (far == nearest && !found)) {
			nearest = far;
			found = cli_commands[i];
		}
	}
	return found;
}

const char *option_value_name(const struct cli_option *o)
{
	static const char *const names[] = {
		[CLI_FLAG] = "",
		[CLI_FILE] = "FILE",
		[CLI_FOLDER] = "DIR",
		[CLI_TEXT] = "TEXT",
		[CLI_NUMBER] = "N",
		[CLI_TIME] = "TIME",
		[CLI_CHOICE] = "",
	};

	return o->choices ? o->choices : names[o->value];
}

char *option_form(struct arena *a, const struct cli_option *o)
{
	const char *letter = o->letter ? arena_printf(a, "-%c, ", o->letter) : "";

	return arena_printf(a, "%s--%s%s%s", letter, o->name,
		o->value == CLI_FLAG ? "" : " ", option_value_name(o));
}

/* Required options are part of the form; the others are "[options]". */
char *command_form(struct arena *a, enum lang lang, const struct cli_command *command)
{
	char *form = arena_printf(a, "qianyin %s", command->name);

	for (const struct cli_option *o = command->options; o && o->name; o++)
		if (o->flags & CLI_REQUIRED)
			form = arena_printf(a, "%s %s%s %s", form, o->letter ? "-" : "--",
				o->letter ? (char[]){o->letter, 0} : o->name,
				option_value_name(o));
	form = arena_printf(a, "%s [%s]", form, msg_text(lang, MSG_CLI_OPTIONS_WORD));
	for (const struct cli_operand *o = command->operands; o && o->name; o++)
		form = arena_printf(a, "%s %s%s%s%s", form,
			o->flags & CLI_OPTIONAL ? "[" : "", o->name,
			o->flags & CLI_REPEAT ? "…" : "",
			o->flags & CLI_OPTIONAL ? "]" : "");
	return form;
}
