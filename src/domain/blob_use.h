/* blob_use: whether a blob belongs to a row. SPDX-License-Identifier: Apache-2.0 */
#ifndef QY_DOMAIN_BLOB_USE_H
#define QY_DOMAIN_BLOB_USE_H

#include "domain/app.h"

/* For blob_sweep; ctx: the app. Every table with a column for blobs stands in
 * blob_use.sql. */
MUST_USE bool blob_is_used(
	void *ctx, const uint8_t name[BLOB_NAME], bool *used, struct err *e);

#endif
