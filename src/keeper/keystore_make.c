/* keystore_make: a root, keys under it, and their renewal; see keystore.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "doc/order.h"
#include "keeper/keystore.h"
#include "pki/issue.h"

#define ROOT_LIFE (20 * 365 * TIME_DAY)
/* Receipts and checkpoints are proof for fifteen years. */
#define PAPER_LIFE (16 * 365 * TIME_DAY)
/* Clocks of those who check may be behind ours. */
#define CLOCK_ALLOWANCE TIME_HOUR

enum { SYMMETRIC_FIELD = 16, SYMMETRIC_INDEX = 32 };

/* A further key; null e set when the store is full. */
static struct keystore_key *add(
	struct keystore *s, struct world *w, enum keystore_purpose purpose, struct err *e)
{
	const struct keystore_key *before = keystore_current(s, purpose);
	struct keystore_key *k;

	if (s->count == KEYSTORE_KEYS_MAX) {
		(void)err_set(e, ERR_TOO_LARGE, "%d keys", KEYSTORE_KEYS_MAX);
		return NULL;
	}
	k = &s->keys[s->count];
	*k = (struct keystore_key){.purpose = purpose,
		.version = before ? before->version + 1 : 1,
		.created = w->now(w) / TIME_SECOND * TIME_SECOND};
	s->count++;
	s->serial++;
	return k;
}

static bool add_symmetric(struct keystore *s, struct world *w,
	enum keystore_purpose purpose, size_t n, struct err *e)
{
	struct keystore_key *k = add(s, w, purpose, e);

	if (!k)
		return false;
	k->value = secret_new(n);
	w->random(w, secret_data(k->value), n);
	return true;
}

/* What certificates of this store have in common, from those of its root. */
static bool spec_of_root(struct issue_spec *spec, struct cert *root, struct keystore *s,
	struct world *w, struct err *e)
{
	const struct keystore_key *k = keystore_current(s, KEYSTORE_ROOT);
	struct bytes name;

	if (!cert_parse(root, k->cert, e))
		return false;
	if (!name_attribute(s->arena, root->subject, OID_O, &name))
		return err_set(e, ERR_MALFORMED, "the root has no name");
	*spec = (struct issue_spec){
		.subject = {.country = "CN", .organization = arena_str(s->arena, name)},
		.not_before = w->now(w) / TIME_SECOND * TIME_SECOND - CLOCK_ALLOWANCE,
		.demonstration = root->demonstration};
	return true;
}

static bool issue(struct keystore *s, struct world *w, struct issue_spec *spec,
	const struct cert *root, const struct pubkey *pub, struct keystore_key *k,
	struct err *e)
{
	static const struct keystore_unlock none;
	struct bytes root_cert;
	struct key *root_key;

	spec->subject.common_name = arena_printf(
		s->arena, "%s %u", keystore_purpose_name(k->purpose), k->version);
	if (spec->not_after > root->not_after)
		spec->not_after = root->not_after;
	return keystore_key(&root_key, s, KEYSTORE_ROOT, &none, &root_cert, e) &&
	       issue_cert(s->arena, &k->cert, w, spec, pub, root, root_key, e);
}

static bool add_certified(struct keystore *s, struct world *w,
	enum keystore_purpose purpose, enum issue_profile profile, int64_t life,
	struct err *e)
{
	struct keystore_key *k = add(s, w, purpose, e);
	struct issue_spec spec;
	struct cert root;

	if (!k || !spec_of_root(&spec, &root, s, w, e))
		return false;
	spec.profile = profile;
	spec.not_after = spec.not_before + life;
	if (profile == ISSUE_ORDER)
		spec.origin = arena_str(s->arena, s->origin);
	return key_generate(&k->key, w, KEY_SM2, e) &&
	       key_to_pkcs8(&k->value, k->key, e) &&
	       issue(s, w, &spec, &root, &k->key->pub, k, e);
}

static bool add_root(struct keystore *s, struct world *w,
	const struct keystore_spec *spec, struct err *e)
{
	struct keystore_key *k = add(s, w, KEYSTORE_ROOT, e);
	struct issue_spec root = {.profile = ISSUE_ROOT,
		.subject = {.country = "CN",
			.organization = spec->name,
			.common_name = spec->platform},
		.not_before = w->now(w) / TIME_SECOND * TIME_SECOND - CLOCK_ALLOWANCE,
		.demonstration = spec->demonstration};

	root.not_after = root.not_before + ROOT_LIFE;
	return k && key_generate(&k->key, w, KEY_SM2, e) &&
	       key_to_pkcs8(&k->value, k->key, e) &&
	       issue_cert(s->arena, &k->cert, w, &root, &k->key->pub, NULL, k->key, e);
}

