/* notice_json: a notice written as fields; see notice_json.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Texts for people are part of the format (docs/formats/notice.md): they follow from the
 * rest, and a reader demands them as they stand here.
 */
#include "doc/notice_json.h"

#include "base/text.h"
#include "base/time.h"

/* The empty text may have no octets to point to. */
static void put_text(json_t *o, const char *name, struct bytes text)
{
	const char *p = text.n ? (const char *)text.p : "";

	(void)json_object_set_new(o, name, json_stringn(p, text.n));
}

static void put_str(json_t *o, const char *name, const char *text)
{
	(void)json_object_set_new(o, name, json_string(text));
}

static void put_number(json_t *o, const char *name, json_int_t n)
{
	(void)json_object_set_new(o, name, json_integer(n));
}

static void put_octets(json_t *o, const char *name, struct arena *a, struct bytes b)
{
	put_str(o, name, base64_encode(a, b));
}

/* A digest for eyes: eight groups of eight. */
static void put_digest(
	json_t *o, const char *name, struct arena *a, const uint8_t sm3[SM3_SIZE])
{
	const char *hex = hex_encode(a, bytes_make(sm3, SM3_SIZE));
	struct writer w = writer_in(a, 72);

	for (size_t i = 0; i < 64; i += 8) {
		if (i)
			write_u8(&w, ' ');
		write_bytes(&w, bytes_make(hex + i, 8));
	}
	put_text(o, name, writer_bytes(&w));
}

static void put_key(
	json_t *o, const char *name, struct arena *a, const struct pubkey *key)
{
	json_t *one = json_object();
	uint8_t sm3[SM3_SIZE];

	sm3_of(key->spki, sm3);
	put_octets(one, "key", a, key->spki);
	put_digest(one, "sm3", a, sm3);
	(void)json_object_set_new(o, name, one);
}

static void put_cert(
	json_t *o, const char *name, struct arena *a, const struct cert *cert)
{
	json_t *one = json_object();

	put_octets(one, "certificate", a, cert->der);
	put_digest(one, "sm3", a, cert->sm3);
	(void)json_object_set_new(o, name, one);
}

static json_t *person_json(const struct notice_person *p)
{
	json_t *o = json_object();

	put_text(o, "code", p->credit_code);
	put_text(o, "name", p->name);
	return o;
}

/* --- lists */

static json_t *lots_json(const struct notice *n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n->lot_count; i++) {
		json_t *o = json_object();

		put_text(o, "id", n->lots[i].id);
		put_text(o, "title", n->lots[i].title);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *parts_json(const struct notice *n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n->part_count; i++) {
		const struct notice_part *p = &n->parts[i];
		json_t *o = json_object();

		put_text(o, "id", p->id);
		put_text(o, "lot", p->lot);
		put_text(o, "title", p->title);
		put_str(o, "kind", p->kind == NOTICE_PART_PRICE ? "price" : "other");
		put_number(o, "opened", (json_int_t)p->opened);
		put_str(o, "opened_text",
			p->opened == NOTICE_FIRST_OPENING ? "第一次开标" : "第二次开标");
		(void)json_array_append_new(list, o);
	}
	return list;
}

static const char *role_text(struct bytes role, struct arena *a)
{
	static const struct {
		const char *role, *text;
	} known[] = {
		{"purchaser", "采购人"},
		{"agency", "采购代理机构"},
		{"supervisor", "监督管理部门"},
		{"notary", "公证机构"},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (bytes_equal(role, bytes_str(known[i].role)))
			return known[i].text;
	return arena_str(a, role);
}

static json_t *trustees_json(struct arena *a, const struct notice *n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n->trustee_count; i++) {
		const struct notice_trustee *t = &n->trustees[i];
		json_t *o = person_json(&t->person);

		put_text(o, "role", t->role);
		put_str(o, "role_text", role_text(t->role, a));
		put_cert(o, "encryption", a, &t->cert);
		(void)json_object_set_new(o, "device_made", json_boolean(t->device_made));
		put_str(o, "device_text",
			t->device_made ? "自有设备生成" : "电子认证机构生成");
		put_octets(o, "acceptance", a, t->acceptance);
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *witnesses_json(struct arena *a, const struct notice *n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n->witness_count; i++) {
		json_t *o = person_json(&n->witnesses[i].person);

		put_key(o, "signing", a, &n->witnesses[i].key);
		(void)json_array_append_new(list, o);
	}
	return list;
}

/* --- all of it */

static const char *policy_text(struct arena *a, const struct notice *n)
{
	switch (n->policy) {
	case LOCKBOX_OWNER_OR_TRUSTEES:
		return arena_printf(a,
			"投标人自己，或者 %zu 个托管人中的任意 %u 个，可以打开投标",
			n->trustee_count, n->t);
	case LOCKBOX_OWNER_AND_TRUSTEES:
		return arena_printf(a,
			"投标人与 %zu 个托管人中的任意 %u 个一起，才可以打开投标",
			n->trustee_count, n->t);
	case LOCKBOX_OWNER:
		break;
	}
	return "只有投标人自己的密钥可以打开投标";
}

static void put_platform(json_t *o, struct arena *a, const struct notice *n)
{
	json_t *p = json_object();

	put_text(p, "id", n->platform);
	put_text(p, "origin", n->origin);
	put_key(p, "log", a, &n->log);
	put_key(p, "receipts", a, &n->receipt);
	put_cert(p, "intake", a, &n->intake);
	(void)json_object_set_new(o, "platform", p);
}

json_t *notice_json(struct arena *a, const struct notice *n)
{
	json_t *o = json_object();

	put_number(o, "version", NOTICE_VERSION);
	put_text(o, "tender", n->tender);
	put_text(o, "title", n->title);
	(void)json_object_set_new(o, "purchaser", person_json(&n->purchaser));
	(void)json_object_set_new(o, "agency", person_json(&n->agency));
	(void)json_object_set_new(o, "operator", person_json(&n->operator));
	put_str(o, "deadline", time_iso(a, n->deadline));
	put_str(o, "deadline_text", time_beijing(a, n->deadline));
	put_number(o, "round", n->round);
	put_str(o, "policy", lockbox_policy_name(n->policy));
	put_str(o, "policy_text", policy_text(a, n));
	put_number(o, "t", n->t);
	(void)json_object_set_new(o, "lots", lots_json(n));
	(void)json_object_set_new(o, "parts", parts_json(n));
	(void)json_object_set_new(o, "trustees", trustees_json(a, n));
	(void)json_object_set_new(o, "witnesses", witnesses_json(a, n));
	put_platform(o, a, n);
	return o;
}
