/* unit: what every unit test includes: cmocka and comparing octets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_UNIT_H
#define QY_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"

#define assert_bytes(got, want)                                        \
	do {                                                           \
		struct bytes got_ = (got), want_ = (want);             \
		assert_int_equal(got_.n, want_.n);                     \
		if (want_.n)                                           \
			assert_memory_equal(got_.p, want_.p, want_.n); \
	} while (0)

#endif
