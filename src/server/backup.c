/* backup: see backup.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/source.h"
#include "base/text.h"
#include "domain/person.h"
#include "server/child_run.h"
#include "server/manifest.h"

enum { KEYSTORE_OCTETS = 1 << 20, PERSONS_AT_ONCE = 100 };

#define SQLITE "sqlite:"
#define BLOBS  "blobs/"

/* --- small things ------------------------------------------------------------------ */

static bool make_folder(const char *path, struct err *e)
{
	return mkdir(path, 0700) == 0 || err_system(e, ERR_WRITE, path);
}

static bool sync_folder(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (!good)
		(void)err_system(e, ERR_WRITE, path);
	if (fd >= 0)
		(void)close(fd);
	return good;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void remove_all(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A small file as it is; one that is not there is none. */
static bool copy_file(struct arena *a, const char *from, const char *to, struct err *e)
{
	struct bytes octets;

	return file_slurp(a, from, KEYSTORE_OCTETS, &octets, e) &&
	       file_write(to, 0600, octets, e);
}

static const char *sqlite_folder(const struct host *h)
{
	return bytes_starts(bytes_str(h->conf.database), BYTES(SQLITE))
		       ? h->conf.database + strlen(SQLITE)
		       : NULL;
}

/* --- making ------------------------------------------------------------------------ */

/* Arguments of a program can be read by others: a password must not be among them. */
static bool url_is_public(const char *url, struct err *e)
{
	struct bytes text = bytes_str(url);
	size_t at = bytes_find(text, BYTES("@"));
	struct bytes user = at == SIZE_MAX ? BYTES("")
					   : bytes_from(bytes_head(text, at),
						     strlen("postgresql://"));

	if (bytes_find(user, BYTES(":")) == SIZE_MAX &&
		bytes_find(text, BYTES("password=")) == SIZE_MAX)
		return true;
	return err_refuse(e, ERR_USAGE, MSG_SERVER_URL_PASSWORD, NULL,
		"the address of the database holds a password");
}

static bool dump_database(struct host *h, const char *to, struct err *e)
{
	const char *const argv[] = {"/usr/bin/pg_dump", "--format=custom", "--no-owner",
		arena_printf(h->arena, "--file=%s", to),
		arena_printf(h->arena, "--dbname=%s", h->conf.database), NULL};

	if (sqlite_folder(h))
		return db_copy(h->db, to, e);
	return url_is_public(h->conf.database, e) && child_run_to_end(argv, e);
}

struct copying {
	struct host *h;
	const char *folder;
	struct buf *manifest;
};

static bool put_run(void *ctx, struct bytes run, struct err *e)
{
	return outfile_put(ctx, run, e);
}

static bool copy_blob(
	void *ctx, const uint8_t name[BLOB_NAME], uint64_t size, struct err *e)
{
	struct copying *c = ctx;
	AUTO(arena) a = arena_new();
	AUTO(outfile) f = NULL;
	char *hex = hex_encode(a, bytes_make(name, BLOB_NAME));
	char *short_name = arena_printf(a, BLOBS "%s", hex);

	(void)size;
	return outfile_open(
		       &f, arena_printf(a, "%s/%s", c->folder, short_name), 0600, e) &&
	       blob_read(c->h->blobs, name, put_run, f, e) && outfile_commit(f, e) &&
	       manifest_add(c->manifest, c->folder, short_name, e);
}

static bool fill(struct host *h, const char *folder, struct buf *manifest, struct err *e)
{
	struct copying c = {h, folder, manifest};
	struct arena *a = h->arena;

	if (!make_folder(arena_printf(a, "%s/blobs", folder), e) ||
		!dump_database(h, arena_printf(a, "%s/database", folder), e) ||
		!manifest_add(manifest, folder, "database", e) ||
		!copy_file(
			a, h->conf.keystore, arena_printf(a, "%s/keystore", folder), e) ||
		!manifest_add(manifest, folder, "keystore", e))
		return false;
	if (!file_write(arena_printf(a, "%s/conf", folder), 0600,
		    bytes_str(server_conf_print(a, LANG_EN, &h->conf)), e) ||
		!manifest_add(manifest, folder, "conf", e))
		return false;
	return blob_each(h->blobs, copy_blob, &c, e) &&
	       manifest_write(manifest, folder, e) && sync_folder(folder, e);
}

bool backup_make(
	struct world *world, const char *conf_path, const char *folder, struct err *e)
{
	AUTO(host) h = NULL;
	struct buf manifest = buf_make(MANIFEST_MAX);
	const char *partial;
	bool good;

	if (access(folder, F_OK) == 0)
		return err_set(e, ERR_WRITE, "%s is there already", folder);
	if (!host_open(&h, world, conf_path, HOST_DB | HOST_BLOBS, e))
		return false;
	partial = arena_printf(h->arena, "%s.partial", folder);
	if (!make_folder(partial, e))
		return false;
	good = fill(h, partial, &manifest, e);
	buf_fini(&manifest);
	if (good && rename(partial, folder) != 0)
		good = err_system(e, ERR_WRITE, folder);
	if (!good)
		remove_all(partial);
	return good;
}

/* --- putting back ------------------------------------------------------------------ */

/* Of PostgreSQL: has anything been migrated there? */
static bool has_schema(struct host *h, bool *has, struct err *e)
{
	static const struct db_statements none = {NULL, 0};
	struct db_conf conf = host_db_conf(h);
	struct db_health health;
	AUTO(db) db = NULL;

	conf.may_be_old = true;
	if (!db_open(&db, &conf, &none, e) || !db_look(db, h->arena, false, &health, e))
		return err_in(e, "database");
	*has = health.migration > 0;
	return true;
}

static bool place_is_empty(struct host *h, struct err *e)
{
	const char *sqlite = sqlite_folder(h);
	bool has = false;

	if (!sqlite && !has_schema(h, &has, e))
		return false;
	if (has || access(h->conf.keystore, F_OK) == 0 ||
		(sqlite && access(arena_printf(h->arena, "%s/qianyin.db", sqlite),
				   F_OK) == 0))
		return err_refuse(e, ERR_DENIED, MSG_SERVER_RESTORE_NOT_EMPTY, NULL,
			"a database or key store is there already");
	return true;
}

static bool copy_large(const char *from, const char *to, struct err *e)
{
	AUTO(source) s = NULL;
	AUTO(outfile) f = NULL;
	AUTO_MEM uint8_t *room = mem_alloc(1 << 20);
	bool good = source_open(&s, from, e) && outfile_open(&f, to, 0600, e);

	for (uint64_t at = 0; good && at < source_size(s);) {
		uint64_t left = source_size(s) - at;
		size_t n = left < 1 << 20 ? (size_t)left : 1 << 20;

		good = source_read(s, at, room, n, e) &&
		       outfile_put(f, bytes_make(room, n), e);
		at += n;
	}
	return good && outfile_commit(f, e);
}

static bool load_database(struct host *h, const char *from, struct err *e)
{
	const char *folder = sqlite_folder(h);
	const char *const argv[] = {"/usr/bin/pg_restore", "--exit-on-error",
		"--single-transaction", "--no-owner",
		arena_printf(h->arena, "--dbname=%s", h->conf.database), from, NULL};

	if (!folder)
		return url_is_public(h->conf.database, e) && child_run_to_end(argv, e);
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return err_system(e, ERR_WRITE, folder);
	return copy_large(from, arena_printf(h->arena, "%s/qianyin.db", folder), e);
}

static bool load_blob(struct blobs *blobs, const char *path, struct err *e)
{
	AUTO(source) s = NULL;
	AUTO(blob_writer) w = NULL;
	AUTO_MEM uint8_t *room = mem_alloc(1 << 20);
	uint8_t name[BLOB_NAME];
	uint64_t size;
	bool good = source_open(&s, path, e) && blob_begin(&w, blobs, e);

	for (uint64_t at = 0; good && at < source_size(s);) {
		uint64_t left = source_size(s) - at;
		size_t n = left < 1 << 20 ? (size_t)left : 1 << 20;

		good = source_read(s, at, room, n, e) &&
		       blob_put(w, bytes_make(room, n), e);
		at += n;
	}
	return good && blob_end(w, name, &size, e);
}

static bool load_blobs(
	struct host *h, const struct manifest *m, const char *folder, struct err *e)
{
	struct blob_conf conf;

	if (!host_blob_conf(h, &conf, e) || !blobs_open(&h->blobs, &conf, e))
		return false;
	for (size_t i = 0; i < m->count; i++) {
		AUTO(arena) a = arena_new();

		if (bytes_starts(bytes_str(m->names[i]), BYTES(BLOBS)) &&
			!load_blob(h->blobs,
				arena_printf(a, "%s/%s", folder, m->names[i]), e))
			return err_in(e, "%s", m->names[i]);
	}
	return true;
}

/* What there is no platform without. */
static bool is_whole(const struct manifest *m, struct err *e)
{
	static const char *const needed[] = {"database", "keystore"};
	size_t found = 0;

	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; k < sizeof needed / sizeof *needed; k++)
			found += strcmp(m->names[i], needed[k]) == 0;
	if (found == sizeof needed / sizeof *needed)
		return true;
	return err_refuse(e, ERR_MALFORMED, MSG_SERVER_BACKUP_ALTERED, NULL,
		"database and key store are not both in the manifest");
}

bool backup_restore(
	struct world *world, const char *conf_path, const char *folder, struct err *e)
{
	AUTO(host) h = NULL;
	struct manifest m;
	struct arena *a;

	if (!host_open(&h, world, conf_path, 0, e))
		return false;
	a = h->arena;
	if (!place_is_empty(h, e) || !manifest_check(&m, a, folder, e) ||
		!is_whole(&m, e))
		return false;
	if (mkdir(h->conf.home, 0700) != 0 && errno != EEXIST)
		return err_system(e, ERR_WRITE, h->conf.home);
	/* The key store last: with it the place is no longer empty and the platform
	 * starts. */
	return load_blobs(h, &m, folder, e) &&
	       load_database(h, arena_printf(a, "%s/database", folder), e) &&
	       copy_file(a, arena_printf(a, "%s/keystore", folder), h->conf.keystore, e);
}

/* --- re-encryption ----------------------------------------------------------------- */

bool reencrypt(struct host *h, uint64_t *renewed, struct err *e)
{
	struct id after = {{0}};
	bool done = false;

	*renewed = 0;
	while (!done)
		if (!person_renew(&h->app, PERSONS_AT_ONCE, &after, renewed, &done, e))
			return false;
	return true;
}
