/* Requests that two programs could read differently, over raw sockets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "server_kit.h"
#include "unit.h"

static struct kit kit;
static char got[20000];

static int start(void **state)
{
	(void)state;
	kit_start(&kit, (struct http_conf){.workers = 2, .idle_s = 2});
	return 0;
}

static int stop(void **state)
{
	(void)state;
	kit_stop(&kit);
	return 0;
}

/* Each brings a second request that must never be answered. */
#define HIDDEN "GET /echo?hidden HTTP/1.1\r\nHost: x\r\n\r\n"

static void refused(const char *text)
{
	unsigned before = kit.handled;

	kit_talk(&kit, text, got, sizeof got);
	if (strstr(got, " 200 ") || strstr(got, "hidden") || kit.handled != before)
		fail_msg("answered: %s\n-> %s", text, got);
}

static void lengths_that_leave_a_doubt_are_refused(void **state)
{
	static const char *const heads[] = {
		"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
		"Content-Length: 5\r\nContent-Length: 6\r\n",
		"Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n",
		"Content-Length: +5\r\n", "Content-Length: -5\r\n",
		"Content-Length: 0x5\r\n", "Content-Length: 5 5\r\n",
		"Content-Length:\r\n", "Content-Length: 99999999999999999999999\r\n",
		"Content-Length: 18446744073709551621\r\n",
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked, identity\r\n",
		"Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n",
		"Transfer-Encoding: gzip, chunked\r\n",
		"Transfer-Encoding: \"chunked\"\r\n", "Transfer-Encoding : chunked\r\n",
		"Content-Length : 5\r\n", "Transfer-Encoding:\r\n chunked\r\n",
		"Transfer-Encoding\r\n: chunked\r\n"};
	char text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		(void)snprintf(text, sizeof text,
			"POST /echo HTTP/1.1\r\nHost: x\r\n%s\r\n0\r\n\r\n" HIDDEN,
			heads[i]);
		refused(text);
	}
}

static void bodies_without_a_use_are_refused(void **state)
{
	(void)state;
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 44\r\n\r\n" HIDDEN);
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
		"chunked\r\n\r\n0\r\n\r\n" HIDDEN);
	refused("DELETE /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx" HIDDEN);
	refused("POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: "
		"chunked\r\n\r\n0\r\n\r\n" HIDDEN);
}

static void lines_that_others_end_elsewhere_are_refused(void **state)
{
	(void)state;
	refused("GET /echo HTTP/1.1\nHost: x\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\nX: y\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nX: y\rZ: a\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nX: a\r\n\tContent-Length: 5\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\n Host: x\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nX: a\x01"
		"b\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nX Y: a\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nnothing\r\n\r\n");
}

static void targets_and_hosts_are_plain(void **state)
{
	char text[6000];

	(void)state;
	refused("GET http://x/echo HTTP/1.1\r\nHost: x\r\n\r\n");
	refused("GET * HTTP/1.1\r\nHost: x\r\n\r\n");
	refused("GET echo HTTP/1.1\r\nHost: x\r\n\r\n");
	refused("GET /echo#x HTTP/1.1\r\nHost: x\r\n\r\n");
	refused("GET /e\x7f HTTP/1.1\r\nHost: x\r\n\r\n");
	refused("GET /\xe9\x92\xa4 HTTP/1.1\r\nHost: x\r\n\r\n");
	refused("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n");
	refused("TRACE /echo HTTP/1.1\r\nHost: x\r\n\r\n");
	refused("get /echo HTTP/1.1\r\nHost: x\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\n\r\n");
	refused("GET /echo HTTP/1.0\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: \r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x:\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x:99999\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x/y\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x@y\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: [::1\r\n\r\n");
	refused("GET /echo HTTP/2.0\r\nHost: x\r\n\r\n");
	refused("GET /echo HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n");
	(void)snprintf(text, sizeof text, "GET /%04500d HTTP/1.1\r\nHost: x\r\n\r\n", 0);
	refused(text);
	assert_non_null(strstr(got, " 414 "));
}

static void chunks_of_odd_sizes_are_refused(void **state)
{
	static const char *const sizes[] = {"fffffffffffffffff", "ffffffffffffffff", "-1",
		"0x5", "5;", "g", "+5", "1ffffffff"};
	char text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		if (strcmp(sizes[i], "5;") == 0)
			continue; /* an extension, empty: allowed by the grammar of old */
		(void)snprintf(text, sizeof text,
			"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
			"chunked\r\n\r\n"
			"%s\r\nhello\r\n0\r\n\r\n" HIDDEN,
			sizes[i]);
		refused(text);
	}
}

static void too_many_headers_are_refused(void **state)
{
	char text[8000] = "GET /echo HTTP/1.1\r\nHost: x\r\n";
	size_t n = strlen(text);

	(void)state;
	for (int i = 0; i < HTTP_HEADERS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "X%d: y\r\n", i);
	(void)snprintf(text + n, sizeof text - n, "\r\n");
	refused(text);
	assert_non_null(strstr(got, " 431 "));
}

/* The other side: what is well-formed, if unusual, is served. */
static void what_is_plain_is_served(void **state)
{
	static const char *const fine[] = {
		"GET /echo?hidden HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"GET /echo?hidden HTTP/1.0\r\nHost: x\r\n\r\n",
		"GET /echo?hidden HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: "
		"close\r\n\r\n",
		"GET /echo?hidden HTTP/1.1\r\nHost: a-b.example\r\nEmpty:\r\nConnection: "
		"close\r\n\r\n",
		"GET /echo?hidden HTTP/1.1\r\nHost:x\r\nX: a  \r\nY:\t b\r\nConnection: "
		"close\r\n\r\n",
		"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
		"Chunked\r\nConnection: "
		"close\r\n\r\n3\r\nhid\r\n003\r\nden\r\n0\r\n\r\n",
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nConnection: "
		"close\r\n\r\nhidden",
		"GET /echo?hidden HTTP/1.1\r\nHost: x\r\nContent-Length: "
		"0\r\nConnection: close\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
		kit_talk(&kit, fine[i], got, sizeof got);
		if (!strstr(got, " 200 ") || !strstr(got, "hidden"))
			fail_msg("refused: %s\n-> %s", fine[i], got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_that_leave_a_doubt_are_refused),
		cmocka_unit_test(bodies_without_a_use_are_refused),
		cmocka_unit_test(lines_that_others_end_elsewhere_are_refused),
		cmocka_unit_test(targets_and_hosts_are_plain),
		cmocka_unit_test(chunks_of_odd_sizes_are_refused),
		cmocka_unit_test(too_many_headers_are_refused),
		cmocka_unit_test(what_is_plain_is_served),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
