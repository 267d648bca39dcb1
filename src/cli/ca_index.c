/* ca_index: what the register of a CA says about each certificate; see ca.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <string.h>

#include "base/source.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/ca.h"
#include "cli/cert_fields.h"

/* A serial needs no leading zeros to be the same number. */
static struct bytes serial_trim(struct bytes hex)
{
	while (hex.n > 1 && hex.p[0] == '0')
		hex = bytes_from(hex, 1);
	return hex;
}

size_t ca_count(const struct ca *ca)
{
	return json_array_size(json_object_get(ca->index, "certs"));
}

static bool time_member(
	json_t *row, const char *name, bool needed, int64_t *out, struct err *e)
{
	const char *text = json_string_value(json_object_get(row, name));

	*out = TIME_NONE;
	if (text)
		return time_parse_iso(bytes_str(text), out, e);
	return !needed || err_set(e, ERR_MALFORMED, "ca.json: %s", name);
}

bool ca_entry(const struct ca *ca, size_t i, struct ca_entry *out, struct err *e)
{
	json_t *row = json_array_get(json_object_get(ca->index, "certs"), i);

	*out = (struct ca_entry){.row = row};
	out->serial = json_string_value(json_object_get(row, "serial"));
	out->profile = json_string_value(json_object_get(row, "profile"));
	out->subject = json_string_value(json_object_get(row, "subject"));
	out->by = json_string_value(json_object_get(row, "by"));
	if (!out->serial || !out->profile || !out->subject || !out->by)
		return err_set(e, ERR_MALFORMED, "ca.json: certs[%zu]", i);
	if (!time_member(row, "not_before", true, &out->not_before, e) ||
		!time_member(row, "not_after", true, &out->not_after, e) ||
		!time_member(row, "revoked_at", false, &out->revoked_at, e) ||
		!time_member(row, "changed_at", false, &out->changed_at, e))
		return false;
	out->revoked = out->revoked_at != TIME_NONE;
	out->reason = (enum crl_reason)json_integer_value(json_object_get(row, "reason"));
	return true;
}

bool ca_find(const struct ca *ca, const char *serial, struct ca_entry *out, struct err *e)
{
	struct bytes want = serial_trim(bytes_str(serial));

	for (size_t i = 0; i < ca_count(ca); i++) {
		if (!ca_entry(ca, i, out, e))
			return false;
		if (ascii_equal_nocase(serial_trim(bytes_str(out->serial)), want))
			return true;
	}
	return err_set(e, ERR_NOT_FOUND, "%s",
		text_printable(ca->c->arena, bytes_str(serial), 80));
}

bool ca_record(struct ca *ca, const struct cert *cert, const char *profile,
	const char *by, struct err *e)
{
	struct arena *a = ca->c->arena;
	const char *serial = serial_words(a, cert->serial);
	json_t *row = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "serial", serial, "profile",
		profile, "subject", name_format(a, cert->subject), "by", by, "not_before",
		time_iso(a, cert->not_before), "not_after", time_iso(a, cert->not_after));
	const char *path = ca_path(ca, arena_printf(a, "certs/%s.cer", serial));

	if (!row || json_array_append_new(json_object_get(ca->index, "certs"), row) != 0)
		return err_set(e, ERR_IO, "ca.json");
	return ca_save(ca, e) &&
	       file_write(
		       path, 0644, bytes_str(pem_encode(a, "CERTIFICATE", cert->der)), e);
}

bool ca_revoke(struct ca *ca, struct ca_entry *entry, bool release,
	enum crl_reason reason, struct err *e)
{
	struct world *w = ca->c->world;
	const char *now = time_iso(ca->c->arena, w->now(w));

	if (release ? !entry->revoked || entry->reason != CRL_HOLD
		    : entry->revoked && entry->reason != CRL_HOLD)
		return err_set(e, ERR_DENIED, "%s",
			msg_text(ca->c->lang,
				release ? MSG_CA_NOT_HELD : MSG_CA_ALREADY_REVOKED));
	if (release) {
		json_object_del(entry->row, "revoked_at");
		json_object_del(entry->row, "reason");
	} else {
		/* Who was suspended and then revoked was not good in between. */
		if (!entry->revoked)
			json_object_set_new(entry->row, "revoked_at", json_string(now));
		json_object_set_new(entry->row, "reason", json_integer(reason));
	}
	json_object_set_new(entry->row, "changed_at", json_string(now));
	return true;
}

/* What the CRL of "root" or "ca" lists. In a delta: what changed since the base. */
static bool collect(struct ca *ca, const char *by, bool delta, int64_t since,
	struct issue_revoked *list, size_t *count, struct err *e)
{
	*count = 0;
	for (size_t i = 0; i < ca_count(ca); i++) {
		struct issue_revoked *to = &list[*count];
		struct ca_entry entry;

		if (!ca_entry(ca, i, &entry, e))
			return false;
		if (strcmp(entry.by, by) != 0 || (!delta && !entry.revoked) ||
			(delta && (entry.changed_at == TIME_NONE ||
					  entry.changed_at < since)))
			continue;
		*to = (struct issue_revoked){
			.at = entry.revoked ? entry.revoked_at : entry.changed_at,
			.reason = entry.revoked ? entry.reason : CRL_REMOVE,
			.invalid_since = TIME_NONE};
		if (!hex_decode(ca->c->arena, bytes_str(entry.serial), &to->serial, e))
			return false;
		++*count;
	}
	return true;
}

static uint64_t number_of(json_t *object, const char *member)
{
	return (uint64_t)json_integer_value(json_object_get(object, member));
}

static json_t *crl_state(struct ca *ca, const char *by)
{
	json_t *crls = json_object_get(ca->index, "crls"), *state;

	state = json_object_get(crls, by);
	if (!state) {
		state = json_pack("{s:i,s:i}", "number", 0, "base", 0);
		json_object_set_new(crls, by, state);
	}
	return state;
}

bool ca_crl(struct ca *ca, const char *by, bool delta, int64_t lifetime,
	struct bytes *out, struct err *e)
{
	bool is_root = strcmp(by, "root") == 0;
	struct world *w = ca->c->world;
	int64_t now = w->now(w) / TIME_SECOND * TIME_SECOND, since;
	json_t *state = crl_state(ca, by);
	struct issue_revoked *list =
		ARENA_ARRAY(ca->c->arena, ca_count(ca) + 1, struct issue_revoked);
	uint64_t number = number_of(state, "number") + 1, base = number_of(state, "base");
	struct keyfile root = {0};
	size_t count;
	bool good;

	if (delta && !base)
		return err_set(
			e, ERR_DENIED, "%s", msg_text(ca->c->lang, MSG_CA_NO_BASE_CRL));
	if (!time_member(state, "base_at", false, &since, e) ||
		!collect(ca, by, delta, since, list, &count, e) ||
		!(is_root ? ca_keyfile(ca, "root", &root, e) : ca_unlock(ca, e)))
		return false;
	good = issue_crl(ca->c->arena, out, w, is_root ? &ca->root : &ca->sub,
		is_root ? root.key : ca->key.key, number, delta, base, now,
		now + lifetime, list, count, e);
	if (is_root)
		keyfile_fini(&root);
	if (!good)
		return false;
	json_object_set_new(state, "number", json_integer((json_int_t)number));
	if (!delta) {
		json_object_set_new(state, "base", json_integer((json_int_t)number));
		json_object_set_new(
			state, "base_at", json_string(time_iso(ca->c->arena, now)));
	}
	return ca_save(ca, e);
}
