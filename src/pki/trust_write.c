/* trust_write: writing the signed register (docs/formats/trust-store.md).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "pki/sig_alg.h"
#include "pki/trust.h"
#include "pki/trust_format.h"

static void put_text(struct writer *w, const char *text)
{
	der_put(w, DER_UTF8_STRING, bytes_str(text));
}

static void put_period(struct writer *w, int64_t from, int64_t to)
{
	int64_t times[2] = {from, to};

	for (unsigned i = 0; i < 2; i++)
		if (times[i] != TIME_NONE) {
			size_t opened = der_open(w, DER_CONTEXT(i));

			der_put_generalized_time(w, times[i]);
			der_close(w, opened);
		}
}

static void put_licence(struct writer *w, const struct trust_licence *l)
{
	size_t opened = der_open(w, DER_SEQUENCE);

	put_text(w, l->number);
	/* A licence nobody stated has no number, and zeroed memory is not 1970. */
	if (l->number && l->number[0])
		put_period(w, l->from, l->to);
	der_close(w, opened);
}

static void put_anchor(struct writer *w, const struct trust_anchor *anchor)
{
	size_t opened = der_open(w, DER_SEQUENCE);

	der_put(w, DER_OCTET_STRING, anchor->cert.der);
	put_text(w, anchor->name);
	der_put_named_bits(w, anchor->purposes);
	der_put_small(w, DER_INTEGER, anchor->credit_code);
	der_put_boolean(w, anchor->independent);
	put_licence(w, &anchor->service);
	put_licence(w, &anchor->cipher);
	put_period(w, anchor->admitted_from, anchor->admitted_to);
	der_close(w, opened);
}

static void put_tbs(struct writer *w, const struct trust *t, struct bytes signer_cert)
{
	size_t tbs = der_open(w, DER_SEQUENCE), opened;
	uint8_t number[8], sm3[SM3_SIZE];
	struct writer serial = writer_over(number, sizeof number);

	write_be64(&serial, t->serial);
	sm3_of(signer_cert, sm3);
	der_put_oid(w, OID_QY_TRUST_STORE);
	der_put_small(w, DER_INTEGER, TRUST_VERSION);
	der_put_integer(w, BYTES_OF(number));
	der_put_generalized_time(w, t->made_at);
	put_text(w, t->title);
	der_put(w, DER_OCTET_STRING, BYTES_OF(sm3));
	opened = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < t->count; i++)
		put_anchor(w, &t->anchors[i]);
	der_close(w, opened);
	opened = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < t->extra_count; i++)
		der_put(w, DER_OCTET_STRING, t->extra[i]);
	der_close(w, opened);
	der_close(w, tbs);
}

bool trust_write(struct arena *a, struct bytes *out, struct world *w,
	const struct trust *t, struct key *key, struct bytes signer_cert, struct err *e)
{
	enum sig_alg alg = sig_default(key->pub.kind);
	struct writer size = writer_over(NULL, 0), d, whole;
	uint8_t room[SIG_VALUE_MAX];
	struct writer value = writer_over(room, sizeof room);
	struct trust *again;
	struct cert signer;
	size_t opened;

	if (!cert_parse(&signer, signer_cert, e))
		return err_in(e, "the signer's certificate");
	if (!signer.key_known || !pubkey_equal(&signer.key, &key->pub))
		return err_set(e, ERR_KEY_MISMATCH, "the key is not the signer's");
	put_tbs(&size, t, signer_cert);
	if (size.n > TRUST_MAX)
		return err_set(e, ERR_TOO_LARGE, "trust store: %zu octets", size.n);
	d = writer_in(a, size.n);
	put_tbs(&d, t, signer_cert);
	if (!key_sign_message(key, w, alg, writer_bytes(&d), &value, e))
		return false;
	whole = writer_in(a, size.n + signer_cert.n + sizeof room + 64);
	opened = der_open(&whole, DER_SEQUENCE);
	write_bytes(&whole, writer_bytes(&d));
	der_put(&whole, DER_OCTET_STRING, signer_cert);
	der_put_oid(&whole, sig_alg_oid(alg));
	der_put_bit_string(&whole, writer_bytes(&value));
	der_close(&whole, opened);
	/* Nothing leaves here that its reader would refuse. */
	if (!trust_read(&again, a, writer_bytes(&whole), e))
		return false;
	*out = writer_bytes(&whole);
	return true;
}
