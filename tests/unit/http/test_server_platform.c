/* The platform's server: workers, streams, events, files, deadlines, hand-over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "server_kit.h"
#include "unit.h"

static struct kit kit;
static char got[100000];

static const struct http_conf workers = {.workers = 4, .threads = 2, .body_max = 1000};

static int stop(void **state)
{
	(void)state;
	if (kit.server)
		kit_stop(&kit);
	return 0;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void requests_are_answered_by_workers(void **state)
{
	(void)state;
	kit_start(&kit, workers);
	kit_talk(&kit, GET("/echo?a=1&b=%20"), got, sizeof got);
	assert_non_null(strstr(got, "HTTP/1.1 200 "));
	assert_non_null(strstr(got, "\r\n\r\na=1&b=%20"));
	assert_non_null(strstr(got, "X-Request-Id: "));
	kit_talk(&kit,
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
		"Connection: close\r\n\r\nhello",
		got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\nhello"));
	kit_talk(&kit, GET("/at-once?x"), got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\nx"));
	kit_talk(&kit, "HEAD /echo?abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		got, sizeof got);
	assert_non_null(strstr(got, "Content-Length: 3\r\n"));
	assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
	kit_talk(&kit, GET("/private"), got, sizeof got);
	assert_non_null(strstr(got, " 401 "));
	assert_non_null(strstr(got, "nosniff"));
	assert_non_null(strstr(got, "no-store"));
	assert_int_equal(kit.handled, 4);
}

static void one_connection_serves_many_requests(void **state)
{
	int fd;

	(void)state;
	kit_start(&kit, workers);
	fd = kit_dial(&kit);
	for (int i = 0; i < 20; i++) {
		kit_say(fd, "GET /echo?again HTTP/1.1\r\nHost: x\r\n\r\n");
		assert_true(kit_hear_until(fd, got, sizeof got, "again", 5000));
	}
	/* Two at once: the second waits its turn. */
	kit_say(fd, "GET /echo?one HTTP/1.1\r\nHost: x\r\n\r\nGET /echo?two "
		    "HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(kit_hear_until(fd, got, sizeof got, "two", 5000));
	assert_non_null(strstr(got, "one"));
	(void)close(fd);
}

static void who_finds_the_queue_full_is_told_to_come_again(void **state)
{
	int fds[12];
	unsigned busy = 0, fine = 0;
	struct http_stats stats;

	(void)state;
	kit_start(&kit,
		(struct http_conf){.workers = 2, .queue_max = 3, .retry_after_s = 7});
	for (size_t i = 0; i < 12; i++) {
		fds[i] = kit_dial(&kit);
		kit_say(fds[i], GET("/slow/1000"));
	}
	(void)poll(NULL, 0, 300);
	stats = http_server_stats(kit.server);
	assert_int_equal(stats.busy_workers, 2);
	assert_int_equal(stats.queued, 3);
	/* A full queue does not stop what needs no worker. */
	kit_talk(&kit, GET("/at-once?x"), got, sizeof got);
	assert_non_null(strstr(got, " 200 "));
	for (size_t i = 0; i < 12; i++) {
		kit_hear(fds[i], got, sizeof got, 10000);
		busy += strstr(got, " 503 ") && strstr(got, "Retry-After: 7\r\n");
		fine += strstr(got, " 200 ") != NULL;
		(void)close(fds[i]);
	}
	assert_int_equal(fine, 5);
	assert_int_equal(busy, 7);
	stats = http_server_stats(kit.server);
	assert_int_equal(stats.refused_busy, 7);
	assert_int_equal(stats.answers[5], 7);
	assert_int_equal(stats.answers[2], 6);
	assert_int_equal(stats.in_flight, 0);
}

static void upload(const char *path, const char *framing, size_t n, bool chunked)
{
	static char block[60000];
	int fd = kit_dial(&kit);
	char head[400];

	memset(block, 'b', sizeof block);
	(void)snprintf(head, sizeof head,
		"PUT %s HTTP/1.1\r\nHost: x\r\n%s\r\nConnection: close\r\n\r\n", path,
		framing);
	kit_say(fd, head);
	while (n) {
		size_t part = n < sizeof block ? n : sizeof block;

		(void)snprintf(head, sizeof head, "%zx\r\n", part);
		if (chunked)
			kit_say(fd, head);
		if (send(fd, block, part, MSG_NOSIGNAL) < 0)
			break;
		if (chunked)
			kit_say(fd, "\r\n");
		n -= part;
	}
	if (chunked)
		kit_say(fd, "0\r\n\r\n");
	kit_hear(fd, got, sizeof got, 10000);
	(void)close(fd);
}

