/* pdf_widget: see pdf_widget.h. The form that lists the field is in pdf_widget_form.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_widget.h"

#include "doc/pdf_widget_form.h"
#include "doc/pdf_widget_image.h"
#include "doc/pdf_widget_place.h"

/* What is being written. */
struct job {
	struct pdf_update *u;
	struct arena *a;
	const struct pdf_field *f;
	struct pdf_mark mark; /* zero: nothing is shown */
	const char *name;
	size_t pages, total; /* pages of the file; widgets there will be */
	struct pdf_ref field, lock, image;
	struct pdf_ref *kids;
	size_t kid_count;
};

/* One widget. */
struct shown {
	struct pdf_rect rect;
	struct pdf_ref form; /* num 0: nothing is shown */
};

static struct pdf_ref fresh(struct pdf_update *u)
{
	return (struct pdf_ref){pdf_update_number(u), 0};
}

static bool write_image(struct job *j, struct err *e)
{
	struct pdf_ref alpha = {0};
	struct pdf_image image;
	const char *head, *mask = "";

	if (!pdf_image_make(j->a, &image, j->mark.pixels, e))
		return err_in(e, "picture");
	head = arena_printf(j->a,
		"/Type /XObject /Subtype /Image /Width %u /Height %u /BitsPerComponent 8 "
		"/Filter /FlateDecode",
		image.w, image.h);
	if (image.alpha.n) {
		alpha = fresh(j->u);
		mask = arena_printf(j->a, " /SMask %u 0 R", alpha.num);
		if (!pdf_update_put_stream(j->u, alpha,
			    arena_printf(j->a, "%s /ColorSpace /DeviceGray", head),
			    image.alpha, e))
			return false;
	}
	j->image = fresh(j->u);
	return pdf_update_put_stream(j->u, j->image,
		arena_printf(j->a, "%s /ColorSpace /DeviceRGB%s", head, mask), image.rgb,
		e);
}

static double points(double mm)
{
	return mm * 72 / 25.4;
}

/* The appearance: a window of the box's size onto the mark, drawn at its own size w × h
 * with from_mm of it to the left of the window. */
static bool write_form(struct job *j, struct pdf_ref *out, const struct pdf_page *page,
	struct pdf_box_mm box, double w_mm, double from_mm, struct err *e)
{
	const double bounds[4] = {0, 0, points(box.w), points(box.h)};
	const double place[6] = {points(w_mm), 0, 0, points(box.h), -points(from_mm), 0};
	AUTO_PDF_TEXT dict = pdf_text_make();
	AUTO_PDF_TEXT draw = pdf_text_make();
	struct bytes data, head;
	double upright[6] = {0};
	AUTO_MEM uint8_t *text = NULL;

	pdf_page_upright(page, upright);
	pdf_put(&dict, "/Type /XObject /Subtype /Form /BBox [");
	pdf_put_numbers(&dict, bounds, 4);
	pdf_put(&dict, "] /Matrix [");
	pdf_put_numbers(&dict, upright, 6);
	/* As ink does: what is printed under a seal stays readable. */
	pdf_put(&dict, "] /Resources << /ExtGState << /Ink << /BM /Multiply >> >> "
		       "/XObject << /Seal ");
	pdf_put_ref(&dict, j->image);
	pdf_put(&dict, " >> >>");
	pdf_put(&draw, "q /Ink gs ");
	pdf_put_numbers(&draw, place, 6);
	pdf_put(&draw, " cm /Seal Do Q");
	if (!pdf_text_end(&draw, &data, e) || !pdf_text_end(&dict, &head, e))
		return false;
	text = mem_dup(head);
	*out = fresh(j->u);
	return pdf_update_put_stream(j->u, *out, (const char *)text, data, e);
}

//= ISO 32000-1 §12.7.4.5: a signature field is FT Sig, its value the signature dictionary
static void put_field(struct pdf_text *t, const struct job *j)
{
	pdf_put(t, "/FT /Sig /T ");
	pdf_put_string(t, bytes_str(j->name));
	if (j->f->title) {
		pdf_put(t, " /TU ");
		pdf_put_string(t, bytes_str(j->f->title));
	}
	pdf_put(t, " /V ");
	pdf_put_ref(t, j->f->value);
	if (j->f->lock) {
		pdf_put(t, " /Lock ");
		pdf_put_ref(t, j->lock);
	}
}

