/* qye_private: what the files of doc/qye_*.c share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_QYE_PRIVATE_H
#define QY_DOC_QYE_PRIVATE_H

#include "doc/qye.h"
#include "doc/qye_write.h"

/* --- manifests (JSON), one a generation: qye_manifest.c -------------------------------
 */

/* Reads one into q: adds its entries, records and pending statuses. */
MUST_USE bool qye_manifest_read(
	struct qye *q, unsigned generation, struct bytes json, struct err *e);
/* Writes the manifest of one generation of what q lists for it; UTF-8 in the arena. */
MUST_USE bool qye_manifest_write(struct arena *a, const struct qye *q,
	unsigned generation, int64_t made_at, struct bytes *out, struct err *e);

/* "manifest/001.json" */
const char *qye_manifest_path(struct arena *a, unsigned generation);
const char *qye_record_path(struct arena *a, unsigned number);
const char *qye_list_path(struct arena *a, unsigned number);

/* --- ASiC manifests (XML), one a record: qye_asic.c -----------------------------------
 */

struct qye_reference {
	struct bytes path;
	struct bytes digest; /* as the manifest says */
};

struct qye_references {
	struct bytes record; /* the .ers it is for */
	enum digest_alg alg;
	struct qye_reference *list;
	size_t count;
};

MUST_USE bool qye_asic_read(
	struct qye_references *out, struct arena *a, struct bytes xml, struct err *e);
MUST_USE bool qye_asic_write(struct arena *a, struct bytes *out,
	const struct qye_references *r, struct err *e);

/* --- who stamps a tree: qye_renew.c ---------------------------------------------------
 */

struct qye_chooser {
	const struct qye_stampers *stampers;
	enum digest_alg alg;
};

/* A stamper that asks the fitting ones of several; c and stampers outlive it. */
struct stamper qye_choose(
	struct qye_chooser *c, const struct qye_stampers *stampers, enum digest_alg alg);

#endif
