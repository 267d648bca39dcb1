/* ledger_checkpoint: checkpoints, and files of one with its cosignatures; see
 * ledger_checkpoint.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ledger_checkpoint.h"

#include <string.h>

#include "asn1/der.h"

/* --- one checkpoint */

static void put_content(struct writer *w, const struct checkpoint *c)
{
	size_t all = ledger_open(w, OID_QY_CHECKPOINT);

	der_put(w, DER_UTF8_STRING, c->platform);
	ledger_put_digest(w, c->log);
	ledger_put_number(w, c->number);
	ledger_put_number(w, c->size);
	ledger_put_digest(w, c->root);
	der_put_generalized_time(w, c->time);
	der_close(w, all);
}

static bool is_sane(const struct checkpoint *c)
{
	return ledger_text_is_sane(c->platform) && c->number && c->size &&
	       c->number < LEDGER_SIZE_MAX && c->size < LEDGER_SIZE_MAX &&
	       ledger_time_is_whole(c->time);
}

bool checkpoint_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct checkpoint *c, struct key *key, struct err *e)
{
	struct checkpoint own = *c;
	struct writer content = writer_in(a, LEDGER_SIGNED_MAX);

	ledger_key_name(own.log, &key->pub);
	if (!is_sane(&own))
		return err_set(e, ERR_USAGE, "checkpoint: id, number, size or time");
	put_content(&content, &own);
	return ledger_sign(a, out, w, writer_bytes(&content), CHECKPOINT_SM2_ID, key, e);
}

static bool content_read(struct checkpoint *c, struct arena *a, struct err *e)
{
	struct writer again = writer_in(a, LEDGER_SIGNED_MAX);
	struct bytes in;

	if (!ledger_take(c->as.content, OID_QY_CHECKPOINT, &in, e) ||
		!ledger_take_text(&in, &c->platform, e) ||
		!ledger_take_digest(&in, c->log, e) ||
		!ledger_take_number(&in, &c->number, e) ||
		!ledger_take_number(&in, &c->size, e) ||
		!ledger_take_digest(&in, c->root, e) || !der_time(&in, &c->time, e) ||
		!der_end(in, e))
		return false;
	if (!is_sane(c))
		return err_set(e, ERR_MALFORMED, "number or size");
	put_content(&again, c);
	return ledger_is_canonical(&again, c->as.content, e);
}

static bool checkpoint_take(
	struct checkpoint *c, struct arena *a, struct bytes *in, struct err *e)
{
	if (!ledger_signed_take(in, &c->as, e) || !content_read(c, a, e))
		return err_in(e, "checkpoint");
	return true;
}

/* Nothing may stand around the paper, nor be written in another way. */
static bool is_whole(
	struct arena *a, const struct ledger_signed *s, struct bytes der, struct err *e)
{
	struct writer again = writer_in(a, der.n);

	ledger_signed_put(&again, s);
	return ledger_is_canonical(&again, der, e);
}

bool checkpoint_read(
	struct checkpoint *out, struct arena *a, struct bytes der, struct err *e)
{
	struct checkpoint c = {0};
	struct bytes in = der;

	if (!checkpoint_take(&c, a, &in, e) || !der_end(in, e) ||
		!is_whole(a, &c.as, der, e))
		return false;
	*out = c;
	return true;
}

bool checkpoint_holds(const struct checkpoint *c, const struct ledger_view *view)
{
	uint8_t log[SM3_SIZE];

	ledger_key_name(log, &view->log);
	return bytes_equal(c->platform, view->platform) && ledger_same(c->log, log) &&
	       ledger_signed_holds(&c->as, &view->log, CHECKPOINT_SM2_ID);
}

/* --- a file: a checkpoint and its cosignatures */

void checkpoint_file_put(struct writer *w, const struct checkpoint_file *f)
{
	size_t all = der_open(w, DER_SEQUENCE), list;

	ledger_signed_put(w, &f->checkpoint.as);
	list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < f->count; i++)
		ledger_signed_put(w, &f->cosignatures[i].as);
	der_close(w, list);
	der_close(w, all);
}

static bool cosignatures_take(
	struct checkpoint_file *f, struct arena *a, struct bytes list, struct err *e)
{
	struct cosignature *all =
		ARENA_ARRAY(a, LEDGER_WITNESSES_MAX, struct cosignature);

	for (; list.n; f->count++) {
		struct bytes one;

		if (f->count == LEDGER_WITNESSES_MAX)
			return err_set(e, ERR_TOO_LARGE, "cosignatures");
		if (!der_take_whole(&list, DER_SEQUENCE, &one, e) ||
			!cosignature_read(&all[f->count], a, one, e))
			return false;
		if (!ledger_same(all[f->count].checkpoint, f->checkpoint.as.sm3))
			return err_set(
				e, ERR_MALFORMED, "a cosignature of another checkpoint");
		if (f->count && bytes_compare(BYTES_OF(all[f->count - 1].key),
					BYTES_OF(all[f->count].key)) >= 0)
			return err_set(
				e, ERR_MALFORMED, "cosignatures not in order of keys");
	}
	f->cosignatures = all;
	return true;
}

bool checkpoint_file_read(
	struct checkpoint_file *out, struct arena *a, struct bytes der, struct err *e)
{
	struct checkpoint_file f = {0};
	struct writer again;
	struct bytes in, list;

	if (der.n > CHECKPOINT_FILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "checkpoint file");
	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!checkpoint_take(&f.checkpoint, a, &in, e) ||
		!der_take(&in, DER_SEQUENCE, &list, e) || !der_end(in, e) ||
		!cosignatures_take(&f, a, list, e))
		return err_in(e, "checkpoint file");
	again = writer_in(a, der.n);
	checkpoint_file_put(&again, &f);
	if (!ledger_is_canonical(&again, der, e))
		return err_in(e, "checkpoint file");
	*out = f;
	return true;
}

static void cosignature_insert(
	struct cosignature *all, size_t count, const struct cosignature *one)
{
	size_t at = count;

	for (; at && bytes_compare(BYTES_OF(all[at - 1].key), BYTES_OF(one->key)) > 0;
		at--)
		all[at] = all[at - 1];
	all[at] = *one;
}

bool checkpoint_file_make(struct arena *a, struct bytes *out, struct bytes checkpoint,
	const struct bytes *cosignatures, size_t count, struct err *e)
{
	struct cosignature *all =
		ARENA_ARRAY(a, LEDGER_WITNESSES_MAX, struct cosignature);
	struct checkpoint_file f = {.cosignatures = all, .count = count}, check;
	struct writer w = writer_in(a, CHECKPOINT_FILE_MAX);
	struct cosignature one;

	if (count > LEDGER_WITNESSES_MAX)
		return err_set(e, ERR_USAGE, "%zu cosignatures", count);
	if (!checkpoint_read(&f.checkpoint, a, checkpoint, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!cosignature_read(&one, a, cosignatures[i], e))
			return false;
		cosignature_insert(all, i, &one);
	}
	checkpoint_file_put(&w, &f);
	if (!checkpoint_file_read(&check, a, writer_bytes(&w), e))
		return err_set(e, ERR_USAGE,
			"two cosignatures of one key, or one of another checkpoint");
	*out = writer_bytes(&w);
	return true;
}
