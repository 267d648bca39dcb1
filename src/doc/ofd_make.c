/* ofd_make: the parts of a generated package.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_make.h"

#include "base/text.h"
#include "base/time.h"
#include "doc/ofd_make_layout.h"
#include "doc/ofd_package.h"
#include "doc/typeset_ofd.h"
#include "doc/zip_write.h"

enum { PART_MAX = 64 << 20, FONT_MAX = 32 << 20 };

/* Thousandths of the size between the top of a line's box and its base line. */
enum { ASCENT = 880 };

struct maker {
	const struct ofd_make_spec *spec;
	struct zip_writer *zip;
	struct make_font *font;
	unsigned id; /* the last one given */
	size_t pages;
	struct buf page, list; /* the page being made; the <Page> elements so far */
	int64_t now;
};

static bool put_element(struct buf *b, const char *name, struct bytes text, struct err *e)
{
	return !text.n || (ofdout_put(b, e, "<ofd:%s>", name) && xml_escape(b, text, e) &&
				  ofdout_put(b, e, "</ofd:%s>", name));
}

static bool add(struct maker *m, const char *name, const struct buf *b, struct err *e)
{
	return zip_add(m->zip, bytes_str(name), buf_bytes(b), true, e);
}

static bool page_begin(void *to, struct err *e)
{
	struct maker *m = to;

	m->page.n = 0;
	return ofdout_put(&m->page, e,
		OFD_PROLOG "<ofd:Page" OFD_XMLNS "><ofd:Content><ofd:Layer ID=\"%u\">",
		++m->id);
}

static bool put_deltas(struct buf *b, const struct line *line, struct err *e)
{
	for (size_t i = 0; i + 1 < line->n; i++)
		if ((i && !buf_put(b, BYTES(" "), e)) ||
			!ofdout_put_mm(b, line->glyphs[i].advance, e))
			return false;
	return true;
}

static bool put_codes(struct buf *b, const struct line *line, struct err *e)
{
	uint8_t utf8[4];

	for (size_t i = 0; i < line->n; i++)
		if (!xml_escape(
			    b, bytes_make(utf8, utf8_put(utf8, line->glyphs[i].code)), e))
			return false;
	return true;
}

static bool put_box(struct buf *b, const struct line *line, struct err *e)
{
	int width = 0;

	for (size_t i = 0; i < line->n; i++)
		width += line->glyphs[i].advance;
	return ofdout_put_mm(b, line->x, e) && ofdout_put(b, e, " ") &&
	       ofdout_put_mm(b, line->top, e) && ofdout_put(b, e, " ") &&
	       ofdout_put_mm(b, width, e) && ofdout_put(b, e, " ") &&
	       ofdout_put_mm(b, line->size * 5 / 4, e);
}

static bool line_put(void *to, const struct line *line, struct err *e)
{
	struct maker *m = to;
	struct buf *b = &m->page;

	return ofdout_put(b, e, "<ofd:TextObject ID=\"%u\" Boundary=\"", ++m->id) &&
	       put_box(b, line, e) && ofdout_put(b, e, "\" Font=\"1\" Size=\"") &&
	       ofdout_put_mm(b, line->size, e) &&
	       ofdout_put(b, e, "\"><ofd:TextCode X=\"0\" Y=\"") &&
	       ofdout_put_mm(b, line->size * ASCENT / 1000, e) &&
	       ofdout_put(b, e, "\"") &&
	       (line->n < 2 ||
		       (ofdout_put(b, e, " DeltaX=\"") && put_deltas(b, line, e) &&
			       ofdout_put(b, e, "\""))) &&
	       ofdout_put(b, e, ">") && put_codes(b, line, e) &&
	       ofdout_put(b, e, "</ofd:TextCode></ofd:TextObject>\n");
}

static bool page_end(void *to, struct err *e)
{
	struct maker *m = to;
	AUTO(arena) a = arena_new();
	size_t i = m->pages++;

	return ofdout_put(&m->page, e, "</ofd:Layer></ofd:Content></ofd:Page>\n") &&
	       ofdout_put(&m->list, e,
		       "<ofd:Page ID=\"%u\" BaseLoc=\"Pages/Page_%zu/Content.xml\"/>",
		       ++m->id, i) &&
	       add(m, arena_printf(a, "Doc_0/Pages/Page_%zu/Content.xml", i), &m->page,
		       e);
}

static bool font_add(struct maker *m, struct err *e)
{
	AUTO_BUF font = buf_make(FONT_MAX), res = buf_make(PART_MAX);
	AUTO(arena) a = arena_new();
	const char *ending;

	if (!make_font_subset(m->font, &font, e))
		return false;
	ending = bytes_starts(buf_bytes(&font), BYTES("OTTO")) ? "otf" : "ttf";
	return add(m, arena_printf(a, "Doc_0/Res/font_1.%s", ending), &font, e) &&
	       ofdout_put(&res, e,
		       OFD_PROLOG "<ofd:Res" OFD_XMLNS
				  " BaseLoc=\"Res\"><ofd:Fonts><ofd:Font ID=\"1\" "
				  "FontName=\"") &&
	       xml_escape(&res, bytes_str(make_font_family(m->font)), e) &&
	       ofdout_put(&res, e, "\" FamilyName=\"") &&
	       xml_escape(&res, bytes_str(make_font_family(m->font)), e) &&
	       ofdout_put(&res, e,
		       "\"><ofd:FontFile>font_1.%s</ofd:FontFile></ofd:Font></ofd:Fonts>"
		       "</ofd:Res>\n",
		       ending) &&
	       add(m, "Doc_0/PublicRes.xml", &res, e);
}

