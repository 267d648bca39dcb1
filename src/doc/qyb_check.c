/* qyb_check: what is stored against the digests over it, and the header's signature; see
 * qyb.h. SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "crypto/merkle.h"
#include "doc/cms_check.h"
#include "doc/qyb.h"

enum { PIECE = 64 * 1024 };

static bool leaf_of(uint8_t out[SM3_SIZE], struct source *file, uint64_t at, uint64_t n,
	struct err *e)
{
	AUTO(digest) d = digest_new(DIGEST_SM3);
	AUTO_MEM uint8_t *piece = mem_alloc(PIECE);

	digest_put(d, BYTES("\0"));
	while (n) {
		size_t some = n < PIECE ? (size_t)n : PIECE;

		if (!source_read(file, at, piece, some, e))
			return false;
		digest_put(d, bytes_make(piece, some));
		at += some;
		n -= some;
	}
	digest_finish(d, out);
	return true;
}

static bool part_check(const struct qyb *q, const struct qyb_part *p, struct err *e)
{
	struct merkle tree = {.n = 0};
	uint8_t leaf[SM3_SIZE], root[SM3_SIZE];
	uint64_t at = p->at;

	for (uint32_t j = 0; j < p->count; j++) {
		uint32_t n = qyb_chunk_size(p, j);

		if (!leaf_of(leaf, q->file, at, n, e))
			return false;
		merkle_add(&tree, leaf);
		at += n;
	}
	merkle_finish(root, &tree);
	if (!bytes_equal(bytes_make(root, SM3_SIZE), BYTES_OF(p->root)))
		return err_set(e, ERR_MALFORMED, "part %.*s is not what was signed",
			(int)p->id.n, (const char *)p->id.p);
	return true;
}

bool qyb_check_stored(const struct qyb *q, struct err *e)
{
	for (size_t k = 0; k < q->part_count; k++)
		if (!part_check(q, &q->parts[k], e))
			return false;
	return true;
}

/* The one signer of the message. */
static bool only_signer(
	struct cms *c, struct cms_signer *s, struct bytes der, struct err *e)
{
	struct bytes run;

	if (!cms_read(c, der, e))
		return false;
	run = c->signers;
	if (c->kind != CMS_SIGNED || c->content.present || !cms_signer_next(&run, s, e) ||
		run.n)
		return err_set(e, ERR_SIGNER, "not one detached signature");
	return true;
}

bool qyb_check_signature(
	const struct qyb *q, struct arena *a, struct cert *cert, struct err *e)
{
	AUTO(source) content = source_of_bytes(q->header);
	struct verdict v = verdict_make(a, LANG_EN);
	struct evidence *evidence = evidence_new(a);
	struct judge j = {.arena = a, .lang = LANG_EN, .evidence = evidence};
	struct cms_given given = {.content = content, .content_type = OID_QY_QYB_HEADER};
	struct cms_found found = {0};
	struct cms_signer s;
	enum sub sub;
	struct cms c;

	if (!q->signature.n)
		return err_set(e, ERR_SIGNER, "the header is not signed");
	if (!only_signer(&c, &s, q->signature, e))
		return err_in(e, "signature of the header");
	cms_gather(&j, &c);
	cms_check_signer(&v, &j, &c, &s, &given, &found);
	if (verdict_indication(&v, &sub) != INDICATION_PASSED || !found.has_cert)
		return err_set(
			e, ERR_SIGNER, "signature of the header: %s", sub_name(sub));
	if (!bytes_equal(BYTES_OF(found.cert.sm3), BYTES_OF(q->context.signer)))
		return err_set(e, ERR_SIGNER, "signed by another than the header names");
	if (!cert_may_sign(&found.cert))
		return err_set(e, ERR_SIGNER, "the signer's certificate may not sign");
	*cert = found.cert;
	return true;
}
