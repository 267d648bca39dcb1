/* ofd_list: see ofd_list.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ofd_list.h"

#include "base/text.h"

enum { NAME_SHOWN = 160 };

static const enum msg zip_msgs[ZIP_FINDING_COUNT] = {
	[ZIP_DUPLICATE] = MSG_DOC_ZIP_DUPLICATE,
	[ZIP_DUPLICATE_LOOSE] = MSG_DOC_ZIP_DUPLICATE_LOOSE,
	[ZIP_DOTDOT] = MSG_DOC_ZIP_DOTDOT,
	[ZIP_ABSOLUTE] = MSG_DOC_ZIP_ABSOLUTE,
	[ZIP_CONTROL] = MSG_DOC_ZIP_CONTROL,
	[ZIP_BACKSLASH] = MSG_DOC_ZIP_BACKSLASH,
	[ZIP_NOT_UTF8] = MSG_DOC_ZIP_NOT_UTF8,
	[ZIP_NAME_LONG] = MSG_DOC_ZIP_NAME_LONG,
	[ZIP_NAME_EMPTY] = MSG_DOC_ZIP_NAME_EMPTY,
	[ZIP_NAME_OTHER] = MSG_DOC_ZIP_NAME_OTHER,
	[ZIP_FOLDER_FILLED] = MSG_DOC_ZIP_FOLDER_FILLED,
	[ZIP_GAP] = MSG_DOC_ZIP_GAP,
	[ZIP_COMMENT] = MSG_DOC_ZIP_COMMENT,
};

static const enum msg ofd_msgs[OFD_FINDING_COUNT] = {
	[OFD_FOREIGN_NAMESPACE] = MSG_DOC_OFD_FOREIGN_NAMESPACE,
	[OFD_LOOSE_PATH] = MSG_DOC_OFD_LOOSE_PATH,
	[OFD_ROOTED_PATH] = MSG_DOC_OFD_ROOTED_PATH,
	[OFD_MISSING_PART] = MSG_DOC_OFD_MISSING_PART,
	[OFD_BAD_PATH] = MSG_DOC_OFD_BAD_PATH,
	[OFD_BAD_PART] = MSG_DOC_OFD_BAD_PART,
	[OFD_SEVERAL_DOCS] = MSG_DOC_OFD_SEVERAL_DOCS,
};

static const char *entry_name(struct arena *a, const struct zip *z, size_t i)
{
	if (i >= zip_count(z))
		return "";
	return text_printable(a, zip_entry(z, i)->name, NAME_SHOWN);
}

static char *number(struct arena *a, uint64_t n)
{
	return arena_printf(a, "%llu", (unsigned long long)n);
}

char *zip_finding_say(struct arena *a, enum lang lang, const struct zip *z, size_t i)
{
	const struct zip_finding *f = zip_finding(z, i);

	return say(a, lang, zip_msgs[f->kind], entry_name(a, z, f->entry),
		entry_name(a, z, f->other), number(a, f->at), number(a, f->n));
}

char *ofd_finding_say(struct arena *a, enum lang lang, const struct ofd *o, size_t i)
{
	const struct ofd_finding *f = ofd_finding(o, i);

	return say(a, lang, ofd_msgs[f->kind], text_printable(a, f->what, NAME_SHOWN));
}

struct listing {
	const struct ofd *o;
	enum lang lang;
	struct sink to;
};

static bool line_put(struct listing *l, const char *line, struct err *e)
{
	return l->to.put(l->to.to, bytes_str(line), e) &&
	       l->to.put(l->to.to, BYTES("\n"), e);
}

static bool docs_put(struct listing *l, struct err *e)
{
	AUTO(arena) a = arena_new();

	for (size_t i = 0; i < ofd_docs_n(l->o); i++) {
		const struct ofd_doc *d = ofd_doc(l->o, i);

		if (!line_put(l,
			    say(a, l->lang, MSG_DOC_LIST_DOCUMENT, number(a, i + 1),
				    text_printable(a, d->title, NAME_SHOWN),
				    text_printable(a, d->doc_id, NAME_SHOWN),
				    number(a, d->pages_n),
				    text_printable(a, d->root.path, NAME_SHOWN)),
			    e))
			return false;
		if (!d->tree &&
			!line_put(l,
				say(a, l->lang, MSG_DOC_LIST_NO_TREE, d->tree_err.text),
				e))
			return false;
	}
	return true;
}

static bool entry_put(struct listing *l, size_t i, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct zip_entry *t = zip_entry(ofd_zip(l->o), i);

	return line_put(l,
		arena_printf(a, "%12llu %12llu  %08x  %s", (unsigned long long)t->size,
			(unsigned long long)t->packed, (unsigned)t->crc,
			entry_name(a, ofd_zip(l->o), i)),
		e);
}

static bool findings_put(struct listing *l, struct err *e)
{
	const struct zip *z = ofd_zip(l->o);

	for (size_t i = 0; i < zip_findings_n(z); i++) {
		AUTO(arena) a = arena_new();

		if (!line_put(l, zip_finding_say(a, l->lang, z, i), e))
			return false;
	}
	for (size_t i = 0; i < ofd_findings_n(l->o); i++) {
		AUTO(arena) a = arena_new();

		if (!line_put(l, ofd_finding_say(a, l->lang, l->o, i), e))
			return false;
	}
	return true;
}

bool ofd_list(const struct ofd *o, enum lang lang, struct sink to, struct err *e)
{
	struct listing l = {o, lang, to};
	size_t i;

	if (!docs_put(&l, e) || !line_put(&l, msg_text(lang, MSG_DOC_LIST_HEAD), e))
		return false;
	for (i = 0; i < zip_count(ofd_zip(o)); i++)
		if (!entry_put(&l, i, e))
			return false;
	return findings_put(&l, e);
}
