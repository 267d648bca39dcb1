/* args: the command line read by the command's own row, strictly.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/hooks.h"

/* What is being read; everything lives in the arena of the run. */
struct args {
	struct cli *c;
	char *const *args;
	size_t count, at;
	struct cli_given *given;
	size_t given_count;
	const char **operands;
	size_t operand_count;
	bool help;
};

static bool complain(struct err *e, const char *sentence)
{
	return err_set(e, ERR_USAGE, "%s", sentence);
}

static const struct cli_option *find_in(
	const struct cli_option *table, struct bytes name, char letter)
{
	for (const struct cli_option *o = table; o && o->name; o++)
		if (letter ? o->letter == letter : bytes_equal(name, bytes_str(o->name)))
			return o;
	return NULL;
}

static const struct cli_option *find(
	const struct cli_command *command, struct bytes name, char letter)
{
	const struct cli_option *o = find_in(command->options, name, letter);

	if (o)
		return o;
	o = find_in(cli_common, name, letter);
	if (o)
		return option_applies(command, o) ? o : NULL;
	return command_has_hooks(command) ? find_in(hook_options, name, letter) : NULL;
}

/* The position of a word in "a|b|c", SIZE_MAX when it is none of them. */
static size_t choice_of(const char *choices, const char *word)
{
	size_t n = strlen(word), i = 0;

	for (const char *s = choices; n; i++) {
		const char *bar = strchr(s, '|');
		size_t len = bar ? (size_t)(bar - s) : strlen(s);

		if (len == n && strncmp(s, word, n) == 0)
			return i;
		if (!bar)
			break;
		s = bar + 1;
	}
	return SIZE_MAX;
}

static bool is_clean(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < 0x20 || b.p[i] == 0x7f)
			return false;
	return b.n && utf8_is_valid(b);
}

static bool value_is_good(struct cli_given *g)
{
	const struct cli_option *o = g->option;
	struct bytes text = bytes_str(g->text);
	struct err ignored;

	switch (o->value) {
	case CLI_FLAG:
		return true;
	case CLI_FILE:
	case CLI_FOLDER:
		return text.n != 0;
	case CLI_TEXT:
		return is_clean(text);
	case CLI_NUMBER:
		return decimal_u64(
			text, o->max ? o->max : INT64_MAX, &g->number, &ignored);
	case CLI_TIME:
		return time_parse_iso(text, &g->time, &ignored);
	case CLI_CHOICE:
		g->number = choice_of(o->choices, g->text);
		return g->number != SIZE_MAX;
	}
	return false;
}

static bool take(
	struct args *r, const struct cli_option *o, const char *text, struct err *e)
{
	struct cli *c = r->c;
	struct cli_given *g = &r->given[r->given_count];

	*g = (struct cli_given){.option = o, .text = text};
	if (!value_is_good(g))
		return complain(e, cli_say(c, MSG_CLI_BAD_VALUE, o->name,
					   text_printable(c->arena, bytes_str(text), 60),
					   o->value == CLI_NUMBER && o->max
						   ? arena_printf(c->arena, "0-%llu",
							     (unsigned long long)o->max)
					   : o->value == CLI_TIME
						   ? "YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ"
						   : option_value_name(o)));
	for (size_t i = 0; i < r->given_count && !(o->flags & CLI_REPEAT); i++)
		if (r->given[i].option == o && o->value != CLI_FLAG)
			return complain(e, cli_say(c, MSG_CLI_TWICE, o->name));
	r->given_count++;
	r->help |= o == &cli_common[3];
	return true;
}

/* The value behind an option without "=": the next argument. */
static bool take_next(struct args *r, const struct cli_option *o, struct err *e)
{
	if (o->value == CLI_FLAG)
		return take(r, o, NULL, e);
	if (r->at == r->count)
		return complain(e, cli_say(r->c, MSG_CLI_NO_VALUE, o->name));
	return take(r, o, r->args[r->at++], e);
}

static bool take_long(struct args *r, const char *arg, struct err *e)
{
	const char *equals = strchr(arg, '=');
	struct bytes name = bytes_make(
		arg + 2, equals ? (size_t)(equals - arg) - 2 : strlen(arg) - 2);
	const struct cli_option *o = find(r->c->command, name, 0);

	if (!o)
		return complain(
			e, cli_say(r->c, MSG_CLI_NO_OPTION, r->c->command->name,
				   text_printable(r->c->arena, bytes_str(arg), 60)));
	if (!equals)
		return take_next(r, o, e);
	if (o->value == CLI_FLAG)
		return complain(e, cli_say(r->c, MSG_CLI_FLAG_VALUE, o->name));
	return take(r, o, equals + 1, e);
}

/* "-o FILE", "-oFILE"; letters are not combined. */
static bool take_short(struct args *r, const char *arg, struct err *e)
{
	const struct cli_option *o = find(r->c->command, BYTES(""), arg[1]);

	if (!o || (o->value == CLI_FLAG && arg[2]))
		return complain(
			e, cli_say(r->c, MSG_CLI_NO_OPTION, r->c->command->name,
				   text_printable(r->c->arena, bytes_str(arg), 60)));
	return arg[2] ? take(r, o, arg + 2, e) : take_next(r, o, e);
}

