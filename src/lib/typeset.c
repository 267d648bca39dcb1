/* typeset: a template and its fields become a paper, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_json.h"

#include "lib/lib.h"

#include <string.h>

static bool open_one(struct outfile **to, const char *path, const struct typeset *t,
	bool (*write)(const struct typeset *, struct sink, struct err *), struct err *e)
{
	return !path ||
	       (outfile_open(to, path, 0644, e) && write(t, sink_to_outfile(*to), e));
}

/* Both are written whole before either appears. */
static bool write_files(
	const struct typeset *t, const struct qy_typeset_options *o, struct err *e)
{
	AUTO(outfile) pdf = NULL;
	AUTO(outfile) ofd = NULL;

	return open_one(&pdf, o->pdf_path, t, typeset_pdf, e) &&
	       open_one(&ofd, o->ofd_path, t, typeset_ofd, e) &&
	       (!pdf || outfile_commit(pdf, e)) && (!ofd || outfile_commit(ofd, e));
}

static void read_options(
	struct typeset_spec *spec, struct arena *a, const struct qy_typeset_options *o)
{
	struct typeset_image *images =
		ARENA_ARRAY(a, o->image_count + 1, struct typeset_image);

	for (size_t i = 0; i < o->image_count; i++)
		images[i] = (struct typeset_image){
			o->images[i].name, lib_bytes(o->images[i].png)};
	spec->template = lib_bytes(o->markdown);
	spec->fields = lib_bytes(o->fields);
	spec->title = o->title;
	spec->author = o->author;
	spec->number = o->number;
	spec->verify_url = o->verify_url;
	spec->images = images;
	spec->images_n = o->image_count;
	spec->centre_numbers = o->centre_numbers != 0;
}

int qy_typeset(qy_context *ctx, const struct qy_typeset_options *options,
	struct qy_buffer *layout, struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	struct typeset_spec spec = {.world = ctx->world};
	struct typeset *t;
	json_t *json;
	struct err e;

	if (!options || options->size != sizeof *options)
		return lib_usage(error, "options of another version");
	if (!options->pdf_path && !options->ofd_path)
		return lib_usage(error, "no path");
	if (options->pdf_path && options->ofd_path &&
		strcmp(options->pdf_path, options->ofd_path) == 0)
		return lib_usage(error, "one path for two files");
	if (options->image_count > TYPESET_IMAGES_MAX ||
		(options->image_count && !options->images))
		return lib_usage(error, "too many images, or none");
	for (size_t i = 0; i < options->image_count; i++)
		if (!options->images[i].name)
			return lib_usage(error, "an image without a name");
	read_options(&spec, a, options);
	if (!typeset(a, &spec, &t, &e) || !write_files(t, options, &e))
		return lib_fail(error, &e);
	if (layout) {
		json = typeset_json(a, ctx->lang, t);
		lib_give(layout, bytes_str(typeset_json_text(a, json)));
		json_decref(json);
	}
	return 1;
}
