/* ofd_coverage: see ofd_coverage.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_coverage.h"

#include "base/text.h"

#include <string.h>

#define RULE "GB/T 33190-2016 §18.2.2"

enum { NAMED_MAX = 100 };

/* What is known of each entry while one signature is looked at. */
enum state {
	ENTRY_OPEN,    /* nobody answers for it */
	ENTRY_COVERED, /* the signature does */
	ENTRY_NOT_COUNTED,
};

static void set(uint8_t *states, size_t entry, enum state state)
{
	if (entry != OFD_NO_ENTRY && states[entry] == ENTRY_OPEN)
		states[entry] = (uint8_t)state;
}

/* Are a later signature's own digests, signature value and seal value right? Its chain
 * does not matter here (design §5). */
static bool is_sound(const struct ofd_judged *g)
{
	static const enum check_id ids[] = {CHECK_FORMAT, CHECK_DIGEST_DOCUMENT,
		CHECK_DIGEST_FILES, CHECK_SIGNATURE_VALUE};
	const struct check *checks = g->report->verdict.checks;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (!checks[ids[i]].present || checks[ids[i]].result != CHECK_PASSED)
			return false;
	return !checks[CHECK_SEAL_VALUE].present ||
	       checks[CHECK_SEAL_VALUE].result == CHECK_PASSED;
}

static struct bytes folder_of(struct bytes path)
{
	size_t n = path.n;

	while (n && path.p[n - 1] != '/')
		n--;
	return bytes_head(path, n);
}

/* A later signature brings its own parts, and what else it covers in its own folder. */
static void leave_out_later(uint8_t *states, const struct ofd_judged *g)
{
	struct bytes folder = folder_of(g->entry->place.path);

	if (!g->is_read || !is_sound(g))
		return;
	set(states, g->entry->place.entry, ENTRY_NOT_COUNTED);
	set(states, g->signature.value.entry, ENTRY_NOT_COUNTED);
	if (g->signature.has_seal)
		set(states, g->signature.seal.entry, ENTRY_NOT_COUNTED);
	for (size_t i = 0; i < g->signature.reference_count; i++) {
		const struct ofd_place *place = &g->signature.references[i].place;

		if (folder.n && bytes_starts(place->path, folder))
			set(states, place->entry, ENTRY_NOT_COUNTED);
	}
}

/* The first octets of a file, for whoever wants to know what it is. */
struct peek {
	uint8_t octets[4096];
	size_t n;
};

static bool peek_piece(void *to, struct bytes chunk, struct err *e)
{
	struct peek *p = to;
	size_t n = sizeof p->octets - p->n;

	n = chunk.n < n ? chunk.n : n;
	if (n)
		memcpy(p->octets + p->n, chunk.p, n);
	p->n += n;
	return p->n < sizeof p->octets || err_set(e, ERR_TOO_LARGE, "enough seen");
}

/* The local name of the element an XML text begins with; false when there is none. */
static bool root_name(struct bytes xml, struct bytes *name)
{
	size_t n;

	while ((n = bytes_find(xml, BYTES("<"))) != SIZE_MAX) {
		bool is_comment;

		xml = bytes_from(xml, n);
		is_comment = bytes_starts(xml, BYTES("<!--"));
		if (!is_comment && !bytes_starts(xml, BYTES("<?")))
			break;
		n = bytes_find(xml, is_comment ? BYTES("-->") : BYTES("?>"));
		if (n == SIZE_MAX)
			return false;
		xml = bytes_from(xml, n + 2);
	}
	for (n = 1; n < xml.n && !strchr(" \t\r\n/>", xml.p[n]); n++)
		if (xml.p[n] == ':')
			xml = bytes_from(xml, n), n = 0;
	*name = n < xml.n ? bytes_head(bytes_from(xml, 1), n - 1)
			  : (struct bytes){NULL, 0};
	return n < xml.n;
}

/* Could this file be a Document.xml? When in doubt, yes. */
static bool may_be_document(const struct ofd *o, size_t entry)
{
	struct peek p = {.n = 0};
	struct bytes seen, name;
	struct err e;

	if (!zip_stream(ofd_zip(o), entry, (struct sink){peek_piece, &p}, &e) &&
		p.n < sizeof p.octets)
		return true;
	seen = text_trim(bytes_make(p.octets, p.n));
	if (bytes_starts(seen, BYTES("\xef\xbb\xbf")))
		seen = text_trim(bytes_from(seen, 3));
	if (!bytes_starts(seen, BYTES("<")))
		return false;
	return !root_name(seen, &name) || bytes_equal(name, BYTES("Document"));
}

