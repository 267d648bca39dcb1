/* window: the agent's own page, where its user looks, types the PIN, or says no.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/window_assets.h"
#include "base/text.h"

/* Nothing from anywhere else, in no frame, shared with no other page. */
//= Protocols §3: cannot be framed; COOP same-origin and frame-ancestors 'none' (design §6)
static void window_headers(struct http_response *resp)
{
	http_set(resp, "Content-Security-Policy",
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:; "
		"connect-src 'self'; form-action 'none'; base-uri 'none'; "
		"frame-ancestors 'none'");
	http_set(resp, "Cross-Origin-Opener-Policy", "same-origin");
	http_set(resp, "Cross-Origin-Resource-Policy", "same-origin");
	http_set(resp, "X-Frame-Options", "DENY");
	http_set(resp, "Referrer-Policy", "no-referrer");
}

void window_asset(void *ctx, const struct http_request *req, struct http_response *resp)
{
	(void)ctx;
	for (size_t i = 0; i < window_asset_count; i++)
		if (bytes_equal(req->path, bytes_str(window_assets[i].path))) {
			resp->status = 200;
			resp->content_type = window_assets[i].type;
			resp->body =
				bytes_make(window_assets[i].data, window_assets[i].size);
			window_headers(resp);
			return;
		}
	http_plain(resp, 404);
}

/* The job whose secret came with the request; null, and answered, when there is none. */
static struct job *job_of(
	struct agent *a, const struct http_request *req, struct http_response *resp)
{
	struct job *job =
		job_by_secret(a->jobs, bytes_str(http_header(req, "X-Qianyin-Secret")));
	struct err e;

	window_headers(resp);
	if (job)
		return job;
	err_set(&e, ERR_NOT_FOUND, "no such request");
	answer_problem(a, req, resp, &e);
	return NULL;
}

void window_view(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct agent *a = ctx;
	struct job *job = job_of(a, req, resp);

	if (job)
		answer_json(resp, 200, view_json(a, job, req->arena));
}

/* The body: "document page", in decimal. */
static bool page_read(struct bytes body, size_t *document, unsigned *page)
{
	size_t space = bytes_find(body, BYTES(" "));
	uint64_t d, p;
	struct err e;

	if (space == SIZE_MAX ||
		!decimal_u64(bytes_head(body, space), JOB_DOCUMENTS_MAX, &d, &e) ||
		!decimal_u64(bytes_from(body, space + 1), INT32_MAX, &p, &e))
		return false;
	*document = (size_t)d;
	*page = (unsigned)p;
	return true;
}

void window_page(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct agent *a = ctx;
	struct job *job = job_of(a, req, resp);
	size_t document;
	unsigned page;
	struct err e;

	if (!job)
		return;
	if (!job->desk || !page_read(req->body, &document, &page))
		err_set(&e, ERR_USAGE, "no such page");
	else if (desk_page(job->desk, req->arena, document, page, &resp->body, &e)) {
		resp->status = 200;
		resp->content_type = "image/png";
		job_page_shown(job, document, page);
		return;
	}
	answer_problem(a, req, resp, &e);
}

/* --- the answer */

static void outcome(struct agent *a, const struct http_request *req,
	struct http_response *resp, const char *result, const char *text, int tries)
{
	json_t *o = json_pack("{s:s, s:s, s:i}", "result", result, "text",
		text ? text : "", "tries", tries);
	char *json = json_dumps(o, JSON_COMPACT);

	(void)a;
	answer_json(resp, 200, json ? arena_str(req->arena, bytes_str(json)) : "{}");
	json_decref(o);
	free(json);
}

static void approve_keys(struct agent *a, struct job *job)
{
	bool there = false;

	for (size_t i = 0; i < a->approved_count; i++)
		there |= a->approved[i] == job->pairing;
	if (!there && a->approved_count < AGENT_APPROVED_MAX)
		a->approved[a->approved_count++] = job->pairing;
	job->state = JOB_DONE;
}

static void pin_wrong(struct agent *a, const struct http_request *req,
	struct http_response *resp, const struct token_pin *state, const struct err *e)
{
	const char *text = err_say(req->arena, a->lang, e);

	if (e->code == ERR_DENIED)
		text = msg_text(a->lang, MSG_AGENT_KEY_LOCKED);
	else if (state->tries_left >= 0)
		text = say_(req->arena, a->lang, MSG_AGENT_PIN_WRONG,
			arena_printf(req->arena, "%d", state->tries_left), NULL);
	outcome(a, req, resp, state->locked ? "locked" : "pin", text, state->tries_left);
}

