/* party_blobs: blobs in a folder, for tests of what has records.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ftw.h>

#include "crypto/digest.h"
#include "party_kit.h"

static void *sm3_new(void)
{
	return digest_new(DIGEST_SM3);
}

static void sm3_put(void *d, struct bytes b)
{
	digest_put(d, b);
}

static void sm3_end(void *d, uint8_t out[BLOB_NAME])
{
	digest_finish(d, out);
	digest_free(d);
}

void party_blobs(struct party_kit *p)
{
	const char *at = getenv("TEST_TMP");
	struct blob_conf conf = {.digest_new = sm3_new,
		.digest_put = sm3_put,
		.digest_end = sm3_end,
		.world = world_system()};

	p->blob_folder =
		arena_printf(p->a, "%s/qianyin-party-XXXXXX", at && at[0] ? at : "/tmp");
	assert_non_null(mkdtemp(p->blob_folder));
	conf.url = arena_printf(p->a, "dir:%s", p->blob_folder);
	conf.state_folder = p->blob_folder;
	PASSES(p, blobs_open(&p->app->blobs, &conf, &p->e));
}

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void party_blobs_end(struct party_kit *p)
{
	blobs_free(p->app->blobs);
	(void)nftw(p->blob_folder, unlink_one, 8, FTW_DEPTH | FTW_PHYS);
}
