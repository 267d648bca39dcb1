/* typeset_words: amounts and dates as official papers write them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_TYPESET_WORDS_H
#define QY_DOC_TYPESET_WORDS_H

#include "base/arena.h"
#include "base/err.h"

/* Money is whole fen. Beyond this (sixteen digits of yuan) there are no words for it. */
#define MONEY_MAX INT64_C(999999999999999999)

/* 123456789 → "1,234,567.89"; a minus in front of negative ones. ERR_USAGE beyond
 * MONEY_MAX either way. In the arena. */
MUST_USE bool money_figures(struct arena *a, int64_t fen, char **out, struct err *e);

/* 123456789 → "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"; "负" in front of negative ones. */
MUST_USE bool money_words(struct arena *a, int64_t fen, char **out, struct err *e);

/* "2026-11-22" → "2026年11月22日". ERR_USAGE when it is no date. */
MUST_USE bool date_figures(struct arena *a, struct bytes iso, char **out, struct err *e);

/* "2026-11-22" → "二〇二六年十一月二十二日". */
MUST_USE bool date_words(struct arena *a, struct bytes iso, char **out, struct err *e);

#endif
