/* seal_text: see seal_text.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/seal_text.h"

#include "base/text.h"
#include "doc/poppler.h"

#include <math.h>

/* One character of the pages' text, spaces left out, and where it stands. */
struct letter {
	uint32_t code;
	unsigned page;
	double x, y, w, h;
};

struct letters {
	struct letter *p;
	size_t n;
};

static bool is_blank(uint32_t code)
{
	return code <= 0x20 || code == 0xa0 || code == 0x3000;
}

static size_t count_letters(struct bytes text)
{
	size_t n = 0;

	while (text.n)
		n += !is_blank(utf8_next(&text));
	return n;
}

/* The letters of a word share its box in equal parts, or in proportion to their width
 * where narrow and wide ones are mixed. */
static void add_word(struct letters *to, const struct poppler_word *word)
{
	struct bytes text = word->text;
	double total = 0, x = word->x;

	while (text.n)
		total += utf8_next(&text) < 0x2000 ? 1 : 2;
	text = word->text;
	while (text.n) {
		uint32_t code = utf8_next(&text);
		double w = word->w * (code < 0x2000 ? 1 : 2) / total;

		if (!is_blank(code))
			to->p[to->n++] =
				(struct letter){code, word->page, x, word->y, w, word->h};
		x += w;
	}
}

static struct letters letters_of(
	struct arena *a, const struct poppler_word *words, size_t count)
{
	struct letters out = {0};
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += count_letters(words[i].text);
	out.p = ARENA_ARRAY(a, n + 1, struct letter);
	for (size_t i = 0; i < count; i++)
		add_word(&out, &words[i]);
	return out;
}

/* Do the codes stand here, on one line of one page? */
static bool stands_at(const struct letters *l, size_t at, const uint32_t *codes, size_t n)
{
	const struct letter *first = &l->p[at];

	for (size_t i = 0; i < n; i++) {
		const struct letter *one = &l->p[at + i];

		if (one->code != codes[i] || one->page != first->page ||
			fabs(one->y - first->y) > first->h / 2)
			return false;
	}
	return true;
}

static bool find(const struct letters *l, const uint32_t *codes, size_t n, int page,
	struct qy_pdf_place *place)
{
	unsigned wanted = page < 0 && l->n ? l->p[l->n - 1].page : (unsigned)page;

	for (size_t at = l->n < n ? 0 : l->n - n + 1; at-- > 0;) {
		const struct letter *a = &l->p[at], *b = &l->p[at + n - 1];

		if ((page && a->page != wanted) || !stands_at(l, at, codes, n))
			continue;
		place->page = (int)a->page;
		place->x_mm = (a->x + b->x + b->w) / 2;
		place->y_mm = a->y + a->h / 2;
		place->keep_inside = 1;
		return true;
	}
	return false;
}

bool seal_text_find(struct cli *c, const char *path, const char *words, int page,
	struct qy_pdf_place *place, struct err *e)
{
	struct bytes text = bytes_str(words);
	struct poppler_word *found;
	AUTO(poppler) p = NULL;
	struct letters letters;
	uint32_t *codes;
	size_t count, n = 0;

	if (!poppler_open(&p, path, e) ||
		!poppler_words(p, c->arena, 1, 0, &found, &count, e))
		return false;
	codes = ARENA_ARRAY(c->arena, text.n + 1, uint32_t);
	while (text.n) {
		uint32_t code = utf8_next(&text);

		if (!is_blank(code))
			codes[n++] = code;
	}
	letters = letters_of(c->arena, found, count);
	return (n && find(&letters, codes, n, page, place)) ||
	       err_set(e, ERR_NOT_FOUND, "%s", cli_say(c, MSG_SEAL_NO_TEXT, words));
}
