/* pdf_roles: see pdf_roles.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_roles.h"

/* What waits to be looked at, by role: uses that come first in the enum are followed
 * first. */
struct bucket {
	uint32_t *nums;
	size_t n, cap;
};

struct pdf_roles {
	struct pdf *p;  /* while walking */
	uint8_t *roles; /* by number */
	size_t size;
	struct bucket buckets[PDF_ROLE_COUNT];
	size_t prepared;
};

/* Where a key of a dictionary with this role leads; an entry without key: any other. */
static const struct step {
	enum pdf_role from;
	const char *key;
	enum pdf_role to;
} steps[] = {
	{PDF_ROLE_TRAILER, "Root", PDF_ROLE_CATALOG},
	{PDF_ROLE_TRAILER, "Info", PDF_ROLE_INFO},
	{PDF_ROLE_CATALOG, "Pages", PDF_ROLE_PAGE_TREE},
	{PDF_ROLE_CATALOG, "AcroForm", PDF_ROLE_FORM},
	{PDF_ROLE_CATALOG, "Names", PDF_ROLE_NAMES},
	{PDF_ROLE_CATALOG, "Dests", PDF_ROLE_NAMES},
	{PDF_ROLE_CATALOG, "OpenAction", PDF_ROLE_ACTION},
	{PDF_ROLE_CATALOG, "AA", PDF_ROLE_ACTION},
	{PDF_ROLE_CATALOG, "OCProperties", PDF_ROLE_OPTIONAL_CONTENT},
	{PDF_ROLE_CATALOG, "Outlines", PDF_ROLE_OUTLINE},
	{PDF_ROLE_CATALOG, "StructTreeRoot", PDF_ROLE_STRUCTURE},
	{PDF_ROLE_CATALOG, "Metadata", PDF_ROLE_METADATA},
	{PDF_ROLE_CATALOG, "DSS", PDF_ROLE_DSS},
	{PDF_ROLE_CATALOG, "Perms", PDF_ROLE_PERMISSIONS},
	{PDF_ROLE_CATALOG, "AF", PDF_ROLE_EMBEDDED},
	{PDF_ROLE_CATALOG, NULL, PDF_ROLE_CATALOG_PART},
	{PDF_ROLE_PAGE_TREE, "Kids", PDF_ROLE_PAGE_TREE},
	{PDF_ROLE_PAGE_TREE, "Parent", PDF_ROLE_PAGE_TREE},
	{PDF_ROLE_PAGE_TREE, NULL, PDF_ROLE_RESOURCES},
	{PDF_ROLE_PAGE, "Parent", PDF_ROLE_PAGE_TREE},
	{PDF_ROLE_PAGE, "Contents", PDF_ROLE_CONTENT},
	{PDF_ROLE_PAGE, "Annots", PDF_ROLE_ANNOTS},
	{PDF_ROLE_PAGE, "AA", PDF_ROLE_ACTION},
	{PDF_ROLE_PAGE, "Metadata", PDF_ROLE_METADATA},
	{PDF_ROLE_PAGE, NULL, PDF_ROLE_RESOURCES},
	{PDF_ROLE_RESOURCES, "Font", PDF_ROLE_FONT},
	{PDF_ROLE_ANNOTS, NULL, PDF_ROLE_ANNOTATION},
	{PDF_ROLE_ANNOTATION, "AP", PDF_ROLE_APPEARANCE},
	{PDF_ROLE_ANNOTATION, "P", PDF_ROLE_PAGE},
	{PDF_ROLE_ANNOTATION, "Parent", PDF_ROLE_FIELD},
	{PDF_ROLE_ANNOTATION, "V", PDF_ROLE_VALUE},
	{PDF_ROLE_ANNOTATION, "A", PDF_ROLE_ACTION},
	{PDF_ROLE_ANNOTATION, "AA", PDF_ROLE_ACTION},
	{PDF_ROLE_FIELD, "AP", PDF_ROLE_APPEARANCE},
	{PDF_ROLE_FIELD, "P", PDF_ROLE_PAGE},
	{PDF_ROLE_FIELD, "V", PDF_ROLE_VALUE},
	{PDF_ROLE_FIELD, "A", PDF_ROLE_ACTION},
	{PDF_ROLE_FIELD, "AA", PDF_ROLE_ACTION},
	{PDF_ROLE_FIELDS, NULL, PDF_ROLE_FIELD},
	{PDF_ROLE_FORM, "Fields", PDF_ROLE_FIELDS},
	{PDF_ROLE_VALUE, "Data", PDF_ROLE_CATALOG},
	{PDF_ROLE_NAMES, "EmbeddedFiles", PDF_ROLE_EMBEDDED},
	{PDF_ROLE_NAMES, "JavaScript", PDF_ROLE_ACTION},
	{PDF_ROLE_STRUCTURE, "Pg", PDF_ROLE_PAGE},
	{PDF_ROLE_OUTLINE, "A", PDF_ROLE_ACTION},
};

/* A key leads where its own entry says, else where the entry without key says, else the
 * role stays. */
static enum pdf_role step_of(enum pdf_role from, struct bytes key)
{
	enum pdf_role to = from;

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (steps[i].from != from)
			continue;
		if (!steps[i].key)
			to = steps[i].to;
		else if (bytes_equal(key, bytes_str(steps[i].key)))
			return steps[i].to;
	}
	return to;
}

static void grow(struct pdf_roles *r, uint32_t num)
{
	size_t size = r->size ? r->size : 1024;

	while (size <= num)
		size *= 2;
	if (size == r->size)
		return;
	r->roles = mem_resize(r->roles, r->size, size);
	r->size = size;
}

