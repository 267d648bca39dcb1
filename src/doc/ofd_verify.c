/* ofd_verify: see ofd_verify.h. Coverage is in ofd_coverage.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_verify.h"

#include "base/text.h"
#include "doc/cms_verify.h"
#include "doc/ofd_coverage.h"
#include "doc/render_unsigned.h"
#include "doc/ses_verify.h"

#include <string.h>

#define RULE_OFD       "GB/T 33190-2016 §18.2"
#define RULE_FILES     "GB/T 33190-2016 §18.2.2"
#define RULE_SEAL_FILE "GB/T 33190-2016 §18.2.3"

/* Signature.xml, SignedValue.dat and Seal.esl of all signatures together: what is kept in
 * memory while a file is judged. */
enum { NAMED_MAX = 20, PARTS_MAX = 24 << 20 };

/* SM3 of the entries hashed so far: a file covered by ten signatures is read once. */
struct digests {
	const struct judge *j;
	struct ofd *o;
	uint8_t (*sm3)[SM3_SIZE];
	bool *known;
	ofd_progress *progress;
	void *ctx;
	uint64_t done, total;
	size_t parts_left; /* of PARTS_MAX */
};

static bool put_piece(void *to, struct bytes chunk, struct err *e)
{
	(void)e;
	digest_put(to, chunk);
	return true;
}

/* False with ERR_MALFORMED when the entry does not unpack to what it declares. */
static bool entry_sm3(struct digests *d, size_t entry, const uint8_t **out, struct err *e)
{
	AUTO(digest) digest = NULL;

	if (!d->known[entry]) {
		digest = digest_new(DIGEST_SM3);
		if (!zip_stream(
			    ofd_zip(d->o), entry, (struct sink){put_piece, digest}, e))
			return false;
		digest_finish(digest, d->sm3[entry]);
		d->known[entry] = true;
		d->done += zip_entry(ofd_zip(d->o), entry)->size;
		if (d->progress)
			d->progress(d->ctx, d->done, d->total);
	}
	*out = d->sm3[entry];
	return true;
}

static const char *path_text(const struct judge *j, struct bytes path)
{
	return text_printable(j->arena, path, 200);
}

//= GB/T 33190-2016 §18.2.2: CheckMethod names the digest; its default of the schema is MD5
static bool is_sm3_method(struct bytes method)
{
	return ascii_equal_nocase(method, BYTES("SM3")) ||
	       bytes_equal(method, bytes_str(oid_dotted(OID_SM3)));
}

/* Compares every reference; the ones that differ or are missing are named. */
static bool check_references(struct digests *d, struct report_signature *s,
	const struct ofd_signature *sig, struct err *e)
{
	const struct judge *j = d->j;
	size_t wrong = 0;

	if (!is_sm3_method(sig->check_method)) {
		verdict_skip(&s->verdict, CHECK_DIGEST_FILES,
			SUB_CRYPTO_CONSTRAINTS_FAILURE, RULE_FILES,
			say(j->arena, j->lang, MSG_OFD_CHECK_METHOD,
				sig->check_method.n ? path_text(j, sig->check_method)
						    : "MD5"));
		return true;
	}
	(void)judge_digest_sound(
		&s->verdict, j, CHECK_DIGEST_FILES, DIGEST_SM3, judge_file_time(j));
	if (sig->reference_count == 0) {
		verdict_fail(&s->verdict, CHECK_DIGEST_FILES, SUB_FORMAT_FAILURE,
			RULE_FILES, say(j->arena, j->lang, MSG_OFD_NO_REFERENCES));
		return true;
	}
	for (size_t i = 0; i < sig->reference_count; i++) {
		const struct ofd_reference *ref = &sig->references[i];
		const uint8_t *sm3;
		enum msg what = MSG_OFD_FILE_CHANGED;
		struct err why;

		if (ref->place.entry == OFD_NO_ENTRY) {
			what = MSG_OFD_FILE_MISSING;
		} else if (!entry_sm3(d, ref->place.entry, &sm3, &why)) {
			if (why.code == ERR_IO) {
				*e = why;
				return false;
			}
			what = MSG_OFD_FILE_BROKEN;
		} else if (bytes_equal(ref->value, bytes_make(sm3, SM3_SIZE))) {
			continue;
		}
		if (wrong++ < NAMED_MAX)
			verdict_fail(&s->verdict, CHECK_DIGEST_FILES, SUB_HASH_FAILURE,
				RULE_FILES,
				say(j->arena, j->lang, what,
					path_text(j, ref->place.path)));
	}
	if (wrong == 0)
		verdict_pass(&s->verdict, CHECK_DIGEST_FILES, RULE_FILES,
			say(j->arena, j->lang, MSG_OFD_FILES_SAME,
				arena_printf(j->arena, "%zu", sig->reference_count)));
	else if (wrong > NAMED_MAX)
		verdict_fail(&s->verdict, CHECK_DIGEST_FILES, SUB_HASH_FAILURE,
			RULE_FILES,
			say(j->arena, j->lang, MSG_OFD_AND_MORE,
				arena_printf(j->arena, "%zu", wrong - NAMED_MAX)));
	return true;
}

