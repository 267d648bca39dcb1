/* web: the way of a request; see web.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/session.h"
#include "web/state.h"

/* Nothing of others: no script, style, frame or form that is not ours; the agent of the
 * user's machine may be asked. */
#define POLICY                                                                       \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "   \
	"data:; "                                                                    \
	"connect-src 'self' http://127.0.0.1:17520 http://[::1]:17520; form-action " \
	"'self'; "                                                                   \
	"base-uri 'none'; frame-ancestors 'none'"

static void set_headers(const struct web *w, struct http_response *resp)
{
	http_set(resp, "Content-Security-Policy", POLICY);
	http_set(resp, "Referrer-Policy", "same-origin");
	http_set(resp, "X-Frame-Options", "DENY");
	http_set(resp, "Cross-Origin-Opener-Policy", "same-origin");
	http_set(resp, "Permissions-Policy", "camera=(), microphone=(), geolocation=()");
	if (w->conf.secure)
		http_set(resp, "Strict-Transport-Security", "max-age=63072000");
}

static enum lang choose_language(struct route_call *c)
{
	const char *chosen = http_cookie(c->req, COOKIE_LANG);

	if (chosen && (strcmp(chosen, "zh") == 0 || strcmp(chosen, "en") == 0))
		return lang_of(chosen);
	return http_language(http_header(c->req, "Accept-Language"));
}

/* --- session ----------------------------------------------------------------------- */

static bool find_session(struct route_call *c, struct err *e)
{
	struct bytes secret = cookie_secret(c, COOKIE_SESSION);

	c->secret = cookie_secret(c, COOKIE_VISIT);
	/* Nobody, so far: what is done without a session is recorded with its address. */
	c->actor = (struct actor){.address = c->req->client.text, .lang = c->lang};
	if (!secret.n)
		return true;
	if (!session_resolve(c->app, secret, c->req->client.text, &c->actor, e)) {
		if (e->code != ERR_DENIED)
			return false;
		/* It has ended: as if there were none. */
		c->actor =
			(struct actor){.address = c->req->client.text, .lang = c->lang};
		cookie_take_back(c, COOKIE_SESSION);
		return true;
	}
	c->signed_in = true;
	c->secret = secret;
	c->actor.lang = c->lang;
	return true;
}

/* Who comes for a form before logging in gets a cookie, so that its token is theirs. */
static void begin_visit(struct route_call *c)
{
	AUTO(secret) fresh = NULL;

	if (c->secret.n || !(c->route->rules & R_VISIT))
		return;
	fresh = session_presecret(c->app);
	c->secret = arena_dup(c->a, bytes_make(secret_view(fresh), secret_size(fresh)));
	cookie_give(c, COOKIE_VISIT, fresh, 0);
}

/* --- who may ----------------------------------------------------------------------- */

static bool is_local(const struct route_call *c)
{
	/* Through the proxy there is always a client behind it. */
	return (c->req->peer.loopback || strcmp(c->req->client.text, "unix") == 0) &&
	       !http_header(c->req, "X-Real-IP") &&
	       !http_header(c->req, "X-Forwarded-For");
}

static bool may_come_in(struct route_call *c)
{
	switch ((enum who)c->route->who) {
	case ANYONE:
		return true;
	case LOCAL:
		if (is_local(c))
			return true;
		answer_status(c, 404);
		return false;
	case SIGNED_IN:
	case OFFICER:
		break;
	}
	if (!c->signed_in) {
		if (c->route->rules & R_JSON)
			answer_status(c, 401);
		else
			(void)go(c, "/login", 0);
		return false;
	}
	if (c->route->who == OFFICER &&
		!(c->actor.kinds & (USER_ADMINISTRATOR | USER_SUPERVISOR))) {
		answer_status(c, 403);
		return false;
	}
	return true;
}

/* --- how often --------------------------------------------------------------------- */

enum { RATE_PLACES = 65536 };

/* Too many tries from there: says when to come again. Who is on this machine, not through
 * the proxy, is the operator. */
