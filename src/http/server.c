/* server: the one file that knows libmicrohttpd.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What that library lacks is added here. Its timeout counts inactivity, so a client that
 * drips an octet a second would live for ever: a reaper counts ticks per connection and
 * shuts down those whose request takes too long. It writes to stderr: it is given a
 * logger. It decodes paths leniently: it is told not to decode.
 */
#include "http/server.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "http/listen.h"

enum { TICKS_PER_SECOND = 4, SECRETIVE = 4096 };

/* One connection; `ticks` since it opened or its last request ended. */
struct slot {
	int fd; /* -1: free */
	unsigned ticks;
};

struct http_server {
	struct MHD_Daemon *daemon;
	struct http_conf conf;
	const struct http_site *site;
	unsigned port;
	pthread_t reaper;
	bool reaping;
	int stop_fd;
	pthread_mutex_t lock; /* of the slots */
	struct slot *slots;
};

/* One request being received. */
struct call {
	struct arena *arena;
	struct http_request req;
	struct buf body;
};

static const struct http_conf defaults = {
	.body_max = 64 * 1024,
	.header_max = 16 * 1024,
	.connections_max = 64,
	.idle_s = 10,
	.total_s = 30,
	.threads = 1,
};

/* --- the reaper
 * ------------------------------------------------------------------------- */

static void reap(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	for (unsigned i = 0; i < s->conf.connections_max; i++) {
		struct slot *slot = &s->slots[i];

		/* The library closes the socket only after slot_close, which needs the
		 * lock, so this is never a number that means another file by now. */
		if (slot->fd >= 0 && ++slot->ticks > s->conf.total_s * TICKS_PER_SECOND)
			(void)shutdown(slot->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&s->lock);
}

static void *reaper(void *arg)
{
	struct http_server *s = arg;
	struct pollfd stop = {.fd = s->stop_fd, .events = POLLIN};

	while (poll(&stop, 1, 1000 / TICKS_PER_SECOND) <= 0)
		reap(s);
	return NULL;
}

static void slot_open(struct http_server *s, struct MHD_Connection *conn, void **ctx)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);

	*ctx = NULL;
	pthread_mutex_lock(&s->lock);
	for (unsigned i = 0; info && i < s->conf.connections_max && !*ctx; i++)
		if (s->slots[i].fd < 0) {
			s->slots[i] = (struct slot){.fd = info->connect_fd};
			*ctx = &s->slots[i];
		}
	pthread_mutex_unlock(&s->lock);
}

static void slot_close(struct http_server *s, struct slot *slot)
{
	pthread_mutex_lock(&s->lock);
	if (slot)
		slot->fd = -1;
	pthread_mutex_unlock(&s->lock);
}

static void on_connection(void *cls, struct MHD_Connection *conn, void **ctx,
	enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		slot_open(cls, conn, ctx);
	else
		slot_close(cls, *ctx);
}

/* --- one request
 * ------------------------------------------------------------------------- */

static void call_free(struct call *call)
{
	if (!call)
		return;
	/* It may have been a PIN. */
	if (call->body.n && call->body.n <= SECRETIVE)
		mem_wipe(call->body.p, call->body.n);
	buf_fini(&call->body);
	arena_free(call->arena);
	mem_free(call);
}

static void on_completed(void *cls, struct MHD_Connection *conn, void **req,
	enum MHD_RequestTerminationCode code)
{
	struct http_server *s = cls;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct slot *slot = info ? info->socket_context : NULL;

	(void)code;
	pthread_mutex_lock(&s->lock);
	if (slot)
		slot->ticks = 0;
	pthread_mutex_unlock(&s->lock);
	call_free(*req);
	*req = NULL;
}

/* Names and values live as long as the request does in the library. */
static enum MHD_Result on_header(
	void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct http_request *req = cls;

	(void)kind;
	if (req->header_count == HTTP_HEADERS_MAX)
		return MHD_NO;
	req->headers[req->header_count++] =
		(struct http_header){name, value ? value : ""};
	return MHD_YES;
}

