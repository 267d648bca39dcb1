/* supervise: processes that crash, hang, lie and are killed; those who ask go on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/supervise.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "base/sandbox.h"
#include "echo.h"
#include "unit.h"

static char *echo_argv[] = {NULL, NULL, NULL, NULL};
static uint8_t greeting = 7;

static bool greet(void *ctx, int fd, int64_t end, struct err *e)
{
	AUTO(arena) a = arena_new();
	uint8_t request[] = {ECHO_GREET, 0, 0, 0, 1, greeting};
	struct channel_room room = channel_room_arena(a, 100);
	struct bytes piece = BYTES_OF(request);
	struct reader fields;
	bool broken;

	(void)ctx;
	return channel_ask(fd, &piece, 1, &room, end, &fields, &broken, e);
}

static struct supervise *started(unsigned children, unsigned channels)
{
	static char count[2];
	struct supervise_spec spec = {.name = "echo",
		.argv = echo_argv,
		.children = children,
		.channels = channels,
		.gift = -1,
		.greet = greet};

	echo_argv[0] = getenv("QIANYIN_ECHO");
	assert_non_null(echo_argv[0]);
	count[0] = (char)('0' + channels);
	echo_argv[1] = count;
	echo_argv[2] = NULL;
	return supervise_new(&spec);
}

/* Asks with one field (or none, n SIZE_MAX); the answer's first field, copied. */
static bool ask(struct supervise *s, struct arena *a, enum echo_message number,
	struct bytes field, struct bytes *answer, bool *broken, struct err *e)
{
	struct writer w = writer_in(a, field.n + 16);
	struct channel_room room = channel_room_arena(a, 200000);
	struct bytes piece;
	struct reader fields;

	write_u8(&w, (uint8_t)number);
	if (field.p)
		wire_put(&w, field);
	piece = writer_bytes(&w);
	/* Patient, as test machines are slow, but with what will never answer. */
	if (!supervise_call(s, &piece, 1, &room, number == ECHO_HANG ? 500 : 10000,
		    &fields, broken, e))
		return false;
	*answer = fields.rest.n ? wire_get(&fields) : (struct bytes){0};
	return true;
}

static void is_well(struct supervise *s)
{
	AUTO(arena) a = arena_new();
	struct bytes answer;
	struct err e = {0};
	bool broken;

	for (int i = 0; i < 50; i++)
		if (ask(s, a, ECHO_ECHO, BYTES("hello"), &answer, &broken, &e)) {
			assert_bytes(answer, BYTES("hello"));
			return;
		} else {
			usleep(200000);
		}
	fail_msg("it does not answer: %s", e.text);
}

static uint32_t number_of(struct bytes b)
{
	struct reader r = reader_of(b);

	return read_be32(&r);
}

