/* ofd_command: what the commands that print something of an OFD file share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_OFD_COMMAND_H
#define QY_CLI_OFD_COMMAND_H

#include "cli/cli.h"
#include "doc/ofd_package.h"
#include "doc/sink.h"

extern const struct cli_option ofd_command_options[];
extern const struct cli_operand ofd_command_operands[];

/* Opens the file named first and lets `print` write to --out or standard output. */
int ofd_command(struct cli *c,
	bool (*print)(struct cli *c, struct ofd *o, struct sink to, struct err *e));

/* Pieces go to an output of the frame. */
struct sink sink_to_output(struct cli_output *o);

#endif
