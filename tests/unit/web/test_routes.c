/* Every address of the site, asked by everybody, in every wrong way: never a failure of
 * ours, never another's data, never an act without its token.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "domain/session.h"
#include "http/form.h"
#include "http/router.h"
#include "party_kit.h"
#include "web/call.h"
#include "web/web.h"

extern const struct route web_routes[];

/* In no page that organisation A sees. */
#define SECRET_NAME "乙方独有之名"

enum { VISITORS = 7 };

struct visitor {
	const char *name;
	bool is_officer;
	const struct actor *actor; /* null: nobody */
	const char *cookie, *token;
};

struct site {
	struct party_kit p;
	struct web *web;
	struct side a, b;
	struct id guest; /* a member of A that may be sent away */
	struct visitor visitors[VISITORS];
	struct app_trust trust;
	unsigned asked, passed_by, refused;
};

/* --- the site and who comes -------------------------------------------------------- */

static struct app_trust *trust_take(struct app *app)
{
	return app->trust_ctx;
}

static void trust_give(struct app *app, struct app_trust *t)
{
	(void)app;
	(void)t;
}

struct beginning {
	struct app *app;
	const struct actor *who;
	struct secret *secret;
};

static bool begin(struct tx *tx, void *ctx, struct err *e)
{
	struct beginning *b = ctx;
	const struct client client = {.address = "203.0.113.7", .agent = "test"};
	const struct session_new new = {.account = b->who->account,
		.person = b->who->person,
		.assurance = ASSURED_PASSWORD};
	struct id id;

	return session_begin_in(tx, b->app, &new, &client, &id, &b->secret, e);
}

static struct visitor visitor_of(
	struct site *s, const char *name, const struct actor *who)
{
	struct beginning b = {.app = s->p.app, .who = who};
	struct visitor v = {.name = name, .actor = who};
	uint8_t token[SESSION_CSRF];
	struct bytes secret;

	PASSES(&s->p, db_tx(s->p.app->db, DB_WRITE, begin, &b, &s->p.e));
	secret = bytes_make(secret_view(b.secret), secret_size(b.secret));
	session_csrf(secret, token);
	v.cookie = arena_printf(s->p.a, "session=%s", hex_encode(s->p.a, secret));
	v.token = hex_encode(s->p.a, BYTES_OF(token));
	secret_free(b.secret);
	return v;
}

/* Nobody has a visit's cookie, as a page of ours gives it. */
static struct visitor nobody(struct site *s)
{
	static const uint8_t secret[SECRET_OCTETS] = {7};
	struct visitor v = {.name = "nobody"};
	uint8_t token[SESSION_CSRF];

	session_csrf(BYTES_OF(secret), token);
	v.cookie = arena_printf(s->p.a, "visit=%s", hex_encode(s->p.a, BYTES_OF(secret)));
	v.token = hex_encode(s->p.a, BYTES_OF(token));
	return v;
}

static struct site *site_begin(void **state)
{
	struct kit *k = kit_of(state);
	struct site *s = ARENA_NEW(k->a, struct site);
	struct web_conf conf = {0};

	party_begin(&s->p, state);
	party_blobs(&s->p);
	s->p.app->trust_ctx = &s->trust;
	s->p.app->trust_take = trust_take;
	s->p.app->trust_give = trust_give;
	s->a = party_side(&s->p, "甲方", USER_SUPPLIER, ORGANISATION_ACTIVE);
	s->b = party_side(&s->p, SECRET_NAME, USER_SUPPLIER, ORGANISATION_ACTIVE);
	(void)party_member(&s->p, s->a.organisation, USER_SUPPLIER, MEMBER_VIEWER, "客人",
		&s->guest);
	s->visitors[0] = nobody(s);
	s->visitors[1] = visitor_of(s, "viewer", &s->a.viewer);
	s->visitors[2] = visitor_of(s, "handler", &s->a.handler);
	s->visitors[3] = visitor_of(s, "administrator", &s->a.admin);
	s->visitors[4] = visitor_of(s, "legal", &s->a.legal);
	s->visitors[5] = visitor_of(s, "other", &s->b.admin);
	s->visitors[6] = visitor_of(s, "officer", &s->p.operator);
	s->visitors[6].is_officer = true;
	conf.app = s->p.app;
	PASSES(&s->p, web_new(&s->web, &conf, &s->p.e));
	return s;
}

