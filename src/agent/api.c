/* api: what pages may ask (docs/formats/agent-api.md). Only paired origins come here: see
 * door.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "base/text.h"
#include "version.h"

#define TYPE_ORDER "application/vnd.qianyin.order"
#define TYPE_BATCH "application/vnd.qianyin.batch"

/* --- answers */

void answer_json(struct http_response *resp, unsigned status, const char *json)
{
	resp->status = status;
	resp->content_type = "application/json";
	resp->body = bytes_str(json);
}

void answer_problem(struct agent *a, const struct http_request *req,
	struct http_response *resp, const struct err *e)
{
	json_t *o = json_pack("{s:s, s:s, s:s}", "problem", err_name(e->code), "text",
		err_say(req->arena, a->lang, e), "detail",
		text_printable(req->arena, bytes_str(e->text), 240));
	char *text = json_dumps(o, JSON_COMPACT);

	answer_json(resp, (unsigned)err_http(e->code),
		text ? arena_str(req->arena, bytes_str(text)) : "{}");
	json_decref(o);
	free(text);
}

static void preflight(
	struct agent *a, const struct http_request *req, struct http_response *resp)
{
	resp->status = 204;
	door_headers(a, req, resp);
}

/* The pairing of the page that asks: door.c saw to it that there is one. */
static const struct pairing *pairing_of(struct agent *a, const struct http_request *req)
{
	return home_pairing(a->home, bytes_str(http_header(req, "Origin")));
}

/* --- GET /v1/hello */

//= Protocols §3: /v1/hello tells the version only
void api_hello(void *ctx, const struct http_request *req, struct http_response *resp)
{
	if (req->method == HTTP_OPTIONS) {
		preflight(ctx, req, resp);
		return;
	}
	answer_json(resp, 200,
		"{\"agent\":\"qianyin-agent\",\"version\":\"" QIANYIN_VERSION "\"}");
	door_headers(ctx, req, resp);
}

/* --- /v1/keys */

static bool is_approved(const struct agent *a, const struct pairing *p)
{
	for (size_t i = 0; i < a->approved_count; i++)
		if (a->approved[i] == p)
			return true;
	return false;
}

static json_t *key_row(struct arena *a, const struct keyring_key *k)
{
	json_t *o = json_pack("{s:s, s:s, s:b}", "label", k->label, "serial", k->serial,
		"locked", k->state == TOKEN_LOCKED);

	if (k->sign.n)
		(void)json_object_set_new(
			o, "sign", json_string(base64_encode(a, k->sign)));
	if (k->enc.n)
		(void)json_object_set_new(
			o, "encrypt", json_string(base64_encode(a, k->enc)));
	return o;
}

//= Protocols §3: the list of keys shows a count until the user approves
static const char *keys_json(
	struct agent *a, const struct pairing *p, struct arena *arena)
{
	struct keyring_list list;
	json_t *o, *rows = json_array();
	char *text;
	const char *out;

	keyring_list(&list, a->keyring, arena);
	for (size_t i = 0; i < list.count; i++)
		(void)json_array_append_new(rows, key_row(arena, &list.keys[i]));
	o = json_pack("{s:I, s:b}", "count", (json_int_t)list.count, "approved",
		is_approved(a, p));
	if (is_approved(a, p))
		(void)json_object_set(o, "keys", rows);
	json_decref(rows);
	text = json_dumps(o, JSON_COMPACT);
	out = text ? arena_str(arena, bytes_str(text)) : "{}";
	json_decref(o);
	free(text);
	return out;
}

void api_keys(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct agent *a = ctx;
	const struct pairing *p = pairing_of(a, req);
	struct job *job;
	struct err e;

	if (req->method == HTTP_OPTIONS) {
		preflight(a, req, resp);
		return;
	}
	if (req->method == HTTP_GET) {
		answer_json(resp, 200, keys_json(a, p, req->arena));
	} else if (!job_new(&job, a->jobs, JOB_KEYS, p, p->origin, &e)) {
		answer_problem(a, req, resp, &e);
	} else {
		job->state = JOB_WAITING;
		answer_json(
			resp, 201, arena_printf(req->arena, "{\"job\":\"%s\"}", job->id));
		window_show(a, job);
	}
	door_headers(a, req, resp);
}

/* --- POST /v1/jobs */

