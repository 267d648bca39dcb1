/* closed_pdf_page: what a page of a PDF draws, as far as text goes: which font, where,
 * how
 * large, in which colour. SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <string.h>

#include "doc/closed_pdf.h"

enum { CONTENT_MAX = 16 << 20, STATES_MAX = 64, OPERANDS_MAX = 64, FORMS_MAX = 8 };

/* Lines smaller than this nobody reads, in points; and room a page's edge is given. */
#define SIZE_MIN  2.0
#define EDGE_ROOM 2.0

struct matrix {
	double a, b, c, d, e, f;
};

static const struct matrix unity = {1, 0, 0, 1, 0, 0};

/* First x, then y. */
static struct matrix times(struct matrix x, struct matrix y)
{
	return (struct matrix){x.a * y.a + x.b * y.c, x.a * y.b + x.b * y.d,
		x.c * y.a + x.d * y.c, x.c * y.b + x.d * y.d, x.e * y.a + x.f * y.c + y.e,
		x.e * y.b + x.f * y.d + y.f};
}

struct state {
	struct matrix ctm;
	const struct closed_pdf_font *font;
	double size, leading;
	bool has_font;     /* one was set, whether it can be looked at or not */
	bool is_unpainted; /* render mode 3 or 7 */
	bool is_white, is_clear;
};

/* One content stream being read. */
struct content {
	struct closed_pdf *w;
	const struct pdf_page *page;
	const char *where;
	struct arena *a;
	struct pdf_value resources;
	struct state states[STATES_MAX];
	size_t depth; /* of states */
	struct matrix text, line;
	struct pdf_value operands[OPERANDS_MAX];
	size_t n;
	size_t forms; /* nested so deep */
	uint64_t characters;
};

static struct state *now(struct content *c)
{
	return &c->states[c->depth];
}

static double operand(const struct content *c, size_t i)
{
	return i < c->n ? pdf_number(&c->operands[i]) : 0;
}

static struct matrix matrix_of(const struct content *c)
{
	return (struct matrix){operand(c, 0), operand(c, 1), operand(c, 2), operand(c, 3),
		operand(c, 4), operand(c, 5)};
}

static void found(struct content *c, enum closed_kind kind, const char *what)
{
	closed_found(c->w->c, kind, c->where, what);
}

static bool resource(struct content *c, const char *kind, struct bytes name,
	const struct pdf_value **raw)
{
	struct pdf_value *dict = ARENA_NEW(c->a, struct pdf_value);
	struct err e;

	*raw = NULL;
	if (pdf_get(c->w->p, c->a, &c->resources, kind, dict, &e) && pdf_is_dict(dict))
		*raw = pdf_find(dict, arena_str(c->a, name));
	return *raw;
}

/* --- showing --------------------------------------------------------------------------
 */

static void look_at_place(struct content *c)
{
	const struct state *s = now(c);
	struct matrix m = times(c->text, s->ctm);
	double size = s->size * sqrt(fabs(m.a * m.d - m.b * m.c));
	const double *box = c->page->crop;

	//= Protocols §3: no hidden content
	if (s->is_unpainted)
		found(c, CLOSED_HIDDEN, "Tr");
	if (s->is_white)
		found(c, CLOSED_HIDDEN, "white");
	if (s->is_clear)
		found(c, CLOSED_HIDDEN, "ca");
	if (fabs(size) < SIZE_MIN)
		found(c, CLOSED_TOO_SMALL, arena_printf(c->a, "%.2f", size));
	if (m.e < box[0] - EDGE_ROOM || m.e > box[2] + EDGE_ROOM ||
		m.f < box[1] - EDGE_ROOM || m.f > box[3] + EDGE_ROOM)
		found(c, CLOSED_OFF_PAGE, "");
}

static void show(struct content *c, const struct pdf_value *v)
{
	if (!pdf_is(v, PDF_STRING) || !v->octets.n)
		return;
	look_at_place(c);
	if (now(c)->font)
		c->characters += closed_pdf_show(c->w, now(c)->font, v->octets, c->where);
	else if (now(c)->has_font)
		c->characters += v->octets.n;
	else
		found(c, CLOSED_FONT_NOT_EMBEDDED, "");
}

static void op_show(struct content *c)
{
	if (c->n)
		show(c, &c->operands[c->n - 1]);
}

static void op_show_array(struct content *c)
{
	if (!c->n || !pdf_is(&c->operands[0], PDF_ARRAY))
		return;
	for (uint32_t i = 0; i < c->operands[0].count; i++)
		show(c, &c->operands[0].items[i]);
}

/* --- state ----------------------------------------------------------------------------
 */

static void op_save(struct content *c)
{
	if (c->depth + 1 == STATES_MAX) {
		found(c, CLOSED_UNREADABLE, "q");
		return;
	}
	c->states[c->depth + 1] = c->states[c->depth];
	c->depth++;
}

static void op_restore(struct content *c)
{
	if (c->depth)
		c->depth--;
}

static void op_transform(struct content *c)
{
	now(c)->ctm = times(matrix_of(c), now(c)->ctm);
}

