/* pagehost: the platform's server with a site for tests; SIGHUP hands over to a new
 * process,
 * SIGTERM drains. SPDX-License-Identifier: Apache-2.0
 *
 * usage: pagehost PORT_FILE. Answers GET /pid, GET /asset, PUT /stream (its length), GET
 * /events (three, then the end).
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "base/time.h"
#include "http/asset.h"
#include "http/events.h"
#include "http/server.h"

enum { DRAIN_S = 10 };

static volatile sig_atomic_t hand_over, stop;

static void on_signal(int number)
{
	if (number == SIGHUP)
		hand_over = 1;
	else
		stop = 1;
}

static bool begin(
	void *ctx, struct http_request *req, void **upload, struct http_response *resp)
{
	(void)ctx;
	(void)resp;
	*upload = arena_alloc(req->arena, sizeof(uint64_t));
	return true;
}

static bool put(void *ctx, struct http_request *req, void *upload, struct bytes part,
	struct http_response *resp)
{
	(void)ctx;
	(void)req;
	(void)resp;
	*(uint64_t *)upload += part.n;
	return true;
}

static void end(void *ctx, struct http_request *req, void *upload, bool whole,
	struct http_response *resp)
{
	(void)ctx;
	if (!whole)
		return;
	resp->status = 200;
	resp->content_type = "text/plain";
	resp->body = bytes_str(arena_printf(
		req->arena, "%llu", (unsigned long long)*(uint64_t *)upload));
}

static const struct http_stream stream = {begin, put, end};

static bool plan(void *ctx, struct http_request *req, struct http_plan *p,
	struct http_response *resp)
{
	(void)ctx;
	(void)resp;
	if (strcmp(req->target, "/stream") == 0) {
		p->stream = &stream;
		p->body_max = UINT64_C(100) << 20;
	}
	return true;
}

static void send_events(struct http_response *resp)
{
	struct http_events *ev = http_events_new(0);

	resp->status = 200;
	resp->content_type = "text/event-stream";
	for (int i = 0; i < 3; i++)
		(void)http_events_send(ev, "step", NULL, BYTES("done"));
	http_events_close(ev);
	resp->events = ev;
}

static void handle(void *ctx, struct http_request *req, struct http_response *resp)
{
	static const struct asset css = {.type = "text/css",
		.octets = {(const uint8_t *)"p{}", 3},
		.etag = "\"abc\"",
		.modified = TIME_NONE,
		.max_age_s = 60};

	(void)ctx;
	if (strcmp(req->target, "/asset") == 0) {
		asset_send(req, &css, resp);
	} else if (strcmp(req->target, "/events") == 0) {
		send_events(resp);
	} else if (strcmp(req->target, "/pid") == 0) {
		resp->status = 200;
		resp->content_type = "text/plain";
		resp->body = bytes_str(arena_printf(req->arena, "%d", (int)getpid()));
	} else {
		http_plain(resp, 404);
	}
}

/* The new process: the same program, told the descriptor it inherits. */
static void start_next(struct http_server *s, char *self, char *port_file)
{
	char number[16], *args[] = {self, port_file, number, NULL};
	struct err e;
	int fd;

	if (!http_server_listener(s, &fd, &e))
		return;
	(void)snprintf(number, sizeof number, "%d", dup(fd)); /* without close-on-exec */
	(void)close(fd);
	if (fork() == 0) {
		(void)execv(self, args);
		_exit(127);
	}
}

static bool tell(const char *port_file, unsigned port)
{
	AUTO(arena) a = arena_new();
	struct err e;

	return file_write(port_file, 0600,
		bytes_str(arena_printf(a, "%u %d\n", port, (int)getpid())), &e);
}

int main(int argc, char **argv)
{
	struct sigaction act = {.sa_handler = on_signal};
	struct http_site site = {.plan = plan, .handle = handle};
	struct http_conf conf = {.workers = 2, .threads = 2, .listen = "127.0.0.1:0"};
	struct http_server *s;
	struct err e;
	bool drained;

	if (argc < 2)
		return 64;
	(void)sigaction(SIGHUP, &act, NULL);
	(void)sigaction(SIGTERM, &act, NULL);
	if (argc > 2) {
		conf.has_listener = true;
		conf.listener = atoi(argv[2]);
	}
	if (!http_serve(&s, &conf, &site, &e) || !tell(argv[1], http_server_port(s)))
		return 74;
	while (!stop && !hand_over)
		(void)poll(NULL, 0, 20);
	if (hand_over)
		start_next(s, argv[0], argv[1]);
	/* The next one takes connections from the socket we share; no moment without. */
	drained = http_server_drain(s, DRAIN_S);
	http_server_free(s);
	return drained ? 0 : 1;
}
