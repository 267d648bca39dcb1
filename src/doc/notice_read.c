/* notice_read: a notice taken out of its paper; see notice.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What was read is written again and must be equal, member for member: there is nothing
 * in a notice that this program does not know.
 */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "doc/notice_json.h"
#include "doc/paper_data.h"

/* --- values */

static bool take_text(struct bytes *out, struct arena *a, const json_t *o,
	const char *name, struct err *e)
{
	const json_t *v = json_object_get(o, name);

	if (!json_is_string(v) || json_string_length(v) > NOTICE_TEXT_MAX)
		return err_set(e, ERR_MALFORMED, "%s: no text, or too long", name);
	*out = arena_dup(a, bytes_make(json_string_value(v), json_string_length(v)));
	return true;
}

static bool take_number(
	uint32_t *out, const json_t *o, const char *name, uint32_t max, struct err *e)
{
	const json_t *v = json_object_get(o, name);

	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
		json_integer_value(v) > (json_int_t)max)
		return err_set(e, ERR_MALFORMED, "%s: not a number up to %u", name, max);
	*out = (uint32_t)json_integer_value(v);
	return true;
}

static bool take_octets(struct bytes *out, struct arena *a, const json_t *o,
	const char *name, struct err *e)
{
	const json_t *v = json_object_get(o, name);

	if (!json_is_string(v) ||
		!base64_decode(a, bytes_make(json_string_value(v), json_string_length(v)),
			out, e))
		return err_set(e, ERR_MALFORMED, "%s: not base64", name);
	return true;
}

static bool take_key(struct pubkey *out, struct arena *a, const json_t *o,
	const char *name, struct err *e)
{
	struct bytes spki;

	if (!take_octets(&spki, a, json_object_get(o, name), "key", e) ||
		!pubkey_read(out, spki, e))
		return err_in(e, "%s", name);
	if (out->kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "%s: not SM2", name);
	return true;
}

static bool take_cert(struct cert *out, struct arena *a, const json_t *o,
	const char *name, struct err *e)
{
	struct bytes der;

	if (!take_octets(&der, a, json_object_get(o, name), "certificate", e) ||
		!cert_parse(out, der, e))
		return err_in(e, "%s", name);
	if (!out->key_known || out->key.kind != KEY_SM2 || !cert_may_encrypt(out))
		return err_set(e, ERR_UNSUPPORTED,
			"%s: the certificate is not SM2 or not for encryption", name);
	return true;
}

static bool take_person(
	struct notice_person *out, struct arena *a, const json_t *o, struct err *e)
{
	return take_text(&out->name, a, o, "name", e) &&
	       take_text(&out->credit_code, a, o, "code", e);
}

/* A list of at most max; its length, and memory for as many. */
static bool take_list(const json_t **list, size_t *count, const json_t *o,
	const char *name, size_t max, struct err *e)
{
	*list = json_object_get(o, name);
	*count = json_array_size(*list);
	if (!json_is_array(*list))
		return err_set(e, ERR_MALFORMED, "%s: no list", name);
	if (*count > max)
		return err_set(e, ERR_TOO_LARGE, "%s: %zu of them", name, *count);
	return true;
}

/* --- lists */

static bool lots_read(struct notice *n, struct arena *a, const json_t *o, struct err *e)
{
	struct notice_lot *lots;
	const json_t *list;

	if (!take_list(&list, &n->lot_count, o, "lots", NOTICE_LOTS_MAX, e))
		return false;
	lots = ARENA_ARRAY(a, n->lot_count + 1, struct notice_lot);
	for (size_t i = 0; i < n->lot_count; i++) {
		const json_t *one = json_array_get(list, i);

		if (!take_text(&lots[i].id, a, one, "id", e) ||
			!take_text(&lots[i].title, a, one, "title", e))
			return err_in(e, "lots");
	}
	n->lots = lots;
	return true;
}

