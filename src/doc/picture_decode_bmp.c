/* picture_decode_bmp: Windows bitmaps: 1, 4, 8, 16, 24 and 32 bits a pixel, not packed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/reader.h"
#include "doc/picture_decode_types.h"

enum { BMP_RGB = 0, BMP_BITFIELDS = 3, HEAD = 14, INFO_MIN = 40, PALETTE_MAX = 256 };

struct bmp {
	uint32_t w, h;
	bool top_down;
	unsigned bits;
	uint32_t masks[4]; /* red, green, blue, alpha */
	uint32_t palette[PALETTE_MAX];
	size_t colours;
	bool has_alpha; /* some pixel uses it; else a 32-bit file leaves it 0 */
	struct bytes pixels;
};

static bool is_known(uint32_t bits, uint32_t packing)
{
	if (packing == BMP_BITFIELDS)
		return bits == 16 || bits == 32;
	return packing == BMP_RGB && (bits == 1 || bits == 4 || bits == 8 || bits == 16 ||
					     bits == 24 || bits == 32);
}

static void palette_read(struct bmp *b, struct reader *r, uint32_t colours)
{
	if (b->bits > 8)
		return;
	if (colours == 0 || colours > (1u << b->bits))
		colours = 1u << b->bits;
	for (b->colours = 0; b->colours < colours; b->colours++) {
		uint32_t c = read_le32(r);

		b->palette[b->colours] =
			pixel_of(c >> 16 & 255, c >> 8 & 255, c & 255, 255);
	}
}

static void masks_read(struct bmp *b, struct reader *r, uint32_t packing, uint32_t info)
{
	static const uint32_t rgb16[] = {0x7c00, 0x3e0, 0x1f, 0},
			      rgb32[] = {0xff0000, 0xff00, 0xff, 0xff000000};
	const uint32_t *usual = b->bits == 16 ? rgb16 : rgb32;

	for (size_t i = 0; i < 4; i++)
		b->masks[i] = usual[i];
	if (packing != BMP_BITFIELDS)
		return;
	for (size_t i = 0; i < 3; i++)
		b->masks[i] = read_le32(r);
	b->masks[3] = info >= 56 ? read_le32(r) : 0;
}

static bool bmp_head(struct bmp *b, struct bytes octets, struct err *e)
{
	struct reader r = reader_of(octets);
	uint32_t at, info, packing, colours;
	int32_t w, h;

	read_bytes(&r, 10);
	at = read_le32(&r);
	info = read_le32(&r);
	w = (int32_t)read_le32(&r);
	h = (int32_t)read_le32(&r);
	read_le16(&r);
	b->bits = read_le16(&r);
	packing = read_le32(&r);
	read_bytes(&r, 12);
	colours = read_le32(&r);
	read_le32(&r);
	if (r.short_read || info < INFO_MIN || info > 1024)
		return err_set(e, ERR_UNSUPPORTED, "BMP: this kind of header");
	if (!is_known(b->bits, packing))
		return err_set(
			e, ERR_UNSUPPORTED, "BMP: %u bits, packing %u", b->bits, packing);
	if (w <= 0 || h == 0 || h == INT32_MIN)
		return err_set(e, ERR_MALFORMED, "BMP: no pixels");
	b->top_down = h < 0;
	b->w = (uint32_t)w;
	b->h = (uint32_t)(h < 0 ? -h : h);
	if (b->bits > 8)
		masks_read(b, &r, packing, info);
	r = reader_of(bytes_from(octets, HEAD + info));
	palette_read(b, &r, colours);
	if (at > octets.n)
		return err_set(e, ERR_MALFORMED, "BMP: pixels behind its end");
	b->pixels = bytes_from(octets, at);
	return true;
}

/* The bits under a mask, stretched to 0 … 255. */
static unsigned masked(uint32_t v, uint32_t mask)
{
	if (mask == 0)
		return 0;
	v &= mask;
	while (!(mask & 1)) {
		mask >>= 1;
		v >>= 1;
	}
	return (unsigned)((uint64_t)v * 255 / mask);
}

static uint32_t bmp_pixel(struct bmp *b, struct bytes line, uint32_t x)
{
	uint32_t v = 0;
	unsigned alpha, bytes = b->bits / 8;

	if (b->bits <= 8) {
		v = line.p[(size_t)x * b->bits / 8];
		v = v >> (8 - b->bits - (x * b->bits) % 8) & ((1u << b->bits) - 1);
		return v < b->colours ? b->palette[v] : 0xff000000;
	}
	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)line.p[(size_t)x * bytes + i] << 8 * i;
	alpha = b->bits == 32 && b->masks[3] ? masked(v, b->masks[3]) : 255;
	b->has_alpha |= alpha != 0;
	return (uint32_t)alpha << 24 | masked(v, b->masks[0]) << 16 |
	       masked(v, b->masks[1]) << 8 | masked(v, b->masks[2]);
}

/* What was read as it stands becomes what it means: where no pixel has alpha, the fourth
 * octet was padding. */
static void alpha_apply(const struct bmp *b, const struct picture_pixels *px)
{
	for (unsigned y = 0; y < px->h; y++) {
		uint32_t *row = pixels_row(px, y);

		for (unsigned x = 0; x < px->w; x++)
			row[x] = pixel_of(row[x] >> 16 & 255, row[x] >> 8 & 255,
				row[x] & 255, b->has_alpha ? row[x] >> 24 : 255);
	}
}

bool picture_decode_bmp(
	struct arena *a, struct bytes octets, struct picture_pixels *out, struct err *e)
{
	struct picture_pixels px;
	struct bmp b = {0};
	size_t line;

	if (!bmp_head(&b, octets, e))
		return false;
	line = ((size_t)b.w * b.bits + 31) / 32 * 4;
	if ((uint64_t)b.w * b.h <= PICTURE_PIXELS_MAX && b.pixels.n / line < b.h)
		return err_set(e, ERR_MALFORMED, "BMP: ends too early");
	if (!pixels_make(a, b.w, b.h, &px, e))
		return false;
	for (unsigned y = 0; y < px.h; y++) {
		uint32_t *row = pixels_row(&px, b.top_down ? y : px.h - 1 - y);
		struct bytes from = bytes_head(bytes_from(b.pixels, y * line), line);

		for (unsigned x = 0; x < px.w; x++)
			row[x] = bmp_pixel(&b, from, x);
	}
	if (b.bits > 8)
		alpha_apply(&b, &px);
	*out = px;
	return true;
}
