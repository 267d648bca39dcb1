/* picture_decode_gif: the first image of a GIF, on the ground of its screen.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <gif_lib.h>
#include <string.h>

#include "doc/picture_decode_types.h"

enum { RECORDS_MAX = 1000, NO_COLOUR = -1 };

struct gif_job {
	struct bytes in;
	struct arena *arena;
	GifFileType *gif;
	int transparent; /* index, or NO_COLOUR */
	struct picture_pixels px;
};

static int gif_take(GifFileType *gif, GifByteType *p, int n)
{
	struct gif_job *j = gif->UserData;
	size_t k = n > 0 ? (size_t)n : 0;

	k = k < j->in.n ? k : j->in.n;
	if (k)
		memcpy(p, j->in.p, k);
	j->in = bytes_from(j->in, k);
	return (int)k;
}

static bool gif_failed(const struct gif_job *j, struct err *e)
{
	const char *text = GifErrorString(j->gif->Error);

	return err_set(e, ERR_MALFORMED, "GIF: %s", text ? text : "broken");
}

/* Graphics control: which index means nothing. */
static bool extension_take(struct gif_job *j, struct err *e)
{
	GifByteType *block;
	GraphicsControlBlock gcb;
	int code;

	if (DGifGetExtension(j->gif, &code, &block) == GIF_ERROR)
		return gif_failed(j, e);
	if (block && code == GRAPHICS_EXT_FUNC_CODE &&
		DGifExtensionToGCB(block[0], block + 1, &gcb) == GIF_OK)
		j->transparent = gcb.TransparentColor;
	while (block)
		if (DGifGetExtensionNext(j->gif, &block) == GIF_ERROR)
			return gif_failed(j, e);
	return true;
}

static void row_put(const struct gif_job *j, const GifPixelType *line, unsigned y)
{
	const GifImageDesc *d = &j->gif->Image;
	const ColorMapObject *map = d->ColorMap ? d->ColorMap : j->gif->SColorMap;
	unsigned left = (unsigned)d->Left, w = (unsigned)d->Width;
	uint32_t *row;

	if (y >= j->px.h)
		return;
	row = pixels_row(&j->px, y);
	for (unsigned x = 0; x < w && left + x < j->px.w; x++)
		if (line[x] != j->transparent && line[x] < map->ColorCount) {
			const GifColorType *c = &map->Colors[line[x]];

			row[left + x] = pixel_of(c->Red, c->Green, c->Blue, 255);
		}
}

static bool image_take(struct gif_job *j, struct err *e)
{
	static const unsigned start[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
	const GifImageDesc *d = &j->gif->Image;
	unsigned passes, h;
	GifPixelType *line;

	if (DGifGetImageDesc(j->gif) == GIF_ERROR)
		return gif_failed(j, e);
	if (!d->ColorMap && !j->gif->SColorMap)
		return err_set(e, ERR_MALFORMED, "GIF: no colours");
	if (d->Width <= 0 || d->Height <= 0 || d->Left < 0 || d->Top < 0 ||
		d->Width > PICTURE_SIDE_MAX || d->Height > PICTURE_SIDE_MAX)
		return err_set(e, ERR_MALFORMED, "GIF: an image of no size");
	line = arena_alloc(j->arena, (size_t)d->Width);
	h = (unsigned)d->Height;
	passes = d->Interlace ? 4 : 1;
	for (unsigned p = 0; p < passes; p++)
		for (unsigned y = start[p]; y < h; y += d->Interlace ? step[p] : 1) {
			if (DGifGetLine(j->gif, line, d->Width) == GIF_ERROR)
				return gif_failed(j, e);
			row_put(j, line, (unsigned)d->Top + y);
		}
	return true;
}

static bool gif_run(struct gif_job *j, struct err *e)
{
	GifRecordType type;

	/* The logical screen, in which each image has its place. */
	if (!pixels_make(j->arena, (uint64_t)j->gif->SWidth, (uint64_t)j->gif->SHeight,
		    &j->px, e))
		return false;
	for (int i = 0; i < RECORDS_MAX; i++) {
		if (DGifGetRecordType(j->gif, &type) == GIF_ERROR)
			return gif_failed(j, e);
		if (type == IMAGE_DESC_RECORD_TYPE)
			return image_take(j, e);
		if (type == TERMINATE_RECORD_TYPE)
			break;
		if (type == EXTENSION_RECORD_TYPE && !extension_take(j, e))
			return false;
	}
	return err_set(e, ERR_MALFORMED, "GIF: no image");
}

bool picture_decode_gif(
	struct arena *a, struct bytes octets, struct picture_pixels *out, struct err *e)
{
	struct gif_job j = {.in = octets, .arena = a, .transparent = NO_COLOUR};
	int code = 0;
	bool good;

	j.gif = DGifOpen(&j, gif_take, &code);
	if (!j.gif)
		return err_set(e, ERR_MALFORMED, "GIF: %s",
			GifErrorString(code) ? GifErrorString(code) : "broken");
	good = gif_run(&j, e);
	DGifCloseFile(j.gif, &code);
	if (good)
		*out = j.px;
	return good;
}
