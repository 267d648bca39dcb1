/* verify: see verify.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/verify.h"

#include "base/text.h"
#include "base/time.h"
#include "crypto/keyfile.h"
#include "crypto/pem.h"
#include "doc/cms_verify.h"
#include "doc/pdf_verify.h"
#include "doc/qye.h"
#include "doc/ses_verify.h"
#include "doc/timestamp_file.h"
#include "pki/crl.h"
#include "pki/evidence_find.h"

static bool verify_ofd(struct report **out, const struct judge *j, const char *name,
	struct source *file, ofd_progress *progress, void *ctx, struct err *e)
{
	struct report *r = report_new(j, name, "ofd");
	AUTO(ofd) o = NULL;

	if (!ofd_open(&o, file, e) || !ofd_judge(r, j, o, progress, ctx, e))
		return false;
	*out = r;
	return true;
}

static bool verify_pdf(struct report **out, const struct judge *j, const char *name,
	struct source *file, ofd_progress *progress, void *ctx, struct err *e)
{
	struct report *r = report_new(j, name, "pdf");

	if (!pdf_judge(r, j, file, progress, ctx, e))
		return false;
	*out = r;
	return true;
}

/* Other octets may stand before the header; what is DER or PEM is not taken for PDF. */
static bool is_pdf(struct bytes head)
{
	if (bytes_starts(head, BYTES("%PDF")))
		return true;
	return der_peek(head) != DER_SEQUENCE &&
	       bytes_find(head, BYTES("-----BEGIN ")) == SIZE_MAX &&
	       bytes_find(head, BYTES("%PDF-")) != SIZE_MAX;
}

static bool verify_ses(struct report **out, const struct judge *j, const char *name,
	struct bytes der, struct err *e)
{
	struct report *r = report_new(j, name, "ses-signature");
	AUTO(digest) d = digest_new(DIGEST_SM3);
	struct ses_given given = {0};
	struct ses_signature ses;
	struct report_signature *s;
	uint8_t sm3[SM3_SIZE];

	if (!ses_signature_read(&ses, der, e))
		return false;
	if (j->content) {
		if (!digest_put_source(d, j->content, e))
			return false;
		digest_finish(d, sm3);
		given.data_sm3 = sm3;
	}
	s = report_add(r, REPORT_SEAL, arena_printf(j->arena, "ses-%d", ses.version));
	ses_judge_signature(r, s, j, &ses, &given);
	*out = r;
	return true;
}

static bool verify_seal(struct report **out, const struct judge *j, const char *name,
	struct bytes der, struct err *e)
{
	struct report *r = report_new(j, name, "seal");
	struct ses_seal seal;

	if (!ses_seal_read(&seal, der, e))
		return false;
	ses_judge_seal(r,
		report_add(r, REPORT_SEAL_DATA,
			arena_printf(j->arena, "ses-%d", seal.version)),
		j, &seal);
	*out = r;
	return true;
}

static bool verify_timestamp(struct report **out, const struct judge *j, const char *name,
	struct bytes token, struct err *e)
{
	struct report *r = report_new(j, name, "timestamp");

	if (!timestamp_file_judge(r, j, token, e))
		return false;
	*out = r;
	return true;
}

static bool verify_cms(struct report **out, const struct judge *j, const char *name,
	struct bytes der, struct err *e)
{
	struct report *r = report_new(j, name, "cms");
	struct cms_given given = {.content = j->content};

	if (!cms_judge(r, j, der, &given, e))
		return false;
	*out = r;
	return true;
}

/* The signature over a certificate or CRL, by whichever known certificate bears the
 * issuer's name. */
