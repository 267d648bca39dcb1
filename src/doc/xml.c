/* xml: libxml2's push parser fed in small pieces, its calls kept as events.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/xml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "doc/xml_guard.h"

/* libxml2's dictionary of names gets slow when it is large; a schema has some hundred. */
enum { PIECE = 4096, NAMES_MAX = 128u << 10 };

struct xml_reader {
	xmlParserCtxtPtr parser;
	struct bytes rest;   /* not fed yet */
	bool fed;            /* all of it, and the end told */
	struct arena *batch; /* what the events point to */
	struct xml_event *events;
	size_t events_n, events_cap, taken;
	struct buf text; /* since the last tag, may still grow */
	unsigned depth;
	struct xml_event current; /* of the last xml_next */
	struct err failed;
};

static struct bytes of_xml(const xmlChar *s)
{
	return bytes_str((const char *)s);
}

static void reader_fail(struct xml_reader *r, enum err_code code, const char *why)
{
	xmlParserInputPtr in = r->parser ? r->parser->input : NULL;

	if (r->failed.code != ERR_NONE)
		return;
	(void)err_set(&r->failed, code, "line %d: %s", in ? in->line : 0, why);
	if (r->parser)
		xmlStopParser(r->parser);
}

static struct xml_event *event_add(struct xml_reader *r, enum xml_kind kind)
{
	struct xml_event *ev;

	if (r->events_n == r->events_cap) {
		size_t cap = r->events_cap ? r->events_cap * 2 : 64;

		r->events = mem_resize(r->events, r->events_cap * sizeof *r->events,
			cap * sizeof *r->events);
		r->events_cap = cap;
	}
	ev = &r->events[r->events_n++];
	*ev = (struct xml_event){.kind = kind, .depth = r->depth};
	return ev;
}

static void text_flush(struct xml_reader *r)
{
	if (!r->text.n)
		return;
	event_add(r, XML_TEXT)->text = arena_dup(r->batch, buf_bytes(&r->text));
	r->text.n = 0;
	if (r->text.cap > PIECE * 16) /* one long text must not stay for ever */
		buf_fini(&r->text);
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *uri, int ns_n, const xmlChar **ns, int attrs_n, int defaulted,
	const xmlChar **attrs)
{
	struct xml_reader *r = ctx;
	struct xml_attr *list = ARENA_ARRAY(r->batch, (size_t)attrs_n, struct xml_attr);
	struct xml_event *ev;
	int i;

	(void)prefix;
	(void)ns_n;
	(void)ns;
	(void)defaulted;
	text_flush(r);
	for (i = 0; i < attrs_n; i++, attrs += 5) {
		list[i].name = arena_dup(r->batch, of_xml(attrs[0]));
		list[i].ns = arena_dup(r->batch, of_xml(attrs[2]));
		list[i].value = arena_dup(
			r->batch, bytes_make(attrs[3], (size_t)(attrs[4] - attrs[3])));
	}
	r->depth++;
	ev = event_add(r, XML_START);
	ev->name = arena_dup(r->batch, of_xml(name));
	ev->ns = arena_dup(r->batch, of_xml(uri));
	ev->attrs = list;
	ev->attrs_n = (size_t)attrs_n;
}

static void on_end(
	void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml_reader *r = ctx;
	struct xml_event *ev;

	(void)prefix;
	text_flush(r);
	ev = event_add(r, XML_END);
	ev->name = arena_dup(r->batch, of_xml(name));
	ev->ns = arena_dup(r->batch, of_xml(uri));
	r->depth--;
}

static void on_text(void *ctx, const xmlChar *s, int n)
{
	struct xml_reader *r = ctx;
	struct err e;

	if (!buf_put(&r->text, bytes_make(s, (size_t)n), &e))
		reader_fail(r, ERR_TOO_LARGE, "too much text in one element");
}

static void on_doctype(
	void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	reader_fail(ctx, ERR_MALFORMED, "no DTD is read");
}

static void on_error(void *ctx, xmlErrorPtr error)
{
	char why[160];
	size_t n;

	/* A prefix nobody declared is a sin of real files; they are read by local name.
	 */
	if (error->domain == XML_FROM_NAMESPACE || error->level < XML_ERR_ERROR)
		return;
	(void)snprintf(why, sizeof why, "%s", error->message ? error->message : "?");
	n = strlen(why);
	if (n && why[n - 1] == '\n')
		why[n - 1] = 0;
	reader_fail(ctx, ERR_MALFORMED, why);
}

