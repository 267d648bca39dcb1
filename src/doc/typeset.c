/* typeset: from template and fields to pages.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset.h"

#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "doc/typeset_flow.h"
#include "doc/typeset_proof.h"

enum { NAME_OCTETS_MAX = 1000 };

static bool text_given(const char *what, const char *text, struct err *e)
{
	struct bytes b = bytes_str(text);

	if (b.n > NAME_OCTETS_MAX)
		return err_set(e, ERR_TOO_LARGE, "%s: more than %d octets", what,
			NAME_OCTETS_MAX);
	if (!utf8_is_valid(b))
		return err_set(e, ERR_USAGE, "%s: not UTF-8", what);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < ' ' || b.p[i] == 0x7f)
			return err_set(e, ERR_USAGE, "%s: a control character", what);
	return true;
}

static bool spec_check(const struct typeset_spec *spec, struct err *e)
{
	if (spec->template.n > TYPESET_TEMPLATE_MAX)
		return err_set(e, ERR_TOO_LARGE, "template: more than %u octets",
			TYPESET_TEMPLATE_MAX);
	if (spec->fields.n > TYPESET_FIELDS_MAX)
		return err_set(e, ERR_TOO_LARGE, "fields: more than %u octets",
			TYPESET_FIELDS_MAX);
	return text_given("title", spec->title, e) &&
	       text_given("author", spec->author, e) &&
	       text_given("number", spec->number, e) &&
	       text_given("address", spec->verify_url, e);
}

/* The signature, length and width of a PNG's first chunk. */
static bool image_size(struct bytes png, struct page_image *out)
{
	struct reader r = reader_of(png);
	struct bytes head = read_bytes(&r, 16);

	if (!bytes_starts(head, BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR")))
		return false;
	out->w = (int)(read_be32(&r) & 0x7fffffff);
	out->h = (int)(read_be32(&r) & 0x7fffffff);
	return !r.short_read && out->w > 0 && out->h > 0 && out->w <= 20000 &&
	       out->h <= 20000;
}

static bool images_take(struct typeset *t, const struct typeset_spec *spec, struct err *e)
{
	if (spec->images_n > TYPESET_IMAGES_MAX)
		return err_set(
			e, ERR_TOO_LARGE, "more than %d pictures", TYPESET_IMAGES_MAX);
	t->images = ARENA_ARRAY(t->arena, spec->images_n, struct page_image);
	for (size_t i = 0; i < spec->images_n; i++) {
		const struct typeset_image *from = &spec->images[i];

		if (from->png.n > TYPESET_IMAGE_MAX)
			return err_set(e, ERR_TOO_LARGE, "%s: more than %u octets",
				from->name, TYPESET_IMAGE_MAX);
		if (!image_size(from->png, &t->images[i]))
			return err_set(e, ERR_MALFORMED, "%s: not a PNG", from->name);
		t->images[i].name = arena_str(t->arena, bytes_str(from->name));
		t->images[i].alt = t->images[i].name;
		t->images[i].png = arena_dup(t->arena, from->png);
	}
	t->images_n = spec->images_n;
	return true;
}

/* The first heading is the title, when none is given. */
static void title_take(
	struct typeset *t, const struct paper *p, const struct typeset_spec *spec)
{
	t->title = spec->title ? arena_str(t->arena, bytes_str(spec->title)) : NULL;
	for (size_t i = 0; i < p->blocks_n && !t->title; i++)
		if (p->blocks[i].kind == BLOCK_TITLE && p->blocks[i].words.n)
			t->title = arena_str(t->arena, bytes_make(p->blocks[i].words.text,
							       p->blocks[i].words.n));
	t->author = spec->author ? arena_str(t->arena, bytes_str(spec->author)) : NULL;
}

static json_t *slots_json(const struct typeset *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->slots_n; i++) {
		const struct typeset_slot *s = &t->slots[i];

		(void)json_array_append_new(
			list, json_pack("{s:s, s:i, s:i, s:i, s:i, s:i}", "name", s->name,
				      "page", (int)s->page, "x", s->x, "y", s->y, "w",
				      s->w, "h", s->h));
	}
	return list;
}

/* Sorted keys, no blanks, whole numbers only: the same data, the same octets. */
static bool data_make(struct typeset *t, const struct paper *p,
	const struct typeset_spec *spec, struct err *e)
{
	json_t *all = json_pack("{s:s, s:i, s:O, s:o, s:i}", "format",
		"qianyin-paper-fields", "version", 1, "fields", values_json(p->fields),
		"slots", slots_json(t), "pages", (int)t->pages_n);
	char *text;

	if (all && spec->number)
		(void)json_object_set_new(all, "number", json_string(spec->number));
	if (all && spec->verify_url)
		(void)json_object_set_new(all, "verify", json_string(spec->verify_url));
	text = all ? json_dumps(all, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
	json_decref(all);
	if (!text)
		return err_set(e, ERR_MALFORMED, "fields: cannot be written as JSON");
	t->data = arena_dup(t->arena, bytes_str(text));
	free(text);
	return true;
}

static void unshown_warn(void *to, const char *name)
{
	struct typeset *t = to;

	sheet_warn(t, TYPESET_NOT_SHOWN, 0, arena_str(t->arena, bytes_str(name)));
}

static void slots_name(struct typeset *t, const struct paper *p)
{
	for (size_t i = 0; i < t->slots_n; i++) {
		struct typeset_slot *s = &t->slots[i];
		struct bytes name = bytes_str(p->slots[i].name);
		size_t dot = bytes_find(name, BYTES("."));

		s->name = arena_str(t->arena, name);
		s->role = arena_str(t->arena, bytes_head(name, dot));
		s->kind = arena_str(t->arena, bytes_from(name, dot + 1));
	}
}

static bool paper_read(struct paper *p, const struct typeset_spec *spec, struct err *e)
{
	if (spec->plain)
		return plain_read(p, bytes_str(spec->title), spec->template, e);
	return template_read(p, spec->template, e);
}

static bool pages_make(struct typeset *t, struct paper *p, struct faces *faces,
	const struct typeset_spec *spec, struct err *e)
{
	AUTO(setter) s = NULL;

	if (!paper_read(p, spec, e) || !flow_paper(t, p, faces, e))
		return false;
	s = setter_new(t->arena, p, faces);
	if (!flow_furniture(t, p, s, spec, e))
		return false;
	slots_name(t, p);
	t->fonts = faces_list(faces, t->arena, &t->fonts_n);
	title_take(t, p, spec);
	if (!shown_prove(t, p, e) || !slots_prove(t, p, e))
		return false;
	values_unshown(p->fields, unshown_warn, t);
	return data_make(t, p, spec, e);
}

bool typeset(struct arena *a, const struct typeset_spec *spec, struct typeset **out,
	struct err *e)
{
	struct typeset *t = ARENA_NEW(a, struct typeset);
	struct paper *p = ARENA_NEW(a, struct paper);
	AUTO(faces) faces = NULL;
	AUTO(values) fields = NULL;

	t->arena = a;
	p->arena = a;
	p->t = t;
	t->now = spec->world->now(spec->world);
	spec->world->random(spec->world, t->id, sizeof t->id);
	if (!spec_check(spec, e) || !values_open(&fields, spec->fields, e) ||
		!faces_open(&faces, spec, e) || !images_take(t, spec, e))
		return false;
	p->fields = fields;
	p->faces = faces;
	(void)sheet_elem_add(t, ELEM_DOCUMENT, -1);
	if (!pages_make(t, p, faces, spec, e))
		return false;
	*out = t;
	return true;
}
