/* home_ledger: whose word about a platform's ledger counts for this user; see home.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <string.h>

#include "agent/home.h"
#include "base/text.h"

static bool key_of(
	struct home *h, json_t *o, const char *name, struct pubkey *out, struct err *e)
{
	const char *text = json_string_value(json_object_get(o, name));
	struct bytes spki;

	if (!text)
		return err_set(e, ERR_MALFORMED, "ledger: no %s", name);
	return base64_decode(h->arena, bytes_str(text), &spki, e) &&
	       pubkey_read(out, spki, e);
}

static struct bytes text_of(struct home *h, json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text ? bytes_str(arena_str(h->arena, bytes_str(text))) : (struct bytes){0};
}

static bool witness_of(
	struct home *h, json_t *o, struct home_ledger *ledger, struct err *e)
{
	struct ledger_witness *w = &ledger->witnesses[ledger->view.witness_count];

	if (ledger->view.witness_count == LEDGER_WITNESSES_MAX)
		return err_set(e, ERR_TOO_LARGE, "%d witnesses", LEDGER_WITNESSES_MAX);
	w->name = text_of(h, o, "name");
	w->credit_code = text_of(h, o, "code");
	if (!credit_code_is_valid(w->credit_code))
		return err_set(e, ERR_USAGE, "ledger: a witness's credit code");
	//= Protocols §2: witnesses of different legal persons, none the operator
	if (bytes_equal(w->credit_code, ledger->view.operator_code))
		return err_set(e, ERR_USAGE, "ledger: the operator is no witness");
	for (size_t i = 0; i < ledger->view.witness_count; i++)
		if (bytes_equal(ledger->witnesses[i].credit_code, w->credit_code))
			return err_set(e, ERR_USAGE,
				"ledger: two witnesses of one legal person");
	ledger->view.witness_count++;
	return key_of(h, o, "key", &w->key, e);
}

static bool ledger_of(
	struct home *h, json_t *o, struct home_ledger *ledger, struct err *e)
{
	json_int_t needed = json_integer_value(json_object_get(o, "needed"));
	json_t *each;
	size_t i;

	if (!key_of(h, o, "log", &ledger->view.log, e))
		return false;
	ledger->view.operator_code = text_of(h, o, "operator");
	json_array_foreach(json_object_get(o, "witnesses"), i,
		each) if (!witness_of(h, each, ledger, e)) return false;
	if (needed < 0 || (size_t)needed > ledger->view.witness_count ||
		(!needed) != (!ledger->view.witness_count))
		return err_set(e, ERR_USAGE, "ledger: how many witnesses are needed");
	ledger->view.needed = (unsigned)needed;
	ledger->view.witnesses = ledger->witnesses;
	return true;
}

bool home_ledger_set(struct home *h, const char *origin, struct bytes json, struct err *e)
{
	struct pairing *p =
		(struct pairing *)(uintptr_t)home_pairing(h, bytes_str(origin));
	struct home_ledger *ledger = ARENA_NEW(h->arena, struct home_ledger);
	json_t *root;
	bool ok;

	if (!p)
		return err_set(e, ERR_NOT_FOUND, "not paired with this origin");
	root = json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		return err_set(e, ERR_MALFORMED, "ledger: not a JSON object");
	}
	ok = ledger_of(h, root, ledger, e);
	json_decref(root);
	if (!ok)
		return false;
	ledger->view.platform = bytes_str(p->platform);
	ledger->json = arena_str(h->arena, json);
	p->ledger = ledger;
	return true;
}
