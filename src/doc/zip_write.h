/* zip_write: a zip file made from front to back, the same octets for the same input.
 * SPDX-License-Identifier: Apache-2.0
 *
 * New entries carry the time 1980-01-01 00:00, the UTF-8 flag, their sizes in front and
 * no data descriptor. Entries of another zip are copied with their packed octets
 * untouched, so a signature over them cannot be broken by copying. No zip64: 4 GB and
 * 65535 entries are the end (ERR_TOO_LARGE).
 */
#ifndef QY_DOC_ZIP_WRITE_H
#define QY_DOC_ZIP_WRITE_H

#include "doc/zip_read.h"

struct zip_writer;

struct zip_writer *zip_writer_new(struct sink to);
/* Without zip_finish what was written is no zip. */
void zip_writer_free(struct zip_writer *w);
AUTO_DEFINE(zip_writer);

/* Entry i of z with name, time, UTF-8 flag and packed octets as they stand; extra fields
 * are left behind. Fails as zip_raw does. */
MUST_USE bool zip_copy(struct zip_writer *w, struct zip *z, size_t i, struct err *e);

/* A new entry. `name` is checked: ERR_USAGE when it is empty, longer than ZIP_NAME_MAX,
 * absolute, not UTF-8, or holds "..", a back-slash or a control character. `deflate`
 * packs it unless it grows by that. */
MUST_USE bool zip_add(struct zip_writer *w, struct bytes name, struct bytes data,
	bool deflate, struct err *e);

/* The same from a source, which is read twice (the header in front tells the sizes). */
MUST_USE bool zip_add_stream(struct zip_writer *w, struct bytes name, struct source *data,
	bool deflate, struct err *e);

/* Writes the directory; nothing can be added after. ERR_USAGE when a name came twice. */
MUST_USE bool zip_finish(struct zip_writer *w, struct err *e);

#endif
