/* stamp: time stamps on what a context signs, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "lib/lib.h"

const char *lib_tsa_fault(const struct qy_tsa_options *options)
{
	if (options->size != sizeof *options)
		return "options of another version";
	if (!options->stamper || options->digest < QY_SM3 || options->digest > QY_SHA512)
		return "a function that asks, and a digest";
	return NULL;
}

int qy_set_tsa(
	qy_context *ctx, const struct qy_tsa_options *options, struct qy_error *error)
{
	if (!options) {
		ctx->tsa = (struct qy_tsa_options){0};
		return 1;
	}
	if (lib_tsa_fault(options))
		return lib_usage(error, lib_tsa_fault(options));
	ctx->tsa = *options;
	return 1;
}

static bool carry(void *ctx, struct arena *a, struct bytes request,
	struct bytes *response, struct err *e)
{
	const struct qy_tsa_options *tsa = ctx;
	struct qy_buffer buffer = {0};
	struct qy_error qe = {.code = QY_IO, .text = "the time stamp function failed"};

	if (!tsa->stamper(
		    tsa->user, (struct qy_bytes){request.p, request.n}, &buffer, &qe)) {
		qy_buffer_free(&buffer);
		return lib_err(e, &qe);
	}
	*response = arena_dup(a, bytes_make(buffer.data, buffer.size));
	qy_buffer_free(&buffer);
	return true;
}

static struct stamper_ask ask_of(qy_context *ctx, struct qy_tsa_options *tsa)
{
	static const enum digest_alg algs[] = {[QY_SM3] = DIGEST_SM3,
		[QY_SHA256] = DIGEST_SHA256,
		[QY_SHA512] = DIGEST_SHA512};

	return (struct stamper_ask){.world = ctx->world,
		.carry = carry,
		.ctx = tsa,
		.alg = algs[tsa->digest]};
}

const struct stamper *lib_stamper(qy_context *ctx)
{
	if (!ctx->tsa.stamper)
		return NULL;
	ctx->ask = ask_of(ctx, &ctx->tsa);
	ctx->stamper = stamper_that_asks(&ctx->ask);
	return &ctx->stamper;
}

struct stamper lib_stamper_of(
	qy_context *ctx, struct arena *a, const struct qy_tsa_options *options)
{
	struct qy_tsa_options *tsa = ARENA_NEW(a, struct qy_tsa_options);
	struct stamper_ask *ask = ARENA_NEW(a, struct stamper_ask);

	*tsa = *options;
	*ask = ask_of(ctx, tsa);
	return stamper_that_asks(ask);
}
