/* ofd_make_font: see ofd_make_font.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_make_font.h"

#include <fontconfig/fontconfig.h>
#include <hb-ot.h>
#include <hb.h>

#include "doc/typeset_subset.h"

struct make_font {
	hb_face_t *face;
	hb_font_t *font;
	hb_set_t *used;
	unsigned upem;
	char family[128];
};

/* Our own configuration object, so that nobody else's use of fontconfig is touched. */
static bool font_match(char **path, unsigned *index, struct err *e)
{
	FcConfig *config = FcInitLoadConfigAndFonts();
	FcPattern *want = FcNameParse((const FcChar8 *)"Noto Serif CJK SC:lang=zh-cn");
	FcPattern *got = NULL;
	FcChar8 *file = NULL;
	FcResult result;
	int face = 0;

	if (config && want) {
		(void)FcConfigSubstitute(config, want, FcMatchPattern);
		FcDefaultSubstitute(want);
		got = FcFontMatch(config, want, &result);
	}
	if (got && FcPatternGetString(got, FC_FILE, 0, &file) == FcResultMatch) {
		(void)FcPatternGetInteger(got, FC_INDEX, 0, &face);
		*path = mem_str((const char *)file);
		*index = (unsigned)face & 0xffff;
	}
	if (got)
		FcPatternDestroy(got);
	if (want)
		FcPatternDestroy(want);
	if (config)
		FcConfigDestroy(config);
	return file || err_set(e, ERR_NOT_FOUND,
			       "no font (install fonts-noto-cjk or name a file)");
}

static bool font_load(
	struct make_font *f, const char *path, unsigned index, struct err *e)
{
	hb_blob_t *blob = hb_blob_create_from_file_or_fail(path);
	hb_language_t english = hb_language_from_string("en", -1);
	unsigned n = sizeof f->family;

	if (!blob)
		return err_set(e, ERR_NOT_FOUND, "%s: cannot be read", path);
	f->face = hb_face_create(blob, index);
	hb_blob_destroy(blob);
	f->font = hb_font_create(f->face);
	f->used = hb_set_create();
	f->upem = hb_face_get_upem(f->face);
	(void)hb_ot_name_get_utf8(
		f->face, HB_OT_NAME_ID_FONT_FAMILY, english, &n, f->family);
	if (hb_face_get_glyph_count(f->face) == 0 || !f->upem)
		return err_set(e, ERR_MALFORMED, "%s: no font", path);
	return true;
}

bool make_font_open(
	struct make_font **out, const char *path, unsigned index, struct err *e)
{
	AUTO(make_font) f = NEW(struct make_font);
	AUTO_MEM char *found = NULL;

	if (!path) {
		if (!font_match(&found, &index, e))
			return false;
		path = found;
	}
	if (!font_load(f, path, index, e))
		return false;
	*out = make_font_move(&f);
	return true;
}

void make_font_free(struct make_font *f)
{
	if (!f)
		return;
	hb_set_destroy(f->used);
	hb_font_destroy(f->font);
	hb_face_destroy(f->face);
	mem_free(f);
}

bool make_font_advance(
	struct make_font *f, uint32_t code, int size, int *advance, struct err *e)
{
	hb_codepoint_t glyph;
	int64_t units;

	if (!hb_font_get_nominal_glyph(f->font, code, &glyph))
		return err_set(e, ERR_UNSUPPORTED, "%s has no character U+%04X",
			f->family, (unsigned)code);
	hb_set_add(f->used, code);
	units = hb_font_get_glyph_h_advance(f->font, glyph);
	*advance = (int)((units * size + f->upem / 2) / f->upem);
	return true;
}

const char *make_font_family(const struct make_font *f)
{
	return f->family;
}

bool make_font_subset(struct make_font *f, struct buf *out, struct err *e)
{
	hb_blob_t *blob;
	unsigned n;
	const char *p;
	bool ok;

	if (!subset_cut(f->face, hb_set_get_empty(), f->used, &blob, NULL, e))
		return err_in(e, "%s", f->family);
	p = hb_blob_get_data(blob, &n);
	ok = buf_put(out, bytes_make(p, n), e);
	hb_blob_destroy(blob);
	return ok;
}
