/* message: what a person is told on their desk 站内消息.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Put in the transaction of the act it is about. Kinds are rows of messages.tbl; the text
 * is made when it is read, in the reader's language. (A notice is another thing: the
 * sealed tender notice, doc/notice.h.)
 */
#ifndef QY_DOMAIN_MESSAGE_H
#define QY_DOMAIN_MESSAGE_H

#include "domain/list.h"

enum message_kind {
#define MESSAGE(id, name) MESSAGE_##id,
#include "domain/messages.tbl"
#undef MESSAGE
	MESSAGE_COUNT
};

enum { MESSAGE_PLACES_MAX = 6 };

struct message_new {
	enum message_kind kind;
	const char *places[MESSAGE_PLACES_MAX + 1]; /* the last one is null */
	struct id organisation;                     /* about; none: no one */
	const char *link;                           /* a path of this site, or null */
	bool urgent;
};

/* Its sentence, as the reader's page or a mail has it; in the arena. */
const char *message_text(struct arena *a, enum lang lang, const struct message_new *m);

/* To one person. */
MUST_USE bool message_put(struct tx *tx, struct app *app, struct id person,
	const struct message_new *m, struct err *e);
/* To everyone who belongs to an organisation now with at least a role, but one person. */
MUST_USE bool message_put_members(struct tx *tx, struct app *app, struct id organisation,
	enum member_role at_least, struct id except, const struct message_new *m,
	struct err *e);
/* To the operator's officers, but one person. */
MUST_USE bool message_put_operators(struct tx *tx, struct app *app, struct id except,
	const struct message_new *m, struct err *e);

struct message {
	struct id id;
	const char *text, *link;
	bool urgent, is_read;
	int64_t at;
};

/* The actor's own, the latest first, in the arena. */
MUST_USE bool message_page(struct app *app, const struct actor *actor, struct arena *a,
	const struct list_from *from, struct message **out, size_t *count, bool *more,
	struct err *e);
MUST_USE bool message_count_unread(
	struct app *app, const struct actor *actor, int64_t *out, struct err *e);
/* Marks one of the actor's own as read (again is nothing); ERR_NOT_FOUND: another's. */
MUST_USE bool message_mark(
	struct app *app, const struct actor *actor, struct id id, struct err *e);
/* Marks all up to a moment: that of the page that was shown. */
MUST_USE bool message_mark_all(
	struct app *app, const struct actor *actor, int64_t up_to, struct err *e);

#endif
