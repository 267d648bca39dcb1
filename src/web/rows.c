/* rows: see rows.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/rows.h"

#include "base/text.h"
#include "domain/actor.h"
#include "domain/credential.h"
#include "domain/message.h"

enum { SOON_DAYS = 60 };

static const struct view_member message_members[] = {VIEW_TEXT(struct message_row, id),
	VIEW_TEXT(struct message_row, text), VIEW_PATH(struct message_row, link),
	VIEW_BOOL(struct message_row, urgent), VIEW_BOOL(struct message_row, is_read),
	VIEW_TIME(struct message_row, at)};
const struct view message_row_view = VIEW(struct message_row, message_members);

bool message_lines(struct route_call *c, const struct list_from *from,
	struct message_row **out, size_t *count, bool *more, struct err *e)
{
	struct message *rows;

	if (!message_page(c->app, &c->actor, c->a, from, &rows, count, more, e))
		return false;
	*out = ARENA_ARRAY(c->a, *count + 1, struct message_row);
	for (size_t i = 0; i < *count; i++)
		(*out)[i] = (struct message_row){id_text(c->a, rows[i].id), rows[i].text,
			rows[i].link && rows[i].link[0] ? rows[i].link : NULL,
			rows[i].urgent, rows[i].is_read, rows[i].at};
	return true;
}

static const struct view_member credential_members[] = {
	VIEW_TEXT(struct credential_row, id), VIEW_TEXT(struct credential_row, subject),
	VIEW_TEXT(struct credential_row, ca_name),
	VIEW_TEXT(struct credential_row, serial), VIEW_MSG(struct credential_row, state),
	VIEW_MSG(struct credential_row, use), VIEW_DATE(struct credential_row, not_after),
	VIEW_TIME(struct credential_row, usable_at),
	VIEW_INT(struct credential_row, days_left),
	VIEW_BOOL(struct credential_row, is_bound),
	VIEW_BOOL(struct credential_row, is_cooling),
	VIEW_BOOL(struct credential_row, is_soon),
	VIEW_BOOL(struct credential_row, is_over),
	VIEW_BOOL(struct credential_row, in_token),
	VIEW_BOOL(struct credential_row, may_report)};
const struct view credential_row_view = VIEW(struct credential_row, credential_members);

static unsigned state_label(enum credential_state s)
{
	static const enum msg labels[] = {[CREDENTIAL_COOLING] = MSG_WEB_STATE_COOLING,
		[CREDENTIAL_BOUND] = MSG_WEB_STATE_BOUND,
		[CREDENTIAL_LOST] = MSG_WEB_STATE_LOST,
		[CREDENTIAL_REPLACED] = MSG_WEB_STATE_REPLACED,
		[CREDENTIAL_REFUSED] = MSG_WEB_STATE_REFUSED,
		[CREDENTIAL_ENDED] = MSG_WEB_STATE_ENDED};

	return (unsigned)labels[s] + 1;
}

static struct credential_row row_of(struct route_call *c, const struct credential *k)
{
	int64_t now = c->app->world->now(c->app->world);
	int64_t left = (k->not_after - now) / TIME_DAY;
	bool lives = k->state == CREDENTIAL_BOUND || k->state == CREDENTIAL_COOLING;

	return (struct credential_row){.id = id_text(c->a, k->id),
		.subject = k->subject,
		.ca_name = k->ca_name,
		.serial = k->serial,
		.state = state_label(k->state),
		.use = (unsigned)(k->use == CREDENTIAL_SIGNS ? MSG_WEB_USE_SIGNS
							     : MSG_WEB_USE_ENCRYPTS) +
		       1,
		.not_after = k->not_after,
		.usable_at = k->usable_at,
		.days_left = left > 0 ? left : 0,
		.is_bound = k->state == CREDENTIAL_BOUND,
		.is_cooling = k->state == CREDENTIAL_COOLING,
		.is_soon = lives && left < SOON_DAYS && now < k->not_after,
		.is_over = lives && now >= k->not_after,
		.in_token = k->in_token,
		.may_report = lives};
}

bool credential_lines(
	struct route_call *c, struct credential_row **out, size_t *count, struct err *e)
{
	struct credential *all;

	if (!credential_list(c->app, c->a, &c->actor, &all, count, e))
		return false;
	*out = ARENA_ARRAY(c->a, *count + 1, struct credential_row);
	for (size_t i = 0; i < *count; i++)
		(*out)[i] = row_of(c, &all[i]);
	return true;
}

/* --- where lists go on ------------------------------------------------------------- */

static const char *escape(struct route_call *c, const char *text)
{
	char *out = arena_alloc(c->a, 3 * bytes_str(text).n + 1), *at = out;
	static const char digits[] = "0123456789ABCDEF";

	for (const char *p = text; *p; p++) {
		uint8_t b = (uint8_t)*p;

		if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') ||
			(b >= '0' && b <= '9')) {
			*at++ = (char)b;
		} else {
			*at++ = '%';
			*at++ = digits[b >> 4];
			*at++ = digits[b & 15];
		}
	}
	return out;
}

/* What was searched for stays. */
static const char *searched(struct route_call *c)
{
	struct bytes q = c->form.form == c->route->form && c->form.form
				 ? form_bytes(&c->form, "q")
				 : BYTES("");

	return q.n ? arena_printf(c->a, "q=%s&", escape(c, arena_str(c->a, q))) : "";
}

const char *more_by_time(
	struct route_call *c, const char *path, int64_t at, const char *id)
{
	return arena_printf(
		c->a, "%s?%sat=%lld&id=%s", path, searched(c), (long long)at, id);
}

const char *more_by_text(
	struct route_call *c, const char *path, const char *text, const char *id)
{
	return arena_printf(
		c->a, "%s?%sfrom=%s&id=%s", path, searched(c), escape(c, text), id);
}

bool call_from(struct route_call *c, struct list_from *out, struct err *e)
{
	struct bytes id = form_bytes(&c->form, "id");

	*out = (struct list_from){0};
	if (c->form.wrong)
		return err_set(e, ERR_USAGE, "list");
	if (!id.n)
		return true;
	out->given = true;
	out->text = form_bytes(&c->form, "from");
	out->at = form_number(&c->form, "at");
	for (size_t i = 0; i < ID_SIZE && i < id.n; i++)
		out->id.b[i] = id.p[i];
	return true;
}

const char *kinds_text(struct route_call *c, uint32_t kinds)
{
	const char *out = "";

	for (unsigned bit = 0; bit < 8; bit++)
		if (kinds & 1u << bit)
			out = arena_printf(c->a, "%s%s%s", out,
				*out ? (c->lang == LANG_EN ? ", " : "、") : "",
				user_kind_say(c->lang, (enum user_kind)(1u << bit)));
	return out;
}