static bool is_too_often(struct route_call *c)
{
	const struct web *w = c->web;
	uint8_t key[RATE_ADDRESS_KEY];
	int64_t wait;

	if (!w->rate || !(c->route->rules & R_RATE) || is_local(c))
		return false;
	rate_address(key, &c->req->client);
	if (rate_take(w->rate, BYTES_OF(key), c->app->world->now(c->app->world), &wait))
		return false;
	answer_status(c, 429);
	http_set(c->resp, "Retry-After",
		arena_printf(c->a, "%lld", (long long)(wait / TIME_SECOND + 1)));
	return true;
}

/* --- form and token ---------------------------------------------------------------- */

static bool read_form(struct route_call *c, struct err *e)
{
	const struct form *f = c->route->form;

	if (!f)
		return true;
	if (c->req->method == HTTP_GET || c->req->method == HTTP_HEAD)
		return form_read_query(c->a, f, c->req->query, &c->form, e);
	if (http_has_type(c->req, "application/json"))
		return form_read_json(c->a, f, c->req->body, &c->form, e);
	if (!http_has_type(c->req, "application/x-www-form-urlencoded"))
		return err_set(e, ERR_USAGE, "no form: Content-Type");
	return form_read(c->a, f, c->req->body, &c->form, e);
}

/* In the form's own field, or for programs in a header. */
static bool token_is_right(struct route_call *c)
{
	const char *header = http_header(c->req, "X-CSRF-Token");
	struct bytes text = c->form.csrf.n ? c->form.csrf : bytes_str(header), given;
	struct err none;

	return c->secret.n && hex_decode(c->a, text, &given, &none) &&
	       session_csrf_is(c->secret, given);
}

static bool run(struct route_call *c, struct err *e)
{
	if (!find_session(c, e))
		return false;
	begin_visit(c);
	if (!may_come_in(c) || is_too_often(c))
		return true;
	if (!read_form(c, e))
		return false;
	if ((c->route->rules & R_CSRF) && !token_is_right(c))
		return err_refuse(e, ERR_DENIED, MSG_WEB_ERROR_TOKEN, NULL,
			"the form's token is not this session's");
	return c->route->handle(c, e);
}

/* --- dispatch ---------------------------------------------------------------------- */

static void log_failure(const struct route_call *c, const struct err *e)
{
	if (err_http(e->code) >= 500)
		LOG(ERROR, "web.failed",
			LOG_TEXT("request", c->req->id) LOG_TEXT(
				"route", c->route ? c->route->path : "") LOG_ERR(e));
}

static void handle(void *ctx, struct http_request *req, struct http_response *resp)
{
	struct web *w = ctx;
	struct route_call *c = ARENA_NEW(req->arena, struct route_call);
	struct route_match m;
	struct err e;

	*c = (struct route_call){
		.web = w, .app = w->conf.app, .a = req->arena, .req = req, .resp = resp};
	c->lang = choose_language(c);
	m = router_match(web_routes, req);
	c->route = m.route;
	set_headers(w, resp);
	if (!m.route) {
		answer_status(c, m.status);
		if (m.status == 405)
			http_set(resp, "Allow", http_methods(c->a, m.allowed));
		return;
	}
	if (!run(c, &e)) {
		log_failure(c, &e);
		answer_error(c, &e);
	}
	form_fini(&c->form);
}

bool web_new(struct web **out, const struct web_conf *conf, struct err *e)
{
	AUTO(web) w = NEW(struct web);

	w->conf = *conf;
	w->site = (struct http_site){.ctx = w, .handle = handle};
	if (conf->rate_burst)
		w->rate = rate_new(&(struct rate_conf){conf->rate_burst,
					   conf->rate_every_us, RATE_PLACES},
			conf->app->world);
	if (!router_check(web_routes, e) ||
		!templates_new(&w->pages, web_pages, web_page_count, msg_find, e))
		return false;
	*out = web_move(&w);
	return true;
}

void web_free(struct web *w)
{
	if (!w)
		return;
	templates_free(w->pages);
	rate_free(w->rate);
	mem_free(w);
}

const struct http_site *web_site(struct web *w)
{
	return &w->site;
}
