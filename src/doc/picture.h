/* picture: the picture of a seal, drawn from a name, and of a signature, from a scan.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Pictures come as PNG (8-bit RGBA, background transparent, pHYs giving true size) or as
 *SVG (size in mm, one path and no text, so that it shows the same without our fonts).
 *Both are the same outline. Equal input and equal fonts give equal octets.
 *
 *	struct picture_spec spec = {.kind = PICTURE_ROUND_STAR,
 *		.name = "钤印示范科技有限公司", .code = "4401060012345"};
 *	if (!picture_png(arena, &spec, &png, &size, e))
 *		return false;
 *
 * A picture proves nothing: what counts is the seal it is put into (doc/ses).
 */
#ifndef QY_DOC_PICTURE_H
#define QY_DOC_PICTURE_H

#include "base/arena.h"
#include "base/err.h"

enum picture_kind {
	PICTURE_ROUND_STAR, /* name on the arc, star in the middle */
	PICTURE_ROUND,      /* name on the arc, no star; a line in the middle if wanted */
	PICTURE_OVAL,       /* invoice seal: tax number in the middle */
	PICTURE_SQUARE,     /* a person's name in columns from right to left */
	PICTURE_KIND_COUNT
};

enum {
	PICTURE_NAME_MIN = 2,
	PICTURE_NAME_MAX = 30,
	PICTURE_DPI_DEFAULT = 300,
	PICTURE_DPI_MIN = 72,
	PICTURE_DPI_MAX = 1200,
	PICTURE_SCAN_OCTETS_MAX = 4 * 1024 * 1024,
	PICTURE_SCAN_SIDE_MAX = 4096,
};

/* What is not wanted stays null or 0. Texts are UTF-8. */
struct picture_spec {
	enum picture_kind kind;
	/* On the arc, 2 to 30 characters. Square: 2 to 9; a name of two is cut as
	 * 张三之印, one of three as 李小明印, unless `exact` or it ends in 印 or 章. */
	const char *name;
	/* PICTURE_ROUND only: in the middle, up to 12 characters (合同专用章). */
	const char *centre;
	/* Below the star or the middle, up to 12 characters. Oval: 发票专用章 if null. */
	const char *bottom;
	/* 1 to 20 of 0-9 and A-Z. Round: along the lower edge. Oval: the tax number. */
	const char *code;
	bool exact;
	/* Size, 15 to 80 mm (square: from 10). Round and square: the height is 0 or the
	 * same. Default: round 40, oval 40 × 30, square 20. */
	double width_mm, height_mm;
	int dpi;         /* of the PNG; default 300 */
	uint32_t colour; /* 0xRRGGBB; default the vermilion of official seals */
};

struct picture_size {
	double width_mm, height_mm;
	unsigned width_px, height_px; /* 0 for SVG */
};

/* Both: the picture in the arena. size may be null. ERR_USAGE: the spec asks for what
 * cannot be (the text says which field); ERR_UNSUPPORTED: no installed font has a
 * character. */
MUST_USE bool picture_png(struct arena *a, const struct picture_spec *spec,
	struct bytes *out, struct picture_size *size, struct err *e);
MUST_USE bool picture_svg(struct arena *a, const struct picture_spec *spec,
	struct bytes *out, struct picture_size *size, struct err *e);

struct picture_scan_spec {
	double width_mm, height_mm; /* the box it must fit into; default 40 × 15 */
	int dpi;                    /* default 300 */
	uint32_t colour;            /* 0xRRGGBB of the ink; default 0, black */
};

/* A handwritten signature: takes a PNG of dark ink on light paper or on nothing, drops
 * the paper, cuts the margins and single specks, gives the ink one colour, and scales it,
 * its proportions kept, into the box. size is that of the picture made. ERR_MALFORMED: no
 * sound PNG. ERR_TOO_LARGE: more than 4 MB, or a side over 4096. ERR_USAGE: nothing that
 * looks like writing, or sizes that cannot be. Evenly lit scans only: a shadow across a
 * photograph may remain as ink. */
MUST_USE bool picture_handwritten(struct arena *a, struct bytes png,
	const struct picture_scan_spec *spec, struct bytes *out,
	struct picture_size *size, struct err *e);

#endif
