/* stamp: time stamps on what a context signs, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "lib/lib.h"

int qy_set_tsa(
	qy_context *ctx, const struct qy_tsa_options *options, struct qy_error *error)
{
	if (!options) {
		ctx->tsa = (struct qy_tsa_options){0};
		return 1;
	}
	if (options->size != sizeof *options)
		return lib_usage(error, "options of another version");
	if (!options->stamper || options->digest < QY_SM3 || options->digest > QY_SHA512)
		return lib_usage(error, "a function that asks, and a digest");
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

const struct stamper *lib_stamper(qy_context *ctx)
{
	static const enum digest_alg algs[] = {[QY_SM3] = DIGEST_SM3,
		[QY_SHA256] = DIGEST_SHA256,
		[QY_SHA512] = DIGEST_SHA512};

	if (!ctx->tsa.stamper)
		return NULL;
	ctx->ask = (struct stamper_ask){.world = ctx->world,
		.carry = carry,
		.ctx = &ctx->tsa,
		.alg = algs[ctx->tsa.digest]};
	ctx->stamper = stamper_that_asks(&ctx->ask);
	return &ctx->stamper;
}
