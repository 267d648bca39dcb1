/* text: hexadecimal, base64, decimal, UTF-8. Strict: what is not exactly the notation is
 * refused. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_BASE_TEXT_H
#define QY_BASE_TEXT_H

#include "base/arena.h"
#include "base/err.h"

/* Lower-case hexadecimal, NUL-terminated, in the arena. */
char *hex_encode(struct arena *a, struct bytes b);

/* Hexadecimal of either case without separators, an even number of digits. */
MUST_USE bool hex_decode(
	struct arena *a, struct bytes text, struct bytes *out, struct err *e);

/* Base64 of RFC 4648 §4 with padding, without line breaks. */
char *base64_encode(struct arena *a, struct bytes b);

/* The same; white space anywhere is passed over (real OFD files break lines); padding
 * bits must be zero. */
MUST_USE bool base64_decode(
	struct arena *a, struct bytes text, struct bytes *out, struct err *e);

/* A decimal number without sign, blanks or leading zeros (except "0" itself), at most
 * max. */
MUST_USE bool decimal_u64(struct bytes text, uint64_t max, uint64_t *out, struct err *e);

/* Is b well-formed UTF-8: shortest form, no surrogates, at most U+10FFFF? */
bool utf8_is_valid(struct bytes b);

/* Takes one code point off the front of *b, which must be valid UTF-8 and not empty. */
uint32_t utf8_next(struct bytes *b);

/* Octets of one code point written to out[4]; returns their number. */
size_t utf8_put(uint8_t out[4], uint32_t code);

/* Letters A-Z lowered, other octets left; in the arena. */
char *ascii_lower(struct arena *a, struct bytes b);
bool ascii_equal_nocase(struct bytes a, struct bytes b);

/* For messages: valid UTF-8 without control characters, at most max octets, cut with "…".
 */
char *text_printable(struct arena *a, struct bytes b, size_t max);

/* b without ASCII white space at both ends. */
struct bytes text_trim(struct bytes b);

#endif
