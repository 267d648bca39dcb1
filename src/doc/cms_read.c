/* cms_read: see cms_read.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/cms_read.h"

#include "base/time.h"

static const struct {
	enum oid oid;
	enum cms_kind kind;
	bool gm;
} kinds[] = {
	{OID_GM_SIGNED, CMS_SIGNED, true},
	{OID_GM_ENVELOPED, CMS_ENVELOPED, true},
	{OID_GM_SIGNED_ENVELOPED, CMS_SIGNED_ENVELOPED, true},
	{OID_P7_SIGNED, CMS_SIGNED, false},
	{OID_P7_ENVELOPED, CMS_ENVELOPED, false},
	{OID_P7_SIGNED_ENVELOPED, CMS_SIGNED_ENVELOPED, false},
};

static bool kind_find(struct bytes oid, struct cms *out)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (oid_is(oid, kinds[i].oid)) {
			out->kind = kinds[i].kind;
			out->gm = kinds[i].gm;
			return true;
		}
	return false;
}

bool cms_is(struct bytes der)
{
	struct bytes body, oid;
	struct cms kind;
	struct err e;

	return der_take(&der, DER_SEQUENCE, &body, &e) && der_oid(&body, &oid, &e) &&
	       kind_find(oid, &kind);
}

/* The content as PKCS#7 (ANY, hashed without tag and length) and as CMS (an OCTET STRING
 * in [0]) write it: for an OCTET STRING both are the same octets on the wire. */
static bool read_content(struct bytes *in, struct cms_content *out, struct err *e)
{
	struct bytes body, explicit;
	struct der any;

	if (!der_take(in, DER_SEQUENCE, &body, e) || !der_oid(&body, &out->type, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &explicit, &out->present, e) ||
		!der_end(body, e))
		return err_in(e, "contentInfo");
	if (!out->present)
		return true;
	if (!der_next(&explicit, &any, e) || !der_end(explicit, e))
		return err_in(e, "content");
	out->octets = any.body;
	return true;
}

static bool read_signed(struct cms *out, struct bytes in, struct err *e)
{
	struct bytes algorithms;
	bool present;

	return der_small(&in, DER_INTEGER, 5, &out->version, e) &&
	       der_take(&in, DER_SET, &algorithms, e) &&
	       read_content(&in, &out->content, e) &&
	       der_take_optional(&in, DER_CONTEXT(0), &out->certs, &present, e) &&
	       der_take_optional(&in, DER_CONTEXT(1), &out->crls, &present, e) &&
	       der_take(&in, DER_SET, &out->signers, e) && der_end(in, e);
}

//= GB/T 35275-2017 §9: EncryptedContentInfo with [0] IMPLICIT content, sharedInfo1 and sharedInfo2
static bool read_encrypted(struct cms *out, struct bytes *in, struct err *e)
{
	struct bytes body, shared;
	bool present;

	if (!der_take(in, DER_SEQUENCE, &body, e) ||
		!der_oid(&body, &out->encrypted_type, e) ||
		!der_algorithm(&body, &out->cipher_oid, &out->cipher_params, e))
		return err_in(e, "encryptedContentInfo");
	if (der_peek(body) == DER_CONTEXT(0))
		return err_set(e, ERR_UNSUPPORTED,
			"encryptedContentInfo: content in several pieces");
	return der_take_optional(
		       &body, DER_CONTEXT_PRIMITIVE(0), &out->encrypted, &present, e) &&
	       der_take_optional(&body, DER_CONTEXT_PRIMITIVE(1), &shared, &present, e) &&
	       der_take_optional(&body, DER_CONTEXT_PRIMITIVE(2), &shared, &present, e) &&
	       der_end(body, e);
}

static bool read_enveloped(struct cms *out, struct bytes in, struct err *e)
{
	struct bytes skipped;
	bool present;

	return der_small(&in, DER_INTEGER, 4, &out->version, e) &&
	       der_take_optional(&in, DER_CONTEXT(0), &skipped, &present, e) &&
	       der_take(&in, DER_SET, &out->recipients, e) &&
	       read_encrypted(out, &in, e) &&
	       der_take_optional(&in, DER_CONTEXT(1), &skipped, &present, e) &&
	       der_end(in, e);
}