static void site_end(struct site *s)
{
	web_free(s->web);
	party_blobs_end(&s->p);
	party_end(&s->p);
}

/* --- one request ------------------------------------------------------------------- */

struct question {
	const struct route *route;
	const struct visitor *who;
	struct id id;      /* where the path has one */
	const char *token; /* null: none */
	struct bytes body;
	const char *type, *query, *path; /* path: instead of the route's */
};

static const char *path_of(struct arena *a, const struct route *r, struct id id)
{
	const char *out = "";

	for (const char *p = r->path; *p;) {
		size_t n = strcspn(p + 1, "/");
		const char *part = arena_str(a, bytes_make(p + 1, n));

		if (strcmp(part, ":id") == 0)
			part = id_text(a, id);
		else if (strcmp(part, ":file") == 0)
			part = "qianyin.css";
		else if (strcmp(part, ":secret") == 0)
			part = "000000000000000000000000000000000000000000000000000000000"
			       "0000000";
		else if (part[0] == ':')
			part = "login";
		out = arena_printf(a, "%s/%s", out, part);
		p += n + 1;
	}
	return *out ? out : "/";
}

static struct http_response ask(struct site *s, struct arena *a, const struct question *q)
{
	struct http_request *req = ARENA_NEW(a, struct http_request);
	struct http_response resp;

	req->arena = a;
	req->method = (enum http_method)q->route->method;
	req->target = q->path ? q->path : path_of(a, q->route, q->id);
	req->query = q->query;
	memcpy(req->client.text, "203.0.113.7", 12);
	req->headers[req->header_count++] =
		(struct http_header){"Cookie", q->who->cookie};
	if (q->type)
		req->headers[req->header_count++] =
			(struct http_header){"Content-Type", q->type};
	if (q->token)
		req->headers[req->header_count++] =
			(struct http_header){"X-CSRF-Token", q->token};
	req->body = q->body;
	http_dispatch(web_site(s->web), req, &resp);
	s->asked++;
	return resp;
}

