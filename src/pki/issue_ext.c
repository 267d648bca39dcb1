/* issue_ext: the extensions of certificates, by profile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/issue_write.h"
#include "pki/key_id.h"

enum { URL_MAX = 1024, ID_NUMBER_MAX = 64 };

struct extension_mark extension_open(struct writer *w, enum oid oid, bool critical)
{
	struct extension_mark mark = {.sequence = der_open(w, DER_SEQUENCE)};

	der_put_oid(w, oid);
	if (critical) /* FALSE is the default and DER leaves defaults out */
		der_put_boolean(w, true);
	mark.octets = der_open(w, DER_OCTET_STRING);
	return mark;
}

void extension_close(struct writer *w, struct extension_mark mark)
{
	der_close(w, mark.octets);
	der_close(w, mark.sequence);
}

void extension_aki(struct writer *w, struct bytes issuer_ski, struct bytes issuer_spki)
{
	struct extension_mark mark = extension_open(w, OID_AUTHORITY_KEY_ID, false);
	size_t opened = der_open(w, DER_SEQUENCE);
	uint8_t id[KEY_ID_SIZE];

	key_id_of(id, issuer_spki);
	der_put(w, DER_CONTEXT_PRIMITIVE(0), issuer_ski.n ? issuer_ski : BYTES_OF(id));
	der_close(w, opened);
	extension_close(w, mark);
}

static void put_ski(struct writer *w, const struct pubkey *pub)
{
	struct extension_mark mark = extension_open(w, OID_SUBJECT_KEY_ID, false);
	uint8_t id[KEY_ID_SIZE];

	key_id_of(id, pub->spki);
	der_put(w, DER_OCTET_STRING, BYTES_OF(id));
	extension_close(w, mark);
}

static void put_basic_constraints(struct writer *w, const struct issue_spec *spec)
{
	struct extension_mark mark;
	size_t opened;

	if (spec->profile != ISSUE_ROOT && spec->profile != ISSUE_SUB_CA)
		return;
	//= RFC 5280 §4.2.1.9: CAs mark it critical
	mark = extension_open(w, OID_BASIC_CONSTRAINTS, true);
	opened = der_open(w, DER_SEQUENCE);
	der_put_boolean(w, true);
	if (spec->profile == ISSUE_SUB_CA)
		der_put_small(w, DER_INTEGER, spec->path_len);
	der_close(w, opened);
	extension_close(w, mark);
}

static uint32_t usage_of(enum issue_profile profile)
{
	switch (profile) {
	case ISSUE_ROOT:
	case ISSUE_SUB_CA:
		return KU_KEY_CERT_SIGN | KU_CRL_SIGN;
	case ISSUE_ENCRYPT:
		/* The second of dual certificates (standards §3). */
		return KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT | KU_KEY_AGREEMENT;
	case ISSUE_OCSP:
	case ISSUE_ORDER:
		return KU_DIGITAL_SIGNATURE;
	case ISSUE_SIGN:
	case ISSUE_SEAL_MAKER:
	case ISSUE_TSA:
	case ISSUE_EVENT:
		break;
	}
	return KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
}

static void put_key_usage(struct writer *w, enum issue_profile profile)
{
	struct extension_mark mark = extension_open(w, OID_KEY_USAGE, true);

	der_put_named_bits(w, usage_of(profile));
	extension_close(w, mark);
}

static enum oid purpose_of(enum issue_profile profile)
{
	switch (profile) {
	case ISSUE_SEAL_MAKER:
		return OID_QY_EKU_SEAL_MAKER;
	case ISSUE_TSA:
		return OID_EKU_TIME_STAMPING;
	case ISSUE_OCSP:
		return OID_EKU_OCSP_SIGNING;
	case ISSUE_EVENT:
		return OID_QY_EKU_EVENT;
	case ISSUE_ORDER:
		return OID_QY_EKU_ORDER;
	case ISSUE_ROOT:
	case ISSUE_SUB_CA:
	case ISSUE_SIGN:
	case ISSUE_ENCRYPT:
		break;
	}
	return OID_UNKNOWN;
}

static void put_ext_key_usage(struct writer *w, enum issue_profile profile)
{
	enum oid purpose = purpose_of(profile);
	struct extension_mark mark;
	size_t opened;

	if (purpose == OID_UNKNOWN)
		return;
	//= RFC 3161 §2.3: a time-stamping certificate has this purpose only, critical
	mark = extension_open(
		w, OID_EXT_KEY_USAGE, profile == ISSUE_TSA || profile == ISSUE_ORDER);
	opened = der_open(w, DER_SEQUENCE);
	der_put_oid(w, purpose);
	der_close(w, opened);
	extension_close(w, mark);
	if (profile == ISSUE_OCSP) {
		//= RFC 6960 §4.2.2.2.1: its own state need not be asked
		mark = extension_open(w, OID_OCSP_NO_CHECK, false);
		der_put_null(w);
		extension_close(w, mark);
	}
}

