/* sandbox: where there is no list of system calls: other systems, and builds whose
 * instruments need calls of their own (sanitizers, coverage).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/sandbox.h"

bool sandbox_has_filter(void)
{
	return false;
}

bool sandbox_enter(const struct sandbox *s, struct err *e)
{
	return sandbox_limits(s, e);
}
