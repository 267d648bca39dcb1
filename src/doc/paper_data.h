/* paper_data: the fields that a paper carries inside, read back out of OFD or PDF
 * (docs/formats/paper-fields.md).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PAPER_DATA_H
#define QY_DOC_PAPER_DATA_H

#include "base/source.h"

enum { PAPER_DATA_MAX = 4 << 20 };

/* The JSON of a paper, as it stands in the file, in the arena; *found is false for a file
 * that carries none. ERR_MALFORMED when the file cannot be read, or carries two. */
MUST_USE bool paper_data_read(struct arena *a, struct source *file, struct bytes *json,
	bool *found, struct err *e);

#endif
