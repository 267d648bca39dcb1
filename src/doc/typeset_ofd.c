/* typeset_ofd: the package around the pages. See typeset_ofd.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_ofd.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "base/time.h"
#include "doc/ofd_package.h"
#include "doc/typeset_subset.h"

enum { PART_MAX = 64 << 20, PIECE_MAX = 1024 };

#define DATA_NAME "paper-fields.json"

struct package {
	const struct typeset *t;
	struct zip_writer *zip;
	struct subset *fonts;
	unsigned id; /* the last one given */
	unsigned *font_ids, *image_ids;
	struct buf page, list; /* the page being made; the list of pages */
	struct arena *arena;
};

bool ofdout_put(struct buf *b, struct err *e, const char *fmt, ...)
{
	char text[PIECE_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= PIECE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a piece of XML of %d octets", n);
	return buf_put(b, bytes_make(text, (size_t)n), e);
}

bool ofdout_put_attribute(
	struct buf *b, const char *name, struct bytes value, struct err *e)
{
	return !value.n || (ofdout_put(b, e, " %s=\"", name) && xml_escape(b, value, e) &&
				   ofdout_put(b, e, "\""));
}

static bool put_element(struct buf *b, const char *name, const char *text, struct err *e)
{
	return !text ||
	       (ofdout_put(b, e, "<ofd:%s>", name) && xml_escape(b, bytes_str(text), e) &&
		       ofdout_put(b, e, "</ofd:%s>", name));
}

static bool add(struct package *p, const char *name, const struct buf *b, struct err *e)
{
	return zip_add(p->zip, bytes_str(name), buf_bytes(b), true, e);
}

static bool put_box(struct buf *b, const struct page_box *box, struct err *e)
{
	return ofdout_put_mm(b, box->x, e) && ofdout_put(b, e, " ") &&
	       ofdout_put_mm(b, box->y, e) && ofdout_put(b, e, " ") &&
	       ofdout_put_mm(b, box->w, e) && ofdout_put(b, e, " ") &&
	       ofdout_put_mm(b, box->h, e);
}

static struct page_box boxes_bound(const struct page_box *boxes, size_t n)
{
	int x0 = boxes[0].x, y0 = boxes[0].y, x1 = x0, y1 = y0;

	for (size_t i = 0; i < n; i++) {
		const struct page_box *b = &boxes[i];

		x0 = b->x < x0 ? b->x : x0;
		y0 = b->y < y0 ? b->y : y0;
		x1 = b->x + b->w > x1 ? b->x + b->w : x1;
		y1 = b->y + b->h > y1 ? b->y + b->h : y1;
	}
	return (struct page_box){x0, y0, x1 - x0, y1 - y0};
}

static bool put_corner(struct buf *b, const char *op, int x, int y, struct err *e)
{
	return ofdout_put(b, e, "%s ", op) && ofdout_put_mm(b, x, e) &&
	       ofdout_put(b, e, " ") && ofdout_put_mm(b, y, e) && ofdout_put(b, e, " ");
}

static bool rules_put(struct package *p, const struct page_object *o, struct err *e)
{
	struct buf *b = &p->page;
	struct page_box all;

	if (!o->rules_n)
		return true;
	all = boxes_bound(o->rules, o->rules_n);
	if (!ofdout_put(b, e, "<ofd:PathObject ID=\"%u\" Boundary=\"", ++p->id) ||
		!put_box(b, &all, e) ||
		!ofdout_put(b, e,
			"\" Stroke=\"false\" Fill=\"true\"><ofd:FillColor Value=\"0 0 "
			"0\"/><ofd:AbbreviatedData>"))
		return false;
	for (size_t i = 0; i < o->rules_n; i++) {
		int x = o->rules[i].x - all.x, y = o->rules[i].y - all.y;
		int w = o->rules[i].w, h = o->rules[i].h;

		if (!put_corner(b, "M", x, y, e) || !put_corner(b, "L", x + w, y, e) ||
			!put_corner(b, "L", x + w, y + h, e) ||
			!put_corner(b, "L", x, y + h, e) || !ofdout_put(b, e, "C "))
			return false;
	}
	return ofdout_put(b, e, "</ofd:AbbreviatedData></ofd:PathObject>\n");
}

static bool image_put(struct package *p, const struct page_object *o, struct err *e)
{
	struct buf *b = &p->page;

	return ofdout_put(b, e, "<ofd:ImageObject ID=\"%u\" Boundary=\"", ++p->id) &&
	       put_box(b, &o->box, e) && ofdout_put(b, e, "\" CTM=\"") &&
	       ofdout_put_mm(b, o->box.w, e) && ofdout_put(b, e, " 0 0 ") &&
	       ofdout_put_mm(b, o->box.h, e) &&
	       ofdout_put(b, e, " 0 0\" ResourceID=\"%u\"/>\n", p->image_ids[o->image]);
}

static bool object_put(struct package *p, const struct page_object *o, struct err *e)
{
	struct ofdout_texts texts = {&p->page, &p->id, p->fonts, p->font_ids};

	switch (o->kind) {
	case PAGE_RUN:
		return ofdout_put_run(&texts, &o->run, e);
	case PAGE_RULES:
		return rules_put(p, o, e);
	case PAGE_IMAGE:
		return image_put(p, o, e);
	}
	return true;
}

static bool page_put(struct package *p, size_t i, struct err *e)
{
	const struct page *page = &p->t->pages[i];

	p->page.n = 0;
	if (!ofdout_put(&p->page, e,
		    OFD_PROLOG "<ofd:Page" OFD_XMLNS
			       "><ofd:Content><ofd:Layer ID=\"%u\">\n",
		    ++p->id))
		return false;
	for (size_t k = 0; k < page->n; k++)
		if (!object_put(p, &page->objects[k], e))
			return false;
	return ofdout_put(&p->page, e, "</ofd:Layer></ofd:Content></ofd:Page>\n") &&
	       ofdout_put(&p->list, e,
		       "<ofd:Page ID=\"%u\" BaseLoc=\"Pages/Page_%zu/Content.xml\"/>",
		       ++p->id, i) &&
	       add(p, arena_printf(p->arena, "Doc_0/Pages/Page_%zu/Content.xml", i),
		       &p->page, e);
}

static bool font_put(struct package *p, size_t i, struct buf *res, struct err *e)
{
	const struct subset *s = &p->fonts[i];
	const char *ending = s->cff.n ? "otf" : "ttf";
	struct bytes family = bytes_str(p->t->fonts[i].family);

	return zip_add(p->zip,
		       bytes_str(arena_printf(
			       p->arena, "Doc_0/Res/font_%u.%s", p->font_ids[i], ending)),
		       s->file, true, e) &&
	       ofdout_put(res, e, "<ofd:Font ID=\"%u\"", p->font_ids[i]) &&
	       ofdout_put_attribute(res, "FontName", family, e) &&
	       ofdout_put_attribute(res, "FamilyName", family, e) &&
	       ofdout_put(res, e, "><ofd:FontFile>font_%u.%s</ofd:FontFile></ofd:Font>",
		       p->font_ids[i], ending);
}

static bool images_put(struct package *p, struct buf *res, struct err *e)
{
	if (!p->t->images_n)
		return true;
	if (!ofdout_put(res, e, "<ofd:MultiMedias>"))
		return false;
	for (size_t i = 0; i < p->t->images_n; i++)
		if (!zip_add(p->zip,
			    bytes_str(arena_printf(
				    p->arena, "Doc_0/Res/image_%u.png", p->image_ids[i])),
			    p->t->images[i].png, false, e) ||
			!ofdout_put(res, e,
				"<ofd:MultiMedia ID=\"%u\" Type=\"Image\" "
				"Format=\"PNG\"><ofd:MediaFile>image_%u.png"
				"</ofd:MediaFile></ofd:MultiMedia>",
				p->image_ids[i], p->image_ids[i]))
			return false;
	return ofdout_put(res, e, "</ofd:MultiMedias>");
}

static bool resources_put(struct package *p, struct err *e)
{
	AUTO_BUF res = buf_make(PART_MAX);

	if (!ofdout_put(&res, e,
		    OFD_PROLOG "<ofd:Res" OFD_XMLNS " BaseLoc=\"Res\"><ofd:Fonts>"))
		return false;
	for (size_t i = 0; i < p->t->fonts_n; i++)
		if (p->fonts[i].file.n && !font_put(p, i, &res, e))
			return false;
	return ofdout_put(&res, e, "</ofd:Fonts>") && images_put(p, &res, e) &&
	       ofdout_put(&res, e, "</ofd:Res>\n") &&
	       add(p, "Doc_0/PublicRes.xml", &res, e);
}

static bool document_put(struct package *p, size_t attachments_n, struct err *e)
{
	AUTO_BUF b = buf_make(PART_MAX);

	return ofdout_put(&b, e,
		       OFD_PROLOG
		       "<ofd:Document" OFD_XMLNS "><ofd:CommonData><ofd:MaxUnitID>%u"
		       "</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 %d %d"
		       "</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml"
		       "</ofd:PublicRes></ofd:CommonData><ofd:Pages>",
		       p->id, PAPER_WIDTH / 1000, PAPER_HEIGHT / 1000) &&
	       buf_put(&b, buf_bytes(&p->list), e) && ofdout_put(&b, e, "</ofd:Pages>") &&
	       (!attachments_n || ofdout_put(&b, e,
					  "<ofd:Attachments>Attachs/Attachments.xml</"
					  "ofd:Attachments>")) &&
	       ofdout_put(&b, e, "</ofd:Document>\n") &&
	       add(p, "Doc_0/Document.xml", &b, e);
}

/* Whatever the clock says is a date of Beijing, as people here read it. */
static const char *date_of(struct arena *a, int64_t t)
{
	struct civil c = civil_of_time(t + 8 * TIME_HOUR);

	return arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static bool main_put(struct package *p, struct err *e)
{
	AUTO_BUF b = buf_make(PART_MAX);

	//= GB/T 33190-2016 DocID: 32 hexadecimal digits
	return ofdout_put(&b, e,
		       OFD_PROLOG "<ofd:OFD" OFD_XMLNS
				  " Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody>"
				  "<ofd:DocInfo><ofd:DocID>%s</ofd:DocID>",
		       hex_encode(p->arena, BYTES_OF(p->t->id))) &&
	       put_element(&b, "Title", p->t->title, e) &&
	       put_element(&b, "Author", p->t->author, e) &&
	       ofdout_put(&b, e,
		       "<ofd:CreationDate>%s</ofd:CreationDate><ofd:Creator>Qianyin"
		       "</ofd:Creator></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml"
		       "</ofd:DocRoot></ofd:DocBody></ofd:OFD>\n",
		       date_of(p->arena, p->t->now)) &&
	       add(p, "OFD.xml", &b, e);
}

static unsigned *numbers(struct package *p, size_t n)
{
	unsigned *list = ARENA_ARRAY(p->arena, n, unsigned);

	for (size_t i = 0; i < n; i++)
		list[i] = ++p->id;
	return list;
}

static bool package_put(struct package *p, const struct ofd_attachment *attachments,
	size_t attachments_n, struct err *e)
{
	for (size_t i = 0; i < p->t->pages_n; i++)
		if (!page_put(p, i, e))
			return err_in(e, "page %zu", i + 1);
	return resources_put(p, e) &&
	       ofdout_attach(p->zip, attachments, attachments_n, p->t->now, e) &&
	       document_put(p, attachments_n, e) && main_put(p, e) &&
	       zip_finish(p->zip, e);
}

bool ofdout_package(const struct typeset *t, const struct ofd_attachment *attachments,
	size_t attachments_n, struct sink to, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct package p = {.t = t, .arena = a};
	bool good;

	if (!subsets_make(t, &p.fonts, e))
		return false;
	p.zip = zip_writer_new(to);
	p.page = buf_make(PART_MAX);
	p.list = buf_make(PART_MAX);
	p.font_ids = numbers(&p, t->fonts_n);
	p.image_ids = numbers(&p, t->images_n);
	good = package_put(&p, attachments, attachments_n, e);
	buf_fini(&p.page);
	buf_fini(&p.list);
	zip_writer_free(p.zip);
	subsets_free(p.fonts, t->fonts_n);
	return good;
}

bool typeset_ofd(const struct typeset *t, struct sink to, struct err *e)
{
	struct ofd_attachment data = {.name = BYTES(DATA_NAME),
		.format = BYTES("json"),
		.data = t->data,
		.hidden = true};

	return ofdout_package(t, &data, 1, to, e);
}