static bool job_begin(
	struct agent *a, const struct http_request *req, struct job **out, struct err *e)
{
	bool is_batch = http_has_type(req, TYPE_BATCH);
	const struct pairing *p = pairing_of(a, req);
	struct order_nonces nonces = nonces_memory(a->nonces);
	struct job *job;

	if (!is_batch && !http_has_type(req, TYPE_ORDER))
		return err_set(e, ERR_USAGE, "Content-Type: " TYPE_ORDER);
	if (!job_new(&job, a->jobs, is_batch ? JOB_BATCH : JOB_ORDER, p, p->origin, e))
		return false;
	if (!job_take(job, req->body, a->lang, a->world->now(a->world), &nonces, e)) {
		job_end(job);
		return false;
	}
	*out = job;
	return true;
}

void api_jobs(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct agent *a = ctx;
	struct job *job;
	struct err e;

	if (req->method == HTTP_OPTIONS) {
		preflight(a, req, resp);
		return;
	}
	if (!job_begin(a, req, &job, &e))
		answer_problem(a, req, resp, &e);
	else
		answer_json(resp, 201,
			arena_printf(req->arena, "{\"job\":\"%s\",\"documents\":%zu}",
				job->id, job->document_count));
	door_headers(a, req, resp);
}

/* --- /v1/jobs/ID, /documents/N, /open, /cancel, /answers/N */

static const char *state_json(struct agent *a, const struct job *job, struct arena *arena)
{
	json_t *o = json_pack(
		"{s:s, s:s?}", "state", job_state_name(job->state), "text", job->problem);
	char *text = json_dumps(o, JSON_COMPACT);
	const char *out = text ? arena_str(arena, bytes_str(text)) : "{}";

	(void)a;
	json_decref(o);
	free(text);
	return out;
}

/* The rest of a path behind the job's id: "documents/3". */
static bool numbered(struct bytes rest, struct bytes head, size_t *n)
{
	uint64_t number;
	struct err e;

	if (!bytes_starts(rest, head) ||
		!decimal_u64(bytes_from(rest, head.n), JOB_DOCUMENTS_MAX, &number, &e))
		return false;
	*n = (size_t)number;
	return true;
}

static bool job_post(struct agent *a, const struct http_request *req, struct job *job,
	struct bytes rest, struct http_response *resp, struct err *e)
{
	size_t n;

	resp->status = 204;
	if (numbered(rest, BYTES("/documents/"), &n)) {
		if (job->state != JOB_NEEDS || n >= job->document_count)
			return err_set(e, ERR_USAGE, "no such document is wanted");
		return job_document(job, n, req->body, e);
	}
	if (bytes_equal(rest, BYTES("/open")))
		return job_show(a, job, e);
	if (bytes_equal(rest, BYTES("/cancel"))) {
		job_end(job);
		return true;
	}
	return err_set(e, ERR_NOT_FOUND, "no such path");
}

static bool job_get(struct agent *a, const struct http_request *req,
	const struct job *job, struct bytes rest, struct http_response *resp,
	struct err *e)
{
	size_t n;

	if (!rest.n) {
		answer_json(resp, 200, state_json(a, job, req->arena));
		return true;
	}
	if (!numbered(rest, BYTES("/answers/"), &n))
		return err_set(e, ERR_NOT_FOUND, "no such path");
	resp->status = 200;
	resp->content_type = "application/octet-stream";
	return job_answer_read(job, n, req->arena, &resp->body, e);
}

void api_job(void *ctx, const struct http_request *req, struct http_response *resp)
{
	struct agent *a = ctx;
	struct bytes rest = bytes_from(req->path, sizeof "/v1/jobs/" - 1);
	struct bytes origin = bytes_str(http_header(req, "Origin"));
	struct job *job;
	struct err e;
	bool ok;

	if (req->method == HTTP_OPTIONS) {
		preflight(a, req, resp);
		return;
	}
	/* A job of another origin is as good as none. */
	job = job_find(a->jobs, bytes_head(rest, JOB_ID), origin);
	rest = bytes_from(rest, JOB_ID);
	if (!job)
		ok = err_set(&e, ERR_NOT_FOUND, "no such request");
	else if (req->method == HTTP_POST)
		ok = job_post(a, req, job, rest, resp, &e);
	else
		ok = job_get(a, req, job, rest, resp, &e);
	if (!ok)
		answer_problem(a, req, resp, &e);
	door_headers(a, req, resp);
}
