/* qye_judge: judging a container: the records from the newest generation back, then the
 * papers as of when they are proven.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qye_private.h"

#include "base/time.h"
#include "doc/verify.h"

#define RULE_BOX   "ETSI EN 319 162-1 §4.4"
#define RULE_PROOF "Protocols §4"

struct judging {
	struct qye *q;
	const struct judge *j;
	struct report *r;
	size_t box;  /* place of the container itself in the report */
	int64_t *at; /* by place in the zip: proven since, j->now: not */
};

static struct report_signature *box_of(struct judging *w)
{
	return &w->r->signatures[w->box];
}

static void fail(
	struct judging *w, enum check_id id, enum sub sub, enum msg msg, const char *what)
{
	verdict_fail_total(&box_of(w)->verdict, id, sub, RULE_BOX,
		say(w->j->arena, w->j->lang, msg, what));
}

/* --- the container itself -------------------------------------------------------------
 */

static bool check_entry(struct judging *w, const struct qye_entry *entry, struct err *e)
{
	const uint8_t *sm3, *sha256;

	if (entry->missing) {
		fail(w, CHECK_DIGEST_FILES, SUB_SIGNED_DATA_NOT_FOUND, MSG_QYE_MISSING,
			entry->path);
		return true;
	}
	if (!qye_digest(w->q, entry->zip, DIGEST_SM3, &sm3, e) ||
		!qye_digest(w->q, entry->zip, DIGEST_SHA256, &sha256, e)) {
		if (e->code != ERR_MALFORMED)
			return false;
	} else if (zip_entry(w->q->zip, entry->zip)->size == entry->size &&
		   bytes_equal(bytes_make(sm3, SM3_SIZE), BYTES_OF(entry->sm3)) &&
		   bytes_equal(
			   bytes_make(sha256, SHA256_SIZE), BYTES_OF(entry->sha256))) {
		return true;
	}
	fail(w, CHECK_DIGEST_FILES, SUB_HASH_FAILURE, MSG_QYE_CHANGED, entry->path);
	return true;
}

/* Everything listed is there, as listed, and nothing else is. */
static bool check_box(struct judging *w, struct err *e)
{
	struct qye *q = w->q;
	struct report_signature *box = box_of(w);

	verdict_pass(&box->verdict, CHECK_FORMAT, RULE_BOX, "");
	for (size_t i = 0; i < q->stray_count; i++)
		fail(w, CHECK_FORMAT, SUB_FORMAT_FAILURE, MSG_QYE_STRAY, q->strays[i]);
	for (size_t i = 0; i < q->record_count; i++)
		if (q->records[i].missing)
			fail(w, CHECK_TIMESTAMP_VALUE, SUB_NO_POE, MSG_QYE_RECORD_MISSING,
				q->records[i].path);
	for (size_t i = 0; i < q->entry_count; i++)
		if (!check_entry(w, &q->entries[i], e))
			return false;
	if (!box->verdict.checks[CHECK_DIGEST_FILES].present)
		verdict_pass(&box->verdict, CHECK_DIGEST_FILES, RULE_BOX,
			say(w->j->arena, w->j->lang, MSG_QYE_ENTRIES_GOOD,
				arena_printf(w->j->arena, "%zu", q->entry_count)));
	return true;
}

/* --- what is in it, for judging -------------------------------------------------------
 */

typedef bool (*add_fn)(struct evidence *ev, struct bytes der, struct err *e);