static void push(struct pdf_roles *r, uint32_t num, enum pdf_role role)
{
	struct bucket *b = &r->buckets[role];

	grow(r, num);
	if (r->roles[num] != PDF_ROLE_NONE)
		return;
	if (b->n == b->cap) {
		size_t cap = b->cap ? 2 * b->cap : 64;

		b->nums = mem_resize(
			b->nums, b->cap * sizeof *b->nums, cap * sizeof *b->nums);
		b->cap = cap;
	}
	b->nums[b->n++] = num;
}

static void follow(struct pdf_roles *r, const struct pdf_value *v, enum pdf_role role)
{
	if (v->kind == PDF_REF) {
		push(r, v->num, role);
	} else if (v->kind == PDF_ARRAY) {
		enum pdf_role to = role == PDF_ROLE_ANNOTS || role == PDF_ROLE_FIELDS
					   ? step_of(role, BYTES(""))
					   : role;

		for (size_t i = 0; i < v->count; i++)
			follow(r, &v->items[i], to);
	} else if (pdf_is_dict(v)) {
		for (size_t i = 0; i < v->count; i++)
			follow(r, &v->entries[i].value, step_of(role, v->entries[i].key));
	}
}

/* A leaf of the page tree is a page. */
static enum pdf_role own_role(const struct pdf_value *v, enum pdf_role role)
{
	if (role != PDF_ROLE_PAGE_TREE && role != PDF_ROLE_PAGE)
		return role;
	return pdf_find(v, "Kids") && !pdf_is_name(pdf_find(v, "Type"), "Page")
		       ? PDF_ROLE_PAGE_TREE
		       : PDF_ROLE_PAGE;
}

static bool look(struct pdf_roles *r, uint32_t num, enum pdf_role role, struct err *e)
{
	const struct pdf_xref_entry *x = pdf_entry(r->p, num);
	AUTO(arena) a = arena_new();
	struct pdf_ref ref = {num, 0};
	struct pdf_value v;

	r->roles[num] = (uint8_t)role;
	if (!x || x->kind == PDF_ENTRY_FREE)
		return true;
	ref.gen = x->kind == PDF_ENTRY_PLAIN ? (uint16_t)x->extra : 0;
	if (!pdf_object(r->p, a, ref, &v, e))
		return false;
	role = own_role(&v, role);
	r->roles[num] = (uint8_t)role;
	follow(r, &v, role);
	return true;
}

static bool drain(struct pdf_roles *r, struct err *e)
{
	for (size_t i = 0; i < PDF_ROLE_COUNT; i++) {
		struct bucket *b = &r->buckets[i];
		uint32_t num;

		if (b->n == 0)
			continue;
		num = b->nums[--b->n];
		if (r->roles[num] == PDF_ROLE_NONE && !look(r, num, (enum pdf_role)i, e))
			return false;
		i = SIZE_MAX; /* from the first bucket again */
	}
	return true;
}

/* What nothing leads to, and yet looks like a page or a whole document. */
static bool count_prepared(struct pdf_roles *r, struct err *e)
{
	size_t n;
	const struct pdf_xref_entry *x = pdf_entries(r->p, &n);

	for (size_t i = 0; i < n; i++) {
		AUTO(arena) a = NULL;
		const struct pdf_value *type;
		struct pdf_value v;

		if (x[i].kind == PDF_ENTRY_FREE || pdf_role_of(r, x[i].num))
			continue;
		a = arena_new();
		if (!pdf_object(r->p, a,
			    (struct pdf_ref){x[i].num, x[i].kind == PDF_ENTRY_PLAIN
							       ? (uint16_t)x[i].extra
							       : 0},
			    &v, e))
			return e->code != ERR_IO;
		type = pdf_find(&v, "Type");
		r->prepared += pdf_is_name(type, "Page") || pdf_is_name(type, "Pages") ||
			       pdf_is_name(type, "Catalog");
	}
	return true;
}

bool pdf_roles_new(struct pdf_roles **out, struct pdf *p, struct err *e)
{
	AUTO(pdf_roles) r = NEW(struct pdf_roles);

	r->p = p;
	grow(r, pdf_next_number(p));
	follow(r, pdf_trailer(p), PDF_ROLE_TRAILER);
	if (!drain(r, e) || !count_prepared(r, e))
		return false;
	r->p = NULL;
	*out = pdf_roles_move(&r);
	return true;
}

void pdf_roles_free(struct pdf_roles *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < PDF_ROLE_COUNT; i++)
		mem_free(r->buckets[i].nums);
	mem_free(r->roles);
	mem_free(r);
}

enum pdf_role pdf_role_of(const struct pdf_roles *r, uint32_t num)
{
	return num < r->size ? (enum pdf_role)r->roles[num] : PDF_ROLE_NONE;
}

size_t pdf_roles_prepared(const struct pdf_roles *r)
{
	return r->prepared;
}

bool pdf_roles_extend(struct pdf_roles *r, struct pdf *after, const uint32_t *nums,
	size_t count, struct err *e)
{
	r->p = after;
	follow(r, pdf_trailer(after), PDF_ROLE_TRAILER);
	for (size_t i = 0; i < count; i++) {
		enum pdf_role role = pdf_role_of(r, nums[i]);

		if (role != PDF_ROLE_NONE && !look(r, nums[i], role, e))
			return false;
	}
	return drain(r, e);
}
