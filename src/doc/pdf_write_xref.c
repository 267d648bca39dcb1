/* pdf_write_xref: the cross-reference section and trailer of a revision.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_write_xref.h"

#include "base/reader.h"

#include <stdio.h>
#include <stdlib.h>

enum { ID_SIZE = 16 };

static int by_number(const void *a, const void *b)
{
	uint32_t x = ((const struct pdf_written *)a)->ref.num,
		 y = ((const struct pdf_written *)b)->ref.num;

	return x < y ? -1 : x > y;
}

static bool sort_entries(struct pdf_update *r, struct err *e)
{
	if (r->count == 0)
		return err_set(e, ERR_USAGE, "a revision without objects");
	qsort(r->entries, r->count, sizeof *r->entries, by_number);
	for (size_t i = 1; i < r->count; i++)
		if (r->entries[i].ref.num == r->entries[i - 1].ref.num)
			return err_set(e, ERR_USAGE, "object %u is written twice",
				r->entries[i].ref.num);
	return true;
}

/* How many entries from i on have numbers that follow one another. */
static size_t run_of(const struct pdf_update *r, size_t i)
{
	size_t n = 1;

	while (i + n < r->count && r->entries[i + n].ref.num == r->entries[i].ref.num + n)
		n++;
	return n;
}

/* What this section says of itself; all else is carried on from the last trailer. */
static bool is_own(struct bytes key)
{
	static const char *const own[] = {"Size", "Prev", "ID", "XRefStm", "Type", "W",
		"Index", "Length", "Filter", "DecodeParms", "DL", "F", "FFilter",
		"FDecodeParms"};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (bytes_equal(key, bytes_str(own[i])))
			return true;
	return false;
}

//= ISO 32000-1 §14.4: the first string of ID stays, the second changes with the file
static void put_id(struct pdf_text *t, const struct pdf_update *r, struct world *w)
{
	const struct pdf_value *id = pdf_find(pdf_trailer(r->in), "ID");
	uint8_t fresh[ID_SIZE];

	w->random(w, fresh, sizeof fresh);
	pdf_put(t, "/ID [");
	if (pdf_is(id, PDF_ARRAY) && id->count && pdf_is(&id->items[0], PDF_STRING))
		pdf_put_hex(t, id->items[0].octets);
	else
		pdf_put_hex(t, BYTES_OF(fresh));
	pdf_put_hex(t, BYTES_OF(fresh));
	pdf_put(t, "]");
}

//= ISO 32000-1 §7.5.6: the added trailer has the entries of the previous one, and Prev
static void put_trailer(struct pdf_text *t, const struct pdf_update *r, struct world *w)
{
	const struct pdf_value *last = pdf_trailer(r->in);
	const struct pdf_revision *before = pdf_revision(r->in, pdf_revisions(r->in) - 1);

	pdf_put(t, "/Size ");
	pdf_put_u64(t, r->next);
	for (uint32_t i = 0; i < last->count; i++) {
		const struct pdf_entry *entry = &last->entries[i];

		if (is_own(entry->key))
			continue;
		pdf_put(t, " ");
		pdf_put_name(t, entry->key);
		pdf_put(t, " ");
		pdf_put_value(t, &entry->value);
	}
	pdf_put(t, " /Prev ");
	pdf_put_u64(t, before->xref_at);
	pdf_put(t, " ");
	put_id(t, r, w);
}

//= ISO 32000-1 §7.5.4: each entry of a table is twenty octets
static void put_table(struct pdf_text *t, const struct pdf_update *r)
{
	char line[32];

	pdf_put(t, "xref\n");
	for (size_t i = 0; i < r->count;) {
		size_t n = run_of(r, i);

		(void)snprintf(line, sizeof line, "%u %zu\n", r->entries[i].ref.num, n);
		pdf_put(t, line);
		for (; n; n--, i++) {
			(void)snprintf(line, sizeof line, "%010u %05u n \n",
				r->entries[i].at, r->entries[i].ref.gen);
			pdf_put(t, line);
		}
	}
}

static bool finish_table(struct pdf_update *r, struct world *w, struct err *e)
{
	AUTO_PDF_TEXT t = pdf_text_make();
	uint64_t at = outfile_size(r->to);
	struct bytes b;

	if (!sort_entries(r, e))
		return false;
	put_table(&t, r);
	pdf_put(&t, "trailer\n<< ");
	put_trailer(&t, r, w);
	pdf_put(&t, " >>\nstartxref\n");
	pdf_put_u64(&t, at);
	pdf_put(&t, "\n%%EOF\n");
	return pdf_text_end(&t, &b, e) && pdf_update_put_bytes(r, b, e);
}

//= ISO 32000-1 §7.5.8.3: type 1, offset and generation; W tells their widths
static void put_rows(struct pdf_text *rows, const struct pdf_update *r)
{
	for (size_t i = 0; i < r->count; i++) {
		uint8_t row[7];
		struct writer w = writer_over(row, sizeof row);

		write_u8(&w, 1);
		write_be32(&w, r->entries[i].at);
		write_u8(&w, (uint8_t)(r->entries[i].ref.gen >> 8));
		write_u8(&w, (uint8_t)r->entries[i].ref.gen);
		pdf_put_bytes(rows, writer_bytes(&w));
	}
}

static bool finish_stream(struct pdf_update *r, struct world *w, struct err *e)
{
	struct pdf_ref self = {pdf_update_number(r), 0};
	AUTO_PDF_TEXT rows = pdf_text_make();
	AUTO_PDF_TEXT t = pdf_text_make();
	uint64_t at = outfile_size(r->to);
	struct bytes data, dict;

	pdf_update_enter(r, self);
	if (!sort_entries(r, e))
		return false;
	put_rows(&rows, r);
	pdf_put_u64(&t, self.num);
	pdf_put(&t, " 0 obj\n<< /Type /XRef /W [1 4 2] /Index [");
	for (size_t i = 0; i < r->count; i += run_of(r, i)) {
		pdf_put(&t, i ? " " : "");
		pdf_put_u64(&t, r->entries[i].ref.num);
		pdf_put(&t, " ");
		pdf_put_u64(&t, run_of(r, i));
	}
	pdf_put(&t, "] ");
	put_trailer(&t, r, w);
	pdf_put(&t, " /Length ");
	if (!pdf_text_end(&rows, &data, e))
		return false;
	pdf_put_u64(&t, data.n);
	pdf_put(&t, " >>\nstream\n");
	pdf_put_bytes(&t, data);
	pdf_put(&t, "\nendstream\nendobj\nstartxref\n");
	pdf_put_u64(&t, at);
	pdf_put(&t, "\n%%EOF\n");
	return pdf_text_end(&t, &dict, e) && pdf_update_put_bytes(r, dict, e);
}

bool pdf_update_finish(struct pdf_update *r, struct world *w, struct err *e)
{
	/* Behind a hybrid section a table: readers of either kind go on from it. */
	//= ISO 32000-1 §7.5.8.4: after a table a table, after a stream a stream
	const struct pdf_revision *last = pdf_revision(r->in, pdf_revisions(r->in) - 1);

	return last->kind == PDF_XREF_STREAM ? finish_stream(r, w, e)
					     : finish_table(r, w, e);
}
