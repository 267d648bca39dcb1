/* ses_read: see ses.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "base/time.h"
#include "doc/ses.h"

/* How many elements a SEQUENCE body has, at most 9. */
static size_t count_elements(struct bytes body)
{
	struct err e;
	struct der d;
	size_t n = 0;

	while (body.n && n < 9) {
		if (!der_next(&body, &d, &e))
			return 0;
		n++;
	}
	return n;
}

/* SES_Header begins an info: SEQUENCE { SEQUENCE { IA5String "ES", … */
static bool is_info(struct bytes in)
{
	struct bytes info, header, id;
	struct err e;

	return der_take(&in, DER_SEQUENCE, &info, &e) &&
	       der_take(&info, DER_SEQUENCE, &header, &e) &&
	       der_take(&header, DER_IA5_STRING, &id, &e) && bytes_equal(id, BYTES("ES"));
}

bool ses_is_seal(struct bytes der)
{
	struct bytes body;
	struct err e;

	return der_take(&der, DER_SEQUENCE, &body, &e) && is_info(body);
}

bool ses_is_signature(struct bytes der)
{
	struct bytes body, tbs;
	struct der version;
	struct err e;

	return der_take(&der, DER_SEQUENCE, &body, &e) &&
	       der_take(&body, DER_SEQUENCE, &tbs, &e) && der_next(&tbs, &version, &e) &&
	       version.tag == DER_INTEGER && ses_is_seal(tbs);
}

static bool read_header(
	struct bytes *info, struct ses_seal *s, uint32_t *version, struct err *e)
{
	struct bytes in, id;

	//= GB/T 38540-2020 §6.1.2: header holds the mark ES, the version and the maker's vendor
	if (!der_take(info, DER_SEQUENCE, &in, e) ||
		!der_take(&in, DER_IA5_STRING, &id, e) ||
		!der_small(&in, DER_INTEGER, 1000, version, e) ||
		!der_take(&in, DER_IA5_STRING, &s->vendor, e) || !der_end(in, e))
		return err_in(e, "header");
	if (!bytes_equal(id, BYTES("ES")))
		return err_set(e, ERR_MALFORMED, "header: mark is not ES");
	return true;
}

static bool read_property(struct bytes *info, struct ses_seal *s, struct err *e)
{
	struct bytes in;
	uint32_t list_type = 1;

	//= GB/T 38540-2020 §6.1.3: type, name, kind of list, list, creation and validity
	if (!der_take(info, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, UINT32_MAX, &s->type, e) ||
		!der_take(&in, DER_UTF8_STRING, &s->name, e))
		return err_in(e, "property");
	if (s->version != SES_V1 && !der_small(&in, DER_INTEGER, 2, &list_type, e))
		return err_in(e, "property: certListType");
	s->by_digest = list_type == 2;
	if (list_type == 0)
		return err_set(e, ERR_MALFORMED, "property: certListType");
	if (!der_take(&in, DER_SEQUENCE, &s->certs, e) ||
		!der_time(&in, &s->created, e) || !der_time(&in, &s->valid_from, e) ||
		!der_time(&in, &s->valid_to, e) || !der_end(in, e))
		return err_in(e, "property");
	if (!utf8_is_valid(s->name))
		return err_set(e, ERR_MALFORMED, "property: name is not UTF-8");
	return true;
}

static bool read_picture(struct bytes *info, struct ses_picture *p, struct err *e)
{
	struct bytes in;

	//= GB/T 38540-2020 §6.1.4: type, data, width and height in millimetres
	if (!der_take(info, DER_SEQUENCE, &in, e) ||
		!der_take(&in, DER_IA5_STRING, &p->type, e) ||
		!der_take(&in, DER_OCTET_STRING, &p->data, e) ||
		!der_small(&in, DER_INTEGER, SES_SIDE_MAX_MM, &p->width_mm, e) ||
		!der_small(&in, DER_INTEGER, SES_SIDE_MAX_MM, &p->height_mm, e) ||
		!der_end(in, e))
		return err_in(e, "picture");
	if (p->data.n > SES_PICTURE_MAX)
		return err_set(e, ERR_TOO_LARGE, "picture of %zu octets", p->data.n);
	return true;
}

static bool check_list(const struct ses_seal *s, struct err *e)
{
	struct bytes run = s->certs, type, value;
	size_t n = 0;

	while (run.n) {
		if (++n > SES_CERTS_MAX)
			return err_set(e, ERR_TOO_LARGE, "more than %d certificates",
				SES_CERTS_MAX);
		if (!ses_cert_next(s, &run, &type, &value, e))
			return err_in(e, "certList");
	}
	return true;
}

