/* lab_none: no message for tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keeper/keeper.h"

const bool keeper_is_lab = false;

bool keeper_lab_try(struct channel_call *c, struct err *e)
{
	(void)c;
	return err_set(e, ERR_UNSUPPORTED, "no such message");
}
