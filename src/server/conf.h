/* conf: the settings of qianyind (conf.tbl), read and completed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_CONF_H
#define QY_SERVER_CONF_H

#include "base/conf.h"

struct server_conf {
#define CONF_MEMBER_text                                  const char *
#define CONF_MEMBER_number                                int64_t
#define CONF_MEMBER_yes                                   bool
#define CONF(id, name, type, member, otherwise, min, max) CONF_MEMBER_##member name;
#include "server/conf.tbl"
#undef CONF
	const char *path; /* of the file; null: defaults */
};

/* Reads a file (null: all defaults), and fills in what follows from `home` and from where
 * the program lies. ERR_NO_INPUT, ERR_USAGE, ERR_MALFORMED. Texts in the arena. */
MUST_USE bool server_conf_read(
	struct server_conf *out, struct arena *a, const char *path, struct err *e);

/* The sample file, or (values) the settings in force. */
char *server_conf_print(
	struct arena *a, enum lang lang, const struct server_conf *values);

/* A program of ours: beside this one, or in ../libexec/qianyin, or where `programs` says;
 * null: nowhere. In the arena. */
const char *server_program(
	struct arena *a, const struct server_conf *c, const char *name);

#endif
