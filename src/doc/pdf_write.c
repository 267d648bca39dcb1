/* pdf_write: see pdf_write.h. The cross-reference sections are in pdf_write_xref.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_write.h"

#include "doc/pdf_write_xref.h"

enum { PIECE = 256 * 1024 };

bool pdf_update_put_bytes(struct pdf_update *r, struct bytes b, struct err *e)
{
	if (b.n >= PDF_FILE_MAX - outfile_size(r->to))
		return err_set(e, ERR_TOO_LARGE, "the file would exceed 4 GB");
	return outfile_put(r->to, b, e);
}

/* Copies what stands there; and the line it stopped in is ended. */
static bool copy(struct pdf_update *r, struct source *in, struct err *e)
{
	uint64_t size = source_size(in);
	AUTO_MEM uint8_t *piece = NULL;

	if (size >= PDF_FILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than 4 GB");
	if (outfile_size(r->to) == size)
		return true;
	if (outfile_size(r->to) != 0)
		return err_set(e, ERR_USAGE, "the output holds something else");
	piece = mem_alloc(PIECE);
	for (uint64_t at = 0; at < size;) {
		size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;

		if (!source_read(in, at, piece, n, e) ||
			!outfile_put(r->to, bytes_make(piece, n), e))
			return false;
		at += n;
	}
	return true;
}

bool pdf_update_new(
	struct pdf_update **out, struct pdf *in, struct outfile *to, struct err *e)
{
	AUTO(pdf_update) r = NEW(struct pdf_update);
	struct source *file = pdf_source(in);
	uint8_t last = '\n';

	if (pdf_header_at(in) != 0)
		return err_set(e, ERR_MALFORMED, "octets before the header");
	if (pdf_end(in) != source_size(file))
		return err_set(e, ERR_USAGE, "an earlier state of the file");
	r->in = in;
	r->to = to;
	r->next = pdf_next_number(in);
	if (!copy(r, file, e) || !source_read(file, source_size(file) - 1, &last, 1, e))
		return false;
	if (last != '\n' && last != '\r' && !pdf_update_put_bytes(r, BYTES("\n"), e))
		return false;
	*out = pdf_update_move(&r);
	return true;
}

void pdf_update_free(struct pdf_update *r)
{
	if (!r)
		return;
	mem_free(r->entries);
	mem_free(r);
}

struct pdf *pdf_update_file(const struct pdf_update *r)
{
	return r->in;
}

uint32_t pdf_update_number(struct pdf_update *r)
{
	return r->next++;
}

uint64_t pdf_update_at(const struct pdf_update *r)
{
	return outfile_size(r->to);
}

void pdf_update_enter(struct pdf_update *r, struct pdf_ref ref)
{
	if (r->count == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 32, one = sizeof *r->entries;

		r->entries = mem_resize(r->entries, r->cap * one, cap * one);
		r->cap = cap;
	}
	r->entries[r->count++] = (struct pdf_written){ref, (uint32_t)outfile_size(r->to)};
}

static bool put_head(struct pdf_update *r, struct pdf_ref ref, struct err *e)
{
	AUTO_PDF_TEXT t = pdf_text_make();
	struct bytes b;

	pdf_put_u64(&t, ref.num);
	pdf_put(&t, " ");
	pdf_put_u64(&t, ref.gen);
	pdf_put(&t, " obj\n");
	pdf_update_enter(r, ref);
	return pdf_text_end(&t, &b, e) && pdf_update_put_bytes(r, b, e);
}

bool pdf_update_put(struct pdf_update *r, struct pdf_ref ref, const struct pdf_text *body,
	uint64_t *at, struct err *e)
{
	uint64_t begin;
	struct bytes b;

	if (!pdf_text_end(body, &b, e) || !put_head(r, ref, e))
		return false;
	begin = outfile_size(r->to);
	if (!pdf_update_put_bytes(r, b, e) ||
		!pdf_update_put_bytes(r, BYTES("\nendobj\n"), e))
		return false;
	if (at)
		*at = begin;
	return true;
}

bool pdf_update_put_stream(struct pdf_update *r, struct pdf_ref ref, const char *dict,
	struct bytes data, struct err *e)
{
	AUTO_PDF_TEXT t = pdf_text_make();
	struct bytes head;

	pdf_put(&t, "<< ");
	pdf_put(&t, dict);
	pdf_put(&t, " /Length ");
	pdf_put_u64(&t, data.n);
	pdf_put(&t, " >>\nstream\n");
	return pdf_text_end(&t, &head, e) && put_head(r, ref, e) &&
	       pdf_update_put_bytes(r, head, e) && pdf_update_put_bytes(r, data, e) &&
	       pdf_update_put_bytes(r, BYTES("\nendstream\nendobj\n"), e);
}
