/* lab: a worker that does what a hostile file might make it do. Lab builds only.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "worker/messages.h"
#include "worker/worker.h"

const bool worker_is_lab = true;

static int errno_of(int fd)
{
	int code = fd < 0 ? errno : 0;

	if (fd >= 0)
		(void)close(fd);
	return code;
}

bool worker_lab(struct channel_call *c, struct err *e)
{
	volatile uint32_t what = wire_get_number(&c->in); /* loops end when it changes */
	unsigned turns = 0;

	if (what == WORKER_LAB_CRASH)
		abort();
	while (what == WORKER_LAB_HANG)
		turns++;
	while (what == WORKER_LAB_FILL)
		(void)arena_alloc(c->arena, 64 << 20);
	if (what != WORKER_LAB_TRY)
		return err_set(e, ERR_USAGE, "what?");
	wire_put_number(c->out, (uint32_t)errno_of(socket(AF_INET, SOCK_STREAM, 0)));
	wire_put_number(c->out, (uint32_t)errno_of(open("/etc/passwd", O_RDONLY)));
	wire_put_number(
		c->out, (uint32_t)errno_of(open("/tmp", O_TMPFILE | O_RDWR, 0600)));
	(void)execl("/bin/true", "true", (char *)NULL);
	wire_put_number(c->out, (uint32_t)errno);
	return true;
}