/* The PIN is the body, and nothing else is; it is tried once. */
static void answer_with(struct agent *a, const struct http_request *req,
	struct http_response *resp, struct job *job, const struct keyring_key *key)
{
	AUTO(secret) pin = secret_of(req->body.p, req->body.n);
	struct token_pin state = {-1, false};
	struct err e;

	if (act_answer(a, job, key, pin, &state, &e))
		outcome(a, req, resp, "done",
			!key->in_file && token_pin_is_weak(pin)
				? msg_text(a->lang, MSG_AGENT_PIN_WEAK)
				: "",
			-1);
	else if (job->state == JOB_WAITING &&
		 (e.code == ERR_PASSWORD || e.code == ERR_DENIED))
		pin_wrong(a, req, resp, &state, &e);
	else
		outcome(a, req, resp, job->state == JOB_WAITING ? "again" : "failed",
			err_say(req->arena, a->lang, &e), -1);
}

/* A slot is no key: the certificate must be the one the window showed in it. */
static bool is_as_shown(
	const struct job *job, const struct keyring_key *key, const char *said)
{
	AUTO(arena) a = arena_new();
	struct bytes der = act_use(job) == TOKEN_SIGN ? key->sign : key->enc;
	uint8_t sm3[SM3_SIZE];

	sm3_of(der, sm3);
	return said && strcmp(said, hex_encode(a, BYTES_OF(sm3))) == 0;
}

void window_answer(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct agent *a = ctx;
	struct job *job = job_of(a, req, resp);
	const char *confirmed = http_header(req, "X-Qianyin-Last");
	const struct keyring_key *key;
	struct keyring_list keys;
	const char *why;
	struct bytes id;
	struct err e;

	if (!job)
		return;
	if (job->state != JOB_WAITING) {
		outcome(a, req, resp, job_state_name(job->state), job->problem, -1);
		return;
	}
	if (job->kind == JOB_KEYS) {
		approve_keys(a, job);
		outcome(a, req, resp, "done", "", -1);
		return;
	}
	keyring_list(&keys, a->keyring, req->arena);
	if (!http_decode(
		    req->arena, bytes_str(http_header(req, "X-Qianyin-Key")), &id, &e))
		id = (struct bytes){0};
	key = keyring_find(&keys, id);
	if (!key || !is_as_shown(job, key, http_header(req, "X-Qianyin-Certificate")))
		outcome(a, req, resp, "again", msg_text(a->lang, MSG_AGENT_KEY_GONE), -1);
	else if (!act_fits(a, job, key, req->arena, &why))
		outcome(a, req, resp, "again", why, -1);
	else if (!job_is_shown(job))
		outcome(a, req, resp, "again", msg_text(a->lang, MSG_AGENT_READ_ALL), -1);
	else if (!key->in_file && (!req->body.n || memchr(req->body.p, 0, req->body.n)))
		outcome(a, req, resp, "again", msg_text(a->lang, MSG_AGENT_PIN_EMPTY),
			-1);
	//= Issue 4: the last try needs a second confirmation
	else if (key->tries_left == 1 && (!confirmed || strcmp(confirmed, "yes") != 0))
		outcome(a, req, resp, "last", msg_text(a->lang, MSG_AGENT_LAST), 1);
	else
		answer_with(a, req, resp, job, key);
}

void window_refuse(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct agent *a = ctx;
	struct job *job = job_of(a, req, resp);

	if (!job)
		return;
	if (job->state == JOB_WAITING)
		act_refuse(a, job);
	outcome(a, req, resp, "refused", "", -1);
}

const struct http_route agent_routes[] = {
	{HTTP_GET | HTTP_OPTIONS, "/v1/hello", api_hello},
	{HTTP_GET | HTTP_POST | HTTP_OPTIONS, "/v1/keys", api_keys},
	{HTTP_POST | HTTP_OPTIONS, "/v1/jobs", api_jobs},
	{HTTP_GET | HTTP_POST | HTTP_OPTIONS, "/v1/jobs/…", api_job},
	{HTTP_GET, "/", window_asset},
	{HTTP_GET, "/window.js", window_asset},
	{HTTP_GET, "/window.css", window_asset},
	{HTTP_POST, "/window/view", window_view},
	{HTTP_POST, "/window/page", window_page},
	{HTTP_POST, "/window/answer", window_answer},
	{HTTP_POST, "/window/refuse", window_refuse},
};
const size_t agent_route_count = sizeof agent_routes / sizeof *agent_routes;
