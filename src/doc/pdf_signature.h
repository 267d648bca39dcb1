/* pdf_signature: a signature of a PDF file, read to the octet and not yet judged.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PDF_SIGNATURE_H
#define QY_DOC_PDF_SIGNATURE_H

#include "base/i18n.h"
#include "doc/pdf_field.h"

enum { PDF_CONTENTS_MAX = 8 << 20, PDF_LOCKED_MAX = 10000 };

/* Which fields a FieldMDP or a Lock closes. */
enum pdf_lock_action { PDF_LOCK_NONE, PDF_LOCK_ALL, PDF_LOCK_INCLUDE, PDF_LOCK_EXCLUDE };

struct pdf_lock {
	enum pdf_lock_action action;
	const char **fields; /* full names, as pdf_field has them */
	size_t count;
	int p; /* permission of a Lock (as DocMDP's), 0: none */
};

struct pdf_signature {
	const char *field;     /* full name; null: no field reaches it */
	uint32_t field_num;    /* the field's object */
	uint32_t num;          /* object that holds the dictionary */
	struct pdf_value dict; /* as it stands */
	/* The two ranges, as written; what is wrong with them, MSG_COUNT: nothing. */
	uint64_t range[4];
	enum msg range_fault;
	uint64_t gap_at, gap_end; /* the hex string of Contents, < and > included */
	struct bytes contents;    /* decoded, with its padding */
	struct bytes der;         /* the DER value at its front; empty: there is none */
	bool padding_is_zero;
	bool is_timestamp;             /* a document time stamp */
	const char *sub_filter;        /* printable; "" */
	int64_t time;                  /* M; TIME_NONE */
	const char *reason, *provider; /* or null */
	int docmdp;                    /* P of a DocMDP reference; 0: none */
	struct pdf_lock fieldmdp, lock;
};

/* Is this the dictionary of a signature: does it have ByteRange and Contents? */
bool pdf_is_signature(const struct pdf_value *dict);

/* Reads the signature whose dictionary stands in object num. What is wrong with its
 * ranges is noted, not an error: ERR_MALFORMED when there is nothing to be judged. */
MUST_USE bool pdf_signature_read(struct pdf_signature *out, struct pdf *p,
	struct arena *a, uint32_t num, const struct pdf_value *dict,
	const struct pdf_field *field, struct err *e);

/* Does the lock close the field of this name? */
bool pdf_lock_closes(const struct pdf_lock *l, const char *field);

#endif
