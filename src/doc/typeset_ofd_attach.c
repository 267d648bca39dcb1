/* typeset_ofd_attach: files that travel in a package.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "base/time.h"
#include "doc/ofd_package.h"
#include "doc/typeset_ofd.h"

enum { LIST_MAX = 4 << 20, PACKED_MAX = 16 << 20, NAME_OCTETS_MAX = 200 };

static bool attachment_check(const struct ofd_attachment *list, size_t i, struct err *e)
{
	struct bytes name = list[i].name;

	if (!name.n || name.n > NAME_OCTETS_MAX || text_trim(name).n != name.n ||
		bytes_find(name, BYTES("/")) != SIZE_MAX || name.p[0] == '.' ||
		ascii_equal_nocase(name, BYTES("Attachments.xml")))
		return err_set(e, ERR_USAGE, "attachment %zu has no usable name", i + 1);
	for (size_t k = 0; k < i; k++)
		if (ascii_equal_nocase(name, list[k].name))
			return err_set(e, ERR_USAGE, "two attachments of one name");
	return true;
}

static bool attachment_put(struct zip_writer *zip, const struct ofd_attachment *list,
	size_t i, int64_t now, struct buf *b, struct err *e)
{
	AUTO(arena) a = arena_new();
	const struct ofd_attachment *t = &list[i];
	AUTO_BUF path = buf_make(4096);
	unsigned long long size = t->file ? source_size(t->file) : t->data.n;

	if (!attachment_check(list, i, e) || !ofdout_put(&path, e, "Doc_0/Attachs/") ||
		!buf_put(&path, t->name, e))
		return false;
	if (!ofdout_put(b, e, "<ofd:Attachment ID=\"a%zu\"", i + 1) ||
		!ofdout_put_attribute(b, "Name", t->name, e) ||
		!ofdout_put_attribute(b, "Format", t->format, e) ||
		/* the size is in KB; the time is UTC and says so */
		!ofdout_put(b, e,
			" CreationDate=\"%s\" Size=\"%llu.%03llu\"%s><ofd:FileLoc>/",
			time_iso(a, now), size / 1024, size % 1024 * 1000 / 1024,
			t->hidden ? " Visible=\"false\"" : "") ||
		!xml_escape(b, buf_bytes(&path), e) ||
		!ofdout_put(b, e, "</ofd:FileLoc></ofd:Attachment>"))
		return false;
	if (t->file) /* a source is read twice; what is large is not packed twice too */
		return zip_add_stream(
			zip, buf_bytes(&path), t->file, size <= PACKED_MAX, e);
	return zip_add(zip, buf_bytes(&path), t->data, true, e);
}

bool ofdout_attach(struct zip_writer *zip, const struct ofd_attachment *list, size_t n,
	int64_t now, struct err *e)
{
	AUTO_BUF b = buf_make(LIST_MAX);

	if (!n)
		return true;
	if (!ofdout_put(&b, e, OFD_PROLOG "<ofd:Attachments" OFD_XMLNS ">"))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!attachment_put(zip, list, i, now, &b, e))
			return err_in(e, "attachment %zu", i + 1);
	return ofdout_put(&b, e, "</ofd:Attachments>\n") &&
	       zip_add(zip, BYTES("Doc_0/Attachs/Attachments.xml"), buf_bytes(&b), true,
		       e);
}
