/* seal_pdf: see seal_pdf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/seal_pdf.h"
#include "cli/closed_warning.h"

#include "base/source.h"
#include "base/text.h"
#include "cli/password.h"
#include "cli/program.h"
#include "cli/seal_slot.h"
#include "cli/seal_text.h"
#include "cli/stamp.h"
#include "doc/ses.h"

#include <string.h>

enum { SEAL_FILE_MAX = 4 << 20, PICTURE_FILE_MAX = 16 << 20, PAGE_MAX = 200000 };

bool is_pdf(const char *path)
{
	AUTO(source) file = NULL;
	uint8_t head[5] = {0};
	struct err e;

	return source_open(&file, path, &e) &&
	       source_read(file, 0, head, sizeof head, &e) &&
	       bytes_equal(BYTES_OF(head), BYTES("%PDF-"));
}

bool seal_point(const char *text, double *x, double *y)
{
	struct bytes rest = bytes_str(text), part;
	double *out[2] = {x, y};

	for (size_t i = 0; i < 2; i++) {
		double v = 0, scale = 0;
		size_t n = bytes_find(rest, BYTES(","));

		part = bytes_head(rest, n);
		rest = n == SIZE_MAX ? (struct bytes){NULL, 0} : bytes_from(rest, n + 1);
		if (part.n == 0 || part.n > 12)
			return false;
		for (size_t k = 0; k < part.n; k++) {
			if (part.p[k] == '.' && scale == 0) {
				scale = 1;
				continue;
			}
			if (part.p[k] < '0' || part.p[k] > '9')
				return false;
			v = v * 10 + (part.p[k] - '0');
			scale *= 10;
		}
		*out[i] = scale > 0 ? v / scale : v;
	}
	return rest.n == 0;
}

/* --page: a number, or "last". */
static bool page_option(struct cli *c, int *out, struct err *e)
{
	const char *page = cli_text(c, "page");
	uint64_t number = 1;

	*out = -1;
	if (page && strcmp(page, "last") == 0)
		return true;
	if (page && !decimal_u64(bytes_str(page), PAGE_MAX, &number, e))
		return err_in(e, "--page");
	*out = (int)number;
	return true;
}

/* At most one of --at, --at-text and --slot; the latter with --slots. */
static bool place_named(struct cli *c, struct err *e)
{
	static const char *const names[] = {"at", "at-text", "slot"};
	const char *given = NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!cli_flag(c, names[i]))
			continue;
		if (given)
			return err_set(e, ERR_USAGE, "%s",
				cli_say(c, MSG_CLI_NOT_BOTH,
					arena_printf(c->arena, "--%s", given),
					arena_printf(c->arena, "--%s", names[i])));
		given = names[i];
	}
	if (cli_flag(c, "slot") != cli_flag(c, "slots"))
		return err_set(e, ERR_USAGE, "--slot, --slots");
	return true;
}

/* A slot of the paper: handwriting is made to fit; a seal keeps its true size. */
static bool slot_option(struct cli *c, struct qy_pdf_options *o,
	struct qy_pdf_place *place, struct err *e)
{
	const char *slot = cli_text(c, "slot");

	if (!slot)
		return true;
	if (!seal_slot_find(c, cli_text(c, "slots"), slot, place, e))
		return false;
	if (o->seal.size)
		place->box_w_mm = place->box_h_mm = 0;
	return true;
}

/* Where the picture goes: a slot, the words --at-text names, or --page and --at. Given a
 * straddle seal and nothing else it stands on the edges only. */
static bool place_options(struct cli *c, struct qy_pdf_options *o,
	struct qy_pdf_place *place, struct err *e)
{
	const char *at = cli_text(c, "at"), *words = cli_text(c, "at-text");
	size_t straddle = cli_choice(c, "straddle", 2);
	bool placed = at || words || cli_flag(c, "slot") || cli_flag(c, "page");

