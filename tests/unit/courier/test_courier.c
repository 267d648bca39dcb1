/* courier: a real process fetches from where it may and from nowhere else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "courier/courier_client.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/sandbox.h"
#include "base/source.h"
#include "courier/messages.h"
#include "courier/places.h"
#include "torture.h"
#include "unit/net/server_kit.h"

#define OK_ANSWER                                                        \
	"HTTP/1.1 200 OK\r\nContent-Type: Application/PKIX-CRL; x=y\r\n" \
	"Content-Length: 4\r\nConnection: close\r\n\r\nlist"

/* --- addresses */

static bool allowed(const char *entry, const char *url)
{
	AUTO(arena) a = arena_new();
	struct places *p = ARENA_NEW(a, struct places);
	struct err e = {0};

	p->arena = a;
	assert_true(places_add(p, bytes_str(entry), &e));
	if (places_allow(p, bytes_str(url), &e))
		return true;
	assert_true(e.code == ERR_DENIED || e.code == ERR_USAGE);
	return false;
}

static void only_what_was_entered(void **state)
{
	(void)state;
	assert_true(allowed("https://crl.example", "https://crl.example/a.crl"));
	assert_true(allowed("https://crl.example", "https://crl.example:443/CN=a%20b"));
	assert_true(allowed("https://crl.example:443/", "https://crl.example"));
	assert_true(allowed("http://[::1]:8080", "http://[::1]:8080/x"));
	assert_true(allowed("https://a.example/crl", "https://a.example/crl/x?y=%2e"));
	assert_true(allowed("https://a.example/crl/", "https://a.example/crl/x"));
	assert_true(allowed("https://a.example/crl", "https://a.example/crl?x"));
	assert_false(allowed("https://crl.example", "http://crl.example/a.crl"));
	assert_false(allowed("https://crl.example", "https://crl.example:8443/"));
	assert_false(allowed("https://crl.example", "https://crl.example.evil/"));
	assert_false(allowed("https://crl.example", "https://evil/crl.example"));
	assert_false(allowed("https://crl.example", "https://x.crl.example/"));
	assert_false(allowed("https://crl.example", "https://crl.example@evil/"));
	assert_false(allowed("https://crl.example", "https://evil@crl.example/"));
	assert_false(allowed("https://crl.example", "https://evil\\@crl.example/"));
	assert_false(allowed("https://crl.example", "https://crl.example#@evil/"));
	assert_false(allowed("https://crl.example", "https://CRL.example/"));
	assert_false(allowed("https://crl.example", "ftp://crl.example/"));
	assert_false(allowed("https://crl.example", "file:///etc/passwd"));
	assert_false(allowed("https://crl.example", "https://crl.example:/"));
	assert_false(allowed("https://crl.example", "https://crl.example:0/"));
	assert_false(allowed("https://crl.example", "https://crl.example:443x/"));
	assert_false(allowed("https://crl.example", "https://crl.example/a b"));
	assert_false(allowed("https://crl.example", "https://crl.example/\r\nHost: x"));
	assert_false(allowed("https://a.example/crl", "https://a.example/crlx"));
	assert_false(allowed("https://a.example/crl", "https://a.example/crl/../x"));
	assert_false(allowed("https://a.example/crl", "https://a.example/crl/%2e%2e/x"));
	assert_false(allowed("https://a.example/crl", "https://a.example//crl/x"));
	assert_false(allowed("https://a.example/crl", "https://a.example/"));
}

static void odd_entries_are_refused(void **state)
{
	static const char *const odd[] = {"", "crl.example", "https://", "https://:443",
		"https://*.example", "https://a.example/%61", "https://a.example/../b",
		"https://user@a.example", "ldap://a.example", "https://[::1",
		"https://a_b.example"};
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		AUTO(arena) a = arena_new();
		struct places *p = ARENA_NEW(a, struct places);

		p->arena = a;
		assert_false(places_add(p, bytes_str(odd[i]), &e));
	}
	assert_true(courier_place_check("https://a.example/x", &e));
	assert_false(courier_place_check("x", &e));
}

/* --- fetching */

