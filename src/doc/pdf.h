/* pdf: a PDF file as it stands, or as it stood when it ended earlier.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reads ISO 32000 files by their cross-reference: tables, streams, both (hybrid), object
 * streams, revisions, linearised files. Nothing is repaired and nothing guessed: where
 * the cross-reference does not lead to what it promises the file is damaged
 * (ERR_MALFORMED). Encrypted files are ERR_UNSUPPORTED, files of 4 GB or more and what
 * goes beyond the limits ERR_TOO_LARGE.
 *
 * Only the cross-reference is held in memory (32 octets an object); objects are read when
 * asked for, into the caller's arena, and the data of streams only when decoded. A pdf is
 * used by one thread at a time; the source outlives it.
 */
#ifndef QY_DOC_PDF_H
#define QY_DOC_PDF_H

#include "base/source.h"
#include "doc/pdf_value.h"
#include "doc/sink.h"

enum {
	PDF_REVISIONS_MAX = 400,
	PDF_PAGES_MAX = 200000,
	PDF_OBJECTS_MAX = 1000000,  /* entries of all cross-reference sections together */
	PDF_INFLATED_MAX = 16 << 20 /* of an object stream */
};
#define PDF_FILE_MAX UINT64_C(0xffffffff)

struct pdf;

/* Opens the file as its first `end` octets are (0: all of it). */
MUST_USE bool pdf_open(struct pdf **out, struct source *s, uint64_t end, struct err *e);
void pdf_free(struct pdf *p);
AUTO_DEFINE(pdf);

struct source *pdf_source(const struct pdf *p);
/* How many octets of the source are seen. */
uint64_t pdf_end(const struct pdf *p);
/* Octets before "%PDF-": 0, but for odd files; what the file's own offsets count from is
 * pdf_base: that, or 0. */
uint64_t pdf_header_at(const struct pdf *p);
uint64_t pdf_base(const struct pdf *p);
/* 14 for %PDF-1.4, 20 for 2.0 */
int pdf_version(const struct pdf *p);

/* The trailer of the newest revision: the one that counts. Always a dictionary; for a
 * cross-reference stream its dictionary. */
const struct pdf_value *pdf_trailer(const struct pdf *p);

/* Reads the object with this number into the arena. A number that is free or unknown,
 * and another generation than the cross-reference's, is the null object, as the standard
 * says. */
MUST_USE bool pdf_object(struct pdf *p, struct arena *a, struct pdf_ref ref,
	struct pdf_value *out, struct err *e);

/* v itself, or what a chain of references from it leads to. */
MUST_USE bool pdf_resolve(struct pdf *p, struct arena *a, const struct pdf_value *v,
	struct pdf_value *out, struct err *e);

/* The entry of a dictionary or stream, resolved; the null object when absent. */
MUST_USE bool pdf_get(struct pdf *p, struct arena *a, const struct pdf_value *dict,
	const char *key, struct pdf_value *out, struct err *e);

/* The catalog, which must be a dictionary. */
MUST_USE bool pdf_root(
	struct pdf *p, struct arena *a, struct pdf_value *out, struct err *e);

/* The decoded data of a stream (filters Flate, ASCIIHex, ASCII85, LZW not; predictors),
 * piece by piece, at most max octets (ERR_TOO_LARGE). ERR_UNSUPPORTED for other filters,
 * ERR_MALFORMED for broken data. */
MUST_USE bool pdf_decode(struct pdf *p, const struct pdf_value *stream, uint64_t max,
	struct sink to, struct err *e);
MUST_USE bool pdf_slurp(struct pdf *p, struct arena *a, const struct pdf_value *stream,
	size_t max, struct bytes *out, struct err *e);
/* The data as it lies in the file. */
MUST_USE bool pdf_raw(struct pdf *p, struct arena *a, const struct pdf_value *stream,
	size_t max, struct bytes *out, struct err *e);

/* --- the cross-reference and its revisions --------------------------------------- */

enum pdf_xref_kind { PDF_XREF_TABLE, PDF_XREF_STREAM, PDF_XREF_HYBRID };
enum pdf_entry_kind { PDF_ENTRY_FREE, PDF_ENTRY_PLAIN, PDF_ENTRY_PACKED };

struct pdf_xref_entry {
	uint32_t num;
	uint32_t where;    /* PLAIN: offset in the file, base added; PACKED: number of the
			      object stream */
	uint32_t extra;    /* FREE, PLAIN: generation; PACKED: index in it */
	uint16_t revision; /* that set it, index as in pdf_revision */
	uint8_t kind;      /* enum pdf_entry_kind */
	bool is_hidden; /* set by the stream of a hybrid section: old readers miss it */
};

struct pdf_revision {
	uint64_t begin;     /* where the revision before ends; 0 */
	uint64_t xref_at;   /* its (last) cross-reference section: what startxref gives */
	uint64_t xref_end;  /* octet after that section, its trailer included */
	uint64_t stream_at; /* hybrid: the cross-reference stream; else 0 */
	uint64_t stream_end;
	uint64_t eof_at; /* octet after its %%EOF */
	uint64_t end;    /* the line end behind that included, where there is one */
	enum pdf_xref_kind kind;
	bool is_linearised;             /* two sections make the one revision */
	struct pdf_value trailer;       /* lives as long as the pdf */
	struct pdf_xref_entry *entries; /* its own, by number */
	size_t count;
};

/* Oldest first. */
size_t pdf_revisions(const struct pdf *p);
const struct pdf_revision *pdf_revision(const struct pdf *p, size_t i);

/* The entry that counts for a number; null when there is none. */
const struct pdf_xref_entry *pdf_entry(const struct pdf *p, uint32_t num);
/* All of them, by number. */
const struct pdf_xref_entry *pdf_entries(const struct pdf *p, size_t *count);
/* The first number that no section of any revision names and no /Size reserves. */
uint32_t pdf_next_number(const struct pdf *p);

/* Where an object that stands by itself lies: from "n g obj" to behind "endobj". False
 * for packed, free and unknown ones. */
MUST_USE bool pdf_extent(struct pdf *p, uint32_t num, uint64_t *at, uint64_t *end,
	bool *found, struct err *e);

/* --- pages ------------------------------------------------------------------------ */

struct pdf_page {
	struct pdf_ref ref;
	struct pdf_value dict;      /* as it stands */
	struct pdf_value resources; /* inherited and resolved; the null object: none */
	double media[4];            /* left, bottom, right, top, in points */
	double crop[4];             /* what is shown: the CropBox within the MediaBox */
	int rotate;                 /* 0, 90, 180, 270: clockwise */
	double unit;                /* points of 1/72 inch a user unit is; 1 */
};

/* Number of pages by walking the tree (not by /Count), each leaf's reference remembered.
 * ERR_MALFORMED for loops and leaves that stand twice, ERR_TOO_LARGE. */
MUST_USE bool pdf_pages(struct pdf *p, size_t *count, struct err *e);
/* One page, index from 0, into the arena. */
MUST_USE bool pdf_page(struct pdf *p, struct arena *a, size_t index, struct pdf_page *out,
	struct err *e);
/* Object number of a page, index below what pdf_pages gave. */
uint32_t pdf_page_number(const struct pdf *p, size_t index);
/* The page with this object number, or SIZE_MAX; pdf_pages was called before. */
size_t pdf_page_index(const struct pdf *p, uint32_t num);
/* Turns a rectangle in user space (any two corners) into millimetres on the page as it is
 * shown: from the top left of the crop box, /Rotate applied. out: x, y, w, h. */
void pdf_page_mm(const struct pdf_page *page, const double rect[4], double out[4]);

#endif
