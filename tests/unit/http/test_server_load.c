/* The server under what it was built for: many who idle, who drip, who listen, who send a
 * gigabyte; and a hand-over under load with nobody refused.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Clients are processes of their own, so that each side may hold as many descriptors as
 * the system allows one process.
 */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "http/listen.h"
#include "server_kit.h"
#include "torture.h"
#include "unit.h"

static struct kit kit;
static char got[100000];

#define GET(path)  "GET " path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
#define KEPT(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"

static int stop(void **state)
{
	(void)state;
	if (kit.server)
		kit_stop(&kit);
	return 0;
}

/* How many descriptors this process may have, raised as far as it goes. */
static unsigned descriptors(void)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	return limit.rlim_cur > 1000000 ? 1000000 : (unsigned)limit.rlim_cur;
}

/* A client process: `run` with the end of a pipe to tell what it counted. */
static pid_t client(unsigned (*run)(unsigned n), unsigned n, int *answer)
{
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		unsigned count = run(n);

		(void)!write(ends[1], &count, sizeof count);
		(void)pause();
		_exit(0);
	}
	(void)close(ends[1]);
	*answer = ends[0];
	return pid;
}

static unsigned answer_of(int fd)
{
	unsigned count = 0;

	assert_int_equal(read(fd, &count, sizeof count), sizeof count);
	(void)close(fd);
	return count;
}

static void end(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static unsigned dial_and_idle(unsigned n)
{
	unsigned count = 0;

	for (; count < n; count++)
		(void)kit_dial(&kit);
	return count;
}

static void ten_thousand_idle_connections_harm_nobody(void **state)
{
	unsigned allowed = descriptors(), n = allowed > 10200 ? 10000 : allowed - 200;
	unsigned long before, after;
	int answer;
	pid_t pid;

	(void)state;
	if (n < 10000)
		print_message("# REDUCED: %u idle connections instead of 10000, this "
			      "system allows %u descriptors\n",
			n, allowed);
	kit_start(&kit, (struct http_conf){.workers = 2,
				.threads = 2,
				.connections_max = 12000,
				.idle_s = 300,
				.total_s = 300});
	before = kit_memory();
	pid = client(dial_and_idle, n, &answer);
	assert_int_equal(answer_of(answer), n);
	for (int i = 0; i < 100 && http_server_stats(kit.server).connections < n; i++)
		(void)poll(NULL, 0, 100);
	assert_true(http_server_stats(kit.server).connections >= n);
	for (int i = 0; i < 50; i++) {
		kit_talk(&kit, GET("/echo?alive"), got, sizeof got);
		assert_non_null(strstr(got, "\r\n\r\nalive"));
	}
	after = kit_memory();
	print_message("# %u idle connections: %lu KiB more, %lu octets each\n", n,
		after - before, (after - before) * 1024 / n);
	assert_true((after - before) / (n / 1000) < 24 * 1024); /* 24 KiB each */
	end(pid);
}

/* One octet of a header a second, for ever. */
static unsigned drip(unsigned n)
{
	int *fds = calloc(n, sizeof *fds);

	for (unsigned i = 0; i < n; i++) {
		fds[i] = kit_dial(&kit);
		kit_say(fds[i], "GET / HTTP/1.1\r\nX: ");
	}
	if (!fork())
		for (;;) {
			for (unsigned i = 0; i < n; i++)
				kit_say(fds[i], "x");
			(void)poll(NULL, 0, 1000);
			if (getppid() == 1)
				_exit(0);
		}
	free(fds);
	return n;
}

static void dripping_clients_are_cut_and_others_served(void **state)
{
	struct http_stats stats;
	int answer;
	pid_t pid;

	(void)state;
	kit_start(&kit, (struct http_conf){.workers = 2,
				.connections_max = 400,
				.idle_s = 30,
				.head_s = 3,
				.total_s = 30});
	pid = client(drip, 300, &answer);
	assert_int_equal(answer_of(answer), 300);
	kit_talk(&kit, GET("/echo?alive"), got, sizeof got);
	assert_non_null(strstr(got, "\r\n\r\nalive"));
	for (int i = 0; i < 100 && http_server_stats(kit.server).connections; i++)
		(void)poll(NULL, 0, 100);
	stats = http_server_stats(kit.server);
	assert_int_equal(stats.connections, 0);
	assert_true(stats.cut >= 300);
	end(pid);
}

static unsigned send_a_lot(unsigned mib)
{
	static char block[1 << 20];
	int fd = kit_dial(&kit);
	char head[200];

	(void)snprintf(head, sizeof head,
		"PUT /stream HTTP/1.1\r\nHost: x\r\nContent-Length: %llu\r\n"
		"Connection: close\r\n\r\n",
		(unsigned long long)mib << 20);
	kit_say(fd, head);
	for (unsigned i = 0; i < mib; i++)
		for (size_t at = 0; at < sizeof block;) {
			ssize_t n = send(fd, block + at, sizeof block - at, MSG_NOSIGNAL);

			if (n <= 0)
				return 0;
			at += (size_t)n;
		}
	return kit_hear_until(fd, got, sizeof got, "1073741824 octets", 30000);
}

static void a_gigabyte_comes_in_flat_memory(void **state)
{
	unsigned long before, most = 0;
	int answer;
	pid_t pid;

	(void)state;
	kit_start(&kit, (struct http_conf){.workers = 2});
	before = kit_memory();
	pid = client(send_a_lot, 1024, &answer);
	for (int i = 0; i < 1200 && !kit.whole && !kit.broken; i++) {
		unsigned long now = kit_memory();

		most = now > most ? now : most;
		(void)poll(NULL, 0, 100);
	}
	assert_int_equal(answer_of(answer), 1);
	assert_int_equal(kit.octets, UINT64_C(1) << 30);
	print_message(
		"# 1 GiB: %lu KiB more at most\n", most > before ? most - before : 0);
	assert_true(most < before + 4096);
	end(pid);
}

static unsigned listen_and_count(unsigned n)
{
	int *fds = calloc(n, sizeof *fds);
	unsigned heard = 0;

	for (unsigned i = 0; i < n; i++) {
		fds[i] = kit_dial(&kit);
		kit_say(fds[i], KEPT("/events"));
	}
	for (unsigned i = 0; i < n; i++)
		heard += kit_hear_until(
			fds[i], got, sizeof got, "data: good news\n\n", 20000);
	free(fds);
	return heard;
}

static void five_hundred_listen_and_need_no_thread(void **state)
{
	unsigned n = descriptors() < 1100 ? 300 : 500;
	int answer;
	pid_t pid;

	(void)state;
	if (n < 500)
		print_message("# REDUCED: %u listeners instead of 500\n", n);
	kit_start(&kit, (struct http_conf){.workers = 2, .connections_max = 700});
	pid = client(listen_and_count, n, &answer);
	for (int i = 0; i < 100 && http_server_stats(kit.server).events < n; i++)
		(void)poll(NULL, 0, 100);
	assert_int_equal(http_server_stats(kit.server).events, n);
	/* Both workers are free for others. */
	kit_talk(&kit, GET("/slow/1"), got, sizeof got);
	assert_non_null(strstr(got, " 200 "));
	assert_int_equal(kit_tell(&kit, "good news"), n);
	assert_int_equal(answer_of(answer), n);
	end(pid);
	for (int i = 0; i < 100 && http_server_stats(kit.server).events; i++) {
		(void)kit_tell(&kit, "anybody there?");
		(void)poll(NULL, 0, 100);
	}
	assert_int_equal(http_server_stats(kit.server).events, 0);
}

/* --- hand-over
 * -------------------------------------------------------------------------- */

static volatile sig_atomic_t told;

static void on_term(int number)
{
	(void)number;
	told = 1;
}

static unsigned port;

/* One generation of the server, on the listening socket it inherits. */
static pid_t generation(int listener, int ready)
{
	struct http_conf conf = {.workers = 2, .threads = 2, .has_listener = true};
	struct sigaction act = {.sa_handler = on_term};
	pid_t pid = fork();
	bool drained;

	assert_true(pid >= 0);
	if (pid)
		return pid;
	(void)sigaction(SIGTERM, &act, NULL);
	conf.listener = dup(listener);
	kit_start(&kit, conf);
	(void)!write(ready, "r", 1);
	while (!told)
		(void)poll(NULL, 0, 20);
	drained = http_server_drain(kit.server, 10);
	kit_stop(&kit);
	_exit(drained ? 0 : 1);
}

/* Half of the clients connect anew for each request, half keep their connection until the
 * server says that it closes. Counts answers; any failure ends it with 0. */
static unsigned ask_all_the_time(unsigned seconds)
{
	struct timespec start, now;
	unsigned count = 0;
	int kept = -1;

	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		int fd = kit_dial_port(port);

		if (fd < 0)
			return 0;
		kit_say(fd, GET("/echo?new"));
		(void)kit_hear(fd, got, sizeof got, 5000);
		(void)close(fd);
		if (!strstr(got, "\r\n\r\nnew"))
			return 0;
		if (kept < 0)
			kept = kit_dial_port(port);
		kit_say(kept, KEPT("/echo?kept"));
		if (!kit_hear_until(kept, got, sizeof got, "\r\n\r\nkept", 5000))
			return 0;
		if (strstr(got, "Connection: close")) {
			(void)close(kept);
			kept = -1;
		}
		count += 2;
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - start.tv_sec < (time_t)seconds);
	return count;
}

