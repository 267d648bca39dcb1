/* Closed files: a whole OFD or PDF; else a ToUnicode CMap.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/closed_pdf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	AUTO(source) s = source_of_bytes(bytes_make(p, n));
	const struct closed_text_map *map;
	struct closed *c;
	struct err e = {0};

	if (closed_check(&c, a, s, &e)) {
		demand(c->count <= CLOSED_FINDINGS_MAX);
		for (size_t i = 0; i < c->count; i++)
			demand(closed_say(a, LANG_ZH, &c->findings[i])[0]);
		return 0;
	}
	demand(e.code == ERR_UNSUPPORTED && e.text[0]);
	map = closed_text_map_read(a, bytes_make(p, n));
	for (uint32_t code = 0; map && code < 300; code++)
		demand(closed_text_of(map, code) <= UINT32_MAX);
	return 0;
}
