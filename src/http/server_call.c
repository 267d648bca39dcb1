/* server_call: one request from its headers to its answer.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library calls with the headers, then with parts of the body, then once more. Where
 * something may wait, the connection is suspended first and a worker gets the call; it
 * resumes the connection, and the library calls again.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "http/server_parts.h"
#include "http/shape.h"

enum {
	SECRETIVE = 64 * 1024,
	/* What is read of a body that was refused, so that the client, busy sending,
	 * hears the answer; beyond, the connection is closed. */
	SWALLOW_MAX = 4 * 1024 * 1024,
	/* A body said to be this short is swallowed before its refusal is sent. */
	SWALLOW_FIRST = 256 * 1024,
	LIBRARY_IS_STRICT =
		0x00097600 /* from this version on it looks at line ends itself */
};

static bool is_strict(const struct http_server *s)
{
	return s->site->handle != NULL;
}

struct slot *call_slot(struct MHD_Connection *conn)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* --- the end
 * ---------------------------------------------------------------------------- */

static void call_free(struct call *call)
{
	/* It may have been a PIN, a password. */
	if (call->body.n && call->body.n <= SECRETIVE)
		mem_wipe(call->body.p, call->body.n);
	buf_fini(&call->body);
	answer_drop(&call->resp);
	mem_free(call->part);
	arena_free(call->arena);
	mem_free(call);
}

static void stream_abort(struct call *call)
{
	const struct http_stream *stream = call->plan.stream;

	if (call->begun && !call->ended)
		stream->end(call->server->site->ctx, &call->req, call->upload, false,
			&call->resp);
	call->ended = true;
	call_free(call);
}

const int64_t http_latency_bounds[HTTP_LATENCIES] = {1000, 2000, 5000, 10000, 20000,
	50000, 100000, 200000, 500000, 1000000, 2000000, 5000000};

/* Locked. */
static void count_end(struct http_server *s, const struct call *call)
{
	int64_t took = s->conf.world->now(s->conf.world) - call->started;
	size_t step = 0;

	took = took < 0 ? 0 : took; /* the clock was set back */
	while (step < HTTP_LATENCIES && took > http_latency_bounds[step])
		step++;
	s->stats.in_flight--;
	if (!call->status)
		return;
	s->stats.answers[call->status / 100 % 6]++;
	s->stats.latency[step]++;
	s->stats.latency_sum_us += (uint64_t)took;
}

void call_on_completed(void *cls, struct MHD_Connection *conn, void **state,
	enum MHD_RequestTerminationCode code)
{
	struct http_server *s = cls;
	struct slot *slot = call_slot(conn);
	struct call *call = *state;

	(void)code;
	*state = NULL;
	pthread_mutex_lock(&s->lock);
	if (slot) {
		slot->ticks = 0;
		slot->limit = (s->conf.head_s + s->conf.idle_s) * TICKS_PER_SECOND;
	}
	if (call && call->counted)
		count_end(s, call);
	pthread_mutex_unlock(&s->lock);
	if (!call)
		return;
	call->task = TASK_ABORT;
	if (call->begun && !call->ended && s->pool)
		pool_push_always(s->pool, &call->job);
	else
		stream_abort(call);
}

/* --- on a worker
 * ------------------------------------------------------------------------ */

static void refuse_by_stream(struct call *call)
{
	call->refused = true;
	http_complete(&call->resp);
}

/* Hands over what is gathered; begins first. */
static void stream_part(struct call *call)
{
	const struct http_stream *stream = call->plan.stream;
	void *ctx = call->server->site->ctx;

	if (!call->begun) {
		if (!stream->begin(ctx, &call->req, &call->upload, &call->resp)) {
			refuse_by_stream(call);
			return;
		}
		call->begun = true;
	}
	if (call->part_size &&
		!stream->put(ctx, &call->req, call->upload,
			bytes_make(call->part, call->part_size), &call->resp))
		refuse_by_stream(call);
	call->part_size = 0;
}

