/* cmd_seal_picture: the picture of a seal from a name, or of a signature from a scan.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "cli/fields.h"
#include "doc/picture.h"

enum { KIND_STAR, KIND_ROUND, KIND_OVAL, KIND_SQUARE };

static bool colour_read(struct cli *c, uint32_t *colour, struct err *e)
{
	const char *text = cli_text(c, "colour");
	struct bytes octets;

	if (!text)
		return true;
	if (!hex_decode(c->arena, bytes_str(text), &octets, e) || octets.n != 3)
		return err_set(e, ERR_USAGE, "--colour RRGGBB");
	*colour = (uint32_t)octets.p[0] << 16 | (uint32_t)octets.p[1] << 8 | octets.p[2];
	return true;
}

static bool draw(
	struct cli *c, struct bytes *out, struct picture_size *size, struct err *e)
{
	static const enum picture_kind kinds[] = {[KIND_STAR] = PICTURE_ROUND_STAR,
		[KIND_ROUND] = PICTURE_ROUND,
		[KIND_OVAL] = PICTURE_OVAL,
		[KIND_SQUARE] = PICTURE_SQUARE};
	struct picture_spec spec = {
		.kind = kinds[cli_choice(c, "kind", KIND_STAR)],
		.name = cli_text(c, "name"),
		.centre = cli_text(c, "centre"),
		.bottom = cli_text(c, "bottom"),
		.code = cli_text(c, "code"),
		.exact = cli_flag(c, "exact"),
		.width_mm = (double)cli_number(c, "width", 0),
		.height_mm = (double)cli_number(c, "height", 0),
		.dpi = (int)cli_number(c, "dpi", 0),
	};
	struct bytes path = bytes_str(cli_text(c, "out"));

	if (!colour_read(c, &spec.colour, e))
		return false;
	if (bytes_ends(path, BYTES(".svg")))
		return picture_svg(c->arena, &spec, out, size, e);
	return picture_png(c->arena, &spec, out, size, e);
}

static bool clean(struct cli *c, const char *scan, struct bytes *out,
	struct picture_size *size, struct err *e)
{
	struct picture_scan_spec spec = {
		.width_mm = (double)cli_number(c, "width", 0),
		.height_mm = (double)cli_number(c, "height", 0),
		.dpi = (int)cli_number(c, "dpi", 0),
	};
	struct bytes png;

	return colour_read(c, &spec.colour, e) &&
	       cli_read(c, scan, PICTURE_SCAN_OCTETS_MAX, &png, e) &&
	       picture_handwritten(c->arena, png, &spec, out, size, e);
}

static int run(struct cli *c)
{
	const char *scan = cli_text(c, "handwritten");
	struct picture_size size = {0};
	struct bytes picture;
	struct err e;

	if (!scan == !cli_text(c, "name"))
		return cli_misuse(
			c, cli_say(c, MSG_CLI_ONE_OF, "--name", "--handwritten"));
	if (!(scan ? clean(c, scan, &picture, &size, &e)
		   : draw(c, &picture, &size, &e)) ||
		!cli_write(c, cli_text(c, "out"), 0644, picture, &e))
		return cli_fail(c, &e);
	return 0;
}

static const struct cli_option options[] = {
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_PICTURE_OUT, 0},
	{"kind", 0, CLI_CHOICE, 0, "star|round|oval|square", MSG_OPT_PICTURE_KIND, 0},
	{"name", 0, CLI_TEXT, 0, NULL, MSG_OPT_PICTURE_NAME, 0},
	{"centre", 0, CLI_TEXT, 0, NULL, MSG_OPT_PICTURE_CENTRE, 0},
	{"bottom", 0, CLI_TEXT, 0, NULL, MSG_OPT_PICTURE_BOTTOM, 0},
	{"code", 0, CLI_TEXT, 0, NULL, MSG_OPT_PICTURE_CODE, 0},
	{"exact", 0, CLI_FLAG, 0, NULL, MSG_OPT_PICTURE_EXACT, 0},
	{"handwritten", 0, CLI_FILE, 0, NULL, MSG_OPT_PICTURE_HANDWRITTEN, 0},
	{"width", 0, CLI_NUMBER, 0, "MM", MSG_OPT_PICTURE_WIDTH, 1000},
	{"height", 0, CLI_NUMBER, 0, "MM", MSG_OPT_PICTURE_HEIGHT, 1000},
	{"dpi", 0, CLI_NUMBER, 0, NULL, MSG_OPT_PICTURE_DPI, 10000},
	{"colour", 0, CLI_TEXT, 0, "RRGGBB", MSG_OPT_PICTURE_COLOUR, 0},
	CLI_END,
};

const struct cli_command cmd_seal_picture = {
	.name = "seal-picture",
	.run = run,
	.summary = MSG_CMD_SEAL_PICTURE,
	.about = MSG_CMD_SEAL_PICTURE_ABOUT,
	.options = options,
};
