/* cmd_seal_make: issuing a seal to the holder of a certificate.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "base/time.h"
#include "cli/password.h"
#include "cli/session.h"
#include "doc/picture.h"
#include "pki/cert.h"

enum { PICTURE_FILE_MAX = 2 << 20, HOLDERS_MAX = 64 };

/* The picture of --picture with its size in millimetres, or one drawn from the name. */
static bool take_picture(
	struct cli *c, struct qy_seal_make_options *o, struct bytes *png, struct err *e)
{
	struct picture_spec spec = {
		.kind = cli_flag(c, "person") ? PICTURE_SQUARE : PICTURE_ROUND_STAR,
		.name = o->name,
		.bottom = cli_flag(c, "person") ? NULL : cli_text(c, "bottom"),
		.code = cli_flag(c, "person") ? NULL : cli_text(c, "code")};
	struct picture_size size;

	if (cli_text(c, "picture")) {
		o->width_mm = (unsigned)cli_number(c, "width", 40);
		o->height_mm = (unsigned)cli_number(c, "height", o->width_mm);
		if (!cli_read(c, cli_text(c, "picture"), PICTURE_FILE_MAX, png, e))
			return false;
		return bytes_starts(*png, BYTES("\x89PNG\r\n\x1a\n")) ||
		       err_set(e, ERR_MALFORMED, "%s: not a PNG picture",
			       cli_text(c, "picture"));
	}
	spec.width_mm = (double)cli_number(c, "width", 0);
	if (!picture_png(c->arena, &spec, png, &size, e))
		return false;
	o->width_mm = (unsigned)(size.width_mm + 0.5);
	o->height_mm = (unsigned)(size.height_mm + 0.5);
	return true;
}

static bool take_holders(struct cli *c, struct qy_seal_make_options *o,
	struct qy_bytes *holders, struct err *e)
{
	const char *path;
	struct bytes file;

	for (size_t at = 0; (path = cli_each(c, "holder", &at));) {
		if (o->holder_count == HOLDERS_MAX)
			return err_set(e, ERR_TOO_LARGE, "--holder");
		if (!cli_read(c, path, CERT_MAX, &file, e))
			return false;
		holders[o->holder_count++] = session_bytes(file);
	}
	o->holders = holders;
	return true;
}

/* A seal id nobody else has: 32 hexadecimal digits. */
static const char *fresh_id(struct cli *c)
{
	uint8_t id[16];

	c->world->random(c->world, id, sizeof id);
	return hex_encode(c->arena, BYTES_OF(id));
}

static int run(struct cli *c)
{
	struct qy_seal_make_options o = {.size = sizeof o,
		.version = cli_choice(c, "version", 0) == 1 ? 5 : 4,
		.id = cli_text(c, "id"),
		.name = cli_text(c, "name"),
		.person = cli_flag(c, "person"),
		.by_digest = cli_flag(c, "by-digest")};
	int64_t now = c->world->now(c->world);
	struct qy_bytes holders[HOLDERS_MAX];
	AUTO_QY(context) ctx = session_plain(c);
	AUTO_QY_BUFFER seal = {0};
	AUTO_QY(key) maker = NULL;
	struct qy_error qe;
	struct bytes png;
	struct err e;

	if (!o.id)
		o.id = fresh_id(c);
	o.valid_from = cli_time(c, "from", now) / TIME_SECOND;
	o.valid_to = cli_time(c, "to", now + 365 * TIME_DAY) / TIME_SECOND;
	if (!take_picture(c, &o, &png, &e) || !take_holders(c, &o, holders, &e) ||
		!session_key(&maker, c, &e))
		return cli_fail(c, &e);
	o.picture = session_bytes(png);
	if (!qy_seal_make(ctx, maker, &o, &seal, &qe)) {
		session_err(&e, &qe);
		return cli_fail(c, &e);
	}
	if (!cli_write(c, cli_text(c, "out"), 0644, bytes_make(seal.data, seal.size), &e))
		return cli_fail(c, &e);
	cli_note(c, cli_say(c, MSG_SEAL_MAKE_DONE, o.name, o.id));
	return 0;
}

static const struct cli_option options[] = {
	CLI_KEY_ROWS,
	{"name", 0, CLI_TEXT, CLI_REQUIRED, NULL, MSG_OPT_SEAL_NAME, 0},
	{"holder", 0, CLI_FILE, CLI_REQUIRED | CLI_REPEAT, NULL, MSG_OPT_HOLDER, 0},
	{"id", 0, CLI_TEXT, 0, NULL, MSG_OPT_SEAL_ID, 0},
	{"version", 0, CLI_CHOICE, 0, "4|5", MSG_OPT_SEAL_VERSION, 0},
	{"person", 0, CLI_FLAG, 0, NULL, MSG_OPT_SEAL_PERSON, 0},
	{"by-digest", 0, CLI_FLAG, 0, NULL, MSG_OPT_BY_DIGEST, 0},
	{"from", 0, CLI_TIME, 0, NULL, MSG_OPT_FROM, 0},
	{"to", 0, CLI_TIME, 0, NULL, MSG_OPT_TO, 0},
	{"picture", 0, CLI_FILE, 0, NULL, MSG_OPT_SEAL_PICTURE, 0},
	{"width", 0, CLI_NUMBER, 0, "MM", MSG_OPT_PICTURE_WIDTH, 300},
	{"height", 0, CLI_NUMBER, 0, "MM", MSG_OPT_PICTURE_HEIGHT, 300},
	{"bottom", 0, CLI_TEXT, 0, NULL, MSG_OPT_PICTURE_BOTTOM, 0},
	{"code", 0, CLI_TEXT, 0, NULL, MSG_OPT_PICTURE_CODE, 0},
	{"out", 'o', CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_OUT, 0},
	CLI_END,
};

const struct cli_command cmd_seal_make = {
	.name = "seal-make",
	.run = run,
	.summary = MSG_CMD_SEAL_MAKE,
	.about = MSG_CMD_SEAL_MAKE_ABOUT,
	.options = options,
};
