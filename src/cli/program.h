/* program: the one command line is two programs, so that what is done often starts fast.
 * SPDX-License-Identifier: Apache-2.0
 *
 * `qianyin` holds the commands that verify, sign and look after keys. Whatever else is
 * typed, help included, it hands over to `qianyin-full`, which holds all of them and lies
 * beside it or in ../libexec/qianyin/. Nobody types that name.
 */
#ifndef QY_CLI_PROGRAM_H
#define QY_CLI_PROGRAM_H

#include "cli/cli.h"
#include "qianyin/qianyin.h"

/* In qianyin: replaces this process by qianyin-full when args, without leading options,
 * are none of its own commands; returns false, with a message told, when that cannot be
 * started. In qianyin-full, and for an own command: true. */
bool program_is_here(struct cli *c, char *const *args, size_t count);

/* In qianyin: replaces this process by qianyin-full, which does again what was begun; for
 * what only that can do. Returns when that cannot be started, and in qianyin-full. */
void program_hand_over(struct cli *c);

/* Writes a report as PDF to a file. Only qianyin-full can set pages: hand over first. */
MUST_USE bool program_report_pdf(qy_report *report, const char *path, struct err *e);

/* Where qianyin-full lies; null, with errno set, when it is not there. In the arena. */
const char *program_full(struct cli *c);

#endif
