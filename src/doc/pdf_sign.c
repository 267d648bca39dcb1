/* pdf_sign: see pdf_sign.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_sign.h"

#include "base/text.h"
#include "doc/cms_check.h"
#include "doc/cms_write.h"
#include "doc/pdf_sign_hole.h"
#include "doc/pdf_sign_rules.h"
#include "doc/pdf_widget.h"
#include "doc/ses_write.h"

/* Room for a message without its certificates, for a token with those of its TSA. */
enum { RESERVE = 4096, RESERVE_STAMP = 24 * 1024, RESERVE_MAX = 4 << 20 };

/* One signature being made. */
struct signing {
	struct pdf_update *u;
	struct outfile *to;
	struct arena *a;
	struct world *w;
	const struct pdf_sign_spec *spec; /* null: a document time stamp */
	const struct stamper *stamper;
	struct pdf_ref value;
	struct pdf_hole hole;
	uint64_t body_at;
};

static bool check_text(const char *text, const char *what, struct err *e)
{
	struct bytes b = bytes_str(text);

	return (b.n <= PDF_TEXT_MAX && utf8_is_valid(b)) ||
	       err_set(e, ERR_USAGE, "%s: not UTF-8 of at most %d octets", what,
		       PDF_TEXT_MAX);
}

static bool check_spec(const struct pdf_sign_spec *spec, struct err *e)
{
	struct ses_seal seal;

	if (spec->certify < 0 || spec->certify > 3)
		return err_set(e, ERR_USAGE, "certify: 0 to 3");
	if (spec->time == TIME_NONE)
		return err_set(e, ERR_USAGE, "a signature needs a time");
	if (spec->form == PDF_SIGN_SES && spec->seal.n == 0)
		return err_set(e, ERR_USAGE, "SES needs a seal");
	/* A picture of a seal says whose seal it is: nobody shows another's. */
	if (spec->form == PDF_SIGN_PADES && spec->seal.n &&
		!ses_seal_allows(&seal, spec->seal, spec->cert, spec->time, e))
		return false;
	return check_text(spec->name, "name", e) &&
	       check_text(spec->reason, "reason", e) &&
	       check_text(spec->location, "location", e);
}

static size_t reserve_of(const struct pdf_sign_spec *spec)
{
	size_t n = RESERVE + spec->cert.n + spec->order_digest.n;

	if (spec->form == PDF_SIGN_SES)
		n += spec->seal.n;
	if (spec->reserve)
		return spec->reserve < RESERVE_MAX ? spec->reserve : RESERVE_MAX;
	for (size_t i = 0; i < spec->others_count; i++)
		n += spec->others[i].n;
	return n + (spec->stamper ? RESERVE_STAMP : 0);
}

static void put_text(struct pdf_text *t, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	pdf_put(t, key);
	pdf_put_string(t, bytes_str(text));
	pdf_put(t, " ");
}

/* What this signature forbids later revisions, when asked to. */
static void put_references(struct pdf_text *t, const struct signing *s)
{
	const struct pdf_value *root =
		pdf_find(pdf_trailer(pdf_update_file(s->u)), "Root");

	if (!s->spec->certify && !s->spec->lock)
		return;
	pdf_put(t, "/Reference [");
	//= ISO 32000-1 §12.8.2.2: DocMDP with P from 1 (nothing) to 3 (forms and annotations)
	if (s->spec->certify) {
		pdf_put(t, "<< /Type /SigRef /TransformMethod /DocMDP /TransformParams "
			   "<< /Type /TransformParams /V /1.2 /P ");
		pdf_put_u64(t, (uint64_t)s->spec->certify);
		pdf_put(t, " >> >> ");
	}
	//= ISO 32000-1 §12.8.2.4: FieldMDP repeats what the field's Lock says
	if (s->spec->lock) {
		pdf_put(t, "<< /Type /SigRef /TransformMethod /FieldMDP /Data ");
		pdf_put_value(t, root);
		pdf_put(t, " /TransformParams << /Type /TransformParams /V /1.2 "
			   "/Action /All >> >>");
	}
	pdf_put(t, "] ");
}

static bool write_value(struct signing *s, struct err *e)
{
	AUTO_PDF_TEXT t = pdf_text_make();

	if (!s->spec) {
		//= ETSI EN 319 142-1 §5.4.3: Type DocTimeStamp, SubFilter ETSI.RFC3161
		pdf_put(&t, "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite "
			    "/SubFilter /ETSI.RFC3161 ");
		pdf_hole_put(&t, &s->hole, RESERVE_STAMP);
	} else {
		//= ETSI EN 319 142-1 §5.3: SubFilter is ETSI.CAdES.detached
		pdf_put(&t, s->spec->form == PDF_SIGN_SES
				    ? "<< /Type /Sig /Filter /QY.SES /SubFilter "
				      "/GBT.38540 "
				    : "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter "
				      "/ETSI.CAdES.detached ");
		//= ETSI EN 319 142-1 §6.3: the claimed time stands in M
		pdf_put(&t, "/M ");
		pdf_put_date(&t, s->spec->time);
		pdf_put(&t, " ");
		put_text(&t, "/Name ", s->spec->name);
		put_text(&t, "/Reason ", s->spec->reason);
		put_text(&t, "/Location ", s->spec->location);
		put_references(&t, s);
		pdf_hole_put(&t, &s->hole, reserve_of(s->spec));
	}
	pdf_put(&t, " >>");
	return pdf_update_put(s->u, s->value, &t, &s->body_at, e);
}

