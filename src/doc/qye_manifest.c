/* qye_manifest: the list of a generation: every object with its type and two digests.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qye_private.h"

#include <jansson.h>

#include "base/text.h"
#include "base/time.h"

enum { WORD_MAX = 40, TITLE_MAX = 500 };

const char *qye_manifest_path(struct arena *a, unsigned generation)
{
	return arena_printf(a, "manifest/%03u.json", generation);
}

const char *qye_record_path(struct arena *a, unsigned number)
{
	return arena_printf(a, "META-INF/evidencerecord%03u.ers", number);
}

const char *qye_list_path(struct arena *a, unsigned number)
{
	return arena_printf(a, "META-INF/ASiCEvidenceRecordManifest%03u.xml", number);
}

/* --- reading --------------------------------------------------------------------------
 */

static const char *text_of(struct qye *q, const json_t *o, const char *key, size_t max)
{
	const json_t *v = json_object_get(o, key);
	struct bytes b = bytes_make(json_string_value(v), json_string_length(v));

	if (!json_is_string(v) || b.n == 0 || b.n > max)
		return NULL;
	return text_printable(q->arena, b, max);
}

static bool digest_field(struct qye *q, const json_t *o, const char *key, uint8_t *out,
	size_t size, struct err *e)
{
	const json_t *v = json_object_get(o, key);
	struct writer w = writer_over(out, size);
	struct bytes digest;

	if (!json_is_string(v) ||
		!hex_decode(q->arena, bytes_str(json_string_value(v)), &digest, e) ||
		digest.n != size)
		return err_set(e, ERR_MALFORMED, "an entry without its %s", key);
	write_bytes(&w, digest);
	return true;
}

/* Lower-case letters, digits and hyphens. */
static bool is_word(const char *s)
{
	size_t n = 0;

	for (; s && s[n]; n++)
		if (!(s[n] >= 'a' && s[n] <= 'z') && !(s[n] >= '0' && s[n] <= '9') &&
			s[n] != '-')
			return false;
	return n > 0;
}

