/* template_context: where in a page an octet stands, octet by octet; inside template*.c.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A strict reading of the HTML that our templates are written in, not of all HTML: what
 * browsers would guess about is refused.
 */
#ifndef QY_HTTP_TEMPLATE_CONTEXT_H
#define QY_HTTP_TEMPLATE_CONTEXT_H

#include "http/template.h"

enum place {
	PLACE_TEXT,
	PLACE_RCDATA,      /* inside <title>, <textarea> */
	PLACE_RAW,         /* inside <script>, <style>: blanks only */
	PLACE_LESS,        /* after "<" */
	PLACE_BANG,        /* after "<!" */
	PLACE_COMMENT,     /* up to "-->" */
	PLACE_DECLARATION, /* up to ">" */
	PLACE_TAG_NAME,
	PLACE_TAG,       /* between attributes, after a blank */
	PLACE_ATTR,      /* in an attribute's name */
	PLACE_ATTR_PAST, /* after the name and a blank */
	PLACE_EQUALS,    /* after "=" */
	PLACE_QUOTED,    /* in a value */
	PLACE_VALUE_PAST /* after the closing quote: a blank, "/" or ">" */
};

/* How far an address has come. */
enum address {
	ADDRESS_NONE,  /* the attribute is no address */
	ADDRESS_START, /* nothing yet: a whole path may come, and no other value */
	ADDRESS_SLASH, /* "/": a value could make it "//host" */
	ADDRESS_PATH,  /* behind a whole path: "?", "#" or the end */
	ADDRESS_PART,  /* its site is fixed: values are percent-encoded */
	ADDRESS_FIXED  /* no value may come */
};

enum { CONTEXT_NAME = 32 };

struct context {
	enum place place;
	enum address address;
	uint8_t quote;
	bool closing; /* "</" */
	unsigned run; /* octets seen of "-->", of "</title" */
	char tag[CONTEXT_NAME], attr[CONTEXT_NAME];
	size_t tag_size, attr_size;
};

enum escape {
	ESCAPE_TEXT,    /* & < > " ' */
	ESCAPE_PERCENT, /* as part of an address */
	ESCAPE_PATH,    /* a whole address of this site, or "/" */
	ESCAPE_NOT      /* struct html */
};

/* One octet of a template goes by. */
MUST_USE bool context_feed(struct context *c, uint8_t octet, struct err *e);

/* A value of this kind stands here: how is it escaped? */
MUST_USE bool context_value(
	struct context *c, enum view_kind kind, enum escape *escape, struct err *e);

/* A section begins here. */
MUST_USE bool context_enter(struct context *c, bool many, struct err *e);

/* It ends here; `start` is what it began with. What follows stands in a context that
 * holds whether the section was there or not. */
MUST_USE bool context_leave(
	struct context *c, const struct context *start, struct err *e);

#endif