/* ExtensionDatas stand untagged in a seal (measured), and under [0] by one vendor's
 * guide. */
static bool read_ext_datas(struct bytes *in, struct bytes *out, struct err *e)
{
	struct bytes explicit;
	bool present;

	if (!der_take_optional(in, DER_CONTEXT(0), &explicit, &present, e))
		return false;
	if (present)
		return der_only(explicit, DER_SEQUENCE, out, e);
	return der_take_optional(in, DER_SEQUENCE, out, &present, e);
}

static bool read_info(
	struct bytes whole, struct ses_seal *s, size_t elements, struct err *e)
{
	struct bytes in;
	uint32_t version;

	s->info = whole;
	if (!der_only(whole, DER_SEQUENCE, &in, e) || !read_header(&in, s, &version, e) ||
		!der_take(&in, DER_IA5_STRING, &s->id, e))
		return err_in(e, "eSealInfo");
	if (elements == 2 && version < 4)
		s->version = SES_V1;
	else if (elements >= 4 && version == 5)
		s->version = SES_V5;
	else if (elements == 4 && version == 4)
		s->version = SES_V4;
	else
		return err_set(e, ERR_UNSUPPORTED, "seal of version %u with %zu parts",
			version, elements);
	if (!read_property(&in, s, e) || !read_picture(&in, &s->picture, e) ||
		!read_ext_datas(&in, &s->ext_datas, e) || !der_end(in, e))
		return err_in(e, "eSealInfo");
	return check_list(s, e);
}

/* OCTET STRING certificate, OID, BIT STRING: the same three in a row in both versions. */
static bool read_maker(struct bytes *in, struct ses_seal *s, struct err *e)
{
	struct bytes part, value;

	if (!der_take_whole(in, DER_OCTET_STRING, &s->maker_cert_tlv, e))
		return err_in(e, "cert");
	part = s->maker_cert_tlv;
	if (!der_take(&part, DER_OCTET_STRING, &s->maker_cert, e) ||
		!der_take_whole(in, DER_OID, &s->sig_oid_tlv, e))
		return err_in(e, "signature algorithm");
	part = s->sig_oid_tlv;
	if (!der_oid(&part, &s->sig_oid, e) || !der_bit_string(in, &value, e))
		return err_in(e, "signedValue");
	s->value = value;
	return true;
}

/* [0] EXPLICIT BIT STRING with a token. */
static bool read_timestamp(struct bytes *in, struct bytes *out, struct err *e)
{
	struct bytes explicit;
	bool present;

	if (!der_take_optional(in, DER_CONTEXT(0), &explicit, &present, e))
		return false;
	if (!present)
		return true;
	if (!der_bit_string(&explicit, out, e) || !der_end(explicit, e))
		return err_in(e, "timeStamp");
	return true;
}

bool ses_seal_read(struct ses_seal *out, struct bytes der, struct err *e)
{
	struct ses_seal s = {.whole = der};
	struct bytes in, info, sign_info;
	size_t elements;

	if (der.n > SES_MAX)
		return err_set(e, ERR_TOO_LARGE, "SESeal of %zu octets", der.n);
	if (!der_only(der, DER_SEQUENCE, &in, e))
		return err_in(e, "SESeal");
	elements = count_elements(in);
	if (!der_take_whole(&in, DER_SEQUENCE, &info, e) ||
		!read_info(info, &s, elements, e))
		return err_in(e, "SESeal");
	if (s.version == SES_V1) {
		if (!der_take(&in, DER_SEQUENCE, &sign_info, e) ||
			!read_maker(&sign_info, &s, e) || !der_end(sign_info, e))
			return err_in(e, "SESeal: signInfo");
	} else if (!read_maker(&in, &s, e) || !read_timestamp(&in, &s.timestamp, e)) {
		return err_in(e, "SESeal");
	}
	if (!der_end(in, e))
		return err_in(e, "SESeal");
	*out = s;
	return true;
}

bool ses_cert_next(const struct ses_seal *s, struct bytes *run, struct bytes *type,
	struct bytes *value, struct err *e)
{
	struct bytes in;

	*type = (struct bytes){NULL, 0};
	if (!s->by_digest)
		return der_take(run, DER_OCTET_STRING, value, e);
	//= GB/T 38540-2020 §6.1.3: CertDigestObj is a name of the algorithm and a digest
	return der_take(run, DER_SEQUENCE, &in, e) &&
	       der_take(&in, DER_PRINTABLE_STRING, type, e) &&
	       der_take(&in, DER_OCTET_STRING, value, e) && der_end(in, e);
}