static void format_failure(struct report_signature *s, const struct judge *j,
	enum msg what, struct bytes path)
{
	verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_OFD,
		say(j->arena, j->lang, what, path_text(j, path)));
}

/* A small part, or a format failure that names it. */
static bool read_part(struct digests *d, struct report_signature *s,
	const struct ofd_place *place, size_t max, struct bytes *out)
{
	const struct judge *j = d->j;
	struct err e;

	if (place->entry == OFD_NO_ENTRY) {
		format_failure(s, j, MSG_OFD_PART_MISSING, place->path);
		return false;
	}
	max = max < d->parts_left ? max : d->parts_left;
	if (zip_slurp(ofd_zip(d->o), place->entry, j->arena, max, out, &e)) {
		d->parts_left -= out->n;
		return true;
	}
	verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_OFD,
		arena_printf(j->arena, "%s: %s", path_text(j, place->path),
			err_say(j->arena, j->lang, &e)));
	return false;
}

/* The oldest form: r and s alone, and nobody says whose they are. */
static void judge_bare(
	struct report_signature *s, const struct judge *j, struct bytes value)
{
	uint8_t rs[SM2_SIG];
	enum sm2_sig_form form;
	struct err e;

	s->format = "raw-sm2";
	if (!sm2_sig_read(rs, &form, value, &e)) {
		s->format = "unknown";
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_OFD,
			say(j->arena, j->lang, MSG_OFD_VALUE_UNKNOWN));
	} else {
		verdict_pass(&s->verdict, CHECK_FORMAT, RULE_OFD, "");
		verdict_skip(&s->verdict, CHECK_SIGNATURE_VALUE,
			SUB_NO_SIGNING_CERTIFICATE_FOUND, RULE_OFD,
			say(j->arena, j->lang, MSG_CMS_NO_CERTIFICATE));
	}
	report_set_national(s, j, NULL);
}

static void judge_cms(struct report *r, struct report_signature *s, const struct judge *j,
	struct bytes value, struct bytes xml)
{
	AUTO(source) document = source_of_bytes(xml);
	struct cms_given given = {.content = document, .by_digest = true};
	struct cms_signer signer;
	struct cms c;
	struct bytes run;
	struct err e;

	s->kind = REPORT_SIGNATURE;
	s->format = "gbt35275";
	if (cms_read(&c, value, &e)) {
		run = c.signers;
		s->format = c.gm ? "gbt35275" : "cms";
		//= GM/T 0099-2020 §7.2.2: one SignedData with one signer
		if (c.kind == CMS_SIGNED && cms_signer_next(&run, &signer, &e) &&
			der_end(run, &e)) {
			cms_gather(j, &c);
			cms_judge_signer(r, s, j, &c, &signer, &given);
			return;
		}
		if (c.kind != CMS_SIGNED)
			err_set(&e, ERR_MALFORMED, "SignedValue: not SignedData");
	}
	verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_OFD,
		err_say(j->arena, j->lang, &e));
	report_set_national(s, j, NULL);
}

/* A seal that the signed value does not hold is drawn by viewers and vouched for by
 * nobody. */
static void refuse_loose_seal(struct report_signature *s, const struct judge *j,
	const struct ofd_signature *sig)
{
	//= GB/T 33190-2016 §18.2.3: the Seal element names the seal that the signature used
	if (sig->has_seal)
		verdict_fail_total(&s->verdict, CHECK_SEAL_MATCHES_FILE,
			SUB_SIG_CONSTRAINTS_FAILURE, RULE_SEAL_FILE,
			say(j->arena, j->lang, MSG_SES_SEAL_NOT_SIGNED,
				path_text(j, sig->seal.path)));
}

static void judge_ses(struct report *r, struct digests *d, struct report_signature *s,
	const struct ofd_signature *sig, struct bytes value, struct bytes path,
	struct bytes xml)
{
	const struct judge *j = d->j;
	struct ses_given given = {0};
	struct ses_signature ses;
	uint8_t sm3[SM3_SIZE];
	struct err e;

