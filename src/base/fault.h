/* fault: places where a test makes a use case fail, to see that nothing is left half
 * done.
 * SPDX-License-Identifier: Apache-2.0
 *
 * `if (FAULT("mandate.after_draft", e)) return false;` stands between two steps of a use
 * case. In a release it is the constant false and costs nothing; a build with -Dlab=true
 * counts the places a thread passes, and fails at the one that was armed. A test arms 1,
 * 2, 3 … until the use case succeeds, and looks at the database each time.
 */
#ifndef QY_BASE_FAULT_H
#define QY_BASE_FAULT_H

#include "base/err.h"

#ifdef QY_FAULTS
/* True, with ERR_IO in e, when this is the place that was armed. */
bool fault_hit(const char *name, struct err *e);
#define FAULT(name, e) fault_hit("" name, e)

/* From now on the nth place this thread passes fails, once; 0: none. Counts anew. */
void fault_arm(unsigned nth);
/* How many places were passed since, and the name of the one that failed, or null. */
unsigned fault_passed(void);
const char *fault_failed(void);
#else
#define FAULT(name, e) ((void)(e), false)
#endif

#endif
