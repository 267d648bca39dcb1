/* zip: what opens is within the file, unpacks to what it declares or fails, and copies.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/zip_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { SLURP_MAX = 1 << 20, ENTRIES_MAX = 64 };

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void try_entry(struct zip *z, size_t i, uint64_t size)
{
	AUTO(arena) a = arena_new();
	const struct zip_entry *t = zip_entry(z, i);
	struct bytes out;
	bool loose;
	size_t at;
	struct err e = {0};

	demand(t->data_at <= size && t->packed <= size - t->data_at);
	demand(t->at < t->data_at);
	demand(zip_find(z, t->name, &at) && bytes_equal(zip_entry(z, at)->name, t->name));
	demand(zip_find_loose(z, t->name, &at, &loose) && !loose);
	if (zip_slurp(z, i, a, SLURP_MAX, &out, &e))
		demand(out.n == t->size);
	else
		demand(e.code != ERR_NONE && e.text[0]);
}

static void try_copy(struct zip *z)
{
	AUTO_BUF b = buf_make(4 << 20);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&b));
	AUTO(source) s = NULL;
	AUTO(zip) y = NULL;
	struct err e;

	for (size_t i = 0; i < zip_count(z); i++)
		if (!zip_copy(w, z, i, &e))
			return;
	if (!zip_finish(w, &e)) {
		demand(zip_findings_all(z, ZIP_DUPLICATE) > 0);
		return;
	}
	s = source_of_bytes(buf_bytes(&b));
	demand(zip_open(&y, s, &e) && zip_count(y) == zip_count(z));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(source) s = source_of_bytes(bytes_make(p, n));
	AUTO(zip) z = NULL;
	struct err e = {0};

	if (!zip_open(&z, s, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return 0;
	}
	for (size_t i = 0; i < zip_count(z) && i < ENTRIES_MAX; i++)
		try_entry(z, i, n);
	for (size_t i = 0; i < zip_findings_n(z); i++)
		demand(zip_finding(z, i)->entry <= zip_count(z));
	try_copy(z);
	return 0;
}
