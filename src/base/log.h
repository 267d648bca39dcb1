/* log: what a program has to say to its operator: one event a line, key=value.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	2026-12-01T08:30:00Z warn keeper.down request=7f3a why="no answer" tries=3
 *
 * Only the programs at the top write, once an event; libraries return errors. Names,
 * numbers of identity cards, contents of bids and secrets are never among the values.
 * What must be provable is an act in the database and not a line here.
 */
#ifndef QY_BASE_LOG_H
#define QY_BASE_LOG_H

#include "base/err.h"
#include "base/world.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

enum { LOG_VALUE_MAX = 300, LOG_LINE_MAX = 2000 };

/* "error", "warn", "info", "debug"; false for anything else. */
bool log_level_of(const char *name, enum log_level *out);
const char *log_level_name(enum log_level level);

struct log_pair {
	const char *key;
	const char *text; /* null: the number */
	int64_t number;
};

/* Where lines go (a descriptor), from which level on, and by which clock. For journald
 * (stream: lines begin with <N> and no time) set journal. Once, before threads start;
 * until then lines of level info and up go to descriptor 2. */
void log_begin(int fd, enum log_level least, bool journal, struct world *world);

/* Writes one line with one write(2); values are quoted where they must be, cut at
 * LOG_VALUE_MAX octets, and cannot begin a line or a pair. */
void log_write(enum log_level level, const char *event, const struct log_pair *pairs);

#define LOG(level, event, ...) \
	log_write(LOG_LEVEL_##level, event, (const struct log_pair[]){__VA_ARGS__{0}})
/* In LOG: LOG(INFO, "web.start", LOG_TEXT("listen", at), LOG_INT("ms", 12)) */
#define LOG_TEXT(key, text) {key, (text) ? (text) : "", 0},
#define LOG_INT(key, n)     {key, NULL, (int64_t)(n)},
#define LOG_ERR(e)          {"error", err_name((e)->code), 0}, {"why", (e)->text, 0},

/* The line without writing it, NUL-terminated, ending in a line feed: for tests. */
size_t log_format(char *out, size_t cap, bool journal, int64_t now, enum log_level level,
	const char *event, const struct log_pair *pairs);

#endif
