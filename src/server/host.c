/* host: see host.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/host.h"

#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/source.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "domain/sql.h"

enum { KEYS_FILE_MAX = 4096, PLACES_MAX = 64 };

/* --- digests for the store, which stands below crypto ------------------------------ */

static void *blob_digest_new(void)
{
	return digest_new(DIGEST_SM3);
}

static void blob_digest_put(void *d, struct bytes b)
{
	digest_put(d, b);
}

static void blob_digest_end(void *d, uint8_t out[BLOB_NAME])
{
	digest_finish(d, out);
	digest_free(d);
}

static void blob_sha256(struct bytes b, uint8_t out[32])
{
	digest_of(DIGEST_SHA256, b, out);
}

/* --- settings ---------------------------------------------------------------------- */

struct db_conf host_db_conf(struct host *h)
{
	return (struct db_conf){.url = h->conf.database,
		.connections = (unsigned)h->conf.database_connections,
		.world = h->world};
}

/* "access key", line feed, "secret key": readable by nobody else. */
static bool read_keys(struct host *h, struct blob_conf *c, struct err *e)
{
	struct bytes file;
	size_t end;
	struct stat st;

	if (!h->conf.blob_keys[0])
		return true;
	if (stat(h->conf.blob_keys, &st) == 0 && (st.st_mode & 077) != 0)
		return err_refuse(e, ERR_DENIED, MSG_SERVER_FILE_OPEN_TO_OTHERS, NULL,
			"blob_keys: others can read it (chmod 600)");
	if (!file_slurp(h->arena, h->conf.blob_keys, KEYS_FILE_MAX, &file, e))
		return false;
	end = bytes_find(file, BYTES("\n"));
	if (end == SIZE_MAX)
		return err_set(
			e, ERR_MALFORMED, "blob_keys: two lines, access key and secret");
	c->access_key = arena_str(h->arena, bytes_head(file, end));
	file = bytes_from(file, end + 1);
	end = bytes_find(file, BYTES("\n"));
	c->secret_key =
		arena_str(h->arena, end == SIZE_MAX ? file : bytes_head(file, end));
	return true;
}

bool host_blob_conf(struct host *h, struct blob_conf *out, struct err *e)
{
	*out = (struct blob_conf){.url = h->conf.blobs,
		.digest_new = blob_digest_new,
		.digest_put = blob_digest_put,
		.digest_end = blob_digest_end,
		.sha256 = blob_sha256,
		.state_folder = arena_printf(h->arena, "%s/uploads", h->conf.home),
		.world = h->world};
	return read_keys(h, out, e);
}

/* --- processes --------------------------------------------------------------------- */

static bool need_program(
	struct host *h, const char *name, const char **out, struct err *e)
{
	*out = server_program(h->arena, &h->conf, name);
	if (!*out)
		return err_set(e, ERR_NOT_FOUND, "%s is not installed", name);
	return true;
}

static bool open_keeper(struct host *h, struct err *e)
{
	struct keeper_conf c = {.store = h->conf.keystore,
		.passphrase_file = h->conf.passphrase_file,
		.passphrase_fd = -1,
		.token_host = server_program(h->arena, &h->conf, "qianyin-token")};

	if (!need_program(h, "qianyin-keeper", &c.program, e))
		return false;
	h->keeper = keeper_client_new(&c);
	h->keeper_face = face_of_keeper(h->keeper);
	h->app.keeper = &h->keeper_face;
	return true;
}

static bool open_workers(struct host *h, struct err *e)
{
	struct worker_conf c = {.workers = (unsigned)h->conf.workers,
		.demonstration = h->conf.demonstration};

	if (!need_program(h, "qianyin-worker", &c.program, e))
		return false;
	h->workers = worker_client_new(&c);
	h->worker_face = face_of_worker(h->workers);
	h->app.worker = &h->worker_face;
	return true;
}

