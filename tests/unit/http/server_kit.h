/* server_kit: a site to test the server with, and raw sockets to talk to it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The site: GET /echo (the query comes back), POST /echo (the body), /slow/MS (waits),
 * PUT /stream (counts octets; /stream/refuse begins with a refusal, /stream/full refuses
 * in the middle), /events, /file, /client, /private (refused by the plan: 401).
 */
#ifndef QY_TESTS_SERVER_KIT_H
#define QY_TESTS_SERVER_KIT_H

#include "http/events.h"
#include "http/server.h"

enum { KIT_LISTENERS = 2000 };

struct kit {
	struct http_site site;
	struct http_server *server;
	struct http_events *events[KIT_LISTENERS];
	unsigned event_count;
	/* Counted by workers, looked at by the test. */
	_Atomic unsigned begun, whole, broken; /* streams */
	_Atomic uint64_t octets;
	_Atomic unsigned handled;
};

/* Starts a server for the kit; listen may be null: a port of loopback. Aborts the test on
 * failure. */
void kit_start(struct kit *k, struct http_conf conf);
void kit_stop(struct kit *k);

int kit_dial(const struct kit *k);
/* The same at any port; -1 when it is refused. */
int kit_dial_port(unsigned port);
void kit_say(int fd, const char *text);
/* What comes until the end of the connection, at most ms; NUL behind it. */
size_t kit_hear(int fd, char *p, size_t cap, int ms);
/* What comes until `mark` stands in it. */
bool kit_hear_until(int fd, char *p, size_t cap, const char *mark, int ms);
/* Asks on a new connection, hears to its end. */
size_t kit_talk(const struct kit *k, const char *text, char *p, size_t cap);

/* Tells all listeners; returns how many heard. */
unsigned kit_tell(struct kit *k, const char *text);

/* Resident and anonymous memory of this process, in KiB. */
unsigned long kit_memory(void);

#endif