struct bench {
	struct arena *a;
	struct server here, elsewhere;
	const char *place;
	struct courier_client *c;
};

static char place_room[64];
static const char *places_list[1];

static int bench_begin(void **state)
{
	struct bench *b = NEW(struct bench);
	struct courier_conf conf = {.program = getenv("QIANYIN_COURIER"),
		.places = places_list,
		.place_count = 1};

	assert_non_null(conf.program);
	b->a = arena_new();
	server_begin(&b->here, OK_ANSWER);
	server_begin(&b->elsewhere, OK_ANSWER);
	(void)snprintf(
		place_room, sizeof place_room, "http://127.0.0.1:%u", b->here.port);
	b->place = places_list[0] = place_room;
	b->c = courier_client_new(&conf);
	*state = b;
	return 0;
}

static int bench_end(void **state)
{
	struct bench *b = *state;

	courier_client_free(b->c);
	server_end(&b->here);
	server_end(&b->elsewhere);
	arena_free(b->a);
	mem_free(b);
	return 0;
}

static int patience_ms = 10000; /* test machines are slow */

static bool ask(struct bench *b, const char *url, const char *type,
	struct courier_answer *out, struct err *e)
{
	struct courier_request r = {.url = url,
		.content_type = type,
		.body = BYTES("question"),
		.answer_max = 1000,
		.timeout_ms = patience_ms};

	*e = (struct err){0};
	return courier_client_fetch(b->c, b->a, &r, out, e);
}

static const char *here(struct bench *b, const char *path)
{
	return arena_printf(b->a, "%s%s", b->place, path);
}

static void gets_and_posts(void **state)
{
	struct bench *b = *state;
	struct courier_answer out;
	struct err e;

	if (!ask(b, here(b, "/a.crl"), NULL, &out, &e))
		fail_msg("%s", e.text);
	assert_int_equal(out.status, 200);
	assert_string_equal(out.content_type, "application/pkix-crl");
	assert_bytes(out.body, BYTES("list"));
	assert_non_null(strstr(b->here.heard, "GET /a.crl "));
	assert_true(ask(b, here(b, "/tsa"), "application/timestamp-query", &out, &e));
	assert_non_null(strstr(b->here.heard, "POST /tsa "));
	assert_non_null(strstr(b->here.heard, "\r\n\r\nquestion"));
	b->here.say = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"
		      "Connection: close\r\n\r\n";
	assert_true(ask(b, here(b, "/a.crl"), NULL, &out, &e));
	assert_int_equal(out.status, 404);
}

