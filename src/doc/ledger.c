/* ledger: see ledger.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ledger.h"

#include <string.h>

#include "asn1/der.h"
#include "base/text.h"

/* --- elements */

size_t ledger_open(struct writer *w, enum oid type)
{
	size_t all = der_open(w, DER_SEQUENCE);

	der_put_oid(w, type);
	der_put_small(w, DER_INTEGER, LEDGER_VERSION);
	return all;
}

bool ledger_take(struct bytes content, enum oid type, struct bytes *body, struct err *e)
{
	struct bytes in, oid;
	uint32_t version;

	if (!der_only(content, DER_SEQUENCE, &in, e) || !der_oid(&in, &oid, e))
		return false;
	if (!oid_is(oid, type))
		return err_set(e, ERR_MALFORMED, "another kind of paper");
	if (!der_small(&in, DER_INTEGER, UINT16_MAX, &version, e))
		return false;
	if (version != LEDGER_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "version %u", version);
	*body = in;
	return true;
}

bool ledger_text_is_sane(struct bytes text)
{
	return text.n && text.n <= LEDGER_TEXT_MAX && utf8_is_valid(text);
}

bool ledger_take_text(struct bytes *in, struct bytes *out, struct err *e)
{
	struct bytes text;

	if (!der_take(in, DER_UTF8_STRING, &text, e))
		return false;
	if (!ledger_text_is_sane(text))
		return err_set(e, ERR_MALFORMED, "a text that is empty, long or no text");
	*out = text;
	return true;
}

bool ledger_take_number(struct bytes *in, uint64_t *out, struct err *e)
{
	struct bytes v;
	uint64_t n = 0;

	if (!der_integer(in, &v, e))
		return false;
	for (size_t i = 0; i < v.n && i < 8; i++)
		n = n << 8 | v.p[i];
	if (v.n > 8 || n > LEDGER_SIZE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a number beyond 2^48");
	*out = n;
	return true;
}

void ledger_put_number(struct writer *w, uint64_t n)
{
	uint8_t be[8];
	struct writer to = writer_over(be, sizeof be);

	write_be64(&to, n);
	der_put_integer(w, BYTES_OF(be));
}

bool ledger_take_digest(struct bytes *in, uint8_t out[SM3_SIZE], struct err *e)
{
	struct bytes v;

	if (!der_take(in, DER_OCTET_STRING, &v, e))
		return false;
	if (v.n != SM3_SIZE)
		return err_set(e, ERR_MALFORMED, "a digest of %zu octets", v.n);
	memcpy(out, v.p, SM3_SIZE);
	return true;
}

void ledger_put_digest(struct writer *w, const uint8_t digest[SM3_SIZE])
{
	der_put(w, DER_OCTET_STRING, bytes_make(digest, SM3_SIZE));
}

bool ledger_take_path(struct bytes *in, struct merkle_path *out, struct err *e)
{
	struct bytes list;

	if (!der_take(in, DER_SEQUENCE, &list, e))
		return false;
	for (out->n = 0; list.n; out->n++) {
		if (out->n == LEDGER_PATH_MAX)
			return err_set(e, ERR_TOO_LARGE, "path");
		if (!ledger_take_digest(&list, out->nodes[out->n], e))
			return err_in(e, "path");
	}
	return true;
}

void ledger_put_path(struct writer *w, const struct merkle_path *path)
{
	size_t all = der_open(w, DER_SEQUENCE);

	for (size_t i = 0; i < path->n; i++)
		ledger_put_digest(w, path->nodes[i]);
	der_close(w, all);
}

bool ledger_is_canonical(const struct writer *written, struct bytes read, struct err *e)
{
	if (!bytes_equal(writer_bytes(written), read))
		return err_set(e, ERR_MALFORMED, "not in its one encoding");
	return true;
}

bool ledger_time_is_whole(int64_t t)
{
	return t >= 0 && t % TIME_SECOND == 0;
}

bool ledger_same(const uint8_t a[SM3_SIZE], const uint8_t b[SM3_SIZE])
{
	return bytes_equal(bytes_make(a, SM3_SIZE), bytes_make(b, SM3_SIZE));
}

/* --- signing */

void ledger_key_name(uint8_t out[SM3_SIZE], const struct pubkey *key)
{
	sm3_of(key->spki, out);
}

static bool digest_of_content(uint8_t out[SM3_SIZE], const struct pubkey *key,
	struct bytes content, struct bytes sm2_id, struct err *e)
{
	AUTO(digest) d = NULL;

	if (!sig_begin(&d, key, SIG_SM2_SM3, sm2_id, e))
		return false;
	digest_put(d, content);
	digest_finish(d, out);
	return true;
}

bool ledger_signed_holds(
	const struct ledger_signed *s, const struct pubkey *key, struct bytes sm2_id)
{
	enum sm2_sig_form form;
	uint8_t digest[SM3_SIZE];
	struct err e;

	return key->kind == KEY_SM2 &&
	       digest_of_content(digest, key, s->content, sm2_id, &e) &&
	       pubkey_verify(key, SIG_SM2_SM3, digest, s->signature, &form) &&
	       form == SM2_SIG_FORM_DER;
}

void ledger_signed_put(struct writer *w, const struct ledger_signed *s)
{
	size_t all = der_open(w, DER_SEQUENCE);

	write_bytes(w, s->content);
	der_put(w, DER_OCTET_STRING, s->signature);
	der_close(w, all);
}

bool ledger_sign(struct arena *a, struct bytes *out, struct world *w,
	struct bytes content, struct bytes sm2_id, struct key *key, struct err *e)
{
	struct writer value = writer_in(a, SIG_VALUE_MAX), to;
	struct ledger_signed s = {.content = content};
	uint8_t digest[SM3_SIZE];

	if (key->pub.kind != KEY_SM2 || !key->ops->sign || key->ops->sign_message)
		return err_set(e, ERR_UNSUPPORTED,
			"a key that is not SM2 or has its own user id");
	if (!digest_of_content(digest, &key->pub, content, sm2_id, e) ||
		!key->ops->sign(key, w, SIG_SM2_SM3, digest, &value, e))
		return false;
	s.signature = writer_bytes(&value);
	//= Protocols §6: checkpoint keys verify their own signature before release
	if (!ledger_signed_holds(&s, &key->pub, sm2_id))
		return err_set(e, ERR_CRYPTO, "the signature made does not verify");
	to = writer_in(a, content.n + SIG_VALUE_MAX);
	ledger_signed_put(&to, &s);
	*out = writer_bytes(&to);
	return true;
}

bool ledger_signed_take(struct bytes *in, struct ledger_signed *out, struct err *e)
{
	struct ledger_signed s = {0};
	struct bytes body, rest = *in;

	if (!der_take_whole(&rest, DER_SEQUENCE, &s.whole, e) ||
		!der_only(s.whole, DER_SEQUENCE, &body, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &s.content, e) ||
		!der_take(&body, DER_OCTET_STRING, &s.signature, e) || !der_end(body, e))
		return false;
	if (s.whole.n > LEDGER_SIGNED_MAX || s.signature.n > LEDGER_SIGNATURE_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "a signed paper of %zu octets", s.whole.n);
	sm3_of(s.content, s.sm3);
	*in = rest;
	*out = s;
	return true;
}
