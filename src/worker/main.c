/* qianyin-worker: reads hostile files for qianyind, on descriptor 3, and can do nothing
 * else. SPDX-License-Identifier: Apache-2.0
 *
 * usage: qianyin-worker (nobody types it). It opens no file and no connection, starts no
 * program; what a file does to it ends with it.
 */
#include <stdio.h>

#include "base/sandbox.h"
#include "worker/messages.h"
#include "worker/worker.h"

enum { CPU_SECONDS = 3600, CALL_SECONDS = 120 };

int main(void)
{
	const struct sandbox sandbox = {
		.memory = (size_t)WORKER_ADDRESS_MB << 20, .cpu_s = CPU_SECONDS};
	struct channel_server server = {.messages = worker_messages,
		.count = worker_message_count(),
		.phase = CHANNEL_SERVING,
		.channels = 1,
		.call_s = CALL_SECONDS,
		.in_size = WORKER_ROOM,
		.out_size = WORKER_ANSWER_MAX};
	struct worker w;
	struct err e;
	bool ok;

	worker_init(&w);
	server.ctx = &w;
	server.in = mem_alloc(WORKER_ROOM);
	server.out = mem_alloc(WORKER_ANSWER_MAX);
	ok = sandbox_enter(&sandbox, &e) && channel_serve(&server, &e);
	if (!ok)
		fprintf(stderr, "qianyin-worker: %s\n", e.text);
	mem_free(server.in);
	mem_free(server.out);
	worker_fini(&w);
	return ok ? 0 : err_exit(e.code);
}
