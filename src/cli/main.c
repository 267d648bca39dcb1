/* main: finds the command, hands it its world, and sees to it that lost output is told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/program.h"
#include "version.h"

/* The language before any option is read: design §12. LC_ALL is not asked on purpose:
 * scripts set it to C for sorting, and C would mean Chinese to an English reader. */
static enum lang language_of_environment(void)
{
	static const char *const names[] = {"QIANYIN_LANG", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return lang_of(value);
	}
	return LANG_ZH;
}

/* --lang wins wherever it stands, so that the complaint about a wrong argument is in the
 * right language; args_read refuses what is not a language. */
static enum lang language_of(char *const *args, size_t count)
{
	enum lang lang = language_of_environment();

	for (size_t i = 0; i < count; i++) {
		if (strcmp(args[i], "--") == 0)
			break;
		if (strncmp(args[i], "--lang=", 7) == 0)
			lang = lang_of(args[i] + 7);
		else if (strcmp(args[i], "--lang") == 0 && i + 1 < count)
			lang = lang_of(args[i + 1]);
	}
	return lang;
}

/* A person who types --lang first has a right to it; it was read above. False for a
 * language that we do not speak. */
static bool leading_options(
	char *const *args, size_t count, size_t *used, const char **value)
{
	*value = NULL;
	for (*used = 0; *used < count; ++*used) {
		if (strncmp(args[*used], "--lang=", 7) == 0)
			*value = args[*used] + 7;
		else if (strcmp(args[*used], "--lang") == 0 && *used + 1 < count)
			*value = args[++*used];
		else
			break;
		if (strcmp(*value, "zh") != 0 && strcmp(*value, "en") != 0)
			return false;
	}
	return true;
}

static bool asks_for_help(const char *arg)
{
	return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

static int unknown(struct cli *c, const char *word, const char *next)
{
	const char *typed = word;
	const struct cli_command *near;

	if (command_is_group(word) && (!next || asks_for_help(next))) {
		help_group(c, word, next ? c->out : c->err);
		return next ? 0 : EXIT_USAGE;
	}
	near = command_nearest(typed);
	if (next && next[0] != '-' && !near) {
		typed = arena_printf(c->arena, "%s %s", word, next);
		near = command_nearest(typed);
	}
	typed = text_printable(c->arena, bytes_str(typed), 80);
	return cli_misuse(c, near ? cli_say(c, MSG_CLI_UNKNOWN_NEAR, typed, near->name)
				  : cli_say(c, MSG_CLI_UNKNOWN, typed));
}

static int run(struct cli *c, char *const *args, size_t count)
{
	const struct cli_command *command;
	bool help = false;
	const char *value;
	struct err e;
	size_t used;

	if (!leading_options(args, count, &used, &value))
		return cli_misuse(c,
			cli_say(c, MSG_CLI_BAD_VALUE, "lang",
				text_printable(c->arena, bytes_str(value), 60), "zh|en"));
	args += used;
	count -= used;
	if (!program_is_here(c, args, count))
		return EXIT_IO;
	if (!count) {
		help_overview(c, c->err);
		return EXIT_USAGE;
	}
	if (asks_for_help(args[0])) {
		help_overview(c, c->out);
		return 0;
	}
	if (strcmp(args[0], "--version") == 0 || strcmp(args[0], "-V") == 0) {
		cli_print(c, "qianyin " QIANYIN_VERSION "\n");
		return 0;
	}
	command = command_find((const char *const *)args, count, &used);
	if (!command)
		return unknown(c, args[0], count > 1 ? args[1] : NULL);
	c->command = command;
	if (!args_read(c, args + used, count - used, &help, &e))
		return cli_misuse(c, e.text);
	if (help) {
		help_command(c, command);
		return 0;
	}
	c->json = command->json && cli_flag(c, "json");
	if (cli_flag(c, "no-progress"))
		c->progress.wanted = false;
	return command->run(c);
}

int main(int argc, char **argv)
{
	AUTO(arena) a = arena_new();
	size_t count = argc > 1 ? (size_t)argc - 1 : 0;
	struct cli c = {
		.arena = a,
		.world = world_system(),
		.out = stdout,
		.err = stderr,
		.argv = argv,
		.lang = language_of(argv + 1, count),
		.progress = {.wanted = isatty(STDERR_FILENO) == 1},
	};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	/* A reader that goes away is an error of writing, with a message and a code. */
	(void)sigaction(SIGPIPE, &ignore, NULL);
	return cli_finish(&c, run(&c, argv + 1, count));
}
