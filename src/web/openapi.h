/* openapi: the API described by its own tables. SPDX-License-Identifier: Apache-2.0 */
#ifndef QY_WEB_OPENAPI_H
#define QY_WEB_OPENAPI_H

#include "http/router.h"

/* OpenAPI 3.1 of the rows under /api/, JSON in the arena. */
const char *openapi_text(struct arena *a, const char *origin, const struct route *routes);

#endif
