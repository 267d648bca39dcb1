/* zip_names: finding entries by name, and what is odd about names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "base/text.h"
#include "doc/zip_private.h"

static const struct {
	const char *name;
	bool hostile;
} kinds[ZIP_FINDING_COUNT] = {
	[ZIP_DUPLICATE] = {"duplicate", true},
	[ZIP_DUPLICATE_LOOSE] = {"duplicate-loose", true},
	[ZIP_DOTDOT] = {"dotdot", true},
	[ZIP_ABSOLUTE] = {"absolute", true},
	[ZIP_CONTROL] = {"control", true},
	[ZIP_BACKSLASH] = {"backslash", false},
	[ZIP_NOT_UTF8] = {"not-utf8", false},
	[ZIP_NAME_LONG] = {"name-long", false},
	[ZIP_NAME_EMPTY] = {"name-empty", true},
	[ZIP_NAME_OTHER] = {"name-other", true},
	[ZIP_FOLDER_FILLED] = {"folder-filled", true},
	[ZIP_GAP] = {"gap", false},
	[ZIP_COMMENT] = {"comment", false},
};

const char *zip_finding_name(enum zip_finding_kind kind)
{
	return kind < ZIP_FINDING_COUNT ? kinds[kind].name : "?";
}

bool zip_finding_is_hostile(enum zip_finding_kind kind)
{
	return kind < ZIP_FINDING_COUNT && kinds[kind].hostile;
}

void zip_note(struct zip *z, struct zip_finding finding)
{
	z->findings_all[finding.kind]++;
	if (z->findings_n == ZIP_FINDINGS_MAX)
		return;
	if (!z->findings)
		z->findings = mem_alloc(ZIP_FINDINGS_MAX * sizeof *z->findings);
	z->findings[z->findings_n++] = finding;
}

bool zip_err_in(struct err *e, struct bytes name)
{
	AUTO(arena) a = arena_new();

	return err_in(e, "%s", text_printable(a, name, 80));
}

/* A name read as careless readers do: one kind of slash, no empty or "." segments, ASCII
 * letters without case. */
struct fold {
	struct bytes rest;
	bool fresh; /* at the start of a segment */
};

static bool is_slash(uint8_t c)
{
	return c == '/' || c == '\\';
}

static int fold_next(struct fold *f)
{
	struct bytes b = f->rest;
	uint8_t c;

	while (f->fresh && b.n) {
		if (is_slash(b.p[0]))
			b = bytes_from(b, 1);
		else if (b.n > 1 && b.p[0] == '.' && is_slash(b.p[1]))
			b = bytes_from(b, 2);
		else
			break;
	}
	f->rest = b;
	if (!b.n)
		return -1;
	c = is_slash(b.p[0]) ? '/' : b.p[0];
	c = c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
	f->rest = bytes_from(b, 1);
	f->fresh = c == '/';
	return c;
}

static int fold_compare(struct bytes a, struct bytes b)
{
	struct fold fa = {a, true}, fb = {b, true};
	int ca, cb;

	do {
		ca = fold_next(&fa);
		cb = fold_next(&fb);
	} while (ca == cb && ca >= 0);
	return ca - cb;
}

typedef int name_compare(struct bytes a, struct bytes b);

static int index_order(const void *a, const void *b, const struct zip *z, name_compare *f)
{
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	int order = f(z->entries[i].name, z->entries[k].name);

	if (order)
		return order;
	return i < k ? -1 : i > k;
}

static int by_name_order(const void *a, const void *b, void *z)
{
	return index_order(a, b, z, bytes_compare);
}

static int by_fold_order(const void *a, const void *b, void *z)
{
	return index_order(a, b, z, fold_compare);
}

static bool has_dotdot(struct bytes name)
{
	size_t i, from = 0;

	for (i = 0; i <= name.n; i++) {
		if (i < name.n && !is_slash(name.p[i]))
			continue;
		if (i - from == 2 && name.p[from] == '.' && name.p[from + 1] == '.')
			return true;
		from = i + 1;
	}
	return false;
}

