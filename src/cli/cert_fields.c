/* cert_fields: a certificate in rows; see cert_fields.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cert_fields.h"

#include <jansson.h>

#include "base/text.h"
#include "pki/cert_ext.h"

enum { TEXT_MAX = 300 };

bool cli_cert(struct cli *c, const char *path, struct cert *out, struct err *e)
{
	struct bytes file, der;

	if (!cli_read(c, path, 2 * CERT_MAX, &file, e))
		return false;
	if (!cert_decode(c->arena, file, &der, e) || !cert_parse(out, der, e)) {
		/* The file is there; what is missing is a certificate in it. */
		if (e->code == ERR_NOT_FOUND)
			e->code = ERR_MALFORMED;
		return err_in(e, "%s", path);
	}
	return true;
}

/* Bits of the modulus of an RSA key; 0 when it cannot be found. */
static size_t rsa_bits(struct bytes spki)
{
	struct bytes body, oid, params, bits, numbers, n;
	struct err e;
	size_t octets;

	if (!der_only(spki, DER_SEQUENCE, &body, &e) ||
		!der_algorithm(&body, &oid, &params, &e) ||
		!der_bit_string(&body, &bits, &e) ||
		!der_only(bits, DER_SEQUENCE, &numbers, &e) ||
		!der_integer(&numbers, &n, &e) || !n.n)
		return 0;
	octets = 8 * (n.n - 1);
	for (unsigned top = n.p[0]; top; top >>= 1)
		octets++;
	return octets;
}

char *key_words(struct arena *a, const struct pubkey *key)
{
	switch (key->kind) {
	case KEY_SM2:
		return arena_printf(a, "SM2");
	case KEY_RSA:
		return arena_printf(a, "RSA %zu", rsa_bits(key->spki));
	case KEY_P256:
		return arena_printf(a, "P-256");
	case KEY_P384:
		return arena_printf(a, "P-384");
	}
	return arena_printf(a, "?");
}

char *serial_words(struct arena *a, struct bytes serial)
{
	return hex_encode(a, serial);
}

