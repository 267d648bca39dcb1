/* closed: may a file be sealed as text, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/closed.h"

#include "lib/lib.h"

int qy_closed(qy_context *ctx, const char *path, int *is_closed, struct qy_buffer *json,
	struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	AUTO(source) file = NULL;
	struct closed *closed;
	struct err e;

	if (!path || !is_closed)
		return lib_usage(error, "no path, or nowhere to say it");
	if (!source_open(&file, path, &e) || !closed_check(&closed, a, file, &e))
		return lib_fail(error, &e);
	*is_closed = closed->count == 0;
	if (json)
		lib_give(json, bytes_str(closed_json(a, ctx->lang, path, closed)));
	return 1;
}