static bool read_entry(struct qye *q, unsigned generation, const json_t *o, struct err *e)
{
	struct qye_entry *entry;
	json_int_t size;

	if (q->entry_count == QYE_ENTRIES_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d entries", QYE_ENTRIES_MAX);
	entry = &q->entries[q->entry_count];
	*entry = (struct qye_entry){.generation = generation};
	entry->path = text_of(q, o, "path", ZIP_NAME_MAX);
	entry->type = text_of(q, o, "type", WORD_MAX);
	entry->name = text_of(q, o, "name", TITLE_MAX);
	entry->content = text_of(q, o, "content", ZIP_NAME_MAX);
	size = json_integer_value(json_object_get(o, "size"));
	if (!entry->path || !is_word(entry->type) || size < 0)
		return err_set(e, ERR_MALFORMED, "an entry without path, type or size");
	entry->size = (uint64_t)size;
	if (!digest_field(q, o, "sm3", entry->sm3, SM3_SIZE, e) ||
		!digest_field(q, o, "sha256", entry->sha256, SHA256_SIZE, e))
		return false;
	q->entry_count++;
	return true;
}

static bool read_record(
	struct qye *q, unsigned generation, const json_t *o, struct err *e)
{
	const char *alg = text_of(q, o, "digest", WORD_MAX);
	unsigned number = (unsigned)q->record_count + 1;
	struct qye_record *r;

	if (q->record_count == QYE_RECORDS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d records", QYE_RECORDS_MAX);
	r = &q->records[q->record_count];
	*r = (struct qye_record){.generation = generation,
		.path = text_of(q, o, "path", ZIP_NAME_MAX),
		.list = text_of(q, o, "manifest", ZIP_NAME_MAX)};
	/* Names are numbers, so that nothing needs to be looked for. */
	if (!r->path || !r->list || !alg ||
		!bytes_equal(bytes_str(r->path),
			bytes_str(qye_record_path(q->arena, number))) ||
		!bytes_equal(
			bytes_str(r->list), bytes_str(qye_list_path(q->arena, number))))
		return err_set(e, ERR_MALFORMED, "a record out of its place");
	for (r->alg = 0; r->alg < DIGEST_COUNT; r->alg++)
		if (bytes_equal(bytes_str(alg), bytes_str(digest_name(r->alg)))) {
			q->record_count++;
			return true;
		}
	return err_set(e, ERR_UNSUPPORTED, "a record by a digest not known here");
}

static void read_pending(struct qye *q, const json_t *o)
{
	struct qye_pending *p = &q->pending[q->pending_count];
	const char *at = text_of(q, o, "not_before", WORD_MAX);
	struct err e;

	if (q->pending_count == QYE_ENTRIES_MAX)
		return;
	*p = (struct qye_pending){.subject = text_of(q, o, "subject", TITLE_MAX),
		.issuer = text_of(q, o, "issuer", TITLE_MAX)};
	if (p->subject && p->issuer && at && time_parse_iso(bytes_str(at), &p->at, &e))
		q->pending_count++;
}

static bool read_object(
	struct qye *q, unsigned generation, const json_t *o, struct err *e)
{
	const json_t *entries = json_object_get(o, "entries"),
		     *records = json_object_get(o, "records"),
		     *pending = json_object_get(o, "pending");
	const json_t *format = json_object_get(o, "format");

	if (!json_is_string(format) ||
		!bytes_equal(bytes_str(json_string_value(format)), BYTES("qye")))
		return err_set(e, ERR_MALFORMED, "not of a .qye");
	if (json_integer_value(json_object_get(o, "version")) != 1)
		return err_set(e, ERR_UNSUPPORTED, "another version than 1");
	if (json_integer_value(json_object_get(o, "generation")) !=
			(json_int_t)generation ||
		!json_is_array(entries) || !json_is_array(records) ||
		json_array_size(records) == 0)
		return err_set(e, ERR_MALFORMED, "no list of entries and records");
	for (size_t i = 0; i < json_array_size(entries); i++)
		if (!read_entry(q, generation, json_array_get(entries, i), e))
			return false;
	for (size_t i = 0; i < json_array_size(records); i++)
		if (!read_record(q, generation, json_array_get(records, i), e))
			return false;
	q->pending_count = 0;
	for (size_t i = 0; i < json_array_size(pending); i++)
		read_pending(q, json_array_get(pending, i));
	return true;
}

bool qye_manifest_read(
	struct qye *q, unsigned generation, struct bytes json, struct err *e)
{
	json_error_t why;
	json_t *o =
		json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, &why);
	bool ok = json_is_object(o)
			  ? read_object(q, generation, o, e)
			  : err_set(e, ERR_MALFORMED, "not JSON: %s", o ? "" : why.text);

	json_decref(o);
	return ok || err_in(e, "manifest %u", generation);
}

/* --- writing --------------------------------------------------------------------------
 */

static void put(json_t *o, const char *key, json_t *value)
{
	(void)json_object_set_new(o, key, value);
}

static json_t *entry_json(struct arena *a, const struct qye_entry *entry)
{
	json_t *o = json_object();

	put(o, "path", json_string(entry->path));
	put(o, "type", json_string(entry->type));
	if (entry->name)
		put(o, "name", json_string(entry->name));
	if (entry->content)
		put(o, "content", json_string(entry->content));
	put(o, "size", json_integer((json_int_t)entry->size));
	put(o, "sm3", json_string(hex_encode(a, BYTES_OF(entry->sm3))));
	put(o, "sha256", json_string(hex_encode(a, BYTES_OF(entry->sha256))));
	return o;
}

static json_t *entries_json(struct arena *a, const struct qye *q, unsigned generation)
{
	json_t *list = json_array();

	for (size_t i = 0; i < q->entry_count; i++)
		if (q->entries[i].generation == generation)
			(void)json_array_append_new(list, entry_json(a, &q->entries[i]));
	return list;
}

static json_t *records_json(const struct qye *q, unsigned generation)
{
	json_t *list = json_array();

	for (size_t i = 0; i < q->record_count; i++) {
		const struct qye_record *r = &q->records[i];
		json_t *o;

		if (r->generation != generation)
			continue;
		o = json_object();
		put(o, "path", json_string(r->path));
		put(o, "manifest", json_string(r->list));
		put(o, "digest", json_string(digest_name(r->alg)));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *pending_json(struct arena *a, const struct qye *q)
{
	json_t *list = json_array();

	for (size_t i = 0; i < q->pending_count; i++) {
		const struct qye_pending *p = &q->pending[i];
		json_t *o = json_object();

		put(o, "subject", json_string(p->subject));
		put(o, "issuer", json_string(p->issuer));
		put(o, "not_before", json_string(time_iso(a, p->at)));
		(void)json_array_append_new(list, o);
	}
	return list;
}

bool qye_manifest_write(struct arena *a, const struct qye *q, unsigned generation,
	int64_t made_at, struct bytes *out, struct err *e)
{
	json_t *o = json_object();
	char *dump;

	put(o, "format", json_string("qye"));
	put(o, "version", json_integer(1));
	put(o, "generation", json_integer((json_int_t)generation));
	put(o, "made_at", json_string(time_iso(a, made_at)));
	put(o, "entries", entries_json(a, q, generation));
	put(o, "records", records_json(q, generation));
	put(o, "pending", pending_json(a, q));
	dump = json_dumps(o, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	json_decref(o);
	if (!dump)
		return err_set(e, ERR_USAGE, "a name that is not UTF-8");
	*out = arena_dup(a, bytes_str(dump));
	free(dump);
	return true;
}
