/* sink: where octets go when a reader or a maker produces them piece by piece.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_SINK_H
#define QY_DOC_SINK_H

#include "base/buf.h"
#include "base/source.h"

/* Passed by value; `to` belongs to the caller and outlives the call. The chunk is only
 * valid during the call. */
struct sink {
	bool (*put)(void *to, struct bytes chunk, struct err *e);
	void *to;
};

struct sink sink_to_buf(struct buf *b);
struct sink sink_to_outfile(struct outfile *f);

#endif