static void stream_end(struct call *call)
{
	stream_part(call);
	if (!call->begun || call->ended)
		return;
	call->ended = true;
	if (call->refused) {
		struct http_response ignored = {0};

		call->plan.stream->end(call->server->site->ctx, &call->req, call->upload,
			false, &ignored);
		answer_drop(&ignored);
		return;
	}
	call->plan.stream->end(
		call->server->site->ctx, &call->req, call->upload, true, &call->resp);
	http_complete(&call->resp);
}

static void task_run(struct call *call)
{
	switch (call->task) {
	case TASK_PART:
		stream_part(call);
		break;
	case TASK_END:
		stream_end(call);
		call->done = true;
		break;
	case TASK_HANDLE:
	case TASK_ABORT:
	default:
		http_dispatch(call->server->site, &call->req, &call->resp);
		call->done = true;
	}
}

static void job_run(struct job *job)
{
	struct call *call = (struct call *)job;

	if (call->task == TASK_ABORT) {
		stream_abort(call);
		return;
	}
	task_run(call);
	/* From here on the call is the network's again, and may be gone. */
	MHD_resume_connection(call->conn);
}

/* Busy: nobody could take it. */
static void refuse_busy(struct call *call)
{
	struct http_server *s = call->server;

	answer_drop(&call->resp);
	call->resp = (struct http_response){0};
	http_plain(&call->resp, 503);
	http_set(&call->resp, "Retry-After",
		arena_printf(call->arena, "%u", s->conf.retry_after_s));
	http_complete(&call->resp);
	call->refused = true;
	pthread_mutex_lock(&s->lock);
	s->stats.refused_busy++;
	pthread_mutex_unlock(&s->lock);
}

/* Runs the task: here, or on a worker while the connection sleeps (then *sleeps). */
static void task_start(struct call *call, enum task task, bool *sleeps)
{
	struct http_server *s = call->server;
	bool go;

	*sleeps = false;
	call->task = task;
	if (!s->pool || (task == TASK_HANDLE && call->plan.at_once)) {
		task_run(call);
		return;
	}
	pthread_mutex_lock(&s->lock);
	go = !s->stopping && pool_reserve(s->pool);
	/* Before the queue: a worker could be done, and resume, before we suspend. And
	 * before the lock is given back: whoever stops waits for those who sleep. */
	if (go) {
		MHD_suspend_connection(call->conn);
		pool_push(s->pool, &call->job);
	}
	pthread_mutex_unlock(&s->lock);
	*sleeps = go;
	if (!go)
		refuse_busy(call);
}

/* --- the headers
 * ------------------------------------------------------------------------ */

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

union socket_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static void client_of(struct http_client *c, const union socket_address *at)
{
	if (at->any.sa_family == AF_INET6) {
		memcpy(c->address, &at->v6.sin6_addr, 16);
		(void)inet_ntop(AF_INET6, c->address, c->text, sizeof c->text);
		return;
	}
	c->address[10] = c->address[11] = 0xff;
	memcpy(c->address + 12, &at->v4.sin_addr, 4);
	(void)inet_ntop(AF_INET, c->address + 12, c->text, sizeof c->text);
}

/* Who is at the other end; true: it may be a proxy of this machine. */
static bool peer_set(struct MHD_Connection *conn, struct http_request *req)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	union socket_address at = {0};
	bool v6;

	if (!info || !info->client_addr || info->client_addr->sa_family == AF_UNIX) {
		memcpy(req->client.text, "unix", sizeof "unix");
		return info && info->client_addr;
	}
	v6 = info->client_addr->sa_family == AF_INET6;
	memcpy(&at, info->client_addr, v6 ? sizeof at.v6 : sizeof at.v4);
	req->peer.v6 = v6;
	req->peer.loopback = v6 ? IN6_IS_ADDR_LOOPBACK(&at.v6.sin6_addr)
				: at.v4.sin_addr.s_addr == htonl(INADDR_LOOPBACK);
	req->peer.port = ntohs(v6 ? at.v6.sin6_port : at.v4.sin_port);
	client_of(&req->client, &at);
	return req->peer.loopback;
}

