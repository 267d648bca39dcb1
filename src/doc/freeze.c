/* freeze: see freeze.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/freeze.h"

#include "doc/evidence_pdf.h"
#include "doc/verify.h"

bool freeze_begin(struct freeze *f, struct err *e)
{
	if (!verify_paper(&f->report, &f->judge, f->name, f->file, NULL, NULL, e))
		return err_in(e, "%s", f->name);
	if (f->report->indication == INDICATION_FAILED ||
		f->report->indication == INDICATION_NO_SIGNATURE)
		return err_set(e, ERR_DENIED, "%s %s",
			indication_name(f->report->indication), sub_name(f->report->sub));
	return true;
}

static struct qye_spec spec_of(const struct freeze *f, const struct record *record)
{
	return (struct qye_spec){.name = f->name,
		.paper = f->file,
		.content_name = f->content_name,
		.content = f->judge.content,
		.record = record,
		.trust = f->judge.trust,
		.report = bytes_str(report_json(f->report)),
		.made_at = f->judge.now,
		.stampers = f->stampers};
}

bool freeze_make(struct freeze *f, struct outfile *to, struct err *e)
{
	struct qye_spec spec;

	f->pending = f->judge.record;
	if (evidence_is_pdf(f->file))
		return evidence_into_pdf(f->file, to, f->judge.arena, f->world,
			f->judge.record, &f->stampers, DIGEST_SHA256, e);
	spec = spec_of(f, f->judge.record);
	return qye_make(sink_to_outfile(to), f->judge.arena, &spec, e);
}

/* --- renewing -------------------------------------------------------------------------
 */

/* The second freeze: what the stamps rested on goes in with the rest. */
static bool extend(struct freeze *f, struct qye *q, struct outfile *to, struct err *e)
{
	struct qye_spec spec;

	for (size_t i = 0; i < q->stamps->count; i++)
		record_put(q->papers, q->stamps->items[i].type, q->stamps->items[i].der);
	spec = spec_of(f, q->papers);
	return qye_extend(sink_to_outfile(to), f->judge.arena, q, &spec, e);
}

static bool holds(const struct freeze *f, struct err *e)
{
	return f->report->indication != INDICATION_FAILED ||
	       err_set(e, ERR_DENIED, "%s", sub_name(f->report->sub));
}

static bool renew_qye(
	struct freeze *f, struct outfile *to, enum freeze_done *done, struct err *e)
{
	struct timestamp_kept kept;
	AUTO(qye) q = NULL;

	if (!qye_open(&q, f->judge.arena, f->file, e) ||
		!qye_judge(&f->report, &f->judge, f->name, q, e) || !holds(f, e))
		return false;
	f->pending = q->papers;
	if (!f->tree && qye_lacks(q, q->papers)) {
		*done = FREEZE_EXTENDED;
		return extend(f, q, to, e);
	}
	*done = f->tree ? FREEZE_TREE_ANEW : FREEZE_RESTAMPED;
	kept = qye_kept(f->judge.arena, q->stamps);
	return qye_renew(
		sink_to_outfile(to), f->judge.arena, q, &kept, f->tree, &f->stampers, e);
}

static bool renew_pdf(struct freeze *f, struct outfile *to, struct err *e)
{
	if (!verify_paper(&f->report, &f->judge, f->name, f->file, NULL, NULL, e) ||
		!holds(f, e))
		return false;
	f->pending = f->judge.record;
	return evidence_into_pdf(f->file, to, f->judge.arena, f->world, f->judge.record,
		&f->stampers, f->tree ? *f->tree : DIGEST_SHA256, e);
}

bool freeze_renew(
	struct freeze *f, struct outfile *to, enum freeze_done *done, struct err *e)
{
	enum freeze_done what = FREEZE_EXTENDED;

	if (!(evidence_is_pdf(f->file) ? renew_pdf(f, to, e)
				       : renew_qye(f, to, &what, e)))
		return err_in(e, "%s", f->name);
	*done = what;
	return true;
}

bool freeze_check(const struct judge *fresh, const char *path, enum indication before,
	struct report **out, struct err *e)
{
	AUTO(source) file = NULL;
	struct report *r;

	if (!source_open(&file, path, e) ||
		!verify_file(&r, fresh, path, file, NULL, NULL, e))
		return false;
	if (r->indication > before)
		return err_set(e, ERR_CRYPTO, "the result would be worth less: %s %s",
			indication_name(r->indication), sub_name(r->sub));
	*out = r;
	return true;
}