static bool is_drive(struct bytes name)
{
	uint8_t c;

	if (name.n < 2 || name.p[1] != ':')
		return false;
	c = name.p[0] | 0x20;
	return c >= 'a' && c <= 'z';
}

static void note_octets(struct zip *z, size_t i)
{
	struct bytes name = z->entries[i].name;
	bool control = false, backslash = false;
	size_t k;

	for (k = 0; k < name.n; k++) {
		control = control || name.p[k] < 0x20 || name.p[k] == 0x7f;
		backslash = backslash || name.p[k] == '\\';
	}
	if (control)
		zip_note(z, (struct zip_finding){.kind = ZIP_CONTROL, .entry = i});
	if (backslash)
		zip_note(z, (struct zip_finding){.kind = ZIP_BACKSLASH, .entry = i});
}

static void note_name(struct zip *z, size_t i)
{
	const struct zip_entry *entry = &z->entries[i];
	struct bytes name = entry->name;

	note_octets(z, i);
	if (!name.n)
		zip_note(z, (struct zip_finding){.kind = ZIP_NAME_EMPTY, .entry = i});
	if (name.n > ZIP_NAME_MAX)
		zip_note(z, (struct zip_finding){.kind = ZIP_NAME_LONG, .entry = i});
	if (has_dotdot(name))
		zip_note(z, (struct zip_finding){.kind = ZIP_DOTDOT, .entry = i});
	if ((name.n && is_slash(name.p[0])) || is_drive(name))
		zip_note(z, (struct zip_finding){.kind = ZIP_ABSOLUTE, .entry = i});
	if (!utf8_is_valid(name))
		zip_note(z, (struct zip_finding){.kind = ZIP_NOT_UTF8, .entry = i});
	if (entry->is_folder && entry->size)
		zip_note(z, (struct zip_finding){.kind = ZIP_FOLDER_FILLED, .entry = i});
}

/* Neighbours in an order that compare equal; exact pairs are the other order's business.
 */
static void note_pairs(
	struct zip *z, const uint32_t *order, name_compare *f, enum zip_finding_kind kind)
{
	size_t i;

	for (i = 1; i < z->n; i++) {
		struct bytes a = z->entries[order[i - 1]].name;
		struct bytes b = z->entries[order[i]].name;

		if (f(a, b) != 0)
			continue;
		if (kind == ZIP_DUPLICATE_LOOSE && bytes_equal(a, b))
			continue;
		zip_note(z,
			(struct zip_finding){
				.kind = kind, .entry = order[i], .other = order[i - 1]});
	}
}

void zip_names_index(struct zip *z)
{
	size_t i;

	z->by_name = mem_alloc(z->n * sizeof *z->by_name);
	z->by_fold = mem_alloc(z->n * sizeof *z->by_fold);
	for (i = 0; i < z->n; i++)
		z->by_name[i] = z->by_fold[i] = (uint32_t)i;
	qsort_r(z->by_name, z->n, sizeof *z->by_name, by_name_order, z);
	qsort_r(z->by_fold, z->n, sizeof *z->by_fold, by_fold_order, z);
	note_pairs(z, z->by_name, bytes_compare, ZIP_DUPLICATE);
	note_pairs(z, z->by_fold, fold_compare, ZIP_DUPLICATE_LOOSE);
	for (i = 0; i < z->n; i++)
		note_name(z, i);
}

/* The first in `order` that does not come before `name`, if it is equal. */
static bool find_in(const struct zip *z, const uint32_t *order, name_compare *f,
	struct bytes name, size_t *entry)
{
	size_t low = 0, high = z->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f(z->entries[order[middle]].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == z->n || f(z->entries[order[low]].name, name) != 0)
		return false;
	*entry = order[low];
	return true;
}

bool zip_find(const struct zip *z, struct bytes name, size_t *entry)
{
	return find_in(z, z->by_name, bytes_compare, name, entry);
}

bool zip_find_loose(const struct zip *z, struct bytes name, size_t *entry, bool *loose)
{
	bool exact = zip_find(z, name, entry);

	if (!exact && !find_in(z, z->by_fold, fold_compare, name, entry))
		return false;
	*loose = !exact;
	return true;
}
