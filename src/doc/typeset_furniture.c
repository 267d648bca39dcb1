/* typeset_furniture: what stands outside the text on every page.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <qrencode.h>
#include <string.h>

#include "doc/typeset_flow.h"

enum {
	NUMBER_SIZE = 4939, /* 14 pt */
	HEAD_SIZE = 3704,   /* 10.5 pt */
	LABEL_SIZE = 2300,
	HEAD_TOP = 24000,
	CODE_SIZE = 17000, /* with its quiet zone */
	CODE_TOP = 12500,
	CODE_LEFT = BODY_LEFT + BODY_WIDTH - CODE_SIZE,
	QUIET = 2 /* modules; white paper is around it */
};

static bool line_put(struct flow *f, const char *text, enum typeset_face face, int size,
	enum set_align align, struct page_box box, struct err *e)
{
	struct span span = {.face = face};
	struct set_style style = {
		.size = size, .pitch = box.h, .width = box.w, .align = align};
	struct words w = {0};
	struct set_line *lines;
	size_t n;

	if (!words_put(f->paper, &w, bytes_str(text), &span, e) ||
		!set_words(f->setter, &w, &style, &lines, &n, e))
		return false;
	/* One line, whatever was asked for: there is no room for a second. */
	flow_line_place(f, &lines[0], box.x, box.y, size, PAGE_ARTIFACT, box, false);
	return true;
}

/* Where a page's number goes. */
//= GB/T 9704-2012 §7.5: the number between dashes, 7 mm below, odd pages right, even left
static bool number_put(struct flow *f, size_t page, bool centre, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct page_box box = {BODY_LEFT + NUMBER_SIZE, BODY_BOTTOM + 7000,
		BODY_WIDTH - 2 * NUMBER_SIZE, NUMBER_SIZE};
	enum set_align side = page % 2 ? SET_RIGHT : SET_LEFT;

	return line_put(f, arena_printf(a, "— %zu —", page), TYPESET_TITLE, NUMBER_SIZE,
		centre ? SET_CENTRE : side, box, e);
}

/* The dark modules as boxes, those side by side in one. */
static struct page_box *code_boxes(struct arena *a, const QRcode *code, size_t *count)
{
	size_t size = (size_t)code->width, n = 0;
	struct page_box *boxes = ARENA_ARRAY(a, size * size, struct page_box);
	int all = code->width + 2 * QUIET;

	for (size_t y = 0; y < size; y++)
		for (size_t x = 0, to; x < size; x = to) {
			int left = (int)x, top = (int)y, x0, y0;

			for (to = x; to < size && (code->data[y * size + to] & 1);)
				to++;
			if (to == x) {
				to++;
				continue;
			}
			x0 = (left + QUIET) * CODE_SIZE / all;
			y0 = (top + QUIET) * CODE_SIZE / all;
			boxes[n++] = (struct page_box){CODE_LEFT + x0, CODE_TOP + y0,
				((int)to + QUIET) * CODE_SIZE / all - x0,
				(top + 1 + QUIET) * CODE_SIZE / all - y0};
		}
	*count = n;
	return boxes;
}

struct furniture {
	struct flow flow;
	const struct typeset_spec *spec;
	struct page_box *code;
	size_t code_n;
};

static bool code_make(struct furniture *f, struct err *e)
{
	struct typeset *t = f->flow.t;
	QRcode *code;

	if (!f->spec->verify_url)
		return true;
	if (strlen(f->spec->verify_url) > TYPESET_URL_MAX)
		return err_set(e, ERR_TOO_LARGE, "an address of more than %d octets",
			TYPESET_URL_MAX);
	code = QRcode_encodeString8bit(f->spec->verify_url, 0, QR_ECLEVEL_M);
	if (!code)
		return err_set(e, ERR_USAGE, "no QR code can be made of the address");
	f->code = code_boxes(t->arena, code, &f->code_n);
	QRcode_free(code);
	return true;
}

/* On the first page the code is a figure with words to it; the others repeat it. */
static bool code_put(struct furniture *f, size_t page, struct err *e)
{
	struct typeset *t = f->flow.t;
	struct page_object *o;
	int elem = PAGE_ARTIFACT;

	if (!f->code)
		return true;
	if (page == 1) {
		elem = sheet_elem_add(t, ELEM_FIGURE, 0);
		t->elems[elem].label =
			arena_printf(t->arena, "核验二维码：%s", f->spec->verify_url);
	}
	o = sheet_add(t, PAGE_RULES, elem);
	o->rules = f->code;
	o->rules_n = f->code_n;
	return line_put(&f->flow, "扫码核验", TYPESET_HEI, LABEL_SIZE, SET_CENTRE,
		(struct page_box){
			CODE_LEFT, CODE_TOP + CODE_SIZE, CODE_SIZE, LABEL_SIZE * 5 / 4},
		e);
}

static bool head_put(struct furniture *f, struct err *e)
{
	AUTO(arena) a = arena_new();

	return !f->spec->number ||
	       line_put(&f->flow, arena_printf(a, "编号：%s", f->spec->number),
		       TYPESET_BODY, HEAD_SIZE, SET_LEFT,
		       (struct page_box){BODY_LEFT, HEAD_TOP,
			       CODE_LEFT - BODY_LEFT - 5000, HEAD_SIZE * 5 / 4},
		       e);
}

bool flow_furniture(struct typeset *t, struct paper *p, struct setter *s,
	const struct typeset_spec *spec, struct err *e)
{
	struct furniture f = {.flow = {.t = t, .paper = p, .setter = s}, .spec = spec};
	size_t pages = t->pages_n;
	bool good = code_make(&f, e);

	/* sheet_add adds to the last page, so each one is the last for a moment. */
	for (t->pages_n = 0; good && t->pages_n < pages;) {
		t->pages_n++;
		good = head_put(&f, e) && code_put(&f, t->pages_n, e) &&
		       number_put(&f.flow, t->pages_n, spec->centre_numbers, e);
	}
	t->pages_n = pages;
	return good;
}
