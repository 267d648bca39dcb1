/* lock: files locked to several certificates, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_open.h"
#include "doc/qyb_pack.h"
#include "lib/lib.h"

static bool certs_read(struct arena *a, const struct qy_bytes *from, size_t n,
	struct bytes **out, struct err *e)
{
	*out = ARENA_ARRAY(a, n, struct bytes);
	for (size_t i = 0; i < n; i++)
		if (!cert_decode(a, lib_bytes(from[i]), &(*out)[i], e))
			return err_in(e, "recipient %zu", i + 1);
	return true;
}

int qy_lock(qy_context *ctx, const char *in_path, const char *out_path,
	const struct qy_lock_options *options, struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	AUTO(source) content = NULL;
	AUTO(outfile) to = NULL;
	struct qyb_pack_part part = {.id = BYTES("content")};
	struct qyb_pack_spec spec = {.context = {.suite = LOCKBOX_SUITE_FILE},
		.parts = &part,
		.part_count = 1,
		.signing_time = ctx->world->now(ctx->world)};
	struct bytes *certs;
	struct err e;

	if (!options || options->size != sizeof *options || !in_path || !out_path)
		return lib_usage(error, "options or path");
	if (options->signer && !options->signer->cert)
		return lib_usage(error, "the key has no certificate");
	if (!certs_read(a, options->recipients, options->recipient_count, &certs, &e) ||
		!source_open(&content, in_path, &e))
		return lib_fail(error, &e);
	part.content = content;
	spec.owners = certs;
	spec.owner_count = options->recipient_count;
	if (options->signer) {
		spec.signer = options->signer->key;
		spec.signer_cert =
			bytes_make(options->signer->cert, options->signer->cert_size);
	}
	if (!outfile_open(&to, out_path, 0600, &e) ||
		!qyb_pack(to, ctx->world, &spec, NULL, &e) || !outfile_commit(to, &e))
		return lib_fail(error, &e);
	return 1;
}

/* The recipient whose key this is. */
static bool party_of(
	size_t *party, const struct qyb *q, const struct key *key, struct err *e)
{
	for (*party = 0; *party < q->context.party_count; ++*party)
		if (pubkey_equal(&q->certs[*party].key, &key->pub))
			return true;
	return err_set(e, ERR_KEY_MISMATCH, "this key is none of the recipients'");
}

static bool unlock(struct qyb *q, struct key *key, const char *out_path, struct err *e)
{
	AUTO(secret) room = secret_new(sizeof(struct lockbox_value) + LOCKBOX_SECRET);
	struct lockbox_value *v = (struct lockbox_value *)(void *)secret_data(room);
	uint8_t *rho = (uint8_t *)&v[1];
	struct qyb_finding f;
	AUTO(outfile) to = NULL;
	bool committed = false;
	size_t party;

	if (q->context.suite != LOCKBOX_SUITE_FILE)
		return err_set(e, ERR_UNSUPPORTED, "this is a bid and not a locked file");
	if (!party_of(&party, q, key, e) ||
		!qyb_take(v, &committed, q, 0, party, key, e) ||
		!qyb_judge_dealing(&f, q, 0, v, 1, rho, e))
		return false;
	if (f.verdict != QYB_OPENS)
		return err_set(e, ERR_DENIED,
			"the file was not locked honestly: others would open something "
			"else");
	return outfile_open(&to, out_path, 0600, e) &&
	       qyb_extract(q, 0, rho, 0, sink_to_outfile(to), e) && outfile_commit(to, e);
}

int qy_unlock(qy_context *ctx, qy_key *key, const char *in_path, const char *out_path,
	struct qy_buffer *signer, struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	AUTO(source) file = NULL;
	struct qyb *q;
	struct cert cert = {.der = {0}};
	struct err e;

	(void)ctx;
	if (!key || !in_path || !out_path)
		return lib_usage(error, "key or path");
	if (!source_open(&file, in_path, &e) || !qyb_read(&q, a, file, NULL, &e) ||
		(q->signature.n && !qyb_check_signature(q, a, &cert, &e)) ||
		!unlock(q, key->key, out_path, &e))
		return lib_fail(error, &e);
	if (signer)
		lib_give(signer, cert.der);
	return 1;
}
