/* timestamp_message: see timestamp_message.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/timestamp_message.h"

#include "base/text.h"
#include "doc/cms_parts.h"

enum { NONCE_MAX = 64, REFUSAL_MAX = 512, OVERHEAD = 64 };

static bool read_imprint(struct timestamp_request *out, struct bytes *in, struct err *e)
{
	struct bytes whole = *in, body, params;

	if (!der_take(in, DER_SEQUENCE, &body, e) ||
		!der_algorithm(&body, &out->imprint_oid, &params, e) ||
		!der_take(&body, DER_OCTET_STRING, &out->imprint, e) || !der_end(body, e))
		return err_in(e, "messageImprint");
	out->message_imprint = bytes_head(whole, whole.n - in->n);
	return true;
}

static bool read_optional(struct timestamp_request *out, struct bytes in, struct err *e)
{
	struct bytes extensions;

	if (der_peek(in) == DER_OID && !der_oid(&in, &out->policy, e))
		return err_in(e, "reqPolicy");
	if (der_peek(in) == DER_INTEGER && !der_integer_any(&in, &out->nonce, e))
		return err_in(e, "nonce");
	if (out->nonce.n > NONCE_MAX)
		return err_set(e, ERR_MALFORMED, "nonce: more than %d octets", NONCE_MAX);
	if (der_peek(in) == DER_BOOLEAN && !der_boolean(&in, &out->wants_cert, e))
		return err_in(e, "certReq");
	return der_take_optional(
		       &in, DER_CONTEXT(0), &extensions, &out->has_extensions, e) &&
	       der_end(in, e);
}

//= RFC 3161 §2.4.1: version, messageImprint, reqPolicy, nonce, certReq, extensions
bool timestamp_request_read(
	struct timestamp_request *out, struct bytes der, struct err *e)
{
	struct timestamp_request r = {0};
	struct bytes in;
	uint32_t version;

	if (der.n > TIMESTAMP_REQUEST_MAX)
		return err_set(e, ERR_TOO_LARGE, "TimeStampReq: more than %d octets",
			TIMESTAMP_REQUEST_MAX);
	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, 1000, &version, e))
		return err_in(e, "TimeStampReq");
	if (version != 1)
		return err_set(e, ERR_UNSUPPORTED, "TimeStampReq: version %u",
			(unsigned)version);
	if (!read_imprint(&r, &in, e) || !read_optional(&r, in, e))
		return err_in(e, "TimeStampReq");
	*out = r;
	return true;
}

bool timestamp_request_write(struct arena *a, struct bytes *out,
	const struct timestamp_question *q, struct err *e)
{
	struct writer w = writer_in(a, OVERHEAD + DIGEST_MAX + q->policy.n + q->nonce.n);
	size_t outer, imprint;

	if (q->imprint.n != digest_size(q->alg))
		return err_set(e, ERR_USAGE, "an imprint of %zu octets is no %s",
			q->imprint.n, digest_name(q->alg));
	outer = der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_INTEGER, 1);
	imprint = der_open(&w, DER_SEQUENCE);
	der_put_algorithm(&w, cms_digest_oid(q->alg), false);
	der_put(&w, DER_OCTET_STRING, q->imprint);
	der_close(&w, imprint);
	if (q->policy.n)
		der_put(&w, DER_OID, q->policy);
	if (q->nonce.n)
		der_put(&w, DER_INTEGER, q->nonce);
	der_put_boolean(&w, true);
	der_close(&w, outer);
	if (w.full)
		return err_set(e, ERR_TOO_LARGE, "TimeStampReq does not fit");
	*out = writer_bytes(&w);
	return true;
}

struct bytes timestamp_nonce_of(uint8_t random[TIMESTAMP_NONCE_SIZE])
{
	/* Between 0x40 and 0x7f: neither negative nor with a zero octet to leave out. */
	random[0] = (uint8_t)((random[0] & 0x3f) | 0x40);
	return bytes_make(random, TIMESTAMP_NONCE_SIZE);
}

