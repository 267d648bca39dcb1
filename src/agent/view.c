/* view: a job as its window shows it. Everything the window says is in here, in the
 * user's language: its script holds no sentence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "base/text.h"
#include "base/time.h"

enum { PAGES_MAX = 5000 };

static void put(json_t *o, const char *name, const char *text)
{
	(void)json_object_set_new(o, name, json_string(text ? text : ""));
}

static void put_bytes(json_t *o, struct arena *a, const char *name, struct bytes text)
{
	put(o, name, arena_str(a, text));
}

/* --- words of the window */

static json_t *words(enum lang lang)
{
	static const struct {
		const char *name;
		enum msg msg;
	} all[] = {{"brand", MSG_AGENT_BRAND}, {"phrase", MSG_AGENT_PHRASE},
		{"phrase_help", MSG_AGENT_PHRASE_HELP}, {"asks", MSG_AGENT_ASKS},
		{"pages", MSG_AGENT_PAGES}, {"page", MSG_AGENT_PAGE},
		{"key", MSG_AGENT_KEY}, {"pin", MSG_AGENT_PIN}, {"sign", MSG_AGENT_SIGN},
		{"refuse", MSG_AGENT_REFUSE}, {"allow", MSG_AGENT_ALLOW},
		{"last", MSG_AGENT_LAST}, {"done", MSG_AGENT_DONE},
		{"refused", MSG_AGENT_REFUSED}, {"failed", MSG_AGENT_FAILED},
		{"gone", MSG_AGENT_GONE}, {"working", MSG_AGENT_WORKING},
		{"code", MSG_AGENT_CODE}, {"rows", MSG_AGENT_ROWS},
		{"sum", MSG_AGENT_SUM}, {"no_keys", MSG_AGENT_NO_KEYS},
		{"faults", MSG_AGENT_FAULTS}};
	json_t *o = json_object();

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		put(o, all[i].name, msg_text(lang, all[i].msg));
	return o;
}

/* --- what is asked */

static const char *act_text(enum lang lang, const struct job *job)
{
	static const enum msg acts[] = {0, MSG_AGENT_ACT_SIGN, MSG_AGENT_ACT_LOGIN,
		MSG_AGENT_ACT_UNWRAP, MSG_AGENT_ACT_REWRAP, MSG_AGENT_ACT_REHEARSE};
	static const enum msg logins[] = {0, MSG_AGENT_ACT_LOGIN, MSG_AGENT_ACT_BINDING,
		MSG_AGENT_ACT_RECOVERY, MSG_AGENT_ACT_STEP_UP};
	const struct order *o;

	if (job->kind == JOB_KEYS)
		return msg_text(lang, MSG_AGENT_ACT_KEYS);
	if (job->kind == JOB_BATCH)
		return msg_text(lang, MSG_AGENT_ACT_BATCH);
	o = &job->rows[0].order.order;
	return msg_text(
		lang, o->act == ORDER_LOGIN ? logins[o->login.purpose] : acts[o->act]);
}

