/* seal_slot: see seal_slot.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/seal_slot.h"

#include <jansson.h>
#include <string.h>

enum { SLOTS_MAX = 1 << 20, PAGE_MAX = 200000 };

/* x, y, w, h in mm and a page, each within reason. */
static bool read_slot(json_t *slot, struct qy_pdf_place *place)
{
	static const char *const names[] = {"x", "y", "w", "h"};
	json_int_t page = json_integer_value(json_object_get(slot, "page"));
	double v[4];

	for (size_t i = 0; i < 4; i++) {
		json_t *number = json_object_get(slot, names[i]);

		v[i] = json_number_value(number);
		if (!json_is_number(number) || !(v[i] >= 0 && v[i] < 100000))
			return false;
	}
	if (page < 1 || page > PAGE_MAX)
		return false;
	place->page = (int)page;
	place->x_mm = v[0] + v[2] / 2;
	place->y_mm = v[1] + v[3] / 2;
	place->box_w_mm = v[2];
	place->box_h_mm = v[3];
	place->keep_inside = 1;
	return true;
}

static bool find(json_t *slots, const char *name, struct qy_pdf_place *place, bool *found)
{
	json_t *slot;
	size_t i;

	*found = false;
	json_array_foreach(slots, i, slot)
	{
		const char *own = json_string_value(json_object_get(slot, "name"));

		if (!own || strcmp(own, name) != 0)
			continue;
		*found = true;
		return read_slot(slot, place);
	}
	return json_is_array(slots);
}

bool seal_slot_find(struct cli *c, const char *path, const char *name,
	struct qy_pdf_place *place, struct err *e)
{
	struct bytes file;
	json_t *slots;
	bool found, good;

	if (!cli_read(c, path, SLOTS_MAX, &file, e))
		return false;
	slots = json_loadb((const char *)file.p, file.n, JSON_REJECT_DUPLICATES, NULL);
	good = find(slots, name, place, &found);
	json_decref(slots);
	if (!good)
		return err_set(e, ERR_MALFORMED, "%s: no list of slots", path);
	return found ||
	       err_set(e, ERR_NOT_FOUND, "%s", cli_say(c, MSG_SEAL_NO_SLOT, name));
}
