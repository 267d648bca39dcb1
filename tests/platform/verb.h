/* verb: one thing that a test program does; each file of verbs brings a table.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_VERB_H
#define QY_TESTS_VERB_H

#include "site.h"

struct verb {
	const char *name;
	int args;          /* how many it takes, at least */
	const char *usage; /* of its arguments */
	bool open;         /* the first one is a site's folder, which is opened for it */
	/* args[0] is the first behind the verb. */
	bool (*run)(struct site *s, char **args, int n, struct err *e);
};

/* Both end with a row without a name. */
extern const struct verb ledger_verbs[];
extern const struct verb notice_verbs[];

/* A certificate's DER from a file. */
MUST_USE bool verb_cert(
	struct arena *a, const char *path, struct bytes *der, struct err *e);

#endif
