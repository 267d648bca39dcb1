/* ocsp: reading requests and responses. Who may sign one is in ocsp_verify.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pki/ocsp.h"

#include "pki/cert_ext.h"
#include "pki/name.h"
#include "pki/sig_alg.h"

static const struct bytes none;

//= RFC 6960 §4.1.1: CertID
static bool read_id(struct bytes *in, struct ocsp_id *out, struct err *e)
{
	struct ocsp_id id = {0};
	struct bytes rest = *in, body, params;

	if (!der_take_whole(&rest, DER_SEQUENCE, &id.whole, e) ||
		!der_only(id.whole, DER_SEQUENCE, &body, e) ||
		!der_algorithm(&body, &id.hash, &params, e) ||
		!der_take(&body, DER_OCTET_STRING, &id.name_hash, e) ||
		!der_take(&body, DER_OCTET_STRING, &id.key_hash, e) ||
		!der_integer_any(&body, &id.serial, e) || !der_end(body, e))
		return err_in(e, "CertID");
	*out = id;
	*in = rest;
	return true;
}

/* The nonce is an OCTET STRING; older software put bare octets there. */
static bool read_nonce(struct bytes value, struct bytes *nonce, struct err *e)
{
	struct bytes inner;

	*nonce = der_only(value, DER_OCTET_STRING, &inner, e) ? inner : value;
	if (nonce->n == 0 || nonce->n > OCSP_NONCE_MAX)
		return err_set(e, ERR_MALFORMED, "a nonce of %zu octets", nonce->n);
	return true;
}

/* Extensions of a request or a response: the nonce is all we know. */
static bool read_extensions(struct bytes list, struct bytes *nonce, struct err *e)
{
	bool has_nonce = false;

	while (list.n) {
		struct extension x;

		if (!extension_next(&list, &x, e))
			return false;
		if (oid_is(x.oid, OID_OCSP_NONCE)) {
			if (has_nonce)
				return err_set(e, ERR_MALFORMED, "two nonces");
			has_nonce = true;
			if (!read_nonce(x.value, nonce, e))
				return false;
		} else if (x.critical) {
			return err_set(
				e, ERR_UNSUPPORTED, "an unknown critical extension");
		}
	}
	return true;
}

/* [n] EXPLICIT Extensions OPTIONAL; nonce may be null where none belongs. */
static bool take_extensions(
	struct bytes *in, unsigned n, struct bytes *nonce, struct err *e)
{
	struct bytes wrapped, list;
	bool present;

	if (!der_take_optional(in, DER_CONTEXT(n), &wrapped, &present, e))
		return false;
	if (!present)
		return true;
	return (der_only(wrapped, DER_SEQUENCE, &list, e) &&
		       read_extensions(list, nonce, e)) ||
	       err_in(e, "extensions");
}

/* version [0] EXPLICIT INTEGER DEFAULT v1 */
static bool take_version(struct bytes *in, struct err *e)
{
	struct bytes wrapped;
	uint32_t version;
	bool present;

	if (!der_take_optional(in, DER_CONTEXT(0), &wrapped, &present, e))
		return false;
	return !present ||
	       (der_small(&wrapped, DER_INTEGER, 0, &version, e) && der_end(wrapped, e));
}

static bool read_question(struct bytes *in, struct ocsp_id *out, struct err *e)
{
	struct bytes rest = *in, body, unused = none;
	struct ocsp_id id;

	if (!der_take(&rest, DER_SEQUENCE, &body, e) || !read_id(&body, &id, e) ||
		!take_extensions(&body, 0, &unused, e) || !der_end(body, e))
		return err_in(e, "Request");
	*out = id;
	*in = rest;
	return true;
}

//= RFC 6960 §4.1.1: TBSRequest
static bool read_tbs_request(struct ocsp_request *r, struct bytes body, struct err *e)
{
	struct bytes requestor, rest;
	struct ocsp_id id;
	bool present;

	if (!take_version(&body, e) ||
		!der_take_optional(&body, DER_CONTEXT(1), &requestor, &present, e) ||
		!der_take(&body, DER_SEQUENCE, &r->ids, e) ||
		!take_extensions(&body, 2, &r->nonce, e) || !der_end(body, e))
		return false;
	for (rest = r->ids; rest.n; r->count++) {
		if (r->count == OCSP_ASKED_MAX)
			return err_set(e, ERR_TOO_LARGE, "more than %d questions",
				OCSP_ASKED_MAX);
		if (!read_question(&rest, &id, e))
			return false;
	}
	return r->count || err_set(e, ERR_MALFORMED, "no question");
}

