/* pdf: sealing and signing PDF files, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_sign.h"

#include "base/text.h"
#include "doc/pdf.h"
#include "doc/picture_decode.h"
#include "doc/ses.h"
#include "doc/verify.h"
#include "lib/lib.h"
#include "lib/picture.h"

/* Vector pictures are drawn with so many pixels a millimetre: 600 dpi. */
static const double pixels_per_mm = 600 / 25.4;

/* One request. */
struct request {
	qy_context *ctx;
	struct arena *a;
	const struct qy_pdf_options *options;
	struct pdf_sign_spec spec, also;
	struct pdf_mark mark;
	struct picture_pixels pixels;
	struct pdf_place last_page;
	size_t signatures;
};

static bool read_picture(struct request *r, struct bytes picture, struct err *e)
{
	unsigned w = (unsigned)(r->mark.width_mm * pixels_per_mm),
		 h = (unsigned)(r->mark.height_mm * pixels_per_mm);

	r->mark.pixels = &r->pixels;
	r->spec.mark = &r->mark;
	return lib_picture_decode(r->a, picture, w, h, &r->pixels, e) ||
	       err_in(e, "picture");
}

/* What is shown: the picture given, or that of the seal. */
static bool read_mark(struct request *r, struct err *e)
{
	const struct qy_pdf_options *o = r->options;
	struct bytes seal = lib_bytes(o->seal), picture = lib_bytes(o->picture);
	struct ses_seal s;

	if (seal.n == 0 && picture.n == 0)
		return true;
	r->mark.alt = say(r->a, r->ctx->lang, MSG_PDF_MARK, r->spec.name);
	if (seal.n) {
		if (!ses_seal_read(&s, seal, e))
			return err_in(e, "seal");
		r->mark.alt = say(r->a, r->ctx->lang, MSG_PDF_SEAL_MARK,
			text_printable(r->a, s.name, 200));
		r->mark.width_mm = s.picture.width_mm;
		r->mark.height_mm = s.picture.height_mm;
	}
	if (picture.n) {
		r->mark.width_mm = o->width_mm;
		r->mark.height_mm = o->height_mm;
	} else {
		picture = s.picture.data;
	}
	if (!(r->mark.width_mm > 0 && r->mark.width_mm < 1000 && r->mark.height_mm > 0 &&
		    r->mark.height_mm < 1000))
		return err_set(e, ERR_USAGE, "a picture of %.0f by %.0f mm",
			r->mark.width_mm, r->mark.height_mm);
	return read_picture(r, picture, e);
}

static void read_places(struct request *r)
{
	const struct qy_pdf_options *o = r->options;
	struct pdf_place *places =
		ARENA_ARRAY(r->a, o->place_count + 1, struct pdf_place);
	size_t count = o->place_count;

	for (size_t i = 0; i < count; i++)
		places[i] = (struct pdf_place){o->places[i].page, o->places[i].x_mm,
			o->places[i].y_mm, o->places[i].box_w_mm, o->places[i].box_h_mm,
			o->places[i].keep_inside != 0};
	if (r->spec.mark && count == 0 && o->straddle == 0)
		places[count++] = (struct pdf_place){.page = -1};
	r->spec.places = places;
	r->spec.place_count = count;
}

static bool name_key(
	struct request *r, struct pdf_sign_spec *spec, const qy_key *key, struct err *e)
{
	struct cert c;

	spec->key = key->key;
	spec->cert = bytes_make(key->cert, key->cert_size);
	spec->others = key->others;
	spec->others_count = key->others_count;
	spec->time = r->ctx->world->now(r->ctx->world);
	spec->stamper = lib_stamper(r->ctx);
	if (!cert_parse(&c, spec->cert, e))
		return false;
	spec->name = name_title(r->a, c.subject);
	return true;
}

