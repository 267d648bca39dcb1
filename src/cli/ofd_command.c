/* ofd_command: opening an OFD and an output; see ofd_command.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/ofd_command.h"

static bool put(void *to, struct bytes chunk, struct err *e)
{
	return cli_output_put(to, chunk, e);
}

struct sink sink_to_output(struct cli_output *o)
{
	return (struct sink){put, o};
}

/* What people most often take for an OFD deserves its own name. */
static bool refuse_pdf(struct source *file, struct err *e)
{
	uint8_t head[4];

	return source_size(file) < sizeof head ||
	       (source_read(file, 0, head, sizeof head, e) &&
		       (!bytes_equal(BYTES_OF(head), BYTES("%PDF")) ||
			       err_set(e, ERR_UNSUPPORTED, "PDF")));
}

int ofd_command(struct cli *c,
	bool (*print)(struct cli *c, struct ofd *o, struct sink to, struct err *e))
{
	const char *path = cli_operand(c, 0);
	AUTO(cli_output) out = NULL;
	AUTO(source) file = NULL;
	AUTO(ofd) o = NULL;
	struct err e;

	if (!source_open(&file, path, &e))
		return cli_fail(c, &e);
	if (!refuse_pdf(file, &e) || !ofd_open(&o, file, &e)) {
		(void)err_in(&e, "%s", path);
		return cli_fail(c, &e);
	}
	if (!cli_output_open(&out, c, cli_text(c, "out"), 0644, &e) ||
		!print(c, o, sink_to_output(out), &e) || !cli_output_commit(out, &e))
		return cli_fail(c, &e);
	return 0;
}

const struct cli_option ofd_command_options[] = {
	{"out", 'o', CLI_FILE, 0, NULL, MSG_OPT_OUT, 0},
	CLI_END,
};

const struct cli_operand ofd_command_operands[] = {
	{"FILE", 0, MSG_OPT_OFD_FILE},
	CLI_END,
};