static void op_begin_text(struct content *c)
{
	c->text = c->line = unity;
}

static void op_font(struct content *c)
{
	const struct pdf_value *raw;

	now(c)->font = NULL;
	now(c)->has_font = false;
	now(c)->size = operand(c, 1);
	if (c->n != 2 || !pdf_is(&c->operands[0], PDF_NAME) ||
		!resource(c, "Font", c->operands[0].octets, &raw))
		return;
	now(c)->has_font = true;
	now(c)->font = closed_pdf_font(c->w, raw, c->where);
}

static void op_render_mode(struct content *c)
{
	double mode = operand(c, 0);

	now(c)->is_unpainted = mode > 2;
}

static void op_leading(struct content *c)
{
	now(c)->leading = operand(c, 0);
}

static void line_to(struct content *c, double x, double y)
{
	c->line = times((struct matrix){1, 0, 0, 1, x, y}, c->line);
	c->text = c->line;
}

static void op_move(struct content *c)
{
	line_to(c, operand(c, 0), operand(c, 1));
}

static void op_move_lead(struct content *c)
{
	now(c)->leading = -operand(c, 1);
	op_move(c);
}

static void op_next_line(struct content *c)
{
	line_to(c, 0, -now(c)->leading);
}

static void op_next_show(struct content *c)
{
	op_next_line(c);
	op_show(c);
}

static void op_text_matrix(struct content *c)
{
	c->text = c->line = matrix_of(c);
}

/* White, in whatever number of components. */
static void op_fill(struct content *c)
{
	bool white = c->n == 1 || c->n == 3;

	for (size_t i = 0; i < c->n; i++)
		white = white && operand(c, i) >= 0.99;
	if (c->n == 4)
		white = operand(c, 0) + operand(c, 1) + operand(c, 2) + operand(c, 3) <
			0.02;
	now(c)->is_white = white;
}

static void op_colour_space(struct content *c)
{
	now(c)->is_white = false;
}

static void op_graphics_state(struct content *c)
{
	const struct pdf_value *raw;
	struct pdf_value dict, alpha;
	struct err e;

	if (!c->n || !pdf_is(&c->operands[0], PDF_NAME) ||
		!resource(c, "ExtGState", c->operands[0].octets, &raw) ||
		!pdf_resolve(c->w->p, c->a, raw, &dict, &e) ||
		!pdf_get(c->w->p, c->a, &dict, "ca", &alpha, &e))
		return;
	if (pdf_is(&alpha, PDF_INT) || pdf_is(&alpha, PDF_REAL))
		now(c)->is_clear = pdf_number(&alpha) < 0.05;
}

/* --- marked content and forms ---------------------------------------------------------
 */

/* Text that readers are to take instead of what is drawn. */
static void op_marked(struct content *c)
{
	const struct pdf_value *raw;
	struct pdf_value dict;
	struct err e;

	if (c->n < 2)
		return;
	if (pdf_is_name(&c->operands[0], "OC"))
		found(c, CLOSED_OPTIONAL, "OC");
	dict = c->operands[1];
	if (pdf_is(&dict, PDF_NAME) &&
		(!resource(c, "Properties", dict.octets, &raw) ||
			!pdf_resolve(c->w->p, c->a, raw, &dict, &e)))
		return;
	if (pdf_find(&dict, "ActualText"))
		found(c, CLOSED_NO_CHARACTER, "ActualText");
}

static bool content_read(struct content *c, struct bytes in, struct err *e);

static void form_read(struct content *c, const struct pdf_value *form)
{
	struct pdf_value resources = c->resources, own, matrix;
	struct content inner = *c;
	struct bytes in;
	struct err e;

	if (c->forms == FORMS_MAX) {
		found(c, CLOSED_UNREADABLE, "Form");
		return;
	}
	if (pdf_get(c->w->p, c->a, form, "Resources", &own, &e) && pdf_is_dict(&own))
		resources = own;
	inner.forms++;
	inner.depth = 0;
	inner.states[0] = *now(c);
	inner.resources = resources;
	if (pdf_get(c->w->p, c->a, form, "Matrix", &matrix, &e) &&
		pdf_is(&matrix, PDF_ARRAY) && matrix.count == 6) {
		for (size_t i = 0; i < 6; i++)
			inner.operands[i] = matrix.items[i];
		inner.n = 6;
		op_transform(&inner);
	}
	if (!pdf_slurp(c->w->p, c->a, form, CONTENT_MAX, &in, &e) ||
		!content_read(&inner, in, &e))
		found(c, CLOSED_UNREADABLE, e.text);
	c->characters = inner.characters;
}

static void op_draw(struct content *c)
{
	const struct pdf_value *raw;
	struct pdf_value form, subtype;
	struct err e;

	if (!c->n || !pdf_is(&c->operands[0], PDF_NAME) ||
		!resource(c, "XObject", c->operands[0].octets, &raw) ||
		!pdf_resolve(c->w->p, c->a, raw, &form, &e) ||
		!pdf_is(&form, PDF_STREAM) ||
		!pdf_get(c->w->p, c->a, &form, "Subtype", &subtype, &e))
		return;
	if (pdf_is(raw, PDF_REF) && closed_pdf_is_rewritten(c->w, raw->num))
		found(c, CLOSED_OLD_VERSIONS, "XObject");
	if (pdf_find(&form, "OC"))
		found(c, CLOSED_OPTIONAL, "XObject");
	if (pdf_is_name(&subtype, "Form"))
		form_read(c, &form);
}