/* OFD.xml may be uncovered as long as it leads to the same covered document and no other:
 * so among the files covered there must be one only that it could lead to, or else it may
 * have been turned to an attachment made to look like the document. */
static bool may_leave_entry(
	const struct ofd *o, const struct ofd_doc *doc, const uint8_t *states)
{
	if (ofd_docs_n(o) != 1 || doc->has_versions || doc->root.entry == OFD_NO_ENTRY ||
		states[doc->root.entry] != ENTRY_COVERED)
		return false;
	for (size_t i = 0; i < zip_count(ofd_zip(o)); i++)
		if (i != doc->root.entry && states[i] == ENTRY_COVERED &&
			may_be_document(o, i))
			return false;
	return true;
}

static void conclude(const struct judge *j, const struct ofd *o,
	struct report_signature *s, const uint8_t *states)
{
	struct report_covers *covers = &s->covers;
	const char *names = "";

	covers->applies = true;
	covers->uncovered = ARENA_ARRAY(j->arena, NAMED_MAX, const char *);
	for (size_t i = 0; i < zip_count(ofd_zip(o)); i++) {
		const struct zip_entry *entry = zip_entry(ofd_zip(o), i);
		const char *name;

		if ((entry->is_folder && entry->size == 0) ||
			states[i] == ENTRY_NOT_COUNTED)
			continue;
		covers->of++;
		if (states[i] == ENTRY_COVERED) {
			covers->files++;
			continue;
		}
		if (covers->uncovered_count == NAMED_MAX)
			continue;
		name = text_printable(j->arena, entry->name, 200);
		covers->uncovered[covers->uncovered_count++] = name;
		if (covers->uncovered_count <= 10)
			names = arena_printf(
				j->arena, "%s%s%s", names, *names ? ", " : "", name);
	}
	covers->whole_document = covers->files == covers->of;
	if (!covers->whole_document)
		verdict_fail(&s->verdict, CHECK_COVERAGE, SUB_SIG_CONSTRAINTS_FAILURE,
			RULE, say(j->arena, j->lang, MSG_OFD_UNCOVERED, names));
	else
		verdict_pass(&s->verdict, CHECK_COVERAGE, RULE,
			covers->entry_not_covered
				? say(j->arena, j->lang, MSG_OFD_ENTRY_NOT_COVERED)
				: "");
}

void ofd_check_coverage(const struct judge *j, const struct ofd *o,
	const struct ofd_doc *doc, const struct ofd_judged *judged, size_t count)
{
	size_t n = zip_count(ofd_zip(o));
	uint8_t *states = arena_alloc(j->arena, n), *later = arena_alloc(j->arena, n);

	/* From the last to the first, so that `later` grows by one signature at a time.
	 */
	for (size_t i = count; i-- > 0;) {
		const struct ofd_judged *g = &judged[i];

		if (!g->is_read)
			continue;
		memset(states, ENTRY_OPEN, n);
		//= GB/T 33190-2016 §18.2.2: FileRef names each protected file
		for (size_t k = 0; k < g->signature.reference_count; k++)
			set(states, g->signature.references[k].place.entry,
				ENTRY_COVERED);
		set(states, g->entry->place.entry, ENTRY_NOT_COUNTED);
		set(states, g->signature.value.entry, ENTRY_NOT_COUNTED);
		set(states, doc->signatures.entry, ENTRY_NOT_COUNTED);
		for (size_t k = 0; k < n; k++)
			if (later[k] != ENTRY_OPEN)
				set(states, k, ENTRY_NOT_COUNTED);
		if (states[ofd_main_entry(o)] == ENTRY_OPEN &&
			may_leave_entry(o, doc, states)) {
			set(states, ofd_main_entry(o), ENTRY_NOT_COUNTED);
			g->report->covers.entry_not_covered = true;
		}
		conclude(j, o, g->report, states);
		leave_out_later(later, g);
	}
}
