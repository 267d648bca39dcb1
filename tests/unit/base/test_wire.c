/* wire, child: messages come whole or not at all, and nobody waits for ever.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/wire.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "base/child.h"
#include "unit.h"

struct pair {
	int a, b;
	uint8_t *room;
};

static int pair_begin(void **state)
{
	struct pair *p = NEW(struct pair);
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	*p = (struct pair){ends[0], ends[1], mem_alloc(WIRE_MAX)};
	*state = p;
	return 0;
}

static int pair_end(void **state)
{
	struct pair *p = *state;

	(void)close(p->a);
	if (p->b >= 0)
		(void)close(p->b);
	mem_free(p->room);
	mem_free(p);
	return 0;
}

static void messages_come_whole(void **state)
{
	struct pair *p = *state;
	struct bytes got;
	struct err e;

	assert_true(wire_send(p->a, BYTES("one"), &e));
	assert_true(wire_send(p->a, BYTES(""), &e));
	assert_true(wire_send(p->a, BYTES("three"), &e));
	assert_true(wire_receive(p->b, p->room, 1000, &got, &e));
	assert_bytes(got, BYTES("one"));
	assert_true(wire_receive(p->b, p->room, 1000, &got, &e));
	assert_bytes(got, BYTES(""));
	assert_true(wire_receive(p->b, p->room, 1000, &got, &e));
	assert_bytes(got, BYTES("three"));
}

static void lengths_are_looked_at_first(void **state)
{
	struct pair *p = *state;
	static const uint8_t large[WIRE_MAX + 1];
	struct bytes got;
	struct err e;

	assert_false(wire_send(p->a, BYTES_OF(large), &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_true(wire_write(p->a, BYTES("\xff\xff\xff\xff"), -1, &e));
	assert_false(wire_receive(p->b, p->room, 1000, &got, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

static void who_leaves_in_the_middle_is_gone(void **state)
{
	struct pair *p = *state;
	struct bytes got;
	struct err e;

	assert_true(wire_write(p->b, BYTES("\0\0\0\x05two"), -1, &e));
	(void)close(p->b);
	p->b = -1;
	assert_false(wire_receive(p->a, p->room, -1, &got, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_false(wire_send(p->a, BYTES("x"), &e));
	assert_int_equal(e.code, ERR_IO);
}

/* Neither who says nothing, nor who says half, nor who does not listen. */
static void nobody_waits_for_ever(void **state)
{
	struct pair *p = *state;
	uint8_t *much = mem_alloc(8 << 20);
	int64_t before = wire_clock_ms();
	struct bytes got;
	struct err e;

	assert_false(wire_receive(p->a, p->room, 50, &got, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_true(wire_write(p->b, BYTES("\0\0\0\x05two"), -1, &e));
	assert_false(wire_receive(p->a, p->room, 50, &got, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_false(
		wire_write(p->a, bytes_make(much, 8 << 20), wire_clock_ms() + 50, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_true(wire_clock_ms() - before < 2000);
	mem_free(much);
}

static void fields_are_read_as_written(void **state)
{
	uint8_t room[64], out[3];
	struct writer w = writer_over(room, sizeof room);
	struct reader r;

	(void)state;
	wire_put(&w, BYTES("abc"));
	wire_put_number(&w, 0xfffffffe);
	wire_put_long(&w, UINT64_C(0xfedcba9876543210));
	wire_put(&w, BYTES(""));
	r = reader_of(writer_bytes(&w));
	wire_get_into(&r, out, sizeof out);
	assert_memory_equal(out, "abc", 3);
	assert_int_equal(wire_get_number(&r), 0xfffffffe);
	assert_true(wire_get_long(&r) == UINT64_C(0xfedcba9876543210));
	assert_int_equal(wire_get(&r).n, 0);
	assert_false(r.short_read);
	assert_int_equal(r.rest.n, 0);
	assert_int_equal(wire_get(&r).n, 0);
	assert_true(r.short_read);
}

static void fields_cut_or_of_another_size_are_none(void **state)
{
	uint8_t room[16], out[4];
	struct writer w = writer_over(room, sizeof room);
	struct bytes whole;
	struct reader r;

	(void)state;
	wire_put(&w, BYTES("abc"));
	whole = writer_bytes(&w);
	for (size_t n = 0; n < whole.n; n++) {
		r = reader_of(bytes_head(whole, n));
		assert_int_equal(wire_get(&r).n, 0);
		assert_true(r.short_read);
	}
	r = reader_of(whole);
	wire_get_into(&r, out, sizeof out);
	assert_true(r.short_read);
	assert_memory_equal(out, "\0\0\0\0", sizeof out);
	r = reader_of(whole);
	assert_int_equal(wire_get_number(&r), 0);
	assert_true(r.short_read);
}

/* A child finds its channels and its gift, and nothing else of ours. */
static void a_child_has_what_it_is_given(void **state)
{
	static char sh[] = "/bin/sh", c[] = "-c",
		    script[] = "ls /proc/self/fd | wc -l >&3; cat <&5 >&4";
	char *argv[] = {sh, c, script, NULL};
	int fds[2], gift[2], open_here = open("/dev/null", O_RDONLY);
	char text[16] = {0};
	pid_t pid;
	struct err e;

	(void)state;
	assert_int_equal(pipe(gift), 0);
	assert_int_equal(write(gift[1], "word", 4), 4);
	(void)close(gift[1]);
	assert_true(child_spawn(&pid, fds, 2, gift[0], argv, &e));
	assert_true(wire_read(fds[0], text, 1, wire_clock_ms() + 5000, &e));
	/* 0, 1, 2; 3, 4, 5; and the folder that ls reads */
	assert_string_equal(text, "7");
	assert_true(wire_read(fds[1], text, 4, wire_clock_ms() + 5000, &e));
	assert_string_equal(text, "word");
	child_kill(&pid);
	assert_int_equal(pid, 0);
	assert_false(child_is_running(&pid));
	(void)close(fds[0]);
	(void)close(fds[1]);
	(void)close(gift[0]);
	(void)close(open_here);
}

static void what_does_not_start_is_told(void **state)
{
	static char nowhere[] = "/nowhere/at/all";
	char *argv[] = {nowhere, NULL};
	int fds[1];
	pid_t pid;
	struct err e;

	(void)state;
	assert_false(child_spawn(&pid, fds, 1, -1, argv, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_false(child_spawn(&pid, fds, CHILD_CHANNELS_MAX + 1, -1, argv, &e));
	assert_int_equal(e.code, ERR_USAGE);
}

#define WITH_PAIR(test) cmocka_unit_test_setup_teardown(test, pair_begin, pair_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PAIR(messages_come_whole),
		WITH_PAIR(lengths_are_looked_at_first),
		WITH_PAIR(who_leaves_in_the_middle_is_gone),
		WITH_PAIR(nobody_waits_for_ever),
		cmocka_unit_test(fields_are_read_as_written),
		cmocka_unit_test(fields_cut_or_of_another_size_are_none),
		cmocka_unit_test(a_child_has_what_it_is_given),
		cmocka_unit_test(what_does_not_start_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
