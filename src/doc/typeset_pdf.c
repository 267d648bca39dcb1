/* typeset_pdf: the file around the pages. See typeset_pdf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/typeset_pdf.h"

#include <stdarg.h>
#include <stdio.h>
#include <zlib.h>

#include "base/text.h"
#include "base/time.h"

enum { OBJECT_MAX = 256 << 20, PIECE_MAX = 512 };

#define DATA_NAME "paper-fields.json"

unsigned pdfout_number(struct pdfout *p)
{
	p->offsets = sheet_grow(p->arena, p->offsets, p->objects + 1, &p->offsets_room,
		sizeof *p->offsets);
	return (unsigned)++p->objects;
}

bool pdfout_put(struct pdfout *p, struct err *e, const char *fmt, ...)
{
	char text[PIECE_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= PIECE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a piece of PDF of %d octets", n);
	return buf_put(&p->work, bytes_make(text, (size_t)n), e);
}

bool pdfout_put_text(struct pdfout *p, struct bytes utf8, struct err *e)
{
	if (!pdfout_put(p, e, "<FEFF"))
		return false;
	while (utf8.n) {
		uint32_t c = utf8_next(&utf8);
		bool good = c < 0x10000 ? pdfout_put(p, e, "%04X", c)
					: pdfout_put(p, e, "%04X%04X",
						  0xd800 + ((c - 0x10000) >> 10),
						  0xdc00 + ((c - 0x10000) & 0x3ff));

		if (!good)
			return false;
	}
	return pdfout_put(p, e, ">");
}

static bool out(struct pdfout *p, struct bytes b, struct err *e)
{
	p->at += b.n;
	return p->to.put(p->to.to, b, e);
}

static bool object_begin(struct pdfout *p, unsigned n, struct err *e)
{
	char head[32];
	int length = snprintf(head, sizeof head, "%u 0 obj\n", n);

	p->offsets[n] = p->at;
	return out(p, bytes_make(head, (size_t)length), e);
}

bool pdfout_object(struct pdfout *p, unsigned n, struct err *e)
{
	bool good = object_begin(p, n, e) && out(p, buf_bytes(&p->work), e) &&
		    out(p, BYTES("\nendobj\n"), e);

	p->work.n = 0;
	return good;
}

bool pdfout_stream(
	struct pdfout *p, unsigned n, const char *dict, struct bytes data, struct err *e)
{
	uLongf packed = compressBound(data.n);
	AUTO_MEM uint8_t *to = mem_alloc(packed);
	char head[PIECE_MAX];
	int length;

	if (compress2(to, &packed, data.p ? data.p : to, data.n, 6) != Z_OK)
		return err_set(e, ERR_IO, "deflate");
	length = snprintf(head, sizeof head,
		"<< %s /Length %lu /Filter /FlateDecode >>\nstream\n", dict,
		(unsigned long)packed);
	if (length < 0 || length >= PIECE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a dictionary of %d octets", length);
	return object_begin(p, n, e) && out(p, bytes_make(head, (size_t)length), e) &&
	       out(p, bytes_make(to, packed), e) &&
	       out(p, BYTES("\nendstream\nendobj\n"), e);
}

/* Beijing time, as people here read it. */
static bool put_date(struct pdfout *p, const char *key, struct err *e)
{
	struct civil c = civil_of_time(p->t->now + 8 * TIME_HOUR);

	return pdfout_put(p, e, " /%s (D:%04d%02d%02d%02d%02d%02d+08'00')", key, c.year,
		c.month, c.day, c.hour, c.minute, c.second);
}

static bool put_named(struct pdfout *p, const char *key, const char *text, struct err *e)
{
	return !text ||
	       (pdfout_put(p, e, " /%s ", key) && pdfout_put_text(p, bytes_str(text), e));
}

static bool info_put(struct pdfout *p, struct err *e)
{
	return pdfout_put(p, e, "<<") && put_named(p, "Title", p->t->title, e) &&
	       put_named(p, "Author", p->t->author, e) &&
	       pdfout_put(p, e, " /Creator (Qianyin) /Producer (Qianyin)") &&
	       put_date(p, "CreationDate", e) && put_date(p, "ModDate", e) &&
	       pdfout_put(p, e, " >>") && pdfout_object(p, p->info, e);
}

/* Text between tags of XML; only these three would be markup. */
static bool put_xml(struct buf *b, const char *text, struct err *e)
{
	for (struct bytes rest = bytes_str(text); rest.n; rest = bytes_from(rest, 1)) {
		struct bytes one = bytes_head(rest, 1);

		if (rest.p[0] == '&')
			one = BYTES("&amp;");
		else if (rest.p[0] == '<')
			one = BYTES("&lt;");
		else if (rest.p[0] == '>')
			one = BYTES("&gt;");
		if (!buf_put(b, one, e))
			return false;
	}
	return true;
}

static bool put_str(struct buf *b, const char *text, struct err *e)
{
	return buf_put(b, bytes_str(text), e);
}