static void check_issued(struct report_signature *s, const struct judge *j,
	struct bytes issuer, bool (*is_by)(const void *thing, const struct cert *issuer),
	const void *thing, const struct cert *itself)
{
	const struct cert *c;
	bool found = false;
	size_t at = 0;

	if (itself && bytes_equal(itself->subject, issuer)) {
		found = true;
		if (is_by(thing, itself)) {
			verdict_pass(&s->verdict, CHECK_SIGNATURE_VALUE,
				"RFC 5280 §4.1.1.3",
				say(j->arena, j->lang, MSG_VERIFY_SELF_SIGNED));
			return;
		}
	}
	while ((c = evidence_cert_by_subject(j->evidence, issuer, &at))) {
		found = true;
		if (!is_by(thing, c))
			continue;
		verdict_pass(&s->verdict, CHECK_SIGNATURE_VALUE, "RFC 5280 §4.1.1.3",
			name_format(j->arena, issuer));
		return;
	}
	if (found)
		verdict_fail(&s->verdict, CHECK_SIGNATURE_VALUE, SUB_SIG_CRYPTO_FAILURE,
			"RFC 5280 §4.1.1.3", say(j->arena, j->lang, MSG_CMS_VALUE_WRONG));
	else
		verdict_skip(&s->verdict, CHECK_SIGNATURE_VALUE,
			SUB_NO_CERTIFICATE_CHAIN_FOUND, "RFC 5280 §4.1.1.3",
			say(j->arena, j->lang, MSG_VERIFY_NO_ISSUER,
				name_format(j->arena, issuer)));
}

static bool cert_is_by(const void *thing, const struct cert *issuer)
{
	return issuer->key_known && cert_verify(thing, &issuer->key);
}

static bool crl_is_by(const void *thing, const struct cert *issuer)
{
	return crl_verify(thing, issuer);
}

static void verify_cert(struct report **out, const struct judge *j, const char *name,
	const struct cert *c)
{
	struct report *r = report_new(j, name, "certificate");
	struct report_signature *s = report_add(r, REPORT_CERTIFICATE, "x509");
	struct proof_time now = {.at = j->now, .claimed = TIME_NONE};
	struct opinion_request question;
	struct opinion opinion;
	struct trust_anchor anchor = {.credit_code = CREDIT_NONE};

	verdict_pass(&s->verdict, CHECK_FORMAT, "GM/T 0015-2012 §5", "");
	question = judge_question(
		j, c, cert_may_sign(c) ? TRUST_SIGNER : TRUST_ENCRYPTION, &now);
	opinion_form(&opinion, j->arena, j->lang, &question);
	/* The chain knows the store's certificates, the evidence only what was given. */
	if (opinion.path_count > 1 && cert_is_by(c, &opinion.path[1]))
		verdict_pass(&s->verdict, CHECK_SIGNATURE_VALUE, "RFC 5280 §4.1.1.3",
			name_format(j->arena, c->issuer));
	else
		check_issued(s, j, c->issuer, cert_is_by, c, c);
	/* The usages asked above are those of holders; a CA's own certificate has none.
	 */
	if (c->is_ca)
		opinion.usage.present = false;
	opinion_enter(&opinion, &s->verdict);
	report_set_signer(r, s, c, opinion.anchor ? opinion.anchor : &anchor);
	report_set_national(s, j, NULL);
	*out = r;
}

static void verify_crl(
	struct report **out, const struct judge *j, const char *name, const struct crl *c)
{
	struct report *r = report_new(j, name, "crl");
	struct report_signature *s = report_add(r, REPORT_CRL, "x509-crl");
	const char *period = time_beijing(j->arena, c->this_update);

	if (c->next_update != TIME_NONE)
		period = arena_printf(j->arena, "%s — %s", period,
			time_beijing(j->arena, c->next_update));
	verdict_pass(&s->verdict, CHECK_FORMAT, "RFC 5280 §5", "");
	check_issued(s, j, c->issuer, crl_is_by, c, NULL);
	if (c->next_update != TIME_NONE && c->next_update < j->now)
		verdict_fail(&s->verdict, CHECK_CERT_VALIDITY, SUB_OUT_OF_BOUNDS_NO_POE,
			"RFC 5280 §5.1.2.5", period);
	else
		verdict_pass(
			&s->verdict, CHECK_CERT_VALIDITY, "RFC 5280 §5.1.2.5", period);
	s->signer_issuer = name_format(j->arena, c->issuer);
	report_set_national(s, j, NULL);
	*out = r;
}

/* Of a kind that is judged here? */
static bool is_judged_kind(struct bytes kind)
{
	static const char *const kinds[] = {
		"CERTIFICATE", "X509 CRL", "PKCS7", "CMS", "SIGNED MESSAGE"};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (bytes_equal(kind, bytes_str(kinds[i])))
			return true;
	return false;
}

/* The one PEM block of a text, or base64 text, decoded; else the file itself. A verdict
 * is of the whole file: text around the block would look signed, and DER that holds a
 * block in its content is what it is, not what it holds. */
