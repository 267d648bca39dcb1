/* ledger_cosignature: what witnesses say to a checkpoint, and when it is fixed; see
 * ledger_checkpoint.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ledger_checkpoint.h"

#include <string.h>

#include "asn1/der.h"

/* --- one cosignature */

static void put_content(struct writer *w, const struct cosignature *s)
{
	size_t all = ledger_open(w, OID_QY_COSIGNATURE);

	ledger_put_digest(w, s->checkpoint);
	ledger_put_digest(w, s->key);
	ledger_put_number(w, s->last);
	der_put_generalized_time(w, s->time);
	der_close(w, all);
}

bool cosignature_read(
	struct cosignature *out, struct arena *a, struct bytes der, struct err *e)
{
	struct writer content = writer_in(a, LEDGER_SIGNED_MAX), whole;
	struct cosignature s = {0};
	struct bytes rest = der, in;

	if (!ledger_signed_take(&rest, &s.as, e) || !der_end(rest, e) ||
		!ledger_take(s.as.content, OID_QY_COSIGNATURE, &in, e) ||
		!ledger_take_digest(&in, s.checkpoint, e) ||
		!ledger_take_digest(&in, s.key, e) ||
		!ledger_take_number(&in, &s.last, e) || !der_time(&in, &s.time, e) ||
		!der_end(in, e))
		return err_in(e, "cosignature");
	put_content(&content, &s);
	whole = writer_in(a, der.n);
	ledger_signed_put(&whole, &s.as);
	if (!ledger_is_canonical(&content, s.as.content, e) ||
		!ledger_is_canonical(&whole, der, e))
		return err_in(e, "cosignature");
	*out = s;
	return true;
}

static bool clocks_agree(int64_t x, int64_t y)
{
	return (x < y ? y - x : x - y) <= LEDGER_CLOCK;
}

bool cosignature_holds(const struct cosignature *s, const struct checkpoint *c,
	const struct pubkey *witness)
{
	uint8_t name[SM3_SIZE];

	ledger_key_name(name, witness);
	return ledger_same(s->key, name) && ledger_same(s->checkpoint, c->as.sm3) &&
	       s->last <= c->size &&
	       //= Protocols §2: a time within 5 s of its own clock
	       clocks_agree(s->time, c->time) &&
	       ledger_signed_holds(&s->as, witness, COSIGNATURE_SM2_ID);
}

/* --- what a witness does */

static bool continues(const struct checkpoint *before, const struct checkpoint *c,
	const struct merkle_path *path, struct err *e)
{
	if (!before)
		return true;
	if (c->size < before->size || c->time < before->time ||
		c->number <= before->number ||
		(c->size == before->size && !ledger_same(c->root, before->root)))
		return err_set(e, ERR_ROLLBACK,
			"the checkpoint is no continuation of the last one signed");
	//= Protocols §2: each having checked consistency with the last it signed
	if (!merkle_extends(c->root, c->size, before->root, before->size, path))
		return err_set(e, ERR_MALFORMED,
			"no proof that the log continues the one signed before");
	return true;
}

bool cosignature_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct ledger_view *view, const struct checkpoint *before,
	const struct checkpoint *c, const struct merkle_path *path, struct key *key,
	struct err *e)
{
	struct writer content = writer_in(a, LEDGER_SIGNED_MAX);
	int64_t now = w->now(w);
	struct cosignature s = {
		.last = before ? before->size : 0, .time = now - now % TIME_SECOND};

	if (!checkpoint_holds(c, view) || (before && !checkpoint_holds(before, view)))
		return err_set(e, ERR_SIGNER, "not signed by the log");
	if (!continues(before, c, path, e))
		return false;
	if (!clocks_agree(now, c->time))
		return err_set(e, ERR_DENIED,
			"the checkpoint's time is more than 5 s from our clock");
	memcpy(s.checkpoint, c->as.sm3, SM3_SIZE);
	ledger_key_name(s.key, &key->pub);
	put_content(&content, &s);
	return ledger_sign(a, out, w, writer_bytes(&content), COSIGNATURE_SM2_ID, key, e);
}

/* --- how a checkpoint stands */

const char *checkpoint_standing_name(enum checkpoint_standing s)
{
	static const char *const names[] = {
		[CHECKPOINT_FORGED] = "forged",
		[CHECKPOINT_PENDING] = "pending",
		[CHECKPOINT_UNWITNESSED] = "unwitnessed",
		[CHECKPOINT_FIXED] = "fixed",
	};

	return names[s];
}

/* What this witness said to the checkpoint; null: nothing that holds. */
static const struct cosignature *said_by(
	const struct checkpoint_file *f, const struct ledger_witness *witness)
{
	for (size_t i = 0; i < f->count; i++)
		if (cosignature_holds(&f->cosignatures[i], &f->checkpoint, &witness->key))
			return &f->cosignatures[i];
	return NULL;
}

/* Is it the first of its legal person among those set, and not the operator? Witnesses
 * without a credit code are all one person: nobody knows otherwise. */
static bool is_person_of_its_own(
	const struct ledger_view *view, const bool *counted, size_t which)
{
	struct bytes code = view->witnesses[which].credit_code;

	if (view->operator_code.n && bytes_equal(code, view->operator_code))
		return false;
	for (size_t i = 0; i < which; i++)
		if (counted[i] && bytes_equal(code, view->witnesses[i].credit_code))
			return false;
	return true;
}

/* Legal persons among the witnesses set. */
static unsigned persons(const struct ledger_view *view, const bool *set)
{
	unsigned n = 0;

	for (size_t i = 0; i < view->witness_count; i++)
		n += set[i] && is_person_of_its_own(view, set, i);
	return n;
}

static size_t watched(const struct ledger_view *view)
{
	return view->witness_count < LEDGER_WITNESSES_MAX ? view->witness_count
							  : LEDGER_WITNESSES_MAX;
}

enum checkpoint_standing checkpoint_standing_of(
	const struct checkpoint_file *f, const struct ledger_view *view, unsigned *count)
{
	struct ledger_view own = *view;
	bool signed_by[LEDGER_WITNESSES_MAX] = {0};
	unsigned n = 0;

	own.witness_count = watched(view);
	if (count)
		*count = 0;
	if (!checkpoint_holds(&f->checkpoint, view))
		return CHECKPOINT_FORGED;
	if (!view->witness_count && !view->needed)
		return CHECKPOINT_UNWITNESSED;
	for (size_t i = 0; i < own.witness_count; i++)
		signed_by[i] = said_by(f, &own.witnesses[i]);
	//= Protocols §2: of different legal persons, none the operator
	n = persons(&own, signed_by);
	if (count)
		*count = n;
	return view->needed && n >= view->needed ? CHECKPOINT_FIXED : CHECKPOINT_PENDING;
}

bool checkpoint_is_fixed(const struct checkpoint_file *f, const struct ledger_view *view)
{
	return checkpoint_standing_of(f, view, NULL) == CHECKPOINT_FIXED;
}

bool checkpoint_may_have_earlier(
	const struct checkpoint_file *f, const struct ledger_view *view, uint64_t size)
{
	struct ledger_view own = *view;
	bool possible[LEDGER_WITNESSES_MAX] = {0};

	own.witness_count = watched(view);
	for (size_t i = 0; i < own.witness_count; i++) {
		const struct cosignature *s = said_by(f, &own.witnesses[i]);

		possible[i] = !s || s->last >= size;
	}
	return persons(&own, possible) >= (view->needed ? view->needed : 1);
}
