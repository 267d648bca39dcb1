/* lab_none: no message for tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "courier/courier.h"

const bool courier_is_lab = false;

bool courier_lab(struct channel_call *c, struct err *e)
{
	(void)c;
	return err_set(e, ERR_UNSUPPORTED, "no such message");
}