static const struct {
	const char *word;
	void (*run)(struct content *c);
} operators[] = {
	{"Tj", op_show},
	{"TJ", op_show_array},
	{"'", op_next_show},
	{"\"", op_next_show},
	{"Tf", op_font},
	{"Td", op_move},
	{"TD", op_move_lead},
	{"Tm", op_text_matrix},
	{"T*", op_next_line},
	{"TL", op_leading},
	{"Tr", op_render_mode},
	{"BT", op_begin_text},
	{"q", op_save},
	{"Q", op_restore},
	{"cm", op_transform},
	{"g", op_fill},
	{"rg", op_fill},
	{"k", op_fill},
	{"sc", op_fill},
	{"scn", op_fill},
	{"cs", op_colour_space},
	{"gs", op_graphics_state},
	{"BDC", op_marked},
	{"DP", op_marked},
	{"Do", op_draw},
};

/* --- the stream -----------------------------------------------------------------------
 */

/* Passes over the data of an inline image: up to EI that stands by itself. */
static bool skip_image(struct bytes *in, struct err *e)
{
	size_t at = 0;

	for (;;) {
		size_t n = bytes_find(bytes_from(*in, at), BYTES("EI"));

		if (n == SIZE_MAX)
			return err_set(e, ERR_MALFORMED, "an inline image without end");
		at += n + 2;
		if (n && pdf_is_space(in->p[at - 3]) &&
			(at == in->n || pdf_is_space(in->p[at])))
			break;
	}
	*in = bytes_from(*in, at);
	return true;
}

static bool run_word(
	struct content *c, struct bytes word, struct bytes *in, struct err *e)
{
	if (bytes_equal(word, BYTES("ID")))
		return skip_image(in, e);
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (bytes_equal(word, bytes_str(operators[i].word)))
			operators[i].run(c);
	return true;
}

static bool content_read(struct content *c, struct bytes in, struct err *e)
{
	bool more;

	c->n = 0;
	for (pdf_skip_space(&in); in.n; pdf_skip_space(&in)) {
		struct bytes word;

		if (closed_pdf_is_operand(in.p[0])) {
			if (c->n == OPERANDS_MAX)
				return err_set(e, ERR_MALFORMED, "too many operands");
			if (!pdf_value_read(&c->operands[c->n], c->a, &in, 0, &more, e))
				return false;
			c->n++;
			continue;
		}
		word = closed_pdf_word(&in);
		/* Values that are words. */
		if (bytes_equal(word, BYTES("true")) ||
			bytes_equal(word, BYTES("false")) ||
			bytes_equal(word, BYTES("null"))) {
			if (c->n < OPERANDS_MAX)
				c->operands[c->n++] = pdf_make_int(0);
			continue;
		}
		if (!run_word(c, word, &in, e))
			return false;
		c->n = 0;
	}
	return true;
}

/* The streams of a page are one text, with white space between them. */
static bool contents_join(struct content *c, struct buf *all, struct err *e)
{
	const struct pdf_value *raw = pdf_find(&c->page->dict, "Contents");
	const struct pdf_value *parts = raw;
	struct pdf_value list, stream;
	struct bytes part;
	uint32_t count = raw ? 1 : 0;

	if (raw && !pdf_resolve(c->w->p, c->a, raw, &list, e))
		return false;
	if (raw && pdf_is(&list, PDF_ARRAY)) {
		parts = list.items;
		count = list.count;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (pdf_is(&parts[i], PDF_REF) &&
			closed_pdf_is_rewritten(c->w, parts[i].num))
			found(c, CLOSED_OLD_VERSIONS, "Contents");
		if (!pdf_resolve(c->w->p, c->a, &parts[i], &stream, e))
			return false;
		if (!pdf_is(&stream, PDF_STREAM))
			continue;
		if (!pdf_slurp(c->w->p, c->a, &stream, CONTENT_MAX, &part, e) ||
			!buf_put(all, part, e) || !buf_put(all, BYTES("\n"), e))
			return false;
	}
	return true;
}

bool closed_pdf_page(
	struct closed_pdf *w, size_t index, uint64_t *characters, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO_BUF all = buf_make(CONTENT_MAX);
	struct content *c = ARENA_NEW(a, struct content);
	struct pdf_page page;

	if (!pdf_page(w->p, a, index, &page, e))
		return false;
	*c = (struct content){.w = w,
		.page = &page,
		.where = arena_printf(w->c->arena, "%zu", index + 1),
		.a = a,
		.resources = page.resources};
	c->states[0].ctm = unity;
	if (!contents_join(c, &all, e) || !content_read(c, buf_bytes(&all), e))
		return false;
	*characters = c->characters;
	return true;
}