	s->kind = REPORT_SEAL;
	s->format = "ses";
	if (!ses_signature_read(&ses, value, &e)) {
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_OFD,
			err_say(j->arena, j->lang, &e));
		report_set_national(s, j, NULL);
		return;
	}
	s->format = arena_printf(j->arena, "ses-%d", ses.version);
	//= GB/T 33190-2016 §18.2: what is sealed is Signature.xml, which holds the digests
	sm3_of(xml, sm3);
	given.data_sm3 = sm3;
	given.property = bytes_make(
		arena_printf(j->arena, "/%.*s", (int)path.n, (const char *)path.p),
		path.n + 1);
	if (sig->has_seal && (!read_part(d, s, &sig->seal, SES_MAX, &given.seal_file) ||
				     given.seal_file.n == 0))
		verdict_fail_total(&s->verdict, CHECK_SEAL_MATCHES_FILE,
			SUB_SIG_CONSTRAINTS_FAILURE, RULE_OFD,
			say(j->arena, j->lang, MSG_OFD_PART_MISSING,
				path_text(j, sig->seal.path)));
	ses_judge_signature(r, s, j, &ses, &given);
}

static void show_stamps(struct report_signature *s, const struct judge *j,
	const struct ofd_signature *sig)
{
	s->stamps = ARENA_ARRAY(j->arena, sig->stamp_count, struct report_stamp);
	s->stamp_count = sig->stamp_count;
	for (size_t i = 0; i < sig->stamp_count; i++) {
		const struct ofd_stamp *stamp = &sig->stamps[i];

		s->stamps[i] = (struct report_stamp){stamp->page, stamp->x, stamp->y,
			stamp->w, stamp->h, stamp->has_clip, stamp->clip_x, stamp->clip_y,
			stamp->clip_w, stamp->clip_h};
	}
	if (sig->provider.n)
		s->provider = arena_printf(j->arena, "%s %s", path_text(j, sig->provider),
			path_text(j, sig->provider_version));
}

/* The first entry a kind of finding names, for showing. */
static const char *finding_text(
	const struct judge *j, const struct zip *z, enum zip_finding_kind kind)
{
	for (size_t i = 0; i < zip_findings_n(z); i++) {
		const struct zip_finding *f = zip_finding(z, i);

		if (f->kind == kind && f->entry < zip_count(z))
			return path_text(j, zip_entry(z, f->entry)->name);
	}
	return "";
}

/* Names that two readers could read as two documents make any signature worthless; octets
 * outside every entry are what a reader that walks local headers would find. Asked by
 * kind, since only the first findings are kept. */
static void check_package(
	struct report_signature *s, const struct judge *j, const struct ofd *o)
{
	struct zip *z = ofd_zip(o);

	for (enum zip_finding_kind kind = 0; kind < ZIP_FINDING_COUNT; kind++) {
		if (zip_findings_all(z, kind) == 0)
			continue;
		if (kind == ZIP_GAP)
			verdict_fail(&s->verdict, CHECK_COVERAGE,
				SUB_SIG_CONSTRAINTS_FAILURE, RULE_FILES,
				say(j->arena, j->lang, MSG_OFD_GAP));
		if (zip_finding_is_hostile(kind))
			verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE,
				RULE_OFD,
				say(j->arena, j->lang, MSG_OFD_PACKAGE,
					zip_finding_name(kind),
					finding_text(j, z, kind)));
	}
}

static bool judge_one(struct report *r, struct digests *d,
	const struct ofd_signature_entry *entry, bool is_repeated, struct ofd_judged *out,
	struct err *e)
{
	const struct judge *j = d->j;
	struct report_signature *s =
		report_add(r, entry->is_sign ? REPORT_SIGNATURE : REPORT_SEAL, "unknown");
	struct bytes xml, value;
	struct err why;

