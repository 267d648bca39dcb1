/* kit_blob: see kit_blob.h. Digests are OpenSSL's own: the store's tests see no crypto/.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kit_blob.h"

#include <ftw.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"

static int64_t kit_now(struct world *w)
{
	struct kit_blob *k =
		(struct kit_blob *)((char *)w - offsetof(struct kit_blob, world));

	return k->now == TIME_NONE ? world_system()->now(world_system()) : k->now;
}

static void kit_random(struct world *w, void *p, size_t n)
{
	(void)w;
	world_system()->random(world_system(), p, n);
}

static void *sm3_new(void)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	(void)EVP_DigestInit_ex(c, EVP_sm3(), NULL);
	return c;
}

static void sm3_put(void *d, struct bytes b)
{
	(void)EVP_DigestUpdate(d, b.p, b.n);
}

static void sm3_end(void *d, uint8_t out[BLOB_NAME])
{
	(void)EVP_DigestFinal_ex(d, out, NULL);
	EVP_MD_CTX_free(d);
}

static void sha256(struct bytes b, uint8_t out[32])
{
	(void)EVP_Digest(
		b.n ? (const void *)b.p : "", b.n, out, NULL, EVP_sha256(), NULL);
}

void kit_blob_digests(struct blob_conf *conf)
{
	conf->digest_new = sm3_new;
	conf->digest_put = sm3_put;
	conf->digest_end = sm3_end;
	conf->sha256 = sha256;
}

struct kit_blob *kit_blob_of(void **state)
{
	struct kit_blob *k = *state;

	if (k->missing)
		SKIP("%s", k->missing);
	return k;
}

static struct kit_blob *kit_new(void)
{
	const char *at = getenv("TEST_TMP");
	struct kit_blob *k = NEW(struct kit_blob);

	k->a = arena_new();
	k->now = TIME_NONE;
	k->world = (struct world){kit_now, kit_random};
	k->folder =
		arena_printf(k->a, "%s/qianyin-blob-XXXXXX", at && at[0] ? at : "/tmp");
	assert_non_null(mkdtemp(k->folder));
	kit_blob_digests(&k->conf);
	k->conf.world = &k->world;
	k->conf.state_folder = k->folder;
	return k;
}

static void open_blobs(struct kit_blob *k)
{
	struct err e;

	if (!blobs_open(&k->blobs, &k->conf, &e))
		fail_msg("%s", e.text);
}

int kit_blob_dir_setup(void **state)
{
	struct kit_blob *k = kit_new();

	k->conf.url = arena_printf(k->a, "dir:%s", k->folder);
	open_blobs(k);
	*state = k;
	return 0;
}

int kit_blob_s3_setup(void **state)
{
	const char *s3 = getenv("QIANYIN_TEST_S3");
	struct kit_blob *k = kit_new();

	*state = k;
	if (!s3 || !s3[0]) {
		k->missing = "no S3 server (make setup installs one in tests/npm; "
			     "tests/run starts it and sets QIANYIN_TEST_S3)";
		return 0;
	}
	k->conf.url =
		arena_printf(k->a, "s3://%s/%s?tls=no", s3, strrchr(k->folder, '-') + 1);
	k->conf.access_key = k->conf.secret_key = "S3RVER";
	k->conf.part_octets = 5 << 20;
	open_blobs(k);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

int kit_blob_teardown(void **state)
{
	struct kit_blob *k = *state;

	blobs_free(k->blobs);
	(void)nftw(k->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_free(k->a);
	mem_free(k);
	return 0;
}