const char *timestamp_failure_name(enum timestamp_failure f)
{
	switch (f) {
	case TIMESTAMP_BAD_ALG:
		return "badAlg";
	case TIMESTAMP_BAD_REQUEST:
		return "badRequest";
	case TIMESTAMP_BAD_DATA_FORMAT:
		return "badDataFormat";
	case TIMESTAMP_TIME_NOT_AVAILABLE:
		return "timeNotAvailable";
	case TIMESTAMP_UNACCEPTED_POLICY:
		return "unacceptedPolicy";
	case TIMESTAMP_UNACCEPTED_EXTENSION:
		return "unacceptedExtension";
	case TIMESTAMP_ADD_INFO_NOT_AVAILABLE:
		return "addInfoNotAvailable";
	case TIMESTAMP_SYSTEM_FAILURE:
		return "systemFailure";
	}
	return NULL;
}

static bool read_text(struct timestamp_response *out, struct bytes *in, struct err *e)
{
	struct bytes lines;
	struct der line;

	if (!der_take(in, DER_SEQUENCE, &lines, e) || !der_next(&lines, &line, e))
		return err_in(e, "statusString");
	if (line.tag != DER_UTF8_STRING || !utf8_is_valid(line.body))
		return err_set(e, ERR_MALFORMED, "statusString: no UTF-8");
	out->text = line.body;
	while (lines.n)
		if (!der_take(&lines, DER_UTF8_STRING, &line.body, e))
			return err_in(e, "statusString");
	return true;
}

bool timestamp_response_read(
	struct timestamp_response *out, struct bytes der, struct err *e)
{
	struct timestamp_response r = {0};
	struct bytes in, info, body;
	uint32_t status;
	bool granted;

	if (der.n > TIMESTAMP_ANSWER_MAX)
		return err_set(e, ERR_TOO_LARGE, "TimeStampResp: more than %d octets",
			TIMESTAMP_ANSWER_MAX);
	//= RFC 3161 §2.4.2: PKIStatusInfo, then the token
	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_take(&in, DER_SEQUENCE, &info, e) ||
		!der_small(&info, DER_INTEGER, TIMESTAMP_REVOCATION_NOTIFICATION, &status,
			e) ||
		(der_peek(info) == DER_SEQUENCE && !read_text(&r, &info, e)) ||
		(der_peek(info) == DER_BIT_STRING &&
			!der_named_bits(&info, &r.failures, e)) ||
		!der_end(info, e))
		return err_in(e, "TimeStampResp");
	r.status = (enum timestamp_status)status;
	//= RFC 3161 §2.4.2: a token is present with granted and grantedWithMods, and not otherwise
	granted = status == TIMESTAMP_GRANTED || status == TIMESTAMP_GRANTED_WITH_MODS;
	if (granted != (in.n > 0))
		return err_set(e, ERR_MALFORMED,
			granted ? "TimeStampResp: granted, but no token"
				: "TimeStampResp: refused, but a token");
	r.token = in;
	if (granted && (!der_take(&in, DER_SEQUENCE, &body, e) || !der_end(in, e)))
		return err_in(e, "TimeStampResp");
	*out = r;
	return true;
}

bool timestamp_response_write(
	struct arena *a, struct bytes *out, struct bytes token, struct err *e)
{
	struct writer w = writer_in(a, OVERHEAD + token.n);
	size_t outer = der_open(&w, DER_SEQUENCE), info = der_open(&w, DER_SEQUENCE);

	der_put_small(&w, DER_INTEGER, TIMESTAMP_GRANTED);
	der_close(&w, info);
	write_bytes(&w, token);
	der_close(&w, outer);
	if (w.full)
		return err_set(e, ERR_TOO_LARGE, "TimeStampResp does not fit");
	*out = writer_bytes(&w);
	return true;
}

bool timestamp_refusal_write(struct arena *a, struct bytes *out,
	enum timestamp_failure why, const char *text, struct err *e)
{
	struct writer w = writer_in(a, REFUSAL_MAX);
	size_t outer = der_open(&w, DER_SEQUENCE), info = der_open(&w, DER_SEQUENCE);
	size_t lines;

	der_put_small(&w, DER_INTEGER, TIMESTAMP_REJECTION);
	lines = der_open(&w, DER_SEQUENCE);
	der_put(&w, DER_UTF8_STRING, bytes_head(bytes_str(text), TIMESTAMP_TEXT_MAX));
	der_close(&w, lines);
	der_put_named_bits(&w, UINT32_C(1) << why);
	der_close(&w, info);
	der_close(&w, outer);
	if (w.full)
		return err_set(e, ERR_TOO_LARGE, "TimeStampResp does not fit");
	*out = writer_bytes(&w);
	return true;
}
