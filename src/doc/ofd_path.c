/* ofd_path: from ST_Loc to an entry of the package.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/reader.h"
#include "base/text.h"
#include "doc/ofd_package.h"

static bool is_slash(uint8_t c)
{
	return c == '/' || c == '\\';
}

static bool segment_pop(struct writer *w, struct err *e)
{
	if (!w->n)
		return err_set(e, ERR_MALFORMED, "a path leads out of the package");
	while (w->n && w->p[w->n - 1] != '/')
		w->n--;
	if (w->n)
		w->n--;
	return true;
}

static bool segment_add(struct writer *w, struct bytes s, struct err *e)
{
	if (!s.n || bytes_equal(s, BYTES(".")))
		return true;
	if (bytes_equal(s, BYTES("..")))
		return segment_pop(w, e);
	if (w->n)
		write_u8(w, '/');
	write_bytes(w, s);
	return true;
}

static bool segments_add(struct writer *w, struct bytes path, struct err *e)
{
	size_t i, from = 0;

	for (i = 0; i <= path.n; i++) {
		if (i < path.n && !is_slash(path.p[i]))
			continue;
		if (!segment_add(w, bytes_make(path.p + from, i - from), e))
			return false;
		from = i + 1;
	}
	return true;
}

static struct bytes folder_of(struct bytes path)
{
	while (path.n && !is_slash(path.p[path.n - 1]))
		path.n--;
	return path;
}

static bool loc_check(struct bytes loc, struct err *e)
{
	struct bytes last;
	size_t i;

	if (!loc.n || loc.n > OFD_LOC_MAX)
		return err_set(e, ERR_MALFORMED, "a path of %zu octets", loc.n);
	for (i = 0; i < loc.n; i++)
		if (loc.p[i] < 0x20 || loc.p[i] == 0x7f)
			return err_set(e, ERR_MALFORMED, "a control character in a path");
	last = bytes_from(loc, folder_of(loc).n);
	if (!last.n || bytes_equal(last, BYTES(".")) || bytes_equal(last, BYTES("..")))
		return err_set(e, ERR_MALFORMED, "a path that names a folder");
	return true;
}

bool ofd_resolve(struct arena *a, struct bytes base_file, struct bytes loc,
	struct bytes *out, struct err *e)
{
	struct writer w;

	loc = text_trim(loc);
	if (!loc_check(loc, e))
		return false;
	w = writer_in(a, base_file.n + loc.n + 2);
	//= GB/T 33190-2016 ST_Loc: "/" is the package, anything else stands beside the file
	if (!is_slash(loc.p[0]) && !segments_add(&w, folder_of(base_file), e))
		return false;
	if (!segments_add(&w, loc, e))
		return false;
	*out = writer_bytes(&w);
	return true;
}

bool ofd_find(const struct ofd *o, struct bytes path, size_t *entry, bool *loose)
{
	return zip_find_loose(ofd_zip(o), path, entry, loose);
}

bool ofd_locate(const struct ofd *o, struct arena *a, struct bytes base_file,
	struct bytes loc, struct ofd_place *out, struct err *e)
{
	struct ofd_place place = {.entry = OFD_NO_ENTRY};
	struct bytes rooted;
	struct err ignored;

	if (!ofd_resolve(a, base_file, loc, &place.path, e))
		return false;
	if (!ofd_find(o, place.path, &place.entry, &place.loose) &&
		ofd_resolve(a, BYTES(""), loc, &rooted, &ignored) &&
		ofd_find(o, rooted, &place.entry, &place.loose)) {
		place.path = rooted;
		place.rooted = true;
	}
	*out = place;
	return true;
}
