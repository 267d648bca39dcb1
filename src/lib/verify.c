/* verify: reports of libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/verify.h"

#include "base/text.h"
#include "doc/report_html.h"
#include "lib/lib.h"

static int verify(qy_context *ctx, struct source *file, const char *name,
	const struct qy_verify_options *options, qy_report **out, struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	AUTO(source) content = NULL;
	struct report *r;
	struct judge j;
	struct err e;

	if (!lib_judge(&j, ctx, a, &e))
		return lib_fail(error, &e);
	if (options && options->content_path &&
		!source_open(&content, options->content_path, &e))
		return lib_fail(error, &e);
	j.content = content;
	if (!verify_file(&r, &j, text_printable(a, bytes_str(name), 1000), file,
		    options ? options->progress : NULL, options ? options->user : NULL,
		    &e))
		return lib_fail(error, &e);
	*out = NEW(qy_report);
	(*out)->report = r;
	(*out)->world = ctx->world;
	(*out)->arena = arena_move(&a);
	return 1;
}

int qy_verify_file(qy_context *ctx, const char *path,
	const struct qy_verify_options *options, qy_report **out, struct qy_error *error)
{
	AUTO(source) file = NULL;
	struct err e;

	if (options && options->size != sizeof *options)
		return lib_usage(error, "options of another version");
	if (!path)
		return lib_usage(error, "no path");
	if (!source_open(&file, path, &e))
		return lib_fail(error, &e);
	return verify(ctx, file, path, options, out, error);
}

int qy_verify_memory(qy_context *ctx, struct qy_bytes file, const char *name,
	qy_report **out, struct qy_error *error)
{
	AUTO(source) s = source_of_bytes(lib_bytes(file));

	return verify(ctx, s, name, NULL, out, error);
}

void qy_report_free(qy_report *report)
{
	if (!report)
		return;
	arena_free(report->arena);
	mem_free(report);
}

enum qy_indication qy_report_indication(const qy_report *report)
{
	return (enum qy_indication)report->report->indication;
}

_Static_assert((int)QY_TOTAL_PASSED == (int)INDICATION_PASSED &&
		       (int)QY_NO_SIGNATURE == (int)INDICATION_NO_SIGNATURE &&
		       (int)QY_INDETERMINATE == (int)INDICATION_INDETERMINATE &&
		       (int)QY_TOTAL_FAILED == (int)INDICATION_FAILED,
	"the public numbers are the internal ones");

const char *qy_report_subindication(const qy_report *report)
{
	return sub_name(report->report->sub);
}

size_t qy_report_count(const qy_report *report)
{
	return report->report->count;
}

const char *qy_report_json(qy_report *report)
{
	if (!report->json)
		report->json = report_json(report->report);
	return report->json;
}

const char *qy_report_text(qy_report *report)
{
	if (!report->text)
		report->text = report_text(report->report);
	return report->text;
}

const char *qy_report_html(qy_report *report)
{
	if (!report->html)
		report->html = report_html(report->report);
	return report->html;
}