/* Does its Content-Length say more than max? The library has refused what is no number.
 */
static bool says_too_much(const struct http_request *req, uint64_t max)
{
	uint64_t n = 0;

	for (const char *p = http_header(req, "Content-Length");
		p && *p >= '0' && *p <= '9' && n <= max; p++)
		n = n * 10 + (uint64_t)(*p - '0');
	return n > max;
}

static struct call *call_new(struct http_server *s, struct MHD_Connection *conn)
{
	struct call *call = NEW(struct call);

	call->job.run = job_run;
	call->server = s;
	call->conn = conn;
	call->slot = call_slot(conn);
	call->arena = arena_new();
	call->req.arena = call->arena;
	call->plan = (struct http_plan){
		.body_max = s->conf.body_max, .total_s = s->conf.total_s};
	call->counted = true;
	call->started = s->conf.world->now(s->conf.world);
	pthread_mutex_lock(&s->lock);
	s->stats.in_flight++;
	pthread_mutex_unlock(&s->lock);
	return call;
}

static void id_set(struct http_server *s, char id[HTTP_ID + 1])
{
	static const char hex[] = "0123456789abcdef";
	uint8_t octets[HTTP_ID / 2];

	s->conf.world->random(s->conf.world, octets, sizeof octets);
	for (size_t i = 0; i < HTTP_ID; i++)
		id[i] = hex[octets[i / 2] >> (i % 2 ? 0 : 4) & 15];
	id[HTTP_ID] = 0;
}

static void deadline_set(struct call *call)
{
	pthread_mutex_lock(&call->server->lock);
	if (call->slot) {
		call->slot->ticks = 0;
		call->slot->limit = call->plan.total_s * TICKS_PER_SECOND;
	}
	pthread_mutex_unlock(&call->server->lock);
}

/* Where the head of the request ends in the library's buffer. The method is the first
 * thing in it. */
static const char *head_end(struct MHD_Connection *conn, const char *method)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(conn, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	return info && MHD_VERSION < LIBRARY_IS_STRICT ? method + info->header_size
						       : NULL;
}

/* 0, or the status of a refusal; only for sites served strictly. */
static unsigned strict_check(
	struct call *call, const char *method, const char *version, bool near)
{
	struct http_server *s = call->server;
	struct shape shape = {.version = version,
		.head_end = head_end(call->conn, method),
		.target_max = s->conf.target_max};
	unsigned status;

	call->req.target = call->slot && call->slot->target ? call->slot->target : "";
	if (!call->req.method)
		return 501;
	status = shape_check(&call->req, &shape);
	if (!status && !shape_client(&call->req, s->conf.trust_proxy && near))
		status = 400;
	id_set(s, call->req.id);
	return status;
}

/* The answer is known and the body is not here: a short one is swallowed first. */
static enum MHD_Result refuse_early(struct call *call)
{
	call->refused = true;
	if (shape_length(&call->req) <= SWALLOW_FIRST)
		return MHD_YES;
	return answer_send(call);
}

static enum MHD_Result plan(struct call *call)
{
	const struct http_site *site = call->server->site;

	if (site->plan && !site->plan(site->ctx, &call->req, &call->plan, &call->resp)) {
		http_complete(&call->resp);
		return refuse_early(call);
	}
	deadline_set(call);
	if (says_too_much(&call->req, call->plan.body_max)) {
		http_plain(&call->resp, 413);
		http_complete(&call->resp);
		return refuse_early(call);
	}
	if (!call->plan.stream)
		call->body = buf_make((size_t)call->plan.body_max);
	else
		call->part = mem_alloc(HTTP_PART_MAX);
	return MHD_YES;
}

