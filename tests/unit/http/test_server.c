/* The server over real sockets: what it answers, and what it does not put up with.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/server.h"
#include "unit.h"

static void echo(void *ctx, const struct http_request *req, struct http_response *resp)
{
	(void)ctx;
	resp->status = 200;
	resp->content_type = "application/octet-stream";
	resp->body = req->method == HTTP_POST ? req->body : req->path;
	/* The body of a request dies with it; the response is copied before. */
	http_set(resp, "X-Length", arena_printf(req->arena, "%zu", req->body.n));
}

static const struct http_route routes[] = {{HTTP_GET | HTTP_POST, "/…", echo}};
static const struct http_site site = {.routes = routes, .count = 1, .ctx = NULL};

static struct http_server *serve(struct http_conf conf)
{
	struct http_server *s = NULL;
	struct err e = {0};

	conf.listen = conf.listen ? conf.listen : "127.0.0.1:0";
	if (!http_serve(&s, &conf, &site, &e))
		print_error("%s\n", e.text);
	assert_non_null(s);
	return s;
}

static int dial(const struct http_server *s)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)http_server_port(s)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

/* Everything until the server closes, at most 10 s. */
static size_t drain(int fd, char *p, size_t cap)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	size_t n = 0;

	while (n + 1 < cap && poll(&ready, 1, 10000) > 0) {
		ssize_t got = recv(fd, p + n, cap - 1 - n, 0);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	p[n] = 0;
	return n;
}

static size_t talk(
	const struct http_server *s, const char *text, char *answer, size_t cap)
{
	int fd = dial(s);
	size_t n;

	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
	n = drain(fd, answer, cap);
	(void)close(fd);
	return n;
}

static void get_head_and_post_are_answered(void **state)
{
	AUTO(http_server) s = serve((struct http_conf){0});
	char got[4000];

	(void)state;
	talk(s, "GET /a%2Fb+c?q=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", got,
		sizeof got);
	assert_non_null(strstr(got, "HTTP/1.1 200 "));
	assert_non_null(strstr(got, "\r\n\r\n/a/b+c"));
	talk(s, "HEAD /abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", got,
		sizeof got);
	assert_non_null(strstr(got, "Content-Length: 4\r\n"));
	assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
	talk(s,
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: "
		"close\r\n\r\n"
		"hello",
		got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\nhello"));
	assert_non_null(strstr(got, "nosniff"));
}

static void other_methods_are_refused(void **state)
{
	static const char *const methods[] = {"PUT", "DELETE", "OPTIONS", "TRACE", "get"};
	AUTO(http_server) s = serve((struct http_conf){0});
	char got[4000], text[200];

	(void)state;
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		(void)snprintf(text, sizeof text,
			"%s / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
			methods[i]);
		talk(s, text, got, sizeof got);
		assert_non_null(strstr(got, "HTTP/1.1 405 "));
	}
}

/* Only who says X-Friend is let in, and may bring 3 octets. */
static bool friends(void *ctx, const struct http_request *req, size_t *body_max)
{
	(void)ctx;
	*body_max = 3;
	return req->peer.port != 0 && !req->peer.v6 && http_header(req, "X-Friend");
}

