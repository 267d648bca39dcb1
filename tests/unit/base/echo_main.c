/* echo: a process for the tests of channel, supervise and sandbox: does as it is told.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: echo CHANNELS [fail]    fail: it ends at once
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/sandbox.h"
#include "echo.h"

static uint8_t greeting;

static bool echo(struct channel_call *c, struct err *e)
{
	(void)e;
	wire_put(c->out, wire_get(&c->in));
	return true;
}

static bool refuse(struct channel_call *c, struct err *e)
{
	return err_set(e, ERR_DENIED, "so says %u", wire_get_number(&c->in));
}

static bool crash(struct channel_call *c, struct err *e)
{
	(void)c;
	(void)e;
	abort();
}

static bool hang(struct channel_call *c, struct err *e)
{
	(void)c;
	(void)e;
	while (pause() != 0)
		;
	return false;
}

static bool babble(struct channel_call *c, struct err *e)
{
	static const uint8_t nonsense[] = {0, 0, 0, 1, 0xee};

	(void)c;
	(void)e;
	(void)!write(CHILD_CHANNEL, nonsense, sizeof nonsense);
	return hang(c, e);
}

static bool greet(struct channel_call *c, struct err *e)
{
	(void)e;
	wire_get_into(&c->in, &greeting, 1);
	return true;
}

static bool greeted(struct channel_call *c, struct err *e)
{
	(void)e;
	wire_put_number(c->out, greeting);
	wire_put_number(c->out, (uint32_t)getpid());
	return true;
}

/* The errno of what a confined process may not do; 0: it could. */
static int try_it(uint32_t what)
{
	struct rlimit r;
	int fd = -1;
	void *p;

	errno = 0;
	switch (what) {
	case TRY_SOCKET:
		fd = socket(AF_INET, SOCK_STREAM, 0);
		break;
	case TRY_OPEN:
		fd = open("/etc/passwd", O_RDONLY);
		break;
	case TRY_WRITE:
		fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
		break;
	case TRY_FORK:
		return fork() < 0 ? errno : 0;
	case TRY_EXEC:
		(void)execl("/bin/true", "true", (char *)NULL);
		return errno;
	case TRY_CODE:
		p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
		return p == MAP_FAILED ? errno : 0;
	case TRY_KILL:
		return kill(getppid(), 0) < 0 ? errno : 0;
	case TRY_CORE:
		return getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_cur == 0 ? EPERM : 0;
	default:
		return -1;
	}
	return fd < 0 ? errno : 0;
}

static bool attempt(struct channel_call *c, struct err *e)
{
	(void)e;
	wire_put_number(c->out, (uint32_t)try_it(wire_get_number(&c->in)));
	return true;
}

static const struct channel_message messages[] = {
	{"echo", ECHO_ECHO, 100000, CHANNEL_ALWAYS, echo},
	{"refuse", ECHO_REFUSE, 64, CHANNEL_ALWAYS, refuse},
	{"crash", ECHO_CRASH, 64, CHANNEL_ALWAYS, crash},
	{"hang", ECHO_HANG, 64, CHANNEL_ALWAYS, hang},
	{"babble", ECHO_BABBLE, 64, CHANNEL_ALWAYS, babble},
	{"greet", ECHO_GREET, 64, CHANNEL_ALWAYS, greet},
	{"greeted", ECHO_GREETED, 64, CHANNEL_ALWAYS, greeted},
	{"attempt", ECHO_TRY, 64, CHANNEL_ALWAYS, attempt},
	{"locked", ECHO_LOCKED, 64, CHANNEL_LOCKED, echo},
};

int main(int argc, char **argv)
{
	struct sandbox s = {.file_max = 0};
	struct channel_server server = {.messages = messages,
		.count = sizeof messages / sizeof *messages,
		.phase = CHANNEL_SERVING,
		.call_s = 2,
		.channels = (unsigned)(argv[1][0] - '0'),
		.in = mem_alloc(100000),
		.out = mem_alloc(100000),
		.in_size = 100000,
		.out_size = 100000};
	struct err e;
	bool ok;

	ok = (argc < 3 || strcmp(argv[2], "fail") != 0) && sandbox_enter(&s, &e) &&
	     channel_serve(&server, &e);
	mem_free(server.in);
	mem_free(server.out);
	return ok ? 0 : 65;
}