static void a_stream_takes_bodies_of_either_framing(void **state)
{
	(void)state;
	kit_start(&kit, workers);
	upload("/stream", "Content-Length: 5000000", 5000000, false);
	assert_non_null(strstr(got, "\r\n\r\n5000000 octets"));
	assert_non_null(strstr(got, "no-store"));
	upload("/stream", "Transfer-Encoding: chunked", 5000000, true);
	assert_non_null(strstr(got, "5000000 octets"));
	upload("/stream", "Content-Length: 0", 0, false);
	assert_non_null(strstr(got, "\r\n\r\n0 octets"));
	assert_int_equal(kit.begun, 3);
	assert_int_equal(kit.whole, 3);
	assert_int_equal(kit.broken, 0);
}

static void a_stream_that_is_refused_is_answered_and_ended(void **state)
{
	(void)state;
	kit_start(&kit, workers);
	upload("/stream/refuse", "Content-Length: 1000", 1000, false);
	assert_non_null(strstr(got, " 403 "));
	assert_int_equal(kit.begun, 0);
	upload("/stream/full", "Content-Length: 2000000", 2000000, false);
	assert_non_null(strstr(got, " 507 "));
	upload("/stream/full", "Transfer-Encoding: chunked", 2000000, true);
	assert_non_null(strstr(got, " 507 "));
	assert_int_equal(kit.begun, 2);
	kit_stop(&kit);
	assert_int_equal(kit.broken, 2);
	assert_int_equal(kit.whole, 0);
}