static void a_new_process_takes_over_and_nobody_is_refused(void **state)
{
	struct listen_conf where = {.address = "127.0.0.1:0"};
	int listener, ready[2], answers[3], status;
	unsigned total = 0;
	pid_t old, clients[3];
	struct err e;
	char c;

	(void)state;
	assert_true(listen_open(&listener, &port, &where, &e));
	assert_int_equal(pipe(ready), 0);
	old = generation(listener, ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	for (size_t i = 0; i < 3; i++)
		clients[i] = client(ask_all_the_time, 5, &answers[i]);
	for (int i = 0; i < 4; i++) {
		pid_t new;

		(void)poll(NULL, 0, 900);
		new = generation(listener, ready[1]);
		assert_int_equal(read(ready[0], &c, 1), 1);
		(void)kill(old, SIGTERM);
		assert_int_equal(waitpid(old, &status, 0), old);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		old = new;
	}
	for (size_t i = 0; i < 3; i++) {
		unsigned count = answer_of(answers[i]);

		assert_true(count > 100);
		total += count;
		end(clients[i]);
	}
	print_message("# 4 hand-overs, %u requests, none refused or cut\n", total);
	end(old);
	(void)close(listener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			ten_thousand_idle_connections_harm_nobody, stop),
		cmocka_unit_test_teardown(
			dripping_clients_are_cut_and_others_served, stop),
		cmocka_unit_test_teardown(a_gigabyte_comes_in_flat_memory, stop),
		cmocka_unit_test_teardown(five_hundred_listen_and_need_no_thread, stop),
		cmocka_unit_test_teardown(
			a_new_process_takes_over_and_nobody_is_refused, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
