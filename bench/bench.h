/* bench: two ways of doing the same work, timed in turns, printed as one row.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Processor time counts and not the clock on the wall, for machines are shared. Rounds
 * alternate (ours, theirs, theirs, ours …), so that a machine that warms up slows both
 * alike; the figure is the median round. The caller makes sure that
 * both sides do the same work on the same data; a work function does it `times` times.
 *
 *     bench_row("SM3, 16 KB", 16384, (struct side){"ours", sm3_ours, &data},
 *             (struct side){"OpenSSL", sm3_openssl, &data});
 *
 * prints   what   ours   peer   name of the peer   ratio (above 1: ours is faster).
 * Work that takes more than a second is done in three rounds only.
 */
#ifndef QY_BENCH_H
#define QY_BENCH_H

#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BENCH_ROUNDS = 11, BENCH_ROUNDS_LONG = 3, BENCH_WORDS = 60 };
#define BENCH_ROUND_S 0.05
#define BENCH_LONG_S  1.0

struct side {
	const char *name;
	void (*work)(void *ctx, size_t times);
	void *ctx;
};

/* What a row is counted in: "MB/s" and the MB of one piece of work; each 0: time. */
struct bench_unit {
	const char *word;
	double each;
};

/* A helper that goes on running and works for us (a peer that must be warm): its
 * processor time counts too. */
static pid_t bench_helper;

/* Processor time of this process, of the programs it has run and of the helper, in
 * seconds. */
static inline double bench_now(void)
{
	struct timespec t, h = {0};
	struct rusage r;
	clockid_t clock;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	(void)getrusage(RUSAGE_CHILDREN, &r);
	if (bench_helper && clock_getcpuclockid(bench_helper, &clock) == 0)
		(void)clock_gettime(clock, &h);
	return (double)h.tv_sec + (double)h.tv_nsec / 1e9 + (double)t.tv_sec +
	       (double)t.tv_nsec / 1e9 + (double)r.ru_utime.tv_sec +
	       (double)r.ru_stime.tv_sec +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static inline double bench_time(const struct side *s, size_t times)
{
	double start = bench_now();

	s->work(s->ctx, times);
	return bench_now() - start;
}

/* How many times fill a round, and what the last try took; warms the caches on the way.
 */
static inline size_t bench_times(const struct side *s, double *took)
{
	size_t times = 1;

	while ((*took = bench_time(s, times)) < BENCH_ROUND_S / 4)
		times *= 2;
	times = (size_t)((double)times * BENCH_ROUND_S / *took);
	return times ? times : 1;
}

static inline int bench_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Units a second, or times a second, in a form people read. */
static inline void bench_rate(char out[24], double rate, struct bench_unit unit)
{
	if (unit.each > 0)
		(void)snprintf(out, 24, "%.1f %s", rate * unit.each, unit.word);
	else if (rate >= 1000)
		(void)snprintf(out, 24, "%.0f /s", rate);
	else
		(void)snprintf(out, 24, "%.3f ms", 1000 / rate);
}

/* A row as it is printed; ratio 0: none. */
static inline void bench_print(const char *what, const char *ours, const char *peer,
	const char *name, double ratio)
{
	printf("%-44s %14s %14s  %-14s", what, ours, peer, name ? name : "");
	printf(ratio > 0 ? " %6.2f\n" : "\n", ratio);
	(void)fflush(stdout);
}

/* A row that could not be measured: said aloud, where the figure would stand. */
static inline void bench_skip(const char *what, const char *why)
{
	bench_print(what, "SKIPPED", "", why, 0);
}

/* One row; a peer without a function leaves its columns empty. Returns the ratio (0
 * without a peer). */
static inline double bench_row_in(
	const char *what, struct bench_unit unit, struct side ours, struct side peer)
{
	struct side both[2] = {ours, peer};
	double rates[2][BENCH_ROUNDS] = {{0}}, ratio = 0;
	size_t times[2] = {0}, sides = peer.work ? 2 : 1, rounds = BENCH_ROUNDS;
	char text[2][24] = {"", ""};

	for (size_t i = 0; i < sides; i++) {
		double took;

		times[i] = bench_times(&both[i], &took);
		if (took > BENCH_LONG_S)
			rounds = BENCH_ROUNDS_LONG;
	}
	for (size_t round = 0; round < rounds; round++)
		for (size_t turn = 0; turn < sides; turn++) {
			size_t i = (turn + round) % sides;

			rates[i][round] =
				(double)times[i] / bench_time(&both[i], times[i]);
		}
	for (size_t i = 0; i < sides; i++) {
		qsort(rates[i], rounds, sizeof rates[i][0], bench_compare);
		bench_rate(text[i], rates[i][rounds / 2], unit);
	}
	if (sides == 2)
		ratio = rates[0][rounds / 2] / rates[1][rounds / 2];
	bench_print(what, text[0], text[1], peer.name, ratio);
	return ratio;
}

/* The same by octets; octets is the size of one piece of work, 0 when size says nothing.
 */
static inline double bench_row(
	const char *what, size_t octets, struct side ours, struct side peer)
{
	return bench_row_in(
		what, (struct bench_unit){"MB/s", (double)octets / 1e6}, ours, peer);
}

/* A row by the clock on the wall, best of five, beside what it should at most be: only
 * for what people wait for, and it says something on an idle machine only. */
static inline void bench_wall(const char *what, struct side ours, double limit_s)
{
	char text[24], limit[24];
	double best = 0;

	for (int i = 0; i < 5; i++) {
		struct timespec from, to;
		double took;

		(void)clock_gettime(CLOCK_MONOTONIC, &from);
		ours.work(ours.ctx, 1);
		(void)clock_gettime(CLOCK_MONOTONIC, &to);
		took = (double)(to.tv_sec - from.tv_sec) +
		       (double)(to.tv_nsec - from.tv_nsec) / 1e9;
		if (i == 0 || took < best)
			best = took;
	}
	(void)snprintf(text, sizeof text, "%.3f ms", best * 1000);
	(void)snprintf(limit, sizeof limit, "%.0f ms", limit_s * 1000);
	bench_print(what, text, limit, best <= limit_s ? "target: met" : "target: MISSED",
		limit_s / best);
}

/* Work for a side: runs a program, its words ended by NULL (const char *[]), output
 * thrown away; a program that fails ends the benchmark, for a figure of failing is none.
 */
static inline void bench_process(void *words, size_t times)
{
	extern char **environ;
	const char *const *word = words;
	char *args[BENCH_WORDS + 1] = {0};

	for (size_t i = 0; word[i] && i < BENCH_WORDS; i++)
		args[i] = strdup(word[i]);

	for (size_t i = 0; i < times; i++) {
		posix_spawn_file_actions_t actions;
		pid_t child;
		int status = 0;

		(void)posix_spawn_file_actions_init(&actions);
		(void)posix_spawn_file_actions_addopen(
			&actions, STDOUT_FILENO, "/dev/null", 1, 0);
		(void)posix_spawn_file_actions_addopen(
			&actions, STDERR_FILENO, "/dev/null", 1, 0);
		if (posix_spawnp(&child, args[0], &actions, NULL, args, environ) != 0 ||
			waitpid(child, &status, 0) != child || status != 0) {
			(void)fprintf(stderr, "%s failed\n", args[0]);
			exit(1);
		}
		(void)posix_spawn_file_actions_destroy(&actions);
	}
	for (size_t i = 0; args[i]; i++)
		free(args[i]);
}

#endif
