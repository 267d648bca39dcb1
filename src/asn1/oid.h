/* oid: object identifiers by name.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_ASN1_OID_H
#define QY_ASN1_OID_H

#include "base/arena.h"
#include "base/err.h"

enum oid {
	OID_UNKNOWN,
#define OID(name, dotted) OID_##name,
#include "asn1/oid.tbl"
#undef OID
	OID_COUNT
};

/* The content octets of an OBJECT IDENTIFIER (no tag, no length). */
struct bytes oid_bytes(enum oid oid);
/* "1.2.156.10197.1.501". */
const char *oid_dotted(enum oid oid);
/* Which one is it? OID_UNKNOWN when it is none of ours. */
enum oid oid_find(struct bytes content);
bool oid_is(struct bytes content, enum oid oid);

/* Dotted notation of any well-formed OID in the arena; "?" when it is not well formed. */
char *oid_format(struct arena *a, struct bytes content);

/* The content octets of dotted notation, in the arena: 2 to 20 arcs without leading
 * zeros, each below 2^63. ERR_MALFORMED. */
MUST_USE bool oid_parse(
	struct arena *a, struct bytes dotted, struct bytes *out, struct err *e);

#endif
