/* sandbox: the limits every system knows; see sandbox.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/sandbox.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { FILES_MAX = 256 };

static bool limit(int what, uint64_t to, struct err *e)
{
	struct rlimit r = {(rlim_t)to, (rlim_t)to};

	return setrlimit((__rlimit_resource_t)what, &r) == 0 ||
	       err_system(e, ERR_IO, "setrlimit");
}

bool sandbox_limits(const struct sandbox *s, struct err *e)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	/* From a terminal these reach the whole group: the server ends us when it is done
	 * with us, by closing the channels. */
	(void)sigaction(SIGINT, &ignore, NULL);
	(void)sigaction(SIGHUP, &ignore, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
		return err_system(e, ERR_IO, "prctl");
	return limit(RLIMIT_CORE, 0, e) && limit(RLIMIT_NOFILE, FILES_MAX, e) &&
	       limit(RLIMIT_FSIZE, s->file_max, e) &&
	       (!s->memory || limit(RLIMIT_AS, s->memory, e)) &&
	       (!s->cpu_s || limit(RLIMIT_CPU, s->cpu_s, e));
}
