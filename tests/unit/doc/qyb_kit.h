/* qyb_kit: a bidder with two encryption keys, five trustees, and bids packed for them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_QYB_KIT_H
#define QY_TESTS_QYB_KIT_H

#include <string.h>

#include "doc/cms_write.h"
#include "doc/qyb_open.h"
#include "doc/qyb_pack.h"
#include "judge_kit.h"

enum { BOX_TRUSTEES = 5, BOX_OWNERS = 2, BOX_NEED = 3, BOX_FOLDER = 64 };

struct box {
	struct desk *d;
	struct key *trustee_keys[BOX_TRUSTEES], *owner_keys[BOX_OWNERS], *intake_key;
	struct bytes trustees[BOX_TRUSTEES], roles[BOX_TRUSTEES], owners[BOX_OWNERS];
	struct cert intake;
	char folder[BOX_FOLDER];
	char *path; /* where bids are packed to */
};

static inline int box_begin(void **state)
{
	struct box *b = NEW(struct box);
	void *desk;

	desk_begin(&desk);
	b->d = desk;
	for (size_t k = 0; k < BOX_TRUSTEES; k++) {
		b->trustee_keys[k] = kit_key(b->d->k, KEY_SM2);
		b->trustees[k] =
			kit_cert(b->d->k, ISSUE_ENCRYPT, "托管人", b->trustee_keys[k])
				.der;
		b->roles[k] = k == 0 ? BYTES("purchaser") : BYTES("notary");
	}
	for (size_t k = 0; k < BOX_OWNERS; k++) {
		b->owner_keys[k] = kit_key(b->d->k, KEY_SM2);
		b->owners[k] =
			kit_cert(b->d->k, ISSUE_ENCRYPT, "投标人", b->owner_keys[k]).der;
	}
	b->intake_key = kit_key(b->d->k, KEY_SM2);
	b->intake = kit_cert(b->d->k, ISSUE_ENCRYPT, "接收", b->intake_key);
	(void)snprintf(b->folder, sizeof b->folder, "%s/qyb.XXXXXX",
		getenv("TEST_TMP") ? getenv("TEST_TMP") : "/tmp");
	assert_non_null(mkdtemp(b->folder));
	b->path = arena_printf(b->d->a, "%s/bid.qyb", b->folder);
	*state = b;
	return 0;
}

static inline int box_end(void **state)
{
	struct box *b = *state;
	void *desk = b->d;

	(void)unlink(b->path);
	(void)rmdir(b->folder);
	for (size_t k = 0; k < BOX_TRUSTEES; k++)
		key_free(b->trustee_keys[k]);
	for (size_t k = 0; k < BOX_OWNERS; k++)
		key_free(b->owner_keys[k]);
	key_free(b->intake_key);
	desk_end(&desk);
	mem_free(b);
	return 0;
}

/* A spec for these parts; the caller may change it. */
static inline struct qyb_pack_spec box_spec(struct box *b, enum lockbox_policy policy,
	const struct qyb_pack_part *parts, size_t count)
{
	bool shared = policy != LOCKBOX_OWNER;

	return (struct qyb_pack_spec){
		.context = {.suite = LOCKBOX_SUITE_BID,
			.tender = BYTES("ZC-2026-001"),
			.lot = BYTES("1"),
			.round = 1,
			.deadline = KIT_NOW + TIME_DAY,
			.credit_code = BYTES("91999999MA00000079"),
			.policy = policy,
			.t = shared ? BOX_NEED : 0},
		.trustees = b->trustees,
		.roles = b->roles,
		.trustee_count = shared ? BOX_TRUSTEES : 0,
		.owners = b->owners,
		.owner_count = BOX_OWNERS,
		.parts = parts,
		.part_count = count,
		.signer = b->d->k->key,
		.signer_cert = b->d->signer.der,
		.signing_time = KIT_NOW,
	};
}

static inline bool box_pack(
	struct box *b, const struct qyb_pack_spec *spec, struct err *e)
{
	AUTO(outfile) f = NULL;

	return outfile_open(&f, b->path, 0600, e) &&
	       qyb_pack(f, b->d->w, spec, NULL, e) && outfile_commit(f, e);
}

/* The octets of the file just packed. */
static inline struct bytes box_octets(struct box *b)
{
	struct bytes all = {0};
	struct err e;

	if (!file_slurp(b->d->a, b->path, 1 << 26, &all, &e))
		fail_msg("%s", e.text);
	return all;
}

static inline struct lockbox_value box_take(
	const struct qyb *q, size_t part, size_t party, struct key *key)
{
	struct lockbox_value v;
	bool committed = false;
	struct err e;

	if (!qyb_take(&v, &committed, q, part, party, key, &e))
		fail_msg("%s", e.text);
	assert_true(committed);
	return v;
}

/* Extracts into a buffer; the caller owns it. */
static inline bool box_extract(const struct qyb *q, size_t part, const uint8_t *rho,
	unsigned threads, struct buf *out, struct err *e)
{
	*out = buf_make(1 << 26);
	return qyb_extract(q, part, rho, threads, sink_to_buf(out), e);
}

#endif
