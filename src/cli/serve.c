/* serve: see serve.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/serve.h"

#include <signal.h>

/* Waits for SIGTERM or SIGINT. They were blocked before any thread was made. */
static void wait_for_end(const sigset_t *ends)
{
	int which;

	while (sigwait(ends, &which) != 0)
		;
}

bool cli_serve(struct cli *c, const struct http_conf *conf, const struct http_site *site,
	struct err *e)
{
	AUTO(http_server) server = NULL;
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
	if (!http_serve(&server, conf, site, e))
		return false;
	cli_print(c, "http://%s:%u/\n",
		bytes_starts(bytes_str(conf->listen), BYTES("[")) ? "[::1]" : "127.0.0.1",
		http_server_port(server));
	if (fflush(c->out) != 0)
		return err_system(e, ERR_WRITE, "stdout");
	wait_for_end(&ends);
	return true;
}
