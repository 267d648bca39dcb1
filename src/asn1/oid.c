/* oid: a sorted table searched by halves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "asn1/oid.h"

#include <stdlib.h>

#include "base/reader.h"
#include "base/text.h"

struct code {
	enum oid oid;
	struct bytes content;
};

static const struct code codes[] = {
#define OID_CODE(name, text, size) {OID_##name, {(const uint8_t *)(text), size}},
#include "oid_codes.tbl"
#undef OID_CODE
};

static const char *const dotted_names[OID_COUNT] = {
	[OID_UNKNOWN] = "?",
#define OID(name, dotted) [OID_##name] = dotted,
#include "asn1/oid.tbl"
#undef OID
};

/* Where each identifier stands in codes[]. */
static const uint8_t place[OID_COUNT] = {
#define OID_CODE(name, text, size) [OID_##name] = __COUNTER__,
#include "oid_codes.tbl"
#undef OID_CODE
};

_Static_assert(sizeof codes / sizeof *codes < 256, "place[] holds octets");

struct bytes oid_bytes(enum oid oid)
{
	if (oid <= OID_UNKNOWN || oid >= OID_COUNT)
		return (struct bytes){NULL, 0};
	return codes[place[oid]].content;
}

const char *oid_dotted(enum oid oid)
{
	return oid < OID_COUNT ? dotted_names[oid] : "?";
}

static int compare(const void *key, const void *element)
{
	return bytes_compare(
		*(const struct bytes *)key, ((const struct code *)element)->content);
}

enum oid oid_find(struct bytes content)
{
	const struct code *hit = bsearch(
		&content, codes, sizeof codes / sizeof *codes, sizeof *codes, compare);

	return hit ? hit->oid : OID_UNKNOWN;
}

bool oid_is(struct bytes content, enum oid oid)
{
	return bytes_equal(content, oid_bytes(oid));
}

char *oid_format(struct arena *a, struct bytes content)
{
	char *text = NULL;
	uint64_t arc = 0;

	if (content.n == 0 || content.n > 128 || content.p[content.n - 1] & 0x80)
		return arena_printf(a, "?");
	for (size_t i = 0; i < content.n; i++) {
		if (arc > UINT64_MAX >>
			7) /* arcs of a UUID: known ones are named instead */
			return arena_printf(a, "%s", oid_dotted(oid_find(content)));
		arc = arc << 7 | (content.p[i] & 0x7f);
		if (content.p[i] & 0x80)
			continue;
		if (text)
			text = arena_printf(a, "%s.%llu", text, (unsigned long long)arc);
		else if (arc < 80)
			text = arena_printf(a, "%llu.%llu", (unsigned long long)arc / 40,
				(unsigned long long)arc % 40);
		else
			text = arena_printf(a, "2.%llu", (unsigned long long)arc - 80);
		arc = 0;
	}
	return text;
}

enum { ARCS_MAX = 20, ARC_OCTETS = 10 };

static void put_arc(struct writer *w, uint64_t arc)
{
	unsigned bits = 0;

	while (bits < 57 && arc >> (bits + 7))
		bits += 7;
	for (;; bits -= 7) {
		write_u8(w, (uint8_t)((arc >> bits & 0x7f) | (bits ? 0x80 : 0)));
		if (bits == 0)
			return;
	}
}

//= ITU-T X.690 §8.19: the first two arcs in one number, then base 128
bool oid_parse(struct arena *a, struct bytes dotted, struct bytes *out, struct err *e)
{
	struct writer w = writer_in(a, ARCS_MAX * ARC_OCTETS);
	uint64_t first = 0, arc;
	struct bytes rest = dotted;

	for (size_t i = 0; i < ARCS_MAX; i++) {
		size_t n = bytes_find(rest, BYTES("."));
		/* Behind 0 and 1 the second arc is below 40; behind 2 it grows by 80. */
		uint64_t max = i == 0                ? 2
			       : i == 1 && first < 2 ? 39
						     : (UINT64_MAX >> 1) - 80;

		if (!decimal_u64(bytes_head(rest, n), max, &arc, e))
			return err_set(e, ERR_MALFORMED, "OID: not in dotted notation");
		if (i == 0)
			first = arc;
		else
			put_arc(&w, i == 1 ? first * 40 + arc : arc);
		if (n == SIZE_MAX) {
			if (i == 0)
				return err_set(e, ERR_MALFORMED, "OID: one arc only");
			*out = writer_bytes(&w);
			return true;
		}
		rest = bytes_from(rest, n + 1);
	}
	return err_set(e, ERR_MALFORMED, "OID: more than %d arcs", ARCS_MAX);
}
