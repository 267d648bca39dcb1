/* identifier_name: names in any plane of Unicode; see identifier.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/identifier.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

/* What is not for names: ranges of code points, rising. Rare characters of every plane
 * pass; so does what Unicode will assign later in the ideographic planes. */
static const struct {
	uint32_t from, to;
} never[] = {
	{0x0000, 0x001f},    /* controls */
	{0x007f, 0x009f},    /* controls */
	{0x00ad, 0x00ad},    /* soft hyphen: shows nothing */
	{0x034f, 0x034f},    /* grapheme joiner */
	{0x061c, 0x061c},    /* turns text round */
	{0x115f, 0x1160},    /* fillers that show nothing */
	{0x17b4, 0x17b5},    /* Khmer vowels that show nothing */
	{0x180b, 0x180f},    /* Mongolian selectors and separator */
	{0x200b, 0x200f},    /* zero width, direction marks */
	{0x2028, 0x202e},    /* separators, embeddings, overrides */
	{0x2060, 0x206f},    /* joiners, isolates, old format characters */
	{0x3164, 0x3164},    /* Hangul filler */
	{0xd800, 0xf8ff},    /* surrogates and private use */
	{0xfe00, 0xfe0f},    /* variation selectors */
	{0xfeff, 0xfeff},    /* byte order mark */
	{0xffa0, 0xffa0},    /* half-width filler */
	{0xfff0, 0xffff},    /* specials */
	{0x1bca0, 0x1bca3},  /* shorthand format controls */
	{0x1d173, 0x1d17a},  /* musical format controls */
	{0xe0000, 0x10ffff}, /* tags, selectors, private use */
};

static bool is_never(uint32_t code)
{
	/* U+nFFFE and U+nFFFF are no characters in any plane. */
	if ((code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef))
		return true;
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (code >= never[i].from && code <= never[i].to)
			return true;
	return false;
}

static bool is_blank(uint32_t code)
{
	return code == ' ' || code == 0xa0 || code == 0x1680 ||
	       (code >= 0x2000 && code <= 0x200a) || code == 0x202f || code == 0x205f ||
	       code == 0x3000;
}

/* The dots that stand between the parts of names, as keyboards give them. */
static bool is_middle_dot(uint32_t code)
{
	return code == 0xb7 || code == 0x2022 || code == 0x2027 || code == 0x30fb ||
	       code == 0xff65;
}

/* Copies with runs of blanks as one, none at the ends. False at what may not stand. */
static bool squeeze(struct arena *a, struct bytes text, size_t points_max,
	const char **out, size_t *points)
{
	uint8_t *s = arena_alloc(a, text.n + 2);
	size_t n = 0;
	bool blank = false;

	*points = 0;
	while (text.n) {
		uint32_t code = utf8_next(&text);

		if (is_blank(code)) {
			blank = *points > 0;
			continue;
		}
		if (is_never(code) || *points + blank >= points_max)
			return false;
		if (blank)
			s[n++] = ' ';
		*points += 1 + (size_t)blank;
		blank = false;
		n += utf8_put(s + n, code);
	}
	*out = (const char *)s;
	return true;
}

bool name_read(struct arena *a, struct bytes text, const char **out, struct err *e)
{
	const char *name;
	size_t points;

	if (text.n > 2 * NAME_OCTETS_MAX || !utf8_is_valid(text) ||
		!squeeze(a, text, NAME_POINTS_MAX, &name, &points) || points == 0)
		return err_refuse(e, ERR_MALFORMED, MSG_PARTY_NAME, NULL, "no name");
	*out = name;
	return true;
}

bool line_read(struct arena *a, struct bytes text, const char **out, struct err *e)
{
	const char *line;
	size_t points;

	if (text.n > 8 * ADDRESS_POINTS_MAX || !utf8_is_valid(text) ||
		!squeeze(a, text, ADDRESS_POINTS_MAX, &line, &points))
		return err_refuse(e, ERR_MALFORMED, MSG_PARTY_LINE, NULL, "no line");
	*out = line;
	return true;
}

static uint32_t fold_one(uint32_t code)
{
	if (is_middle_dot(code))
		return 0xb7;
	if (code >= 0xff01 && code <= 0xff5e)
		code -= 0xfee0;
	if (code >= 'A' && code <= 'Z')
		code += 'a' - 'A';
	return code;
}

char *name_fold(struct arena *a, struct bytes name)
{
	/* no code point grows by folding */
	uint8_t *s = arena_alloc(a, name.n + 2);
	size_t n = 0;
	bool blank = false;

	if (!utf8_is_valid(name))
		return (char *)s;
	while (name.n) {
		uint32_t code = utf8_next(&name);

		if (is_blank(code) || code < 0x20) {
			blank = n > 0;
			continue;
		}
		if (blank)
			s[n++] = ' ';
		blank = false;
		n += utf8_put(s + n, fold_one(code));
	}
	return (char *)s;
}

char *like_anywhere(struct arena *a, struct bytes text)
{
	const char *folded = name_fold(a, text);
	char *s = arena_alloc(a, 2 * strlen(folded) + 3), *to = s;

	*to++ = '%';
	for (; *folded; folded++) {
		if (*folded == '%' || *folded == '_' || *folded == '!')
			*to++ = '!';
		*to++ = *folded;
	}
	*to = '%';
	return s;
}
