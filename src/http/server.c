/* server: starting, stopping, draining, and what watches over connections.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the library lacks is added here. Its timeout counts inactivity, so a client that
 * drips an octet a second would live for ever: a reaper counts ticks per connection and
 * shuts down those whose request takes too long. It writes to stderr: it is given a
 * logger. It decodes paths leniently: it is told not to decode.
 */
#include "http/server.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/events.h"
#include "http/listen.h"
#include "http/server_parts.h"

static const struct http_conf defaults = {
	.body_max = 64 * 1024,
	.header_max = 16 * 1024,
	.target_max = 4096,
	.connections_max = 64,
	.idle_s = 10,
	.total_s = 30,
	.threads = 1,
	.queue_max = 256,
	.retry_after_s = 2,
	.events_max = 1000,
	.heartbeat_s = 15,
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
		if (slot->fd >= 0 && slot->limit && ++slot->ticks > slot->limit) {
			(void)shutdown(slot->fd, SHUT_RDWR);
			s->stats.cut++;
			slot->limit = 0;
		}
	}
	pthread_mutex_unlock(&s->lock);
}

static void beat(struct http_server *s, void (*each)(struct http_events *ev))
{
	pthread_mutex_lock(&s->lock);
	for (struct listener *l = s->listeners; l; l = l->next)
		each(l->events);
	pthread_mutex_unlock(&s->lock);
}

static void *reaper(void *arg)
{
	struct http_server *s = arg;
	struct pollfd stop = {.fd = s->stop_fd, .events = POLLIN};
	unsigned ticks = 0;

	while (poll(&stop, 1, 1000 / TICKS_PER_SECOND) <= 0) {
		reap(s);
		if (++ticks % (s->conf.heartbeat_s * TICKS_PER_SECOND) == 0)
			beat(s, http_events_beat);
	}
	return NULL;
}

/* --- connections
 * ------------------------------------------------------------------------ */

static void slot_open(struct http_server *s, struct MHD_Connection *conn, void **ctx)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct slot *slot;

	pthread_mutex_lock(&s->lock);
	slot = info ? s->free_slot : NULL;
	if (slot) {
		s->free_slot = slot->next_free;
		*slot = (struct slot){.fd = info->connect_fd,
			.limit = s->conf.head_s * TICKS_PER_SECOND};
		s->stats.connections++;
	}
	pthread_mutex_unlock(&s->lock);
	*ctx = slot;
}

static void slot_close(struct http_server *s, struct slot *slot)
{
	if (!slot)
		return;
	pthread_mutex_lock(&s->lock);
	mem_free(slot->target);
	*slot = (struct slot){.fd = -1, .next_free = s->free_slot};
	s->free_slot = slot;
	s->stats.connections--;
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

/* The one place where the library shows a target as it came. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *conn)
{
	struct http_server *s = cls;
	struct slot *slot = call_slot(conn);

	if (!s->site->handle || !slot)
		return NULL;
	mem_free(slot->target);
	slot->target = mem_str(uri);
	return NULL;
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

/* --- start
 * ------------------------------------------------------------------------------ */

#define DEFAULT(c, member) ((c)->member = (c)->member ? (c)->member : defaults.member)

static void apply_defaults(struct http_conf *c)
{
	DEFAULT(c, body_max);
	DEFAULT(c, header_max);
	DEFAULT(c, target_max);
	DEFAULT(c, connections_max);
	DEFAULT(c, idle_s);
	DEFAULT(c, total_s);
	DEFAULT(c, threads);
	DEFAULT(c, queue_max);
	DEFAULT(c, retry_after_s);
	DEFAULT(c, events_max);
	DEFAULT(c, heartbeat_s);
	if (!c->head_s)
		c->head_s = c->total_s;
	if (!c->world)
		c->world = world_system();
}

static bool start_daemon(struct http_server *s, int fd, struct err *e)
{
	const struct http_conf *c = &s->conf;
	struct MHD_OptionItem options[] = {
		/* First, so that what goes wrong with the others is not on stderr. */
		{MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_log, s},
		{MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL},
		{MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, s},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)call_on_completed, s},
		{MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, s},
		{MHD_OPTION_LISTEN_SOCKET, fd, NULL},
		{MHD_OPTION_STRICT_FOR_CLIENT, s->site->handle ? 1 : 0, NULL},
		{MHD_OPTION_CONNECTION_LIMIT, (intptr_t)c->connections_max, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)c->idle_s, NULL},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)c->header_max, NULL},
		{c->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
			(intptr_t)c->threads, NULL},
		{MHD_OPTION_END, 0, NULL},
	};

	s->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG |
					     MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC,
		0, NULL, NULL, call_on_request, s, MHD_OPTION_ARRAY, options,
		MHD_OPTION_END);
	if (!s->daemon)
		return err_set(e, ERR_IO, "the HTTP server does not start");
	return true;
}

