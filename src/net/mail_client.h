/* mail_client: one message handed to the operator's mail server (SMTP submission).
 * SPDX-License-Identifier: Apache-2.0
 *
 * The server's TLS certificate is verified as in http_client.h. Over smtp:// the
 * connection must change to TLS before anything is said, but for loopback.
 */
#ifndef QY_NET_MAIL_CLIENT_H
#define QY_NET_MAIL_CLIENT_H

#include "base/bytes.h"
#include "base/err.h"

enum { MAIL_MAX = 1 << 20, MAIL_RECIPIENTS_MAX = 50, MAIL_ADDRESS_MAX = 254 };

struct mail_server {
	const char *url; /* "smtp://host:587", "smtps://host" */
	const char *from;
	const char *user, *password; /* null: the server wants none */
	const char *ca_file;         /* PEM; null: the system's */
	unsigned deadline_ms;        /* 0: 20 seconds */
};

/* Like "name@host", ASCII, nothing a server could take for more than an address? */
bool mail_address_is_plausible(struct bytes address);

/* Hands over a message (RFC 5322, lines ended by CR LF). ERR_USAGE: a URL, address or
 * message that is none; ERR_BUSY: the server was not reached, or not in time; ERR_DENIED:
 * its certificate does not hold, it wants another password, or refuses the mail. */
MUST_USE bool mail_send(const struct mail_server *server, const char *const *to,
	size_t count, struct bytes message, struct err *e);

#endif