bool ses_ext_find(
	struct bytes ext_datas, enum oid oid, struct bytes *value, bool *critical)
{
	struct bytes in, id;
	struct err e;

	while (ext_datas.n) {
		*critical = false;
		if (!der_take(&ext_datas, DER_SEQUENCE, &in, &e) ||
			!der_oid(&in, &id, &e))
			return false;
		if (der_peek(in) == DER_BOOLEAN && !der_boolean(&in, critical, &e))
			return false;
		if (!der_take(&in, DER_OCTET_STRING, value, &e))
			return false;
		if (oid_is(id, oid))
			return true;
	}
	return false;
}

/* "2020-01-25T07:31:56.377Z" or "2020-01-25 07:31:56", as version 1 files hold it. */
static bool read_time_text(struct bytes text, int64_t *t)
{
	uint8_t iso[20];
	struct writer w = writer_over(iso, sizeof iso);
	struct err e;

	if (text.n < 19 || text.n > 24)
		return false;
	write_bytes(&w, bytes_head(text, 10));
	write_u8(&w, 'T');
	write_bytes(&w, bytes_head(bytes_from(text, 11), 8));
	write_u8(&w, 'Z');
	return time_parse_iso(writer_bytes(&w), t, &e);
}

static bool read_time_info(struct bytes *in, struct ses_signature *s, struct err *e)
{
	struct bytes octets;

	s->time = TIME_NONE;
	if (s->version != SES_V1 || der_peek(*in) != DER_BIT_STRING)
		return der_time(in, &s->time, e);
	//= GM/T 0031-2014 §6.2: timeInfo is a BIT STRING: a token, or the time as text
	if (!der_bit_string(in, &octets, e))
		return false;
	if (!read_time_text(octets, &s->time))
		s->time_token = octets;
	return true;
}

static bool read_tbs(struct bytes whole, struct ses_signature *s, struct err *e)
{
	struct bytes in, seal, ext, part;
	uint32_t version;
	bool present;

	s->tbs = whole;
	if (!der_only(whole, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 1000, &version, e) ||
		!der_take_whole(&in, DER_SEQUENCE, &seal, e) ||
		!ses_seal_read(&s->seal, seal, e))
		return err_in(e, "TBS_Sign");
	s->version = s->seal.version;
	//= GB/T 38540-2020 §7.1: the version of TBS_Sign is that of the seal
	if (s->version != SES_V1 && version != (uint32_t)s->version)
		return err_set(e, ERR_MALFORMED,
			"TBS_Sign of version %u over a seal of %d", version, s->version);
	if (!read_time_info(&in, s, e) || !der_bit_string(&in, &s->data_hash, e) ||
		!der_take(&in, DER_IA5_STRING, &s->property, e))
		return err_in(e, "TBS_Sign");
	if (s->version == SES_V1) {
		if (!der_take(&in, DER_OCTET_STRING, &s->signer_cert, e) ||
			!der_oid(&in, &s->sig_oid, e) || !der_end(in, e))
			return err_in(e, "TBS_Sign");
		return true;
	}
	if (!der_take_optional(&in, DER_CONTEXT(0), &ext, &present, e) || !der_end(in, e))
		return err_in(e, "TBS_Sign");
	if (present) {
		part = ext;
		if (!der_only(part, DER_SEQUENCE, &s->ext_datas, e))
			return err_in(e, "TBS_Sign: extDatas");
	}
	return true;
}

bool ses_signature_read(struct ses_signature *out, struct bytes der, struct err *e)
{
	struct ses_signature s = {0};
	struct bytes in, tbs;

	if (der.n > SES_MAX)
		return err_set(e, ERR_TOO_LARGE, "SES_Signature of %zu octets", der.n);
	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_take_whole(&in, DER_SEQUENCE, &tbs, e) || !read_tbs(tbs, &s, e))
		return err_in(e, "SES_Signature");
	if (s.version != SES_V1 && (!der_take(&in, DER_OCTET_STRING, &s.signer_cert, e) ||
					   !der_oid(&in, &s.sig_oid, e)))
		return err_in(e, "SES_Signature");
	if (!der_bit_string(&in, &s.value, e) || !read_timestamp(&in, &s.timestamp, e) ||
		!der_end(in, e))
		return err_in(e, "SES_Signature");
	*out = s;
	return true;
}
