/* cli: what a subcommand holds in its hands: its arguments, the world, where to print.
 * SPDX-License-Identifier: Apache-2.0
 *
 *     static int run(struct cli *c)
 *     {
 *             struct bytes der;
 *             struct err e;
 *
 *             if (!cli_read(c, cli_operand(c, 0), CERT_MAX, &der, &e))
 *                     return cli_fail(c, &e);
 *             cli_print(c, "%s\n", name_title(c->arena, …));
 *             return 0;
 *     }
 *
 * Errors are printed once, by cli_fail. What a person reads comes from po/ through
 * cli_say.
 */
#ifndef QY_CLI_CLI_H
#define QY_CLI_CLI_H

#include <stdio.h>

#include "base/world.h"
#include "cli/command.h"

enum {
	EXIT_USAGE = 64,
	EXIT_WRITE = 73,
	EXIT_IO = 74,
};

/* One option as it was given. */
struct cli_given {
	const struct cli_option *option;
	const char *text; /* null for flags */
	uint64_t number;
	int64_t time;
};

struct cli_progress {
	bool wanted; /* standard error is a terminal and nobody said --no-progress */
	bool shown;
	int64_t begun, last;
};

struct cli {
	struct arena *arena; /* of this run */
	struct world *world;
	enum lang lang;
	bool json;
	FILE *out, *err;
	char **argv; /* as main was given it */
	const struct cli_command *command;
	const struct cli_given *given;
	size_t given_count;
	const char *const *operands;
	size_t operand_count;
	struct cli_progress progress;
};

/* --- arguments
 * -------------------------------------------------------------------------- */

/* Asking for an option that the command's row does not have is a bug and aborts. */
bool cli_flag(const struct cli *c, const char *name);
/* The last value given, or null. */
const char *cli_text(const struct cli *c, const char *name);
uint64_t cli_number(const struct cli *c, const char *name, uint64_t otherwise);
int64_t cli_time(const struct cli *c, const char *name, int64_t otherwise);
/* Position of the chosen word in "a|b|c", `otherwise` when not given. */
size_t cli_choice(const struct cli *c, const char *name, size_t otherwise);
/* The values of a repeated option one by one: start with *at = 0; null at the end. */
const char *cli_each(const struct cli *c, const char *name, size_t *at);
/* The i-th operand, or null. */
const char *cli_operand(const struct cli *c, size_t i);

/* --- saying
 * ----------------------------------------------------------------------------- */

/* A sentence in the user's language, places filled with strings. */
#define cli_say(c, ...) say((c)->arena, (c)->lang, __VA_ARGS__)
/* To standard output. */
void cli_print(struct cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A line to standard error: warnings, what was done. */
void cli_note(struct cli *c, const char *sentence);
/* "Title: value" to standard output; the titles line up in Chinese and English. */
void cli_row(struct cli *c, enum msg title, const char *value);
/* A further line under the value of the row before. */
void cli_continue(struct cli *c, const char *value);
/* Prints a JSON value to standard output and gives it up. */
struct json_t;
void cli_json(struct cli *c, struct json_t *value);

/* Prints the error once, with where it happened; returns the exit code. */
int cli_fail(struct cli *c, const struct err *e);
/* A usage error found by the command itself ("--a and --b exclude each other"); 64. */
int cli_misuse(struct cli *c, const char *sentence);

/* Draws a bar on standard error when that is a terminal and the work takes longer than
 * half a second; cheap to call often. cli_progress_end removes it, and so do cli_fail and
 * cli_note. */
void cli_progress(struct cli *c, uint64_t done, uint64_t total);
void cli_progress_end(struct cli *c);

/* --- files
 * ------------------------------------------------------------------------------ */

/* A whole file, or standard input for "-", into the arena. */
MUST_USE bool cli_read(
	struct cli *c, const char *path, size_t max, struct bytes *out, struct err *e);

/* A whole file appears at path or nothing does; null and "-" mean standard output;
 * devices and pipes are written to directly. */
MUST_USE bool cli_write(
	struct cli *c, const char *path, unsigned mode, struct bytes b, struct err *e);

/* ERR_DENIED when something stands at path and --force was not given: for keys. */
MUST_USE bool cli_may_create(struct cli *c, const char *path, struct err *e);

/* Opens the output for pieces: see cli/keys.h for secrets. */
struct cli_output;
MUST_USE bool cli_output_open(struct cli_output **out, struct cli *c, const char *path,
	unsigned mode, struct err *e);
MUST_USE bool cli_output_put(struct cli_output *o, struct bytes b, struct err *e);
MUST_USE bool cli_output_commit(struct cli_output *o, struct err *e);
void cli_output_free(struct cli_output *o);
AUTO_DEFINE(cli_output);

/* --- printed by the frame
 * --------------------------------------------------------------- */

void help_overview(struct cli *c, FILE *to);
void help_group(struct cli *c, const char *word, FILE *to);
void help_command(struct cli *c, const struct cli_command *command);
/* The manual page in roff. */
void help_manual(struct cli *c);

/* Columns that text takes on a terminal: two for wide characters. */
size_t text_width(const char *s);
/* Text broken to lines of at most `columns`, each behind `indent` blanks. */
void print_wrapped(FILE *to, const char *text, size_t indent, size_t columns);

/* Reads the arguments behind the command's name into c. ERR_USAGE with a sentence in the
 * user's language; *help is set when --help is among them. */
MUST_USE bool args_read(
	struct cli *c, char *const *args, size_t count, bool *help, struct err *e);

/* Flushes and closes standard output; returns `code`, or 73 / 74 when output was lost. */
int cli_finish(struct cli *c, int code);

#endif
