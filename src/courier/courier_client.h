/* courier_client: a pool of couriers as the server asks it, from any thread.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whatever comes back is a stranger's: octets, for a worker to read.
 */
#ifndef QY_COURIER_COURIER_CLIENT_H
#define QY_COURIER_COURIER_CLIENT_H

#include "base/supervise.h"

struct courier_conf {
	const char *program;       /* qianyin-courier */
	unsigned couriers;         /* 0: 2 */
	const char *const *places; /* places.h; checked by places_add before */
	size_t place_count;
	/* Mail: "smtp://host:587"; null: none. The password lies in a file of 0600. */
	const char *mail_url, *mail_from, *mail_user, *mail_password_file;
	const char *ca_file; /* authorities for TLS, PEM; null: the system's */
};

struct courier_client;

/* Everything is copied; nothing is started yet. */
struct courier_client *courier_client_new(const struct courier_conf *conf);
void courier_client_free(struct courier_client *c);
AUTO_DEFINE(courier_client);

struct courier_request {
	const char *url;
	const char *content_type; /* of the body; null: GET */
	struct bytes body;        /* at most 16 MiB */
	size_t answer_max;        /* at most 16 MiB */
	int timeout_ms;           /* 0: 20 s; at most 60 s */
};

struct courier_answer {
	unsigned status;
	const char *content_type;
	struct bytes body;
};

/* Any status is an answer. In the arena. ERR_DENIED: an address that is not in the list,
 * a redirect off it, a TLS certificate that does not hold; ERR_BUSY: not reached, not in
 * time, or no courier; ERR_USAGE, ERR_TOO_LARGE, ERR_MALFORMED (that was no HTTP). */
MUST_USE bool courier_client_fetch(struct courier_client *c, struct arena *a,
	const struct courier_request *r, struct courier_answer *out, struct err *e);

/* A message for the operator's mail server, as mail_client.h takes it; timeout_ms as
 * above. ERR_UNSUPPORTED: none is configured. After ERR_BUSY it may have been sent. */
MUST_USE bool courier_client_mail(struct courier_client *c, const char *const *to,
	size_t count, struct bytes message, int timeout_ms, struct err *e);

void courier_client_tend(struct courier_client *c);
void courier_client_look(struct courier_client *c, struct supervise_state *out);

/* Is this an entry a courier takes? For whoever reads the configuration. */
MUST_USE bool courier_place_check(const char *entry, struct err *e);

/* For tests: one request as it is, a field each; for what a compromised server might
 * try. fields in the arena. */
MUST_USE bool courier_client_raw(struct courier_client *c, struct arena *a,
	uint8_t message, const struct bytes *fields, size_t count, struct reader *answer,
	struct err *e);

#endif