static bool check_printable(const char *text, size_t max, const char *what, struct err *e)
{
	struct bytes b = bytes_str(text);
	bool ok = b.n > 0 && b.n <= max;

	for (size_t i = 0; ok && i < b.n; i++)
		ok = b.p[i] > ' ' && b.p[i] < 0x7f;
	return ok || err_set(e, ERR_USAGE, "%s is empty, too long or not ASCII", what);
}

static bool put_crl_url(struct writer *w, const char *url, struct err *e)
{
	struct extension_mark mark;
	size_t list, point, name, full;

	if (!url)
		return true;
	if (!check_printable(url, URL_MAX, "the address of the CRL", e))
		return false;
	mark = extension_open(w, OID_CRL_DISTRIBUTION_POINTS, false);
	list = der_open(w, DER_SEQUENCE);
	point = der_open(w, DER_SEQUENCE);
	name = der_open(w, DER_CONTEXT(0));
	full = der_open(w, DER_CONTEXT(0));
	der_put(w, DER_CONTEXT_PRIMITIVE(6), bytes_str(url));
	der_close(w, full);
	der_close(w, name);
	der_close(w, point);
	der_close(w, list);
	extension_close(w, mark);
	return true;
}

static bool put_ocsp_url(struct writer *w, const char *url, struct err *e)
{
	struct extension_mark mark;
	size_t list, access;

	if (!url)
		return true;
	if (!check_printable(url, URL_MAX, "the address of the OCSP responder", e))
		return false;
	mark = extension_open(w, OID_AUTHORITY_INFO_ACCESS, false);
	list = der_open(w, DER_SEQUENCE);
	access = der_open(w, DER_SEQUENCE);
	der_put_oid(w, OID_AD_OCSP);
	der_put(w, DER_CONTEXT_PRIMITIVE(6), bytes_str(url));
	der_close(w, access);
	der_close(w, list);
	extension_close(w, mark);
	return true;
}

static bool put_origin(struct writer *w, const char *origin, struct err *e)
{
	struct extension_mark mark;
	size_t list;

	if (!origin)
		return true;
	if (!check_printable(origin, URL_MAX, "the origin", e))
		return false;
	//= RFC 5280 §4.2.1.6: subjectAltName, uniformResourceIdentifier [6] IA5String
	mark = extension_open(w, OID_SUBJECT_ALT_NAME, false);
	list = der_open(w, DER_SEQUENCE);
	der_put(w, DER_CONTEXT_PRIMITIVE(6), bytes_str(origin));
	der_close(w, list);
	extension_close(w, mark);
	return true;
}

/* Who the holder is, in the extensions of the Chinese profile. */
static bool put_identity(struct writer *w, const struct issue_spec *spec, struct err *e)
{
	struct extension_mark mark;
	size_t choice;

	if (spec->id_number) {
		if (!check_printable(spec->id_number, ID_NUMBER_MAX, "the id number", e))
			return false;
		//= GM/T 0015-2012: identifyCode, residenterCardNumber [0] PrintableString
		mark = extension_open(w, OID_GM_IDENTIFY_CODE, false);
		choice = der_open(w, DER_CONTEXT(0));
		der_put(w, DER_PRINTABLE_STRING, bytes_str(spec->id_number));
		der_close(w, choice);
		extension_close(w, mark);
	}
	if (spec->credit_code) {
		if (!credit_code_is_valid(bytes_str(spec->credit_code)))
			return err_set(e, ERR_USAGE, "the credit code is not valid");
		//= GM/T 0015-2012: organizationCode, which holds the credit code in practice
		mark = extension_open(w, OID_GM_ORGANIZATION_CODE, false);
		der_put(w, DER_PRINTABLE_STRING, bytes_str(spec->credit_code));
		extension_close(w, mark);
	}
	return true;
}

bool issue_extensions_write(struct writer *w, const struct issue_spec *spec,
	const struct pubkey *pub, const struct cert *issuer, struct err *e)
{
	struct extension_mark mark;

	put_ski(w, pub);
	extension_aki(w, issuer ? issuer->ski : (struct bytes){NULL, 0},
		issuer ? issuer->key.spki : pub->spki);
	put_basic_constraints(w, spec);
	put_key_usage(w, spec->profile);
	put_ext_key_usage(w, spec->profile);
	if (!put_crl_url(w, spec->crl_url, e) || !put_ocsp_url(w, spec->ocsp_url, e) ||
		!put_origin(w, spec->origin, e) || !put_identity(w, spec, e))
		return false;
	if (spec->demonstration) {
		mark = extension_open(w, OID_QY_DEMONSTRATION, true);
		der_put(w, DER_UTF8_STRING, BYTES("仅供演示 demonstration only"));
		extension_close(w, mark);
	}
	return true;
}
