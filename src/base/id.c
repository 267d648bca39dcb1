/* id: see id.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/id.h"

#include "base/text.h"

struct id id_new(struct world *w)
{
	uint64_t ms = (uint64_t)(w->now(w) / 1000);
	struct id id;

	w->random(w, id.b, sizeof id.b);
	for (size_t i = 0; i < 6; i++)
		id.b[i] = (uint8_t)(ms >> (40 - 8 * i));
	id.b[6] = (uint8_t)(0x70 | (id.b[6] & 0x0f));
	id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3f));
	return id;
}

char *id_text(struct arena *a, struct id id)
{
	return hex_encode(a, bytes_make(id.b, sizeof id.b));
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool id_parse(struct id *out, struct bytes text, struct err *e)
{
	struct id id;

	if (text.n != ID_TEXT)
		return err_set(e, ERR_NOT_FOUND, "no id");
	for (size_t i = 0; i < ID_SIZE; i++) {
		int high = digit(text.p[2 * i]), low = digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return err_set(e, ERR_NOT_FOUND, "no id");
		id.b[i] = (uint8_t)(high << 4 | low);
	}
	*out = id;
	return true;
}

bool id_equal(struct id a, struct id b)
{
	return bytes_equal(id_bytes(&a), id_bytes(&b));
}

bool id_is_none(struct id id)
{
	return id_equal(id, (struct id){{0}});
}
