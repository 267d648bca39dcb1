/* server_answer: from our response to the library's: octets, a file, events.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <unistd.h>

#include "http/events.h"
#include "http/server_parts.h"

/* --- events
 * ----------------------------------------------------------------------------- */

static void listener_wake(void *ctx)
{
	struct listener *l = ctx;

	MHD_resume_connection(l->conn);
}

static void listener_sleep(void *ctx)
{
	struct listener *l = ctx;

	MHD_suspend_connection(l->conn);
}

static ssize_t listener_read(void *cls, uint64_t at, char *p, size_t max)
{
	struct listener *l = cls;
	long n = http_events_take(l->events, p, max, listener_sleep);

	(void)at;
	return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void listener_free(void *cls)
{
	struct listener *l = cls;

	pthread_mutex_lock(&l->server->lock);
	*l->self = l->next;
	if (l->next)
		l->next->self = l->self;
	l->server->stats.events--;
	pthread_mutex_unlock(&l->server->lock);
	http_events_detach(l->events);
	http_events_free(l->events);
	mem_free(l);
}

/* A place among the listeners, or false when there are as many as may be. */
static bool listener_add(struct http_server *s, struct listener *l)
{
	bool room;

	pthread_mutex_lock(&s->lock);
	room = !s->stopping && !s->draining && s->stats.events < s->conf.events_max;
	if (room) {
		l->next = s->listeners;
		l->self = &s->listeners;
		if (l->next)
			l->next->self = &l->next;
		s->listeners = l;
		s->stats.events++;
	} else {
		s->stats.refused_busy++;
	}
	pthread_mutex_unlock(&s->lock);
	return room;
}

static struct MHD_Response *of_events(struct call *call)
{
	enum { BLOCK = 4096 };
	struct listener *l = NEW(struct listener);
	struct MHD_Response *r;

	l->server = call->server;
	l->conn = call->conn;
	l->events = call->resp.events;
	if (!listener_add(call->server, l)) {
		mem_free(l);
		return NULL;
	}
	http_events_attach(l->events, listener_wake, l);
	call->resp.events = NULL;
	pthread_mutex_lock(&call->server->lock);
	if (call->slot)
		call->slot->limit = 0;
	pthread_mutex_unlock(&call->server->lock);
	r = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, BLOCK, listener_read, l, listener_free);
	if (!r)
		listener_free(l);
	return r;
}

/* --- all kinds
 * -------------------------------------------------------------------------- */

static struct MHD_Response *of_octets(const struct http_response *resp)
{
	/* The library wants a pointer it may write to and copies at once. */
	return MHD_create_response_from_buffer(resp->body.n,
		(void *)(uintptr_t)(resp->body.n ? (const void *)resp->body.p : ""),
		MHD_RESPMEM_MUST_COPY);
}

static struct MHD_Response *of_file(struct http_response *resp)
{
	struct MHD_Response *r = MHD_create_response_from_fd_at_offset64(
		resp->file_size, resp->file, resp->file_at);

	if (r)
		resp->is_file = false; /* the library closes it */
	return r;
}

void answer_drop(struct http_response *resp)
{
	if (resp->is_file)
		(void)close(resp->file);
	resp->is_file = false;
	if (resp->events)
		http_events_close(resp->events);
	http_events_free(resp->events);
	resp->events = NULL;
}

static void add(struct MHD_Response *r, const char *name, const char *value)
{
	(void)MHD_add_response_header(r, name, value);
}

/* What came is not all, or nothing more is wanted: no other request on this connection.
 */
static bool must_close(struct call *call)
{
	bool draining;

	pthread_mutex_lock(&call->server->lock);
	draining = call->server->draining;
	pthread_mutex_unlock(&call->server->lock);
	return draining || (call->refused && !call->done);
}

static enum MHD_Result queue(struct call *call, struct MHD_Response *r)
{
	const struct http_response *resp = &call->resp;
	enum MHD_Result result;

	if (resp->content_type)
		add(r, "Content-Type", resp->content_type);
	for (size_t i = 0; i < resp->header_count; i++)
		add(r, resp->headers[i].name, resp->headers[i].value);
	if (call->req.id[0])
		add(r, "X-Request-Id", call->req.id);
	if (must_close(call))
		add(r, "Connection", "close");
	call->status = resp->status;
	result = MHD_queue_response(call->conn, resp->status, r);
	MHD_destroy_response(r);
	return result;
}

enum MHD_Result answer_send(struct call *call)
{
	struct http_response *resp = &call->resp;
	struct MHD_Response *r = NULL;

	if (resp->silent)
		return MHD_NO;
	if (resp->events && call->req.method != HTTP_HEAD) {
		r = of_events(call);
		if (!r) {
			answer_drop(resp);
			*resp = (struct http_response){0};
			http_plain(resp, 503);
			http_set(resp, "Retry-After",
				arena_printf(call->arena, "%u",
					call->server->conf.retry_after_s));
			http_complete(resp);
		}
	} else if (resp->is_file) {
		r = of_file(resp);
	}
	if (!r)
		r = of_octets(resp);
	return r ? queue(call, r) : MHD_NO;
}

enum MHD_Result answer_refuse(
	struct http_server *s, struct MHD_Connection *conn, unsigned status)
{
	struct http_response resp = {0};
	struct MHD_Response *r;
	enum MHD_Result result;

	http_plain(&resp, status);
	pthread_mutex_lock(&s->lock);
	s->stats.refused_shape++;
	s->stats.answers[status / 100 % 6]++;
	pthread_mutex_unlock(&s->lock);
	r = of_octets(&resp);
	if (!r)
		return MHD_NO;
	add(r, "Content-Type", resp.content_type);
	add(r, "Cache-Control", "no-store");
	/* Where it ended is not known for certain: nothing more is read here. */
	if (s->site->handle)
		add(r, "Connection", "close");
	if (status == 405)
		add(r, "Allow", "GET, HEAD, POST, OPTIONS");
	result = MHD_queue_response(conn, status, r);
	MHD_destroy_response(r);
	return result;
}