static bool xmp_fill(struct pdfout *p, struct buf *b, struct err *e)
{
	struct civil c = civil_of_time(p->t->now + 8 * TIME_HOUR);
	const char *date = arena_printf(p->arena, "%04d-%02d-%02dT%02d:%02d:%02d+08:00",
		c.year, c.month, c.day, c.hour, c.minute, c.second);

	return put_str(b,
		       "<?xpacket begin=\"\xef\xbb\xbf\" "
		       "id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
		       "\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
		       "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
		       "<rdf:Description rdf:about=\"\" "
		       "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
		       "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" "
		       "xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">"
		       "<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag>"
		       "</dc:language><dc:title><rdf:Alt><rdf:li "
		       "xml:lang=\"x-default\">",
		       e) &&
	       put_xml(b, p->t->title ? p->t->title : "", e) &&
	       put_str(b, "</rdf:li></rdf:Alt></dc:title>", e) &&
	       (!p->t->author ||
		       (put_str(b, "<dc:creator><rdf:Seq><rdf:li>", e) &&
			       put_xml(b, p->t->author, e) &&
			       put_str(b, "</rdf:li></rdf:Seq></dc:creator>", e))) &&
	       put_str(b, "<pdf:Producer>Qianyin</pdf:Producer><xmp:CreateDate>", e) &&
	       put_str(b, date, e) &&
	       put_str(b, "</xmp:CreateDate><xmp:ModifyDate>", e) &&
	       put_str(b, date, e) &&
	       put_str(b,
		       "</xmp:ModifyDate><xmp:CreatorTool>Qianyin</xmp:CreatorTool>"
		       "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>",
		       e);
}

static bool metadata_put(struct pdfout *p, struct err *e)
{
	AUTO_BUF b = buf_make(PIECE_MAX * 64);

	return xmp_fill(p, &b, e) &&
	       pdfout_stream(
		       p, p->metadata, "/Type /Metadata /Subtype /XML", buf_bytes(&b), e);
}

//= ISO 32000-2 §14.13: files associated with the document, their relationship Data
static bool data_put(struct pdfout *p, struct err *e)
{
	unsigned file = pdfout_number(p);
	const char *dict = arena_printf(p->arena,
		"/Type /EmbeddedFile /Subtype /application#2Fjson /Params << /Size %zu "
		">>",
		p->t->data.n);

	return pdfout_stream(p, file, dict, p->t->data, e) &&
	       pdfout_put(p, e,
		       "<< /Type /Filespec /F (" DATA_NAME ") /UF (" DATA_NAME
		       ") /AFRelationship /Data /EF << /F %u 0 R /UF %u 0 R >> >>",
		       file, file) &&
	       pdfout_object(p, p->data, e);
}

static bool catalog_put(struct pdfout *p, struct err *e)
{
	//= ISO 32000-1 §14.9.2: the natural language of the document
	return pdfout_put(p, e,
		       "<< /Type /Catalog /Pages %u 0 R /Lang (zh-CN) /MarkInfo << "
		       "/Marked "
		       "true >> /StructTreeRoot %u 0 R /Metadata %u 0 R "
		       "/ViewerPreferences << /DisplayDocTitle true >>",
		       p->pages, p->root, p->metadata) &&
	       (!p->outlines ||
		       pdfout_put(p, e, " /Outlines %u 0 R /PageMode /UseOutlines",
			       p->outlines)) &&
	       pdfout_put(p, e,
		       " /AF [ %u 0 R ] /Names << /EmbeddedFiles << /Names [ (" DATA_NAME
		       ") %u 0 R ] >> >> >>",
		       p->data, p->data) &&
	       pdfout_object(p, p->catalog, e);
}

static bool xref_put(struct pdfout *p, struct err *e)
{
	const char *id = hex_encode(p->arena, BYTES_OF(p->t->id));
	uint64_t at = p->at;

	if (!pdfout_put(p, e, "xref\n0 %zu\n0000000000 65535 f \n", p->objects + 1))
		return false;
	for (size_t i = 1; i <= p->objects; i++)
		if (!pdfout_put(p, e, "%010llu 00000 n \n",
			    (unsigned long long)p->offsets[i]))
			return false;
	return pdfout_put(p, e,
		       "trailer\n<< /Size %zu /Root %u 0 R /Info %u 0 R /ID [ <%s> <%s> "
		       "] "
		       ">>\nstartxref\n%llu\n%%%%EOF\n",
		       p->objects + 1, p->catalog, p->info, id, id,
		       (unsigned long long)at) &&
	       out(p, buf_bytes(&p->work), e);
}

static unsigned *numbers(struct pdfout *p, size_t n)
{
	unsigned *list = ARENA_ARRAY(p->arena, n, unsigned);

	for (size_t i = 0; i < n; i++)
		list[i] = pdfout_number(p);
	return list;
}

static void numbers_give(struct pdfout *p)
{
	p->catalog = pdfout_number(p);
	p->pages = pdfout_number(p);
	p->info = pdfout_number(p);
	p->root = pdfout_number(p);
	p->parents = pdfout_number(p);
	p->metadata = pdfout_number(p);
	p->data = pdfout_number(p);
	p->page_ids = numbers(p, p->t->pages_n);
	p->elem_ids = numbers(p, p->t->elems_n);
}

static bool file_put(struct pdfout *p, struct err *e)
{
	return out(p, BYTES("%PDF-1.7\n%\xe9\x92\xa4\xe5\x8d\xb0\n"), e) &&
	       pdfout_fonts_put(p, e) && pdfout_pages_put(p, e) &&
	       pdfout_tags_put(p, e) && pdfout_outline_put(p, e) && data_put(p, e) &&
	       metadata_put(p, e) && info_put(p, e) && catalog_put(p, e) &&
	       xref_put(p, e);
}

bool typeset_pdf(const struct typeset *t, struct sink to, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct pdfout p = {.t = t, .arena = a, .to = to};
	bool good;

	if (!subsets_make(t, &p.fonts, e))
		return false;
	p.work = buf_make(OBJECT_MAX);
	numbers_give(&p);
	good = file_put(&p, e);
	buf_fini(&p.work);
	subsets_free(p.fonts, t->fonts_n);
	return good;
}