bool keystore_certify_order(
	struct keystore *s, struct world *w, const struct pubkey *pub, struct err *e)
{
	struct keystore_key *k = keystore_current(s, KEYSTORE_ORDER);
	struct issue_spec spec;
	struct cert root;

	if (!k || !spec_of_root(&spec, &root, s, w, e))
		return false;
	spec.profile = ISSUE_ORDER;
	spec.not_after = spec.not_before + ORDER_KEY_LIFE_MAX;
	spec.origin = arena_str(s->arena, s->origin);
	s->serial++;
	return issue(s, w, &spec, &root, pub, k, e);
}

/* The key stands in the machine; keystore_certify_order gives it its certificate. */
static bool add_order_in_machine(
	struct keystore *s, struct world *w, const char *uri, struct err *e)
{
	struct keystore_key *k = add(s, w, KEYSTORE_ORDER, e);

	if (!k)
		return false;
	k->uri = arena_str(s->arena, bytes_str(uri));
	return true;
}

/* Takes out all but the current key of a purpose: what has no more use cannot leak. */
static void forget_former(struct keystore *s, enum keystore_purpose purpose)
{
	const uint32_t version = keystore_current(s, purpose)->version;
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct keystore_key *k = &s->keys[i];

		if (k->purpose == purpose && k->version != version) {
			secret_free(k->value);
			key_free(k->key);
			continue;
		}
		s->keys[kept++] = *k;
	}
	s->count = kept;
}

bool keystore_renew_order(struct keystore *s, struct world *w, struct err *e)
{
	const struct keystore_key *k = keystore_current(s, KEYSTORE_ORDER);

	if (k && k->uri)
		return err_set(e, ERR_UNSUPPORTED, "the order key is in a machine");
	if (!add_certified(s, w, KEYSTORE_ORDER, ISSUE_ORDER, ORDER_KEY_LIFE_MAX, e))
		return false;
	forget_former(s, KEYSTORE_ORDER);
	return true;
}

bool keystore_renew_field(struct keystore *s, struct world *w, struct err *e)
{
	return add_symmetric(s, w, KEYSTORE_FIELD, SYMMETRIC_FIELD, e);
}

static bool is_text(struct bytes b)
{
	return b.n > 0 && b.n <= KEYSTORE_TEXT_MAX && utf8_is_valid(b);
}

bool keystore_make(struct keystore **out, struct world *w,
	const struct keystore_spec *spec, struct err *e)
{
	AUTO(keystore) s = NEW(struct keystore);

	s->arena = arena_new();
	s->platform = arena_dup(s->arena, bytes_str(spec->platform));
	s->origin = arena_dup(s->arena, bytes_str(spec->origin));
	if (!is_text(s->platform) || !is_text(s->origin))
		return err_set(e, ERR_USAGE, "platform or origin");
	if (!add_root(s, w, spec, e) ||
		!(spec->order_uri ? add_order_in_machine(s, w, spec->order_uri, e)
				  : add_certified(s, w, KEYSTORE_ORDER, ISSUE_ORDER,
					    ORDER_KEY_LIFE_MAX, e)) ||
		!add_certified(s, w, KEYSTORE_RECEIPT, ISSUE_SIGN, PAPER_LIFE, e) ||
		!add_certified(s, w, KEYSTORE_CHECKPOINT, ISSUE_SIGN, PAPER_LIFE, e) ||
		!add_certified(s, w, KEYSTORE_TSA, ISSUE_TSA, PAPER_LIFE, e) ||
		!add_certified(s, w, KEYSTORE_INTAKE, ISSUE_ENCRYPT, PAPER_LIFE, e) ||
		!add_symmetric(s, w, KEYSTORE_FIELD, SYMMETRIC_FIELD, e) ||
		!add_symmetric(s, w, KEYSTORE_INDEX, SYMMETRIC_INDEX, e))
		return false;
	*out = keystore_move(&s);
	return true;
}
