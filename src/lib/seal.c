/* seal: making seals and sealing OFD files, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_sign.h"

#include "base/time.h"
#include "doc/ofd_verify.h"
#include "doc/ses_write.h"
#include "lib/lib.h"

int qy_seal_make(qy_context *ctx, qy_key *maker,
	const struct qy_seal_make_options *options, struct qy_buffer *out,
	struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	int64_t now = ctx->world->now(ctx->world);
	struct ses_make_spec spec = {0};
	struct bytes *certs, seal;
	struct err e;

	if (!options || options->size != sizeof *options)
		return lib_usage(error, "options of another version");
	if (!maker || !maker->cert)
		return lib_usage(error, "the maker's key has no certificate");
	certs = ARENA_ARRAY(a, options->holder_count, struct bytes);
	for (size_t i = 0; i < options->holder_count; i++)
		if (!cert_decode(a, lib_bytes(options->holders[i]), &certs[i], &e))
			return lib_fail(error, &e);
	spec.version = options->version == 5 ? SES_V5 : SES_V4;
	spec.id = options->id;
	spec.vendor = "QIANYIN";
	spec.type = options->person ? SES_TYPE_PERSON : SES_TYPE_ORGANIZATION;
	spec.name = options->name;
	spec.certs = certs;
	spec.cert_count = options->holder_count;
	spec.by_digest = options->by_digest;
	spec.created = now;
	spec.valid_from = options->valid_from ? options->valid_from * TIME_SECOND : now;
	spec.valid_to = options->valid_to ? options->valid_to * TIME_SECOND
					  : now + 365 * TIME_DAY;
	spec.picture = (struct ses_picture){BYTES("PNG"), lib_bytes(options->picture),
		options->width_mm, options->height_mm};
	spec.maker = maker->key;
	spec.maker_cert = bytes_make(maker->cert, maker->cert_size);
	if (!ses_make(a, &seal, ctx->world, &spec, &e))
		return lib_fail(error, &e);
	lib_give(out, seal);
	return 1;
}

/* Verifies what was just written, as a stranger would: the new signature's own
 * mathematics must hold, and no earlier signature may have become worse. */
static bool check_result(
	qy_context *ctx, const char *path, const struct report *before, struct err *e)
{
	static const enum check_id own[] = {CHECK_FORMAT, CHECK_DIGEST_DOCUMENT,
		CHECK_DIGEST_FILES, CHECK_SIGNATURE_VALUE, CHECK_COVERAGE};
	AUTO(arena) a = arena_new();
	AUTO(source) file = NULL;
	AUTO(ofd) o = NULL;
	struct report *r;
	struct judge j;

	if (!lib_judge(&j, ctx, a, e) || !source_open(&file, path, e) ||
		!ofd_open(&o, file, e))
		return false;
	r = report_new(&j, path, "ofd");
	if (!ofd_judge(r, &j, o, NULL, NULL, e))
		return false;
	return lib_check_added(before, r, 1, own, sizeof own / sizeof *own, e);
}

static bool report_before(struct report **out, qy_context *ctx, struct arena *a,
	struct ofd *o, const char *path, struct err *e)
{
	struct judge j;

	if (!lib_judge(&j, ctx, a, e))
		return false;
	*out = report_new(&j, path, "ofd");
	return ofd_judge(*out, &j, o, NULL, NULL, e);
}

static bool seal_file(qy_context *ctx, const char *in_path, const char *out_path,
	const struct ofd_sign_spec *spec, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(source) in = NULL;
	AUTO(outfile) to = NULL;
	AUTO(ofd) o = NULL;
	struct report *before;

	if (!source_open(&in, in_path, e) || !ofd_open(&o, in, e) ||
		!report_before(&before, ctx, a, o, in_path, e) ||
		!outfile_open(&to, out_path, 0644, e) ||
		!ofd_sign(o, sink_to_outfile(to), a, ctx->world, spec, e) ||
		!check_result(ctx, outfile_temporary(to), before, e))
		return false;
	return outfile_commit(to, e);
}

int qy_ofd_seal(qy_context *ctx, qy_key *key, const char *in_path, const char *out_path,
	const struct qy_seal_options *options, struct qy_error *error)
{
	struct ofd_sign_spec spec = {0};
	struct err e;

	if (!options || options->size != sizeof *options)
		return lib_usage(error, "options of another version");
	if (!in_path || !out_path)
		return lib_usage(error, "no path");
	if (!key || !key->cert)
		return lib_usage(error, "the key has no certificate");
	spec.seal = lib_bytes(options->seal);
	spec.key = key->key;
	spec.cert = bytes_make(key->cert, key->cert_size);
	spec.time = ctx->world->now(ctx->world);
	spec.order_digest = lib_bytes(options->order_digest);
	spec.stamper = lib_stamper(ctx);
	spec.page = options->page;
	spec.x_mm = options->x_mm;
	spec.y_mm = options->y_mm;
	spec.straddle = (enum ofd_straddle)options->straddle;
	spec.straddle_y_mm = options->straddle_y_mm;
	if (options->straddle < 0 || options->straddle > 2)
		return lib_usage(error, "straddle: 0, 1 or 2");
	return seal_file(ctx, in_path, out_path, &spec, &e) ? 1 : lib_fail(error, &e);
}
