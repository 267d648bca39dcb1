/* picture_decode_type: what a picture is, by its octets.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Apart from the decoders, so that asking costs no library.
 */
#include "base/text.h"
#include "doc/picture_decode.h"

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