static add_fn adder_of(const struct qye_entry *entry)
{
	static const struct {
		const char *type;
		add_fn add;
	} kinds[] = {{QYE_CERTIFICATE, evidence_add_cert}, {QYE_CRL, evidence_add_crl},
		{QYE_OCSP, evidence_add_ocsp}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (bytes_equal(bytes_str(entry->type), bytes_str(kinds[i].type)))
			return kinds[i].add;
	return NULL;
}

static bool is_type(const struct qye_entry *entry, const char *type)
{
	return bytes_equal(bytes_str(entry->type), bytes_str(type));
}

static bool learn(struct judging *w, struct err *e)
{
	for (size_t i = 0; i < w->q->entry_count; i++) {
		const struct qye_entry *entry = &w->q->entries[i];
		add_fn add = adder_of(entry);
		struct bytes der;
		struct err ignored;

		if (!add || entry->missing)
			continue;
		if (!qye_slurp(w->q, entry, QYE_OBJECT_MAX, &der, e))
			return e->code == ERR_MALFORMED; /* said by check_entry */
		/* One that cannot be read proves nothing, and harms nothing. */
		if (!add(w->j->evidence, der, &ignored))
			continue;
	}
	return true;
}

/* An entry of the zip is proven; if it is evidence or a token, judging shall know. */
static void prove(struct judging *w, size_t zip, int64_t at)
{
	if (at < w->at[zip])
		w->at[zip] = at;
	for (size_t i = 0; i < w->q->entry_count; i++) {
		const struct qye_entry *entry = &w->q->entries[i];
		struct bytes der;
		struct err e;

		if (entry->missing || entry->zip != zip)
			continue;
		if ((adder_of(entry) || is_type(entry, QYE_TIMESTAMP)) &&
			qye_slurp(w->q, entry, QYE_OBJECT_MAX, &der, &e))
			judge_prove(w->j, der, at);
		return;
	}
}

/* --- one record -----------------------------------------------------------------------
 */

struct members {
	struct qye *q;
	size_t *zip;
	size_t count;
};

static bool member_digest(
	void *ctx, size_t i, enum digest_alg alg, uint8_t *out, struct err *e)
{
	const struct members *m = ctx;
	struct writer w = writer_over(out, digest_size(alg));
	const uint8_t *digest;

	if (!qye_digest(m->q, m->zip[i], alg, &digest, e))
		return false;
	write_bytes(&w, bytes_make(digest, digest_size(alg)));
	return true;
}

/* The files the ASiC manifest names, each with its digest. False: a reason entered. */
static bool find_members(struct judging *w, struct report_signature *s,
	const struct qye_record *rec, struct members *m, bool *covered)
{
	struct qye_references refs;
	const uint8_t *digest;
	struct err e;

	if (!qye_asic_read(&refs, w->j->arena, rec->xml, &e) ||
		!bytes_equal(refs.record, bytes_str(rec->path))) {
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE, RULE_BOX,
			say(w->j->arena, w->j->lang, MSG_QYE_LIST_BAD, rec->list));
		return false;
	}
	m->zip = ARENA_ARRAY(w->j->arena, refs.count, size_t);
	for (size_t i = 0; i < refs.count; i++) {
		const char *path = arena_str(w->j->arena, refs.list[i].path);
		size_t zip;

		if (!zip_find(w->q->zip, refs.list[i].path, &zip)) {
			verdict_fail(&s->verdict, CHECK_DIGEST_FILES, SUB_HASH_FAILURE,
				RULE_BOX,
				say(w->j->arena, w->j->lang, MSG_QYE_MISSING, path));
			return false;
		}
		if (!qye_digest(w->q, zip, refs.alg, &digest, &e) ||
			!bytes_equal(refs.list[i].digest,
				bytes_make(digest, digest_size(refs.alg)))) {
			verdict_fail(&s->verdict, CHECK_DIGEST_FILES, SUB_HASH_FAILURE,
				RULE_BOX,
				say(w->j->arena, w->j->lang, MSG_QYE_CHANGED, path));
			return false;
		}
		m->zip[m->count++] = zip;
		covered[zip] = true;
	}
	return true;
}

/* A record of a generation proves all of it and of those before, their records too. */
static bool covers_all(struct judging *w, struct report_signature *s,
	const struct qye_record *rec, const bool *covered)
{
	const char *open = NULL;
	struct qye *q = w->q;
	size_t zip;

	for (size_t i = 0; i < q->entry_count && !open; i++)
		if (q->entries[i].generation <= rec->generation &&
			!q->entries[i].missing && !covered[q->entries[i].zip])
			open = q->entries[i].path;
	for (size_t i = 0; i < q->record_count && !open; i++)
		if (q->records[i].generation < rec->generation &&
			!q->records[i].missing &&
			(!covered[q->records[i].zip_der] ||
				!covered[q->records[i].zip_xml]))
			open = q->records[i].path;
	for (unsigned g = 1; g <= rec->generation && !open; g++)
		if (zip_find(
			    q->zip, bytes_str(qye_manifest_path(w->j->arena, g)), &zip) &&
			!covered[zip])
			open = qye_manifest_path(w->j->arena, g);
	if (!open)
		return true;
	verdict_fail(&s->verdict, CHECK_COVERAGE, SUB_FORMAT_FAILURE, RULE_BOX,
		say(w->j->arena, w->j->lang, MSG_QYE_NOT_COVERED, open));
	return false;
}

/* Judges a record into a signature of its own, which counts through the container's. */
static struct report_signature *judge_record(
	struct judging *w, const struct qye_record *rec, struct proof_time *proof)
{
	size_t count = zip_count(w->q->zip);
	bool *covered = ARENA_ARRAY(w->j->arena, count, bool);
	struct report_signature *s = report_add(w->r, REPORT_RECORD, "rfc4998");
	struct members m = {.q = w->q};
	struct judge own = *w->j;
	struct ers *record;
	struct err e;

