/* register: the trust store and the lists at hand, replaced whole when their files
 * change. SPDX-License-Identifier: Apache-2.0
 *
 * Whoever judges takes the present one and gives it back; an older one is freed when the
 * last taker has. A file that does not read leaves the one before in force, and says so.
 */
#ifndef QY_SERVER_REGISTER_H
#define QY_SERVER_REGISTER_H

#include "domain/app.h"
#include "worker/worker_client.h"

enum { REGISTER_LISTS_MAX = 256, REGISTER_LIST_OCTETS = 32 << 20 };

struct register_conf {
	const char *trust;    /* file */
	const char *evidence; /* folder of *.crl and *.ocsp; need not exist */
	bool demonstration;
	struct worker_client *workers; /* told of each new one; may be null */
};

struct trust_register;

/* Reads the files for the first time; without a trust store there is an empty one, and
 * nobody logs in by certificate. Strings outlive it. */
struct trust_register *register_new(const struct register_conf *conf);
void register_free(struct trust_register *r);

/* Reads what changed. False: e says what does not read; what was in force stays so. */
MUST_USE bool register_refresh(struct trust_register *r, struct err *e);

struct register_state {
	bool loaded;
	uint64_t serial;
	int64_t made_at;
	size_t anchors, lists;
	int64_t oldest_next; /* the earliest nextUpdate of the lists; TIME_NONE: none */
	char problem[240];   /* "" or why the newest files are not in force */
};
void register_look(struct trust_register *r, struct register_state *out);

/* Puts it into the app: app->trust_take, trust_give, trust_ctx. */
void register_serve(struct trust_register *r, struct app *app);

#endif
