/* command: what a subcommand is: a row of data from which its arguments are read, its
 * help and its manual page are printed. SPDX-License-Identifier: Apache-2.0
 *
 * A new subcommand is one file cmd_<noun>.c that defines `const struct cli_command
 * cmd_<noun>` and one line CMD(<noun>) in commands.tbl. Whatever a person must know to
 * call it stands in the row; nothing is parsed anywhere else.
 */
#ifndef QY_CLI_COMMAND_H
#define QY_CLI_COMMAND_H

#include "base/i18n.h"

struct cli;

/* What follows an option. Values are checked before the command runs. */
enum cli_value {
	CLI_FLAG, /* nothing follows */
	CLI_FILE, /* a path; "-" is standard input or output where the command says so */
	CLI_FOLDER, /* a path of a folder */
	CLI_TEXT,   /* UTF-8 without control characters */
	CLI_NUMBER, /* decimal, at most `max` when that is not 0 */
	CLI_TIME,   /* 2026-11-22 or 2026-11-22T08:30:00Z */
	CLI_CHOICE, /* one of choices, "a|b|c" */
};

enum { CLI_REQUIRED = 1 << 0, CLI_REPEAT = 1 << 1, CLI_OPTIONAL = 1 << 2 };

struct cli_option {
	const char *name; /* without the dashes; null ends the table */
	char letter;      /* 0: no short form */
	enum cli_value value;
	unsigned flags;      /* CLI_REQUIRED, CLI_REPEAT */
	const char *choices; /* CLI_CHOICE: the choices; else what to call the value in
				help, or null */
	enum msg help;
	uint64_t max; /* CLI_NUMBER */
};

/* Arguments that are not options, in order; only the last may be repeated. */
struct cli_operand {
	const char *name; /* "FILE"; null ends the table */
	unsigned flags;   /* CLI_OPTIONAL, CLI_REPEAT */
	enum msg help;
};

/* Exit codes that mean something of its own here, beside the common ones. */
struct cli_exit {
	int code;
	enum msg help;
};

struct cli_command {
	const char *name; /* "verify", "cert show" */
	/* Returns the exit code; usually `return cli_fail(c, &e);` or 0. */
	int (*run)(struct cli *c);
	enum msg summary;                   /* one line, no full stop */
	enum msg about;                     /* paragraphs, separated by \n\n */
	const struct cli_option *options;   /* null: none of its own */
	const struct cli_operand *operands; /* null: none */
	const struct cli_exit *exits;       /* null: only the common ones */
	size_t exit_count;
	bool json; /* takes --json */
};

#define CLI_END   \
	{         \
		0 \
	}

/* Every command, in the order of the overview; null ends it. */
extern const struct cli_command *const cli_commands[];

/* The command that args begin with, and how many of them name it; null when none does. */
const struct cli_command *command_find(
	const char *const *args, size_t count, size_t *used);

/* Is there a command "word …"? */
bool command_is_group(const char *word);

/* The command whose name is nearest to what was typed, or null when nothing is near. */
const struct cli_command *command_nearest(const char *typed);

/* Options every command has: --json where it is taken, --lang, --no-progress, --help. */
extern const struct cli_option cli_common[];
bool option_applies(const struct cli_command *command, const struct cli_option *common);

/* May it have the options of a test build (cli/hooks.h)? */
bool command_has_hooks(const struct cli_command *command);

/* "-o FILE", "--kind sm2|rsa|p256": an option as help shows it; in the arena. */
char *option_form(struct arena *a, const struct cli_option *o);
/* The name of its value in help: "FILE". */
const char *option_value_name(const struct cli_option *o);
/* "qianyin cert show [options] FILE". */
char *command_form(struct arena *a, enum lang lang, const struct cli_command *command);

#endif