static xmlSAXHandler handlers(void)
{
	return (xmlSAXHandler){
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.internalSubset = on_doctype,
		.serror = on_error,
	};
}

bool xml_open(struct xml_reader **out, struct bytes part, struct err *e)
{
	AUTO(xml_reader) r = NEW(struct xml_reader);
	xmlSAXHandler sax = handlers();

	if (!xml_guard(&part, e))
		return false;
	r->rest = part;
	r->batch = arena_new();
	r->text = buf_make(XML_TEXT_MAX);
	xmlInitParser();
	r->parser = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
	if (!r->parser)
		return err_set(e, ERR_IO, "libxml2 does not start");
	/* NOENT turns "&amp;" in attributes into '&'; without DTD it can do nothing else.
	 */
	(void)xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_NOENT);
	(void)xmlDictSetLimit(r->parser->dict, NAMES_MAX);
	*out = xml_reader_move(&r);
	return true;
}

void xml_reader_free(struct xml_reader *r)
{
	if (!r)
		return;
	if (r->parser)
		xmlFreeParserCtxt(r->parser);
	buf_fini(&r->text);
	mem_free(r->events);
	arena_free(r->batch);
	mem_free(r);
}

/* The next piece, and the events it gives. */
static void reader_feed(struct xml_reader *r)
{
	size_t n = r->rest.n < PIECE ? r->rest.n : PIECE;
	bool last = n == r->rest.n;

	arena_free(r->batch);
	r->batch = arena_new();
	r->events_n = r->taken = 0;
	(void)xmlParseChunk(r->parser, (const char *)r->rest.p, (int)n, last);
	r->rest = bytes_from(r->rest, n);
	r->fed = last;
	if (last && !r->parser->wellFormed)
		reader_fail(r, ERR_MALFORMED, "not well-formed");
	if (last && r->depth)
		reader_fail(r, ERR_MALFORMED, "ends inside an element");
}

bool xml_next(struct xml_reader *r, struct xml_event *ev, struct err *e)
{
	while (r->taken == r->events_n && !r->fed && r->failed.code == ERR_NONE)
		reader_feed(r);
	if (r->taken < r->events_n) {
		r->current = r->events[r->taken++];
		*ev = r->current;
		return true;
	}
	if (r->failed.code != ERR_NONE)
		return err_set(e, r->failed.code, "%s", r->failed.text);
	r->current = (struct xml_event){.kind = XML_DONE};
	*ev = r->current;
	return true;
}

bool xml_root(struct xml_reader *r, struct xml_event *ev, struct err *e)
{
	if (!xml_next(r, ev, e))
		return false;
	if (ev->kind != XML_START)
		return err_set(e, ERR_MALFORMED, "no root element");
	return true;
}

bool xml_child(struct xml_reader *r, unsigned depth, struct xml_event *ev, bool *found,
	struct err *e)
{
	struct xml_event next = r->current;

	/* The element itself may be the last thing read up to its end, by xml_leaf. */
	while (!(next.kind == XML_END && next.depth == depth)) {
		if (!xml_next(r, &next, e))
			return false;
		if (next.kind == XML_DONE)
			return err_set(e, ERR_USAGE, "no element at depth %u", depth);
		if (next.kind == XML_START && next.depth == depth + 1) {
			*ev = next;
			*found = true;
			return true;
		}
	}
	*found = false;
	return true;
}

bool xml_leaf(struct xml_reader *r, struct arena *a, struct bytes *text, struct err *e)
{
	struct bytes got = {0};
	struct xml_event ev;

	if (r->current.kind != XML_START)
		return err_set(e, ERR_USAGE, "no element was just started");
	if (!xml_next(r, &ev, e))
		return false;
	if (ev.kind == XML_TEXT) {
		got = arena_dup(a, text_trim(ev.text));
		if (!xml_next(r, &ev, e))
			return false;
	}
	if (ev.kind != XML_END)
		return err_set(e, ERR_MALFORMED, "elements where only text belongs");
	*text = got;
	return true;
}

bool xml_is(const struct xml_event *ev, const char *name)
{
	return bytes_equal(ev->name, bytes_str(name));
}

bool xml_has(const struct xml_event *ev, const char *attr, struct bytes *value)
{
	struct bytes name = bytes_str(attr);

	for (size_t i = 0; i < ev->attrs_n; i++)
		if (bytes_equal(ev->attrs[i].name, name)) {
			*value = ev->attrs[i].value;
			return true;
		}
	return false;
}
