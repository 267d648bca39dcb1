/* fault: see fault.h. Only in builds for tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/fault.h"

/* Of the thread: tests that run use cases side by side must not disturb each other. */
static _Thread_local unsigned armed, passed;
static _Thread_local const char *failed;

void fault_arm(unsigned nth)
{
	armed = nth;
	passed = 0;
	failed = NULL;
}

unsigned fault_passed(void)
{
	return passed;
}

const char *fault_failed(void)
{
	return failed;
}

bool fault_hit(const char *name, struct err *e)
{
	if (++passed != armed)
		return false;
	failed = name;
	(void)err_set(e, ERR_IO, "fault at %s", name);
	return true;
}
