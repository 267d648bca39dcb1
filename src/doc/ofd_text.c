/* ofd_text: see ofd_text.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_text.h"

#include "base/text.h"

enum { TEMPLATES_MAX = 100 }; /* of one page */

struct extract {
	const struct ofd *o;
	const struct ofd_doc *d;
	struct sink to;
	uint64_t read;
};

/* What one page says of its templates. */
struct uses {
	const struct ofd_template *list[TEMPLATES_MAX];
	bool foreground[TEMPLATES_MAX];
	size_t n;
};

static bool text_put(struct extract *x, struct bytes text, struct err *e)
{
	struct bytes rest = text;
	size_t clean = 0;

	while (rest.n) {
		size_t at = text.n - rest.n;
		uint32_t code = utf8_next(&rest);
		bool space = code == '\t' || code == '\n' || code == '\r';

		if (!space && code >= 0x20 && (code < 0x7f || code > 0x9f))
			continue;
		if (at > clean &&
			!x->to.put(x->to.to, bytes_make(text.p + clean, at - clean), e))
			return false;
		if (!x->to.put(x->to.to, space ? BYTES(" ") : BYTES("\xef\xbf\xbd"), e))
			return false;
		clean = text.n - rest.n;
	}
	return clean == text.n || x->to.put(x->to.to, bytes_from(text, clean), e);
}

/* Everything inside the TextCode just started, and a line break. */
static bool code_put(
	struct extract *x, struct xml_reader *r, unsigned depth, struct err *e)
{
	struct xml_event ev;

	do {
		if (!xml_next(r, &ev, e))
			return false;
		if (ev.kind == XML_TEXT && !text_put(x, ev.text, e))
			return false;
	} while (ev.kind != XML_END || ev.depth != depth);
	return x->to.put(x->to.to, BYTES("\n"), e);
}

static void use_add(struct extract *x, struct uses *u, const struct xml_event *ev)
{
	struct bytes id = {0}, order = {0};
	size_t i;

	(void)xml_has(ev, "TemplateID", &id);
	(void)xml_has(ev, "ZOrder", &order);
	for (i = 0; i < x->d->templates_n && u->n < TEMPLATES_MAX; i++)
		if (bytes_equal(x->d->templates[i].id, text_trim(id))) {
			u->foreground[u->n] = bytes_equal(order, BYTES("Foreground")) ||
					      (!order.n && x->d->templates[i].foreground);
			u->list[u->n++] = &x->d->templates[i];
			return;
		}
}

/* Reads a part: with `uses` its templates alone, else its text. */
static bool part_read(
	struct extract *x, struct bytes part, struct uses *uses, struct err *e)
{
	AUTO(xml_reader) r = NULL;
	struct xml_event ev;

	if (!xml_open(&r, part, e))
		return false;
	do {
		if (!xml_next(r, &ev, e))
			return false;
		if (ev.kind != XML_START)
			continue;
		if (uses && ev.depth == 2 && xml_is(&ev, "Template"))
			use_add(x, uses, &ev);
		if (!uses && xml_is(&ev, "TextCode") && !code_put(x, r, ev.depth, e))
			return false;
		/* Real files name templates behind the content too. */
	} while (ev.kind != XML_DONE);
	return true;
}

static bool part_get(struct extract *x, const struct ofd_place *place, struct arena *a,
	struct bytes *part, struct err *e)
{
	if (place->entry == OFD_NO_ENTRY)
		return err_set(e, ERR_MALFORMED, "%s is not in the package",
			text_printable(a, place->path, 80));
	x->read += zip_entry(ofd_zip(x->o), place->entry)->size;
	if (x->read > OFD_TEXT_READ_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %u octets of pages",
			OFD_TEXT_READ_MAX);
	return ofd_part(x->o, place->entry, a, part, e);
}

static bool place_text(struct extract *x, const struct ofd_place *place, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct bytes part;

	if (!part_get(x, place, a, &part, e))
		return false;
	return part_read(x, part, NULL, e) ||
	       err_in(e, "%s", text_printable(a, place->path, 80));
}

static bool templates_text(
	struct extract *x, const struct uses *u, bool foreground, struct err *e)
{
	size_t i;

	for (i = 0; i < u->n; i++)
		if (u->foreground[i] == foreground &&
			!place_text(x, &u->list[i]->content, e))
			return false;
	return true;
}

static bool page_text(struct extract *x, const struct ofd_page *page, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct uses uses = {.n = 0};
	struct bytes part;

	if (!part_get(x, &page->content, a, &part, e))
		return false;
	if ((x->d->templates_n && !part_read(x, part, &uses, e)) ||
		!templates_text(x, &uses, false, e) || !part_read(x, part, NULL, e))
		return err_in(e, "%s", text_printable(a, page->content.path, 80));
	return templates_text(x, &uses, true, e);
}

bool ofd_text(const struct ofd *o, struct sink to, struct err *e)
{
	struct extract x = {.o = o, .to = to};
	bool first = true;

	for (size_t i = 0; i < ofd_docs_n(o); i++) {
		x.d = ofd_doc(o, i);
		if (!x.d->tree) {
			*e = x.d->tree_err;
			return false;
		}
		for (size_t k = 0; k < x.d->pages_n; k++) {
			if (!first && !to.put(to.to, BYTES("\f"), e))
				return false;
			first = false;
			if (!page_text(&x, &x.d->pages[k], e))
				return false;
		}
	}
	return true;
}