	*proof = (struct proof_time){.at = w->j->now};
	if (!s)
		return NULL;
	s->apart = true;
	s->where = rec->path;
	own.record = rec->generation == w->q->generations ? w->q->stamps : w->j->record;
	own.file_at = w->at[rec->zip_der] < w->j->now ? w->at[rec->zip_der] : 0;
	report_set_national(s, w->j, NULL);
	if (!find_members(w, s, rec, &m, covered) || !covers_all(w, s, rec, covered))
		return s;
	if (!ers_read(&record, w->j->arena, rec->der, &e) ||
		!ers_judge(s, &own, record,
			&(struct ers_group){m.count, member_digest, &m}, proof, &e)) {
		verdict_fail(&s->verdict, CHECK_FORMAT, SUB_FORMAT_FAILURE,
			"RFC 4998 §3.1", err_say(w->j->arena, w->j->lang, &e));
		return s;
	}
	if (proof->is_proven)
		for (size_t i = 0; i < m.count; i++)
			prove(w, m.zip[i], proof->at);
	return s;
}

/* --- generations ----------------------------------------------------------------------
 */

/* Altered, not only aged: no other record makes up for that. */
static bool is_tampering(enum sub sub)
{
	return sub == SUB_FORMAT_FAILURE || sub == SUB_HASH_FAILURE ||
	       sub == SUB_SIG_CRYPTO_FAILURE || sub == SUB_SIG_CONSTRAINTS_FAILURE ||
	       sub == SUB_TIMESTAMP_ORDER_FAILURE;
}

static void enter_all(struct report_signature *box, const struct report_signature *s)
{
	for (enum check_id id = 0; id < CHECK_COUNT; id++)
		if (s->verdict.checks[id].present &&
			s->verdict.checks[id].result != CHECK_PASSED)
			verdict_enter(&box->verdict, id, &s->verdict.checks[id]);
}

/* A generation stands when one of its records does and none was tampered with. */
static void judge_generation(struct judging *w, unsigned generation)
{
	size_t best = SIZE_MAX;
	enum indication best_is = INDICATION_FAILED;

	for (size_t i = 0; i < w->q->record_count; i++) {
		const struct qye_record *rec = &w->q->records[i];
		struct report_signature *s;
		struct proof_time proof;
		enum indication is;
		enum sub sub;

		if (rec->generation != generation || rec->missing)
			continue;
		s = judge_record(w, rec, &proof);
		if (!s)
			return;
		is = verdict_indication(&s->verdict, &sub);
		if (is != INDICATION_PASSED && is_tampering(sub))
			enter_all(box_of(w), s);
		if (best == SIZE_MAX || is < best_is) {
			best = (size_t)(s - w->r->signatures);
			best_is = is;
		}
		if (is != INDICATION_PASSED)
			report_note(
				w->r, say(w->j->arena, w->j->lang, MSG_QYE_RECORD_AGED,
					      rec->path, sub_name(sub)));
		else
			verdict_pass(&box_of(w)->verdict, CHECK_TIMESTAMP_VALUE,
				RULE_PROOF,
				say(w->j->arena, w->j->lang, MSG_QYE_RECORD_GOOD,
					rec->path,
					time_beijing(w->j->arena, s->stamped)));
	}
	if (best != SIZE_MAX && best_is != INDICATION_PASSED)
		enter_all(box_of(w), &w->r->signatures[best]);
	else if (best == SIZE_MAX)
		verdict_fail(&box_of(w)->verdict, CHECK_TIMESTAMP_VALUE, SUB_NO_POE,
			RULE_PROOF, say(w->j->arena, w->j->lang, MSG_QYE_NO_RECORD));
}

/* --- the papers -----------------------------------------------------------------------
 */

static const struct qye_entry *entry_of(const struct qye *q, const char *path)
{
	for (size_t i = 0; i < q->entry_count; i++)
		if (path && bytes_equal(bytes_str(q->entries[i].path), bytes_str(path)) &&
			!q->entries[i].missing)
			return &q->entries[i];
	return NULL;
}

static void take_over(
	struct judging *w, const struct qye_entry *paper, const struct report *inner)
{
	for (size_t i = 0; i < inner->count; i++) {
		struct report_signature *s = report_add(w->r, REPORT_SIGNATURE, "");

		if (!s)
			return;
		*s = inner->signatures[i];
		s->where = s->where ? arena_printf(w->j->arena, "%s!/%s", paper->path,
					      s->where)
				    : paper->path;
	}
	for (size_t i = 0; i < inner->note_count; i++)
		report_note(w->r, inner->notes[i]);
}

