/* statement: see statement.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/statement.h"

#include "base/time.h"
#include "doc/cms_parts.h"
#include "doc/cms_write.h"
#include "pki/sig_alg.h"

bool statement_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct statement_spec *spec, struct err *e)
{
	AUTO(source) content = source_of_bytes(spec->content);
	struct cms_sign_spec cms = {.profile = CMS_PLAIN,
		.content = content,
		.attached = true,
		.content_type = spec->type,
		.key = spec->key,
		.cert = spec->cert,
		.signing_time = spec->time,
		.sm2_id = spec->sm2_id};

	return cms_sign(a, out, w, &cms, e);
}

/* What was read of a statement. */
struct parts {
	struct cms cms;
	struct cms_signer signer;
	struct cms_attrs attrs;
	struct bytes set; /* the attributes as SET OF */
	enum sig_alg alg;
};

static bool parts_read(struct parts *p, struct statement *s, enum oid type, struct err *e)
{
	if (!cms_read(&p->cms, s->whole, e))
		return false;
	if (p->cms.kind != CMS_SIGNED || !p->cms.content.present ||
		!oid_is(p->cms.content.type, type))
		return err_set(e, ERR_MALFORMED, "another kind of message");
	if (!cms_signer_next(&p->cms.signers, &p->signer, e) ||
		!cert_parse(&s->cert, p->cms.certs, e))
		return false;
	//= Protocols §3: a verifier demands attributes and the contentType it expects
	if (!p->signer.has_attrs || !cms_attrs_read(&p->attrs, p->signer.attrs, e) ||
		!oid_is(p->attrs.content_type, type))
		return err_set(
			e, ERR_MALFORMED, "no attributes, or of another content type");
	if (!s->cert.key_known || !sig_of_oids(&p->alg, p->signer.digest_oid,
					  p->signer.sig_oid, s->cert.key.kind))
		return err_set(e, ERR_UNSUPPORTED, "signed with an unknown algorithm");
	s->content = p->cms.content.octets;
	s->time = p->attrs.signing_time;
	return true;
}

/* Would we have written it so? Then there is nothing in it that nobody signed. */
static bool is_canonical(struct parts *p, const struct statement *s, struct arena *a)
{
	struct cms_message m = {.gm = s->cert.key.kind == KEY_SM2,
		.type = oid_find(p->cms.content.type),
		.alg = p->alg,
		.cert = &s->cert,
		.attached = true,
		.content = s->content,
		.value = p->signer.value};
	struct writer set = writer_in(a, p->signer.attrs.n + 8), to;
	struct err e;

	der_put(&set, DER_SET, p->signer.attrs);
	m.attrs = p->set = writer_bytes(&set);
	to = writer_in(a, cms_message_size(&m));
	return cms_put_message(&to, &m, &e) && bytes_equal(writer_bytes(&to), s->whole);
}

static bool value_holds(
	const struct parts *p, const struct statement *s, struct bytes sm2_id)
{
	uint8_t digest[DIGEST_MAX];
	enum digest_alg alg = sig_digest(p->alg);
	AUTO(digest) d = NULL;
	struct err e;

	digest_of(alg, s->content, digest);
	if (!bytes_equal(p->attrs.message_digest, bytes_make(digest, digest_size(alg))) ||
		!sig_begin(
			&d, &s->cert.key, p->alg, sm2_id.n ? sm2_id : SM2_DEFAULT_ID, &e))
		return false;
	digest_put(d, p->set);
	digest_finish(d, digest);
	return pubkey_verify(&s->cert.key, p->alg, digest, p->signer.value, NULL);
}

bool statement_read(struct statement *out, struct arena *a, struct bytes der,
	enum oid type, struct bytes sm2_id, size_t max, struct err *e)
{
	struct statement s = {.whole = der};
	struct parts p = {0};

	if (der.n > max)
		return err_set(e, ERR_TOO_LARGE, "a statement of %zu octets", der.n);
	if (!parts_read(&p, &s, type, e))
		return err_in(e, "statement");
	if (!is_canonical(&p, &s, a))
		return err_set(e, ERR_MALFORMED,
			"statement: holds more than it says, or not in DER");
	sm3_of(der, s.sm3);
	s.holds = value_holds(&p, &s, sm2_id);
	*out = s;
	return true;
}
