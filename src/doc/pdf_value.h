/* pdf_value: the objects PDF files are made of, read from octets into an arena.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Strict where two readers could differ: a dictionary with one key twice, a string, name
 * or number that is not exactly the notation is ERR_MALFORMED; nothing is repaired.
 * Bounded: PDF_DEPTH_MAX levels, PDF_VALUES_MAX values in one object, PDF_OBJECT_MAX
 * octets (without a stream's data), names of PDF_NAME_MAX octets.
 */
#ifndef QY_DOC_PDF_VALUE_H
#define QY_DOC_PDF_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum {
	PDF_DEPTH_MAX = 100,
	PDF_VALUES_MAX = 250000,
	PDF_OBJECT_MAX = 16 << 20,
	PDF_NAME_MAX = 255, /* 127 is the standard's; makers of Chinese files exceed it */
	PDF_NUMBER_MAX = 8388607
};

enum pdf_kind {
	PDF_NULL,
	PDF_BOOL,
	PDF_INT,
	PDF_REAL,
	PDF_STRING,
	PDF_NAME,
	PDF_ARRAY,
	PDF_DICT,
	PDF_STREAM,
	PDF_REF
};

struct pdf_ref {
	uint32_t num;
	uint16_t gen;
};

struct pdf_entry;

/* What a stream has besides its dictionary. */
struct pdf_data {
	uint64_t at, n; /* where its octets lie in the file, as encoded */
};

struct pdf_value {
	uint8_t kind;   /* enum pdf_kind */
	bool is_hex;    /* STRING: written in < > */
	uint16_t gen;   /* REF */
	uint32_t num;   /* REF */
	uint32_t span;  /* octets it is written in */
	uint32_t count; /* ARRAY: items; DICT, STREAM: entries */
	uint64_t at;    /* where it begins: in the file, or in its object stream */
	union {
		bool boolean;
		int64_t integer;
		/* STRING: decoded; NAME: decoded, without '/'; REAL: as written */
		struct bytes octets;
		struct pdf_value *items;
		struct {
			struct pdf_entry *entries;
			struct pdf_data *data; /* STREAM */
		};
	};
};

struct pdf_entry {
	struct bytes key; /* decoded, without '/' */
	struct pdf_value value;
};

/* Takes one value (not a stream) off the front of *in, whose first octet is number `at`
 * of the file. *needs_more is set when it failed only because `in` ended. */
MUST_USE bool pdf_value_read(struct pdf_value *out, struct arena *a, struct bytes *in,
	uint64_t at, bool *needs_more, struct err *e);

/* Passes over white space and comments. */
void pdf_skip_space(struct bytes *in);
bool pdf_is_space(uint8_t c);
/* White space or one of ()<>[]{}/% */
bool pdf_is_delimiter(uint8_t c);
/* A key word at the front of *in, followed by a delimiter or the end: taken off. */
bool pdf_take_word(struct bytes *in, const char *word);
/* A number of decimal digits only, at most max. */
bool pdf_take_number(struct bytes *in, uint64_t max, uint64_t *out);

/* The entry of a DICT or STREAM, as it stands (it may be a REF: see pdf_get of pdf.h);
 * null when it is absent or v is neither, or null itself. */
const struct pdf_value *pdf_find(const struct pdf_value *v, const char *key);
bool pdf_is_name(const struct pdf_value *v, const char *name);
static inline bool pdf_is(const struct pdf_value *v, enum pdf_kind kind)
{
	return v && v->kind == kind;
}
bool pdf_is_dict(const struct pdf_value *v); /* DICT or STREAM */
/* INT or REAL as a number for drawing; 0 for anything else. */
double pdf_number(const struct pdf_value *v);
/* Equal in kind and content (REF: same number); order of entries does not matter. */
bool pdf_value_equal(const struct pdf_value *a, const struct pdf_value *b);

/* Makes values, for writing. Octets and items are borrowed. */
struct pdf_value pdf_make_int(int64_t n);
struct pdf_value pdf_make_name(const char *name);
struct pdf_value pdf_make_string(struct bytes octets);
struct pdf_value pdf_make_ref(uint32_t num, uint16_t gen);
struct pdf_value pdf_make_array(struct pdf_value *items, size_t count);
struct pdf_value pdf_make_dict(struct pdf_entry *entries, size_t count);
/* A copy of a DICT (of a STREAM: its dictionary) with the entry set, replaced or (null
 * value) left out; new entries stand last. Shares the rest. */
struct pdf_value pdf_with(struct arena *a, const struct pdf_value *dict, const char *key,
	const struct pdf_value *value);
/* A copy of an ARRAY with one item more; of anything else: an array of that item. */
struct pdf_value pdf_appended(
	struct arena *a, const struct pdf_value *array, struct pdf_value item);

/* A copy that shares nothing with v. */
struct pdf_value pdf_value_copy(struct arena *a, const struct pdf_value *v);

/* Appends a value in PDF syntax: strings as they were written (hex or literal), reals as
 * they stood. A STREAM's dictionary only. */
MUST_USE bool pdf_value_put(struct buf *b, const struct pdf_value *v, struct err *e);

#endif
