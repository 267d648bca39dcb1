/* qyb_pack: makes a `.qyb`: deals, encrypts on all cores, signs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_QYB_PACK_H
#define QY_DOC_QYB_PACK_H

#include "doc/qyb.h"

struct qyb_pack_part {
	struct bytes id; /* unique; UTF-8 */
	struct source *content;
	bool price; /* padded to 64 KiB; else Padmé */
};

struct qyb_pack_spec {
	/* Everything but part, bid, signer and the parties' numbers, digests and points,
	 * which are made here. */
	struct lockbox_context context;
	const struct bytes *trustees; /* certificates, DER, in the notice's order */
	const struct bytes *roles;    /* of the trustees */
	size_t trustee_count;
	const struct bytes *owners; /* certificates, DER */
	size_t owner_count;
	const struct qyb_pack_part *parts;
	size_t part_count;
	struct key *signer; /* null: unsigned, for files only */
	struct bytes signer_cert;
	int64_t signing_time;
	struct bytes intake; /* certificate the header is encrypted to; empty: clear */
	const uint8_t *supersedes; /* a bid id, or null */
	unsigned threads;          /* 0: as many as there are cores */
};

/* Writes the file; the caller commits it. Memory does not grow with the parts. Fresh
 * secrets for each part and each packing, wiped before it returns. ERR_SIGNER when a
 * certificate may not encrypt or sign, ERR_UNSUPPORTED for keys that are not SM2,
 * ERR_USAGE for a spec that contradicts itself. bid (may be null) gets the bid's id. */
MUST_USE bool qyb_pack(struct outfile *to, struct world *w,
	const struct qyb_pack_spec *spec, uint8_t bid[LOCKBOX_ID], struct err *e);

#endif
