/* state: what the site has, for its own files. SPDX-License-Identifier: Apache-2.0 */
#ifndef QY_WEB_STATE_H
#define QY_WEB_STATE_H

#include "http/rate.h"
#include "web/call.h"

struct web {
	struct web_conf conf;
	struct http_site site;
	struct templates *pages;
	struct rate *rate; /* null: without limit */
};

/* The whole site (routes.c), ends with a null path. */
extern const struct route web_routes[];

/* The pages and partials (page_list.c). */
extern const struct template_source web_pages[];
extern const size_t web_page_count;

/* A file of ours, built in: path without the slash before it. */
struct web_asset {
	const char *path, *type, *tag; /* tag: digest of its octets */
	const unsigned char *data;
	size_t size;
};
extern const struct web_asset web_assets[];
extern const size_t web_asset_count;
const struct web_asset *web_asset_find(const char *path);

/* Fills in what every page has. */
void shell_fill(struct route_call *c, struct shell *s);

extern const struct view error_view;

/* A refusal or failure as a page or as JSON. */
void answer_error(struct route_call *c, const struct err *e);
void answer_status(struct route_call *c, unsigned status);

#endif
