/* tell: messages about accounts and credentials, to those whom they concern.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_TELL_H
#define QY_DOMAIN_TELL_H

#include "domain/message.h"

/* To all members of m->organisation, and to who keeps one of its certificates without
 * being one: each once. */
MUST_USE bool tell_organisation(
	struct tx *tx, struct app *app, const struct message_new *m, struct err *e);

#endif
