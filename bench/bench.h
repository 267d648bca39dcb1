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

enum { BENCH_ROUNDS = 11, BENCH_WORDS = 30 };
#define BENCH_ROUND_S 0.05

struct side {
	const char *name;
	void (*work)(void *ctx, size_t times);
	void *ctx;
};

/* Processor time of this process and of the programs it has run, in seconds. */
static inline double bench_now(void)
{
	struct timespec t;
	struct rusage r;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	(void)getrusage(RUSAGE_CHILDREN, &r);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9 + (double)r.ru_utime.tv_sec +
	       (double)r.ru_stime.tv_sec +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static inline double bench_time(const struct side *s, size_t times)
{
	double start = bench_now();

	s->work(s->ctx, times);
	return bench_now() - start;
}

/* How many times fill a round; warms the caches on the way. */
static inline size_t bench_times(const struct side *s)
{
	size_t times = 1;
	double took;

	while ((took = bench_time(s, times)) < BENCH_ROUND_S / 4)
		times *= 2;
	times = (size_t)((double)times * BENCH_ROUND_S / took);
	return times ? times : 1;
}

static inline int bench_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Times a second, or octets a second where each time has a size, in a form people read.
 */
static inline void bench_rate(char out[24], double rate, size_t octets)
{
	if (octets)
		(void)snprintf(out, 24, "%.1f MB/s", rate * (double)octets / 1e6);
	else if (rate >= 1000)
		(void)snprintf(out, 24, "%.0f /s", rate);
	else
		(void)snprintf(out, 24, "%.3f ms", 1000 / rate);
}

/* One row; octets is the size of one piece of work, 0 when size says nothing. A peer
 * without a function leaves its columns empty. Returns the ratio (0 without a peer). */
static inline double bench_row(
	const char *what, size_t octets, struct side ours, struct side peer)
{
	struct side both[2] = {ours, peer};
	double rates[2][BENCH_ROUNDS] = {{0}}, ratio = 0;
	size_t times[2] = {0}, sides = peer.work ? 2 : 1;
	char text[2][24] = {"", ""};

	for (size_t i = 0; i < sides; i++)
		times[i] = bench_times(&both[i]);
	for (size_t round = 0; round < BENCH_ROUNDS; round++)
		for (size_t turn = 0; turn < sides; turn++) {
			size_t i = (turn + round) % sides;

			rates[i][round] =
				(double)times[i] / bench_time(&both[i], times[i]);
		}
	for (size_t i = 0; i < sides; i++) {
		qsort(rates[i], BENCH_ROUNDS, sizeof rates[i][0], bench_compare);
		bench_rate(text[i], rates[i][BENCH_ROUNDS / 2], octets);
	}
	if (sides == 2)
		ratio = rates[0][BENCH_ROUNDS / 2] / rates[1][BENCH_ROUNDS / 2];
	printf("%-44s %14s %14s  %-14s", what, text[0], text[1],
		peer.name ? peer.name : "");
	printf(ratio > 0 ? " %6.2f\n" : "\n", ratio);
	(void)fflush(stdout);
	return ratio;
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