bool ocsp_request_parse(struct ocsp_request *out, struct bytes der, struct err *e)
{
	struct ocsp_request r = {0};
	struct bytes body, tbs, signature;
	bool present;

	if (der.n > OCSP_REQUEST_MAX)
		return err_set(e, ERR_TOO_LARGE, "OCSP request: %zu octets", der.n);
	if (!der_only(der, DER_SEQUENCE, &body, e) ||
		!der_take(&body, DER_SEQUENCE, &tbs, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &signature, &present, e) ||
		!der_end(body, e) || !read_tbs_request(&r, tbs, e))
		return err_in(e, "OCSP request");
	*out = r;
	return true;
}

bool ocsp_request_next(struct bytes *rest, struct ocsp_id *out)
{
	struct err e;

	return rest->n && read_question(rest, out, &e);
}

/* RevokedInfo ::= SEQUENCE { revocationTime, revocationReason [0] OPTIONAL } */
static bool read_revoked(struct ocsp_single *s, struct bytes body, struct err *e)
{
	struct bytes reason;
	bool present;

	if (!der_time(&body, &s->revoked_at, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &reason, &present, e) ||
		!der_end(body, e))
		return false;
	return !present || (der_small(&reason, DER_ENUMERATED, 10, &s->reason, e) &&
				   der_end(reason, e));
}

//= RFC 6960 §4.2.1: CertStatus
static bool read_status(struct bytes *in, struct ocsp_single *s, struct err *e)
{
	struct der d;

	if (!der_next(in, &d, e))
		return false;
	if (d.tag == DER_CONTEXT(1)) {
		s->status = OCSP_REVOKED;
		return read_revoked(s, d.body, e) || err_in(e, "RevokedInfo");
	}
	if (d.tag == DER_CONTEXT_PRIMITIVE(0))
		s->status = OCSP_GOOD;
	else if (d.tag == DER_CONTEXT_PRIMITIVE(2))
		s->status = OCSP_UNKNOWN;
	else
		return err_set(e, ERR_MALFORMED, "status with tag %02x", d.tag);
	return der_end(d.body, e);
}

/* singleExtensions; those of CRL entries may stand here (RFC 6960 §4.4.5). */
static bool read_single_extensions(
	struct ocsp_single *s, struct bytes wrapped, struct err *e)
{
	struct bytes list;

	if (!der_only(wrapped, DER_SEQUENCE, &list, e))
		return false;
	while (list.n) {
		struct extension x;

		if (!extension_next(&list, &x, e))
			return false;
		if (oid_is(x.oid, OID_INVALIDITY_DATE)) {
			if (!der_time(&x.value, &s->invalid_since, e) ||
				!der_end(x.value, e))
				return false;
		} else if (x.critical) {
			return err_set(
				e, ERR_UNSUPPORTED, "an unknown critical extension");
		}
	}
	return true;
}

static bool read_single(struct bytes *in, struct ocsp_single *out, struct err *e)
{
	struct ocsp_single s = {.revoked_at = TIME_NONE,
		.invalid_since = TIME_NONE,
		.next_update = TIME_NONE};
	struct bytes rest = *in, body, next, extensions;
	bool has_next, has_extensions;

	if (!der_take(&rest, DER_SEQUENCE, &body, e) || !read_id(&body, &s.id, e) ||
		!read_status(&body, &s, e) || !der_time(&body, &s.this_update, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &next, &has_next, e) ||
		!der_take_optional(
			&body, DER_CONTEXT(1), &extensions, &has_extensions, e) ||
		!der_end(body, e))
		return err_in(e, "SingleResponse");
	if (has_next && (!der_time(&next, &s.next_update, e) || !der_end(next, e)))
		return err_in(e, "nextUpdate");
	if (has_extensions && !read_single_extensions(&s, extensions, e))
		return err_in(e, "singleExtensions");
	*out = s;
	*in = rest;
	return true;
}

