/* tell: messages about accounts and credentials, to those whom they concern.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_TELL_H
#define QY_DOMAIN_TELL_H

#include "domain/message.h"

/* To all members of m->organisation, and to who keeps one of its certificates without
 * being one: each once. What is urgent goes to their mail as well (outbox.h), where they
 * gave an address: first line the platform's id, an empty line, the sentence, its id. */
MUST_USE bool tell_organisation(
	struct tx *tx, struct app *app, const struct message_new *m, struct err *e);

#endif