static const struct {
	uint32_t bit;
	const char *name;
	enum msg words;
} usages[] =
	{
		{KU_DIGITAL_SIGNATURE, "digitalSignature", MSG_KU_DIGITAL_SIGNATURE},
		{KU_NON_REPUDIATION, "nonRepudiation", MSG_KU_NON_REPUDIATION},
		{KU_KEY_ENCIPHERMENT, "keyEncipherment", MSG_KU_KEY_ENCIPHERMENT},
		{KU_DATA_ENCIPHERMENT, "dataEncipherment", MSG_KU_DATA_ENCIPHERMENT},
		{KU_KEY_AGREEMENT, "keyAgreement", MSG_KU_KEY_AGREEMENT},
		{KU_KEY_CERT_SIGN, "keyCertSign", MSG_KU_KEY_CERT_SIGN},
		{KU_CRL_SIGN, "cRLSign", MSG_KU_CRL_SIGN},
},
  purposes[] = {
	  {EKU_ANY, "anyExtendedKeyUsage", MSG_EKU_ANY},
	  {EKU_CLIENT_AUTH, "clientAuth", MSG_EKU_CLIENT_AUTH},
	  {EKU_TIME_STAMPING, "timeStamping", MSG_EKU_TIME_STAMPING},
	  {EKU_OCSP_SIGNING, "OCSPSigning", MSG_EKU_OCSP_SIGNING},
	  {EKU_SEAL_MAKER, "sealMaker", MSG_EKU_SEAL_MAKER},
	  {EKU_EVENT, "event", MSG_EKU_EVENT},
	  {EKU_ORDER, "order", MSG_EKU_ORDER},
	  {EKU_OTHER, "other", MSG_EKU_OTHER},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

char *cert_usage_words(struct cli *c, const struct cert *cert)
{
	const char *comma = msg_text(c->lang, MSG_CLI_COMMA);
	char *all = arena_printf(c->arena, "%s", "");

	for (size_t i = 0; i < COUNT(usages); i++)
		if (cert->has_key_usage && cert->key_usage & usages[i].bit)
			all = arena_printf(c->arena, "%s%s%s", all, *all ? comma : "",
				msg_text(c->lang, usages[i].words));
	for (size_t i = 0; i < COUNT(purposes); i++)
		if (cert->has_eku && cert->eku & purposes[i].bit)
			all = arena_printf(c->arena, "%s%s%s", all, *all ? comma : "",
				msg_text(c->lang, purposes[i].words));
	return all;
}

static void usage_fields(struct fields *f, const struct cert *cert)
{
	enum lang lang = f->c->lang;

	for (size_t i = 0; i < COUNT(usages); i++)
		if (cert->has_key_usage && cert->key_usage & usages[i].bit)
			fields_add_as(f, MSG_FIELD_KEY_USAGE, "key_usage[]",
				msg_text(lang, usages[i].words),
				json_string(usages[i].name));
	for (size_t i = 0; i < COUNT(purposes); i++)
		if (cert->has_eku && cert->eku & purposes[i].bit)
			fields_add_as(f, MSG_FIELD_EKU, "ext_key_usage[]",
				msg_text(lang, purposes[i].words),
				json_string(purposes[i].name));
	fields_add_bool(f, MSG_FIELD_CA, "ca", cert->is_ca);
	if (cert->has_path_len)
		fields_add_number(f, MSG_FIELD_PATH_LEN, "path_length", cert->path_len);
}

static const char *printable(struct arena *a, struct bytes text)
{
	return text_printable(a, text, TEXT_MAX);
}

/* identifyCode is a CHOICE whose tagging the standard leaves open: both are read.
 * //= GM/T 0015-2012 §5.2.4.15 */
static bool identify_text(struct arena *a, struct bytes value, struct bytes *text)
{
	struct bytes in = value;
	struct der choice;
	struct err e;

	if (!der_next(&in, &choice, &e) || (choice.tag & 0xc0) != 0x80)
		return extension_text(a, value, text);
	in = choice.body;
	if (choice.tag & 0x20 && der_string(a, &in, text, &e))
		return true;
	*text = choice.body;
	return true;
}

static void national_fields(struct fields *f, const struct cert *cert)
{
	static const struct {
		enum oid oid;
		enum msg title;
		const char *key;
	} known[] = {
		{OID_GM_IDENTIFY_CODE, MSG_FIELD_IDENTIFY_CODE,
			"extensions.identify_code"},
		{OID_OLD_IDENTIFY_CODE, MSG_FIELD_IDENTIFY_CODE,
			"extensions.old_identify_code"},
		{OID_GM_INSURANCE_NUMBER, MSG_FIELD_INSURANCE,
			"extensions.insurance_number"},
		{OID_OLD_INSURANCE_NUMBER, MSG_FIELD_INSURANCE,
			"extensions.old_insurance_number"},
		{OID_GM_IC_REGISTRATION, MSG_FIELD_REGISTRATION,
			"extensions.ic_registration_number"},
		{OID_OLD_IC_REGISTRATION, MSG_FIELD_REGISTRATION,
			"extensions.old_ic_registration_number"},
		{OID_GM_ORGANIZATION_CODE, MSG_FIELD_ORGANIZATION,
			"extensions.organization_code"},
		{OID_OLD_ORGANIZATION_CODE, MSG_FIELD_ORGANIZATION,
			"extensions.old_organization_code"},
		{OID_GM_TAXATION_NUMBER, MSG_FIELD_TAXATION,
			"extensions.taxation_number"},
		{OID_OLD_TAXATION_NUMBER, MSG_FIELD_TAXATION,
			"extensions.old_taxation_number"},
	};
	struct arena *a = f->c->arena;
	struct bytes value, text;
	bool critical;

	for (size_t i = 0; i < COUNT(known); i++) {
		if (!cert_extension(cert, known[i].oid, &value, &critical))
			continue;
		if (i < 2 ? identify_text(a, value, &text)
			  : extension_text(a, value, &text))
			fields_add_as(f, known[i].title, known[i].key,
				arena_printf(a, "%s (%s)", printable(a, text),
					oid_dotted(known[i].oid)),
				json_string(printable(a, text)));
	}
}

/* Candidates only: which field counts is said per CA by the register (protocols §5). */
static void credit_fields(struct fields *f, const struct cert *cert)
{
	struct arena *a = f->c->arena;

	for (int i = CREDIT_NONE + 1; i < CREDIT_FIELD_COUNT; i++) {
		const char *field = credit_code_field_name((enum credit_code_field)i);
		char code[19];

		if (cert_credit_code(cert, (enum credit_code_field)i, code))
			fields_add_as(f, MSG_FIELD_CREDIT_CODE, "credit_codes[]",
				arena_printf(a, "%s (%s)", code, field),
				json_pack("{s:s,s:s}", "field", field, "code", code));
	}
}

/* Every URI among the GeneralNames at any depth of one extension, without recursion:
 * constructed elements are entered by walking on inside them. */
static void url_fields(struct fields *f, const struct cert *cert, enum oid oid,
	enum msg title, const char *key)
{
	struct bytes in, whole;
	struct err e;
	struct der d;
	bool critical;

	if (!cert_extension(cert, oid, &whole, &critical))
		return;
	for (in = whole; in.n && der_next(&in, &d, &e);) {
		if (d.tag == DER_CONTEXT_PRIMITIVE(6))
			fields_add(f, title, key, printable(f->c->arena, d.body));
		if (d.tag & 0x20)
			in = bytes_make(d.body.p, (size_t)(whole.p + whole.n - d.body.p));
	}
}

static void other_extensions(struct fields *f, const struct cert *cert)
{
	struct bytes in = cert->extensions;
	struct arena *a = f->c->arena;
	struct extension x;
	struct err e;

	while (in.n && extension_next(&in, &x, &e)) {
		const char *oid = oid_format(a, x.oid);

		if (x.critical)
			fields_add(f, MSG_FIELD_CRITICAL, "critical_extensions[]", oid);
		if (oid_find(x.oid) == OID_UNKNOWN)
			fields_add(f, MSG_FIELD_OTHER_EXTENSION, "other_extensions[]",
				arena_printf(a, "%s = %s", oid,
					hex_encode(a, bytes_head(x.value, 64))));
	}
}

static void fingerprint_fields(struct fields *f, const struct cert *cert)
{
	struct arena *a = f->c->arena;
	uint8_t sha256[SHA256_SIZE];

	digest_of(DIGEST_SHA256, cert->der, sha256);
	fields_add(
		f, MSG_FIELD_SM3, "fingerprint.sm3", hex_encode(a, BYTES_OF(cert->sm3)));
	fields_add(f, MSG_FIELD_SHA256, "fingerprint.sha256",
		hex_encode(a, BYTES_OF(sha256)));
}

void cert_fields(struct fields *f, const struct cert *cert)
{
	struct arena *a = f->c->arena;

	fields_add(f, MSG_FIELD_SUBJECT, "subject", name_format(a, cert->subject));
	fields_add(f, MSG_FIELD_ISSUER, "issuer", name_format(a, cert->issuer));
	fields_add(f, MSG_FIELD_SERIAL, "serial", serial_words(a, cert->serial));
	fields_add_time(f, MSG_FIELD_NOT_BEFORE, "not_before", cert->not_before);
	fields_add_time(f, MSG_FIELD_NOT_AFTER, "not_after", cert->not_after);
	fields_add(f, MSG_FIELD_KEY, "public_key",
		cert->key_known ? key_words(a, &cert->key)
				: msg_text(f->c->lang, MSG_CLI_UNKNOWN_ALGORITHM));
	fields_add(f, MSG_FIELD_SIGNED_BY, "signature_algorithm",
		cert->sig_alg_known ? sig_name(cert->sig_alg)
				    : msg_text(f->c->lang, MSG_CLI_UNKNOWN_ALGORITHM));
	fields_add_bool(
		f, MSG_FIELD_SELF_SIGNED, "self_signed", cert_is_self_signed(cert));
	usage_fields(f, cert);
	credit_fields(f, cert);
	national_fields(f, cert);
	url_fields(f, cert, OID_CRL_DISTRIBUTION_POINTS, MSG_FIELD_CRL_URL, "crl_urls[]");
	url_fields(
		f, cert, OID_AUTHORITY_INFO_ACCESS, MSG_FIELD_AIA_URL, "access_urls[]");
	if (cert->ski.n)
		fields_add(f, MSG_FIELD_SKI, "subject_key_id", hex_encode(a, cert->ski));
	if (cert->aki.n)
		fields_add(
			f, MSG_FIELD_AKI, "authority_key_id", hex_encode(a, cert->aki));
	other_extensions(f, cert);
	fields_add_bool(f, MSG_FIELD_DEMONSTRATION, "demonstration", cert->demonstration);
	fingerprint_fields(f, cert);
}
