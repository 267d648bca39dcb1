/* notice_json: a notice as the fields of a paper, there and back. Internal to
 * doc/notice*.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_NOTICE_JSON_H
#define QY_DOC_NOTICE_JSON_H

#include <jansson.h>

#include "doc/notice.h"

/* The one form: what is for programs, and beside it what of it is for people. The
 * caller's. */
json_t *notice_json(struct arena *a, const struct notice *n);
/* Everything but sm3, in the arena. ERR_MALFORMED, ERR_UNSUPPORTED. */
MUST_USE bool notice_of_json(
	struct notice *out, struct arena *a, const json_t *fields, struct err *e);
/* Are numbers, texts and lists within what a notice may say? ERR_MALFORMED says what is
 * not. */
MUST_USE bool notice_is_sane(const struct notice *n, struct err *e);

#endif
