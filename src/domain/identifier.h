/* identifier: names and numbers of people and organisations as they are typed: checked,
 * folded for searching, masked for lists.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Credit codes are checked by credit_code_is_valid (pki/cert.h).
 */
#ifndef QY_DOMAIN_IDENTIFIER_H
#define QY_DOMAIN_IDENTIFIER_H

#include "base/arena.h"
#include "base/err.h"

enum {
	ID_NUMBER = 18, /* characters, GB 11643 */
	REGION_CODE = 6,
	NAME_POINTS_MAX = 100, /* code points of a name */
	NAME_OCTETS_MAX = 400,
	PHONE_MAX = 20,
	EMAIL_MAX = 254,
	ADDRESS_POINTS_MAX = 200
};

/* A citizen's id number: 17 digits and a check digit 0-9 or X, a region that begins with
 * 1-9, a day of birth that exists and is not after `at`. Normalised (x becomes X, full
 * width becomes ASCII) into out[19]. ERR_MALFORMED with a sentence. */
MUST_USE bool id_number_read(
	char out[ID_NUMBER + 1], struct bytes text, int64_t at, struct err *e);
/* "4401**********1234"; "" for an empty one. */
char *id_number_mask(struct arena *a, const char *number);

/* A name of a person or an organisation: 1 to 100 code points of any plane, no control,
 * format, bidirectional, private-use or unassigned-by-design character, no white space
 * but single blanks inside. Middle dots are letters here (买买提·阿不都). Trimmed, in the
 * arena. ERR_MALFORMED with a sentence. */
MUST_USE bool name_read(
	struct arena *a, struct bytes text, const char **out, struct err *e);
/* What lists are sorted and searched by: full width to half width, ASCII to lower case,
 * runs of white space and controls to one blank, every middle dot to U+00B7. */
char *name_fold(struct arena *a, struct bytes name);

/* A pattern for LIKE … ESCAPE '!': the folded text anywhere, % and _ literal. */
char *like_anywhere(struct arena *a, struct bytes text);

/* A phone number: digits, one leading + allowed, blanks and hyphens dropped; 5 to 20
 * digits. Normalised in the arena. ERR_MALFORMED with a sentence. */
MUST_USE bool phone_read(
	struct arena *a, struct bytes text, const char **out, struct err *e);
/* "138****1234": never more than half of it is shown. */
char *phone_mask(struct arena *a, const char *phone);

/* GB/T 2260: six digits, province not 00, nothing behind a zero pair. */
bool region_code_is_valid(struct bytes text);

/* An address of mail: one @, printable ASCII, a dot in the host, at most 254 octets; the
 * empty text is one too (none given). ERR_MALFORMED with a sentence. */
MUST_USE bool email_read(
	struct arena *a, struct bytes text, const char **out, struct err *e);

/* A line of free text (an address): 0 to 200 code points, as strict as a name. */
MUST_USE bool line_read(
	struct arena *a, struct bytes text, const char **out, struct err *e);

#endif
