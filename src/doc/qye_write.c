/* qye_write: see qye_write.h. Choosing stamps and renewing is in qye_renew.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qye_write.h"

#include "base/text.h"
#include "doc/cms_check.h"
#include "doc/qye_private.h"
#include "doc/zip_write.h"

enum { FRESH_MAX = RECORD_MAX + 8, NAME_SHOWN = 200 };

/* A file this generation adds. */
struct fresh {
	const char *path;
	struct bytes octets;
	struct source *source; /* instead of octets */
	bool packed;
	uint8_t *digests[DIGEST_COUNT];
};

struct maker {
	struct arena *a;
	struct qye *old; /* null: a first generation */
	struct qye next; /* the lists: what is there and what comes */
	unsigned generation;
	struct fresh *fresh;
	size_t fresh_count;
};

/* --- what is added --------------------------------------------------------------------
 */

static bool digest_fresh(struct maker *m, struct fresh *f, enum digest_alg alg,
	const uint8_t **out, struct err *e)
{
	if (!f->digests[alg]) {
		AUTO(digest) d = digest_new(alg);
		uint8_t *hash = (uint8_t *)arena_alloc(m->a, digest_size(alg));

		if (f->source && !digest_put_source(d, f->source, e))
			return false;
		if (!f->source)
			digest_put(d, f->octets);
		digest_finish(d, hash);
		f->digests[alg] = hash;
	}
	*out = f->digests[alg];
	return true;
}

static void copy(uint8_t *to, const uint8_t *from, size_t n)
{
	struct writer w = writer_over(to, n);

	write_bytes(&w, bytes_make(from, n));
}

/* Puts a file on both lists. */
static bool add(struct maker *m, const struct fresh *f, const char *type, struct err *e)
{
	struct fresh *kept = &m->fresh[m->fresh_count];
	struct qye_entry *entry = &m->next.entries[m->next.entry_count];
	const uint8_t *sm3, *sha256;

	if (m->fresh_count == FRESH_MAX || m->next.entry_count == QYE_ENTRIES_MAX)
		return err_set(e, ERR_TOO_LARGE, "too many objects for one container");
	*kept = *f;
	*entry = (struct qye_entry){.path = f->path,
		.type = type,
		.size = f->source ? source_size(f->source) : f->octets.n,
		.generation = m->generation};
	if (!digest_fresh(m, kept, DIGEST_SM3, &sm3, e) ||
		!digest_fresh(m, kept, DIGEST_SHA256, &sha256, e))
		return false;
	copy(entry->sm3, sm3, SM3_SIZE);
	copy(entry->sha256, sha256, SHA256_SIZE);
	m->fresh_count++;
	m->next.entry_count++;
	return true;
}

/* A name of letters, digits, '.', '-' and '_', which every URI can carry as it is: the
 * file's own where it is one, else its ending behind `otherwise`. */
static const char *path_of(
	struct arena *a, const char *folder, const char *name, const char *otherwise)
{
	struct bytes b = bytes_str(name), ending = {NULL, 0};
	bool plain = b.n > 0 && b.n < 100 && b.p[0] != '.';

	for (size_t i = 0; i < b.n; i++) {
		uint8_t c = b.p[i];
		bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';

		plain = plain && good;
		if (c == '.')
			ending = bytes_from(b, i);
		else if (!good)
			ending = (struct bytes){NULL, 0};
	}
	if (plain)
		return arena_printf(a, "%s/%s", folder, name);
	if (ending.n > 10)
		ending.n = 0;
	return arena_printf(a, "%s/%s%.*s", folder, otherwise, (int)ending.n,
		ending.n ? (const char *)ending.p : "");
}

static const char *base_name(const char *path)
{
	const char *last = path;

	for (const char *p = path; p && *p; p++)
		if (*p == '/' && p[1])
			last = p + 1;
	return last;
}

static bool add_paper(struct maker *m, const struct qye_spec *spec, struct err *e)
{
	const char *name = base_name(spec->name), *content = NULL;
	struct qye_entry *paper;
	struct fresh f = {
		.path = path_of(m->a, "paper", name, "paper"), .source = spec->paper};

	if (source_size(spec->paper) > QYE_PAPER_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "a paper beyond %d octets", QYE_PAPER_MAX);
	if (!add(m, &f, QYE_PAPER, e))
		return false;
	paper = &m->next.entries[m->next.entry_count - 1];
	paper->name = text_printable(m->a, bytes_str(name), NAME_SHOWN);
	if (!spec->content)
		return true;
	if (source_size(spec->content) > QYE_PAPER_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "a document beyond %d octets", QYE_PAPER_MAX);
	name = base_name(spec->content_name);
	content = path_of(m->a, "content", name, "content");
	f = (struct fresh){.path = content, .source = spec->content};
	if (!add(m, &f, QYE_CONTENT, e))
		return false;
	paper->content = content;
	m->next.entries[m->next.entry_count - 1].name =
		text_printable(m->a, bytes_str(name), NAME_SHOWN);
	return true;
}

