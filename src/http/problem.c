/* problem: problem details; see problem.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/problem.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *instance_of(const struct http_request *req)
{
	return req->id[0] ? arena_printf(req->arena, "urn:qianyin:request:%s", req->id)
			  : NULL;
}

struct problem problem_of(
	const struct http_request *req, enum lang lang, const struct err *e)
{
	struct err kind = {.code = e->code};
	unsigned status = (unsigned)err_http(e->code);
	bool ours = status >= 500;
	struct err shown = *e;

	/* What a refusal says is meant for users, whatever its status. */
	if (ours && !e->say)
		shown.text[0] = 0;
	return (struct problem){
		.type = arena_printf(req->arena, "/problems/%s", err_name(e->code)),
		.title = err_say(req->arena, lang, &kind),
		.status = status,
		.detail = shown.say || shown.text[0] ? err_say(req->arena, lang, &shown)
						     : NULL,
		.instance = instance_of(req),
		.rule = e->rule,
	};
}

struct problem problem_of_status(const struct http_request *req, unsigned status)
{
	return (struct problem){
		//= RFC 9457 §4.2.1: about:blank, and the title is the status phrase
		.type = "about:blank",
		.title = http_status_text(status),
		.status = status,
		.instance = instance_of(req),
	};
}

bool problem_wants_json(const struct http_request *req)
{
	const char *accept = http_header(req, "Accept");

	if (strncmp(req->target, "/api/", strlen("/api/")) == 0)
		return true;
	return accept &&
	       (!http_prefers(accept, "text/html", "application/json") ||
		       !http_prefers(accept, "text/html", "application/problem+json"));
}

static void add(json_t *object, const char *name, const char *text)
{
	if (text && json_object_set_new(object, name, json_string(text)) != 0)
		abort();
}

void problem_send(const struct http_request *req, const struct problem *p, enum lang lang,
	struct http_response *resp)
{
	json_t *object = json_object();
	char *text;

	add(object, "type", p->type);
	add(object, "title", p->title);
	(void)json_object_set_new(object, "status", json_integer(p->status));
	add(object, "detail", p->detail);
	add(object, "instance", p->instance);
	add(object, "rule", p->rule);
	add(object, "cure", p->cure);
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (!text)
		abort();
	resp->status = p->status;
	resp->content_type = "application/problem+json";
	resp->body = arena_dup(req->arena, bytes_str(text));
	free(text); /* the library's own */
	http_set(resp, "Content-Language", lang == LANG_EN ? "en" : "zh");
}
