/* record: the small things that acts are written with.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOMAIN_RECORD_H
#define QY_DOMAIN_RECORD_H

#include <jansson.h>

#include "domain/app.h"

/* A detail as JSON text in the arena; takes the object, which holds nothing secret. */
const char *record_detail(struct arena *a, json_t *o);

/* Text of a row or a form as a string: "" for none. */
const char *record_str(struct arena *a, struct bytes text);

#endif
