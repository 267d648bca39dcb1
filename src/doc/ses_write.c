/* ses_write: see ses_write.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ses_write.h"

#include "base/text.h"
#include "doc/cms_parts.h"

enum { OVERHEAD = 8 * 1024 };

/* Printable ASCII, 1 to max characters. */
static bool is_ia5(struct bytes s, size_t max)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return s.n && s.n <= max;
}

static void put_header(struct writer *to, const struct ses_make_spec *spec)
{
	size_t header = der_open(to, DER_SEQUENCE);

	//= GB/T 38540-2020 §6.1.2: ID is ES, version 4 (GM/T 0031-2025: 5), Vid names the vendor
	der_put(to, DER_IA5_STRING, BYTES("ES"));
	der_put_small(to, DER_INTEGER, (uint32_t)spec->version);
	der_put(to, DER_IA5_STRING, bytes_str(spec->vendor));
	der_close(to, header);
}

static void put_property(struct writer *to, const struct ses_make_spec *spec)
{
	size_t property = der_open(to, DER_SEQUENCE), list;

	//= GB/T 38540-2020 §6.1.3: certListType 1 lists certificates, 2 their digests
	der_put_small(to, DER_INTEGER, (uint32_t)spec->type);
	der_put(to, DER_UTF8_STRING, bytes_str(spec->name));
	der_put_small(to, DER_INTEGER, spec->by_digest ? 2 : 1);
	list = der_open(to, DER_SEQUENCE);
	for (size_t i = 0; i < spec->cert_count; i++) {
		uint8_t sm3[SM3_SIZE];
		size_t entry;

		if (!spec->by_digest) {
			der_put(to, DER_OCTET_STRING, spec->certs[i]);
			continue;
		}
		sm3_of(spec->certs[i], sm3);
		entry = der_open(to, DER_SEQUENCE);
		der_put(to, DER_PRINTABLE_STRING, BYTES("SM3"));
		der_put(to, DER_OCTET_STRING, BYTES_OF(sm3));
		der_close(to, entry);
	}
	der_close(to, list);
	der_put_generalized_time(to, spec->created);
	der_put_generalized_time(to, spec->valid_from);
	der_put_generalized_time(to, spec->valid_to);
	der_close(to, property);
}

static struct bytes put_info(struct writer *to, const struct ses_make_spec *spec)
{
	size_t info = der_open(to, DER_SEQUENCE), picture;

	put_header(to, spec);
	der_put(to, DER_IA5_STRING, bytes_str(spec->id));
	put_property(to, spec);
	picture = der_open(to, DER_SEQUENCE);
	//= GB/T 38540-2020 §6.1.4: type, data, width and height in millimetres
	der_put(to, DER_IA5_STRING, spec->picture.type);
	der_put(to, DER_OCTET_STRING, spec->picture.data);
	der_put_small(to, DER_INTEGER, spec->picture.width_mm);
	der_put_small(to, DER_INTEGER, spec->picture.height_mm);
	der_close(to, picture);
	der_close(to, info);
	return writer_bytes(to);
}

static bool is_side(uint32_t mm)
{
	return mm >= 1 && mm <= SES_SIDE_MAX_MM;
}

static bool check_make(
	const struct ses_make_spec *spec, struct cert *maker, struct err *e)
{
	struct bytes name = bytes_str(spec->name);

	if (spec->version != SES_V4 && spec->version != SES_V5)
		return err_set(e, ERR_USAGE, "seals are made in version 4 or 5");
	if (!is_ia5(bytes_str(spec->id), 64) || !is_ia5(bytes_str(spec->vendor), 64))
		return err_set(e, ERR_USAGE, "id and vendor: 1 to 64 ASCII characters");
	if (name.n == 0 || name.n > 300 || !utf8_is_valid(name))
		return err_set(e, ERR_USAGE, "name: 1 to 300 octets of UTF-8");
	if (spec->cert_count == 0 || spec->cert_count > SES_CERTS_MAX)
		return err_set(
			e, ERR_USAGE, "1 to %d certificates of sealers", SES_CERTS_MAX);
	if (spec->valid_from > spec->valid_to)
		return err_set(e, ERR_USAGE, "the seal would end before it begins");
	if (spec->picture.data.n == 0 || spec->picture.data.n > SES_PICTURE_MAX ||
		!is_ia5(spec->picture.type, 16) || !is_side(spec->picture.width_mm) ||
		!is_side(spec->picture.height_mm))
		return err_set(e, ERR_USAGE,
			"picture: a type, 1 to %d octets, 1 to %d millimetres",
			SES_PICTURE_MAX, SES_SIDE_MAX_MM);
	if (!cert_parse(maker, spec->maker_cert, e))
		return err_in(e, "maker");
	return cms_check_key(maker, spec->maker, e) || err_in(e, "maker");
}