static void answers_and_refuses(void **state)
{
	AUTO(supervise) s = started(1, 2);
	AUTO(arena) a = arena_new();
	static const uint8_t large[99000] = {1};
	struct supervise_state look;
	struct bytes answer;
	struct err e;
	bool broken;

	(void)state;
	is_well(s);
	assert_true(ask(s, a, ECHO_ECHO, BYTES_OF(large), &answer, &broken, &e));
	assert_int_equal(answer.n, sizeof large);
	assert_false(ask(s, a, ECHO_REFUSE, BYTES("\0\0\0\5"), &answer, &broken, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_non_null(strstr(e.text, "so says 5"));
	assert_false(broken);
	assert_false(ask(s, a, ECHO_LOCKED, BYTES(""), &answer, &broken, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_false(broken);
	/* A field too few, a field too many. */
	assert_false(ask(s, a, ECHO_ECHO, (struct bytes){0}, &answer, &broken, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(broken);
	assert_false(ask(s, a, ECHO_GREETED, BYTES("more"), &answer, &broken, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	supervise_look(s, &look);
	assert_int_equal(look.running, 1);
	assert_int_equal(look.starts, 1);
	assert_int_equal(look.failures, 0);
}

/* One that breaks the form is shown the door. */
static void ends_at_nonsense(void **state)
{
	AUTO(supervise) s = started(1, 1);
	AUTO(arena) a = arena_new();
	static const uint8_t larger[100001] = {1};
	struct supervise_state look;
	struct bytes answer;
	struct err e;
	bool broken;

	(void)state;
	is_well(s);
	assert_false(ask(s, a, (enum echo_message)99, BYTES(""), &answer, &broken, &e));
	assert_true(broken);
	is_well(s);
	assert_false(ask(s, a, ECHO_ECHO, BYTES_OF(larger), &answer, &broken, &e));
	assert_true(broken);
	is_well(s);
	supervise_look(s, &look);
	assert_int_equal(look.failures, 2);
	assert_int_equal(look.starts, 3);
}

static void survives_what_dies(void **state)
{
	static const enum echo_message deaths[] = {ECHO_CRASH, ECHO_HANG, ECHO_BABBLE};
	AUTO(supervise) s = started(1, 1);
	AUTO(arena) a = arena_new();
	struct supervise_state look;

	(void)state;
	for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
		int64_t before = wire_clock_ms();
		struct bytes answer;
		struct err e;
		bool broken;

		is_well(s);
		assert_false(
			ask(s, a, deaths[i], (struct bytes){0}, &answer, &broken, &e));
		assert_true(broken);
		assert_true(wire_clock_ms() - before < 9000);
		is_well(s);
	}
	supervise_look(s, &look);
	assert_int_equal(look.failures, 3);
	assert_int_equal(look.starts, 4);
}

/* Also when nobody is left who would. */
static void a_call_without_end_ends_the_process(void **state)
{
	char channels[] = "1", *argv[] = {getenv("QIANYIN_ECHO"), channels, NULL};
	static const uint8_t hang[] = {0, 0, 0, 1, ECHO_HANG};
	uint8_t answer;
	pid_t pid;
	struct err e;
	int fd;

	(void)state;
	assert_true(child_spawn(&pid, &fd, 1, -1, argv, &e));
	assert_true(wire_write(fd, BYTES_OF(hang), -1, &e));
	assert_false(wire_read(fd, &answer, 1, wire_clock_ms() + 20000, &e));
	assert_int_equal(e.code, ERR_IO);
	child_kill(&pid);
	(void)close(fd);
}

static void survives_a_kill(void **state)
{
	AUTO(supervise) s = started(2, 1);
	struct supervise_state look;

	(void)state;
	supervise_tend(s, 1000);
	supervise_look(s, &look);
	assert_int_equal(look.running, 2);
	for (int i = 0; i < 5; i++) {
		AUTO(arena) a = arena_new();
		struct bytes answer;
		bool broken;
		struct err e;

		supervise_look(s, &look);
		assert_true(look.pids[0] > 1);
		assert_int_equal(kill(look.pids[0], SIGKILL), 0);
		usleep(20000);
		/* The very next call finds another one. */
		assert_true(ask(s, a, ECHO_ECHO, BYTES("x"), &answer, &broken, &e));
		/* It failed a few times without a good answer between: a pause. */
		for (int k = 0; k < 500; k++) {
			supervise_tend(s, 1000);
			supervise_look(s, &look);
			if (look.running == 2)
				break;
			usleep(20000);
		}
	}
	supervise_look(s, &look);
	assert_int_equal(look.failures, 5);
}

static void pauses_when_it_cannot_start(void **state)
{
	AUTO(supervise) s = started(1, 1);
	AUTO(arena) a = arena_new();
	static char word[] = "fail";
	struct supervise_state look;
	struct bytes answer;
	bool broken;
	struct err e;
	int64_t before = wire_clock_ms();

	(void)state;
	echo_argv[2] = word;
	for (int i = 0; i < 50; i++) {
		assert_false(ask(s, a, ECHO_ECHO, BYTES("x"), &answer, &broken, &e));
		assert_int_equal(e.code, ERR_BUSY);
	}
	assert_true(wire_clock_ms() - before < 20000);
	supervise_look(s, &look);
	assert_true(look.starts < 25);
	echo_argv[2] = NULL;
	usleep(600000);
	supervise_tend(s, 1000);
	is_well(s);
}

static uint32_t greeting_of(struct supervise *s)
{
	AUTO(arena) a = arena_new();
	struct bytes answer;
	bool broken;
	struct err e;

	assert_true(ask(s, a, ECHO_GREETED, (struct bytes){0}, &answer, &broken, &e));
	return number_of(answer);
}

static void greets_anew(void **state)
{
	AUTO(supervise) s = started(2, 1);
	struct supervise_state look;

	(void)state;
	supervise_tend(s, 1000);
	assert_int_equal(greeting_of(s), 7);
	greeting = 9;
	supervise_renew(s);
	for (int i = 0; i < 5; i++)
		assert_int_equal(greeting_of(s), 9);
	greeting = 7;
	supervise_look(s, &look);
	assert_int_equal(look.failures, 0);
}

/* --- many at once, while they are killed */

struct crowd {
	struct supervise *s;
	unsigned good, refused, wrong;
	bool stop;
};

static void *crowd_member(void *ctx)
{
	struct crowd *c = ctx;
	unsigned turn = 0;

	while (!__atomic_load_n(&c->stop, __ATOMIC_RELAXED)) {
		AUTO(arena) a = arena_new();
		char *text = arena_printf(a, "%p %u", (void *)&text, turn++);
		struct bytes answer;
		bool broken;
		struct err e;

		if (!ask(c->s, a, ECHO_ECHO, bytes_str(text), &answer, &broken, &e))
			__atomic_add_fetch(&c->refused, 1, __ATOMIC_RELAXED);
		else if (bytes_equal(answer, bytes_str(text)))
			__atomic_add_fetch(&c->good, 1, __ATOMIC_RELAXED);
		else
			__atomic_add_fetch(&c->wrong, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void no_answer_goes_astray(void **state)
{
	struct crowd c = {.s = started(2, 3)};
	pthread_t members[8];
	struct supervise_state look;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&members[i], NULL, crowd_member, &c), 0);
	for (int i = 0; i < 40; i++) {
		usleep(10000);
		supervise_look(c.s, &look);
		if (look.pids[i % 2] > 1)
			(void)kill(look.pids[i % 2], i % 5 ? SIGKILL : SIGTERM);
	}
	__atomic_store_n(&c.stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < 8; i++)
		(void)pthread_join(members[i], NULL);
	assert_int_equal(c.wrong, 0);
	assert_true(c.good > 100);
	is_well(c.s);
	supervise_free(c.s);
}

/* --- what a confined process may not */

static void nothing_but_its_channel(void **state)
{
	AUTO(supervise) s = started(1, 1);
	AUTO(arena) a = arena_new();
	struct bytes answer;
	bool broken;
	struct err e;

	(void)state;
	if (!sandbox_has_filter())
		SKIP("this build has no list of system calls");
	for (uint32_t what = TRY_SOCKET; what <= TRY_CORE; what++) {
		uint8_t number[] = {0, 0, 0, (uint8_t)what};

		assert_true(ask(s, a, ECHO_TRY, BYTES_OF(number), &answer, &broken, &e));
		assert_int_equal(number_of(answer), 1 /* EPERM */);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_and_refuses),
		cmocka_unit_test(ends_at_nonsense),
		cmocka_unit_test(survives_what_dies),
		cmocka_unit_test(a_call_without_end_ends_the_process),
		cmocka_unit_test(survives_a_kill),
		cmocka_unit_test(pauses_when_it_cannot_start),
		cmocka_unit_test(greets_anew),
		cmocka_unit_test(no_answer_goes_astray),
		cmocka_unit_test(nothing_but_its_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
