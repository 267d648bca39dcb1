/* field: one secret value of a record, sealed for the database (docs/formats/field.md).
 * SPDX-License-Identifier: Apache-2.0
 *
 *	version (1) ‖ key version (be32) ‖ nonce (12) ‖ wrapped key (16) ‖ tag (16)
 *	    ‖ nonce (12) ‖ ciphertext ‖ tag (16)
 *
 * Each value has a key of its own, wrapped under the field key; both layers authenticate
 * the head, the purpose and the record: what is sealed for one record opens for no other.
 */
#ifndef QY_KEEPER_FIELD_H
#define QY_KEEPER_FIELD_H

#include "base/id.h"
#include "keeper/keystore.h"

enum {
	FIELD_VERSION = 1,
	FIELD_VALUE_MAX = 4096,
	FIELD_OVERHEAD = 1 + 4 + 12 + 16 + 16 + 12 + 16,
	FIELD_SEALED = FIELD_VALUE_MAX + FIELD_OVERHEAD,
	FIELD_INDEX_SIZE = 32,
	FIELD_KIND_MAX = 255 /* purposes of values, from 1 */
};

/* What a value is bound to. */
struct field_place {
	uint32_t kind; /* the domain's enum field_purpose */
	struct id record;
};

/* Seals under the current field key into out (FIELD_SEALED octets); sets *n. ERR_USAGE
 * for a kind out of range, ERR_TOO_LARGE. */
MUST_USE bool field_value_seal(uint8_t *out, size_t *n, struct keystore *s,
	struct world *w, const struct field_place *place, struct bytes plain,
	struct err *e);

/* Opens one. ERR_DECRYPT: another kind or record, or altered, or sealed with another
 * store: one answer for all. ERR_NOT_FOUND: under a field key this store has not (yet);
 * ERR_UNSUPPORTED: another version. */
MUST_USE bool field_value_open(struct secret **out, struct keystore *s,
	const struct field_place *place, struct bytes sealed, struct err *e);

/* The version of the field key it is under. ERR_MALFORMED: too short. */
MUST_USE bool field_value_version(uint32_t *out, struct bytes sealed, struct err *e);

/* HMAC-SM3 of a value under the index key of its kind. */
MUST_USE bool field_value_index(uint8_t out[FIELD_INDEX_SIZE], struct keystore *s,
	uint32_t kind, struct bytes plain, struct err *e);

#endif
