/* sink: see sink.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/sink.h"

static bool put_buf(void *to, struct bytes chunk, struct err *e)
{
	return buf_put(to, chunk, e);
}

static bool put_outfile(void *to, struct bytes chunk, struct err *e)
{
	return outfile_put(to, chunk, e);
}

struct sink sink_to_buf(struct buf *b)
{
	return (struct sink){put_buf, b};
}

struct sink sink_to_outfile(struct outfile *f)
{
	return (struct sink){put_outfile, f};
}
