/* lab_none: no message for tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "worker/worker.h"

const bool worker_is_lab = false;

bool worker_lab(struct channel_call *c, struct err *e)
{
	(void)c;
	return err_set(e, ERR_UNSUPPORTED, "no such message");
}
