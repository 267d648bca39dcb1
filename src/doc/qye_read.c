/* qye_read: opening a container: which objects it lists, which it holds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qye_private.h"

#include "base/text.h"
#include "doc/xml.h"

enum { MIMETYPE_LOCAL = 30 + 8 }; /* local header and the name */

//= ETSI EN 319 162-1 §A.1: mimetype is the first entry, stored, without extra field
bool qye_is(struct source *s)
{
	uint8_t head[MIMETYPE_LOCAL + sizeof QYE_MIMETYPE - 1];
	struct bytes b = BYTES_OF(head);
	struct reader r = reader_of(b);
	unsigned name, extra;
	struct err e;

	if (source_size(s) < sizeof head || !source_read(s, 0, head, sizeof head, &e))
		return false;
	if (read_le32(&r) != 0x04034b50)
		return false;
	(void)read_bytes(&r, 4);
	if (read_le16(&r) != ZIP_STORED)
		return false;
	(void)read_bytes(&r, 16);
	name = read_le16(&r);
	extra = read_le16(&r);
	return name == 8 && extra == 0 &&
	       bytes_equal(read_bytes(&r, 8), BYTES("mimetype")) &&
	       bytes_equal(bytes_from(b, MIMETYPE_LOCAL), BYTES(QYE_MIMETYPE));
}

void qye_free(struct qye *q)
{
	if (q)
		zip_free(q->zip);
}

static bool check_zip(const struct qye *q, struct err *e)
{
	for (size_t i = 0; i < zip_findings_n(q->zip); i++) {
		enum zip_finding_kind kind = zip_finding(q->zip, i)->kind;

		if (zip_finding_is_hostile(kind) || kind == ZIP_GAP ||
			kind == ZIP_COMMENT)
			return err_set(
				e, ERR_MALFORMED, "zip: %s", zip_finding_name(kind));
	}
	if (zip_count(q->zip) > QYE_ENTRIES_MAX + 2 * QYE_RECORDS_MAX)
		return err_set(e, ERR_TOO_LARGE, "too many entries");
	return true;
}

static bool read_manifests(struct qye *q, struct err *e)
{
	for (q->generations = 0; q->generations < QYE_GENERATIONS_MAX;) {
		unsigned next = q->generations + 1;
		struct bytes path = bytes_str(qye_manifest_path(q->arena, next)), json;
		size_t at;

		if (!zip_find(q->zip, path, &at))
			break;
		if (!zip_slurp(q->zip, at, q->arena, QYE_MANIFEST_MAX, &json, e) ||
			!qye_manifest_read(q, next, json, e))
			return false;
		q->generations = next;
	}
	if (q->generations == 0)
		return err_set(e, ERR_MALFORMED, "manifest/001.json is missing");
	return true;
}

/* Finds a listed file; every file may be listed once. */
static bool claim(struct qye *q, bool *claimed, const char *path, size_t *zip,
	bool *missing, struct err *e)
{
	*missing = !zip_find(q->zip, bytes_str(path), zip);
	if (*missing)
		return true;
	if (claimed[*zip])
		return err_set(e, ERR_MALFORMED, "%s is listed twice", path);
	claimed[*zip] = true;
	return true;
}

static bool find_record(struct qye *q, bool *claimed, struct qye_record *r, struct err *e)
{
	bool no_record, no_list;

	if (!claim(q, claimed, r->path, &r->zip_der, &no_record, e) ||
		!claim(q, claimed, r->list, &r->zip_xml, &no_list, e))
		return false;
	r->missing = no_record || no_list;
	if (r->missing)
		return true;
	return zip_slurp(q->zip, r->zip_der, q->arena, ERS_MAX, &r->der, e) &&
	       zip_slurp(q->zip, r->zip_xml, q->arena, XML_PART_MAX, &r->xml, e);
}

static bool find_all(struct qye *q, struct err *e)
{
	size_t count = zip_count(q->zip), zip;
	bool *claimed = ARENA_ARRAY(q->arena, count, bool), missing;

	if (!claim(q, claimed, "mimetype", &zip, &missing, e))
		return false;
	for (unsigned g = 1; g <= q->generations; g++)
		if (!claim(q, claimed, qye_manifest_path(q->arena, g), &zip, &missing, e))
			return false;
	for (size_t i = 0; i < q->record_count; i++)
		if (!find_record(q, claimed, &q->records[i], e))
			return false;
	for (size_t i = 0; i < q->entry_count; i++)
		if (!claim(q, claimed, q->entries[i].path, &q->entries[i].zip,
			    &q->entries[i].missing, e))
			return false;
	q->strays = ARENA_ARRAY(q->arena, count, const char *);
	for (size_t i = 0; i < count; i++)
		if (!claimed[i])
			q->strays[q->stray_count++] = text_printable(
				q->arena, zip_entry(q->zip, i)->name, ZIP_NAME_MAX);
	return true;
}

bool qye_open(struct qye **out, struct arena *a, struct source *s, struct err *e)
{
	AUTO(qye) q = ARENA_NEW(a, struct qye);

	if (!qye_is(s))
		return err_set(e, ERR_MALFORMED, "not an evidence container (.qye)");
	q->arena = a;
	q->entries = ARENA_ARRAY(a, QYE_ENTRIES_MAX, struct qye_entry);
	q->records = ARENA_ARRAY(a, QYE_RECORDS_MAX, struct qye_record);
	q->pending = ARENA_ARRAY(a, QYE_ENTRIES_MAX + 1, struct qye_pending);
	if (!zip_open(&q->zip, s, e) || !check_zip(q, e) || !read_manifests(q, e) ||
		!find_all(q, e))
		return err_in(e, "qye");
	q->digests = ARENA_ARRAY(a, zip_count(q->zip) * DIGEST_COUNT, uint8_t *);
	*out = qye_move(&q);
	return true;
}

/* --- octets ---------------------------------------------------------------------------
 */

static bool put_piece(void *to, struct bytes chunk, struct err *e)
{
	(void)e;
	digest_put(to, chunk);
	return true;
}

bool qye_digest(struct qye *q, size_t zip, enum digest_alg alg, const uint8_t **out,
	struct err *e)
{
	uint8_t **slot = &q->digests[zip * DIGEST_COUNT + alg];

	if (!*slot) {
		AUTO(digest) d = digest_new(alg);
		uint8_t *hash = (uint8_t *)arena_alloc(q->arena, digest_size(alg));

		if (!zip_stream(q->zip, zip, (struct sink){put_piece, d}, e))
			return false;
		digest_finish(d, hash);
		*slot = hash;
	}
	*out = *slot;
	return true;
}

bool qye_slurp(struct qye *q, const struct qye_entry *entry, size_t max,
	struct bytes *out, struct err *e)
{
	return zip_slurp(q->zip, entry->zip, q->arena, max, out, e);
}
