/* issue: certificates. Extensions are in issue_ext.c, names in issue_name.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/issue.h"

#include "base/time.h"
#include "pki/issue_write.h"
#include "pki/sig_alg.h"

enum { SERIAL_SIZE = 16, TBS_MAX = 16 * 1024 };

bool signed_write(struct arena *a, struct bytes *out, struct world *w, struct key *key,
	struct bytes tbs, struct err *e)
{
	enum sig_alg alg = sig_default(key->pub.kind);
	uint8_t value[SIG_VALUE_MAX];
	struct writer signature = writer_over(value, sizeof value);
	struct writer d = writer_in(a, tbs.n + SIGNED_OVERHEAD);
	size_t opened;

	if (!key_sign_message(key, w, alg, tbs, &signature, e))
		return false;
	opened = der_open(&d, DER_SEQUENCE);
	write_bytes(&d, tbs);
	sig_alg_write(&d, alg);
	der_put_bit_string(&d, writer_bytes(&signature));
	der_close(&d, opened);
	if (d.full || signature.full)
		return err_set(e, ERR_TOO_LARGE, "signature of %zu octets", signature.n);
	*out = writer_bytes(&d);
	return true;
}

/* May this CA issue that? */
static bool check_issuer(const struct issue_spec *spec, const struct cert *issuer,
	struct key *issuer_key, struct err *e)
{
	if (!issuer->key_known || !pubkey_equal(&issuer->key, &issuer_key->pub))
		return err_set(e, ERR_KEY_MISMATCH, "the key is not the issuer's");
	if (!issuer->has_basic || !issuer->is_ca ||
		(issuer->has_key_usage && !(issuer->key_usage & KU_KEY_CERT_SIGN)))
		return err_set(
			e, ERR_SIGNER, "the issuer's certificate is not that of a CA");
	if (spec->profile == ISSUE_SUB_CA && issuer->has_path_len &&
		(issuer->path_len == 0 || spec->path_len >= issuer->path_len))
		return err_set(e, ERR_SIGNER,
			"the issuer's path length does not admit this CA below it");
	return true;
}

static bool check_spec(const struct issue_spec *spec, const struct pubkey *pub,
	const struct cert *issuer, struct key *issuer_key, struct err *e)
{
	if (spec->not_before >= spec->not_after)
		return err_set(e, ERR_USAGE, "validity ends before it begins");
	if (spec->profile == ISSUE_EVENT &&
		spec->not_after - spec->not_before > 8 * TIME_HOUR)
		return err_set(e, ERR_USAGE,
			"an event certificate is valid for 8 hours at most");
	//= Protocols §3: order keys have their own purpose, at most 90 days, and one origin
	if (spec->profile == ISSUE_ORDER &&
		spec->not_after - spec->not_before > 90 * TIME_DAY)
		return err_set(e, ERR_USAGE, "an order key is valid for 90 days at most");
	if ((spec->profile == ISSUE_ORDER) != (spec->origin != NULL))
		return err_set(
			e, ERR_USAGE, "an order key, and nothing else, has an origin");
	if ((spec->profile == ISSUE_ROOT) != !issuer)
		return err_set(e, ERR_USAGE, "a root, and nothing else, has no issuer");
	if (issuer)
		return check_issuer(spec, issuer, issuer_key, e);
	if (!pubkey_equal(pub, &issuer_key->pub))
		return err_set(e, ERR_KEY_MISMATCH, "a root is signed by its own key");
	return true;
}

/* 16 octets, positive and never with a leading zero, so that it stays 16. */
static void put_serial(struct writer *d, struct world *w)
{
	uint8_t serial[SERIAL_SIZE];

	w->random(w, serial, sizeof serial);
	//= RFC 5280 §4.1.2.2: positive, at most 20 octets
	serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40);
	der_put(d, DER_INTEGER, BYTES_OF(serial));
}

static void put_validity(struct writer *d, int64_t from, int64_t to)
{
	size_t opened = der_open(d, DER_SEQUENCE);

	der_put_time(d, from);
	der_put_time(d, to);
	der_close(d, opened);
}

/* TBSCertificate. //= RFC 5280 §4.1: version 3, the fields in this order */
static bool put_tbs(struct writer *d, struct world *w, const struct issue_spec *spec,
	const struct pubkey *pub, const struct cert *issuer, struct key *issuer_key,
	struct err *e)
{
	size_t tbs = der_open(d, DER_SEQUENCE), opened = der_open(d, DER_CONTEXT(0));
	size_t list;

	der_put_small(d, DER_INTEGER, 2);
	der_close(d, opened);
	put_serial(d, w);
	sig_alg_write(d, sig_default(issuer_key->pub.kind));
	if (issuer)
		write_bytes(d, issuer->subject);
	else if (!issue_name_write(d, &spec->subject, e))
		return false;
	put_validity(d, spec->not_before, spec->not_after);
	if (!issue_name_write(d, &spec->subject, e))
		return false;
	write_bytes(d, pub->spki);
	opened = der_open(d, DER_CONTEXT(3));
	list = der_open(d, DER_SEQUENCE);
	if (!issue_extensions_write(d, spec, pub, issuer, e))
		return false;
	der_close(d, list);
	der_close(d, opened);
	der_close(d, tbs);
	return true;
}

bool issue_cert(struct arena *a, struct bytes *out, struct world *w,
	const struct issue_spec *spec, const struct pubkey *pub,
	const struct cert *issuer, struct key *issuer_key, struct err *e)
{
	struct writer d;

	if (!check_spec(spec, pub, issuer, issuer_key, e))
		return false;
	d = writer_in(a, TBS_MAX + pub->spki.n + (issuer ? issuer->subject.n : 0));
	if (!put_tbs(&d, w, spec, pub, issuer, issuer_key, e))
		return false;
	if (d.full)
		return err_set(e, ERR_TOO_LARGE, "certificate of %zu octets", d.n);
	return signed_write(a, out, w, issuer_key, writer_bytes(&d), e);
}