static bool part_read(
	struct notice_part *p, struct arena *a, const json_t *o, struct err *e)
{
	struct bytes kind;
	uint32_t opened;

	if (!take_text(&p->id, a, o, "id", e) || !take_text(&p->lot, a, o, "lot", e) ||
		!take_text(&p->title, a, o, "title", e) ||
		!take_text(&kind, a, o, "kind", e) ||
		!take_number(&opened, o, "opened", NOTICE_SECOND_OPENING, e))
		return false;
	p->kind =
		bytes_equal(kind, BYTES("price")) ? NOTICE_PART_PRICE : NOTICE_PART_OTHER;
	if (!opened)
		return err_set(e, ERR_MALFORMED, "opened");
	p->opened = (enum notice_opening)opened;
	return true;
}

static bool parts_read(struct notice *n, struct arena *a, const json_t *o, struct err *e)
{
	struct notice_part *parts;
	const json_t *list;

	if (!take_list(&list, &n->part_count, o, "parts", NOTICE_PARTS_MAX, e))
		return false;
	parts = ARENA_ARRAY(a, n->part_count + 1, struct notice_part);
	for (size_t i = 0; i < n->part_count; i++)
		if (!part_read(&parts[i], a, json_array_get(list, i), e))
			return err_in(e, "parts");
	n->parts = parts;
	return true;
}

static bool trustees_read(
	struct notice *n, struct arena *a, const json_t *o, struct err *e)
{
	struct notice_trustee *all;
	const json_t *list;

	if (!take_list(&list, &n->trustee_count, o, "trustees", NOTICE_TRUSTEES_MAX, e))
		return false;
	all = ARENA_ARRAY(a, n->trustee_count + 1, struct notice_trustee);
	for (size_t i = 0; i < n->trustee_count; i++) {
		const json_t *one = json_array_get(list, i);

		all[i].device_made = json_is_true(json_object_get(one, "device_made"));
		if (!take_person(&all[i].person, a, one, e) ||
			!take_text(&all[i].role, a, one, "role", e) ||
			!take_cert(&all[i].cert, a, one, "encryption", e) ||
			!take_octets(&all[i].acceptance, a, one, "acceptance", e))
			return err_in(e, "trustee %zu", i + 1);
	}
	n->trustees = all;
	return true;
}

static bool witnesses_read(
	struct notice *n, struct arena *a, const json_t *o, struct err *e)
{
	struct notice_witness *all;
	const json_t *list;

	if (!take_list(&list, &n->witness_count, o, "witnesses", NOTICE_WITNESSES_MAX, e))
		return false;
	all = ARENA_ARRAY(a, n->witness_count + 1, struct notice_witness);
	for (size_t i = 0; i < n->witness_count; i++) {
		const json_t *one = json_array_get(list, i);

		if (!take_person(&all[i].person, a, one, e) ||
			!take_key(&all[i].key, a, one, "signing", e))
			return err_in(e, "witness %zu", i + 1);
	}
	n->witnesses = all;
	return true;
}

/* --- all of it */

static bool take_policy(struct notice *n, const json_t *o, struct err *e)
{
	const char *name = json_string_value(json_object_get(o, "policy"));
	uint32_t t;

	if (!take_number(&t, o, "t", UINT8_MAX, e))
		return false;
	n->t = (uint8_t)t;
	for (enum lockbox_policy p = LOCKBOX_OWNER; p <= LOCKBOX_OWNER_AND_TRUSTEES; p++)
		if (name && !strcmp(name, lockbox_policy_name(p))) {
			n->policy = p;
			return true;
		}
	return err_set(e, ERR_MALFORMED, "policy");
}

static bool take_persons(
	struct notice *n, struct arena *a, const json_t *o, struct err *e)
{
	if (!take_person(&n->purchaser, a, json_object_get(o, "purchaser"), e))
		return err_in(e, "purchaser");
	if (!take_person(&n->agency, a, json_object_get(o, "agency"), e))
		return err_in(e, "agency");
	if (!take_person(&n->operator, a, json_object_get(o, "operator"), e))
		return err_in(e, "operator");
	return true;
}

