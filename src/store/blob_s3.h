/* blob_s3: what the files about blobs in a bucket share. Internal to store/.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_STORE_BLOB_S3_H
#define QY_STORE_BLOB_S3_H

#include "net/s3_client.h"
#include "store/blob_driver.h"

struct s3_blobs {
	struct blobs head;
	struct s3_client *client;
	char *host, *bucket, *prefix, *region;
	char *folder; /* of our state */
	bool tls;
};

static inline struct s3_blobs *s3_of(struct blobs *b)
{
	return (struct s3_blobs *)b;
}

/* Asks and takes only success for an answer. ERR_NOT_FOUND; ERR_UNSUPPORTED: the server
 * does not know that method; ERR_DENIED: nor us; and what s3_ask says. */
bool s3_ask_well(struct blobs *b, struct arena *a, struct s3_request *r,
	struct s3_answer *out, struct err *e);

/* Letters, digits and /-_. alone, and not too long? */
bool s3_is_prefix(struct bytes b);

/* s as it stands in a query. */
const char *s3_in_query(struct arena *a, const char *s);

/* --- blob_s3_parts.c */

/* Puts the `size` octets of a file in parts. What was begun and cannot be aborted after a
 * failure stays noted for s3_tidy. */
bool s3_put_in_parts(
	struct blobs *b, const char *key, int file, uint64_t size, struct err *e);
/* Aborts the uploads of processes that died. */
bool s3_tidy(struct blobs *b, unsigned *removed, struct err *e);

#endif
