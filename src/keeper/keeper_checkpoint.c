/* keeper_checkpoint: signs the log as it grew, and never as it did not; see keeper.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The last checkpoint stands in a file beside the store, written through to the disk
 * before its signature leaves: a server that was taken over can have one log, however
 * often it kills the keeper.
 */
#include <errno.h>
#include <unistd.h>

#include "base/source.h"
#include "base/time.h"
#include "keeper/keeper.h"

static const char *last_path(const struct keeper *k, struct arena *a)
{
	return arena_printf(a, "%s.last", k->path);
}

/* The last one signed here; *found false: none yet. */
static bool last_read(struct checkpoint *out, bool *found, struct keeper *k,
	struct arena *a, struct key *key, struct err *e)
{
	struct ledger_view view = {.platform = k->store->platform, .log = key->pub};
	const char *path = last_path(k, a);
	struct bytes file;

	*found = access(path, F_OK) == 0;
	/* That it cannot be looked at is no beginning. */
	if (!*found)
		return errno == ENOENT || err_system(e, ERR_IO, path);
	if (!file_slurp(a, path, LEDGER_SIGNED_MAX, &file, e) ||
		!checkpoint_read(out, a, file, e))
		return err_in(e, "the last checkpoint");
	return checkpoint_holds(out, &view) ||
	       err_set(e, ERR_SIGNER, "the last checkpoint was not signed here");
}

static bool continues(const struct checkpoint *last, const struct checkpoint *next,
	struct bytes proof, struct arena *a, struct err *e)
{
	struct ledger_consistency p;

	if (next->number <= last->number || next->size < last->size ||
		next->time < last->time)
		return err_set(e, ERR_ROLLBACK,
			"a checkpoint that is smaller or older than the last one");
	if (next->size == last->size)
		return ledger_same(next->root, last->root) ||
		       err_set(e, ERR_ROLLBACK, "the same size with another root");
	return ledger_consistency_read(&p, a, proof, e) &&
	       (ledger_consistency_holds(&p, last, next) ||
		       err_set(e, ERR_ROLLBACK, "it does not continue the last one"));
}

static bool sign_next(struct keeper *k, struct arena *a, const struct checkpoint *next,
	struct bytes proof, struct bytes *out, struct err *e)
{
	struct checkpoint last;
	struct bytes cert;
	struct key *key;
	bool found;

	return keystore_key(&key, k->store, KEYSTORE_CHECKPOINT, &k->unlock, &cert, e) &&
	       last_read(&last, &found, k, a, key, e) &&
	       (!found || continues(&last, next, proof, a, e)) &&
	       checkpoint_sign(a, out, k->world, next, key, e) &&
	       file_write(last_path(k, a), 0600, *out, e);
}

bool keeper_checkpoint(struct keeper *k, struct arena *a, const struct checkpoint *asked,
	struct bytes proof, struct bytes *out, struct err *e)
{
	struct checkpoint next = *asked;
	struct bytes signed_next;
	int lock;
	bool ok;

	next.platform = k->store->platform;
	next.time = k->world->now(k->world) / TIME_SECOND * TIME_SECOND;
	lock = keeper_lock(k, e);
	if (lock < 0)
		return false;
	ok = sign_next(k, a, &next, proof, &signed_next, e);
	(void)close(lock);
	if (ok)
		*out = signed_next;
	return ok;
}
