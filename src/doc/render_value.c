/* render_value: see render_value.h. No locale, no strtod.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render_value.h"

#include <math.h>

enum { DIGITS_MAX = 40, EXPONENT_MAX = 30 };

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

bool value_token(struct bytes *run, struct bytes *token)
{
	size_t at = 0, n = 0;

	while (at < run->n && is_blank(run->p[at]))
		at++;
	*run = bytes_from(*run, at);
	while (n < run->n && !is_blank(run->p[n]))
		n++;
	*token = bytes_head(*run, n);
	*run = bytes_from(*run, n);
	return n > 0;
}

/* Digits with at most one point; *places counts those behind it. */
static bool mantissa(struct bytes *t, double *v, int *places)
{
	size_t digits = 0, i = 0;
	bool point = false;

	*v = 0;
	*places = 0;
	for (; i < t->n; i++) {
		uint8_t c = t->p[i];

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		if (++digits > DIGITS_MAX)
			return false;
		*v = *v * 10 + (c - '0');
		*places += point;
	}
	*t = bytes_from(*t, i);
	return digits > 0;
}

static bool exponent(struct bytes t, int *out)
{
	bool negative = false;
	int v = 0;

	if (t.n && (t.p[0] == '-' || t.p[0] == '+')) {
		negative = t.p[0] == '-';
		t = bytes_from(t, 1);
	}
	if (t.n == 0 || t.n > 3)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
		v = v * 10 + (t.p[i] - '0');
	}
	/* Smaller than what can be seen is nothing. */
	*out = negative ? -(v > 300 ? 300 : v) : v;
	return negative || v <= EXPONENT_MAX;
}

bool value_number(struct bytes t, double *out)
{
	bool negative = false;
	int places, power = 0;
	double v;

	if (t.n && (t.p[0] == '-' || t.p[0] == '+')) {
		negative = t.p[0] == '-';
		t = bytes_from(t, 1);
	}
	if (!mantissa(&t, &v, &places))
		return false;
	if (t.n && ((t.p[0] | 0x20) != 'e' || !exponent(bytes_from(t, 1), &power)))
		return false;
	if (power == places)
		v = negative ? -v : v;
	else if (places > power)
		v = (negative ? -v : v) / pow(10, places - power);
	else
		v = (negative ? -v : v) * pow(10, power - places);
	if (!(v <= VALUE_MAX && v >= -VALUE_MAX))
		return false;
	*out = v;
	return true;
}

bool value_int(struct bytes token, int *out)
{
	double v;

	if (!value_number(token, &v) || v != floor(v))
		return false;
	*out = (int)v;
	return true;
}

bool value_next(struct bytes *run, double *out)
{
	struct bytes token;

	return value_token(run, &token) && value_number(token, out);
}

size_t value_numbers(struct bytes text, double *out, size_t max)
{
	size_t n = 0;

	while (n < max && value_next(&text, &out[n]))
		n++;
	return n;
}

/* Exactly n numbers and nothing behind them. */
static bool numbers_exactly(struct bytes text, double *out, size_t n)
{
	struct bytes token;

	for (size_t i = 0; i < n; i++)
		if (!value_next(&text, &out[i]))
			return false;
	return !value_token(&text, &token);
}

bool value_box(struct bytes text, struct box *out)
{
	double v[4];

	if (!numbers_exactly(text, v, 4) || v[2] < 0 || v[3] < 0)
		return false;
	*out = (struct box){v[0], v[1], v[2], v[3]};
	return true;
}

bool value_matrix(struct bytes text, struct matrix *out)
{
	double v[6];

	if (!numbers_exactly(text, v, 6))
		return false;
	*out = (struct matrix){v[0], v[1], v[2], v[3], v[4], v[5]};
	return true;
}
