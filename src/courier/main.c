/* qianyin-courier: fetches for qianyind, on descriptor 3, and holds neither key nor data.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: qianyin-courier (nobody types it). It makes connections to the addresses it was
 * told first of all, writes no file and starts no program.
 */
#include <stdio.h>

#include "base/sandbox.h"
#include "courier/courier.h"
#include "courier/messages.h"

enum { CPU_SECONDS = 3600, CALL_SECONDS = 120 };

int main(void)
{
	const struct sandbox sandbox = {.network = true,
		.reads_files = true, /* names, authorities, the mail password */
		.memory = (size_t)COURIER_ADDRESS_MB << 20,
		.cpu_s = CPU_SECONDS};
	struct channel_server server = {.messages = courier_messages,
		.count = courier_message_count(),
		.phase = CHANNEL_LOCKED,
		.why = "it has no list yet",
		.channels = 1,
		.call_s = CALL_SECONDS,
		.in_size = COURIER_ROOM,
		.out_size = COURIER_ROOM};
	struct courier c;
	struct err e;
	bool ok;

	courier_init(&c);
	c.server = &server;
	server.ctx = &c;
	server.in = mem_alloc(COURIER_ROOM);
	server.out = mem_alloc(COURIER_ROOM);
	ok = courier_warm(&e) && sandbox_enter(&sandbox, &e) &&
	     channel_serve(&server, &e);
	if (!ok)
		fprintf(stderr, "qianyin-courier: %s\n", e.text);
	mem_free(server.in);
	mem_free(server.out);
	courier_fini(&c);
	return ok ? 0 : err_exit(e.code);
}
