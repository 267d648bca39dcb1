/* typeset_json: what became of a paper, for programs: pages, places of marks, warnings.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_TYPESET_JSON_H
#define QY_DOC_TYPESET_JSON_H

#include <jansson.h>

#include "base/i18n.h"
#include "doc/typeset.h"

/* An array of slots in millimetres: name, role, kind, page, x, y, w, h. The caller's. */
json_t *typeset_slots_json(const struct typeset *t);

/* {"pages", "slots", "warnings": [{"kind", "text", "count", "field", "code"}]}. The
 * caller's; sentences are in `lang`. */
json_t *typeset_json(struct arena *a, enum lang lang, const struct typeset *t);

/* JSON as it is written to files, slots to the micrometre; in the arena. */
char *typeset_json_text(struct arena *a, const json_t *json);

/* One warning as a sentence; in the arena. */
const char *typeset_warning_say(
	struct arena *a, enum lang lang, const struct typeset_warning *w);

#endif
