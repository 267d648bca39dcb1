/* record: see record.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/record.h"

#include <stdlib.h>

const char *record_detail(struct arena *a, json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
	const char *out = arena_str(a, bytes_str(text ? text : "{}"));

	free(text);
	json_decref(o);
	return out;
}

const char *record_str(struct arena *a, struct bytes text)
{
	return arena_str(a, text);
}
