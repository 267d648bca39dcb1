/* Text notations: whatever is accepted is written back the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void try_utf8(struct arena *a, struct bytes in)
{
	struct bytes rest = in;

	demand(utf8_is_valid(bytes_str(text_printable(a, in, in.n / 2))));
	if (!utf8_is_valid(in))
		return;
	while (rest.n) {
		struct bytes was = rest;
		uint8_t out[4];
		size_t n = utf8_put(out, utf8_next(&rest));

		demand(bytes_equal(bytes_make(out, n), bytes_head(was, n)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	struct bytes in = bytes_make(p, n), out, again;
	uint64_t number;
	int64_t when;
	struct err e;

	if (hex_decode(a, in, &out, &e))
		demand(ascii_equal_nocase(bytes_str(hex_encode(a, out)), in));
	if (base64_decode(a, in, &out, &e)) {
		demand(base64_decode(a, bytes_str(base64_encode(a, out)), &again, &e));
		demand(bytes_equal(out, again));
	}
	if (decimal_u64(in, UINT64_MAX, &number, &e))
		demand(bytes_equal(
			bytes_str(arena_printf(a, "%llu", (unsigned long long)number)),
			in));
	if (time_parse_iso(in, &when, &e))
		demand(bytes_starts(bytes_str(time_iso(a, when)), in));
	try_utf8(a, in);
	return 0;
}