static const struct {
	const char *type, *folder, *ending;
} kinds[] = {
	[RECORD_CERT] = {QYE_CERTIFICATE, "certificates", "cer"},
	[RECORD_CRL] = {QYE_CRL, "crls", "crl"},
	[RECORD_OCSP] = {QYE_OCSP, "ocsps", "ocs"},
	[RECORD_TIMESTAMP] = {QYE_TIMESTAMP, "timestamps", "tst"},
};

static bool holds(const struct qye *q, const char *type, const uint8_t sm3[SM3_SIZE])
{
	for (size_t i = 0; i < q->entry_count; i++)
		if (bytes_equal(bytes_str(q->entries[i].type), bytes_str(type)) &&
			bytes_equal(
				BYTES_OF(q->entries[i].sm3), bytes_make(sm3, SM3_SIZE)))
			return true;
	return false;
}

bool qye_lacks(const struct qye *q, const struct record *record)
{
	for (size_t i = 0; i < record->count; i++)
		if (!holds(q, kinds[record->items[i].type].type, record->items[i].sm3))
			return true;
	return false;
}

static const char *path_by_digest(
	struct arena *a, const char *folder, const uint8_t *sm3, const char *ending)
{
	return arena_printf(
		a, "%s/%s.%s", folder, hex_encode(a, bytes_make(sm3, 16)), ending);
}

static bool add_record(struct maker *m, const struct record *record, struct err *e)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct record_item *item = &record->items[i];
		struct fresh f = {.octets = item->der, .packed = true};

		if (holds(&m->next, kinds[item->type].type, item->sm3))
			continue;
		f.path = path_by_digest(m->a, kinds[item->type].folder, item->sm3,
			kinds[item->type].ending);
		if (!add(m, &f, kinds[item->type].type, e))
			return false;
	}
	m->next.pending_count = 0;
	for (size_t i = 0; i < record->gap_count && i < QYE_ENTRIES_MAX; i++)
		m->next.pending[m->next.pending_count++] =
			(struct qye_pending){record->gaps[i].subject,
				record->gaps[i].issuer, record->gaps[i].at};
	return true;
}

static bool add_rest(struct maker *m, const struct qye_spec *spec, struct err *e)
{
	struct fresh trust = {.packed = true}, report = {.packed = true};

	if (spec->trust && !holds(&m->next, QYE_TRUST, spec->trust->sm3)) {
		trust.octets = spec->trust->whole;
		trust.path = path_by_digest(m->a, "trust", spec->trust->sm3, "trust");
		if (!add(m, &trust, QYE_TRUST, e))
			return false;
	}
	if (spec->report.n == 0)
		return true;
	report.octets = spec->report;
	report.path = arena_printf(m->a, "reports/%03u.json", m->generation);
	return add(m, &report, QYE_REPORT, e);
}

/* --- the records ----------------------------------------------------------------------
 */

/* All that a record of this generation covers: what stands in the container already, but
 * for the mimetype, and what is fresh. */
struct cover {
	struct maker *m;
	size_t *old;
	size_t old_count;
};

static bool cover_digest(
	void *ctx, size_t i, enum digest_alg alg, uint8_t *out, struct err *e)
{
	const struct cover *c = ctx;
	const uint8_t *digest;

	if (i < c->old_count ? !qye_digest(c->m->old, c->old[i], alg, &digest, e)
			     : !digest_fresh(c->m, &c->m->fresh[i - c->old_count], alg,
				       &digest, e))
		return false;
	copy(out, digest, digest_size(alg));
	return true;
}

static struct cover cover_of(struct maker *m)
{
	struct cover c = {.m = m};
	size_t count = m->old ? zip_count(m->old->zip) : 0;

	c.old = ARENA_ARRAY(m->a, count, size_t);
	for (size_t i = 0; i < count; i++)
		if (!bytes_equal(zip_entry(m->old->zip, i)->name, BYTES("mimetype")))
			c.old[c.old_count++] = i;
	return c;
}

/* The ASiC manifest of a record. */
static bool write_list(
	struct cover *c, const struct qye_record *rec, struct bytes *out, struct err *e)
{
	struct arena *a = c->m->a;
	size_t count = c->old_count + c->m->fresh_count;
	struct qye_references refs = {.record = bytes_str(rec->path), .alg = rec->alg};

	refs.list = ARENA_ARRAY(a, count, struct qye_reference);
	for (; refs.count < count; refs.count++) {
		size_t i = refs.count;
		uint8_t *digest = (uint8_t *)arena_alloc(a, digest_size(rec->alg));

		if (!cover_digest(c, i, rec->alg, digest, e))
			return false;
		refs.list[i].digest = bytes_make(digest, digest_size(rec->alg));
		refs.list[i].path =
			i < c->old_count ? zip_entry(c->m->old->zip, c->old[i])->name
					 : bytes_str(c->m->fresh[i - c->old_count].path);
	}
	return qye_asic_write(a, out, &refs, e);
}

