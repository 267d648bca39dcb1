/* typeset_fields: the values of a paper, and how a template asks for them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Internal to doc/typeset. A value is a string, a whole number (money in fen), true or
 * false, an object of values, or an array of rows; a row is an object or an array. There
 * are no fractions and no null.
 */
#ifndef QY_DOC_TYPESET_FIELDS_H
#define QY_DOC_TYPESET_FIELDS_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"

#define FIELD_NAME_MAX  200
#define FIELD_DEPTH_MAX 8

struct values;

/* JSON text; empty means no fields. ERR_MALFORMED. */
MUST_USE bool values_open(struct values **out, struct bytes json, struct err *e);
void values_free(struct values *f);
AUTO_DEFINE(values);

/* What stands between the braces: "name" or "name|format". */
struct field_want {
	const char *name;   /* as written, in front of '|' */
	const char *format; /* "" when none */
	const char *rows;   /* the array, when the name leads into one; else null */
};

/* ERR_USAGE: no such field, no such format. In the arena. */
MUST_USE bool field_want_read(struct values *f, struct arena *a, struct bytes between,
	struct field_want *out, struct err *e);

/* How many rows the array has. */
size_t values_rows(const struct values *f, const char *rows);

/* The value as it is shown, UTF-8, in the arena; `row` counts from 0. ERR_USAGE when the
 * format does not fit it, or it holds what cannot be shown: control characters, marks
 * that hide or turn text. Marks the field as shown. */
MUST_USE bool field_show(struct values *f, struct arena *a, const struct field_want *want,
	size_t row, char **out, struct err *e);

/* Is it a mark that draws nothing but hides, joins or turns the text around it? No value
 * may hold one. */
bool field_is_hiding(uint32_t code);

/* Must it stand on one line, at the right of its cell? */
bool field_is_amount(const struct field_want *want);

/* Calls back with the name of each field at the top that was never shown. */
void values_unshown(
	const struct values *f, void (*each)(void *to, const char *name), void *to);

/* The object itself, borrowed. */
json_t *values_json(const struct values *f);

#endif
