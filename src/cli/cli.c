/* cli: printing, failing, and the end of a run.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <jansson.h>

enum { TITLE_COLUMNS = 22 };

void cli_print(struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(c->out, fmt, ap);
	va_end(ap);
}

void cli_note(struct cli *c, const char *sentence)
{
	cli_progress_end(c);
	(void)fprintf(c->err, "qianyin: %s\n", sentence);
}

void cli_row(struct cli *c, enum msg title, const char *value)
{
	const char *text = msg_text(c->lang, title);
	size_t width = text_width(text);
	int pad = width < TITLE_COLUMNS ? (int)(TITLE_COLUMNS - width) : 1;

	cli_print(c, "%s%*s%s\n", text, pad, "", value);
}

void cli_continue(struct cli *c, const char *value)
{
	cli_print(c, "%*s%s\n", TITLE_COLUMNS, "", value);
}

void cli_json(struct cli *c, struct json_t *value)
{
	if (json_dumpf(value, c->out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == 0)
		cli_print(c, "\n");
	json_decref(value);
}

int cli_fail(struct cli *c, const struct err *e)
{
	cli_note(c, err_say(c->arena, c->lang, e));
	return err_exit(e->code);
}

int cli_misuse(struct cli *c, const char *sentence)
{
	cli_note(c, sentence);
	(void)fprintf(c->err, "%s\n",
		c->command ? cli_say(c, MSG_CLI_SEE_COMMAND_HELP, c->command->name)
			   : msg_text(c->lang, MSG_CLI_SEE_HELP));
	return EXIT_USAGE;
}

int cli_finish(struct cli *c, int code)
{
	bool lost = ferror(c->out) != 0;
	struct err e;

	cli_progress_end(c);
	errno = 0;
	if (fflush(c->out) != 0)
		lost = true;
	if (lost) {
		(void)err_system(&e, errno == EPIPE ? ERR_IO : ERR_WRITE, "stdout");
		code = cli_fail(c, &e);
	}
	return code;
}
