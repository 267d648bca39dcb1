/* zip_private: what the files of the zip reader share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_ZIP_PRIVATE_H
#define QY_DOC_ZIP_PRIVATE_H

#include "doc/zip_read.h"

enum {
	ZIP_LOCAL_MAGIC = 0x04034b50,
	ZIP_CENTRAL_MAGIC = 0x02014b50,
	ZIP_END_MAGIC = 0x06054b50,
	ZIP_END64_MAGIC = 0x06064b50,
	ZIP_LOCATOR64_MAGIC = 0x07064b50,
	ZIP_DESCRIPTOR_MAGIC = 0x08074b50,

	ZIP_LOCAL_SIZE = 30,
	ZIP_CENTRAL_SIZE = 46,
	ZIP_END_SIZE = 22,
	ZIP_LOCATOR64_SIZE = 20,
	ZIP_END64_SIZE = 56,

	ZIP_EXTRA_ZIP64 = 0x0001,
	ZIP_EXTRA_UNICODE_PATH = 0x7075,
	ZIP_CHUNK = 64 * 1024
};

struct zip {
	struct source *source;
	uint8_t *directory; /* the central directory as it stands; names point into it */
	size_t directory_n;
	uint64_t directory_at;
	struct zip_entry *entries;
	size_t n;
	uint32_t *by_name; /* entries in order of name, then index */
	uint32_t *by_fold; /* entries in order of smoothed name, then index */
	struct zip_finding *findings;
	size_t findings_n;
	size_t findings_all[ZIP_FINDING_COUNT];
};

/* What the end of the file says of the directory. */
struct zip_end {
	uint64_t at; /* where the directory must end */
	uint64_t count, directory_n, directory_at;
	uint64_t comment_at;
	uint16_t comment_n;
};

/* The end record, or both of them; ERR_MALFORMED when readers could disagree about it. */
MUST_USE bool zip_end_find(struct source *s, struct zip_end *out, struct err *e);

void zip_note(struct zip *z, struct zip_finding finding);

/* Builds the two orders and notes what is odd about the names. */
void zip_names_index(struct zip *z);

/* Puts the entry's name, made printable, before the error's text. Returns false. */
bool zip_err_in(struct err *e, struct bytes name);

#endif
