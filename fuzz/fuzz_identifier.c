/* fuzz_identifier: what people type into fields: what is taken is taken again the same,
 * and a pattern for searching is never more than its letters.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "domain/identifier.h"
#include "domain/mandate.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

typedef bool (*reader)(
	struct arena *a, struct bytes text, const char **out, struct err *e);

static void twice(struct arena *a, reader read, struct bytes in)
{
	const char *once, *again;
	struct err e = {0};

	if (!read(a, in, &once, &e)) {
		demand(e.code != ERR_NONE && e.say);
		return;
	}
	demand(utf8_is_valid(bytes_str(once)));
	demand(read(a, bytes_str(once), &again, &e) && strcmp(once, again) == 0);
	/* nothing that a page or a log would show differently from what it is */
	demand(strlen(text_printable(a, bytes_str(once), 4096)) == strlen(once));
}

static void number(struct arena *a, struct bytes in)
{
	const int64_t now = 60 * 365 * TIME_DAY;
	char out[ID_NUMBER + 1], again[ID_NUMBER + 1];
	struct err e = {0};

	if (!id_number_read(out, in, now, &e)) {
		demand(e.code == ERR_MALFORMED && e.say);
		return;
	}
	demand(id_number_read(again, bytes_str(out), now, &e) && !strcmp(out, again));
	demand(strlen(id_number_mask(a, out)) == ID_NUMBER);
}

static void folding(struct arena *a, struct bytes in)
{
	const char *once = name_fold(a, in);
	const char *pattern = like_anywhere(a, in);

	demand(strcmp(once, name_fold(a, bytes_str(once))) == 0);
	demand(pattern[0] == '%' && pattern[strlen(pattern) - 1] == '%');
	/* inside, a joker stands only behind its escape */
	for (const char *c = pattern + 1; c[0] && c[1]; c++) {
		if (*c == '!')
			c++;
		else
			demand(*c != '%' && *c != '_');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	struct bytes in = bytes_make(p, n);

	twice(a, name_read, in);
	twice(a, line_read, in);
	twice(a, phone_read, in);
	twice(a, email_read, in);
	twice(a, mandate_kinds_read, in);
	number(a, in);
	folding(a, in);
	(void)region_code_is_valid(in);
	return 0;
}