static void goes_nowhere_else(void **state)
{
	struct bench *b = *state;
	const char *other = arena_printf(b->a, "http://127.0.0.1:%u/", b->elsewhere.port);
	struct courier_answer out;
	struct err e;

	assert_false(ask(b, other, NULL, &out, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_false(ask(b, other, "text/plain", &out, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_false(ask(b, "file:///etc/passwd", NULL, &out, &e));
	assert_int_equal(e.code, ERR_USAGE);
	b->here.say = arena_printf(b->a,
		"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n"
		"Connection: close\r\n\r\n",
		other);
	assert_false(ask(b, here(b, "/moved"), NULL, &out, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(b->elsewhere.served, 0);
	/* A post follows nothing: the answer is the answer. */
	assert_true(ask(b, here(b, "/moved"), "text/plain", &out, &e));
	assert_int_equal(out.status, 302);
	/* In circles at home it gives up. */
	b->here.say = "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n"
		      "Connection: close\r\n\r\n";
	assert_false(ask(b, here(b, "/moved"), NULL, &out, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_true(b->here.served < 10);
}

/* Who has taken over the server has the channel, and no more. */
static void a_second_list_is_not_taken(void **state)
{
	struct bench *b = *state;
	static const uint8_t one[] = {0, 0, 0, 1};
	struct bytes fields[] = {BYTES_OF(one),
		bytes_str(arena_printf(b->a, "http://127.0.0.1:%u", b->elsewhere.port)),
		{0}, {0}, {0}, {0}, {0}};
	struct courier_answer out;
	struct reader r;
	struct err e = {0};

	assert_true(ask(b, here(b, "/"), NULL, &out, &e));
	assert_false(courier_client_raw(b->c, b->a, COURIER_PLACES, fields, 7, &r, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_false(ask(b, (const char *)fields[1].p, NULL, &out, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(b->elsewhere.served, 0);
}

static void is_bounded(void **state)
{
	struct bench *b = *state;
	char *large = arena_alloc(b->a, 3000);
	int64_t before = wire_clock_ms();
	struct courier_answer out;
	struct err e;

	memset(large, 'x', 2900);
	b->here.say = arena_printf(
		b->a, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s", large);
	assert_false(ask(b, here(b, "/"), NULL, &out, &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	b->here.say = "no HTTP at all";
	assert_false(ask(b, here(b, "/"), NULL, &out, &e));
	b->here.say = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
	b->here.drip = true;
	patience_ms = 700;
	assert_false(ask(b, here(b, "/"), NULL, &out, &e));
	patience_ms = 10000;
	assert_int_equal(e.code, ERR_BUSY);
	assert_true(wire_clock_ms() - before < 25000);
	b->here.drip = false;
	b->here.say = OK_ANSWER;
	assert_true(ask(b, here(b, "/"), NULL, &out, &e));
}

static void survives_kills(void **state)
{
	const int kills = torture_is_full() ? 200 : 10;
	struct bench *b = *state;
	struct supervise_state look;
	struct courier_answer out;
	uint64_t seed = 5;
	struct err e;

	for (int i = 0; i < kills;) {
		courier_client_tend(b->c);
		(void)!ask(b, here(b, "/"), NULL, &out, &e);
		courier_client_look(b->c, &look);
		/* The one that is asked first: answering well ends its pause. */
		if (look.pids[0] > 1 && kill(look.pids[0], SIGKILL) == 0)
			i++;
		usleep((useconds_t)(torture_random(&seed) % 3000));
		if (!ask(b, here(b, "/"), NULL, &out, &e))
			assert_int_equal(e.code, ERR_BUSY);
	}
	for (int i = 0; i < 50 && !ask(b, here(b, "/"), NULL, &out, &e); i++)
		usleep(200000);
	assert_true(ask(b, here(b, "/"), NULL, &out, &e));
}

static void it_writes_and_starts_nothing(void **state)
{
	struct bench *b = *state;
	struct reader r;
	struct err e = {0};

	if (!sandbox_has_filter())
		SKIP("this build has no list of system calls");
	assert_true(courier_client_raw(b->c, b->a, COURIER_LAB, NULL, 0, &r, &e));
	assert_int_equal(wire_get_number(&r), EPERM);
	assert_int_equal(wire_get_number(&r), EPERM);
}

/* --- mail */

struct post {
	int fd;
	unsigned port, mails;
	bool refuse;
	char heard[8000];
	pthread_t thread;
};

static bool line_read(int fd, char *line, size_t size)
{
	size_t n = 0;

	while (n + 1 < size && recv(fd, line + n, 1, 0) == 1)
		if (line[n++] == '\n') {
			line[n] = 0;
			return true;
		}
	return false;
}

static void answer(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static void talk(struct post *p, int fd)
{
	char line[1200];
	bool data = false;

	answer(fd, "220 post.example\r\n");
	while (line_read(fd, line, sizeof line)) {
		(void)strncat(p->heard, line, sizeof p->heard - strlen(p->heard) - 1);
		if (data && strcmp(line, ".\r\n") == 0) {
			data = false;
			p->mails++;
			answer(fd, "250 taken\r\n");
		} else if (data) {
			continue;
		} else if (strncmp(line, "DATA", 4) == 0) {
			data = true;
			answer(fd, "354 go\r\n");
		} else if (strncmp(line, "EHLO", 4) == 0) {
			answer(fd, "250-post.example\r\n250 AUTH PLAIN\r\n");
		} else if (strncmp(line, "AUTH", 4) == 0) {
			answer(fd, "334 \r\n");
			(void)line_read(fd, line, sizeof line);
			answer(fd, "235 welcome\r\n");
		} else if (strncmp(line, "RCPT", 4) == 0 && p->refuse) {
			answer(fd, "550 nobody here\r\n");
		} else {
			answer(fd, "250 fine\r\n");
		}
	}
}

static void *post_serve(void *ctx)
{
	struct post *p = ctx;
	int fd;

	while ((fd = accept(p->fd, NULL, NULL)) >= 0) {
		talk(p, fd);
		(void)close(fd);
	}
	return NULL;
}

static void post_begin(struct post *p)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;

	*p = (struct post){.fd = socket(AF_INET, SOCK_STREAM, 0)};
	assert_int_equal(bind(p->fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(p->fd, 8), 0);
	assert_int_equal(getsockname(p->fd, (struct sockaddr *)&at, &n), 0);
	p->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&p->thread, NULL, post_serve, p), 0);
}

static void post_end(struct post *p)
{
	(void)shutdown(p->fd, SHUT_RDWR);
	(void)pthread_join(p->thread, NULL);
	(void)close(p->fd);
}

#define MAIL BYTES("Subject: =?UTF-8?B?6ZKk5Y2w?=\r\n\r\nhello\r\n.dot\r\n")

static void hands_mail_over(void **state)
{
	static const char *const to[] = {"a@example.cn", "b+c@example.cn"};
	static const char *const bad[] = {"a@example.cn>\r\nRCPT TO:<x@y.z"};
	AUTO(arena) a = arena_new();
	const char *word = arena_printf(a, "/tmp/courier.%d", (int)getpid());
	struct post p;
	struct courier_conf conf = {.program = getenv("QIANYIN_COURIER"),
		.mail_from = "platform@example.cn",
		.mail_user = "platform",
		.mail_password_file = word};
	struct courier_client *c;
	struct err e = {0};

	(void)state;
	post_begin(&p);
	assert_true(file_write(word, 0600, BYTES("open sesame\n"), &e));
	conf.mail_url = arena_printf(a, "smtp://127.0.0.1:%u", p.port);
	c = courier_client_new(&conf);
	if (!courier_client_mail(c, to, 2, MAIL, 10000, &e))
		fail_msg("%s", e.text);
	assert_int_equal(p.mails, 1);
	assert_non_null(strstr(p.heard, "MAIL FROM:<platform@example.cn>"));
	assert_non_null(strstr(p.heard, "RCPT TO:<b+c@example.cn>"));
	assert_non_null(strstr(p.heard, "\r\n..dot\r\n"));
	assert_non_null(strstr(p.heard, "AUTH PLAIN"));
	assert_false(courier_client_mail(c, bad, 1, MAIL, 10000, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_false(courier_client_mail(c, to, 1, BYTES("a\n.\nQUIT\r\n"), 3000, &e));
	assert_int_equal(e.code, ERR_USAGE);
	p.refuse = true;
	assert_false(courier_client_mail(c, to, 1, MAIL, 10000, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(p.mails, 1);
	courier_client_free(c);
	post_end(&p);
	/* A password others can read is none: no courier starts. */
	assert_int_equal(chmod(word, 0644), 0);
	c = courier_client_new(&conf);
	assert_false(courier_client_mail(c, to, 1, MAIL, 1000, &e));
	assert_int_equal(e.code, ERR_BUSY);
	courier_client_free(c);
	(void)unlink(word);
}

static void without_a_server_there_is_no_mail(void **state)
{
	static const char *const to[] = {"a@example.cn"};
	struct bench *b = *state;
	struct err e = {0};

	assert_false(courier_client_mail(b->c, to, 1, MAIL, 1000, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_begin, bench_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_was_entered),
		cmocka_unit_test(odd_entries_are_refused),
		WITH_BENCH(gets_and_posts),
		WITH_BENCH(goes_nowhere_else),
		WITH_BENCH(a_second_list_is_not_taken),
		WITH_BENCH(is_bounded),
		WITH_BENCH(survives_kills),
		WITH_BENCH(it_writes_and_starts_nothing),
		cmocka_unit_test(hands_mail_over),
		WITH_BENCH(without_a_server_there_is_no_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
