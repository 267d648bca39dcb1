/* lab: the test clock, which a release does not have. lab.c or lab_none.c, as meson says.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_LAB_H
#define QY_SERVER_LAB_H

#include "base/world.h"

extern const bool lab_has_clock;

/* The system's world; with a file (lab only) one whose clock is ahead by the number of
 * seconds that stands in it, read anew each time. */
struct world *lab_world(const char *clock_file);

#endif