static json_t *findings(enum lang lang, const struct finding *checks)
{
	json_t *list = json_array();

	for (enum order_check_id id = 0; id < ORDER_CHECK_COUNT; id++) {
		json_t *o;

		/* The certificate is judged at each key; the rest below. */
		if (!checks[id].present || id == ORDER_CHECK_CERTIFICATE ||
			id == ORDER_CHECK_DIGEST || id == ORDER_CHECK_FIELDS)
			continue;
		o = json_object();
		put(o, "name", order_check_name(id));
		put(o, "title", order_check_title(lang, id));
		put(o, "result", finding_result_name(checks[id].result));
		put(o, "detail", checks[id].detail);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *documents(const struct job *job, json_t *look, size_t first, size_t count)
{
	json_t *list = json_array(), *seen = json_object_get(look, "documents");

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_deep_copy(json_array_get(seen, i));

		if (!o)
			o = json_object();
		(void)json_object_set_new(
			o, "number", json_integer((json_int_t)(first + i)));
		(void)json_object_set_new(o, "size",
			json_integer((json_int_t)job->documents[first + i].size));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *fields(
	struct arena *a, enum lang lang, const struct order_paper *p, json_t *look)
{
	static const enum msg states[] = {MSG_AGENT_FIELD_PLATFORM_ONLY,
		MSG_AGENT_FIELD_AGREES, MSG_AGENT_FIELD_DIFFERS, MSG_AGENT_FIELD_MISSING};
	json_t *list = json_array(), *seen = json_object_get(look, "list");

	for (size_t i = 0; i < p->field_count; i++) {
		json_t *one = json_array_get(seen, i), *o = json_object();
		const char *state = json_string_value(json_object_get(one, "state"));
		enum order_field_state s = ORDER_FIELD_PLATFORM_ONLY;

		while (state && s < ORDER_FIELD_MISSING &&
			strcmp(order_field_state_name(s), state) != 0)
			s++;
		put_bytes(o, a, "label", p->fields[i].label);
		put_bytes(o, a, "value", p->fields[i].value);
		put(o, "state", order_field_state_name(s));
		put(o, "state_text", msg_text(lang, states[s]));
		put(o, "found", json_string_value(json_object_get(one, "found")));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static void line(json_t *list, const char *text)
{
	(void)json_array_append_new(list, json_string(text));
}

static const char *form_words(enum lang lang, enum order_form form)
{
	static const enum msg words[] = {MSG_AGENT_FORM_CMS, MSG_AGENT_FORM_PADES,
		MSG_AGENT_FORM_OFD_SEAL, MSG_AGENT_FORM_PDF_SEAL,
		MSG_AGENT_FORM_OFD_SIGN};

	return msg_text(lang, words[form - ORDER_CMS]);
}

/* Whom a bid's key or share would be given to. */
static const char *recipient_words(
	struct agent *ag, struct arena *a, const struct order_bid *o)
{
	struct cert cert;
	struct err e;

	if (!o->cert.n || !cert_parse(&cert, o->cert, &e))
		return NULL;
	return say_(a, ag->lang, MSG_AGENT_BID_TO, name_title(a, cert.subject),
		name_title(a, cert.issuer), hex_encode(a, BYTES_OF(cert.sm3)), NULL);
}

/* What is done and to whom, beside what the platform calls it. */
static json_t *lines(struct agent *ag, struct arena *a, const struct order *o)
{
	json_t *list = json_array();
	const char *to;

	if (o->act == ORDER_SIGN) {
		line(list, say_(a, ag->lang, MSG_AGENT_FORM,
				   form_words(ag->lang, o->paper.form),
				   arena_str(a, o->paper.kind), NULL));
		return list;
	}
	if (o->act == ORDER_LOGIN) {
		line(list, say_(a, ag->lang, MSG_AGENT_LOGIN_FOR,
				   order_login_purpose_name(o->login.purpose), NULL));
		return list;
	}
	line(list, say_(a, ag->lang, MSG_AGENT_BID_OF, arena_str(a, o->bid.tender),
			   arena_str(a, o->bid.lot), NULL));
	for (size_t i = 0; i < o->bid.part_count; i++)
		line(list, say_(a, ag->lang, MSG_AGENT_BID_PART,
				   arena_str(a, o->bid.parts[i]), NULL));
	to = recipient_words(ag, a, &o->bid);
	if (to)
		line(list, to);
	return list;
}

/* One order's part of the page. */
static json_t *row(struct agent *ag, const struct job *job, struct arena *a, size_t i,
	size_t first, json_t *look)
{
	const struct order *o = &job->rows[i].order.order;
	json_t *out = json_object();
	bool paper = o->act == ORDER_SIGN;

	put_bytes(out, a, "title",
		paper ? o->paper.title
		      : (o->act == ORDER_LOGIN ? o->login.text : o->bid.tender));
	put_bytes(out, a, "kind", paper ? o->paper.kind : (struct bytes){0});
	(void)json_object_set_new(out, "lines", lines(ag, a, o));
	(void)json_object_set_new(out, "fields",
		paper ? fields(a, ag->lang, &o->paper, look) : json_array());
	(void)json_object_set_new(out, "checks", findings(ag->lang, job->rows[i].checks));
	(void)json_object_set_new(out, "documents",
		documents(job, look, first, paper ? o->paper.document_count : 0));
	(void)json_object_set_new(
		out, "digest", json_deep_copy(json_object_get(look, "digest")));
	(void)json_object_set_new(
		out, "said", json_deep_copy(json_object_get(look, "fields")));
	return out;
}

static json_t *rows(struct agent *ag, const struct job *job, struct arena *a)
{
	json_t *look = json_loadb((const char *)job->look.p, job->look.n, 0, NULL);
	json_t *list = json_array();
	size_t first = 0;

	for (size_t i = 0; i < job->row_count; i++) {
		const struct order *o = &job->rows[i].order.order;

		(void)json_array_append_new(
			list, row(ag, job, a, i, first,
				      json_array_get(json_object_get(look, "rows"), i)));
		first += o->act == ORDER_SIGN ? o->paper.document_count : 0;
	}
	json_decref(look);
	return list;
}

/* --- what the desk found */

/* The sentence of a finding that is not passed; null: it is. */
static const char *said_against(json_t *row, const char *name, struct arena *a)
{
	json_t *f = json_object_get(row, name);
	const char *result = json_string_value(json_object_get(f, "result"));
	const char *detail = json_string_value(json_object_get(f, "detail"));

	if (result && strcmp(result, finding_result_name(FINDING_PASSED)) == 0)
		return NULL;
	return detail && *detail ? arena_str(a, bytes_str(detail)) : "?";
}

static bool take_document(struct agent *ag, struct job *job, struct job_document *d,
	json_t *seen, struct err *e)
{
	json_int_t pages = json_integer_value(json_object_get(seen, "pages"));

	//= Issue 4: no signature over content that was not displayed
	if (pages < 1 || pages > PAGES_MAX)
		return err_set(e, ERR_DENIED, "%s",
			msg_text(ag->lang, MSG_AGENT_CANNOT_BE_SHOWN));
	d->pages = (uint32_t)pages;
	d->shown = arena_alloc(job->arena, d->pages);
	return true;
}

static bool take_row(struct agent *ag, struct job *job, json_t *row, size_t *document,
	size_t count, struct err *e)
{
	json_t *documents = json_object_get(row, "documents");
	const char *against = said_against(row, "digest", job->arena);
	const char *open = json_string_value(json_object_get(row, "open"));

	if (!against)
		against = said_against(row, "fields", job->arena);
	if (against)
		return err_set(e, ERR_DENIED, "%s", against);
	if (open)
		return err_set(e, ERR_DENIED, "%s",
			say_(job->arena, ag->lang, MSG_AGENT_OPEN_FILE,
				arena_str(job->arena, bytes_str(open)), NULL));
	for (size_t i = 0; i < count; i++)
		if (!take_document(ag, job, &job->documents[(*document)++],
			    json_array_get(documents, i), e))
			return false;
	return true;
}

bool view_take(struct agent *ag, struct job *job, struct err *e)
{
	json_t *look = json_loadb((const char *)job->look.p, job->look.n, 0, NULL);
	json_t *list = json_object_get(look, "rows");
	size_t document = 0;
	bool ok = json_array_size(list) == job->row_count ||
		  err_set(e, ERR_MALFORMED, "the process that reads documents");

	for (size_t i = 0; ok && i < job->row_count; i++)
		ok = take_row(ag, job, json_array_get(list, i), &document,
			job->rows[i].order.order.paper.document_count, e);
	json_decref(look);
	return ok;
}

/* --- keys */

static json_t *key_json(struct agent *ag, const struct job *job, struct arena *a,
	const struct keyring_key *k, bool *fits)
{
	struct bytes der = act_use(job) == TOKEN_SIGN ? k->sign : k->enc;
	json_t *o = json_object();
	struct cert cert;
	struct err e;
	const char *why;

	*fits = act_fits(ag, job, k, a, &why);
	put(o, "id", k->id);
	put(o, "label", k->label);
	put(o, "serial", k->serial);
	if (der.n && cert_parse(&cert, der, &e)) {
		put(o, "subject", name_title(a, cert.subject));
		put(o, "issuer", name_title(a, cert.issuer));
		put(o, "until", time_beijing(a, cert.not_after));
		put(o, "sm3", hex_encode(a, BYTES_OF(cert.sm3)));
	}
	(void)json_object_set_new(o, "tries", json_integer(k->tries_left));
	put(o, "tries_text",
		k->in_file ? msg_text(ag->lang, MSG_AGENT_IN_FILE)
		: k->tries_left < 0
			? msg_text(ag->lang, MSG_AGENT_TRIES_UNKNOWN)
			: say_(a, ag->lang, MSG_AGENT_TRIES,
				  arena_printf(a, "%d", k->tries_left), NULL));
	(void)json_object_set_new(o, "fits", json_boolean(*fits));
	put(o, "why", why);
	return o;
}

/* Of several keys the one that the order demands is taken, and it is said so. */
static void put_keys(
	struct agent *ag, const struct job *job, struct arena *a, json_t *out)
{
	struct keyring_list keys;
	json_t *list = json_array(), *faults = json_array(), *first = NULL;
	size_t fitting = 0;
	bool fits;

	keyring_list(&keys, ag->keyring, a);
	for (size_t i = 0; i < keys.count; i++) {
		json_t *o = key_json(ag, job, a, &keys.keys[i], &fits);

		if (fits && !fitting++)
			first = o;
		(void)json_array_append_new(list, o);
	}
	if (first)
		(void)json_object_set_new(first, "chosen", json_true());
	if (fitting == 1 && keys.count > 1)
		put(out, "chosen_text", msg_text(ag->lang, MSG_AGENT_CHOSEN));
	for (size_t i = 0; i < keys.fault_count; i++)
		(void)json_array_append_new(faults, json_string(keys.faults[i]));
	(void)json_object_set_new(out, "keys", list);
	(void)json_object_set_new(out, "faults", faults);
}

/* --- the whole */

static const char *sum_text(struct arena *a, int64_t fen)
{
	struct bytes figures;
	struct err e;

	return order_figures(a, fen, &figures, &e) ? arena_str(a, figures) : "";
}

const char *view_json(struct agent *ag, struct job *job, struct arena *a)
{
	json_t *o = json_object();
	char *text;

	put(o, "lang", lang_name(ag->lang));
	put(o, "state", job_state_name(job->state));
	put(o, "phrase", ag->home->phrase);
	put(o, "origin", job->pairing->origin);
	put(o, "platform", job->pairing->platform);
	put(o, "act", act_text(ag->lang, job));
	put(o, "problem", job->problem);
	put(o, "code", *job->page_origin ? "" : job->code);
	(void)json_object_set_new(o, "words", words(ag->lang));
	(void)json_object_set_new(o, "needs_pin", json_boolean(job->kind != JOB_KEYS));
	(void)json_object_set_new(o, "rows", rows(ag, job, a));
	if (job->batch) {
		(void)json_object_set_new(
			o, "count", json_integer(job->batch->batch.count));
		put(o, "sum", sum_text(a, job->batch->batch.sum));
		(void)json_object_set_new(
			o, "checks", findings(ag->lang, job->batch->checks));
	}
	put_keys(ag, job, a, o);
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (!text)
		return "{}";
	{
		const char *copy = arena_str(a, bytes_str(text));

		free(text);
		return copy;
	}
}
