/* lib: what the parts of libqianyin share. The contracts are in qianyin/qianyin.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_LIB_LIB_H
#define QY_LIB_LIB_H

#include "doc/report.h"
#include "doc/stamper_ask.h"
#include "qianyin/qianyin.h"

struct qy_context {
	struct arena *arena;
	enum lang lang;
	struct world *world;
	struct world fixed; /* the clock stands still here when qy_set_time was called */
	int64_t fixed_at;
	struct trust *trust;
	struct constraints constraints;
	char trust_signer[2 * SM3_SIZE + 1];
	/* Files of evidence, kept as octets: each verification gathers anew, so that what
	 * one document carries never counts for another. */
	struct bytes *evidence;
	size_t evidence_count, evidence_cap;
	struct qy_tsa_options tsa; /* stamper null: no time stamps */
	struct stamper_ask ask;
	struct stamper stamper;
};

struct qy_report {
	struct arena *arena;
	struct report *report;
	struct world *world; /* the context's */
	char *json, *text, *html;
};

struct qy_key {
	struct key *key;
	uint8_t *cert;
	size_t cert_size;
	struct bytes others[8];
	size_t others_count;
	struct arena *arena;
};

/* Fills a public error from ours; returns 0. */
int lib_fail(struct qy_error *out, const struct err *e);
int lib_usage(struct qy_error *out, const char *text);

static inline struct bytes lib_bytes(struct qy_bytes b)
{
	return bytes_make(b.data, b.data ? b.size : 0);
}

/* A judge with the context's trust and a fresh gathering of its evidence. */
MUST_USE bool lib_judge(
	struct judge *out, qy_context *ctx, struct arena *a, struct err *e);

/* Turns a public error, as a callback filled it, into ours; returns false. */
bool lib_err(struct err *e, const struct qy_error *from);

/* Who stamps what this context signs, or null. Valid until the next call. */
const struct stamper *lib_stamper(qy_context *ctx);

/* What is wrong with an authority, or null. */
const char *lib_tsa_fault(const struct qy_tsa_options *options);

/* An authority as a stamper, which lives in the arena; its user and the context outlive
 * it. */
struct stamper lib_stamper_of(
	qy_context *ctx, struct arena *a, const struct qy_tsa_options *options);

/* Holds the report on a file with `added` signatures more against that on the file
 * before: each new one must have passed the checks `own`, and no check of an earlier one
 * may have become worse. ERR_CRYPTO says which. */
MUST_USE bool lib_check_added(const struct report *before, const struct report *after,
	size_t added, const enum check_id *own, size_t own_count, struct err *e);

/* Copies octets out. */
void lib_give(struct qy_buffer *out, struct bytes b);

#endif
