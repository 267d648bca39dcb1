/* fields: what a command found out, printed as rows for people or as JSON for programs.
 * SPDX-License-Identifier: Apache-2.0
 *
 *     struct fields f = fields_make(c);
 *
 *     fields_add(&f, MSG_FIELD_SUBJECT, "subject", name);
 *     fields_add(&f, MSG_FIELD_KEY_USAGE, "key_usage[]", word);      an array, one by one
 *     fields_add(&f, MSG_FIELD_SM3, "fingerprint.sm3", hex);         a member of an
 * object fields_add_time(&f, MSG_FIELD_NOT_AFTER, "not_after", t);      Beijing time;
 * JSON UTC fields_print(&f);
 *
 * A key that ends in "[]" is an array and grows with each call; rows with the title of
 * the one before leave it out.
 */
#ifndef QY_CLI_FIELDS_H
#define QY_CLI_FIELDS_H

#include "cli/cli.h"

enum { FIELDS_MAX = 4096 };

struct field {
	enum msg title;
	const char *key;
	const char *text;
	struct json_t *value; /* null: text */
};

struct fields {
	struct cli *c;
	struct field *field;
	size_t count, room;
};

struct fields fields_make(struct cli *c);
/* text lives as long as the run. Beyond FIELDS_MAX fields the rest is left out. */
void fields_add(struct fields *f, enum msg title, const char *key, const char *text);
/* For programs another value (a reference is taken over) than for people. */
void fields_add_as(struct fields *f, enum msg title, const char *key, const char *text,
	struct json_t *value);
void fields_add_time(struct fields *f, enum msg title, const char *key, int64_t t);
void fields_add_bool(struct fields *f, enum msg title, const char *key, bool value);
void fields_add_number(struct fields *f, enum msg title, const char *key, uint64_t n);
/* Rows, or with --json one object. */
void fields_print(struct fields *f);
/* The object without printing, for putting several into an array; the caller owns it. */
struct json_t *fields_json(struct fields *f);

#endif
