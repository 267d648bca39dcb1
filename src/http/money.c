/* money: amounts as people write them; see form.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "http/form.h"

enum { WHOLE_DIGITS_MAX = 15, GROUP = 3 };

char *money_text(struct arena *a, int64_t fen)
{
	uint64_t n = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	char digits[32], out[48];
	size_t count = 0, at = 0;
	uint64_t yuan = n / 100;

	do {
		digits[count++] = (char)('0' + yuan % 10);
		yuan /= 10;
	} while (yuan);
	if (fen < 0)
		out[at++] = '-';
	while (count) {
		out[at++] = digits[--count];
		if (count && count % GROUP == 0)
			out[at++] = ',';
	}
	return arena_printf(a, "%.*s.%02u", (int)at, out, (unsigned)(n % 100));
}

static bool fail(struct err *e)
{
	return err_set(e, ERR_MALFORMED, "amount");
}

/* The digits before the point; commas at every third from the end, or nowhere. */
static bool whole_read(struct bytes text, int64_t *out, struct err *e)
{
	bool commas = bytes_find(text, BYTES(",")) != SIZE_MAX;
	int64_t value = 0;
	size_t digits = 0;

	for (size_t i = 0; i < text.n; i++) {
		bool comma_here = commas && (text.n - i) % (GROUP + 1) == 0;

		if (comma_here != (text.p[i] == ',') || (comma_here && !i))
			return fail(e);
		if (comma_here)
			continue;
		if (text.p[i] < '0' || text.p[i] > '9' || ++digits > WHOLE_DIGITS_MAX)
			return fail(e);
		value = value * 10 + (text.p[i] - '0');
	}
	if (!digits || (digits > 1 && text.p[0] == '0'))
		return fail(e);
	*out = value;
	return true;
}

bool money_read(struct bytes text, int64_t *fen, struct err *e)
{
	bool minus = bytes_starts(text, BYTES("-"));
	size_t point;
	struct bytes part = {0};
	int64_t value, cents = 0;

	text = bytes_from(text, minus);
	point = bytes_find(text, BYTES("."));
	if (point != SIZE_MAX) {
		part = bytes_from(text, point + 1);
		if (!part.n || part.n > 2)
			return fail(e);
	}
	for (size_t i = 0; i < 2; i++) {
		int digit = i < part.n ? part.p[i] - '0' : 0;

		if (digit < 0 || digit > 9)
			return fail(e);
		cents = cents * 10 + digit;
	}
	if (!whole_read(bytes_head(text, point), &value, e))
		return false;
	value = value * 100 + cents;
	*fen = minus ? -value : value;
	return true;
}
