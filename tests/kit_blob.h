/* kit_blob: a fresh place for blobs for each test, of both kinds.
 * SPDX-License-Identifier: Apache-2.0
 *
 * ON_BOTH_BLOBS(f) in a list of tests runs f on a folder and on a bucket of the S3 server
 * that tests/run starts (QIANYIN_TEST_S3 is "HOST:PORT/BUCKET", keys S3RVER/S3RVER),
 * under a prefix of its own; where there is none the case is skipped, loudly.
 */
#ifndef QY_TESTS_KIT_BLOB_H
#define QY_TESTS_KIT_BLOB_H

#include "store/blob.h"
#include "unit.h"

struct kit_blob {
	struct arena *a;
	struct blobs *blobs;
	struct blob_conf conf;
	struct world world; /* the clock is `now` below; the randomness the system's */
	int64_t now;        /* TIME_NONE: the system's */
	char *folder;       /* of the blobs, or of the state of S3 */
	const char *missing;
};

struct kit_blob *kit_blob_of(void **state);
int kit_blob_dir_setup(void **state);
int kit_blob_s3_setup(void **state);
int kit_blob_teardown(void **state);
/* What digests blobs are named by: for those who open one of their own. */
void kit_blob_digests(struct blob_conf *conf);

#define ON_BLOB_DIR(f)                                                            \
	{                                                                         \
#f "_in_a_folder", f, kit_blob_dir_setup, kit_blob_teardown, NULL \
	}
#define ON_BLOB_S3(f)                                                            \
	{                                                                        \
#f "_in_a_bucket", f, kit_blob_s3_setup, kit_blob_teardown, NULL \
	}
#define ON_BOTH_BLOBS(f) ON_BLOB_DIR(f), ON_BLOB_S3(f)

#endif