static bool read_responder(struct bytes *in, struct ocsp *o, struct err *e)
{
	struct der d;

	if (!der_next(in, &d, e))
		return false;
	if (d.tag == DER_CONTEXT(1)) {
		o->responder_name = d.body;
		return name_is_well_formed(d.body) ||
		       err_set(e, ERR_MALFORMED, "responder is no name");
	}
	if (d.tag == DER_CONTEXT(2))
		return der_only(d.body, DER_OCTET_STRING, &o->responder_key, e);
	return err_set(e, ERR_MALFORMED, "responder with tag %02x", d.tag);
}

//= RFC 6960 §4.2.1: ResponseData
static bool read_tbs(struct ocsp *o, struct err *e)
{
	struct ocsp_single single;
	struct bytes body, rest;

	if (!der_only(o->tbs, DER_SEQUENCE, &body, e) || !take_version(&body, e) ||
		!read_responder(&body, o, e) || !der_time(&body, &o->produced_at, e) ||
		!der_take(&body, DER_SEQUENCE, &o->singles, e) ||
		!take_extensions(&body, 1, &o->nonce, e) || !der_end(body, e))
		return err_in(e, "ResponseData");
	for (rest = o->singles; rest.n; o->single_count++)
		if (!read_single(&rest, &single, e))
			return false;
	return o->single_count || err_set(e, ERR_MALFORMED, "no answer");
}

static bool read_basic(struct ocsp *o, struct bytes der, struct err *e)
{
	struct bytes body, wrapped;
	struct sig_alg_id alg;
	bool present;

	if (!der_only(der, DER_SEQUENCE, &body, e) ||
		!der_take_whole(&body, DER_SEQUENCE, &o->tbs, e) ||
		!sig_alg_read(&body, &alg, e) ||
		!der_bit_string(&body, &o->signature, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &wrapped, &present, e) ||
		!der_end(body, e))
		return err_in(e, "BasicOCSPResponse");
	if (present && !der_only(wrapped, DER_SEQUENCE, &o->certs, e))
		return err_in(e, "certs");
	o->sig_alg = alg.alg;
	o->sig_alg_known = alg.known;
	return read_tbs(o, e);
}

static bool read_response(struct ocsp *o, struct bytes body, struct err *e)
{
	struct bytes wrapped, inner, oid, basic;
	uint32_t result;
	bool present;

	if (!der_small(&body, DER_ENUMERATED, OCSP_UNAUTHORIZED, &result, e) ||
		!der_take_optional(&body, DER_CONTEXT(0), &wrapped, &present, e) ||
		!der_end(body, e))
		return false;
	if (result == 4 || present != (result == OCSP_SUCCESSFUL))
		return err_set(e, ERR_MALFORMED, "result %u", (unsigned)result);
	o->result = (enum ocsp_result)result;
	if (!present)
		return true;
	if (!der_only(wrapped, DER_SEQUENCE, &inner, e) || !der_oid(&inner, &oid, e) ||
		!der_take(&inner, DER_OCTET_STRING, &basic, e) || !der_end(inner, e))
		return err_in(e, "ResponseBytes");
	if (!oid_is(oid, OID_OCSP_BASIC))
		return err_set(e, ERR_UNSUPPORTED, "a type of response we do not read");
	return read_basic(o, basic, e);
}

bool ocsp_parse(struct ocsp *out, struct bytes der, struct err *e)
{
	struct ocsp o = {.der = der, .produced_at = TIME_NONE};
	struct bytes body;

	if (der.n > OCSP_MAX)
		return err_set(e, ERR_TOO_LARGE, "OCSP response: %zu octets", der.n);
	if (!der_only(der, DER_SEQUENCE, &body, e) || !read_response(&o, body, e))
		return err_in(e, "OCSP response");
	sm3_of(der, o.sm3);
	*out = o;
	return true;
}

bool ocsp_next(struct bytes *rest, struct ocsp_single *out)
{
	struct err e;

	return rest->n && read_single(rest, out, &e);
}
