/* template_context: the places of HTML; see template_context.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/template_context.h"

#include <string.h>

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static bool is_letter(uint8_t c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_one_of(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

static bool name_add(char name[CONTEXT_NAME], size_t *n, uint8_t c, struct err *e)
{
	if (*n + 1 == CONTEXT_NAME)
		return err_set(e, ERR_MALFORMED, "a name of %d letters", CONTEXT_NAME);
	name[(*n)++] = (char)lower(c);
	name[*n] = 0;
	return true;
}

/* --- tags
 * ------------------------------------------------------------------------------- */

static bool tag_opens(struct context *c, struct err *e)
{
	/* What changes how the rest of a page is read, or what its addresses mean. */
	static const char *const no[] = {"base", "iframe", "xmp", "plaintext", "noembed",
		"noframes", "frame", "frameset", "animate", "set", "embed", "object",
		"applet", NULL};

	if (is_one_of(no, c->tag))
		return err_set(e, ERR_MALFORMED, "<%s> has no place here", c->tag);
	return true;
}

static bool tag_ends(struct context *c)
{
	static const char *const raw[] = {"script", "style", NULL};
	static const char *const rcdata[] = {"title", "textarea", NULL};

	c->place = c->closing                  ? PLACE_TEXT
		   : is_one_of(raw, c->tag)    ? PLACE_RAW
		   : is_one_of(rcdata, c->tag) ? PLACE_RCDATA
					       : PLACE_TEXT;
	c->run = 0;
	c->address = ADDRESS_NONE;
	return true;
}

/* The name of an attribute is complete. */
static bool attr_named(struct context *c, struct err *e)
{
	static const char *const no[] = {"style", "srcdoc", "http-equiv", NULL};
	static const char *const addresses[] = {"href", "src", "action", "formaction",
		"poster", "cite", "data", "ping", "manifest", "background", "longdesc",
		"usemap", "icon", "profile", "classid", "codebase", "xlink:href", NULL};
	static const char *const lists[] = {"srcset", "imagesrcset", "archive", NULL};

	if (strncmp(c->attr, "on", 2) == 0 || is_one_of(no, c->attr))
		return err_set(e, ERR_MALFORMED, "%s= has no place here", c->attr);
	if (c->closing)
		return err_set(e, ERR_MALFORMED, "an attribute in </%s>", c->tag);
	c->address = is_one_of(addresses, c->attr) ? ADDRESS_START
		     : is_one_of(lists, c->attr)   ? ADDRESS_FIXED
						   : ADDRESS_NONE;
	return true;
}

/* Between attributes. */
static bool feed_tag(struct context *c, uint8_t o, struct err *e)
{
	if (is_blank(o)) {
		c->place = PLACE_TAG;
		return true;
	}
	if (o == '>')
		return tag_ends(c);
	if (o == '/')
		return true;
	if (c->place == PLACE_VALUE_PAST)
		return err_set(e, ERR_MALFORMED, "a blank between attributes");
	if (!is_letter(o))
		return err_set(e, ERR_MALFORMED, "no attribute begins with this");
	c->place = PLACE_ATTR;
	c->attr_size = 0;
	return name_add(c->attr, &c->attr_size, o, e);
}

static bool feed_attr(struct context *c, uint8_t o, struct err *e)
{
	bool past = c->place == PLACE_ATTR_PAST;

	if (is_blank(o) || o == '=' || o == '>' || o == '/') {
		if (!past && !attr_named(c, e))
			return false;
		if (o == '=') {
			c->place = PLACE_EQUALS;
			return true;
		}
		c->place = PLACE_ATTR_PAST;
		return is_blank(o) || feed_tag(c, o, e);
	}
	if (past) {
		c->place = PLACE_TAG;
		return feed_tag(c, o, e);
	}
	if (o == '"' || o == '\'' || o == '<' || o < ' ')
		return err_set(e, ERR_MALFORMED, "no attribute has this in its name");
	return name_add(c->attr, &c->attr_size, o, e);
}

static bool feed_address(struct context *c, uint8_t o, struct err *e)
{
	switch (c->address) {
	case ADDRESS_START:
		c->address = o == '/'               ? ADDRESS_SLASH
			     : o == '?' || o == '#' ? ADDRESS_PART
						    : ADDRESS_FIXED;
		return true;
	case ADDRESS_SLASH:
		c->address = o == '/' || o == '\\' ? ADDRESS_FIXED : ADDRESS_PART;
		return true;
	case ADDRESS_PATH:
		if (o != '?' && o != '#')
			return err_set(e, ERR_MALFORMED,
				"behind a whole address: ?, # or its end");
		c->address = ADDRESS_PART;
		return true;
	case ADDRESS_NONE:
	case ADDRESS_PART:
	case ADDRESS_FIXED:
	default:
		return true;
	}
}