static bool read_options(struct request *r, const qy_key *key, struct err *e)
{
	const struct qy_pdf_options *o = r->options;

	r->signatures = o->also ? 2 : 1;
	if (!name_key(r, &r->spec, key, e) || !read_mark(r, e))
		return false;
	r->spec.form = o->form == QY_PDF_SES || (o->form == QY_PDF_AUTO && o->seal.size)
			       ? PDF_SIGN_SES
			       : PDF_SIGN_PADES;
	r->spec.seal = lib_bytes(o->seal);
	r->spec.reason = o->reason;
	r->spec.location = o->location;
	r->spec.certify = o->certify;
	r->spec.lock = o->lock && !o->also;
	r->spec.order_digest = lib_bytes(o->order_digest);
	r->spec.straddle = (enum pdf_straddle)o->straddle;
	r->spec.straddle_y_mm = o->straddle_y_mm;
	read_places(r);
	if (!o->also)
		return true;
	r->also.form = PDF_SIGN_PADES;
	r->also.reason = o->reason;
	r->also.location = o->location;
	r->also.order_digest = r->spec.order_digest;
	/* The last signature locks, else it could not be made. */
	r->also.lock = o->lock;
	return name_key(r, &r->also, o->also, e);
}

/* A report on a file as it stands at a path. */
static bool report_on(
	struct report **out, struct request *r, const char *path, struct err *e)
{
	AUTO(source) file = NULL;
	struct judge j;

	return lib_judge(&j, r->ctx, r->a, e) && source_open(&file, path, e) &&
	       verify_file(out, &j, "", file, NULL, NULL, e);
}

static bool sign_once(struct request *r, const char *path, struct outfile *to,
	const struct pdf_sign_spec *spec, struct err *e)
{
	AUTO(source) file = NULL;
	AUTO(pdf) p = NULL;

	return source_open(&file, path, e) && pdf_open(&p, file, 0, e) &&
	       pdf_sign(p, to, r->a, r->ctx->world, spec, e);
}

/* Verifies what was just written, as a stranger would. */
static bool check_result(
	struct request *r, const char *path, const struct report *before, struct err *e)
{
	static const enum check_id own[] = {CHECK_FORMAT, CHECK_DIGEST_DOCUMENT,
		CHECK_SIGNATURE_VALUE, CHECK_COVERAGE};
	struct report *after;

	return report_on(&after, r, path, e) &&
	       lib_check_added(
		       before, after, r->signatures, own, sizeof own / sizeof *own, e);
}

static bool sign_file(
	struct request *r, const char *in_path, const char *out_path, struct err *e)
{
	AUTO(outfile) to = NULL;
	struct report *before;

	if (!report_on(&before, r, in_path, e) || !outfile_open(&to, out_path, 0644, e) ||
		!sign_once(r, in_path, to, &r->spec, e) ||
		(r->options->also &&
			!sign_once(r, outfile_temporary(to), to, &r->also, e)) ||
		!check_result(r, outfile_temporary(to), before, e))
		return false;
	return outfile_commit(to, e);
}

int qy_pdf_sign(qy_context *ctx, qy_key *key, const char *in_path, const char *out_path,
	const struct qy_pdf_options *options, struct qy_error *error)
{
	AUTO(arena) a = arena_new();
	struct request r = {.ctx = ctx, .a = a, .options = options};
	struct err e;

	if (!options || options->size != sizeof *options)
		return lib_usage(error, "options of another version");
	if (!in_path || !out_path)
		return lib_usage(error, "no path");
	if (!key || !key->cert || (options->also && !options->also->cert))
		return lib_usage(error, "the key has no certificate");
	if (options->straddle < 0 || options->straddle > 2 || options->form < 0 ||
		options->form > 2)
		return lib_usage(error, "straddle, form: 0, 1 or 2");
	return read_options(&r, key, &e) && sign_file(&r, in_path, out_path, &e)
		       ? 1
		       : lib_fail(error, &e);
}
