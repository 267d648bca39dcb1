/* list: see list.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/list.h"

#include <string.h>

#include "base/text.h"
#include "domain/identifier.h"

size_t list_count(const struct list_from *from)
{
	if (from->count == 0)
		return LIST_USUAL;
	return from->count < LIST_MAX ? from->count : LIST_MAX;
}

bool list_after_text(
	const struct list_from *from, struct bytes *text, struct id *id, struct err *e)
{
	*text = BYTES("");
	*id = (struct id){{0}};
	if (!from->given)
		return true;
	if (!utf8_is_valid(from->text) || bytes_find(from->text, BYTES("\0")) != SIZE_MAX)
		return err_set(e, ERR_USAGE, "no key of a list");
	if (from->text.n)
		*text = from->text;
	*id = from->id;
	return true;
}

void list_after_time(const struct list_from *from, int64_t *at, struct id *id)
{
	*at = from->given ? from->at : 0;
	*id = from->given ? from->id : (struct id){{0}};
}

void list_before_time(const struct list_from *from, int64_t *at, struct id *id)
{
	*at = from->given ? from->at : INT64_MAX;
	if (from->given)
		*id = from->id;
	else
		memset(id->b, 0xff, sizeof id->b);
}

size_t list_page(const struct list_from *from, size_t rows, bool *more)
{
	size_t count = list_count(from);

	*more = rows > count;
	return *more ? count : rows;
}

bool list_pattern(struct arena *a, struct bytes search, const char **out, struct err *e)
{
	search = text_trim(search);
	if (search.n > LIST_SEARCH_MAX || !utf8_is_valid(search) ||
		bytes_find(search, BYTES("\0")) != SIZE_MAX)
		return err_set(e, ERR_USAGE, "no text to search for");
	*out = search.n ? like_anywhere(a, search) : NULL;
	return true;
}