static bool read_signed_enveloped(struct cms *out, struct bytes in, struct err *e)
{
	struct bytes algorithms;
	bool present;

	return der_small(&in, DER_INTEGER, 4, &out->version, e) &&
	       der_take(&in, DER_SET, &out->recipients, e) &&
	       der_take(&in, DER_SET, &algorithms, e) && read_encrypted(out, &in, e) &&
	       der_take_optional(&in, DER_CONTEXT(0), &out->certs, &present, e) &&
	       der_take_optional(&in, DER_CONTEXT(1), &out->crls, &present, e) &&
	       der_take(&in, DER_SET, &out->signers, e) && der_end(in, e);
}

bool cms_read(struct cms *out, struct bytes der, struct err *e)
{
	struct bytes body, oid, explicit, inner;
	struct cms c = {0};

	if (!der_only(der, DER_SEQUENCE, &body, e) || !der_oid(&body, &oid, e))
		return err_in(e, "ContentInfo");
	if (!kind_find(oid, &c))
		return err_set(
			e, ERR_UNSUPPORTED, "ContentInfo: content type not read here");
	if (!der_take(&body, DER_CONTEXT(0), &explicit, e) || !der_end(body, e) ||
		!der_only(explicit, DER_SEQUENCE, &inner, e))
		return err_in(e, "ContentInfo");
	switch (c.kind) {
	case CMS_SIGNED:
		if (!read_signed(&c, inner, e))
			return err_in(e, "SignedData");
		break;
	case CMS_ENVELOPED:
		if (!read_enveloped(&c, inner, e))
			return err_in(e, "EnvelopedData");
		break;
	case CMS_SIGNED_ENVELOPED:
		if (!read_signed_enveloped(&c, inner, e))
			return err_in(e, "SignedAndEnvelopedData");
		break;
	}
	*out = c;
	return true;
}

/* IssuerAndSerialNumber, or a subject key identifier under [0]: CFCA's kits write the
 * latter with version 2 (standards §1). The issuer may be a bare placeholder in escrow
 * files. */
static bool read_id(struct bytes *in, struct cms_id *out, struct err *e)
{
	struct bytes body;
	struct der name;

	*out = (struct cms_id){0};
	if (der_peek(*in) == DER_CONTEXT_PRIMITIVE(0))
		return der_take(in, DER_CONTEXT_PRIMITIVE(0), &out->key_id, e);
	if (der_peek(*in) == DER_CONTEXT(0)) {
		if (!der_take(in, DER_CONTEXT(0), &body, e))
			return false;
		return der_only(body, DER_OCTET_STRING, &out->key_id, e);
	}
	if (!der_take(in, DER_SEQUENCE, &body, e) || !der_next(&body, &name, e) ||
		!der_integer_any(&body, &out->serial, e) || !der_end(body, e))
		return err_in(e, "issuerAndSerialNumber");
	out->issuer = name.whole;
	return true;
}

bool cms_signer_next(struct bytes *run, struct cms_signer *out, struct err *e)
{
	struct bytes rest = *run, in, params;
	struct cms_signer s = {0};
	bool present;

	if (!der_take(&rest, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 5, &s.version, e) ||
		!read_id(&in, &s.id, e) ||
		!der_algorithm(&in, &s.digest_oid, &params, e) ||
		!der_take_optional(&in, DER_CONTEXT(0), &s.attrs, &s.has_attrs, e) ||
		!der_algorithm(&in, &s.sig_oid, &params, e) ||
		!der_take(&in, DER_OCTET_STRING, &s.value, e) ||
		!der_take_optional(&in, DER_CONTEXT(1), &s.unsigned_attrs, &present, e) ||
		!der_end(in, e))
		return err_in(e, "SignerInfo");
	*out = s;
	*run = rest;
	return true;
}

bool cms_recipient_next(struct bytes *run, struct cms_recipient *out, struct err *e)
{
	struct bytes rest = *run, in;
	struct cms_recipient r = {0};

	if (der_peek(rest) != DER_SEQUENCE)
		return err_set(e, ERR_UNSUPPORTED, "RecipientInfo: not key transport");
	if (!der_take(&rest, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 4, &r.version, e) ||
		!read_id(&in, &r.id, e) ||
		!der_algorithm(&in, &r.key_oid, &r.key_params, e) ||
		!der_take(&in, DER_OCTET_STRING, &r.encrypted_key, e) || !der_end(in, e))
		return err_in(e, "RecipientInfo");
	*out = r;
	*run = rest;
	return true;
}

