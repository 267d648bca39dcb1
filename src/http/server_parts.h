/* server_parts: what the server's files share; inside server*.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_HTTP_SERVER_PARTS_H
#define QY_HTTP_SERVER_PARTS_H

#include <microhttpd.h>
#include <pthread.h>

#include "base/buf.h"
#include "http/pool.h"
#include "http/server.h"

enum { TICKS_PER_SECOND = 4 };

/* One connection; `ticks` since it opened or its last request ended. */
struct slot {
	int fd;         /* -1: free */
	unsigned ticks; /* of the present stage */
	unsigned limit; /* ticks it may take; 0: as long as it likes (events) */
	char *target;   /* of the request being read, with its query; malloced */
	struct slot *next_free;
};

/* One stream of events being served. */
struct listener {
	struct http_server *server;
	struct MHD_Connection *conn;
	struct http_events *events;
	struct listener *next, **self; /* in the server's list */
};

struct http_server {
	struct MHD_Daemon *daemon;
	struct http_conf conf;
	const struct http_site *site;
	unsigned port;
	int listener; /* ours from quiesce on; -1 before */
	pthread_t reaper;
	bool reaping;
	int stop_fd;
	struct pool *pool;    /* null: no workers */
	pthread_mutex_t lock; /* of all below */
	struct slot *slots, *free_slot;
	struct listener *listeners;
	struct http_stats stats;
	bool draining, stopping;
};

enum task { TASK_HANDLE, TASK_PART, TASK_END, TASK_ABORT };

/* One request. While a worker has it, its connection sleeps. */
struct call {
	struct job job; /* first: a job is its call */
	enum task task;
	struct http_server *server;
	struct MHD_Connection *conn;
	struct slot *slot;
	struct arena *arena;
	struct http_request req;
	struct http_response resp;
	struct http_plan plan;
	struct buf body;
	uint8_t *part; /* HTTP_PART_MAX octets of a stream */
	size_t part_size;
	uint64_t received;
	void *upload;
	bool begun, ended; /* the stream */
	bool refused;      /* resp is the answer, whatever still comes */
	bool done;         /* resp is the answer, everything came */
	bool counted;
	int64_t started;
	unsigned status;
};

/* --- server_call.c: the callbacks of the library -------------------------------------
 */

enum MHD_Result call_on_request(void *cls, struct MHD_Connection *conn, const char *url,
	const char *method, const char *version, const char *data, size_t *size,
	void **state);
void call_on_completed(void *cls, struct MHD_Connection *conn, void **req,
	enum MHD_RequestTerminationCode code);
struct slot *call_slot(struct MHD_Connection *conn);

/* --- server_answer.c -----------------------------------------------------------------
 */

/* Queues the call's response; what it owns (a file, events) is taken or given up. */
enum MHD_Result answer_send(struct call *call);
/* Queues a plain refusal before there is a call. */
enum MHD_Result answer_refuse(
	struct http_server *s, struct MHD_Connection *conn, unsigned status);
/* Gives up what a response owns that is not sent. */
void answer_drop(struct http_response *resp);

#endif
