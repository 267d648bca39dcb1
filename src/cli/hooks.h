/* hooks: deterministic keys and faulty certificates, for tests. Only a build with
 * -Dlab=true has lab.c; every other one has hooks_none.c, in which there is nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_HOOKS_H
#define QY_CLI_HOOKS_H

#include "cli/cli.h"
#include "pki/issue.h"

/* Options that `qianyin ca …` has besides; just the end of a table in a product. */
extern const struct cli_option hook_options[];

/* c->world, or one whose randomness follows from the seed asked for. */
struct world *hook_world(struct cli *c);

/* Makes the fault that was asked for, before a certificate is signed and after. */
void hook_spec(struct cli *c, struct issue_spec *spec);
struct bytes hook_cert(struct cli *c, struct bytes der);

#endif