static void slots_make(struct http_server *s)
{
	s->slots = mem_alloc(s->conf.connections_max * sizeof *s->slots);
	for (unsigned i = s->conf.connections_max; i-- > 0;) {
		s->slots[i] = (struct slot){.fd = -1, .next_free = s->free_slot};
		s->free_slot = &s->slots[i];
	}
}

static bool start_threads(struct http_server *s, struct err *e)
{
	if (s->conf.workers && !pool_new(&s->pool, s->conf.workers, s->conf.queue_max, e))
		return false;
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (s->stop_fd < 0)
		return err_system(e, ERR_IO, "eventfd");
	if (pthread_create(&s->reaper, NULL, reaper, s) != 0)
		return err_set(e, ERR_IO, "no thread");
	s->reaping = true;
	return true;
}

static bool start_listening(struct http_server *s, int *fd, struct err *e)
{
	struct listen_conf conf = {.address = s->conf.listen,
		.any = s->conf.any_address,
		.unix_mode = s->conf.unix_mode};

	if (s->conf.has_listener) {
		*fd = s->conf.listener;
		return listen_adopt(*fd, &s->port, e);
	}
	return listen_open(fd, &s->port, &conf, e);
}

bool http_serve(struct http_server **out, const struct http_conf *conf,
	const struct http_site *site, struct err *e)
{
	AUTO(http_server) s = NEW(struct http_server);
	int fd;

	s->conf = *conf;
	s->site = site;
	s->stop_fd = s->listener = -1;
	pthread_mutex_init(&s->lock, NULL);
	apply_defaults(&s->conf);
	slots_make(s);
	if (!start_threads(s, e) || !start_listening(s, &fd, e))
		return false;
	if (!start_daemon(s, fd, e)) {
		(void)close(fd);
		return false;
	}
	*out = http_server_move(&s);
	return true;
}

unsigned http_server_port(const struct http_server *s)
{
	return s->port;
}

/* --- while it runs
 * ---------------------------------------------------------------------- */

struct http_stats http_server_stats(struct http_server *s)
{
	struct http_stats stats;

	pthread_mutex_lock(&s->lock);
	stats = s->stats;
	pthread_mutex_unlock(&s->lock);
	if (s->pool)
		pool_count(s->pool, &stats.queued, &stats.busy_workers);
	return stats;
}

static int listening(const struct http_server *s)
{
	const union MHD_DaemonInfo *info;

	if (s->listener >= 0)
		return s->listener;
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_LISTEN_FD);
	return info ? info->listen_fd : -1;
}

bool http_server_listener(const struct http_server *s, int *fd, struct err *e)
{
	int copy = fcntl(listening(s), F_DUPFD_CLOEXEC, 0);

	if (copy < 0)
		return err_system(e, ERR_IO, "the listening socket");
	*fd = copy;
	return true;
}

void http_server_quiesce(struct http_server *s)
{
	if (s->listener < 0)
		s->listener = MHD_quiesce_daemon(s->daemon);
}

/* Ticks of calm before nobody is believed to be there: a connection that was accepted in
 * the moment of quiescing is counted only when its thread comes round to it. */
enum { CALM_TICKS = 4 };

bool http_server_drain(struct http_server *s, unsigned seconds)
{
	unsigned left = seconds * TICKS_PER_SECOND, calm = 0;

	http_server_quiesce(s);
	pthread_mutex_lock(&s->lock);
	s->draining = true;
	pthread_mutex_unlock(&s->lock);
	beat(s, http_events_close);
	for (;;) {
		pthread_mutex_lock(&s->lock);
		calm = s->stats.connections ? 0 : calm + 1;
		pthread_mutex_unlock(&s->lock);
		if (calm > CALM_TICKS || !left--)
			return calm != 0;
		(void)poll(NULL, 0, 1000 / TICKS_PER_SECOND);
	}
}

/* --- stop
 * ------------------------------------------------------------------------------- */

static void reaper_stop(struct http_server *s)
{
	uint64_t one = 1;

	if (s->reaping) {
		(void)!write(s->stop_fd, &one, sizeof one);
		(void)pthread_join(s->reaper, NULL);
	}
	if (s->stop_fd >= 0)
		(void)close(s->stop_fd);
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	reaper_stop(s);
	if (s->daemon) {
		/* Nobody falls asleep from here on, and who sleeps is woken: the library
		 * cannot stop over sleeping connections. */
		pthread_mutex_lock(&s->lock);
		s->stopping = true;
		pthread_mutex_unlock(&s->lock);
		http_server_quiesce(s);
		beat(s, http_events_close);
		if (s->pool)
			pool_idle(s->pool);
		MHD_stop_daemon(s->daemon);
	}
	pool_free(s->pool); /* streams that were cut off end here */
	if (s->listener >= 0)
		(void)close(s->listener);
	for (unsigned i = 0; i < s->conf.connections_max; i++)
		mem_free(s->slots[i].target);
	pthread_mutex_destroy(&s->lock);
	mem_free(s->slots);
	mem_free(s);
}