/* A site of routes only, as the agent and the small services are: what is refused may be
 * met with silence. */
static enum MHD_Result begin_plain(struct call *call, const char *url)
{
	struct http_server *s = call->server;
	size_t body_max = s->conf.body_max;

	call->req.target = arena_str(call->arena, bytes_str(url));
	if (!(call->req.method & (HTTP_GET | HTTP_HEAD | HTTP_POST | HTTP_OPTIONS)))
		return s->conf.admit ? MHD_NO : answer_refuse(s, call->conn, 405);
	if (s->conf.admit && !s->conf.admit(s->site->ctx, &call->req, &body_max))
		return MHD_NO;
	call->plan.body_max = body_max;
	call->body = buf_make(body_max);
	if (says_too_much(&call->req, body_max))
		return answer_refuse(s, call->conn, 413);
	return MHD_YES;
}

/* The headers are there, the body is not: refuse now what will be refused anyway. */
static enum MHD_Result begin(struct http_server *s, struct MHD_Connection *conn,
	const char *url, const char *method, const char *version, void **state)
{
	struct call *call = call_new(s, conn);
	unsigned status;
	bool near;

	*state = call;
	call->req.method = (enum http_method)http_method_of(method);
	near = peer_set(conn, &call->req);
	if (MHD_get_connection_values(conn, MHD_HEADER_KIND, NULL, NULL) >
		HTTP_HEADERS_MAX)
		return s->conf.admit ? MHD_NO : answer_refuse(s, conn, 431);
	(void)MHD_get_connection_values(conn, MHD_HEADER_KIND, on_header, &call->req);
	if (!is_strict(s))
		return begin_plain(call, url);
	status = strict_check(call, method, version, near);
	return status ? answer_refuse(s, conn, status) : plan(call);
}

/* --- the body
 * --------------------------------------------------------------------------- */

static void refuse_too_large(struct call *call)
{
	http_plain(&call->resp, 413);
	http_complete(&call->resp);
	call->refused = true;
}

static enum MHD_Result on_data(struct call *call, const char *data, size_t *size)
{
	size_t n = *size;
	struct err e;
	bool sleeps;

	call->received += n;
	if (!call->refused && call->received > call->plan.body_max)
		refuse_too_large(call);
	if (call->refused) {
		*size = 0;
		return call->received > call->plan.body_max + SWALLOW_MAX ? MHD_NO
									  : MHD_YES;
	}
	if (!call->plan.stream) {
		*size = 0;
		return buf_put(&call->body, bytes_make(data, n), &e) ? MHD_YES : MHD_NO;
	}
	if (n > HTTP_PART_MAX - call->part_size)
		n = HTTP_PART_MAX - call->part_size;
	memcpy(call->part + call->part_size, data, n);
	call->part_size += n;
	call->received -= *size - n; /* comes again */
	*size -= n;
	if (call->part_size == HTTP_PART_MAX)
		task_start(call, TASK_PART, &sleeps);
	return MHD_YES;
}

static enum MHD_Result on_end(struct call *call)
{
	bool sleeps = false;

	if (!call->done && !call->refused) {
		if (call->req.method & (HTTP_POST | HTTP_PUT | HTTP_PATCH))
			call->req.body = buf_bytes(&call->body);
		task_start(call, call->plan.stream ? TASK_END : TASK_HANDLE, &sleeps);
		if (sleeps)
			return MHD_YES;
	}
	call->done = true;
	return answer_send(call);
}

enum MHD_Result call_on_request(void *cls, struct MHD_Connection *conn, const char *url,
	const char *method, const char *version, const char *data, size_t *size,
	void **state)
{
	struct call *call = *state;

	if (!call)
		return begin(cls, conn, url, method, version, state);
	return *size ? on_data(call, data, size) : on_end(call);
}
