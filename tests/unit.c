/* unit: skipping a test so that its reason is seen and its memory is not called a leak.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "unit.h"

static bool skipped;

/* cmocka skips by longjmp, over every AUTO local: what they own is lost. The leak checker
 * asks this at the end, of a program in which no test was skipped as strictly as ever. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return skipped;
}

void unit_skip(const char *fmt, ...)
{
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	print_message("# skipped: %s\n", why);
	skipped = true;
	skip();
	abort(); /* not reached */
}