/* The operator's addresses, separated by blanks. */
static bool split_places(
	struct host *h, const char **places, size_t *count, struct err *e)
{
	struct bytes rest = text_trim(bytes_str(h->conf.courier_allow));

	while (rest.n) {
		size_t n = bytes_find(rest, BYTES(" "));

		n = n == SIZE_MAX ? rest.n : n;
		if (*count == PLACES_MAX)
			return err_set(e, ERR_TOO_LARGE, "courier_allow");
		places[*count] = arena_str(h->arena, bytes_head(rest, n));
		if (!courier_place_check(places[(*count)++], e))
			return err_in(e, "courier_allow");
		rest = text_trim(bytes_from(rest, n));
	}
	return true;
}

static bool open_couriers(struct host *h, struct err *e)
{
	const char *places[PLACES_MAX];
	struct courier_conf c = {.places = places};

	if (!split_places(h, places, &c.place_count, e))
		return false;
	if (!c.place_count)
		return true;
	if (!need_program(h, "qianyin-courier", &c.program, e))
		return false;
	h->couriers = courier_client_new(&c);
	return true;
}

static void open_register(struct host *h)
{
	struct register_conf c = {.trust = h->conf.trust,
		.evidence = h->conf.evidence,
		.demonstration = h->conf.demonstration,
		.workers = h->workers};

	h->trust = register_new(&c);
	register_serve(h->trust, &h->app);
}

/* --- all of it --------------------------------------------------------------------- */

static bool open_stores(struct host *h, unsigned needs, struct err *e)
{
	struct db_conf db = host_db_conf(h);
	struct blob_conf blobs;

	db.may_be_old = (needs & HOST_OLD_SCHEMA) != 0;
	if ((needs & HOST_DB) && !db_open(&h->db, &db, &domain_statements, e))
		return err_in(e, "database");
	h->app.db = h->db;
	if (!(needs & HOST_BLOBS))
		return true;
	if (!host_blob_conf(h, &blobs, e) || !blobs_open(&h->blobs, &blobs, e))
		return err_in(e, "blobs");
	h->app.blobs = h->blobs;
	return true;
}

static bool open_rules(struct host *h, struct err *e)
{
	if (!rules_load(&h->rules, h->conf.rules[0] ? h->conf.rules : NULL, e) ||
		!rules_complete(h->rules, h->world->now(h->world), e))
		return err_in(e, "rules");
	h->app.rules = h->rules;
	return true;
}

bool host_open(struct host **out, struct world *world, const char *conf_path,
	unsigned needs, struct err *e)
{
	AUTO(host) h = NEW(struct host);

	h->arena = arena_new();
	h->world = world;
	h->began = world->now(world);
	h->process = id_new(world);
	if (!server_conf_read(&h->conf, h->arena, conf_path, e))
		return false;
	h->app = (struct app){.world = world,
		.platform = h->conf.platform,
		.origin = h->conf.origin,
		.demonstration = h->conf.demonstration};
	if (!open_stores(h, needs, e) || ((needs & HOST_RULES) && !open_rules(h, e)))
		return false;
	if (needs & HOST_PROCESSES) {
		if (!open_keeper(h, e) || !open_workers(h, e) || !open_couriers(h, e))
			return false;
		open_register(h);
	}
	*out = host_move(&h);
	return true;
}

void host_free(struct host *h)
{
	if (!h)
		return;
	register_free(h->trust);
	courier_client_free(h->couriers);
	worker_client_free(h->workers);
	keeper_client_free(h->keeper);
	rules_free(h->rules);
	blobs_free(h->blobs);
	db_free(h->db);
	arena_free(h->arena);
	mem_free(h);
}

void host_tend(struct host *h)
{
	struct err e;

	keeper_client_tend(h->keeper);
	worker_client_tend(h->workers);
	if (h->couriers)
		courier_client_tend(h->couriers);
	if (!register_refresh(h->trust, &e))
		LOG(WARN, "register.refused", LOG_ERR(&e));
}
