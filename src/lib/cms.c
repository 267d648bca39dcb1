/* cms: signed and encrypted messages, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/cms_write.h"

#include "doc/cms_verify.h"
#include "lib/lib.h"

int qy_cms_sign(qy_context *ctx, qy_key *key, const char *content_path, int attached,
	struct qy_buffer *out, struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	AUTO(source) content = NULL;
	struct bytes der;
	struct err e;

	if (!key || !key->cert)
		return lib_usage(error, "the key has no certificate");
	if (!content_path)
		return lib_usage(error, "no path");
	if (!source_open(&content, content_path, &e) ||
		!cms_sign(a, &der, ctx->world,
			&(struct cms_sign_spec){.content = content,
				.attached = attached,
				.key = key->key,
				.cert = bytes_make(key->cert, key->cert_size),
				.others = key->others,
				.others_count = key->others_count,
				.signing_time = ctx->world->now(ctx->world),
				.stamper = lib_stamper(ctx)},
			&e))
		return lib_fail(error, &e);
	lib_give(out, der);
	return 1;
}

int qy_cms_encrypt(qy_context *ctx, qy_key *signer, struct qy_bytes content,
	const struct qy_bytes *recipients, size_t count, struct qy_buffer *out,
	struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	struct cms_seal_spec spec = {
		.content = lib_bytes(content), .recipient_count = count};
	struct bytes *certs = ARENA_ARRAY(a, count, struct bytes), der;
	struct err e;

	for (size_t i = 0; i < count; i++)
		if (!cert_decode(a, lib_bytes(recipients[i]), &certs[i], &e))
			return lib_fail(error, &e);
	spec.recipients = certs;
	if (signer) {
		if (!signer->cert)
			return lib_usage(error, "the key has no certificate");
		spec.signer = signer->key;
		spec.signer_cert = bytes_make(signer->cert, signer->cert_size);
	}
	if (!cms_envelope(a, &der, ctx->world, &spec, &e))
		return lib_fail(error, &e);
	lib_give(out, der);
	return 1;
}

/* Judges the signers of an opened SignedAndEnvelopedData over its plaintext. */
static bool judge_inside(qy_context *ctx, struct bytes message, struct secret *content,
	qy_report **out, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(source) plain =
		source_of_bytes(bytes_make(secret_view(content), secret_size(content)));
	struct cms_given given = {.content = plain};
	struct cms_signer signer;
	struct judge j;
	struct report *r;
	struct bytes run, own;
	struct cms c;

	own = arena_dup(a, message);
	if (!lib_judge(&j, ctx, a, e) || !cms_read(&c, own, e))
		return false;
	cms_gather(&j, &c);
	r = report_new(&j, "", "cms");
	run = c.signers;
	while (run.n) {
		struct report_signature *s;

		if (r->count == CMS_SIGNERS_MAX)
			return err_set(e, ERR_TOO_LARGE, "more than %d signers",
				CMS_SIGNERS_MAX);
		if (!cms_signer_next(&run, &signer, e))
			return false;
		s = report_add(r, REPORT_SIGNATURE, "gbt35275");
		if (!s)
			return err_set(e, ERR_TOO_LARGE, "too many signers");
		cms_judge_signer(r, s, &j, &c, &signer, &given);
	}
	report_conclude(r);
	*out = NEW(qy_report);
	(*out)->world = ctx->world;
	(*out)->report = r;
	(*out)->arena = arena_move(&a);
	return true;
}

int qy_cms_decrypt(qy_context *ctx, qy_key *key, struct qy_bytes message,
	struct qy_buffer *out, int *is_signed, qy_report **report, struct qy_error *error)
{
	struct bytes der = lib_bytes(message);
	struct cms_opened opened;
	bool has_cert = false;
	struct cert cert;
	struct err e;

	if (!key)
		return lib_usage(error, "no key");
	if (key->cert)
		has_cert = cert_parse(&cert, bytes_make(key->cert, key->cert_size), &e);
	if (!cms_open(&opened, der, key->key, has_cert ? &cert : NULL, &e))
		return lib_fail(error, &e);
	if (report)
		*report = NULL;
	if (report && opened.is_signed &&
		!judge_inside(ctx, der, opened.content, report, &e)) {
		secret_free(opened.content);
		return lib_fail(error, &e);
	}
	lib_give(out,
		bytes_make(secret_view(opened.content), secret_size(opened.content)));
	secret_free(opened.content);
	if (is_signed)
		*is_signed = opened.is_signed;
	return 1;
}
