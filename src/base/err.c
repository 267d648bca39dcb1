/* err: filling the caller's error object.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int http, exit_code;
} table[ERR_COUNT] = {
	[ERR_NONE] = {"none", 200, 0},
#define ERR(id, name, http, exit_code) [ERR_##id] = {#name, http, exit_code},
#include "base/err.tbl"
#undef ERR
};

/* The parentheses keep off the macros that err.h has for analyzers. */
bool(err_set)(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	e->code = code;
	e->say = 0;
	e->rule = NULL;
	va_start(ap, fmt);
	(void)vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	return false;
}

bool(err_refuse)(struct err *e, enum err_code code, unsigned msg, const char *rule,
	const char *text)
{
	(err_set)(e, code, "%s", text);
	e->say = msg + 1;
	e->rule = rule;
	return false;
}

bool(err_in)(struct err *e, const char *fmt, ...)
{
	char where[sizeof e->text], rest[sizeof e->text];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(where, sizeof where, fmt, ap);
	va_end(ap);
	memcpy(rest, e->text, sizeof rest);
	(void)snprintf(e->text, sizeof e->text, "%.100s: %.136s", where, rest);
	return false;
}

bool(err_system)(struct err *e, enum err_code code, const char *what)
{
	char why[100];

	/* GNU strerror_r: the returned pointer may or may not be the buffer. */
	return err_set(e, code, "%s: %s", what, strerror_r(errno, why, sizeof why));
}

const char *err_name(enum err_code code)
{
	return code < ERR_COUNT ? table[code].name : "unknown";
}

int err_http(enum err_code code)
{
	return code < ERR_COUNT ? table[code].http : 500;
}

int err_exit(enum err_code code)
{
	return code < ERR_COUNT ? table[code].exit_code : 74;
}
