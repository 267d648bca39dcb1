/* pages: the site as this server serves it: with its doctor and its figures.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_PAGES_H
#define QY_SERVER_PAGES_H

#include "http/server.h"
#include "server/jobs.h"

struct pages;

MUST_USE bool pages_new(struct pages **out, struct host *h, struct err *e);
void pages_free(struct pages *p);
const struct http_site *pages_site(struct pages *p);

/* What /metrics and the health page also tell, once there is something. */
bool pages_serve_jobs(struct pages *p, struct jobs *jobs);
void pages_serve_stats(struct pages *p, struct http_server *server);

#endif
