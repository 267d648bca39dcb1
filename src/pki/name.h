/* name: walking and comparing X.501 names without allocating; what pki/cert.h prints.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_NAME_H
#define QY_PKI_NAME_H

#include "pki/cert.h"

enum { NAME_ATTRIBUTES_MAX = 128 };

struct name_attr {
	struct bytes oid;   /* content octets */
	struct bytes value; /* tag, length and content */
	bool joined;        /* in one RelativeDistinguishedName with the one before */
};

struct name_walk {
	struct bytes rdns, set; /* what is left of the sequence, of the current set */
	bool bad;               /* met something that is no name */
};

/* A walk over a whole Name (SEQUENCE); of anything else it is bad and over at once. */
struct name_walk name_walk_of(struct bytes name);
/* The next attribute in the order of the encoding; false at the end and when bad. */
bool name_walk_next(struct name_walk *w, struct name_attr *out);

/* Is it a Name of at most NAME_ATTRIBUTES_MAX attributes, none of its sets empty? */
bool name_is_well_formed(struct bytes name);

/* The comparison of RFC 5280 §7.1: letters A-Z of either case and runs of blanks are the
 * same within UTF8String and PrintableString, which compare with each other; other types
 * octet by octet. Beyond ASCII nothing is folded. */
bool name_equal(struct bytes a, struct bytes b);
/* Equal names have equal hashes. Not a cryptographic hash. */
uint64_t name_hash(struct bytes name);
/* Is `name` the base itself or below it: do its first sets equal all sets of base? */
bool name_is_within(struct bytes name, struct bytes base);

#endif
