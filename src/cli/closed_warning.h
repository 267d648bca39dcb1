/* closed_warning: while a file is being sealed, another process looks whether it is
 * closed.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Comparing glyphs needs fonts and libraries that would slow every start, and it parses
 * what strangers made: so `qianyin-full closed` does it, beside the sealing, and the
 * answer is a warning.
 */
#ifndef QY_CLI_CLOSED_WARNING_H
#define QY_CLI_CLOSED_WARNING_H

#include "cli/cli.h"

struct closed_warning;

/* Begins to look at the file. Never fails: what cannot be looked at warns of nothing, for
 * the signing itself will say what is wrong with it. */
struct closed_warning *closed_warning_start(struct cli *c, const char *path);

/* Waits, and tells on standard error why the file is not closed, when it is not. */
//= Protocols §3: `qianyin seal` warns, names why and goes on
void closed_warning_tell(struct closed_warning *w, struct cli *c);

/* Ends it, whether it was told or not. */
void closed_warning_free(struct closed_warning *w);
AUTO_DEFINE(closed_warning);

#endif
