/* lab_none: a product has no laboratory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/lab.h"

const struct cli_option lab_options[] = {
	CLI_END,
};

struct world *lab_world(struct cli *c)
{
	return c->world;
}

void lab_spoil_spec(struct cli *c, struct issue_spec *spec)
{
	(void)c;
	(void)spec;
}

struct bytes lab_spoil_cert(struct cli *c, struct bytes der)
{
	(void)c;
	return der;
}