/* Flags: print it, and do not let it be moved. */
static bool write_widget(struct job *j, const struct pdf_page *page,
	const struct shown *s, struct pdf_ref *out, struct err *e)
{
	AUTO_PDF_TEXT t = pdf_text_make();

	pdf_put(&t, "<< /Type /Annot /Subtype /Widget /F 132 /Rect [");
	pdf_put_numbers(&t, s->rect.v, 4);
	pdf_put(&t, "] /P ");
	pdf_put_ref(&t, page->ref);
	if (s->form.num) {
		pdf_put(&t, " /AP << /N ");
		pdf_put_ref(&t, s->form);
		pdf_put(&t, " >>");
	}
	*out = j->field;
	if (j->total == 1) {
		pdf_put(&t, " ");
		put_field(&t, j);
	} else {
		*out = fresh(j->u);
		/* Type and value are inherited; poppler looks for them here only. */
		pdf_put(&t, " /FT /Sig /V ");
		pdf_put_ref(&t, j->f->value);
		pdf_put(&t, " /Parent ");
		pdf_put_ref(&t, j->field);
		j->kids[j->kid_count++] = *out;
	}
	pdf_put(&t, " >>");
	return pdf_update_put(j->u, *out, &t, NULL, e);
}

/* The page as it stood, with the widgets behind its other annotations. */
static bool write_page(struct job *j, struct arena *a, const struct pdf_page *page,
	const struct pdf_ref *widgets, size_t count, struct err *e)
{
	AUTO_PDF_TEXT t = pdf_text_make();
	struct pdf_value annots, dict;

	if (!pdf_get(pdf_update_file(j->u), a, &page->dict, "Annots", &annots, e))
		return false;
	if (annots.kind != PDF_ARRAY && annots.kind != PDF_NULL)
		return err_set(e, ERR_MALFORMED, "Annots is no array");
	if (annots.kind == PDF_NULL)
		annots = pdf_make_array(NULL, 0);
	for (size_t i = 0; i < count; i++)
		annots = pdf_appended(
			a, &annots, pdf_make_ref(widgets[i].num, widgets[i].gen));
	dict = pdf_with(a, &page->dict, "Annots", &annots);
	pdf_put_value(&t, &dict);
	return pdf_update_put(j->u, page->ref, &t, NULL, e);
}

static size_t page_of(const struct job *j, const struct pdf_place *place)
{
	return place->page < 0 ? j->pages - 1 : (size_t)place->page - 1;
}

static bool write_place(struct job *j, const struct pdf_page *page,
	const struct pdf_place *place, struct pdf_ref *out, struct err *e)
{
	struct pdf_box_mm box;
	struct shown s = {.form = {0}};

	if (!pdf_place_box(&box, page, place, j->mark.width_mm, j->mark.height_mm, e))
		return false;
	s.rect = pdf_page_rect(page, box);
	return write_form(j, &s.form, page, box, box.w, 0, e) &&
	       write_widget(j, page, &s, out, e);
}

static bool write_strip(struct job *j, const struct pdf_page *page, size_t i,
	struct pdf_ref *out, struct err *e)
{
	struct pdf_strip strip = pdf_straddle_strip(page, j->f->straddle, i, j->pages,
		j->f->straddle_y_mm, j->mark.width_mm, j->mark.height_mm);
	struct shown s = {.rect = pdf_page_rect(page, strip.box)};

	return write_form(
		       j, &s.form, page, strip.box, j->mark.width_mm, strip.from_mm, e) &&
	       write_widget(j, page, &s, out, e);
}