static bool unwrap(struct bytes *out, struct arena *a, struct bytes file, struct err *e)
{
	struct bytes text = text_trim(file), rest = text, kind, body;

	*out = file;
	if (der_peek(file) == DER_SEQUENCE)
		return true;
	if (bytes_starts(text, BYTES("MI")))
		return base64_decode(a, text, out, e);
	if (!pem_block(&rest, &kind, &body, e))
		return e->code == ERR_NOT_FOUND;
	if (!is_judged_kind(kind))
		return true;
	if (!bytes_starts(text, BYTES("-----BEGIN ")) || rest.n)
		return err_set(e, ERR_MALFORMED,
			"more than one PEM block, or text around it, which nothing "
			"signs");
	return base64_decode(a, body, out, e) || err_in(e, "PEM");
}

/* A private key by its shape: PrivateKeyInfo, EncryptedPrivateKeyInfo, PKCS#12, SM2 file.
 */
static bool is_key_file(struct bytes file)
{
	struct bytes body, oid, params;
	uint32_t version;
	struct err e;

	if (bytes_find(bytes_head(file, 4096), BYTES("PRIVATE KEY-----")) != SIZE_MAX)
		return true;
	if (!der_only(file, DER_SEQUENCE, &body, &e))
		return false;
	if (der_small(&body, DER_INTEGER, 3, &version, &e))
		return der_peek(body) == DER_SEQUENCE;
	return der_algorithm(&body, &oid, &params, &e) && oid_is(oid, OID_PBES2);
}

static bool verify_octets(struct report **out, const struct judge *j, const char *name,
	struct bytes der, struct err *e)
{
	struct err ignored;
	struct cert cert;
	struct bytes token;
	struct crl crl;

	if (timestamp_file_is(der, &token))
		return verify_timestamp(out, j, name, token, e);
	if (cms_is(der))
		return verify_cms(out, j, name, der, e);
	if (ses_is_signature(der))
		return verify_ses(out, j, name, der, e);
	if (ses_is_seal(der))
		return verify_seal(out, j, name, der, e);
	if (cert_parse(&cert, der, &ignored)) {
		verify_cert(out, j, name, &cert);
		return true;
	}
	if (crl_parse(&crl, der, &ignored)) {
		verify_crl(out, j, name, &crl);
		return true;
	}
	if (is_key_file(der))
		return err_set(
			e, ERR_UNSUPPORTED, "a private key: nothing to verify in it");
	if (der_peek(der) == DER_SEQUENCE)
		return err_set(e, ERR_MALFORMED,
			"neither OFD, seal, seal signature, SignedData, certificate nor "
			"CRL");
	return err_set(e, ERR_MALFORMED, "not a file that can carry a signature");
}

static bool verify_qye(struct report **out, const struct judge *j, const char *name,
	struct source *file, struct err *e)
{
	AUTO(qye) q = NULL;

	return qye_open(&q, j->arena, file, e) && qye_judge(out, j, name, q, e);
}

bool verify_file(struct report **out, const struct judge *j, const char *name,
	struct source *file, ofd_progress *progress, void *ctx, struct err *e)
{
	if (qye_is(file))
		return verify_qye(out, j, name, file, e);
	return verify_paper(out, j, name, file, progress, ctx, e);
}

bool verify_paper(struct report **out, const struct judge *j, const char *name,
	struct source *file, ofd_progress *progress, void *ctx, struct err *e)
{
	uint8_t head[PDF_HEADER_WITHIN] = {0};
	size_t n =
		source_size(file) < sizeof head ? (size_t)source_size(file) : sizeof head;
	struct bytes octets, der;

	if (n == 0)
		return err_set(e, ERR_MALFORMED, "the file is empty");
	if (!source_read(file, 0, head, n, e))
		return false;
	if (bytes_starts(bytes_make(head, n), BYTES("PK"))) {
		if (!verify_ofd(out, j, name, file, progress, ctx, e))
			return false;
	} else if (is_pdf(bytes_make(head, n))) {
		if (!verify_pdf(out, j, name, file, progress, ctx, e))
			return false;
	} else {
		if (!source_slurp(file, j->arena, CMS_MAX, &octets, e) ||
			!unwrap(&der, j->arena, octets, e) ||
			!verify_octets(out, j, name, der, e))
			return false;
	}
	report_conclude(*out);
	return true;
}
