/* schema: is a part what the published schema of OFD demands?
 * SPDX-License-Identifier: Apache-2.0
 *
 * The schema files are not ours and not in the tree: QIANYIN_SCHEMA names their folder,
 * else it is sought beside the samples; absent, the test is skipped, loudly.
 */
#ifndef QY_TESTS_SCHEMA_H
#define QY_TESTS_SCHEMA_H

#include "base/arena.h"

struct schema;

/* The schema of a root element: "OFD", "Document", "Page" … */
struct schema *schema_open(const char *root);
void schema_free(struct schema *s);
AUTO_DEFINE(schema);

/* Null when the part is valid, else what is not, in the arena. */
const char *schema_fault(struct schema *s, struct arena *a, struct bytes part);

#endif
