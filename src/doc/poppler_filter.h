/* poppler_filter: the system calls a sandboxed child does without.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_POPPLER_FILTER_H
#define QY_DOC_POPPLER_FILTER_H

#include <stdbool.h>

/* Shuts the calling process off, for itself and what it executes: no network, no tracing,
 * no new processes, no files opened for writing or renamed, removed, created, no mounting
 * or namespaces: those calls fail with EPERM. Async-signal-safe. False with errno set
 * when the kernel refuses, or on a processor for which no filter was written. */
bool filter_enter(void);

#endif