static bool feed_quoted(struct context *c, uint8_t o, struct err *e)
{
	if (o == c->quote) {
		c->place = PLACE_VALUE_PAST;
		c->address = ADDRESS_NONE;
		return true;
	}
	return feed_address(c, o, e);
}

static bool feed_equals(struct context *c, uint8_t o, struct err *e)
{
	if (o != '"' && o != '\'')
		return err_set(e, ERR_MALFORMED, "%s= without quotes", c->attr);
	c->quote = o;
	c->place = PLACE_QUOTED;
	return true;
}

static bool feed_tag_name(struct context *c, uint8_t o, struct err *e)
{
	if (is_blank(o) || o == '>' || o == '/') {
		if (!c->tag_size)
			return err_set(e, ERR_MALFORMED, "a tag without a name");
		if (!tag_opens(c, e))
			return false;
		c->place = PLACE_VALUE_PAST;
		return feed_tag(c, o, e);
	}
	if (!is_letter(o) && (!c->tag_size || !((o >= '0' && o <= '9') || o == '-')))
		return err_set(e, ERR_MALFORMED, "no tag has this in its name");
	return name_add(c->tag, &c->tag_size, o, e);
}

/* --- text
 * ------------------------------------------------------------------------------- */

static bool feed_less(struct context *c, uint8_t o, struct err *e)
{
	if (o == '!' && !c->closing) {
		c->place = PLACE_BANG;
		c->run = 0;
		return true;
	}
	if (o == '/' && !c->closing) {
		c->closing = true;
		return true;
	}
	if (!is_letter(o))
		return err_set(e, ERR_MALFORMED, "a \"<\" that opens no tag: &lt;");
	c->place = PLACE_TAG_NAME;
	c->tag_size = 0;
	return name_add(c->tag, &c->tag_size, o, e);
}

static bool feed_bang(struct context *c, uint8_t o, struct err *e)
{
	if (o == '-' && c->run < 2) {
		if (++c->run == 2) {
			c->place = PLACE_COMMENT;
			c->run = 0;
		}
		return true;
	}
	if (c->run || !is_letter(o))
		return err_set(e, ERR_MALFORMED, "neither a comment nor a doctype");
	c->place = PLACE_DECLARATION;
	return true;
}

static bool feed_comment(struct context *c, uint8_t o, struct err *e)
{
	if (o == '-') {
		c->run++;
		return true;
	}
	if (o == '>' && c->run >= 2)
		c->place = PLACE_TEXT;
	else if (c->run >= 2)
		return err_set(e, ERR_MALFORMED, "-- inside a comment");
	c->run = 0;
	return true;
}

/* Inside <title>, <script> and the like: only their own end tag is markup. */
static bool feed_raw(struct context *c, uint8_t o, struct err *e)
{
	static const char open[] = "</";

	if (c->run < 2 ? o == (uint8_t)open[c->run]
		       : c->run - 2 < c->tag_size &&
				 lower(o) == (uint8_t)c->tag[c->run - 2]) {
		c->run++;
		return true;
	}
	if (c->run == 2 + c->tag_size && o == '>') {
		c->place = PLACE_TEXT;
		c->run = 0;
		return true;
	}
	if (c->run)
		return err_set(e, ERR_MALFORMED,
			"a \"<\" inside <%s> that does not end it", c->tag);
	if (c->place == PLACE_RAW && !is_blank(o))
		return err_set(e, ERR_MALFORMED, "<%s> with something inside", c->tag);
	return true;
}

bool context_feed(struct context *c, uint8_t o, struct err *e)
{
	switch (c->place) {
	case PLACE_TEXT:
		if (o == '<') {
			c->place = PLACE_LESS;
			c->closing = false;
		}
		return true;
	case PLACE_RCDATA:
	case PLACE_RAW:
		return feed_raw(c, o, e);
	case PLACE_LESS:
		return feed_less(c, o, e);
	case PLACE_BANG:
		return feed_bang(c, o, e);
	case PLACE_COMMENT:
		return feed_comment(c, o, e);
	case PLACE_DECLARATION:
		c->place = o == '>' ? PLACE_TEXT : PLACE_DECLARATION;
		return true;
	case PLACE_TAG_NAME:
		return feed_tag_name(c, o, e);
	case PLACE_ATTR:
	case PLACE_ATTR_PAST:
		return feed_attr(c, o, e);
	case PLACE_EQUALS:
		return feed_equals(c, o, e);
	case PLACE_QUOTED:
		return feed_quoted(c, o, e);
	case PLACE_TAG:
	case PLACE_VALUE_PAST:
	default:
		return feed_tag(c, o, e);
	}
}