static bool make_record(struct cover *c, struct qye_record *rec,
	const struct qye_stampers *stampers, struct err *e)
{
	struct ers_group group = {c->old_count + c->m->fresh_count, cover_digest, c};
	struct qye_chooser chooser;
	struct stamper stamper = qye_choose(&chooser, stampers, rec->alg);

	return write_list(c, rec, &rec->xml, e) &&
	       ers_make(c->m->a, &rec->der, rec->alg, &group, &stamper, e);
}

/* --- the file -------------------------------------------------------------------------
 */

static bool write_zip(struct sink to, struct maker *m, struct err *e)
{
	AUTO(zip_writer) w = zip_writer_new(to);

	if (m->old)
		for (size_t i = 0; i < zip_count(m->old->zip); i++)
			if (!zip_copy(w, m->old->zip, i, e))
				return false;
	//= ETSI EN 319 162-1 §A.1: mimetype first, not compressed
	if (!m->old && !zip_add(w, BYTES("mimetype"), BYTES(QYE_MIMETYPE), false, e))
		return false;
	for (size_t i = 0; i < m->fresh_count; i++) {
		const struct fresh *f = &m->fresh[i];

		if (f->source ? !zip_add_stream(
					w, bytes_str(f->path), f->source, false, e)
			      : !zip_add(w, bytes_str(f->path), f->octets, f->packed, e))
			return false;
	}
	for (size_t i = 0; i < m->next.record_count; i++) {
		const struct qye_record *rec = &m->next.records[i];

		if (rec->generation == m->generation &&
			(!zip_add(w, bytes_str(rec->list), rec->xml, true, e) ||
				!zip_add(w, bytes_str(rec->path), rec->der, false, e)))
			return false;
	}
	return zip_finish(w, e);
}

static bool add_records(struct maker *m, struct err *e)
{
	static const enum digest_alg algs[] = {DIGEST_SM3, DIGEST_SHA256};

	//= Protocols §4: SM3 and SHA-256 of every object from the start
	for (size_t i = 0; i < sizeof algs / sizeof *algs; i++) {
		unsigned number = (unsigned)m->next.record_count + 1;

		if (m->next.record_count == QYE_RECORDS_MAX)
			return err_set(e, ERR_TOO_LARGE, "more than %d records",
				QYE_RECORDS_MAX);
		m->next.records[m->next.record_count++] =
			(struct qye_record){.path = qye_record_path(m->a, number),
				.list = qye_list_path(m->a, number),
				.generation = m->generation,
				.alg = algs[i]};
	}
	return true;
}

/* Manifest, records, file. */
static bool finish(
	struct sink to, struct maker *m, const struct qye_spec *spec, struct err *e)
{
	struct fresh manifest = {
		.path = qye_manifest_path(m->a, m->generation), .packed = true};
	struct cover cover;

	if (!add_records(m, e) || !qye_manifest_write(m->a, &m->next, m->generation,
					  spec->made_at, &manifest.octets, e))
		return false;
	m->fresh[m->fresh_count++] = manifest;
	cover = cover_of(m);
	for (size_t i = 0; i < m->next.record_count; i++)
		if (m->next.records[i].generation == m->generation &&
			!make_record(&cover, &m->next.records[i], &spec->stampers, e))
			return false;
	return write_zip(to, m, e);
}

static struct maker maker_of(struct arena *a, struct qye *old)
{
	struct maker m = {.a = a, .old = old, .generation = 1};

	m.fresh = ARENA_ARRAY(a, FRESH_MAX + 1, struct fresh);
	if (old) {
		m.next = *old;
		m.generation = old->generations + 1;
	} else {
		m.next.entries = ARENA_ARRAY(a, QYE_ENTRIES_MAX, struct qye_entry);
		m.next.records = ARENA_ARRAY(a, QYE_RECORDS_MAX, struct qye_record);
		m.next.pending = ARENA_ARRAY(a, QYE_ENTRIES_MAX + 1, struct qye_pending);
	}
	return m;
}

bool qye_make(struct sink to, struct arena *a, const struct qye_spec *spec, struct err *e)
{
	struct maker m = maker_of(a, NULL);

	return add_paper(&m, spec, e) && add_record(&m, spec->record, e) &&
	       add_rest(&m, spec, e) && finish(to, &m, spec, e);
}

bool qye_extend(struct sink to, struct arena *a, struct qye *q,
	const struct qye_spec *spec, struct err *e)
{
	struct maker m = maker_of(a, q);

	if (m.generation > QYE_GENERATIONS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d generations",
			QYE_GENERATIONS_MAX);
	return add_record(&m, spec->record, e) && add_rest(&m, spec, e) &&
	       finish(to, &m, spec, e);
}
