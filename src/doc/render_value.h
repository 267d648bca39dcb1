/* render_value: the small notations of drawing: numbers, arrays, boxes, matrices.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Forgiving where makers are careless (exponents, commas, '+'), strict about sense: every
 * number is finite and within ±VALUE_MAX, whatever the locale.
 */
#ifndef QY_DOC_RENDER_VALUE_H
#define QY_DOC_RENDER_VALUE_H

#include "base/bytes.h"

#define VALUE_MAX 1e7

struct box {
	double x, y, w, h; /* mm; w and h are not negative */
};

/* x' = a x + c y + e, y' = b x + d y + f */
struct matrix {
	double a, b, c, d, e, f;
};

/* Takes the next token, which ends at white space or a comma, off the front of *run. */
bool value_token(struct bytes *run, struct bytes *token);

bool value_number(struct bytes token, double *out);
/* An integer within ±INT32_MAX. */
bool value_int(struct bytes token, int *out);
/* The next token of *run as a number. */
bool value_next(struct bytes *run, double *out);
/* Up to max numbers; how many there were, those beyond max not counted. Stops at what is
 * none. */
size_t value_numbers(struct bytes text, double *out, size_t max);

/* Exactly four numbers, the last two not negative. */
bool value_box(struct bytes text, struct box *out);
/* Exactly six. */
bool value_matrix(struct bytes text, struct matrix *out);

#endif
