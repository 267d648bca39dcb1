/* typeset_kit: a fixed world and a paper for the tests of typesetting.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_TYPESET_KIT_H
#define QY_TESTS_TYPESET_KIT_H

#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "base/time.h"
#include "doc/ofd_text.h"
#include "doc/typeset_page.h"
#include "unit.h"

enum { FILE_MAX = 64 << 20 };

static inline int64_t fixed_now(struct world *w)
{
	(void)w;
	return INT64_C(1790000000) * TIME_SECOND;
}

static inline void fixed_random(struct world *w, void *p, size_t n)
{
	(void)w;
	memset(p, 0x5a, n);
}

static struct world fixed = {fixed_now, fixed_random};

static inline struct typeset_spec spec_of(const char *template, const char *fields)
{
	return (struct typeset_spec){.world = &fixed,
		.template = bytes_str(template),
		.fields = bytes_str(fields)};
}

/* Set, or the test fails; skipped where there is no font. */
static inline struct typeset *set_spec(struct arena *a, const struct typeset_spec *spec)
{
	struct typeset *t = NULL;
	struct err e;

	if (typeset(a, spec, &t, &e))
		return t;
	if (e.code == ERR_NOT_FOUND)
		SKIP("no font for pages: %s", e.text);
	fail_msg("%s", e.text);
}

static inline struct typeset *set(
	struct arena *a, const char *template, const char *fields)
{
	struct typeset_spec spec = spec_of(template, fields);

	return set_spec(a, &spec);
}

/* Refused with this code, and with `says` in the text. */
static inline void refuse_spec(
	const struct typeset_spec *spec, enum err_code code, const char *says)
{
	AUTO(arena) a = arena_new();
	struct typeset *t;
	struct err e;

	if (typeset(a, spec, &t, &e))
		fail_msg("set: %.60s", (const char *)spec->template.p);
	if (e.code == ERR_NOT_FOUND && code != ERR_NOT_FOUND)
		SKIP("no font for pages: %s", e.text);
	if (e.code != code || !strstr(e.text, says))
		fail_msg("%s: %s (not %s with \"%s\")", err_name(e.code), e.text,
			err_name(code), says);
}

static inline void refuse(
	const char *template, const char *fields, enum err_code code, const char *says)
{
	struct typeset_spec spec = spec_of(template, fields);

	refuse_spec(&spec, code, says);
}

/* The text of the OFD, one object a line, a form feed between pages. */
static inline struct bytes text_of(struct arena *a, const struct typeset *t)
{
	AUTO_BUF file = buf_make(FILE_MAX), text = buf_make(FILE_MAX);
	AUTO(source) s = NULL;
	AUTO(ofd) o = NULL;
	struct err e;

	if (!typeset_ofd(t, sink_to_buf(&file), &e))
		fail_msg("%s", e.text);
	s = source_of_bytes(buf_bytes(&file));
	if (!ofd_open(&o, s, &e) || !ofd_text(o, sink_to_buf(&text), &e))
		fail_msg("%s", e.text);
	return arena_dup(a, buf_bytes(&text));
}

/* The same as one line: without the ends of lines, objects and pages. */
static inline struct bytes joined(struct arena *a, struct bytes text)
{
	struct writer w = writer_in(a, text.n);

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\n' && text.p[i] != '\f')
			write_u8(&w, text.p[i]);
	return writer_bytes(&w);
}

static inline bool has_text(struct bytes text, const char *what)
{
	return bytes_find(text, bytes_str(what)) != SIZE_MAX;
}

static inline size_t text_count(struct bytes text, const char *what)
{
	size_t n = 0, at;

	for (; (at = bytes_find(text, bytes_str(what))) != SIZE_MAX; n++)
		text = bytes_from(text, at + strlen(what));
	return n;
}

/* Text repeated n times, in the arena. */
static inline const char *times(struct arena *a, const char *what, size_t n)
{
	size_t length = strlen(what);
	char *all = arena_alloc(a, n * length + 1);

	for (size_t i = 0; i < n; i++)
		memcpy(all + i * length, what, length);
	return all;
}

#endif