static bool document_add(struct maker *m, struct err *e)
{
	AUTO_BUF b = buf_make(PART_MAX);

	return ofdout_put(&b, e,
		       OFD_PROLOG
		       "<ofd:Document" OFD_XMLNS "><ofd:CommonData><ofd:MaxUnitID>%u"
		       "</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 %d %d"
		       "</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml"
		       "</ofd:PublicRes></ofd:CommonData><ofd:Pages>",
		       m->id, PAGE_WIDTH / 1000, PAGE_HEIGHT / 1000) &&
	       buf_put(&b, buf_bytes(&m->list), e) && ofdout_put(&b, e, "</ofd:Pages>") &&
	       (!m->spec->attachments_n ||
		       ofdout_put(&b, e,
			       "<ofd:Attachments>Attachs/Attachments.xml</"
			       "ofd:Attachments>")) &&
	       ofdout_put(&b, e, "</ofd:Document>\n") &&
	       add(m, "Doc_0/Document.xml", &b, e);
}

/* Whatever the clock says is a date of Beijing, as people here read it. */
static char *date_of(struct arena *a, int64_t t)
{
	struct civil c = civil_of_time(t + 8 * TIME_HOUR);

	return arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static bool main_add(struct maker *m, struct world *w, struct err *e)
{
	AUTO_BUF b = buf_make(PART_MAX);
	AUTO(arena) a = arena_new();
	uint8_t id[16];

	w->random(w, id, sizeof id);
	//= GB/T 33190-2016 DocID: 32 hexadecimal digits
	return ofdout_put(&b, e,
		       OFD_PROLOG "<ofd:OFD" OFD_XMLNS
				  " Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody>"
				  "<ofd:DocInfo><ofd:DocID>%s</ofd:DocID>",
		       hex_encode(a, BYTES_OF(id))) &&
	       put_element(&b, "Title", m->spec->title, e) &&
	       put_element(&b, "Author", m->spec->author, e) &&
	       ofdout_put(&b, e,
		       "<ofd:CreationDate>%s</ofd:CreationDate><ofd:Creator>Qianyin"
		       "</ofd:Creator></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml"
		       "</ofd:DocRoot></ofd:DocBody></ofd:OFD>\n",
		       date_of(a, m->now)) &&
	       add(m, "OFD.xml", &b, e);
}

/* No control characters but tab and line ends. */
static bool text_check(struct bytes text, struct err *e)
{
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
			return err_set(
				e, ERR_USAGE, "a control character at octet %zu", i);
	}
	return utf8_is_valid(text) || err_set(e, ERR_USAGE, "the text is not UTF-8");
}

static bool spec_check(const struct ofd_make_spec *spec, struct err *e)
{
	if (!text_trim(spec->title).n)
		return err_set(e, ERR_USAGE, "a document needs a title");
	if (spec->text.n > OFD_MAKE_TEXT_MAX || spec->title.n > OFD_MAKE_TITLE_MAX)
		return err_set(e, ERR_TOO_LARGE, "%zu octets of text, at most %u",
			spec->text.n, OFD_MAKE_TEXT_MAX);
	if (spec->attachments_n > OFD_MAKE_ATTACHMENTS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d attachments",
			OFD_MAKE_ATTACHMENTS_MAX);
	return text_check(spec->title, e) && text_check(spec->text, e) &&
	       text_check(spec->author, e);
}

static bool make_all(struct maker *m, struct world *w, struct err *e)
{
	struct layout_to to = {page_begin, line_put, page_end, m};

	/* Pages first: only they tell which characters the font must have. */
	return make_font_open(&m->font, m->spec->font, m->spec->font_index, e) &&
	       layout_run(m->font, text_trim(m->spec->title), m->spec->text, to, e) &&
	       font_add(m, e) &&
	       ofdout_attach(
		       m->zip, m->spec->attachments, m->spec->attachments_n, m->now, e) &&
	       document_add(m, e) && main_add(m, w, e) && zip_finish(m->zip, e);
}

bool ofd_make(
	struct world *w, const struct ofd_make_spec *spec, struct sink to, struct err *e)
{
	struct maker m = {.spec = spec, .id = 1, .now = w->now(w)};
	bool ok;

	if (!spec_check(spec, e))
		return false;
	m.page = buf_make(PART_MAX);
	m.list = buf_make(PART_MAX);
	m.zip = zip_writer_new(to);
	ok = make_all(&m, w, e);
	zip_writer_free(m.zip);
	make_font_free(m.font);
	buf_fini(&m.page);
	buf_fini(&m.list);
	return ok;
}
