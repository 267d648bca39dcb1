/* call: one request on its way through the site, and what handlers do with it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_WEB_CALL_H
#define QY_WEB_CALL_H

#include "domain/device.h"
#include "domain/list.h"
#include "http/form.h"
#include "http/router.h"
#include "http/template.h"
#include "web/web.h"

/* Who may come in (struct route.who). What exactly each may do is the domain's to say
 * (rights.tbl). */
enum who {
	ANYONE = 0,
	SIGNED_IN = 1,
	OFFICER = 2, /* of the operator, or of the supervisor */
	LOCAL = 3    /* asked from this machine, not through the proxy */
};

/* struct route.rules, bits. */
enum rule_bit {
	R_CSRF = 1 << 0,  /* the token of the session, or before it of the visit */
	R_JSON = 1 << 1,  /* answers and errors are JSON */
	R_VISIT = 1 << 2, /* gives a visit's cookie to who has none */
	R_RATE = 1 << 3   /* a stranger's try: so many from one network */
};

enum { SECRET_OCTETS = 32 };

struct route_call {
	struct web *web;
	struct app *app;
	struct arena *a;
	struct http_request *req;
	struct http_response *resp;
	const struct route *route;
	enum lang lang;
	bool signed_in;
	struct actor actor; /* nobody (no account) when not signed in */
	/* The cookie that challenges and tokens are bound to: of the session, else of the
	 * visit; empty: neither. */
	struct bytes secret;
	struct form_values form; /* when the route has one */
	const char *error;       /* said above the form when it is shown again */
};

/* --- answers ----------------------------------------------------------------------- */

/* The page of a template whose view begins with a struct shell; title: enum msg. */
MUST_USE bool show(struct route_call *c, const char *page, unsigned title,
	const struct view *view, void *model, struct err *e);
/* 303 to a path of ours; done: enum msg, one of web.done.*, said there once; 0: nothing.
 */
bool go(struct route_call *c, const char *path, unsigned done);
#define DONE(msg) ((unsigned)(msg) + 1)
/* JSON text in the arena. */
bool answer_json(struct route_call *c, unsigned status, const char *json);
/* An order for the agent of who asks, in base64. */
bool answer_order(struct route_call *c, struct bytes order);

/* --- cookies ----------------------------------------------------------------------- */

/* Octets of a cookie of ours, in the arena; empty: not there, or not 64 digits. */
struct bytes cookie_secret(struct route_call *c, const char *name);
void cookie_give(struct route_call *c, const char *name, const struct secret *secret,
	int64_t max_age_s);
void cookie_take_back(struct route_call *c, const char *name);
#define COOKIE_SESSION "session"
#define COOKIE_VISIT   "visit"
#define COOKIE_DEVICE  "device"
#define COOKIE_FLASH   "said"
#define COOKIE_LANG    "lang"

/* --- the request ------------------------------------------------------------------- */

/* The :id of the path. ERR_NOT_FOUND. */
MUST_USE bool call_id(struct route_call *c, struct id *out, struct err *e);
struct client call_client(struct route_call *c);
/* Where a list begins: ?from=TEXT&at=NUMBER&id=ID. */
MUST_USE bool call_from(struct route_call *c, struct list_from *out, struct err *e);

/* --- what every page has ------------------------------------------------------------ */

struct nav_item {
	const char *path;
	unsigned label; /* enum msg + 1 */
	bool is_here;
};

struct choice_item {
	const char *value;
	unsigned label;
	bool is_chosen;
};

/* One field of a form, as the partial "fields" draws it. */
struct field_view {
	const char *name;
	unsigned label, help;
	const char *value, *wrong;
	const char *type; /* "text", "password", "email", "date", "number" */
	bool is_input, is_lines, is_select, is_set, is_check;
	bool is_required, is_checked;
	struct choice_item *choices;
	size_t choice_count;
};

struct membership_item {
	const char *id, *name;
	bool is_current;
};

struct shell {
	const char *lang;
	bool is_zh, signed_in, is_officer, has_step_up;
	unsigned title;
	const char *platform, *origin, *organisation, *csrf, *error, *here;
	unsigned said; /* enum msg + 1 */
	struct nav_item *nav;
	size_t nav_count;
	struct membership_item *memberships;
	size_t membership_count;
	bool has_choice; /* of organisations */
	int64_t unread;
	/* the form of the page, when it has one */
	const char *action;
	struct field_view *fields;
	size_t field_count;
	/* the rest of a list */
	const char *more; /* path of the next page, or null */
};
extern const struct view shell_view;
extern const struct view_member shell_members[];

/* Draws a form into the shell: values and errors of c->form when it was read, else the
 * first values of `otherwise` (by the order of the fields; may be null). */
void shell_form(struct route_call *c, struct shell *s, const struct form *form,
	const char *action, const char *const *otherwise);

#define SHELL(type) VIEW_IN(type, shell, &shell_view)

#endif
