/* issue_crl: writing lists of revoked certificates.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "pki/crl.h"
#include "pki/issue_write.h"
#include "pki/sig_alg.h"

enum { ENTRY_MAX = 160, SERIAL_MAX = 64, HEAD_MAX = 1024 };

static void put_number(struct writer *w, enum oid oid, bool critical, uint64_t number)
{
	struct extension_mark mark = extension_open(w, oid, critical);
	uint8_t octets[8];
	struct writer n = writer_over(octets, sizeof octets);

	write_be64(&n, number);
	der_put_integer(w, BYTES_OF(octets));
	extension_close(w, mark);
}

static void put_entry_extensions(struct writer *w, const struct issue_revoked *r)
{
	struct extension_mark mark;
	size_t list;

	if (r->reason == CRL_UNSPECIFIED && r->invalid_since == TIME_NONE)
		return;
	list = der_open(w, DER_SEQUENCE);
	//= RFC 5280 §5.3.1: absent rather than unspecified
	if (r->reason != CRL_UNSPECIFIED) {
		mark = extension_open(w, OID_CRL_REASON, false);
		der_put_small(w, DER_ENUMERATED, r->reason);
		extension_close(w, mark);
	}
	if (r->invalid_since != TIME_NONE) {
		mark = extension_open(w, OID_INVALIDITY_DATE, false);
		der_put_generalized_time(w, r->invalid_since);
		extension_close(w, mark);
	}
	der_close(w, list);
}

static bool put_entries(struct writer *w, const struct issue_revoked *revoked,
	size_t count, bool delta, struct err *e)
{
	size_t list, entry;

	//= RFC 5280 §5.1.2.6: absent when nothing is revoked
	if (count == 0)
		return true;
	list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < count; i++) {
		const struct issue_revoked *r = &revoked[i];

		if (r->serial.n == 0 || r->serial.n > SERIAL_MAX ||
			r->reason > CRL_AA_COMPROMISE || r->reason == 7 ||
			(r->reason == CRL_REMOVE && !delta))
			return err_set(e, ERR_USAGE, "entry %zu of the CRL", i);
		entry = der_open(w, DER_SEQUENCE);
		der_put(w, DER_INTEGER, r->serial);
		der_put_time(w, r->at);
		put_entry_extensions(w, r);
		der_close(w, entry);
	}
	der_close(w, list);
	return true;
}

static bool check_issuer(const struct cert *issuer, struct key *key, struct err *e)
{
	if (!issuer->key_known || !pubkey_equal(&issuer->key, &key->pub))
		return err_set(e, ERR_KEY_MISMATCH, "the key is not the issuer's");
	if (issuer->has_key_usage && !(issuer->key_usage & KU_CRL_SIGN))
		return err_set(
			e, ERR_SIGNER, "the issuer's certificate may not sign CRLs");
	return true;
}

bool issue_crl(struct arena *a, struct bytes *out, struct world *w,
	const struct cert *issuer, struct key *issuer_key, uint64_t number, bool delta,
	uint64_t base_number, int64_t this_update, int64_t next_update,
	const struct issue_revoked *revoked, size_t count, struct err *e)
{
	struct writer d;
	size_t tbs, extensions, list;

	if (!check_issuer(issuer, issuer_key, e))
		return false;
	if (this_update >= next_update || (delta && base_number >= number))
		return err_set(e, ERR_USAGE, "dates or numbers the wrong way round");
	if (count > CRL_MAX / ENTRY_MAX)
		return err_set(e, ERR_TOO_LARGE, "%zu entries", count);
	d = writer_in(a, HEAD_MAX + issuer->subject.n + count * ENTRY_MAX);
	tbs = der_open(&d, DER_SEQUENCE);
	der_put_small(&d, DER_INTEGER, 1);
	sig_alg_write(&d, sig_default(issuer_key->pub.kind));
	write_bytes(&d, issuer->subject);
	der_put_time(&d, this_update);
	der_put_time(&d, next_update);
	if (!put_entries(&d, revoked, count, delta, e))
		return false;
	extensions = der_open(&d, DER_CONTEXT(0));
	list = der_open(&d, DER_SEQUENCE);
	extension_aki(&d, issuer->ski, issuer->key.spki);
	put_number(&d, OID_CRL_NUMBER, false, number);
	//= RFC 5280 §5.2.4: the indicator of a delta is critical
	if (delta)
		put_number(&d, OID_DELTA_CRL, true, base_number);
	der_close(&d, list);
	der_close(&d, extensions);
	der_close(&d, tbs);
	if (d.full)
		return err_set(e, ERR_TOO_LARGE, "CRL of %zu octets", d.n);
	return signed_write(a, out, w, issuer_key, writer_bytes(&d), e);
}
