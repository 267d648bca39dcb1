/* pdf_predictor: see pdf_predictor.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_predictor.h"

#include <string.h>

enum { ROW_MAX = 1 << 20 };

struct pdf_predictor {
	bool is_png;
	size_t pixel,
		width; /* octets of a pixel (at least 1), of a row without its tag */
	uint8_t tag;
	bool has_tag;
	size_t have;
	uint8_t *row, *above;
};

static bool parameter(struct pdf *p, struct arena *a, const struct pdf_value *parms,
	const char *key, int64_t absent, int64_t max, int64_t *out, struct err *e)
{
	struct pdf_value v;

	if (!pdf_get(p, a, parms, key, &v, e))
		return false;
	*out = v.kind == PDF_INT ? v.integer : absent;
	if (*out < 1 || *out > max || (v.kind != PDF_INT && v.kind != PDF_NULL))
		return err_set(
			e, ERR_MALFORMED, "PDF: a predictor with a wrong /%s", key);
	return true;
}

bool pdf_predictor_make(struct pdf_predictor **out, struct pdf *p, struct arena *a,
	const struct pdf_value *parms, struct err *e)
{
	struct pdf_predictor *x = ARENA_NEW(a, struct pdf_predictor);
	int64_t which, colors, bits, columns;

	if (!parameter(p, a, parms, "Predictor", 1, 15, &which, e) ||
		!parameter(p, a, parms, "Colors", 1, 32, &colors, e) ||
		!parameter(p, a, parms, "BitsPerComponent", 8, 16, &bits, e) ||
		!parameter(p, a, parms, "Columns", 1, ROW_MAX, &columns, e))
		return false;
	//= ISO 32000-1 §7.4.4.4: 2 is TIFF's, 10 to 15 are PNG's, whose rows say which one
	x->is_png = which >= 10;
	if (!x->is_png && (which != 2 || bits != 8))
		return err_set(e, ERR_UNSUPPORTED, "PDF: a predictor not read here");
	x->width = (size_t)((colors * bits * columns + 7) / 8);
	x->pixel = (size_t)((colors * bits + 7) / 8);
	if (x->width > ROW_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "PDF: rows of more than %d octets", ROW_MAX);
	x->row = arena_alloc(a, x->width);
	x->above = arena_alloc(a, x->width);
	*out = x;
	return true;
}

static int distance(int a, int b)
{
	return a > b ? a - b : b - a;
}

static uint8_t paeth(int left, int up, int corner)
{
	int guess = left + up - corner;
	int a = distance(guess, left), b = distance(guess, up),
	    c = distance(guess, corner);

	if (a <= b && a <= c)
		return (uint8_t)left;
	return (uint8_t)(b <= c ? up : corner);
}

static bool undo(struct pdf_predictor *x)
{
	for (size_t i = 0; i < x->width; i++) {
		uint8_t left = i >= x->pixel ? x->row[i - x->pixel] : 0;
		uint8_t corner = i >= x->pixel ? x->above[i - x->pixel] : 0;
		uint8_t up = x->above[i], add;

		switch (x->is_png ? x->tag : 1) {
		case 0:
			add = 0;
			break;
		case 1:
			add = left;
			break;
		case 2:
			add = up;
			break;
		case 3:
			add = (uint8_t)((left + up) / 2);
			break;
		case 4:
			add = paeth(left, up, corner);
			break;
		default:
			return false;
		}
		x->row[i] = (uint8_t)(x->row[i] + add);
	}
	return true;
}

static bool finish_row(struct pdf_predictor *x, struct sink to, struct err *e)
{
	uint8_t *above = x->above;

	if (!undo(x))
		return err_set(e, ERR_MALFORMED, "PDF: a row with an unknown predictor");
	if (!to.put(to.to, bytes_make(x->row, x->width), e))
		return false;
	x->above = x->row;
	x->row = above;
	x->have = 0;
	x->has_tag = false;
	return true;
}

bool pdf_predictor_put(
	struct pdf_predictor *x, struct bytes in, struct sink to, struct err *e)
{
	while (in.n) {
		size_t n = x->width - x->have;

		if (x->is_png && !x->has_tag) {
			x->tag = in.p[0];
			x->has_tag = true;
			in = bytes_from(in, 1);
			continue;
		}
		n = n < in.n ? n : in.n;
		memcpy(x->row + x->have, in.p, n);
		x->have += n;
		in = bytes_from(in, n);
		if (x->have == x->width && !finish_row(x, to, e))
			return false;
	}
	return true;
}

bool pdf_predictor_is_whole(const struct pdf_predictor *x)
{
	return x->have == 0 && !x->has_tag;
}
