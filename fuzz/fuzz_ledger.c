/* fuzz_ledger: every paper of the ledger: what reads is written again the same, and
 * nothing is ever fixed, or held, under keys that did not sign it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/ledger_closing.h"
#include "doc/ledger_receipt.h"
#include "doc/ledger_standing.h"
#include "doc/qyb_withdrawal.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

/* A reader that knows the standard's example key and no other. */
static struct ledger_view view_of(struct arena *a)
{
	static const uint8_t d[SM2_SCALAR] = {[31] = 7};
	static struct ledger_witness witnesses[2];
	struct ledger_view v = {.platform = BYTES("platform.example"),
		.witnesses = witnesses,
		.witness_count = 2,
		.needed = 2};
	struct writer w = writer_in(a, 128);
	uint8_t xy[SM2_POINT];
	struct err e;

	demand(sm2_public_of(xy, d, &e));
	pubkey_write_sm2(&w, xy);
	demand(pubkey_read(&v.log, writer_bytes(&w), &e));
	witnesses[0] = (struct ledger_witness){.credit_code = BYTES("A"), .key = v.log};
	witnesses[1] = (struct ledger_witness){.credit_code = BYTES("B"), .key = v.log};
	return v;
}

static void leaves(struct arena *a, struct bytes in)
{
	struct ledger_leaf leaf;
	struct stream_leaf stream;
	struct bytes again;
	struct err e = {0};

	if (!ledger_leaf_read(&leaf, a, in, &e)) {
		demand(e.code != ERR_NONE && e.text[0]);
		demand(!stream_leaf_read(&stream, a, in, &e));
		return;
	}
	demand(ledger_leaf_write(a, &again, &leaf, &e) && bytes_equal(again, in));
}

static void proofs(struct arena *a, struct bytes in, const struct ledger_view *v)
{
	uint8_t root[SM3_SIZE] = {0};
	struct ledger_inclusion i;
	struct ledger_consistency c;
	struct ledger_proof p;
	struct bytes again;
	struct err e;

	if (ledger_inclusion_read(&i, a, in, &e)) {
		demand(ledger_inclusion_write(a, &again, &i, &e) &&
			bytes_equal(again, in));
		demand(!ledger_inclusion_holds(&i, root, i.size));
	}
	if (ledger_consistency_read(&c, a, in, &e))
		demand(ledger_consistency_write(a, &again, &c, &e) &&
			bytes_equal(again, in));
	if (ledger_proof_read(&p, a, in, &e))
		demand(!checkpoint_is_fixed(&p.checkpoint, v));
}

static void closings(struct arena *a, struct bytes in, const struct ledger_view *v)
{
	struct checkpoint_file f;
	struct cosignature s;
	struct closing c;
	struct bytes again;
	struct err e;

	if (checkpoint_file_read(&f, a, in, &e))
		demand(checkpoint_standing_of(&f, v, NULL) == CHECKPOINT_FORGED);
	if (cosignature_read(&s, a, in, &e))
		demand(!ledger_signed_holds(&s.as, &v->log, COSIGNATURE_SM2_ID));
	if (!closing_read(&c, a, in, &e))
		return;
	demand(closing_first_of(&c, v) == CLOSING_FIRST_UNKNOWN);
	demand(closing_write(a, &again, &c, &e) && bytes_equal(again, in));
	demand(closing_answer_of(&c, a, &c.streams[0].inclusion) != CLOSING_IN_TIME);
}

static void papers(struct arena *a, struct bytes in, const struct ledger_view *v)
{
	struct qyb_withdrawal w;
	struct standing s;
	struct receipt r;
	struct receipt_bid bid;
	struct err e;

	if (receipt_read(&r, a, in, &e)) {
		demand(!receipt_holds(&r, v->platform, &v->log));
		(void)!receipt_bid_of(&bid, r.as_leaf.kind, r.fields, r.field_count, &e);
	}
	if (standing_read(&s, a, in, &e))
		demand(!standing_holds(&s, v));
	(void)!qyb_withdrawal_read(&w, a, in, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	AUTO(arena) a = arena_new();
	struct ledger_view v = view_of(a);
	struct bytes in = bytes_make(p, n);

	leaves(a, in);
	proofs(a, in, &v);
	closings(a, in, &v);
	papers(a, in, &v);
	return 0;
}