bool ses_make(struct arena *a, struct bytes *out, struct world *w,
	const struct ses_make_spec *spec, struct err *e)
{
	size_t cap = spec->picture.data.n + spec->maker_cert.n + OVERHEAD, seal;
	struct writer info, to, value = writer_in(a, SIG_VALUE_MAX);
	struct bytes signed_info;
	struct cert maker, sealer;

	if (!check_make(spec, &maker, e))
		return false;
	for (size_t i = 0; i < spec->cert_count; i++) {
		if (!cert_parse(&sealer, spec->certs[i], e))
			return err_in(e, "certificate of a sealer");
		if (!cert_may_sign(&sealer))
			return err_set(e, ERR_SIGNER,
				"certificate of a sealer: its key usage does not allow "
				"signing");
		cap += spec->certs[i].n + 64;
	}
	if (maker.key.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "a seal maker's key must be SM2");
	info = writer_in(a, cap);
	signed_info = put_info(&info, spec);
	if (signed_info.n == 0)
		return err_set(e, ERR_TOO_LARGE, "seal does not fit");
	//= GB/T 38540-2020 §6.2: signedValue is the maker's SM2 signature over eSealInfo
	if (!key_sign_message(spec->maker, w, SIG_SM2_SM3, signed_info, &value, e))
		return false;
	to = writer_in(a, cap + signed_info.n);
	seal = der_open(&to, DER_SEQUENCE);
	write_bytes(&to, signed_info);
	der_put(&to, DER_OCTET_STRING, spec->maker_cert);
	der_put_oid(&to, OID_SM2_SM3);
	der_put_bit_string(&to, writer_bytes(&value));
	der_close(&to, seal);
	if (to.full || to.n > SES_MAX)
		return err_set(e, ERR_TOO_LARGE, "seal does not fit");
	*out = writer_bytes(&to);
	return true;
}

bool ses_seal_value_holds(const struct ses_seal *s)
{
	struct cert maker;
	struct err e;

	if (s->version == SES_V1 || !cert_parse(&maker, s->maker_cert, &e) ||
		!maker.key_known)
		return false;
	return pubkey_verify_message(&maker.key, SIG_SM2_SM3, s->info, s->value);
}

bool ses_seal_lists(const struct ses_seal *s, struct bytes cert_der)
{
	struct bytes run = s->certs, type, value;
	uint8_t digest[DIGEST_MAX];
	struct err e;

	while (run.n && ses_cert_next(s, &run, &type, &value, &e)) {
		enum digest_alg alg = DIGEST_SM3;

		//= GB/T 38540-2020 §7.3: by octets when the list holds certificates, else by digest
		if (!s->by_digest) {
			if (bytes_equal(value, cert_der))
				return true;
			continue;
		}
		if (ascii_equal_nocase(type, BYTES("SHA256")) ||
			ascii_equal_nocase(type, BYTES("SHA-256")) ||
			bytes_equal(type, bytes_str(oid_dotted(OID_SHA256))))
			alg = DIGEST_SHA256;
		digest_of(alg, cert_der, digest);
		if (bytes_equal(value, bytes_make(digest, digest_size(alg))))
			return true;
	}
	return false;
}

bool ses_seal_allows(struct ses_seal *seal, struct bytes seal_der, struct bytes cert_der,
	int64_t time, struct err *e)
{
	//= GB/T 38540-2020 §7.2: the seal is verified and the signer looked up before sealing
	if (!ses_seal_read(seal, seal_der, e))
		return err_in(e, "seal");
	if (seal->version == SES_V1)
		return err_set(e, ERR_UNSUPPORTED,
			"a seal of GM/T 0031-2014: have it made anew in version 4");
	if (!ses_seal_value_holds(seal))
		return err_set(e, ERR_DENIED, "the seal's own signature does not hold");
	if (time < seal->valid_from || time > seal->valid_to)
		return err_set(
			e, ERR_DENIED, "the seal is not in its period of validity");
	return ses_seal_lists(seal, cert_der) ||
	       err_set(e, ERR_SIGNER,
		       "the seal does not list this certificate; have the seal made "
		       "anew");
}

