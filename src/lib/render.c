/* render: pages as pictures, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/render.h"

#include "doc/evidence_pdf.h"
#include "doc/poppler.h"
#include "lib/lib.h"

static bool ofd_page(struct arena *a, struct source *file,
	const struct qy_render_options *o, struct bytes *png, bool *whole, struct err *e)
{
	struct render_options options = {.dpi = o->dpi,
		.without_stamps = o->without_stamps != 0,
		.report = o->report ? o->report->report : NULL};
	struct render_counts counts = {0};
	AUTO(ofd) package = NULL;
	AUTO(render) r = NULL;

	if (!ofd_open(&package, file, e) || !render_open(&r, package, e) ||
		!render_png(r, o->page - 1, &options, a, png, &counts, e))
		return false;
	*whole = render_is_whole(&counts);
	return true;
}

static bool pdf_page(struct arena *a, struct source *file,
	const struct qy_render_options *o, struct bytes *png, struct err *e)
{
	struct poppler_page_size *sizes;
	AUTO(poppler) p = NULL;
	size_t n;

	if (!poppler_of_source(&p, file, e) || !poppler_sizes(p, a, &sizes, &n, e))
		return false;
	if (o->page > n)
		return err_set(e, ERR_USAGE, "page %u of %zu", o->page, n);
	return poppler_page_png(
		       p, a, o->page, o->dpi ? o->dpi : RENDER_DPI_DEFAULT, png, e) &&
	       (!o->report || marks_beside(a, *png, sizes[o->page - 1].width_mm,
				      sizes[o->page - 1].height_mm, o->page,
				      o->report->report, png, e));
}

int qy_render_png(qy_context *ctx, const char *path,
	const struct qy_render_options *options, struct qy_buffer *out, int *is_whole,
	struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	AUTO(source) file = NULL;
	struct bytes png = {NULL, 0};
	bool whole = true;
	struct err e;

	(void)ctx;
	if (!options || options->size != sizeof *options)
		return lib_usage(error, "options of another version");
	if (!path || !out)
		return lib_usage(error, "no path, or nowhere to draw");
	if (options->page == 0 ||
		(options->dpi &&
			(options->dpi < RENDER_DPI_MIN || options->dpi > RENDER_DPI_MAX)))
		return lib_usage(error, "pages count from 1; 10 to 1200 dpi");
	if (!source_open(&file, path, &e) ||
		!(evidence_is_pdf(file) ? pdf_page(a, file, options, &png, &e)
					: ofd_page(a, file, options, &png, &whole, &e)))
		return lib_fail(error, &e);
	lib_give(out, png);
	if (is_whole)
		*is_whole = whole;
	return 1;
}
