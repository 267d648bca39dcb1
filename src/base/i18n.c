/* i18n: filling the places of a sentence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/i18n.h"

#include <stdarg.h>
#include <string.h>

static const char *const texts[MSG_COUNT][LANG_COUNT] = {
#define MSG(name, zh, en) [MSG_##name] = {zh, en},
#include "msg.tbl"
#undef MSG
};

/* Sorted by tools/gen-i18n. */
static const struct {
	const char *key;
	enum msg msg;
} keys[] = {
#define KEY(key, name) {key, MSG_##name},
#include "msg_keys.tbl"
#undef KEY
};

static const enum msg err_msgs[ERR_COUNT] = {
#define ERR(id, name, http, exit_code) [ERR_##id] = MSG_ERR_##id,
#include "base/err.tbl"
#undef ERR
};

enum lang lang_of(const char *name)
{
	return name && strncmp(name, "en", 2) == 0 ? LANG_EN : LANG_ZH;
}

const char *lang_name(enum lang lang)
{
	return lang == LANG_EN ? "en" : "zh";
}

const char *msg_text(enum lang lang, enum msg msg)
{
	return texts[msg][lang];
}

bool msg_find(const char *key, enum msg *msg)
{
	size_t low = 0, high = sizeof keys / sizeof *keys;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(key, keys[middle].key);

		if (!order) {
			*msg = keys[middle].msg;
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* The place at s ("{3}" is 3), or 0 when there is none. */
static size_t place_at(const char *s)
{
	return s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == '}'
		       ? (size_t)(s[1] - '0')
		       : 0;
}

char *say_(struct arena *a, enum lang lang, enum msg msg, ...)
{
	const char *args[9] = {0}, *text = texts[msg][lang];
	size_t n = 0, count = 0;
	va_list ap;
	char *out, *at;

	va_start(ap, msg);
	while (count < 9) {
		args[count] = va_arg(ap, const char *);
		if (!args[count])
			break;
		count++;
	}
	va_end(ap);
	for (const char *s = text; *s; s++) {
		size_t place = place_at(s);

		n += place && place <= count ? strlen(args[place - 1]) : 1;
	}
	at = out = arena_alloc(a, n + 1);
	for (const char *s = text; *s; s++) {
		size_t place = place_at(s);

		if (!place) {
			*at++ = *s;
			continue;
		}
		if (place <= count)
			at = stpcpy(at, args[place - 1]);
		s += 2;
	}
	*at = 0;
	return out;
}

char *err_say(struct arena *a, enum lang lang, const struct err *e)
{
	if (e->code == ERR_NONE || e->code >= ERR_COUNT)
		return arena_str(a, bytes_str(e->text));
	if (e->say && e->say <= MSG_COUNT)
		return arena_str(a, bytes_str(msg_text(lang, (enum msg)(e->say - 1))));
	if (!e->text[0])
		return arena_str(a, bytes_str(msg_text(lang, err_msgs[e->code])));
	return say(
		a, lang, MSG_ERR_WITH_DETAIL, msg_text(lang, err_msgs[e->code]), e->text);
}
