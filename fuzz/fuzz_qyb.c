/* fuzz_qyb: sealed bids, locked files and the records beside them. Whatever is read holds
 * what its header promises; nothing opens without a key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "doc/qyb_open.h"
#include "doc/qyb_record.h"
#include "doc/qyb_withdrawal.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

/* Values that are no shares: never the secret. */
static void judge(const struct qyb *q)
{
	struct lockbox_value values[LOCKBOX_THRESHOLD_MIN];
	uint8_t rho[LOCKBOX_SECRET];
	struct qyb_finding f;
	struct err e;

	for (size_t i = 0; i < LOCKBOX_THRESHOLD_MIN; i++)
		values[i] = (struct lockbox_value){(uint16_t)(i + 1), {(uint8_t)i}};
	for (size_t part = 0; part < q->part_count; part++)
		if (qyb_judge_dealing(
			    &f, q, part, values, LOCKBOX_THRESHOLD_MIN, rho, &e))
			demand(f.verdict != QYB_OPENS);
}

static void header(struct arena *a, const struct qyb *q)
{
	uint64_t at = q->file ? q->parts[0].at : 0;
	struct cert cert;
	struct err e;

	demand(q->part_count > 0 && q->part_count <= QYB_PARTS_MAX);
	demand(lockbox_context_check(&q->context, &e) || q->context.part.n == 0);
	for (size_t i = 0; i < q->part_count; i++) {
		uint64_t stored = 0;

		demand(q->parts[i].count > 0 && q->parts[i].size <= QYB_PART_MAX);
		for (uint32_t j = 0; j < q->parts[i].count && j < 64; j++)
			stored += qyb_chunk_size(&q->parts[i], j);
		if (!q->file)
			continue;
		demand(q->parts[i].at == at);
		at += stored;
		demand(q->parts[i].count > 64 || at <= source_size(q->file));
	}
	(void)!qyb_check_signature(q, a, &cert, &e);
	judge(q);
}

static void records(struct arena *a, struct bytes in)
{
	struct qyb_withdrawal withdrawal;
	struct qyb_opening opening;
	struct qyb_rewrap rewrap;
	struct err e = {0};

	if (!qyb_rewrap_read(&rewrap, a, in, &e))
		demand(e.code != ERR_NONE && e.text[0]);
	(void)!qyb_opening_read(&opening, a, in, &e);
	(void)!qyb_withdrawal_read(&withdrawal, a, in, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes in = bytes_make(p, n);
	AUTO(arena) a = arena_new();
	AUTO(source) file = source_of_bytes(in);
	struct qyb_outer outer;
	struct qyb *q = NULL;
	struct err e = {0};

	if (qyb_read(&q, a, file, NULL, &e)) {
		demand(qyb_outer_read(&outer, a, file, &e) && !outer.header_sealed);
		header(a, q);
		(void)!qyb_check_stored(q, &e);
	} else {
		demand(e.code != ERR_NONE && e.text[0]);
	}
	if (qyb_header_read(&q, a, in, &e))
		header(a, q);
	records(a, in);
	return 0;
}