	if (!s)
		return err_set(e, ERR_TOO_LARGE, "more than %d signatures",
			REPORT_SIGNATURES_MAX);
	s->where = path_text(j, entry->place.path);
	out->entry = entry;
	out->report = s;
	check_package(s, j, d->o);
	s->national = NATIONAL_INVALID;
	s->national_note = say(j->arena, j->lang, MSG_NATIONAL_FAILED_CHECK);
	/* One signature entered twice would look like two people. */
	if (is_repeated) {
		format_failure(s, j, MSG_OFD_REPEATED, entry->place.path);
		return true;
	}
	if (!read_part(d, s, &entry->place, XML_PART_MAX, &xml))
		return true;
	if (!ofd_signature_read(
		    &out->signature, d->o, j->arena, entry->place.path, xml, &why)) {
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_OFD,
			err_say(j->arena, j->lang, &why));
		return true;
	}
	out->is_read = true;
	show_stamps(s, j, &out->signature);
	if (!check_references(d, s, &out->signature, e))
		return false;
	if (!out->signature.has_value) {
		format_failure(s, j, MSG_OFD_NO_VALUE, entry->place.path);
		return true;
	}
	if (!read_part(d, s, &out->signature.value, SES_MAX, &value))
		return true;
	if (!ses_is_signature(value))
		refuse_loose_seal(s, j, &out->signature);
	if (cms_is(value))
		judge_cms(r, s, j, value, xml);
	else if (ses_is_signature(value))
		judge_ses(r, d, s, &out->signature, value, entry->place.path, xml);
	else
		judge_bare(s, j, value);
	if (entry->is_sign != (s->kind == REPORT_SIGNATURE))
		report_note(r, say(j->arena, j->lang, MSG_OFD_TYPE_DIFFERS, s->where));
	return true;
}

/* Signatures.xml was promised and cannot be read: what stood there is unknown. */
static void judge_lost(struct report *r, const struct judge *j, const struct ofd_doc *doc,
	const struct err *why)
{
	struct report_signature *s = report_add(r, REPORT_SIGNATURE, "unknown");

	if (!s)
		return;
	s->where = path_text(j, doc->signatures.path);
	if (why)
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_OFD,
			err_say(j->arena, j->lang, why));
	else
		format_failure(s, j, MSG_OFD_PART_MISSING, doc->signatures.path);
	report_set_national(s, j, NULL);
}

static bool is_repeated(const struct ofd_signature_list *list, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (list->entries[i].place.entry != OFD_NO_ENTRY &&
			list->entries[i].place.entry == list->entries[at].place.entry)
			return true;
	return false;
}

static bool judge_doc(
	struct report *r, struct digests *d, const struct ofd_doc *doc, struct err *e)
{
	const struct judge *j = d->j;
	struct ofd_signature_list list;
	struct ofd_judged *judged;
	struct bytes xml;
	struct err why;

	if (doc->signatures.path.n == 0)
		return true;
	if (doc->signatures.entry == OFD_NO_ENTRY) {
		judge_lost(r, j, doc, NULL);
		return true;
	}
	if (!ofd_part(d->o, doc->signatures.entry, j->arena, &xml, &why) ||
		!ofd_signatures_read(
			&list, d->o, j->arena, doc->signatures.path, xml, &why)) {
		if (why.code == ERR_IO) {
			*e = why;
			return false;
		}
		judge_lost(r, j, doc, &why);
		return true;
	}
	judged = ARENA_ARRAY(j->arena, list.count, struct ofd_judged);
	for (size_t i = 0; i < list.count; i++)
		if (!judge_one(
			    r, d, &list.entries[i], is_repeated(&list, i), &judged[i], e))
			return false;
	ofd_check_coverage(j, d->o, doc, judged, list.count);
	return true;
}

static void note_findings(struct report *r, const struct judge *j, const struct ofd *o)
{
	for (size_t i = 0; i < ofd_findings_n(o); i++) {
		const struct ofd_finding *f = ofd_finding(o, i);

		report_note(r, arena_printf(j->arena, "%s: %s", ofd_finding_name(f->kind),
				       path_text(j, f->what)));
	}
	for (size_t i = 0; i < zip_findings_n(ofd_zip(o)); i++) {
		const struct zip_finding *f = zip_finding(ofd_zip(o), i);
		struct bytes name = {NULL, 0};

		if (f->entry < zip_count(ofd_zip(o)))
			name = zip_entry(ofd_zip(o), f->entry)->name;
		report_note(r, arena_printf(j->arena, "%s: %s", zip_finding_name(f->kind),
				       path_text(j, name)));
	}
}

bool ofd_judge(struct report *r, const struct judge *j, struct ofd *o,
	ofd_progress *progress, void *ctx, struct err *e)
{
	size_t n = zip_count(ofd_zip(o));
	struct digests d = {.j = j,
		.o = o,
		.sm3 = arena_array(j->arena, n, SM3_SIZE),
		.known = ARENA_ARRAY(j->arena, n, bool),
		.progress = progress,
		.ctx = ctx,
		.parts_left = PARTS_MAX};

	for (size_t i = 0; i < n; i++)
		d.total += zip_entry(ofd_zip(o), i)->size;
	note_findings(r, j, o);
	for (size_t i = 0; i < ofd_docs_n(o); i++)
		if (!judge_doc(r, &d, ofd_doc(o, i), e))
			return false;
	ofd_check_pictures(r, j, o);
	return true;
}
