/* PDF: the file is read as a whole: objects, pages, revisions; then judged.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/pdf_field.h"
#include "doc/pdf_verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

/* What was read can be written, and then read again as the same. */
static void try_value(const struct pdf_value *v)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF b = buf_make(1 << 20);
	struct pdf_value again, plain = *v;
	struct bytes in;
	struct err e;

	if (plain.kind == PDF_STREAM)
		plain.kind = PDF_DICT;
	if (!pdf_value_put(&b, &plain, &e) || !buf_put(&b, BYTES(" "), &e))
		return;
	in = buf_bytes(&b);
	demand(pdf_value_read(&again, a, &in, 0, NULL, &e));
	demand(again.kind == plain.kind && again.count == plain.count);
}

static void try_objects(struct pdf *p)
{
	size_t n, pages;
	const struct pdf_xref_entry *x = pdf_entries(p, &n);
	struct err e = {0};

	for (size_t i = 0; i < n && i < 300; i++) {
		AUTO(arena) a = arena_new();
		struct pdf_ref ref = {x[i].num, 0};
		struct pdf_value v;
		struct bytes data;

		demand(i == 0 || x[i - 1].num < x[i].num);
		ref.gen = x[i].kind == PDF_ENTRY_PLAIN ? (uint16_t)x[i].extra : 0;
		if (!pdf_object(p, a, ref, &v, &e)) {
			demand(e.code != ERR_NONE && e.text[0]);
			continue;
		}
		try_value(&v);
		if (v.kind == PDF_STREAM && pdf_slurp(p, a, &v, 1 << 16, &data, &e))
			demand(data.n <= 1 << 16);
	}
	if (!pdf_pages(p, &pages, &e))
		return;
	for (size_t i = 0; i < pages && i < 50; i++) {
		AUTO(arena) a = arena_new();
		struct pdf_page page;

		if (pdf_page(p, a, i, &page, &e))
			demand(page.crop[0] < page.crop[2] && page.rotate % 90 == 0);
	}
}

static void try_judge(struct source *s)
{
	AUTO(arena) a = arena_new();
	struct judge j = {.arena = a,
		.lang = LANG_ZH,
		.evidence = evidence_new(a),
		.now = INT64_C(1792000000000000)};
	struct report *r = report_new(&j, "x.pdf", "pdf");
	struct err e = {0};

	if (!pdf_judge(r, &j, s, NULL, NULL, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return;
	}
	report_conclude(r);
	/* There is no trust store: nothing can pass. */
	demand(r->indication != INDICATION_PASSED);
	demand(report_json(r) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(source) s = source_of_bytes(bytes_make(p, n));
	AUTO(pdf) file = NULL;
	struct err e = {0};

	if (!pdf_open(&file, s, 0, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		return 0;
	}
	demand(pdf_revisions(file) >= 1);
	try_objects(file);
	try_judge(s);
	return 0;
}
