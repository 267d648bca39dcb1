/* der: reading and writing the distinguished encoding rules, allocating nothing.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A parser here is a `struct bytes` that shrinks from its front: each function takes one
 * element off it, or fails and leaves it as it was. What is taken points into the input.
 * Refused everywhere: indefinite and non-minimal lengths, tags above 30, content beyond
 * the end, lengths of 2^32 and more. Depth is the caller's: this code never recurses.
 *
 *     struct bytes body, serial;
 *     if (!der_take(&in, DER_SEQUENCE, &body, e) || !der_integer(&body, &serial, e) ||
 *             !der_end(body, e))
 *             return err_in(e, "IssuerAndSerialNumber");
 */
#ifndef QY_ASN1_DER_H
#define QY_ASN1_DER_H

#include "asn1/oid.h"
#include "base/err.h"
#include "base/reader.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c,
	DER_NUMERIC_STRING = 0x12,
	DER_PRINTABLE_STRING = 0x13,
	DER_T61_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1a,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

/* Context-specific tags: [n] around a constructed or a primitive value. */
#define DER_CONTEXT(n)           ((uint8_t)(0xa0 | (n)))
#define DER_CONTEXT_PRIMITIVE(n) ((uint8_t)(0x80 | (n)))

struct der {
	uint8_t tag;
	struct bytes body;  /* the content octets */
	struct bytes whole; /* tag, length and content, as received */
};

/* Takes the next element, whatever it is. */
MUST_USE bool der_next(struct bytes *in, struct der *out, struct err *e);

/* Takes the next element, which must have this tag; gives its content. */
MUST_USE bool der_take(struct bytes *in, uint8_t tag, struct bytes *body, struct err *e);

/* The same, giving tag, length and content as received: what signatures are made over. */
MUST_USE bool der_take_whole(
	struct bytes *in, uint8_t tag, struct bytes *whole, struct err *e);

/* Takes the element if the next one has this tag; says whether in *present. */
MUST_USE bool der_take_optional(
	struct bytes *in, uint8_t tag, struct bytes *body, bool *present, struct err *e);

/* The tag of the next element, 0 at the end. */
uint8_t der_peek(struct bytes in);

/* Nothing may be left. */
MUST_USE bool der_end(struct bytes in, struct err *e);

/* Exactly one element with this tag and nothing behind it. */
MUST_USE bool der_only(struct bytes in, uint8_t tag, struct bytes *body, struct err *e);

/* A non-negative INTEGER, minimal; *value without the leading zero octet (zero is one
 * octet 00). */
MUST_USE bool der_integer(struct bytes *in, struct bytes *value, struct err *e);

/* An INTEGER as it stands (content octets, possibly negative, minimal, at least one
 * octet): serial numbers of real certificates. */
MUST_USE bool der_integer_any(struct bytes *in, struct bytes *content, struct err *e);

/* A small non-negative INTEGER or ENUMERATED (tag given), at most max. */
MUST_USE bool der_small(
	struct bytes *in, uint8_t tag, uint32_t max, uint32_t *value, struct err *e);

MUST_USE bool der_boolean(struct bytes *in, bool *value, struct err *e);

/* An OBJECT IDENTIFIER: its content octets, checked to be minimal and complete. */
MUST_USE bool der_oid(struct bytes *in, struct bytes *oid, struct err *e);

/* A BIT STRING with a whole number of octets. */
MUST_USE bool der_bit_string(struct bytes *in, struct bytes *octets, struct err *e);

/* A BIT STRING of named bits: bit 0 of the standard is bit 0 of *bits; at most 32 are
 * kept. */
MUST_USE bool der_named_bits(struct bytes *in, uint32_t *bits, struct err *e);

/* UTCTime (YYMMDDHHMMSSZ, 1950-2049) or GeneralizedTime (YYYYMMDDHHMMSSZ, fractions of
 * seconds read and dropped), UTC. */
MUST_USE bool der_time(struct bytes *in, int64_t *t, struct err *e);

/* AlgorithmIdentifier: the OID and the parameters as received (empty when absent). */
MUST_USE bool der_algorithm(
	struct bytes *in, struct bytes *oid, struct bytes *params, struct err *e);

/* Parameters that are absent or NULL. */
bool der_params_empty(struct bytes params);

/* A character string of any of the usual types as UTF-8 in the arena; BMPString is
 * converted, T61String read as Latin-1 unless it is valid UTF-8. */
MUST_USE bool der_string(
	struct arena *a, struct bytes *in, struct bytes *utf8, struct err *e);

/* Is b one or more well-formed elements to its end? Looks at the outermost level only. */
bool der_is_series(struct bytes b);

/* --- writing
 * ---------------------------------------------------------------------------- */

/* Opens a constructed element and returns where it began; der_close fills in its length.
 */
size_t der_open(struct writer *w, uint8_t tag);
void der_close(struct writer *w, size_t opened);

/* Tag and length of an element whose n content octets follow: for digests over pieces. */
void der_put_head(struct writer *w, uint8_t tag, size_t n);
/* An element with the content given. */
void der_put(struct writer *w, uint8_t tag, struct bytes body);
/* A non-negative INTEGER from big-endian octets of any length; written minimal. */
void der_put_integer(struct writer *w, struct bytes value);
void der_put_small(struct writer *w, uint8_t tag, uint32_t value);
void der_put_boolean(struct writer *w, bool value);
void der_put_null(struct writer *w);
void der_put_oid(struct writer *w, enum oid oid);
void der_put_bit_string(struct writer *w, struct bytes octets);
/* Named bits, trailing zeros dropped as DER demands. */
void der_put_named_bits(struct writer *w, uint32_t bits);
/* UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5). */
void der_put_time(struct writer *w, int64_t t);
void der_put_generalized_time(struct writer *w, int64_t t);
/* AlgorithmIdentifier without parameters, or with NULL. */
void der_put_algorithm(struct writer *w, enum oid oid, bool null_params);

/* Sorts the elements of the SET OF opened at `opened` into DER order; call it before
 * der_close. At most 256 elements. */
MUST_USE bool der_sort_set(struct writer *w, size_t opened, struct err *e);

#endif
