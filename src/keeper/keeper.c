/* keeper: its store, opened and changed; see keeper.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keeper/keeper.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/source.h"

static bool order_key_open(struct keeper *k, struct keystore *s, struct err *e)
{
	struct key *key;
	struct bytes cert;

	return keystore_key(&key, s, KEYSTORE_ORDER, &k->unlock, &cert, e);
}

bool keeper_open(struct keeper *k, struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(keystore) s = NULL;
	struct bytes file;

	if (!file_slurp(a, k->path, KEYSTORE_FILE_MAX, &file, e) ||
		!keystore_read(&s, file, &k->unlock, e) || !order_key_open(k, s, e))
		return false;
	k->store = keystore_move(&s);
	return true;
}

void keeper_close(struct keeper *k)
{
	keystore_free(k->store);
	k->store = NULL;
}

/* The store as it lies there now. Its order key in a machine stays open. */
static bool read_again(struct keystore **out, struct keeper *k, struct err *e)
{
	struct keystore_key *now, *was = keystore_current(k->store, KEYSTORE_ORDER);
	AUTO(arena) a = arena_new();
	AUTO(keystore) s = NULL;
	struct bytes file;

	if (!file_slurp(a, k->path, KEYSTORE_FILE_MAX, &file, e) ||
		!keystore_read_again(&s, file, k->store, e))
		return false;
	/* An older file was put in its place: what it lacks is lost, what it has again
	 * was given up. */
	if (s->serial < k->store->serial)
		return err_set(e, ERR_ROLLBACK, "an older key store");
	now = keystore_current(s, KEYSTORE_ORDER);
	if (now && now->uri && was && was->version == now->version) {
		now->key = was->key;
		was->key = NULL;
	}
	*out = keystore_move(&s);
	return true;
}

static void replace(struct keeper *k, struct keystore *s)
{
	keystore_free(k->store);
	k->store = s;
}

bool keeper_reload(struct keeper *k, struct err *e)
{
	int64_t now = wire_clock_ms();
	struct keystore *s;

	/* Whoever sends nonsense must not keep us reading. */
	if (k->reloaded_at && now - k->reloaded_at < 1000)
		return err_set(e, ERR_NOT_FOUND, "the key store has no such key");
	k->reloaded_at = now;
	if (!read_again(&s, k, e))
		return false;
	replace(k, s);
	return true;
}

int keeper_lock(const struct keeper *k, struct err *e)
{
	AUTO(arena) a = arena_new();
	const char *path = arena_printf(a, "%s.lock", k->path);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0) {
		(void)err_system(e, ERR_WRITE, path);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	(void)close(fd);
	(void)err_set(e, ERR_BUSY, "the key store is being changed by another");
	return -1;
}

bool keeper_change(struct keeper *k,
	bool (*change)(struct keystore *s, struct world *w, struct err *e), struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(keystore) s = NULL;
	struct bytes file;
	int lock = keeper_lock(k, e);
	bool ok;

	if (lock < 0)
		return false;
	ok = read_again(&s, k, e) && change(s, k->world, e) &&
	     keystore_write(s, k->world, a, &file, e) &&
	     file_write(k->path, 0600, file, e);
	(void)close(lock);
	if (!ok)
		return false;
	replace(k, keystore_move(&s));
	return true;
}

static bool certify_order(struct keystore *s, struct world *w, struct err *e)
{
	const struct keystore_key *k = keystore_current(s, KEYSTORE_ORDER);

	return k->key ? keystore_certify_order(s, w, &k->key->pub, e)
		      : err_set(e, ERR_UNSUPPORTED, "the order key is not at hand");
}

bool keeper_rotate(struct keeper *k, enum keystore_purpose purpose, struct err *e)
{
	const struct keystore_key *order = keystore_current(k->store, KEYSTORE_ORDER);

	if (purpose == KEYSTORE_FIELD)
		return keeper_change(k, keystore_renew_field, e);
	if (purpose != KEYSTORE_ORDER)
		return err_set(e, ERR_USAGE, "order and field keys can be renewed");
	return keeper_change(
		k, order && order->uri ? certify_order : keystore_renew_order, e);
}
