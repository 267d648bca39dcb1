/* typeset_page: see typeset_page.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_page.h"

#include <string.h>

void *sheet_grow(struct arena *a, void *array, size_t n, size_t *room, size_t size)
{
	void *larger;

	if (n < *room)
		return array;
	*room = *room ? 2 * *room : 8;
	larger = arena_array(a, *room, size);
	if (array)
		memcpy(larger, array, n * size);
	return larger;
}

int sheet_elem_add(struct typeset *t, enum elem_kind kind, int parent)
{
	t->elems = sheet_grow(
		t->arena, t->elems, t->elems_n, &t->elems_room, sizeof *t->elems);
	t->elems[t->elems_n] = (struct page_elem){.kind = kind, .parent = parent};
	return (int)t->elems_n++;
}

struct page_object *sheet_add(struct typeset *t, enum page_kind kind, int elem)
{
	struct page *p = &t->pages[t->pages_n - 1];

	p->objects = sheet_grow(t->arena, p->objects, p->n, &p->room, sizeof *p->objects);
	p->objects[p->n] = (struct page_object){.kind = kind, .elem = elem};
	return &p->objects[p->n++];
}

bool sheet_begin(struct typeset *t, struct err *e)
{
	if (t->pages_n == TYPESET_PAGES_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d pages", TYPESET_PAGES_MAX);
	t->pages = sheet_grow(
		t->arena, t->pages, t->pages_n, &t->pages_room, sizeof *t->pages);
	t->pages_n++;
	return true;
}

static bool field_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

void sheet_warn(struct typeset *t, enum typeset_warning_kind kind, uint32_t code,
	const char *field)
{
	struct typeset_warning *w;

	for (size_t i = 0; i < t->warnings_n; i++) {
		w = &t->warnings[i];
		if (w->kind == kind && w->code == code && field_same(w->field, field)) {
			w->count++;
			return;
		}
	}
	if (t->warnings_n == TYPESET_WARNINGS_MAX)
		return;
	if (!t->warnings)
		t->warnings = ARENA_ARRAY(
			t->arena, TYPESET_WARNINGS_MAX, struct typeset_warning);
	w = &t->warnings[t->warnings_n++];
	*w = (struct typeset_warning){
		.kind = kind, .code = code, .field = field, .count = 1};
}

size_t typeset_pages(const struct typeset *t)
{
	return t->pages_n;
}

size_t typeset_slots_n(const struct typeset *t)
{
	return t->slots_n;
}

const struct typeset_slot *typeset_slot(const struct typeset *t, size_t i)
{
	return &t->slots[i];
}

const struct typeset_slot *typeset_slot_find(const struct typeset *t, const char *name)
{
	for (size_t i = 0; i < t->slots_n; i++)
		if (strcmp(t->slots[i].name, name) == 0)
			return &t->slots[i];
	return NULL;
}

size_t typeset_warnings_n(const struct typeset *t)
{
	return t->warnings_n;
}

const struct typeset_warning *typeset_warning(const struct typeset *t, size_t i)
{
	return &t->warnings[i];
}

struct bytes typeset_data(const struct typeset *t)
{
	return t->data;
}
