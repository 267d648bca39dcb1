/* log: see log.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"

static struct {
	int fd;
	enum log_level least;
	bool journal;
	struct world *world;
} sink = {STDERR_FILENO, LOG_LEVEL_INFO, false, NULL};

static const char *const names[] = {"error", "warn", "info", "debug"};
/* Of syslog(3). */
static const char *const priorities[] = {"<3>", "<4>", "<6>", "<7>"};

bool log_level_of(const char *name, enum log_level *out)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	return false;
}

const char *log_level_name(enum log_level level)
{
	return names[level];
}

void log_begin(int fd, enum log_level least, bool journal, struct world *world)
{
	sink.fd = fd;
	sink.least = least;
	sink.journal = journal;
	sink.world = world;
}

/* A line being put together; what does not fit is left out. */
struct line {
	char *p;
	size_t n, cap;
};

static void put(struct line *l, const char *text, size_t n)
{
	for (size_t i = 0; i < n && l->n + 2 < l->cap; i++)
		l->p[l->n++] = text[i];
}

static void put_str(struct line *l, const char *text)
{
	put(l, text, strlen(text));
}

/* Quoted unless it is plain: letters, digits and a few marks. */
static bool is_plain(const char *text)
{
	if (!*text)
		return false;
	for (const char *p = text; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			    (*p >= '0' && *p <= '9') || strchr("-._:/@+,", *p)))
			return false;
	return true;
}

static void put_escape(struct line *l, uint8_t c)
{
	char hex[5];

	(void)snprintf(hex, sizeof hex, "\\x%02x", c);
	put(l, hex, 4);
}

static void put_quoted(struct line *l, const char *text)
{
	bool utf8 = utf8_is_valid(bytes_str(text));
	size_t n = 0;

	put(l, "\"", 1);
	for (const char *p = text; *p && n < LOG_VALUE_MAX; p++, n++) {
		uint8_t c = (uint8_t)*p;

		if (c == '"' || c == '\\') {
			put(l, "\\", 1);
			put(l, p, 1);
		} else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8)) {
			put_escape(l, c);
		} else if (c == 0xe2 && (uint8_t)p[1] == 0x80 && (uint8_t)p[2] >= 0xa8) {
			put_escape(l, c); /* line and direction marks: U+2028 … U+202E */
		} else if (c == 0xc2 && (uint8_t)p[1] < 0xa0) {
			put_escape(l, c); /* C1 controls */
		} else {
			put(l, p, 1);
		}
	}
	put(l, "\"", 1);
}

static void put_pair(struct line *l, const struct log_pair *pair)
{
	char number[24];

	put(l, " ", 1);
	put_str(l, pair->key);
	put(l, "=", 1);
	if (!pair->text) {
		(void)snprintf(number, sizeof number, "%lld", (long long)pair->number);
		put_str(l, number);
	} else if (is_plain(pair->text) && strlen(pair->text) <= LOG_VALUE_MAX) {
		put_str(l, pair->text);
	} else {
		put_quoted(l, pair->text);
	}
}

static void put_time(struct line *l, int64_t now)
{
	struct civil c = civil_of_time(now);
	char text[80];

	(void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ ", c.year,
		c.month, c.day, c.hour, c.minute, c.second);
	put_str(l, text);
}

size_t log_format(char *out, size_t cap, bool journal, int64_t now, enum log_level level,
	const char *event, const struct log_pair *pairs)
{
	struct line l = {out, 0, cap};

	if (journal)
		put_str(&l, priorities[level]);
	else
		put_time(&l, now);
	put_str(&l, names[level]);
	put(&l, " ", 1);
	put_str(&l, event);
	for (; pairs->key; pairs++)
		put_pair(&l, pairs);
	out[l.n++] = '\n';
	out[l.n] = 0;
	return l.n;
}

void log_write(enum log_level level, const char *event, const struct log_pair *pairs)
{
	char line[LOG_LINE_MAX];
	struct world *w = sink.world ? sink.world : world_system();
	size_t n;

	if (level > sink.least)
		return;
	n = log_format(line, sizeof line, sink.journal, w->now(w), level, event, pairs);
	(void)!write(sink.fd, line, n);
}
