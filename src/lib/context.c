/* context: trust, evidence, language and clock of libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "lib/lib.h"

#include "base/text.h"
#include "base/time.h"

#include <stdio.h>
#include <string.h>

enum { EVIDENCE_FILES_MAX = 4096 };

const char *qy_version(void)
{
	return QIANYIN_VERSION;
}

/* The numbers of enum qy_code are promised; those of enum err_code are not. */
static int public_code(enum err_code code)
{
	static const int codes[ERR_COUNT] = {
		[ERR_NONE] = QY_OK,
		[ERR_MALFORMED] = QY_MALFORMED,
		[ERR_UNSUPPORTED] = QY_UNSUPPORTED,
		[ERR_TOO_LARGE] = QY_TOO_LARGE,
		[ERR_USAGE] = QY_USAGE,
		[ERR_NOT_FOUND] = QY_NOT_FOUND,
		[ERR_NO_INPUT] = QY_NO_INPUT,
		[ERR_WRITE] = QY_WRITE,
		[ERR_IO] = QY_IO,
		[ERR_BUSY] = QY_BUSY,
		[ERR_DENIED] = QY_DENIED,
		[ERR_PASSWORD] = QY_PASSWORD,
		[ERR_DECRYPT] = QY_DECRYPT,
		[ERR_KEY_MISMATCH] = QY_KEY_MISMATCH,
		[ERR_SIGNER] = QY_SIGNER,
		[ERR_ROLLBACK] = QY_ROLLBACK,
		[ERR_CRYPTO] = QY_CRYPTO,
	};

	return codes[code];
}

static enum err_code internal_code(int code)
{
	for (enum err_code c = ERR_NONE; c < ERR_COUNT; c++)
		if (public_code(c) == code)
			return c;
	return ERR_IO;
}

int lib_fail(struct qy_error *out, const struct err *e)
{
	if (out) {
		out->code = public_code(e->code);
		(void)snprintf(out->text, sizeof out->text, "%s", e->text);
	}
	return 0;
}

bool lib_err(struct err *e, const struct qy_error *from)
{
	enum err_code code = internal_code(from->code);

	return err_set(e, code == ERR_NONE ? ERR_IO : code, "%.*s",
		(int)sizeof from->text - 1, from->text);
}

int lib_usage(struct qy_error *out, const char *text)
{
	struct err e;

	err_set(&e, ERR_USAGE, "%s", text);
	return lib_fail(out, &e);
}

qy_context *qy_context_new(const char *lang)
{
	qy_context *ctx = NEW(qy_context);

	ctx->arena = arena_new();
	ctx->lang = lang_of(lang);
	ctx->constraints = constraints_today();
	ctx->world = world_system();
	return ctx;
}

void qy_context_free(qy_context *ctx)
{
	if (!ctx)
		return;
	arena_free(ctx->arena);
	mem_free(ctx->evidence);
	mem_free(ctx);
}

const char *qy_error_message(qy_context *ctx, const struct qy_error *error)
{
	struct err e;

	err_set(&e, internal_code(error->code), "%s", error->text);
	return err_say(ctx->arena, ctx->lang, &e);
}

static int64_t fixed_now(struct world *w)
{
	return ((qy_context *)((char *)w - offsetof(qy_context, fixed)))->fixed_at;
}

void qy_set_time(qy_context *ctx, int64_t seconds)
{
	ctx->fixed = *world_system();
	ctx->fixed.now = fixed_now;
	ctx->fixed_at = seconds * TIME_SECOND;
	ctx->world = &ctx->fixed;
}

int qy_declare_broken(qy_context *ctx, const char *declaration, struct qy_error *error)
{
	struct err e;

	return constraints_declare(&ctx->constraints, bytes_str(declaration), &e)
		       ? 1
		       : lib_fail(error, &e);
}

int qy_trust_load(
	qy_context *ctx, struct qy_bytes store, unsigned flags, struct qy_error *error)
{
	struct trust *t;
	struct err e;

	if (!trust_read(&t, ctx->arena, lib_bytes(store), &e))
		return lib_fail(error, &e);
	t->allow_demonstration = flags & QY_TRUST_DEMONSTRATION;
	ctx->trust = t;
	(void)snprintf(ctx->trust_signer, sizeof ctx->trust_signer, "%s",
		hex_encode(ctx->arena, BYTES_OF(t->signer.sm3)));
	return 1;
}

const char *qy_trust_signer(qy_context *ctx)
{
	return ctx->trust ? ctx->trust_signer : "";
}

uint64_t qy_trust_serial(qy_context *ctx)
{
	return ctx->trust ? ctx->trust->serial : 0;
}

int qy_trust_remember(qy_context *ctx, const char *folder, struct qy_error *error)
{
	struct err e;

	if (!ctx->trust)
		return lib_usage(error, "no trust store loaded");
	return trust_remember(ctx->trust, folder, &e) ? 1 : lib_fail(error, &e);
}

int qy_evidence_add(qy_context *ctx, struct qy_bytes file, struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	struct evidence *trial = evidence_new(a);
	struct bytes octets = lib_bytes(file);
	struct err e;

	if (!evidence_add_file(trial, octets, &e))
		return lib_fail(error, &e);
	if (ctx->evidence_count == EVIDENCE_FILES_MAX)
		return lib_usage(error, "too many files of evidence");
	if (ctx->evidence_count == ctx->evidence_cap) {
		size_t cap = ctx->evidence_cap ? ctx->evidence_cap * 2 : 8;

		ctx->evidence = mem_resize(ctx->evidence,
			ctx->evidence_cap * sizeof *ctx->evidence,
			cap * sizeof *ctx->evidence);
		ctx->evidence_cap = cap;
	}
	ctx->evidence[ctx->evidence_count++] = arena_dup(ctx->arena, octets);
	return 1;
}

bool lib_judge(struct judge *out, qy_context *ctx, struct arena *a, struct err *e)
{
	*out = (struct judge){.arena = a,
		.lang = ctx->lang,
		.trust = ctx->trust,
		.evidence = evidence_new(a),
		.poe = poe_new(a),
		.constraints = &ctx->constraints,
		.now = ctx->world->now(ctx->world)};
	for (size_t i = 0; i < ctx->evidence_count; i++)
		if (!evidence_add_file(out->evidence, ctx->evidence[i], e))
			return false;
	return true;
}

void lib_give(struct qy_buffer *out, struct bytes b)
{
	out->data = mem_dup(b);
	out->size = b.n;
}

void qy_buffer_set(struct qy_buffer *buffer, struct qy_bytes octets)
{
	qy_buffer_free(buffer);
	lib_give(buffer, lib_bytes(octets));
}

void qy_buffer_free(struct qy_buffer *buffer)
{
	if (!buffer || !buffer->data)
		return;
	mem_wipe(buffer->data, buffer->size);
	mem_free(buffer->data);
	*buffer = (struct qy_buffer){0};
}
