/* unit: what every unit test includes: cmocka and comparing octets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_UNIT_H
#define QY_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"

#define assert_bytes(got, want)                                        \
	do {                                                           \
		struct bytes got_ = (got), want_ = (want);             \
		assert_int_equal(got_.n, want_.n);                     \
		if (want_.n)                                           \
			assert_memory_equal(got_.p, want_.p, want_.n); \
	} while (0)

/* cmocka does not tell compilers that fail() and fail_msg() never return. */
void _fail(const char *file, int line) __attribute__((noreturn));

/* Ends the test as skipped, and says why where the runner shows it. */
void unit_skip(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
#define SKIP(...) unit_skip(__VA_ARGS__)

/* A path inside the source tree: source_path(a, "tests/vectors/sm2.txt"). */
static inline char *source_path(struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", QIANYIN_ROOT, name);
}

/* A file of another maker: sample_path(a, "ofd/x.ofd"). Skips the test, loudly, when
 * there are no samples at all; one that is missing among others is for the test to fail
 * on. */
static inline char *sample_path(struct arena *a, const char *name)
{
	const char *folder = getenv("QIANYIN_SAMPLES");

	if (!folder || !folder[0])
		folder = source_path(a, "../shared/samples");
	if (access(folder, R_OK) != 0)
		SKIP("no samples in %s (set QIANYIN_SAMPLES)", folder);
	return arena_printf(a, "%s/%s", folder, name);
}

#endif