static enum MHD_Result answer(
	struct MHD_Connection *conn, const struct http_response *resp)
{
	enum MHD_Result result;
	struct MHD_Response *r;

	/* The library wants a pointer it may write to and copies at once. */
	r = MHD_create_response_from_buffer(resp->body.n,
		(void *)(uintptr_t)(resp->body.n ? (const void *)resp->body.p : ""),
		MHD_RESPMEM_MUST_COPY);
	if (!r)
		return MHD_NO;
	if (resp->content_type)
		(void)MHD_add_response_header(r, "Content-Type", resp->content_type);
	for (size_t i = 0; i < resp->header_count; i++)
		(void)MHD_add_response_header(
			r, resp->headers[i].name, resp->headers[i].value);
	result = MHD_queue_response(conn, resp->status, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *conn, unsigned status)
{
	struct http_response resp = {0};

	http_plain(&resp, status);
	http_set(&resp, "Cache-Control", "no-store");
	if (status == 405)
		http_set(&resp, "Allow", "GET, HEAD, POST, OPTIONS");
	return answer(conn, &resp);
}

static unsigned method_of(const char *name)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {{"GET", HTTP_GET}, {"HEAD", HTTP_HEAD}, {"POST", HTTP_POST},
		{"OPTIONS", HTTP_OPTIONS}};

	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(methods[i].name, name) == 0)
			return methods[i].method;
	return 0;
}

static struct http_peer peer_of(struct MHD_Connection *conn)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct sockaddr_storage to;
	struct http_peer peer = {0};

	if (!info || !info->client_addr)
		return peer;
	peer.v6 = info->client_addr->sa_family == AF_INET6;
	memcpy(&to, info->client_addr,
		peer.v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
	peer.loopback =
		peer.v6 ? IN6_IS_ADDR_LOOPBACK(&((struct sockaddr_in6 *)&to)->sin6_addr)
			: ((struct sockaddr_in *)&to)->sin_addr.s_addr ==
				  htonl(INADDR_LOOPBACK);
	peer.port = ntohs(peer.v6 ? ((struct sockaddr_in6 *)&to)->sin6_port
				  : ((struct sockaddr_in *)&to)->sin_port);
	return peer;
}

/* Does its Content-Length say more than max? */
static bool says_too_much(const struct http_request *req, size_t max)
{
	const char *length = http_header(req, "Content-Length");
	uint64_t n = 0;

	/* The library has refused what is no number. */
	for (const char *p = length; p && *p >= '0' && *p <= '9' && n <= max; p++)
		n = n * 10 + (uint64_t)(*p - '0');
	return n > max;
}

/* The headers are there, the body is not: refuse now what will be refused anyway. */
static enum MHD_Result begin(struct http_server *s, struct MHD_Connection *conn,
	const char *url, const char *method, void **state)
{
	struct call *call;
	unsigned m = method_of(method);
	size_t body_max = s->conf.body_max;

	if (!m)
		return s->conf.admit ? MHD_NO : refuse(conn, 405);
	call = NEW(struct call);
	*state = call;
	call->arena = arena_new();
	call->req.peer = peer_of(conn);
	call->req.arena = call->arena;
	call->req.method = (enum http_method)m;
	call->req.target = arena_str(call->arena, bytes_str(url));
	if (MHD_get_connection_values(conn, MHD_HEADER_KIND, NULL, NULL) >
		HTTP_HEADERS_MAX)
		return s->conf.admit ? MHD_NO : refuse(conn, 431);
	(void)MHD_get_connection_values(conn, MHD_HEADER_KIND, on_header, &call->req);
	if (s->conf.admit && !s->conf.admit(s->site->ctx, &call->req, &body_max))
		return MHD_NO;
	call->body = buf_make(body_max);
	return says_too_much(&call->req, body_max) ? refuse(conn, 413) : MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *conn, const char *url,
	const char *method, const char *version, const char *data, size_t *size,
	void **state)
{
	struct http_server *s = cls;
	struct call *call = *state;
	struct http_response resp;
	struct err e;

	(void)version;
	if (!call)
		return begin(s, conn, url, method, state);
	if (*size) {
		/* Too long without having said so: nothing but closing stops it. */
		if (!buf_put(&call->body, bytes_make(data, *size), &e))
			return MHD_NO;
		*size = 0;
		return MHD_YES;
	}
	if (call->req.method == HTTP_POST)
		call->req.body = buf_bytes(&call->body);
	http_dispatch(s->site, &call->req, &resp);
	return resp.silent ? MHD_NO : answer(conn, &resp);
}