/* All that is shown on one page. */
static bool write_on_page(struct job *j, size_t i, struct err *e)
{
	struct pdf_ref widgets[PDF_PLACES_MAX + 1];
	bool shows_nothing = !j->f->mark && i == 0;
	bool strip = j->f->straddle != PDF_STRADDLE_NONE, wanted = strip || shows_nothing;
	AUTO(arena) a = arena_new();
	struct pdf_page page;
	size_t count = 0;

	for (size_t k = 0; k < j->f->place_count; k++)
		wanted |= page_of(j, &j->f->places[k]) == i;
	if (!wanted)
		return true;
	if (!pdf_page(pdf_update_file(j->u), a, i, &page, e))
		return false;
	if (shows_nothing &&
		!write_widget(j, &page, &(struct shown){0}, &widgets[count++], e))
		return false;
	for (size_t k = 0; k < j->f->place_count; k++)
		if (page_of(j, &j->f->places[k]) == i &&
			!write_place(j, &page, &j->f->places[k], &widgets[count++], e))
			return false;
	if (strip && !write_strip(j, &page, i, &widgets[count++], e))
		return false;
	return write_page(j, a, &page, widgets, count, e);
}

static bool write_lock(struct job *j, struct err *e)
{
	AUTO_PDF_TEXT t = pdf_text_make();

	if (!j->f->lock)
		return true;
	j->lock = fresh(j->u);
	//= ISO 32000-2 §12.7.5.5: Lock names the fields, and P what later revisions may do
	pdf_put(&t, "<< /Type /SigFieldLock /Action /All /P 1 >>");
	return pdf_update_put(j->u, j->lock, &t, NULL, e);
}

static bool write_parent(struct job *j, struct err *e)
{
	AUTO_PDF_TEXT t = pdf_text_make();

	pdf_put(&t, "<< ");
	put_field(&t, j);
	pdf_put(&t, " /Kids [");
	for (size_t i = 0; i < j->kid_count; i++) {
		pdf_put(&t, i ? " " : "");
		pdf_put_ref(&t, j->kids[i]);
	}
	pdf_put(&t, "] >>");
	return pdf_update_put(j->u, j->field, &t, NULL, e);
}

static bool check_field(struct job *j, struct err *e)
{
	const struct pdf_field *f = j->f;
	bool shown = f->place_count || f->straddle != PDF_STRADDLE_NONE;

	if (j->pages == 0)
		return err_set(e, ERR_MALFORMED, "no pages");
	if (shown != (f->mark != NULL))
		return err_set(e, ERR_USAGE, "a mark needs a place, and a place a mark");
	if (f->mark && (!(f->mark->width_mm > 0) || !(f->mark->height_mm > 0)))
		return err_set(e, ERR_USAGE, "a mark without size");
	if (f->place_count > PDF_PLACES_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d places", PDF_PLACES_MAX);
	for (size_t i = 0; i < f->place_count; i++)
		if (f->places[i].page == 0 || f->places[i].page < -1 ||
			(f->places[i].page > 0 && (size_t)f->places[i].page > j->pages))
			return err_set(e, ERR_USAGE, "page %d of %zu", f->places[i].page,
				j->pages);
	if (f->straddle != PDF_STRADDLE_NONE && j->pages < 2)
		return err_set(e, ERR_USAGE, "a straddle seal needs two pages or more");
	return true;
}

bool pdf_field_write(
	struct pdf_update *u, struct arena *a, const struct pdf_field *f, struct err *e)
{
	struct job j = {.u = u, .a = a, .f = f};

	if (f->mark)
		j.mark = *f->mark;
	if (!pdf_pages(pdf_update_file(u), &j.pages, e) || !check_field(&j, e) ||
		!pdf_form_name(u, a, &j.name, e))
		return false;
	j.total = f->place_count + (f->straddle != PDF_STRADDLE_NONE ? j.pages : 0);
	j.total += !f->mark;
	j.kids = ARENA_ARRAY(a, j.total, struct pdf_ref);
	j.field = fresh(u);
	if (!write_lock(&j, e) || (f->mark && !write_image(&j, e)))
		return false;
	for (size_t i = 0; i < j.pages; i++)
		if (!write_on_page(&j, i, e))
			return err_in(e, "page %zu", i + 1);
	if (j.total > 1 && !write_parent(&j, e))
		return false;
	return pdf_form_add(u, a, j.field, f->certified, e);
}