static const char *header_of(const struct http_response *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (strcmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return NULL;
}

/* text: what is wrong; more: a detail, or "". */
#define COMPLAIN_MORE(q, r, text, more)                                 \
	fail_msg("%s %s as %s: %u: %s %.200s",                          \
		http_method_name((enum http_method)(q)->route->method), \
		(q)->route->path, (q)->who->name, (r)->status, text, more)
#define COMPLAIN(q, r, text) COMPLAIN_MORE(q, r, text, "")

/* What holds for every answer, whatever was asked. */
static void must_be_sound(
	struct site *s, const struct question *q, const struct http_response *r)
{
	bool of_a = !q->who->is_officer && strcmp(q->who->name, "other") != 0;
	const char *policy = header_of(r, "Content-Security-Policy");

	(void)s;
	if (r->status < 200 || (r->status >= 500 && r->status != 503))
		COMPLAIN_MORE(q, r, "a failure of ours:", (const char *)r->body.p);
	if (of_a && bytes_find(r->body, BYTES(SECRET_NAME)) != SIZE_MAX)
		COMPLAIN(q, r, "shows another organisation");
	if (bytes_find(r->body, BYTES("{{")) != SIZE_MAX && r->content_type &&
		strncmp(r->content_type, "text/html", 9) == 0 &&
		bytes_find(q->body, BYTES("%7B%7B")) == SIZE_MAX &&
		(!q->query || !strstr(q->query, "%7B%7B")))
		COMPLAIN(q, r, "a place that was not filled");
	if (!policy || strstr(policy, "unsafe"))
		COMPLAIN(q, r, "no policy, or one that is none");
	if ((q->route->rules & R_JSON) && r->status >= 400 &&
		strcmp(r->content_type, "application/problem+json") != 0 &&
		r->status != 503)
		COMPLAIN_MORE(q, r, "an error that is no problem:", r->content_type);
	for (size_t i = 0; i < r->header_count; i++)
		if (strpbrk(r->headers[i].value, "\r\n"))
			COMPLAIN_MORE(q, r, "a line end in", r->headers[i].name);
}

/* Who may not come in at all is told so in one of three ways. */
static bool must_be_kept_out(const struct question *q, const struct http_response *r)
{
	if (q->route->who == LOCAL) {
		if (r->status != 404)
			COMPLAIN(q, r, "only this machine may ask");
		return true;
	}
	if (q->route->who != ANYONE && !q->who->actor) {
		const char *to = header_of(r, "Location");

		if (q->route->rules & R_JSON
				? r->status != 401
				: r->status != 303 || strcmp(to, "/login") != 0)
			COMPLAIN(q, r, "should have been sent to log in");
		return true;
	}
	if (q->route->who == OFFICER && !q->who->is_officer) {
		if (r->status != 403)
			COMPLAIN(q, r, "is for officers");
		return true;
	}
	return false;
}

static void try_one(struct site *s, const struct question *q, bool without_token)
{
	AUTO(arena) a = arena_new();
	struct http_response r = ask(s, a, q);
	const char *to;

	must_be_sound(s, q, &r);
	if (must_be_kept_out(q, &r)) {
		s->refused++;
		return;
	}
	to = header_of(&r, "Location");
	/* Sent to log in: the session ended by what was done before. */
	if (without_token && (q->route->rules & R_CSRF) && r.status < 400 &&
		!(r.status == 303 && to && strcmp(to, "/login") == 0))
		COMPLAIN(q, &r, "acted without the token");
	if (r.status < 400)
		s->passed_by++;
	else
		s->refused++;
}

/* --- everybody, everything --------------------------------------------------------- */

#define FORM_TYPE "application/x-www-form-urlencoded"

static void all_ways(struct site *s, struct question q)
{
	struct arena *a = s->p.a;
	const struct id ids[] = {s->b.organisation, s->b.m_handler, s->b.handler.person,
		s->guest, id_new(s->p.app->world)};
	static uint8_t huge[FORM_BODY_MAX + 2];

	q.type = FORM_TYPE;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		q.id = ids[i];
		q.token = q.who->token;
		try_one(s, &q, false);
	}
	/* The same again: a second click. */
	try_one(s, &q, false);
	q.token = NULL;
	try_one(s, &q, true);
	q.token = s->visitors[q.who == &s->visitors[3] ? 4 : 3].token;
	try_one(s, &q, true);
	q.token = q.who->token;
	q.body = BYTES("%zz=&=&&");
	try_one(s, &q, false);
	q.body = BYTES("nobody_asked=1");
	try_one(s, &q, false);
	memset(huge, 'a', sizeof huge);
	q.body = BYTES_OF(huge);
	try_one(s, &q, false);
	q.body = BYTES("{\"a\":");
	q.type = "application/json";
	try_one(s, &q, false);
	q.type = "text/plain";
	try_one(s, &q, false);
	q.query = "%00=1&id=zz&at=-99999999999999999999";
	try_one(s, &q, false);
	q.query = arena_printf(a, "q=%%25&id=%s&at=9&from=a", id_text(a, ids[4]));
	try_one(s, &q, false);
}

static void everybody_asks_everything(void **state)
{
	struct site *s = site_begin(state);

	for (const struct route *r = web_routes; r->path; r++)
		for (size_t i = 0; i < VISITORS; i++) {
			/* Who logs out has no session afterwards: that is another test.
			 */
			if (strcmp(r->path, "/logout") == 0 ||
				strcmp(r->path, "/sessions/revoke-others") == 0)
				continue;
			all_ways(
				s, (struct question){.route = r, .who = &s->visitors[i]});
		}
	print_message("# %u requests: %u went on, %u were refused\n", s->asked,
		s->passed_by, s->refused);
	assert_true(s->asked > 6000 && s->passed_by > 500 && s->refused > 3000);
	site_end(s);
}

static void the_tables_are_sane(void **state)
{
	struct err e;

	(void)state;
	if (!router_check(web_routes, &e))
		fail_msg("%s", e.text);
	for (const struct route *r = web_routes; r->path; r++) {
		if (r->form && !form_check(r->form, &e))
			fail_msg("%s: %s", r->path, e.text);
		if (r->method == HTTP_POST && !(r->rules & R_CSRF) &&
			strcmp(r->path, "/language") != 0)
			fail_msg("%s: a POST without a token", r->path);
		if (r->method == HTTP_POST && !r->form)
			fail_msg("%s: a POST without a form", r->path);
	}
}

