/* page_system: what machines ask: is it alive, ready, how is it doing; the lists of the
 * API and its description. SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/credential.h"
#include "domain/member.h"
#include "domain/message.h"
#include "domain/organisation.h"
#include "web/openapi.h"
#include "web/pages.h"
#include "web/state.h"

static bool answer(struct route_call *c, unsigned status, json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	(void)answer_json(c, status, arena_str(c->a, bytes_str(text ? text : "{}")));
	free(text);
	return true;
}

/* Alive is whoever answers. */
bool system_live(struct route_call *c, struct err *e)
{
	(void)e;
	return answer_json(c, 200, "{\"alive\":true}");
}

bool system_ready(struct route_call *c, struct err *e)
{
	const struct web_system *s = c->web->conf.system;
	bool ready = db_ping(c->app->db, e) && (!s || !s->ready || s->ready(s->ctx));

	return answer_json(
		c, ready ? 200 : 503, ready ? "{\"ready\":true}" : "{\"ready\":false}");
}

bool system_metrics(struct route_call *c, struct err *e)
{
	const struct web_system *s = c->web->conf.system;

	(void)e;
	c->resp->status = 200;
	c->resp->content_type = "text/plain; version=0.0.4; charset=utf-8";
	c->resp->body = bytes_str(s && s->metrics ? s->metrics(s->ctx, c->a) : "");
	return true;
}

bool api_openapi(struct route_call *c, struct err *e)
{
	(void)e;
	return answer_json(c, 200, openapi_text(c->a, c->app->origin, web_routes));
}

/* --- lists ------------------------------------------------------------------------- */

bool api_session(struct route_call *c, struct err *e)
{
	(void)e;
	return answer(c, 200,
		json_pack("{s:s, s:s, s:i, s:i}", "account",
			id_text(c->a, c->actor.account), "organisation",
			id_text(c->a, c->actor.organisation), "kinds",
			(int)c->actor.kinds, "assurance", (int)c->actor.assurance));
}

bool api_members(struct route_call *c, struct err *e)
{
	struct list_from from;
	struct member *rows;
	json_t *list;
	size_t count;
	bool more;

	if (!call_from(c, &from, e) ||
		!member_page(c->app, &c->actor, c->a, c->actor.organisation, false, &from,
			&rows, &count, &more, e))
		return false;
	list = json_array();
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:i, s:s, s:I}", "id",
				id_text(c->a, rows[i].id), "name", rows[i].name,
				"id_number", rows[i].id_number_mask, "role",
				(int)rows[i].role, "since", time_iso(c->a, rows[i].since),
				"at", (json_int_t)rows[i].since));
	return answer(c, 200, json_pack("{s:o, s:b}", "items", list, "more", more));
}

bool api_credentials(struct route_call *c, struct err *e)
{
	struct credential *rows;
	json_t *list;
	size_t count;

	if (!credential_list(c->app, c->a, &c->actor, &rows, &count, e))
		return false;
	list = json_array();
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s}", "id",
				id_text(c->a, rows[i].id), "subject", rows[i].subject,
				"ca", rows[i].ca_name, "certificate_sm3",
				hex_encode(c->a, BYTES_OF(rows[i].sm3)), "state",
				(int)rows[i].state, "not_after",
				time_iso(c->a, rows[i].not_after), "usable_at",
				time_iso(c->a, rows[i].usable_at)));
	return answer(c, 200, json_pack("{s:o}", "items", list));
}

bool api_messages(struct route_call *c, struct err *e)
{
	struct list_from from;
	struct message *rows;
	json_t *list;
	size_t count;
	bool more;

	if (!call_from(c, &from, e) ||
		!message_page(c->app, &c->actor, c->a, &from, &rows, &count, &more, e))
		return false;
	list = json_array();
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(
			list, json_pack("{s:s, s:s, s:b, s:b, s:I}", "id",
				      id_text(c->a, rows[i].id), "text", rows[i].text,
				      "urgent", rows[i].urgent, "read", rows[i].is_read,
				      "at", (json_int_t)rows[i].at));
	return answer(c, 200, json_pack("{s:o, s:b}", "items", list, "more", more));
}

bool api_organisations(struct route_call *c, struct err *e)
{
	struct list_from from;
	struct organisation *rows;
	json_t *list;
	size_t count;
	bool more;

	if (!call_from(c, &from, e) ||
		!organisation_page(c->app, &c->actor, c->a, form_bytes(&c->form, "q"), 0,
			&from, &rows, &count, &more, e))
		return false;
	list = json_array();
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:i, s:i, s:s}", "id",
				      id_text(c->a, rows[i].id), "name", rows[i].name,
				      "credit_code", rows[i].credit_code, "kinds",
				      (int)rows[i].kinds, "state", (int)rows[i].state,
				      "from", rows[i].folded));
	return answer(c, 200, json_pack("{s:o, s:b}", "items", list, "more", more));
}
