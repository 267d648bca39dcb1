/* picture_decode: which decoder, and the bounds of all of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/picture_decode.h"

#include "base/text.h"
#include "doc/picture_decode_types.h"

enum { SVG_LOOK = 4096 };

/* SVG has no magic number: the first tag within the first few kilobytes decides, behind
 * a byte order mark, declarations and comments. */
static bool is_svg(struct bytes b)
{
	struct bytes head = bytes_head(b, SVG_LOOK);

	if (bytes_starts(head, BYTES("\xef\xbb\xbf")))
		head = bytes_from(head, 3);
	head = text_trim(head);
	if (head.n == 0 || head.p[0] != '<')
		return false;
	return bytes_find(head, BYTES("<svg")) != SIZE_MAX ||
	       bytes_find(head, BYTES(":svg")) != SIZE_MAX;
}

enum picture_type picture_type_of(struct bytes b)
{
	static const struct {
		struct bytes head;
		enum picture_type type;
	} heads[] = {
		{{(const uint8_t *)"\x89PNG\r\n\x1a\n", 8}, PICTURE_PNG},
		{{(const uint8_t *)"\xff\xd8\xff", 3}, PICTURE_JPEG},
		{{(const uint8_t *)"GIF87a", 6}, PICTURE_GIF},
		{{(const uint8_t *)"GIF89a", 6}, PICTURE_GIF},
		{{(const uint8_t *)"BM", 2}, PICTURE_BMP},
		{{(const uint8_t *)"PK\3\4", 4}, PICTURE_OFD},
		{{(const uint8_t *)"\x97JB2\r\n\x1a\n", 8}, PICTURE_JBIG2},
	};

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (bytes_starts(b, heads[i].head))
			return heads[i].type;
	return is_svg(b) ? PICTURE_SVG : PICTURE_UNKNOWN;
}

const char *picture_type_name(enum picture_type t)
{
	static const char *const names[] = {
		"unknown", "png", "jpeg", "gif", "bmp", "svg", "ofd", "jbig2"};

	return names[t];
}

bool picture_is_vector(enum picture_type t)
{
	return t == PICTURE_SVG || t == PICTURE_OFD;
}

bool picture_decode(struct arena *a, struct bytes octets, unsigned want_w,
	unsigned want_h, struct picture_pixels *out, struct err *e)
{
	enum picture_type type = picture_type_of(octets);

	if (octets.n > PICTURE_OCTETS_MAX)
		return err_set(e, ERR_TOO_LARGE, "picture of %zu octets", octets.n);
	switch (type) {
	case PICTURE_PNG:
		return picture_decode_png(a, octets, out, e);
	case PICTURE_JPEG:
		return picture_decode_jpeg(a, octets, out, e);
	case PICTURE_GIF:
		return picture_decode_gif(a, octets, out, e);
	case PICTURE_BMP:
		return picture_decode_bmp(a, octets, out, e);
	case PICTURE_SVG:
		return picture_decode_svg(a, octets, want_w, want_h, out, e);
	case PICTURE_OFD:
		return picture_decode_ofd(a, octets, want_w, want_h, out, e);
	case PICTURE_JBIG2:
		return picture_decode_jbig2(a, octets, out, e);
	case PICTURE_UNKNOWN:
		break;
	}
	return err_set(
		e, ERR_UNSUPPORTED, "a picture of type %s", picture_type_name(type));
}
