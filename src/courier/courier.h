/* courier: fetches what it is told, from addresses the operator entered, and interprets
 * nothing. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_COURIER_COURIER_H
#define QY_COURIER_COURIER_H

#include "base/channel.h"
#include "courier/places.h"

struct courier {
	struct arena *arena;
	struct places places;
	struct channel_server *server; /* locked until it has its list, once */
	const char *mail_url, *mail_from, *mail_user; /* null: none */
	const char *ca_file;
	uint8_t *password; /* COURIER_PASSWORD_MAX, wiped at the end */
	bool has_password;
};

void courier_init(struct courier *c);
void courier_fini(struct courier *c);

/* The table, for channel_serve: ctx is a struct courier. */
extern const struct channel_message courier_messages[];
size_t courier_message_count(void);

/* Opens libcurl and what finds names, before the door shuts. */
MUST_USE bool courier_warm(struct err *e);

/* The message of lab builds; in others it is not in the table (lab_none.c). */
extern const bool courier_is_lab;
MUST_USE bool courier_lab(struct channel_call *c, struct err *e);

#endif