static bool take_platform(
	struct notice *n, struct arena *a, const json_t *o, struct err *e)
{
	if (!take_text(&n->platform, a, o, "id", e) ||
		!take_text(&n->origin, a, o, "origin", e) ||
		!take_key(&n->log, a, o, "log", e) ||
		!take_key(&n->receipt, a, o, "receipts", e) ||
		!take_cert(&n->intake, a, o, "intake", e))
		return err_in(e, "platform");
	return true;
}

static bool take_all(struct notice *n, struct arena *a, const json_t *o, struct err *e)
{
	struct bytes deadline;

	return take_text(&n->tender, a, o, "tender", e) &&
	       take_text(&n->title, a, o, "title", e) && take_persons(n, a, o, e) &&
	       take_text(&deadline, a, o, "deadline", e) &&
	       time_parse_iso(deadline, &n->deadline, e) &&
	       take_number(&n->round, o, "round", UINT16_MAX, e) &&
	       take_policy(n, o, e) && lots_read(n, a, o, e) && parts_read(n, a, o, e) &&
	       trustees_read(n, a, o, e) && witnesses_read(n, a, o, e) &&
	       take_platform(n, a, json_object_get(o, "platform"), e);
}

bool notice_of_json(
	struct notice *out, struct arena *a, const json_t *fields, struct err *e)
{
	struct notice n = {0};
	uint32_t version;
	json_t *again;
	bool equal;

	if (!take_number(&version, fields, "version", UINT16_MAX, e))
		return false;
	if (version != NOTICE_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "version %u of a notice", version);
	if (!take_all(&n, a, fields, e) || !notice_is_sane(&n, e))
		return false;
	again = notice_json(a, &n);
	equal = json_equal(again, fields);
	json_decref(again);
	if (!equal)
		return err_set(
			e, ERR_MALFORMED, "says more than it may, or contradicts itself");
	*out = n;
	return true;
}

static bool sm3_of_file(uint8_t out[SM3_SIZE], struct source *file, struct err *e)
{
	enum { PIECE = 64 * 1024 };
	AUTO(digest) d = digest_new(DIGEST_SM3);
	AUTO_MEM uint8_t *p = mem_alloc(PIECE);
	uint64_t size = source_size(file);

	for (uint64_t at = 0; at < size; at += PIECE) {
		size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;

		if (!source_read(file, at, p, n, e))
			return false;
		digest_put(d, bytes_make(p, n));
	}
	digest_finish(d, out);
	return true;
}

/* The fields of a paper, when it is a notice. */
static bool paper_read(
	struct notice *n, struct arena *a, struct bytes json, struct err *e)
{
	json_error_t where;
	json_t *root =
		json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, &where);
	const json_t *fields = json_object_get(root, "fields");
	bool good;

	if (!root || !json_is_object(fields))
		good = err_set(
			e, ERR_MALFORMED, "fields: %s", root ? "no object" : where.text);
	else if (!json_is_array(json_object_get(fields, "trustees")) ||
		 !json_is_string(json_object_get(fields, "tender")))
		good = err_set(e, ERR_NOT_FOUND, "a paper, and no tender notice");
	else
		good = notice_of_json(n, a, fields, e);
	json_decref(root);
	return good;
}

bool notice_read(struct notice *out, struct arena *a, struct source *file, struct err *e)
{
	struct notice n = {0};
	struct bytes json;
	bool found;

	if (source_size(file) > NOTICE_MAX)
		return err_set(e, ERR_TOO_LARGE, "tender notice");
	if (!paper_data_read(a, file, &json, &found, e))
		return err_in(e, "tender notice");
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "a document without a tender notice");
	if (!paper_read(&n, a, json, e) || !sm3_of_file(n.sm3, file, e))
		return err_in(e, "tender notice");
	*out = n;
	return true;
}