static void who_is_not_admitted_gets_no_answer_at_all(void **state)
{
	static const char *const strangers[] = {
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n",
		"OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n",
		"TRACE / HTTP/1.1\r\nHost: x\r\nX-Friend: 1\r\n\r\n",
	};
	AUTO(http_server) s = serve((struct http_conf){.admit = friends});
	char got[4000];

	(void)state;
	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
		assert_int_equal(talk(s, strangers[i], got, sizeof got), 0);
	talk(s,
		"POST / HTTP/1.1\r\nHost: x\r\nX-Friend: 1\r\nContent-Length: 3\r\n"
		"Connection: close\r\n\r\nabc",
		got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\nabc"));
	talk(s,
		"POST / HTTP/1.1\r\nHost: x\r\nX-Friend: 1\r\nContent-Length: 4\r\n"
		"Connection: close\r\n\r\nabcd",
		got, sizeof got);
	assert_non_null(strstr(got, "HTTP/1.1 413 "));
}

static void a_body_that_says_it_is_too_long_is_413(void **state)
{
	AUTO(http_server) s = serve((struct http_conf){.body_max = 100});
	char got[4000];

	(void)state;
	talk(s,
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\nConnection: "
		"close\r\n\r\n",
		got, sizeof got);
	assert_non_null(strstr(got, "HTTP/1.1 413 "));
}

static void a_chunked_body_that_is_too_long_is_cut_off(void **state)
{
	AUTO(http_server) s = serve((struct http_conf){.body_max = 4});
	char got[4000];

	(void)state;
	talk(s,
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
		"5\r\nhello\r\n0\r\n\r\n",
		got, sizeof got);
	assert_null(strstr(got, " 200 "));
	talk(s,
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
		"Connection: close\r\n\r\n4\r\nhell\r\n0\r\n\r\n",
		got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\nhell"));
}

static void headers_without_end_are_refused(void **state)
{
	AUTO(http_server) s = serve((struct http_conf){.header_max = 4096});
	int fd = dial(s);
	char got[4000], line[1200];

	(void)state;
	(void)!send(fd, "GET / HTTP/1.1\r\n", 16, MSG_NOSIGNAL);
	memset(line, 'x', sizeof line);
	line[1] = ':';
	line[sizeof line - 2] = '\r';
	line[sizeof line - 1] = '\n';
	for (int i = 0; i < 10; i++)
		(void)!send(fd, line, sizeof line, MSG_NOSIGNAL);
	(void)drain(fd, got, sizeof got);
	assert_null(strstr(got, " 200 "));
	(void)close(fd);
}

static void a_client_that_drips_is_cut_off_however_busy(void **state)
{
	AUTO(http_server) s = serve((struct http_conf){.total_s = 1, .idle_s = 60});
	int fd = dial(s), drops = 0;

	(void)state;
	(void)!send(fd, "GET / HTTP/1.1\r\nX: ", 19, MSG_NOSIGNAL);
	for (; drops < 60; drops++) {
		struct pollfd gone = {.fd = fd, .events = POLLIN};

		if (poll(&gone, 1, 100) > 0)
			break;
		if (send(fd, "x", 1, MSG_NOSIGNAL) != 1)
			break;
	}
	assert_in_range(drops, 5, 40);
	(void)close(fd);
}

static void an_idle_client_is_cut_off(void **state)
{
	AUTO(http_server) s = serve((struct http_conf){.idle_s = 1, .total_s = 60});
	int fd = dial(s);
	struct pollfd gone = {.fd = fd, .events = POLLIN};
	char c;

	(void)state;
	assert_int_equal(poll(&gone, 1, 8000), 1);
	assert_int_equal(recv(fd, &c, 1, 0), 0);
	(void)close(fd);
}

static void only_the_loopback_address_is_listened_at(void **state)
{
	static const char *const wrong[] = {"0.0.0.0:0", "localhost:0", "[::]:0", ":80",
		"80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:080",
		"127.0.0.1:80x", ""};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct http_conf conf = {.listen = wrong[i]};
		struct http_server *s = NULL;
		struct err e;

		assert_false(http_serve(&s, &conf, &site, &e));
		assert_int_equal(e.code, ERR_USAGE);
		assert_null(s);
	}
}

static void a_port_that_is_taken_is_busy(void **state)
{
	AUTO(http_server) s = serve((struct http_conf){0});
	struct http_server *second = NULL;
	struct http_conf conf = {0};
	struct err e;
	char where[40];

	(void)state;
	(void)snprintf(where, sizeof where, "127.0.0.1:%u", http_server_port(s));
	conf.listen = where;
	assert_false(http_serve(&second, &conf, &site, &e));
	assert_int_equal(e.code, ERR_BUSY);
}

static void connections_beyond_the_maximum_wait_or_are_closed_and_nothing_breaks(
	void **state)
{
	AUTO(http_server) s = serve((struct http_conf){.connections_max = 4});
	int fds[12];
	char got[4000];

	(void)state;
	for (size_t i = 0; i < 12; i++)
		fds[i] = dial(s);
	for (size_t i = 0; i < 12; i++)
		(void)close(fds[i]);
	talk(s, "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", got,
		sizeof got);
	assert_non_null(strstr(got, " 200 "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(get_head_and_post_are_answered),
		cmocka_unit_test(other_methods_are_refused),
		cmocka_unit_test(who_is_not_admitted_gets_no_answer_at_all),
		cmocka_unit_test(a_body_that_says_it_is_too_long_is_413),
		cmocka_unit_test(a_chunked_body_that_is_too_long_is_cut_off),
		cmocka_unit_test(headers_without_end_are_refused),
		cmocka_unit_test(a_client_that_drips_is_cut_off_however_busy),
		cmocka_unit_test(an_idle_client_is_cut_off),
		cmocka_unit_test(only_the_loopback_address_is_listened_at),
		cmocka_unit_test(a_port_that_is_taken_is_busy),
		cmocka_unit_test(
			connections_beyond_the_maximum_wait_or_are_closed_and_nothing_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
