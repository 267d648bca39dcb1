/* field: see field.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keeper/field.h"

#include <string.h>

#include "crypto/kdf.h"
#include "crypto/sm4.h"

enum { HEAD = 1 + 4, ASSOCIATED = 10 + 1 + HEAD + 4 + ID_SIZE };
#define LABEL_FIELD BYTES("qy/1 field")
#define LABEL_INDEX BYTES("qy/1 index")

/* Its parts, borrowed. */
struct parts {
	struct bytes head, wrap_nonce, wrapped, wrap_tag, nonce, sealed, tag;
};

static void associated(
	uint8_t out[ASSOCIATED], struct bytes head, const struct field_place *place)
{
	struct writer w = writer_over(out, ASSOCIATED);

	write_bytes(&w, LABEL_FIELD);
	write_u8(&w, 0);
	write_bytes(&w, head);
	write_be32(&w, place->kind);
	write_bytes(&w, id_bytes(&place->record));
}

static bool kind_is_fit(uint32_t kind, struct err *e)
{
	return (kind > 0 && kind <= FIELD_KIND_MAX) ||
	       err_set(e, ERR_USAGE, "no kind of secret value: %u", kind);
}

bool field_value_seal(uint8_t *out, size_t *n, struct keystore *s, struct world *w,
	const struct field_place *place, struct bytes plain, struct err *e)
{
	const struct keystore_key *k = keystore_current(s, KEYSTORE_FIELD);
	AUTO(secret) own = secret_new(SM4_KEY);
	uint8_t *wrap_nonce = out + HEAD, *wrapped = wrap_nonce + SM4_GCM_NONCE,
		*wrap_tag = wrapped + SM4_KEY, *nonce = wrap_tag + SM4_TAG,
		*sealed = nonce + SM4_GCM_NONCE, aad[ASSOCIATED];
	struct writer head = writer_over(out, HEAD);
	struct bytes with = BYTES_OF(aad);

	if (!kind_is_fit(place->kind, e))
		return false;
	if (plain.n > FIELD_VALUE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a value of %zu octets", plain.n);
	if (!k)
		return err_set(e, ERR_NOT_FOUND, "no field key");
	write_u8(&head, FIELD_VERSION);
	write_be32(&head, k->version);
	associated(aad, bytes_make(out, HEAD), place);
	w->random(w, secret_data(own), SM4_KEY);
	w->random(w, wrap_nonce, SM4_GCM_NONCE);
	w->random(w, nonce, SM4_GCM_NONCE);
	*n = plain.n + FIELD_OVERHEAD;
	return sm4_gcm_seal(secret_view(k->value), wrap_nonce, with,
		       bytes_make(secret_view(own), SM4_KEY), wrapped, wrap_tag, e) &&
	       sm4_gcm_seal(
		       secret_view(own), nonce, with, plain, sealed, sealed + plain.n, e);
}

static bool parts_take(struct parts *p, struct bytes sealed, struct err *e)
{
	struct reader r = reader_of(sealed);

	if (sealed.n < FIELD_OVERHEAD || sealed.n > FIELD_SEALED)
		return err_set(
			e, ERR_MALFORMED, "a sealed value of %zu octets", sealed.n);
	if (sealed.p[0] != FIELD_VERSION)
		return err_set(
			e, ERR_UNSUPPORTED, "a sealed value of version %u", sealed.p[0]);
	p->head = read_bytes(&r, HEAD);
	p->wrap_nonce = read_bytes(&r, SM4_GCM_NONCE);
	p->wrapped = read_bytes(&r, SM4_KEY);
	p->wrap_tag = read_bytes(&r, SM4_TAG);
	p->nonce = read_bytes(&r, SM4_GCM_NONCE);
	p->sealed = read_bytes(&r, r.rest.n - SM4_TAG);
	p->tag = r.rest;
	return true;
}

bool field_value_version(uint32_t *out, struct bytes sealed, struct err *e)
{
	struct reader r;
	struct parts p;

	if (!parts_take(&p, sealed, e))
		return false;
	r = reader_of(bytes_from(p.head, 1));
	*out = read_be32(&r);
	return true;
}

bool field_value_open(struct secret **out, struct keystore *s,
	const struct field_place *place, struct bytes sealed, struct err *e)
{
	AUTO(secret) own = secret_new(SM4_KEY);
	AUTO(secret) plain = NULL;
	const struct keystore_key *k;
	uint8_t aad[ASSOCIATED];
	struct bytes with = BYTES_OF(aad);
	uint32_t version;
	struct parts p;

	if (!kind_is_fit(place->kind, e) || !parts_take(&p, sealed, e) ||
		!field_value_version(&version, sealed, e))
		return false;
	k = keystore_find(s, KEYSTORE_FIELD, version);
	if (!k)
		return err_set(e, ERR_NOT_FOUND, "no field key %u", version);
	associated(aad, p.head, place);
	plain = secret_new(p.sealed.n);
	if (!sm4_gcm_open(secret_view(k->value), p.wrap_nonce.p, with, p.wrapped,
		    p.wrap_tag.p, secret_data(own), e) ||
		!sm4_gcm_open(secret_view(own), p.nonce.p, with, p.sealed, p.tag.p,
			secret_data(plain), e))
		return err_set(e, ERR_DECRYPT, "a sealed value does not open here");
	*out = secret_move(&plain);
	return true;
}

bool field_value_index(uint8_t out[FIELD_INDEX_SIZE], struct keystore *s, uint32_t kind,
	struct bytes plain, struct err *e)
{
	const struct keystore_key *k = keystore_current(s, KEYSTORE_INDEX);
	AUTO(secret) own = secret_new(SM3_SIZE);
	uint8_t number[4];
	struct writer w = writer_over(number, sizeof number);
	struct bytes info[] = {LABEL_INDEX, BYTES_OF(number)};

	if (!kind_is_fit(kind, e))
		return false;
	if (plain.n > FIELD_VALUE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a value of %zu octets", plain.n);
	if (!k)
		return err_set(e, ERR_NOT_FOUND, "no index key");
	write_be32(&w, kind);
	hmac_sm3(bytes_make(secret_view(k->value), SM3_SIZE), info, 2, secret_data(own));
	hmac_sm3(bytes_make(secret_view(own), SM3_SIZE), &plain, 1, out);
	return true;
}
