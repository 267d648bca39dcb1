/* server_kit: a server of the tests' own, on loopback.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_SERVER_KIT_H
#define QY_TESTS_SERVER_KIT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

/* A server that hears out one request a connection and says what it was told to. */
struct server {
	int fd;
	unsigned port, served;
	const char *say;  /* %u stands for its own port */
	bool drip;        /* an octet each 50 ms, for ever */
	char heard[4000]; /* the last request */
	pthread_t thread;
};

static inline bool heard_all(const char *text)
{
	const char *end = strstr(text, "\r\n\r\n"),
		   *length = strstr(text, "Content-Length: ");

	return end && strlen(end + 4) >= (length ? strtoul(length + 16, NULL, 10) : 0);
}

static inline void hear(struct server *s, int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	size_t n = 0;

	memset(s->heard, 0, sizeof s->heard);
	while (!heard_all(s->heard) && poll(&ready, 1, 2000) > 0) {
		ssize_t got = recv(fd, s->heard + n, sizeof s->heard - 1 - n, 0);

		if (got <= 0)
			return;
		n += (size_t)got;
	}
}

static inline void say_it(struct server *s, int fd)
{
	char text[4000];

	if (s->drip) {
		struct timespec pause = {0, 50 * 1000 * 1000};

		(void)!send(fd, s->say, strlen(s->say), MSG_NOSIGNAL);
		while (send(fd, "H", 1, MSG_NOSIGNAL) == 1)
			(void)nanosleep(&pause, NULL);
		return;
	}
	if (strstr(s->say, "%u")) {
		const char *at = strstr(s->say, "%u");

		(void)snprintf(text, sizeof text, "%.*s%u%s", (int)(at - s->say), s->say,
			s->port, at + 2);
	} else {
		(void)snprintf(text, sizeof text, "%s", s->say);
	}
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static inline void *serve(void *arg)
{
	struct server *s = arg;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		hear(s, fd);
		s->served++;
		say_it(s, fd);
		(void)close(fd);
	}
	return NULL;
}

static inline void server_begin(struct server *s, const char *say)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;

	memset(s, 0, sizeof *s);
	s->say = say;
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(s->fd, 8), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &n), 0);
	s->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static inline void server_end(struct server *s)
{
	(void)shutdown(s->fd, SHUT_RDWR);
	(void)pthread_join(s->thread, NULL);
	(void)close(s->fd);
}

#endif