static bool write_field(struct signing *s, struct err *e)
{
	struct pdf_field f = {.value = s->value};

	if (s->spec) {
		f.mark = s->spec->mark;
		f.places = s->spec->places;
		f.place_count = s->spec->place_count;
		f.straddle = s->spec->straddle;
		f.straddle_y_mm = s->spec->straddle_y_mm;
		f.title = s->spec->mark ? s->spec->mark->alt : s->spec->name;
		f.lock = s->spec->lock;
		if (s->spec->certify)
			f.certified = s->value;
	}
	return pdf_field_write(s->u, s->a, &f, e);
}

static bool covered_digest(
	enum digest_alg alg, struct source *covered, uint8_t *out, struct err *e)
{
	AUTO(digest) d = digest_new(alg);

	if (!digest_put_source(d, covered, e))
		return false;
	digest_finish(d, out);
	return true;
}

/* The token over the file's digest. */
static bool make_token(
	struct signing *s, struct source *covered, struct bytes *out, struct err *e)
{
	uint8_t digest[DIGEST_MAX];
	enum digest_alg alg = s->stamper->alg;

	//= ETSI EN 319 142-1 §5.4.3: the token's imprint is the digest of the ByteRange
	return covered_digest(alg, covered, digest, e) &&
	       (s->stamper->stamp(s->stamper->ctx, s->a,
			bytes_make(digest, digest_size(alg)), out, e) ||
		       err_in(e, "time stamp"));
}

static bool make_ses(
	struct signing *s, struct source *covered, struct bytes *out, struct err *e)
{
	uint8_t sm3[SM3_SIZE];
	struct ses_sign_spec spec = {.seal = s->spec->seal,
		.data_sm3 = sm3,
		.property = bytes_str(pdf_hole_range(&s->hole, s->a)),
		.time = s->spec->time,
		.order_digest = s->spec->order_digest,
		.key = s->spec->key,
		.cert = s->spec->cert,
		.stamper = s->spec->stamper};

	//= GB/T 38540-2020 §7.2: dataHash is SM3 of the original; in PDF, of the ByteRange
	return covered_digest(DIGEST_SM3, covered, sm3, e) &&
	       ses_sign(s->a, out, s->w, &spec, e);
}

static bool make_value(
	struct signing *s, struct source *covered, struct bytes *out, struct err *e)
{
	if (!s->spec)
		return make_token(s, covered, out, e);
	if (s->spec->form == PDF_SIGN_SES)
		return make_ses(s, covered, out, e);
	return cms_sign(s->a, out, s->w,
		&(struct cms_sign_spec){.profile = CMS_PADES,
			.content = covered,
			.key = s->spec->key,
			.cert = s->spec->cert,
			.others = s->spec->others,
			.others_count = s->spec->others_count,
			.signing_time = TIME_NONE,
			.order_digest = s->spec->order_digest,
			.stamper = s->spec->stamper},
		e);
}

/* The file is whole but for the hole: signs what stands around it. */
static bool fill(struct signing *s, struct err *e)
{
	AUTO(source) file = NULL;
	AUTO(source) covered = NULL;
	struct bytes value;

	return pdf_hole_cover(&s->hole, s->to, s->body_at, e) &&
	       source_open(&file, outfile_temporary(s->to), e) &&
	       source_of_ranges(&covered, file, s->hole.covered, 2, e) &&
	       make_value(s, covered, &value, e) &&
	       pdf_hole_fill(&s->hole, s->to, value, e);
}

static bool run(struct signing *s, struct pdf *in, struct err *e)
{
	AUTO(pdf_update) u = NULL;

	if (!pdf_update_new(&u, in, s->to, e))
		return false;
	s->u = u;
	s->value = (struct pdf_ref){pdf_update_number(u), 0};
	return write_value(s, e) && write_field(s, e) && pdf_update_finish(u, s->w, e) &&
	       fill(s, e);
}

bool pdf_sign(struct pdf *in, struct outfile *to, struct arena *a, struct world *w,
	const struct pdf_sign_spec *spec, struct err *e)
{
	struct signing s = {.to = to, .a = a, .w = w, .spec = spec};

	return check_spec(spec, e) && pdf_sign_allowed(in, spec->certify != 0, e) &&
	       run(&s, in, e);
}

bool pdf_add_timestamp(struct pdf *in, struct outfile *to, struct arena *a,
	struct world *w, const struct stamper *stamper, struct err *e)
{
	struct signing s = {.to = to, .a = a, .w = w, .stamper = stamper};

	return run(&s, in, e);
}
