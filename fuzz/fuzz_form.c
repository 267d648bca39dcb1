/* Forms: whatever is accepted is text, within its bounds, and the same by either parser.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "base/text.h"
#include "http/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct field_choice kinds[] = {{"goods", 1, 0}, {"works", 2, 0}, {0}};
static const struct field fields[] = {
	{.name = "t", .type = FIELD_TEXT, .max = 20, .required = true},
	{.name = "l", .type = FIELD_LINES},
	{.name = "i", .type = FIELD_INT, .min = -5, .max = 500},
	{.name = "m", .type = FIELD_MONEY},
	{.name = "d", .type = FIELD_DATE},
	{.name = "h", .type = FIELD_TIME},
	{.name = "b", .type = FIELD_BOOL},
	{.name = "c", .type = FIELD_CHOICE, .choices = kinds},
	{.name = "s", .type = FIELD_SET, .choices = kinds},
	{.name = "p", .type = FIELD_SECRET, .min = 3},
	{.name = "e", .type = FIELD_EMAIL},
	{.name = "x", .type = FIELD_HEX, .max = 8},
	{.name = "o", .type = FIELD_BASE64},
	{.name = "u", .type = FIELD_ID},
};
static const struct form form = FORM("fuzz", fields);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void look(struct arena *a, const struct form_values *v)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < form.count; i++) {
		demand(utf8_is_valid(v->v[i].typed));
		demand((form_wrong(a, LANG_ZH, &v->v[i]) != NULL) ==
			(v->v[i].wrong != 0));
		wrong += v->v[i].wrong != 0;
	}
	demand(wrong == v->wrong);
	if (!form_get(v, "i")->wrong)
		demand(form_number(v, "i") >= -5 && form_number(v, "i") <= 500);
	demand((form_number(v, "s") & ~INT64_C(3)) == 0);
	demand(utf8_is_valid(form_bytes(v, "p")));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	AUTO_FORM v = {0}, w = {0};
	struct bytes in = bytes_make(p, n), again;
	int64_t fen;
	struct err e;

	if (form_read(a, &form, in, &v, &e))
		look(a, &v);
	if (form_read_json(a, &form, in, &w, &e))
		look(a, &w);
	if (money_read(in, &fen, &e)) {
		int64_t same;

		again = bytes_str(money_text(a, fen));
		demand(money_read(again, &same, &e) && same == fen);
	}
	return 0;
}