/* Takes one Attribute: its type and its single value. */
static bool attr_next(
	struct bytes *run, struct bytes *type, struct bytes *value, struct err *e)
{
	struct bytes in, values;
	struct der v;

	if (!der_take(run, DER_SEQUENCE, &in, e) || !der_oid(&in, type, e) ||
		!der_take(&in, DER_SET, &values, e) || !der_end(in, e) ||
		!der_next(&values, &v, e))
		return err_in(e, "Attribute");
	if (values.n)
		return err_set(e, ERR_MALFORMED, "Attribute with several values");
	*value = v.whole;
	return true;
}

/* Files an attribute where it belongs; those we do not know are only signed. */
static bool attr_keep(
	struct cms_attrs *a, struct bytes type, struct bytes value, struct err *e)
{
	if (oid_is(type, OID_CONTENT_TYPE))
		return der_oid(&value, &a->content_type, e) || err_in(e, "contentType");
	if (oid_is(type, OID_MESSAGE_DIGEST))
		return der_only(value, DER_OCTET_STRING, &a->message_digest, e) ||
		       err_in(e, "messageDigest");
	if (oid_is(type, OID_SIGNING_TIME))
		return der_time(&value, &a->signing_time, e) || err_in(e, "signingTime");
	if (oid_is(type, OID_QY_ORDER_DIGEST))
		return der_only(value, DER_OCTET_STRING, &a->order_digest, e) ||
		       err_in(e, "order digest");
	if (oid_is(type, OID_SIGNING_CERTIFICATE_V2))
		a->signing_certificate = value;
	return true;
}

enum { ATTRS_MAX = 64 };

bool cms_attrs_read(struct cms_attrs *out, struct bytes run, struct err *e)
{
	struct bytes seen[ATTRS_MAX], type, value;
	struct cms_attrs a = {.signing_time = TIME_NONE};
	size_t count = 0;

	while (run.n) {
		if (!attr_next(&run, &type, &value, e))
			return false;
		for (size_t i = 0; i < count; i++)
			if (bytes_equal(seen[i], type))
				return err_set(
					e, ERR_MALFORMED, "Attribute stands twice");
		if (count == ATTRS_MAX)
			return err_set(
				e, ERR_TOO_LARGE, "more than %d attributes", ATTRS_MAX);
		seen[count++] = type;
		if (!attr_keep(&a, type, value, e))
			return false;
	}
	*out = a;
	return true;
}

bool cms_attr_find(struct bytes run, enum oid oid, struct bytes *value)
{
	struct bytes type;
	struct err e;

	while (run.n && attr_next(&run, &type, value, &e))
		if (oid_is(type, oid))
			return true;
	return false;
}

/* A SEQUENCE that begins like TBS_Sign: version, then a seal that begins like one. */
static bool is_tbs_sign(struct bytes content)
{
	struct bytes body, seal, info, header, id;
	uint32_t version;
	struct err e;

	return der_only(content, DER_SEQUENCE, &body, &e) &&
	       der_small(&body, DER_INTEGER, 1000, &version, &e) &&
	       der_take(&body, DER_SEQUENCE, &seal, &e) &&
	       der_take(&seal, DER_SEQUENCE, &info, &e) &&
	       der_take(&info, DER_SEQUENCE, &header, &e) &&
	       der_take(&header, DER_IA5_STRING, &id, &e);
}

static bool is_attributes(struct bytes content)
{
	struct bytes run, type, value;
	struct err e;

	if (!der_only(content, DER_SET, &run, &e) || run.n == 0)
		return false;
	while (run.n)
		if (!attr_next(&run, &type, &value, &e))
			return false;
	return true;
}

bool cms_content_is_confusable(struct bytes content)
{
	return bytes_starts(content, BYTES("QIANYIN-LOGIN-1\0")) ||
	       is_attributes(content) || is_tbs_sign(content);
}
