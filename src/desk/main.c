/* qianyin-desk: reads, draws and signs documents for the agent, on descriptor 3, and sees
 * neither key nor PIN.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: qianyin-desk FOLDER (nobody types it). One job, one process: what a hostile
 * document does to it ends with the job.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/source.h"
#include "base/text.h"
#include "desk/look.h"
#include "desk/make.h"
#include "desk/protocol.h"
#include "doc/poppler.h"
#include "doc/render.h"
#include "base/child.h"
#include "base/wire.h"

enum { PAGE_DPI = 110, ADDRESS_MAX_MB = DESK_ADDRESS_MB, CPU_SECONDS = 600 };

static void limit(int what, rlim_t to)
{
	struct rlimit r = {to, to};

	(void)setrlimit((__rlimit_resource_t)what, &r);
}

static bool work_page(struct work *work, size_t document, unsigned page, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct qy_render_options options = {
		.size = sizeof options, .page = page, .dpi = PAGE_DPI};
	struct qy_buffer png = {0};
	struct qy_error qe;
	bool ok;

	if (!qy_render_png(work->context, work_document(work, a, document), &options,
		    &png, NULL, &qe))
		return work_err(e, &qe);
	ok = file_write(
		work_file(work, a, "page"), 0600, bytes_make(png.data, png.size), e);
	qy_buffer_free(&png);
	return ok;
}

static bool handle(struct work *work, struct bytes request, struct err *e)
{
	struct reader r = reader_of(request);
	enum desk_op op = (enum desk_op)read_u8(&r);
	uint32_t document, page;

	switch (op) {
	case DESK_OP_LOOK:
		return work_look(work, &r, e);
	case DESK_OP_PAGE:
		document = wire_get_number(&r);
		page = wire_get_number(&r);
		return r.short_read ? err_set(e, ERR_MALFORMED, "request")
				    : work_page(work, document, page, e);
	case DESK_OP_MAKE:
		return work_make(work, &r, e);
	case DESK_OP_SIGN:
	case DESK_OP_VALUE:
		break;
	}
	return err_set(e, ERR_MALFORMED, "request");
}

static bool serve(struct work *work, uint8_t *room)
{
	uint8_t out[512];
	struct writer w = writer_over(out, sizeof out);
	struct bytes request;
	struct err e = {0};
	bool ok;

	if (!wire_receive(CHILD_CHANNEL, room, -1, &request, &e))
		return false;
	ok = handle(work, request, &e);
	write_u8(&w, !ok);
	if (!ok) {
		wire_put_number(&w, e.code);
		wire_put(&w, bytes_str(e.text));
	}
	return wire_send(CHILD_CHANNEL, writer_bytes(&w), &e);
}

int main(int argc, char **argv)
{
	AUTO(arena) a = arena_new();
	struct work work = {.arena = a, .world = world_system()};
	uint8_t *room = arena_alloc(a, WIRE_MAX);

	if (argc != 2)
		return 64;
	child_confine();
	/* Sanitizers map more than any limit: there it is 0, and not set. */
	if (ADDRESS_MAX_MB)
		limit(RLIMIT_AS, (rlim_t)ADDRESS_MAX_MB << 20);
	limit(RLIMIT_CPU, CPU_SECONDS);
	work.folder = argv[1];
	work.context = qy_context_new("zh");
	while (serve(&work, room))
		;
	qy_context_free(work.context);
	return 0;
}