/* --- values and sections
 * ---------------------------------------------------------------- */

static bool in_address(
	struct context *c, enum view_kind kind, enum escape *escape, struct err *e)
{
	if (c->address == ADDRESS_START && kind == VIEW_KIND_PATH) {
		c->address = ADDRESS_PATH;
		*escape = ESCAPE_PATH;
		return true;
	}
	if (c->address != ADDRESS_PART)
		return err_set(e, ERR_MALFORMED,
			"a value here could choose where %s= leads: a VIEW_PATH at its "
			"beginning, or behind \"/something\", \"?\" or \"#\"",
			c->attr);
	*escape = ESCAPE_PERCENT;
	return true;
}

bool context_value(
	struct context *c, enum view_kind kind, enum escape *escape, struct err *e)
{
	bool html = kind == VIEW_KIND_HTML;

	if (html && c->place != PLACE_TEXT)
		return err_set(e, ERR_MALFORMED, "markup stands between tags only");
	switch (c->place) {
	case PLACE_TEXT:
		*escape = html ? ESCAPE_NOT : ESCAPE_TEXT;
		return true;
	case PLACE_RCDATA:
		if (c->run)
			return err_set(e, ERR_MALFORMED, "a value in a tag");
		*escape = ESCAPE_TEXT;
		return true;
	case PLACE_QUOTED:
		*escape = ESCAPE_TEXT;
		return c->address == ADDRESS_NONE || in_address(c, kind, escape, e);
	case PLACE_EQUALS:
		return err_set(e, ERR_MALFORMED, "%s= without quotes", c->attr);
	case PLACE_RAW:
		return err_set(e, ERR_MALFORMED, "a value inside <%s>", c->tag);
	case PLACE_LESS:
	case PLACE_BANG:
	case PLACE_COMMENT:
	case PLACE_DECLARATION:
	case PLACE_TAG_NAME:
	case PLACE_TAG:
	case PLACE_ATTR:
	case PLACE_ATTR_PAST:
	case PLACE_VALUE_PAST:
	default:
		return err_set(e, ERR_MALFORMED,
			"a value stands in text or in a quoted attribute");
	}
}

bool context_enter(struct context *c, bool many, struct err *e)
{
	if (c->place == PLACE_ATTR_PAST)
		c->place = PLACE_TAG; /* so that no "=" joins it from behind */
	if ((c->place == PLACE_TAG || c->place == PLACE_VALUE_PAST) && many)
		return err_set(e, ERR_MALFORMED, "a list of attributes");
	if (c->place == PLACE_TEXT || c->place == PLACE_TAG ||
		c->place == PLACE_VALUE_PAST || c->place == PLACE_QUOTED ||
		(c->place == PLACE_RCDATA && !c->run))
		return true;
	return err_set(e, ERR_MALFORMED,
		"a section stands in text, between attributes or in a quoted attribute");
}

bool context_leave(struct context *c, const struct context *start, struct err *e)
{
	bool in_tag = start->place == PLACE_TAG || start->place == PLACE_VALUE_PAST;

	if (in_tag) {
		if (c->place == PLACE_ATTR && !attr_named(c, e))
			return false;
		if (c->place == PLACE_ATTR || c->place == PLACE_ATTR_PAST ||
			c->place == PLACE_TAG)
			c->place = PLACE_VALUE_PAST;
		if (c->place == PLACE_VALUE_PAST && strcmp(c->tag, start->tag) == 0)
			return true;
	} else if (c->place == start->place && c->address == start->address &&
		   c->quote == start->quote && c->run == start->run &&
		   (c->place == PLACE_TEXT ||
			   (strcmp(c->tag, start->tag) == 0 &&
				   (c->place == PLACE_RCDATA ||
					   strcmp(c->attr, start->attr) == 0)))) {
		return true;
	}
	return err_set(e, ERR_MALFORMED,
		"the section ends in another place of the page than it began in");
}
