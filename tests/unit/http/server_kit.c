/* server_kit: see server_kit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server_kit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "unit.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool is_path(const struct http_request *req, const char *path)
{
	return strncmp(req->target, path, strlen(path)) == 0;
}

static bool begin(
	void *ctx, struct http_request *req, void **upload, struct http_response *resp)
{
	struct kit *k = ctx;

	if (strcmp(req->target, "/stream/refuse") == 0) {
		http_plain(resp, 403);
		return false;
	}
	*upload = NEW(uint64_t);
	pthread_mutex_lock(&lock);
	k->begun++;
	pthread_mutex_unlock(&lock);
	return true;
}

static bool put(void *ctx, struct http_request *req, void *upload, struct bytes part,
	struct http_response *resp)
{
	uint64_t *n = upload;

	(void)ctx;
	*n += part.n;
	if (part.n > HTTP_PART_MAX || !part.n)
		abort();
	if (strcmp(req->target, "/stream/full") == 0 && *n > 300000) {
		http_plain(resp, 507);
		return false;
	}
	return true;
}

static void end(void *ctx, struct http_request *req, void *upload, bool whole,
	struct http_response *resp)
{
	struct kit *k = ctx;
	uint64_t *n = upload;

	pthread_mutex_lock(&lock);
	k->octets += *n;
	if (whole)
		k->whole++;
	else
		k->broken++;
	pthread_mutex_unlock(&lock);
	if (whole) {
		resp->status = 200;
		resp->content_type = "text/plain";
		resp->body = bytes_str(
			arena_printf(req->arena, "%llu octets", (unsigned long long)*n));
	}
	mem_free(upload);
}

static const struct http_stream stream = {begin, put, end};

static bool plan(void *ctx, struct http_request *req, struct http_plan *p,
	struct http_response *resp)
{
	(void)ctx;
	if (is_path(req, "/private")) {
		http_plain(resp, 401);
		return false;
	}
	if (is_path(req, "/stream")) {
		p->stream = &stream;
		p->body_max = UINT64_C(2) << 30;
		p->total_s = 120;
	}
	p->at_once = is_path(req, "/at-once");
	return true;
}

static void listen_to(struct kit *k, struct http_response *resp)
{
	struct http_events *ev = http_events_new(0);

	pthread_mutex_lock(&lock);
	assert_true(k->event_count < KIT_LISTENERS);
	k->events[k->event_count++] = ev;
	pthread_mutex_unlock(&lock);
	resp->status = 200;
	resp->content_type = "text/event-stream";
	resp->events = http_events_share(ev);
}

static void send_file(struct http_response *resp)
{
	resp->file = open(QIANYIN_ROOT "/LICENSE", O_RDONLY | O_CLOEXEC);
	resp->is_file = true;
	resp->file_at = 4;
	resp->file_size = 100;
	resp->status = 200;
	resp->content_type = "text/plain";
}

static void handle(void *ctx, struct http_request *req, struct http_response *resp)
{
	struct kit *k = ctx;
	uint64_t ms;
	struct err e;

	pthread_mutex_lock(&lock);
	k->handled++;
	pthread_mutex_unlock(&lock);
	resp->status = 200;
	resp->content_type = "text/plain";
	if (req->method == HTTP_POST)
		resp->body = req->body;
	else if (is_path(req, "/client"))
		resp->body = bytes_str(arena_printf(req->arena, "%s %d %s %s",
			req->client.text, req->client.secure, req->host, req->id));
	else if (is_path(req, "/events"))
		listen_to(k, resp);
	else if (is_path(req, "/file"))
		send_file(resp);
	else if (is_path(req, "/slow/") &&
		 decimal_u64(bytes_str(req->target + 6), 60000, &ms, &e))
		(void)poll(NULL, 0, (int)ms);
	else if (req->query)
		resp->body = bytes_str(req->query);
}

void kit_start(struct kit *k, struct http_conf conf)
{
	struct err e = {0};

	memset(k, 0, sizeof *k);
	k->site = (struct http_site){.ctx = k, .plan = plan, .handle = handle};
	if (!conf.has_listener)
		conf.listen = conf.listen ? conf.listen : "127.0.0.1:0";
	if (!http_serve(&k->server, &conf, &k->site, &e))
		fail_msg("%s", e.text);
}

void kit_stop(struct kit *k)
{
	http_server_free(k->server);
	k->server = NULL;
	for (unsigned i = 0; i < k->event_count; i++)
		http_events_free(k->events[i]);
	k->event_count = 0;
}

int kit_dial_port(unsigned port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

int kit_dial(const struct kit *k)
{
	int fd = kit_dial_port(http_server_port(k->server));

	assert_true(fd >= 0);
	return fd;
}

void kit_say(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static size_t hear(int fd, char *p, size_t cap, const char *mark, int ms)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	size_t n = 0;

	p[0] = 0;
	while (n + 1 < cap && !(mark && strstr(p, mark)) && poll(&ready, 1, ms) > 0) {
		ssize_t got = recv(fd, p + n, cap - 1 - n, 0);

		if (got <= 0)
			break;
		n += (size_t)got;
		p[n] = 0;
	}
	return n;
}

size_t kit_hear(int fd, char *p, size_t cap, int ms)
{
	return hear(fd, p, cap, NULL, ms);
}

bool kit_hear_until(int fd, char *p, size_t cap, const char *mark, int ms)
{
	(void)hear(fd, p, cap, mark, ms);
	return strstr(p, mark) != NULL;
}

size_t kit_talk(const struct kit *k, const char *text, char *p, size_t cap)
{
	int fd = kit_dial(k);
	size_t n;

	kit_say(fd, text);
	n = kit_hear(fd, p, cap, 10000);
	(void)close(fd);
	return n;
}

unsigned kit_tell(struct kit *k, const char *text)
{
	unsigned heard = 0;

	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < k->event_count; i++)
		heard += http_events_send(k->events[i], "news", NULL, bytes_str(text));
	pthread_mutex_unlock(&lock);
	return heard;
}

unsigned long kit_memory(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	unsigned long kib = 0;
	char line[200];

	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		if (strncmp(line, "RssAnon:", 8) == 0)
			kib = strtoul(line + 8, NULL, 10); /* allow strtoul: /proc */
	(void)fclose(f);
	return kib;
}
