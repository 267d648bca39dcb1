/* lab: what a confined keeper may not do, tried from within. Lab builds only.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "keeper/keeper.h"

const bool keeper_is_lab = true;

bool keeper_lab_try(struct channel_call *c, struct err *e)
{
	int fd;

	(void)e;
	errno = 0;
	fd = socket(AF_INET, SOCK_STREAM, 0);
	wire_put_number(c->out, (uint32_t)errno);
	if (fd >= 0)
		(void)close(fd);
	errno = 0;
	(void)execl("/bin/true", "true", (char *)NULL);
	wire_put_number(c->out, (uint32_t)errno);
	return true;
}
