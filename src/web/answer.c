/* answer: pages, redirections, JSON, errors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "web/state.h"

enum { PAGE_MAX = 4 << 20, FLASH_S = 60 };

/* --- cookies ----------------------------------------------------------------------- */

/* "__Host-session" where the origin is https: no other host can set it. */
static const char *cookie_name(const struct route_call *c, const char *name)
{
	return c->web->conf.secure ? arena_printf(c->a, "__Host-%s", name) : name;
}

static unsigned cookie_flags(const struct route_call *c)
{
	return c->web->conf.secure ? HTTP_COOKIE_SECURE : 0;
}

struct bytes cookie_secret(struct route_call *c, const char *name)
{
	const char *hex = http_cookie(c->req, cookie_name(c, name));
	struct bytes out;
	struct err none;

	if (!hex || strlen(hex) != 2 * SECRET_OCTETS ||
		!hex_decode(c->a, bytes_str(hex), &out, &none))
		return BYTES("");
	return out;
}

void cookie_give(struct route_call *c, const char *name, const struct secret *secret,
	int64_t max_age_s)
{
	http_set_cookie(c->a, c->resp, cookie_name(c, name),
		hex_encode(c->a, bytes_make(secret_view(secret), secret_size(secret))),
		max_age_s, cookie_flags(c));
}

void cookie_take_back(struct route_call *c, const char *name)
{
	http_set_cookie(c->a, c->resp, cookie_name(c, name), "", -1, cookie_flags(c));
}

/* --- the request ------------------------------------------------------------------- */

bool call_id(struct route_call *c, struct id *out, struct err *e)
{
	return id_parse(out, http_param(c->req, "id"), e);
}

struct client call_client(struct route_call *c)
{
	const char *agent = http_header(c->req, "User-Agent");

	return (struct client){.address = c->req->client.text,
		.agent = agent ? agent : "",
		.device = cookie_secret(c, COOKIE_DEVICE)};
}

/* --- answers ----------------------------------------------------------------------- */

bool go(struct route_call *c, const char *path, unsigned done)
{
	if (done)
		http_set_cookie(c->a, c->resp, COOKIE_FLASH,
			arena_printf(c->a, "%u", done), FLASH_S, cookie_flags(c));
	http_see_other(c->a, c->resp, path);
	return true;
}

bool answer_json(struct route_call *c, unsigned status, const char *json)
{
	c->resp->status = status;
	c->resp->content_type = "application/json";
	c->resp->body = bytes_str(json);
	return true;
}

bool answer_order(struct route_call *c, struct bytes order)
{
	return answer_json(c, 200,
		arena_printf(c->a, "{\"order\":\"%s\"}", base64_encode(c->a, order)));
}

struct error_view {
	struct shell shell;
	int64_t status;
	const char *text, *rule, *request;
	bool is_ours; /* nobody but us can cure it */
};

static const struct view_member error_members[] = {SHELL(struct error_view),
	VIEW_INT(struct error_view, status), VIEW_TEXT(struct error_view, text),
	VIEW_TEXT(struct error_view, rule), VIEW_TEXT(struct error_view, request),
	VIEW_BOOL(struct error_view, is_ours)};
const struct view error_view = VIEW(struct error_view, error_members);

//= RFC 9457 §3: problem details
static void problem(struct route_call *c, unsigned status, const char *name,
	const char *text, const char *rule)
{
	json_t *o = json_pack("{s:s, s:s, s:i, s:s, s:s}", "type",
		arena_printf(c->a, "%s/help/errors#%s", c->app->origin, name), "title",
		http_status_text(status), "status", (int)status, "detail", text,
		"instance", c->req->id);
	char *out;

	if (rule)
		(void)json_object_set_new(o, "rule", json_string(rule));
	out = json_dumps(o, JSON_COMPACT);
	c->resp->status = status;
	c->resp->content_type = "application/problem+json";
	c->resp->body = bytes_str(arena_str(c->a, bytes_str(out ? out : "{}")));
	json_decref(o);
	free(out);
}

static void error_page(struct route_call *c, unsigned status, const char *name,
	const char *text, const char *rule)
{
	struct error_view v = {.status = status,
		.text = text,
		.rule = rule,
		.request = c->req->id,
		.is_ours = status >= 500};
	struct err e;

	if (c->route && (c->route->rules & R_JSON)) {
		problem(c, status, name, text, rule);
		return;
	}
	if (!show(c, "error", MSG_WEB_ERROR_TITLE, &error_view, &v, &e))
		http_plain(c->resp, 500);
	c->resp->status = status;
}

void answer_error(struct route_call *c, const struct err *e)
{
	/* Technical detail is for the log; a page says the sentence of the cause. */
	struct err plain = {.code = e->code, .say = e->say};

	error_page(c, (unsigned)err_http(e->code), err_name(e->code),
		err_say(c->a, c->lang, &plain), e->rule);
}

void answer_status(struct route_call *c, unsigned status)
{
	static const struct {
		unsigned status;
		enum msg msg;
	} texts[] = {{400, MSG_WEB_ERROR_400}, {401, MSG_WEB_ERROR_401},
		{403, MSG_WEB_ERROR_403}, {404, MSG_WEB_ERROR_404},
		{405, MSG_WEB_ERROR_405}, {429, MSG_WEB_ERROR_429}};
	enum msg msg = MSG_WEB_ERROR_400;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].status == status)
			msg = texts[i].msg;
	error_page(c, status, "status", msg_text(c->lang, msg), NULL);
}

bool show(struct route_call *c, const char *page, unsigned title, const struct view *view,
	void *model, struct err *e)
{
	const struct template *t = templates_get(c->web->pages, page);
	struct shell *s = model; /* every view begins with it */
	struct html html;

	if (!t)
		return err_set(e, ERR_IO, "no page %s", page);
	s->title = title + 1;
	shell_fill(c, s);
	if (!template_html(c->a, t, c->lang, view, model, PAGE_MAX, &html, e))
		return err_in(e, "%s", page);
	c->resp->status = c->resp->status ? c->resp->status : 200;
	c->resp->content_type = "text/html; charset=utf-8";
	c->resp->body = html.made;
	return true;
}
