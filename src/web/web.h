/* web: the site and its API over the domain's use cases.
 * SPDX-License-Identifier: Apache-2.0
 *
 * No SQL, no key, no markup in C: routes.c is the table of all addresses, pages are
 * templates compiled at the start, values come through forms. Order of work: route →
 * session → who may → form → token → handler → page.
 */
#ifndef QY_WEB_WEB_H
#define QY_WEB_WEB_H

#include "domain/app.h"
#include "http/http.h"

/* One finding of the doctor, as the administrator's page shows it. */
struct web_finding {
	const char *id, *state, *text, *cure; /* state: "ok", "warn", "bad" */
};

/* What the server knows and the site shows; may be null, and each member too. */
struct web_system {
	void *ctx;
	/* The doctor's findings, in the arena. */
	void (*findings)(void *ctx, struct arena *a, enum lang lang,
		const struct web_finding **out, size_t *count);
	bool (*ready)(void *ctx);
	/* Text of /metrics, in the arena. */
	const char *(*metrics)(void *ctx, struct arena *a);
};

struct web_conf {
	struct app *app;
	bool secure; /* the origin is https: cookies are __Host- and Secure */
	/* How often one network may try what strangers try (log in, register, recover):
	 * so many at once, then one each rate_every_us. 0: without limit. */
	unsigned rate_burst;
	int64_t rate_every_us;
	const struct web_system *system;
};

struct web;

/* Compiles every page and checks the table: ERR_MALFORMED names what is wrong with them.
 */
MUST_USE bool web_new(struct web **out, const struct web_conf *conf, struct err *e);
void web_free(struct web *w);
AUTO_DEFINE(web);

/* For http_serve and http_dispatch; valid while it lives. */
const struct http_site *web_site(struct web *w);

#endif
