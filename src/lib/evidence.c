/* evidence: proof that lasts, made and renewed, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/freeze.h"

#include "lib/lib.h"

enum { AUTHORITIES_MAX = 32 };

/* One request. */
struct request {
	qy_context *ctx;
	struct arena *a;
	struct freeze f;
	struct source *content;
	enum digest_alg tree;
};

static void request_fini(struct request *r)
{
	source_free(r->f.file);
	source_free(r->content);
	arena_free(r->a);
}

#define AUTO_REQUEST __attribute__((cleanup(request_fini))) struct request

static const char *options_fault(const struct qy_evidence_options *o)
{
	if (!o || o->size != sizeof *o)
		return "options of another version";
	if (!o->authorities || o->authority_count == 0 ||
		o->authority_count > AUTHORITIES_MAX)
		return "1 to 32 time stamping authorities";
	for (size_t i = 0; i < o->authority_count; i++)
		if (lib_tsa_fault(&o->authorities[i]))
			return lib_tsa_fault(&o->authorities[i]);
	if (o->tree < QY_TREE_AS_DUE || o->tree > QY_TREE_SHA512)
		return "no such tree";
	return NULL;
}

static bool open_request(struct request *r, const char *path,
	const struct qy_evidence_options *o, struct err *e)
{
	static const enum digest_alg trees[] = {[QY_TREE_SM3] = DIGEST_SM3,
		[QY_TREE_SHA384] = DIGEST_SHA384,
		[QY_TREE_SHA512] = DIGEST_SHA512};
	struct stamper *list = ARENA_ARRAY(r->a, o->authority_count, struct stamper);

	for (size_t i = 0; i < o->authority_count; i++)
		list[i] = lib_stamper_of(r->ctx, r->a, &o->authorities[i]);
	r->f.world = r->ctx->world;
	r->f.name = path;
	r->f.stampers =
		(struct qye_stampers){list, o->authority_count, &r->ctx->constraints};
	r->f.content_name = o->content_path;
	if (o->tree != QY_TREE_AS_DUE) {
		r->tree = trees[o->tree];
		r->f.tree = &r->tree;
	}
	if (!lib_judge(&r->f.judge, r->ctx, r->a, e) ||
		!source_open(&r->f.file, path, e) ||
		(o->content_path && !source_open(&r->content, o->content_path, e)))
		return false;
	r->f.judge.content = r->content;
	r->f.judge.record = record_new(r->a);
	return true;
}

/* Verified again by a judge that knows nothing of the first, then it stands. */
static bool commit(
	struct request *r, struct outfile *to, enum indication before, struct err *e)
{
	struct report *after;
	struct judge fresh;

	if (!lib_judge(&fresh, r->ctx, r->a, e))
		return false;
	fresh.record = record_new(r->a);
	return freeze_check(&fresh, outfile_temporary(to), before, &after, e) &&
	       outfile_commit(to, e);
}

int qy_evidence_make(qy_context *ctx, const char *path, const char *out_path,
	const struct qy_evidence_options *options, size_t *pending,
	struct qy_error *error)
{
	AUTO_REQUEST r = {.ctx = ctx, .a = arena_new()};
	const char *fault = options_fault(options);
	AUTO(outfile) to = NULL;
	enum indication before;
	struct err e;

	if (fault || !path || !out_path)
		return lib_usage(error, fault ? fault : "no path");
	if (!open_request(&r, path, options, &e) || !freeze_begin(&r.f, &e))
		return lib_fail(error, &e);
	before = r.f.report->indication > INDICATION_INDETERMINATE
			 ? r.f.report->indication
			 : INDICATION_INDETERMINATE;
	if (!outfile_open(&to, out_path, 0644, &e) || !freeze_make(&r.f, to, &e) ||
		!commit(&r, to, before, &e))
		return lib_fail(error, &e);
	if (pending)
		*pending = r.f.pending->gap_count;
	return 1;
}

int qy_evidence_renew(qy_context *ctx, const char *path, const char *out_path,
	const struct qy_evidence_options *options, size_t *pending,
	struct qy_error *error)
{
	AUTO_REQUEST r = {.ctx = ctx, .a = arena_new()};
	const char *fault = options_fault(options);
	AUTO(outfile) to = NULL;
	enum freeze_done done;
	struct err e;

	if (fault || !path || !out_path)
		return lib_usage(error, fault ? fault : "no path");
	if (!open_request(&r, path, options, &e) ||
		!outfile_open(&to, out_path, 0644, &e) ||
		!freeze_renew(&r.f, to, &done, &e) ||
		!commit(&r, to, r.f.report->indication, &e))
		return lib_fail(error, &e);
	if (pending)
		*pending = r.f.pending->gap_count;
	return 1;
}