static bool judge_paper(struct judging *w, const struct qye_entry *paper, struct err *e)
{
	const struct qye_entry *content = entry_of(w->q, paper->content);
	const char *name = paper->name ? paper->name : paper->path;
	AUTO(source) file = NULL;
	AUTO(source) beside = NULL;
	struct judge own = *w->j;
	struct bytes octets;
	struct report *inner;

	if (!qye_slurp(w->q, paper, QYE_PAPER_MAX, &octets, e))
		return e->code == ERR_MALFORMED; /* said by check_entry */
	file = source_of_bytes(octets);
	own.file_at = w->at[paper->zip] < w->j->now ? w->at[paper->zip] : 0;
	own.record = w->q->papers;
	own.content = NULL;
	if (content) {
		if (!qye_slurp(w->q, content, QYE_PAPER_MAX, &octets, e))
			return e->code == ERR_MALFORMED;
		beside = source_of_bytes(octets);
		own.content = beside;
	}
	if (!verify_paper(&inner, &own, name, file, NULL, NULL, e)) {
		if (e->code != ERR_MALFORMED && e->code != ERR_UNSUPPORTED)
			return false;
		fail(w, CHECK_FORMAT, SUB_FORMAT_FAILURE, MSG_QYE_PAPER_BAD, name);
		return true;
	}
	take_over(w, paper, inner);
	if (inner->count == 0)
		verdict_skip(&box_of(w)->verdict, CHECK_SIGNATURE_VALUE,
			SUB_SIGNED_DATA_NOT_FOUND, RULE_BOX,
			say(w->j->arena, w->j->lang, MSG_QYE_NO_SIGNATURE, name));
	if (w->r->proven_at == TIME_NONE && own.file_at)
		w->r->proven_at = own.file_at;
	return true;
}

static bool judge_papers(struct judging *w, struct err *e)
{
	size_t papers = 0;

	for (size_t i = 0; i < w->q->entry_count; i++) {
		const struct qye_entry *entry = &w->q->entries[i];

		if (!is_type(entry, QYE_PAPER))
			continue;
		papers++;
		if (!entry->missing && !judge_paper(w, entry, e))
			return false;
	}
	if (papers == 0)
		fail(w, CHECK_FORMAT, SUB_FORMAT_FAILURE, MSG_QYE_NO_PAPER, "");
	return true;
}

/* The container's own proof: that of its first paper. */
static void conclude_box(struct judging *w)
{
	struct report_signature *box = box_of(w);

	box->where = "manifest/001.json";
	for (size_t i = 0; i < w->r->count; i++)
		if (w->r->signatures[i].kind == REPORT_RECORD &&
			w->r->signatures[i].stamped != TIME_NONE &&
			(box->stamped == TIME_NONE ||
				w->r->signatures[i].stamped < box->stamped)) {
			box->stamped = w->r->signatures[i].stamped;
			box->time_source = w->r->signatures[i].time_source;
		}
	if (w->r->proven_at == TIME_NONE)
		report_note(w->r, say(w->j->arena, w->j->lang, MSG_QYE_NOT_PROVEN));
	else
		report_note(w->r, say(w->j->arena, w->j->lang, MSG_QYE_PROVEN,
					  time_beijing(w->j->arena, w->r->proven_at)));
}

/* People ask for the papers; the container and its records stand behind them. */
static void papers_first(struct report *r, size_t proofs)
{
	struct report_signature *all =
		ARENA_ARRAY(r->arena, r->count, struct report_signature);

	for (size_t i = 0; i < r->count; i++)
		all[i] = r->signatures[(i + proofs) % r->count];
	for (size_t i = 0; i < r->count; i++)
		r->signatures[i] = all[i];
}

bool qye_judge(struct report **out, const struct judge *j, const char *name,
	struct qye *q, struct err *e)
{
	size_t count = zip_count(q->zip), proofs;
	struct judging w = {.q = q,
		.j = j,
		.r = report_new(j, name, "qye"),
		.at = ARENA_ARRAY(j->arena, count, int64_t)};

	q->papers = record_new(j->arena);
	q->stamps = record_new(j->arena);
	for (size_t i = 0; i < count; i++)
		w.at[i] = j->now;
	report_set_national(report_add(w.r, REPORT_EVIDENCE, "qye"), j, NULL);
	if (!check_box(&w, e) || !learn(&w, e))
		return false;
	//= RFC 4998 §5.3: from the newest stamp back, each as of when a later one proves it
	for (unsigned g = q->generations; g > 0; g--)
		judge_generation(&w, g);
	proofs = w.r->count;
	if (!judge_papers(&w, e))
		return false;
	conclude_box(&w);
	papers_first(w.r, proofs);
	report_conclude(w.r);
	*out = w.r;
	return true;
}
