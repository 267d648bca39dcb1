/* notify: what systemd is told of us (sd_notify(3)), without its library; nothing where
 * there is no systemd. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_NOTIFY_H
#define QY_SERVER_NOTIFY_H

#include <sys/types.h>

#include "base/world.h"

/* This process is the one that serves. */
void notify_ready(pid_t pid);
void notify_reloading(struct world *w);
void notify_stopping(void);

#endif