static void a_client_that_goes_away_ends_its_stream(void **state)
{
	int fd;

	(void)state;
	kit_start(&kit, workers);
	fd = kit_dial(&kit);
	kit_say(fd, "PUT /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
	memset(got, 'b', sizeof got);
	for (int i = 0; i < 5; i++)
		(void)!send(fd, got, sizeof got, MSG_NOSIGNAL);
	(void)poll(NULL, 0, 200);
	(void)close(fd);
	for (int i = 0; i < 50 && !kit.broken; i++)
		(void)poll(NULL, 0, 100);
	assert_int_equal(kit.begun, 1);
	assert_int_equal(kit.broken, 1);
	assert_int_equal(kit.whole, 0);
}

static void too_long_is_said_before_it_is_read(void **state)
{
	(void)state;
	kit_start(&kit, workers);
	kit_talk(&kit,
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n"
		"Expect: 100-continue\r\n\r\n",
		got, sizeof got);
	assert_non_null(strstr(got, " 413 "));
	assert_null(strstr(got, " 100 "));
	/* A short one is read first, so that the answer arrives. */
	kit_talk(&kit,
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nConnection: "
		"close\r\n\r\n",
		got, 10);
	upload("/echo", "Content-Length: 200000", 200000, false);
	assert_non_null(strstr(got, " 413 "));
	upload("/echo", "Transfer-Encoding: chunked", 200000, true);
	assert_non_null(strstr(got, " 413 "));
	assert_int_equal(kit.handled, 0);
}

static void who_expects_to_be_asked_is_asked(void **state)
{
	int fd;

	(void)state;
	kit_start(&kit, workers);
	fd = kit_dial(&kit);
	kit_say(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: "
		    "100-continue\r\n"
		    "Connection: close\r\n\r\n");
	assert_true(kit_hear_until(fd, got, sizeof got, "100 Continue\r\n\r\n", 5000));
	kit_say(fd, "ok");
	kit_hear(fd, got, sizeof got, 5000);
	assert_non_null(strstr(got, "\r\n\r\nok"));
	(void)close(fd);
}

static void files_are_sent_in_part(void **state)
{
	(void)state;
	kit_start(&kit, workers);
	kit_talk(&kit, GET("/file"), got, sizeof got);
	assert_non_null(strstr(got, "Content-Length: 100\r\n"));
	assert_int_equal(strlen(strstr(got, "\r\n\r\n") + 4), 100);
}

static void events_arrive_and_end(void **state)
{
	struct http_conf conf = workers;
	int one, two;

	(void)state;
	conf.heartbeat_s = 1;
	conf.events_max = 2;
	kit_start(&kit, conf);
	one = kit_dial(&kit);
	two = kit_dial(&kit);
	kit_say(one, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
	/* One after the other: events[0] is that of `one`. */
	assert_true(kit_hear_until(one, got, sizeof got, "text/event-stream", 5000));
	kit_say(two, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(kit_hear_until(two, got, sizeof got, "text/event-stream", 5000));
	kit_talk(&kit, GET("/events"), got, sizeof got);
	assert_non_null(strstr(got, " 503 "));
	assert_int_equal(kit_tell(&kit, "a\nb\r\nc"), 2);
	assert_true(kit_hear_until(one, got, sizeof got,
		"event: news\ndata: a\ndata: b\ndata: c\n\n", 5000));
	assert_true(kit_hear_until(two, got, sizeof got, "data: c\n\n", 5000));
	assert_true(kit_hear_until(one, got, sizeof got, ":\n\n", 5000));
	/* Who is gone is noticed by the next beats. */
	(void)close(one);
	for (int i = 0; i < 60 && !http_events_is_over(kit.events[0]); i++)
		(void)poll(NULL, 0, 100);
	assert_true(http_events_is_over(kit.events[0]));
	assert_int_equal(http_server_stats(kit.server).events, 1);
	http_events_close(kit.events[1]);
	assert_true(kit_hear_until(two, got, sizeof got, "0\r\n\r\n", 5000));
	(void)close(two);
}

static void who_does_not_fetch_events_is_let_go(void **state)
{
	char *text = memset(calloc(1, 20001), 'x', 20000);
	int fd;

	(void)state;
	kit_start(&kit, workers);
	fd = kit_dial(&kit);
	kit_say(fd, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(kit_hear_until(fd, got, sizeof got, "text/event-stream", 5000));
	for (int i = 0; i < 2000 && kit_tell(&kit, text); i++)
		;
	assert_true(http_events_is_over(kit.events[0]));
	(void)close(fd);
	free(text);
}

static void a_slow_client_is_cut_and_a_slow_handler_too(void **state)
{
	int drip, slow, drops = 0;

	(void)state;
	kit_start(&kit, (struct http_conf){
				.workers = 2, .head_s = 1, .total_s = 2, .idle_s = 60});
	drip = kit_dial(&kit);
	slow = kit_dial(&kit);
	kit_say(slow, GET("/slow/60"));
	kit_hear(slow, got, sizeof got, 5000);
	assert_non_null(strstr(got, " 200 "));
	kit_say(drip, "GET / HTTP/1.1\r\nX: ");
	for (; drops < 60; drops++) {
		struct pollfd gone = {.fd = drip, .events = POLLIN};

		if (poll(&gone, 1, 100) > 0 || send(drip, "x", 1, MSG_NOSIGNAL) != 1)
			break;
	}
	assert_in_range(drops, 5, 30);
	(void)close(drip);
	(void)close(slow);
	slow = kit_dial(&kit);
	kit_say(slow, GET("/slow/4000"));
	assert_int_equal(kit_hear(slow, got, sizeof got, 10000), 0);
	(void)close(slow);
	assert_true(http_server_stats(kit.server).cut >= 2);
}

static void the_proxy_says_who_asks_and_nobody_else_does(void **state)
{
	static const char said[] =
		"GET /client HTTP/1.1\r\nHost: a.example:8080\r\n"
		"X-Real-IP: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
		"Connection: close\r\n\r\n";
	struct http_conf conf = workers;

	(void)state;
	kit_start(&kit, conf);
	kit_talk(&kit, said, got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\n127.0.0.1 0 a.example:8080 "));
	kit_stop(&kit);
	conf.trust_proxy = true;
	kit_start(&kit, conf);
	kit_talk(&kit, said, got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\n203.0.113.7 1 a.example:8080 "));
	kit_talk(&kit,
		"GET /client HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4, "
		"2001:DB8:0::1\r\n"
		"Connection: close\r\n\r\n",
		got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\n2001:db8::1 0 x "));
	kit_talk(&kit, "GET /client HTTP/1.1\r\nHost: x\r\nX-Real-IP: evil\r\n\r\n", got,
		sizeof got);
	assert_non_null(strstr(got, " 400 "));
}

static void a_unix_socket_is_listened_at(void **state)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	struct http_conf conf = workers;
	char where[100];
	int fd;

	(void)state;
	(void)snprintf(
		to.sun_path, sizeof to.sun_path, "/tmp/qy-test-%d.sock", (int)getpid());
	(void)snprintf(where, sizeof where, "unix:%s", to.sun_path);
	conf.listen = where;
	conf.trust_proxy = true;
	for (int round = 0; round < 2; round++) {
		kit_start(&kit, conf); /* the second time over a file left behind */
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
		kit_say(fd, "GET /client HTTP/1.1\r\nHost: x\r\nX-Real-IP: "
			    "10.0.0.1\r\nConnection: close\r\n\r\n");
		kit_hear(fd, got, sizeof got, 5000);
		assert_non_null(strstr(got, "\r\n\r\n10.0.0.1 0 x "));
		(void)close(fd);
		kit_stop(&kit);
	}
	(void)unlink(to.sun_path);
}

static void a_server_hands_over_and_drains(void **state)
{
	struct http_conf conf = workers;
	struct kit *second = calloc(1, sizeof *second);
	struct err e;
	int idle, busy;

	(void)state;
	kit_start(&kit, conf);
	idle = kit_dial(&kit);
	busy = kit_dial(&kit);
	kit_say(busy, "GET /slow/700 HTTP/1.1\r\nHost: x\r\n\r\n");
	kit_say(idle, "GET /echo?1 HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(kit_hear_until(idle, got, sizeof got, "\r\n\r\n1", 5000));
	conf.has_listener = true;
	assert_true(http_server_listener(kit.server, &conf.listener, &e));
	kit_start(second, conf);
	assert_int_equal(http_server_port(second->server), http_server_port(kit.server));
	http_server_quiesce(kit.server);
	for (int i = 0; i < 20; i++) {
		kit_talk(&kit, GET("/echo?new"), got, sizeof got);
		assert_non_null(strstr(got, "\r\n\r\nnew"));
	}
	assert_int_equal(second->handled, 20);
	assert_false(http_server_drain(kit.server, 0));
	/* Who was connected is still served, and told that it is the last time. */
	kit_say(idle, "GET /echo?2 HTTP/1.1\r\nHost: x\r\n\r\n");
	kit_hear(idle, got, sizeof got, 5000);
	assert_non_null(strstr(got, "Connection: close"));
	assert_non_null(strstr(got, "\r\n\r\n2"));
	kit_hear(busy, got, sizeof got, 5000);
	assert_non_null(strstr(got, " 200 "));
	assert_true(http_server_drain(kit.server, 5));
	(void)close(idle);
	(void)close(busy);
	kit_stop(&kit);
	kit_talk(second, GET("/echo?after"), got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\nafter"));
	kit_stop(second);
	free(second);
}

static void a_server_stops_over_everything(void **state)
{
	int fds[6];

	(void)state;
	kit_start(&kit, workers);
	for (size_t i = 0; i < 6; i++)
		fds[i] = kit_dial(&kit);
	kit_say(fds[0], "GET /slow/500 HTTP/1.1\r\nHost: x\r\n\r\n");
	kit_say(fds[1], "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
	kit_say(fds[2],
		"PUT /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n");
	(void)!send(fds[2], memset(got, 'x', sizeof got), sizeof got, MSG_NOSIGNAL);
	(void)!send(fds[2], got, sizeof got, MSG_NOSIGNAL);
	kit_say(fds[3], "GET /echo HTTP");
	(void)poll(NULL, 0, 200);
	assert_int_equal(http_server_stats(kit.server).events, 1);
	kit_stop(&kit);
	assert_int_equal(kit.begun, kit.broken);
	for (size_t i = 0; i < 6; i++)
		(void)close(fds[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(requests_are_answered_by_workers, stop),
		cmocka_unit_test_teardown(one_connection_serves_many_requests, stop),
		cmocka_unit_test_teardown(
			who_finds_the_queue_full_is_told_to_come_again, stop),
		cmocka_unit_test_teardown(a_stream_takes_bodies_of_either_framing, stop),
		cmocka_unit_test_teardown(
			a_stream_that_is_refused_is_answered_and_ended, stop),
		cmocka_unit_test_teardown(a_client_that_goes_away_ends_its_stream, stop),
		cmocka_unit_test_teardown(too_long_is_said_before_it_is_read, stop),
		cmocka_unit_test_teardown(who_expects_to_be_asked_is_asked, stop),
		cmocka_unit_test_teardown(files_are_sent_in_part, stop),
		cmocka_unit_test_teardown(events_arrive_and_end, stop),
		cmocka_unit_test_teardown(who_does_not_fetch_events_is_let_go, stop),
		cmocka_unit_test_teardown(
			a_slow_client_is_cut_and_a_slow_handler_too, stop),
		cmocka_unit_test_teardown(
			the_proxy_says_who_asks_and_nobody_else_does, stop),
		cmocka_unit_test_teardown(a_unix_socket_is_listened_at, stop),
		cmocka_unit_test_teardown(a_server_hands_over_and_drains, stop),
		cmocka_unit_test_teardown(a_server_stops_over_everything, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
