/* pdf_diff: what the files of the judge of later revisions share. For src/doc/pdf_diff*.c
 * and pdf_changes.c only.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every object that the revision touched is in `items`. Those that are understood are
 * marked done, with the change they are; what is left over is named by the role it had.
 */
#ifndef QY_DOC_PDF_DIFF_H
#define QY_DOC_PDF_DIFF_H

#include "doc/pdf_changes.h"
#include "doc/pdf_roles.h"

struct pdf_touched {
	uint32_t num;
	const struct pdf_xref_entry *was, *is; /* was: null when it is new */
	bool done;
};

struct pdf_diff {
	struct arena *a;      /* of this comparison */
	struct arena *result; /* of what is reported */
	struct pdf *before, *after;
	const struct pdf_roles *roles;
	const struct pdf_revision *revision;
	struct pdf_changes *out;
	struct pdf_touched *items; /* by number */
	size_t n;
	uint32_t *queue; /* new objects to be looked at */
	size_t queued;
	struct pdf_value root_was, root_is;
	struct pdf_field *fields_was, *fields_is;
	size_t fields_was_n, fields_is_n;
	uint32_t *fresh; /* widgets of signatures made by this revision */
	size_t fresh_n, fresh_cap;
	struct err *e;
};

/* Enters a change; of the same kind and thing once. */
void pdf_diff_add(
	struct pdf_diff *d, enum pdf_change_kind kind, uint32_t num, const char *what);

/* The item of a touched object, or null. */
struct pdf_touched *pdf_diff_find(const struct pdf_diff *d, uint32_t num);
bool pdf_diff_is_touched(const struct pdf_diff *d, uint32_t num);
void pdf_diff_done(struct pdf_diff *d, uint32_t num);
/* Was this number in use before? */
bool pdf_diff_was_used(const struct pdf_diff *d, uint32_t num);

/* The object before and after; the null object where there was none. */
MUST_USE bool pdf_diff_was(struct pdf_diff *d, uint32_t num, struct pdf_value *out);
MUST_USE bool pdf_diff_is(struct pdf_diff *d, uint32_t num, struct pdf_value *out);

/* Marks every new object that v leads to as done; scripts among them are changes. */
MUST_USE bool pdf_diff_take_new(struct pdf_diff *d, const struct pdf_value *v);

/* Are both the same, raw (references by number)? Null and absent are the same. */
bool pdf_diff_same(const struct pdf_value *a, const struct pdf_value *b);

/* The keys in which two dictionaries differ, one after the other: *at starts as 0; null
 * at the end. was, is: null when absent. */
struct pdf_key_change {
	struct bytes key;
	const struct pdf_value *was, *is;
};
bool pdf_diff_next(const struct pdf_value *a, const struct pdf_value *b, size_t *at,
	struct pdf_key_change *out);
bool pdf_key_is(const struct pdf_key_change *k, const char *key);

/* The parts. */
MUST_USE bool pdf_diff_catalog(struct pdf_diff *d);
MUST_USE bool pdf_diff_form(struct pdf_diff *d);
MUST_USE bool pdf_diff_pages(struct pdf_diff *d);
MUST_USE bool pdf_diff_rest(struct pdf_diff *d);
MUST_USE bool pdf_diff_octets(struct pdf_diff *d);

#endif