static void who_logs_out_is_out(void **state)
{
	struct site *s = site_begin(state);
	const struct visitor *who = &s->visitors[2];
	struct question q = {.who = who, .token = who->token, .type = FORM_TYPE};
	struct http_response r;

	for (q.route = web_routes; strcmp(q.route->path, "/logout") != 0; q.route++)
		;
	r = ask(s, s->p.a, &q);
	assert_int_equal(r.status, 303);
	for (q.route = web_routes; strcmp(q.route->path, "/desk") != 0; q.route++)
		;
	r = ask(s, s->p.a, &q);
	assert_int_equal(r.status, 303);
	assert_string_equal(header_of(&r, "Location"), "/login");
	site_end(s);
}

/* Statements, markup, line ends, paths, templates, formulas, log lines: in every text of
 * every form. */
static const char *const hostile[] = {"' OR 1=1; DROP TABLE person;--",
	"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
	"x\r\nSet-Cookie: a=b", "../../../../etc/passwd", "{{shell.csrf}}",
	"=cmd|' /C calc'!A0", "x\n2026-01-01 error forged", "%s%n%d",
	"\xe2\x80\xaegnp.exe", "龘𠀀", "%00", "\\u0000"};

static const char *escape(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, 3 * strlen(text) + 1), *to = out;

	for (const char *p = text; *p; p++)
		to += snprintf(to, 4, "%%%02X", (unsigned char)*p);
	return out;
}

static void fill_with(struct site *s, const struct route *r, const struct visitor *who,
	const char *text)
{
	AUTO(arena) a = arena_new();
	const char *body = "";
	struct question q = {.route = r,
		.who = who,
		.token = who->token,
		.type = FORM_TYPE,
		.id = s->guest};
	struct http_response resp;

	for (size_t i = 0; i < r->form->count; i++)
		body = arena_printf(a, "%s%s%s=%s", body, i ? "&" : "",
			r->form->fields[i].name, escape(a, text));
	q.body = r->method == HTTP_POST ? bytes_str(body) : BYTES("");
	q.query = r->method == HTTP_GET ? body : NULL;
	resp = ask(s, a, &q);
	must_be_sound(s, &q, &resp);
	if (bytes_find(resp.body, BYTES("<script>alert")) != SIZE_MAX ||
		bytes_find(resp.body, BYTES("<img src=x")) != SIZE_MAX)
		COMPLAIN(&q, &resp, "markup of a stranger");
}

static void hostile_texts_do_nothing(void **state)
{
	struct site *s = site_begin(state);

	for (const struct route *r = web_routes; r->path; r++)
		for (size_t i = 0; r->form && i < sizeof hostile / sizeof *hostile; i++) {
			fill_with(s, r, &s->visitors[0], hostile[i]);
			fill_with(s, r, &s->visitors[4], hostile[i]);
			fill_with(s, r, &s->visitors[6], hostile[i]);
		}
	print_message("# %u requests with hostile texts\n", s->asked);
	assert_true(s->asked > 1000);
	site_end(s);
}

static void the_api_describes_itself(void **state)
{
	struct site *s = site_begin(state);
	struct question q = {.who = &s->visitors[0]};
	struct http_response r;
	json_t *o;
	size_t named = 0;

	for (q.route = web_routes; strcmp(q.route->path, "/api/v1/openapi.json") != 0;
		q.route++)
		;
	r = ask(s, s->p.a, &q);
	o = json_loadb((const char *)r.body.p, r.body.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "openapi")), "3.1.0");
	for (const struct route *x = web_routes; x->path; x++)
		named += x->name != NULL;
	assert_true(named >= 20);
	for (const struct route *x = web_routes; x->path; x++)
		if (strncmp(x->path, "/api/", 5) == 0 && !strchr(x->path, ':') && x->name)
			assert_non_null(
				json_object_get(json_object_get(o, "paths"), x->path));
	json_decref(o);
	site_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tables_are_sane),
		ON_BOTH(&domain_statements, everybody_asks_everything),
		ON_BOTH(&domain_statements, hostile_texts_do_nothing),
		ON_BOTH(&domain_statements, who_logs_out_is_out),
		ON_ONE(&domain_statements, the_api_describes_itself, false, false,
			"the_api_describes_itself"),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
