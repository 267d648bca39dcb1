/* OFD: the first octet chooses. P: a package; <: one XML text as each of its parts; else
 * a base and a path, with "|" between.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/ofd_list.h"
#include "doc/ofd_text.h"
#include "doc/zip_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void try_package(struct bytes b)
{
	AUTO(source) s = source_of_bytes(b);
	AUTO(ofd) o = NULL;
	AUTO_BUF out = buf_make(1 << 20);
	struct err e = {0};

	if (!ofd_open(&o, s, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return;
	}
	demand(ofd_docs_n(o) >= 1 && ofd_docs_n(o) <= OFD_DOCS_MAX);
	for (size_t i = 0; i < ofd_docs_n(o); i++) {
		const struct ofd_doc *d = ofd_doc(o, i);

		demand(d->root.path.n > 0);
		for (size_t k = 0; k < d->pages_n; k++)
			demand(d->pages[k].content.entry == OFD_NO_ENTRY ||
				d->pages[k].content.entry < zip_count(ofd_zip(o)));
	}
	if (!ofd_text(o, sink_to_buf(&out), &e))
		demand(e.code != ERR_NONE);
	if (!ofd_list(o, LANG_ZH, sink_to_buf(&out), &e))
		demand(e.code == ERR_TOO_LARGE);
}

/* The same octets as every part of a small package. */
static void try_part(struct bytes part)
{
	AUTO_BUF b = buf_make(1 << 20);
	AUTO(zip_writer) w = zip_writer_new(sink_to_buf(&b));
	struct err e;

	if (part.n > 65536)
		return;
	if (zip_add(w, BYTES("OFD.xml"), part, false, &e) &&
		zip_add(w, BYTES("Doc_0/Document.xml"), part, false, &e) &&
		zip_add(w, BYTES("Doc_0/P.xml"), part, false, &e) && zip_finish(w, &e))
		try_package(buf_bytes(&b));
}

static void try_path(struct bytes b)
{
	AUTO(arena) a = arena_new();
	size_t half = bytes_find(b, BYTES("|"));
	struct bytes out, again;
	struct err e;

	if (half == SIZE_MAX ||
		!ofd_resolve(a, bytes_head(b, half), bytes_from(b, half + 1), &out, &e))
		return;
	demand(out.n > 0 && out.p[0] != '/');
	demand(!bytes_starts(out, BYTES("../")) &&
		bytes_find(out, BYTES("//")) == SIZE_MAX);
	/* What is resolved stays where it is. */
	if (out.n < OFD_LOC_MAX && ofd_resolve(a, BYTES(""), out, &again, &e))
		demand(bytes_equal(out, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes b = bytes_make(p, n);

	if (n && p[0] == 'P') /* the first octet of a zip is its own */
		try_package(b);
	else if (n && p[0] == '<')
		try_part(b);
	else
		try_path(b);
	return 0;
}