static size_t keep_escapes(void *cls, struct MHD_Connection *conn, char *text)
{
	(void)cls;
	(void)conn;
	return strlen(text);
}

__attribute__((format(printf, 2, 0))) static void on_log(
	void *cls, const char *fmt, va_list ap)
{
	struct http_server *s = cls;
	char line[500];

	if (!s->conf.log)
		return;
	(void)vsnprintf(line, sizeof line, fmt, ap);
	s->conf.log(s->site->ctx, line);
}

/* --- start and stop
 * -------------------------------------------------------------------- */

static void apply_defaults(struct http_conf *c)
{
	c->body_max = c->body_max ? c->body_max : defaults.body_max;
	c->header_max = c->header_max ? c->header_max : defaults.header_max;
	c->connections_max =
		c->connections_max ? c->connections_max : defaults.connections_max;
	c->idle_s = c->idle_s ? c->idle_s : defaults.idle_s;
	c->total_s = c->total_s ? c->total_s : defaults.total_s;
	c->threads = c->threads ? c->threads : defaults.threads;
}

static bool start_daemon(struct http_server *s, int fd, struct err *e)
{
	const struct http_conf *c = &s->conf;
	struct MHD_OptionItem options[] = {
		/* First, so that what goes wrong with the others is not on stderr. */
		{MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_log, s},
		{MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, s},
		{MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, s},
		{MHD_OPTION_LISTEN_SOCKET, fd, NULL},
		{MHD_OPTION_CONNECTION_LIMIT, (intptr_t)c->connections_max, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)c->idle_s, NULL},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)c->header_max, NULL},
		{c->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
			(intptr_t)c->threads, NULL},
		{MHD_OPTION_END, 0, NULL},
	};

	s->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0,
		NULL, NULL, on_request, s, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
	if (!s->daemon)
		return err_set(e, ERR_IO, "the HTTP server does not start");
	return true;
}

bool http_serve(struct http_server **out, const struct http_conf *conf,
	const struct http_site *site, struct err *e)
{
	AUTO(http_server) s = NEW(struct http_server);
	int fd;

	s->conf = *conf;
	s->site = site;
	s->stop_fd = -1;
	pthread_mutex_init(&s->lock, NULL);
	apply_defaults(&s->conf);
	s->slots = mem_alloc(s->conf.connections_max * sizeof *s->slots);
	for (unsigned i = 0; i < s->conf.connections_max; i++)
		s->slots[i].fd = -1;
	if (!listen_open(&fd, &s->port, conf->listen, e))
		return false;
	if (!start_daemon(s, fd, e)) {
		(void)close(fd);
		return false;
	}
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (s->stop_fd < 0)
		return err_system(e, ERR_IO, "eventfd");
	if (pthread_create(&s->reaper, NULL, reaper, s) != 0)
		return err_set(e, ERR_IO, "no thread");
	s->reaping = true;
	*out = http_server_move(&s);
	return true;
}

unsigned http_server_port(const struct http_server *s)
{
	return s->port;
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	if (s->reaping) {
		uint64_t one = 1;

		(void)!write(s->stop_fd, &one, sizeof one);
		(void)pthread_join(s->reaper, NULL);
	}
	if (s->stop_fd >= 0)
		(void)close(s->stop_fd);
	/* Closes the listening socket too. */
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	pthread_mutex_destroy(&s->lock);
	mem_free(s->slots);
	mem_free(s);
}
