/* conf: the configuration of a program as one table: parser, sample file and reference
 * come from it. SPDX-License-Identifier: Apache-2.0
 *
 * A file of `name = value` lines, # before comments. A name the table does not have, one
 * that stands twice, a value out of its bounds refuse the whole file with its line:
 * nothing starts on half a configuration. Secrets are never values, only paths of files.
 */
#ifndef QY_BASE_CONF_H
#define QY_BASE_CONF_H

#include "base/i18n.h"

enum { CONF_FILE_MAX = 256 * 1024, CONF_VALUE_MAX = 4096, CONF_ITEMS_MAX = 128 };

enum conf_type {
	CONF_TEXT, /* const char *; min, max: octets */
	CONF_INT,  /* int64_t; min, max */
	CONF_SIZE, /* int64_t, octets: "64M", K M G of 1024; min, max */
	CONF_SPAN, /* int64_t, seconds: "30s", "5m", "2h", "7d"; min, max */
	CONF_BOOL  /* bool: yes or no */
};

struct conf_item {
	const char *name;
	enum conf_type type;
	const char *otherwise; /* the value when it is not given; null: it must be */
	int64_t min, max;
	unsigned help; /* enum msg */
	size_t at;     /* offset in the program's struct */
};

/* Fills out (the program's struct) from the text of a file; name is for messages. Texts
 * are in the arena. ERR_MALFORMED, ERR_USAGE: "name:line: what". */
MUST_USE bool conf_read(void *out, const struct conf_item *items, size_t count,
	struct arena *a, const char *name, struct bytes text, struct err *e);

/* A file that reads as `values` does, or (null) with every item at its default, each
 * under its help in that language; items without one are left empty, as comments. */
char *conf_print(struct arena *a, enum lang lang, const struct conf_item *items,
	size_t count, const void *values);

#endif