static bool check_required(struct args *r, struct err *e)
{
	const struct cli_command *command = r->c->command;
	size_t least = 0, most = 0;

	for (const struct cli_option *o = command->options; o && o->name; o++) {
		bool given = false;

		for (size_t i = 0; i < r->given_count; i++)
			given |= r->given[i].option == o;
		if (!given && o->flags & CLI_REQUIRED)
			return complain(
				e, cli_say(r->c, MSG_CLI_MISSING_OPTION, o->name));
	}
	for (const struct cli_operand *o = command->operands; o && o->name; o++) {
		least += !(o->flags & CLI_OPTIONAL);
		most = o->flags & CLI_REPEAT ? SIZE_MAX : most + 1;
		if (r->operand_count < least)
			return complain(
				e, cli_say(r->c, MSG_CLI_MISSING_OPERAND, o->name));
	}
	if (r->operand_count > most)
		return complain(e, cli_say(r->c, MSG_CLI_EXTRA_OPERAND,
					   text_printable(r->c->arena,
						   bytes_str(r->operands[most]), 60)));
	return true;
}

static bool is_same_file(const struct stat *out, const char *path)
{
	struct stat st;

	return path && strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
	       st.st_dev == out->st_dev && st.st_ino == out->st_ino;
}

/* No command writes over what it reads: the original would be gone without a word. */
static bool check_output(const struct args *r, struct err *e)
{
	const char *path = NULL, *same = NULL;
	struct stat out;

	for (size_t i = 0; i < r->given_count; i++)
		if (strcmp(r->given[i].option->name, "out") == 0)
			path = r->given[i].text;
	if (!path || strcmp(path, "-") == 0 || stat(path, &out) != 0 ||
		!S_ISREG(out.st_mode))
		return true;
	for (size_t i = 0; i < r->operand_count && !same; i++)
		if (is_same_file(&out, r->operands[i]))
			same = r->operands[i];
	for (size_t i = 0; i < r->given_count && !same; i++)
		if (r->given[i].option->value == CLI_FILE &&
			strcmp(r->given[i].option->name, "out") != 0 &&
			is_same_file(&out, r->given[i].text))
			same = r->given[i].text;
	return !same ||
	       complain(e, cli_say(r->c, MSG_CLI_OUT_IS_INPUT,
				   text_printable(r->c->arena, bytes_str(same), 200)));
}

bool args_read(struct cli *c, char *const *args, size_t count, bool *help, struct err *e)
{
	struct args r = {
		.c = c,
		.args = args,
		.count = count,
		.given = ARENA_ARRAY(c->arena, count + 1, struct cli_given),
		.operands = ARENA_ARRAY(c->arena, count + 1, const char *),
	};
	bool options_end = false;

	while (r.at < count) {
		const char *arg = args[r.at++];

		if (options_end || arg[0] != '-' || !arg[1])
			r.operands[r.operand_count++] = arg;
		else if (strcmp(arg, "--") == 0)
			options_end = true;
		else if (!(arg[1] == '-' ? take_long(&r, arg, e)
					 : take_short(&r, arg, e)))
			return false;
	}
	if (!r.help && (!check_required(&r, e) || !check_output(&r, e)))
		return false;
	c->given = r.given;
	c->given_count = r.given_count;
	c->operands = r.operands;
	c->operand_count = r.operand_count;
	*help = r.help;
	return true;
}

/* The last time an option was given; asking for one that is not in the row is a bug. */
static const struct cli_given *given(const struct cli *c, const char *name)
{
	const struct cli_option *o = find(c->command, bytes_str(name), 0);

	if (!o)
		abort();
	for (size_t i = c->given_count; i-- > 0;)
		if (c->given[i].option == o)
			return &c->given[i];
	return NULL;
}

bool cli_flag(const struct cli *c, const char *name)
{
	return given(c, name) != NULL;
}

const char *cli_text(const struct cli *c, const char *name)
{
	const struct cli_given *g = given(c, name);

	return g ? g->text : NULL;
}

uint64_t cli_number(const struct cli *c, const char *name, uint64_t otherwise)
{
	const struct cli_given *g = given(c, name);

	return g ? g->number : otherwise;
}

int64_t cli_time(const struct cli *c, const char *name, int64_t otherwise)
{
	const struct cli_given *g = given(c, name);

	return g ? g->time : otherwise;
}

size_t cli_choice(const struct cli *c, const char *name, size_t otherwise)
{
	const struct cli_given *g = given(c, name);

	return g ? (size_t)g->number : otherwise;
}

const char *cli_each(const struct cli *c, const char *name, size_t *at)
{
	const struct cli_option *o = find(c->command, bytes_str(name), 0);

	if (!o)
		abort();
	while (*at < c->given_count)
		if (c->given[(*at)++].option == o)
			return c->given[*at - 1].text;
	return NULL;
}

const char *cli_operand(const struct cli *c, size_t i)
{
	return i < c->operand_count ? c->operands[i] : NULL;
}