static bool check_sign(
	const struct ses_sign_spec *spec, struct ses_seal *seal, struct err *e)
{
	struct cert cert;

	if (!cert_parse(&cert, spec->cert, e) || !cms_check_key(&cert, spec->key, e))
		return false;
	if (cert.key.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "seals are set with SM2 keys");
	if (!ses_seal_allows(seal, spec->seal, spec->cert, spec->time, e))
		return false;
	if (spec->time < cert.not_before || spec->time > cert.not_after)
		return err_set(e, ERR_SIGNER,
			"the certificate is not in its period of validity");
	return is_ia5(spec->property, 1000) ||
	       err_set(e, ERR_USAGE, "propertyInfo: ASCII only");
}

static void put_tbs(
	struct writer *to, const struct ses_sign_spec *spec, const struct ses_seal *seal)
{
	size_t tbs = der_open(to, DER_SEQUENCE);

	//= GB/T 38540-2020 §7.1: version, eseal, timeInfo, dataHash, propertyInfo, extDatas
	der_put_small(to, DER_INTEGER, (uint32_t)seal->version);
	write_bytes(to, spec->seal);
	der_put_generalized_time(to, spec->time);
	der_put_bit_string(to, bytes_make(spec->data_sm3, SM3_SIZE));
	der_put(to, DER_IA5_STRING, spec->property);
	if (spec->order_digest.n) {
		size_t explicit = der_open(to, DER_CONTEXT(0)), list, item;

		//= Protocols §3: every signature carries the digest of its order, non-critical here
		list = der_open(to, DER_SEQUENCE);
		item = der_open(to, DER_SEQUENCE);
		der_put_oid(to, OID_QY_ORDER_DIGEST);
		der_put(to, DER_OCTET_STRING, spec->order_digest);
		der_close(to, item);
		der_close(to, list);
		der_close(to, explicit);
	}
	der_close(to, tbs);
}

/* timeStamp: the token in a BIT STRING under [0]. */
static void put_stamp(struct writer *to, struct bytes token)
{
	size_t explicit = der_open(to, DER_CONTEXT(0));

	der_put_bit_string(to, token);
	der_close(to, explicit);
}

/* The token over the signature value, where a stamper is given. */
static bool stamp_value(struct arena *a, struct bytes *token, const struct stamper *by,
	struct bytes value, struct err *e)
{
	uint8_t imprint[DIGEST_MAX];

	if (!by)
		return true;
	//= GB/T 38540-2020 §7.1: timeStamp is over the signature value
	digest_of(by->alg, value, imprint);
	return by->stamp(
		       by->ctx, a, bytes_make(imprint, digest_size(by->alg)), token, e) ||
	       err_in(e, "time stamp");
}

bool ses_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct ses_sign_spec *spec, struct err *e)
{
	struct writer tbs, to, value = writer_in(a, SIG_VALUE_MAX);
	struct bytes token = {NULL, 0};
	struct ses_seal seal;
	size_t outer;

	if (!check_sign(spec, &seal, e))
		return false;
	tbs = writer_in(a, spec->seal.n + OVERHEAD);
	put_tbs(&tbs, spec, &seal);
	if (tbs.full)
		return err_set(e, ERR_TOO_LARGE, "seal signature does not fit");
	if (!key_sign_message(spec->key, w, SIG_SM2_SM3, writer_bytes(&tbs), &value, e))
		return false;
	if (!stamp_value(a, &token, spec->stamper, writer_bytes(&value), e))
		return false;
	to = writer_in(a, tbs.n + spec->cert.n + token.n + OVERHEAD);
	outer = der_open(&to, DER_SEQUENCE);
	write_bytes(&to, writer_bytes(&tbs));
	der_put(&to, DER_OCTET_STRING, spec->cert);
	der_put_oid(&to, OID_SM2_SM3);
	//= GB/T 35276-2017 §7.3: the signature value is DER of r and s
	der_put_bit_string(&to, writer_bytes(&value));
	if (token.n)
		put_stamp(&to, token);
	der_close(&to, outer);
	if (to.full)
		return err_set(e, ERR_TOO_LARGE, "seal signature does not fit");
	*out = writer_bytes(&to);
	return true;
}
