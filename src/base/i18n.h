/* i18n: every sentence a person reads, Chinese first, English complete.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sentences stand in po/<language>/<layer>.po under keys ("verify.passed"), which become
 * enum msg (MSG_VERIFY_PASSED) when built; the build fails when the languages differ in
 * keys or places. The language is a parameter, never the process's locale.
 */
#ifndef QY_BASE_I18N_H
#define QY_BASE_I18N_H

#include "base/arena.h"
#include "base/err.h"
#include "msg.h" /* made from po/ by tools/gen-i18n */

enum lang { LANG_ZH, LANG_EN, LANG_COUNT };

/* The language of "zh", "zh_CN.UTF-8", "en_GB" …; C, POSIX, anything unknown and null are
 * Chinese. */
enum lang lang_of(const char *name);
/* "zh" or "en". */
const char *lang_name(enum lang lang);

/* The sentence as it stands, with its places. */
const char *msg_text(enum lang lang, enum msg msg);

/* The sentence of a key of po/ ("desk.greeting"). False: there is none, *msg unwritten.
 */
MUST_USE bool msg_find(const char *key, enum msg *msg);

/* The sentence with its places {1} … {9} filled with the strings given; the last one is
 * NULL. In the arena. A place without a string stays empty. */
char *say_(struct arena *a, enum lang lang, enum msg msg, ...) __attribute__((sentinel));
#define say(a, lang, ...) say_((a), (lang), __VA_ARGS__, NULL)

/* What a user reads when something fails: the sentence of a refusal where there is one,
 * else that of the code, then the technical detail. */
char *err_say(struct arena *a, enum lang lang, const struct err *e);

#endif
