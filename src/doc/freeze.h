/* freeze: evidence for a file, made and renewed: verified, written into a .qye or into
 * the PDF itself, and verified again as a stranger would.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_FREEZE_H
#define QY_DOC_FREEZE_H

#include "base/world.h"
#include "doc/qye_write.h"

struct freeze {
	/* In: a judge with a record and proofs of existence of its own. */
	struct judge judge;
	struct world *world;
	const char *name; /* of the file */
	struct source *file;
	const char *content_name; /* make: of judge.content, when the file is detached */
	struct qye_stampers stampers;
	const enum digest_alg *tree; /* renew: of new hash trees; null: as is due */
	/* Out: the verdict before; what was pending; in the judge's arena. */
	struct report *report;
	const struct record *pending;
};

enum freeze_done { FREEZE_EXTENDED, FREEZE_RESTAMPED, FREEZE_TREE_ANEW };

/* Verifies the file (sets report). ERR_DENIED when it failed or is not signed: such a
 * file is not frozen. Errors of verify_paper. */
MUST_USE bool freeze_begin(struct freeze *f, struct err *e);

/* Behind freeze_begin: writes the evidence; pending is set. */
MUST_USE bool freeze_make(struct freeze *f, struct outfile *to, struct err *e);

/* Adds what is new to evidence there is, or stamps it again. ERR_DENIED when it does not
 * hold; errors of the readers and stampers. */
MUST_USE bool freeze_renew(
	struct freeze *f, struct outfile *to, enum freeze_done *done, struct err *e);

/* Holds what was written against `before`, by a fresh judge: ERR_CRYPTO when it is worth
 * less. *out is its report. */
MUST_USE bool freeze_check(const struct judge *fresh, const char *path,
	enum indication before, struct report **out, struct err *e);

#endif