	if (!place_named(c, e))
		return false;
	o->straddle = straddle == 2 ? 0 : straddle == 0 ? 1 : 2;
	if (!page_option(c, &place->page, e))
		return false;
	if (at && !seal_point(at, &place->x_mm, &place->y_mm))
		return err_set(e, ERR_USAGE, "%s", msg_text(c->lang, MSG_SEAL_BAD_POINT));
	if (words && !seal_text_find(c, cli_operand(c, 0), words,
			     cli_text(c, "page") ? place->page : 0, place, e))
		return false;
	if (!slot_option(c, o, place, e))
		return false;
	if (place->page == 0 || (o->straddle && !placed))
		return true;
	o->places = place;
	o->place_count = 1;
	return true;
}

/* Pictures other than PNG are read by the program that can draw. */
static void need_picture(struct cli *c, struct bytes picture)
{
	if (!bytes_starts(picture, BYTES("\x89PNG")))
		program_hand_over(c);
}

static bool seal_options(struct cli *c, struct qy_pdf_options *o, struct err *e)
{
	struct ses_seal read;
	struct bytes seal;

	if (!cli_read(c, cli_text(c, "seal"), SEAL_FILE_MAX, &seal, e))
		return false;
	/* To the library no seal means a signature without one. */
	if (seal.n == 0)
		return err_set(
			e, ERR_MALFORMED, "%s: no seal in it", cli_text(c, "seal"));
	if (!ses_seal_read(&read, seal, e))
		return err_in(e, "%s", cli_text(c, "seal"));
	need_picture(c, read.picture.data);
	o->seal = session_bytes(seal);
	o->form = (int)cli_choice(c, "as", 2);
	o->form = o->form == 2 ? QY_PDF_AUTO : o->form == 0 ? QY_PDF_PADES : QY_PDF_SES;
	return true;
}

static bool picture_options(struct cli *c, struct qy_pdf_options *o, struct err *e)
{
	const char *path = cli_text(c, "picture");
	struct bytes picture;

	if (!path)
		return true;
	if (!cli_read(c, path, PICTURE_FILE_MAX, &picture, e))
		return false;
	need_picture(c, picture);
	o->picture = session_bytes(picture);
	o->width_mm = (double)cli_number(c, "width", 40);
	o->height_mm = (double)cli_number(c, "height", 15);
	return true;
}

static int sign(struct cli *c, struct qy_pdf_options *o, qy_key *key)
{
	const char *out = cli_text(c, "out");
	AUTO_QY(context) ctx = session_plain(c);
	AUTO(closed_warning) closed = NULL;
	AUTO(cli_tsa) tsa = NULL;
	struct qy_error qe;
	struct err e;

	if (!cli_tsa_open(&tsa, c, &e) || !session_stamp(ctx, tsa, &e))
		return cli_fail(c, &e);
	if (o->seal.size)
		closed = closed_warning_start(c, cli_operand(c, 0));
	if (qy_pdf_sign(ctx, key, cli_operand(c, 0), out, o, &qe)) {
		if (closed)
			closed_warning_tell(closed, c);
		cli_note(
			c, cli_say(c, o->seal.size ? MSG_SEAL_DONE : MSG_SIGN_DONE, out));
		return 0;
	}
	session_err(&e, &qe);
	return cli_fail(c, &e);
}

int seal_pdf(struct cli *c, bool with_seal)
{
	struct qy_pdf_options o = {.size = sizeof o};
	struct qy_pdf_place place = {0};
	AUTO_QY(key) key = NULL;
	AUTO_QY(key) also = NULL;
	struct err e;

	o.reason = cli_text(c, "reason");
	o.location = cli_text(c, "location");
	o.certify = (int)cli_number(c, "certify", 0);
	o.lock = cli_flag(c, "lock");
	if (!(with_seal ? seal_options(c, &o, &e) : picture_options(c, &o, &e)))
		return cli_fail(c, &e);
	if ((o.seal.size || o.picture.size) && !place_options(c, &o, &place, &e))
		return cli_fail(c, &e);
	if (!session_key(&key, c, &e))
		return cli_fail(c, &e);
	if (cli_text(c, "also-key") &&
		!session_key_named(&also, c, "also-key", "also-certificate", &e))
		return cli_fail(c, &e);
	o.also = also;
	return sign(c, &o, key);
}
