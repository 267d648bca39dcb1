/* mandate_record: see mandate_record.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/mandate_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/record.h"

/* A list out of names between commas. */
static json_t *kinds_json(const char *kinds)
{
	json_t *list = json_array();

	for (;;) {
		size_t n = strcspn(kinds, ",");

		(void)json_array_append_new(list, json_stringn(kinds, n));
		if (!kinds[n])
			return list;
		kinds += n + 1;
	}
}

static json_t *acts_json(unsigned acts)
{
	json_t *list = json_array();

	if (acts & MANDATE_SIGN)
		(void)json_array_append_new(list, json_string("sign"));
	if (acts & MANDATE_SEAL)
		(void)json_array_append_new(list, json_string("seal"));
	return list;
}

struct bytes mandate_record_write(struct arena *a, const struct mandate_record *r)
{
	json_t *delegate = json_pack("{s:s, s:s, s:s}", "name", r->delegate, "id_number",
		r->id_number_mask, "person", id_text(a, r->person));
	json_t *organisation = json_pack(
		"{s:s, s:s}", "credit_code", r->credit_code, "name", r->organisation);
	json_t *amount =
		r->has_amount ? json_integer((json_int_t)r->amount_max) : json_null();
	json_t *o = json_pack("{s:s, s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:s, "
			      "s:s, s:s}",
		"format", "qianyin-mandate", "version", 1, "id", id_text(a, r->id),
		"platform", r->platform, "principal", r->principal, "organisation",
		organisation, "delegate", delegate, "acts", acts_json(r->acts), "kinds",
		kinds_json(r->kinds), "amount_max_fen", amount, "valid_from",
		time_iso(a, r->valid_from), "valid_to", time_iso(a, r->valid_to),
		"made_at", time_iso(a, r->made_at));

	return bytes_str(record_detail(a, o));
}

static const char *acts_say(enum lang lang, unsigned acts)
{
	static const enum msg says[] = {[MANDATE_SIGN] = MSG_PARTY_MANDATE_SIGN,
		[MANDATE_SEAL] = MSG_PARTY_MANDATE_SEAL,
		[MANDATE_SIGN | MANDATE_SEAL] = MSG_PARTY_MANDATE_BOTH};

	return msg_text(lang, says[acts & 3]);
}

static struct order_field line(
	enum lang lang, const char *name, enum msg label, const char *value)
{
	return (struct order_field){.name = bytes_str(name),
		.label = bytes_str(msg_text(lang, label)),
		.value = bytes_str(value)};
}

bool mandate_record_fields(struct arena *a, enum lang lang,
	const struct mandate_record *r, struct order_field **out, size_t *count,
	struct err *e)
{
	struct order_field *f = ARENA_ARRAY(a, 8, struct order_field);
	const char *kinds = strcmp(r->kinds, "*") == 0
				    ? msg_text(lang, MSG_PARTY_MANDATE_ALL_KINDS)
				    : r->kinds;
	size_t n = 0;

	f[n++] = line(
		lang, "organisation", MSG_PARTY_MANDATE_ORGANISATION, r->organisation);
	f[n++] = line(lang, "delegate", MSG_PARTY_MANDATE_DELEGATE,
		arena_printf(a, "%s %s", r->delegate, r->id_number_mask));
	f[n++] = line(lang, "acts", MSG_PARTY_MANDATE_ACTS, acts_say(lang, r->acts));
	f[n++] = line(lang, "kinds", MSG_PARTY_MANDATE_KINDS, kinds);
	if (r->has_amount) {
		f[n] = line(lang, "amount_max", MSG_PARTY_MANDATE_AMOUNT, "");
		f[n].has_amount = true;
		f[n].amount = r->amount_max;
		if (!order_figures(a, r->amount_max, &f[n].value, e))
			return false;
	} else {
		f[n] = line(lang, "amount_max", MSG_PARTY_MANDATE_AMOUNT,
			msg_text(lang, MSG_PARTY_MANDATE_NO_BOUND));
	}
	n++;
	f[n++] = line(lang, "valid_from", MSG_PARTY_MANDATE_FROM,
		time_beijing(a, r->valid_from));
	f[n++] = line(
		lang, "valid_to", MSG_PARTY_MANDATE_TO, time_beijing(a, r->valid_to));
	*out = f;
	*count = n;
	return true;
}
