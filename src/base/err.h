/* err: what went wrong, as a code for programs and a text for people who look closer.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every function that can fail ends in `struct err *e` and returns bool; on false, e is
 * filled, and no output parameter has been written. The object is the caller's, on its
 * stack. The text is English and technical: it goes to the log and behind "detail"; what
 * a user reads first is the sentence of the code in the user's language. A signature that
 * does not verify is not an error: that is a verdict.
 */
#ifndef QY_BASE_ERR_H
#define QY_BASE_ERR_H

#include "base/bytes.h"

enum err_code {
	ERR_NONE,
#define ERR(id, name, http, exit_code) ERR_##id,
#include "base/err.tbl"
#undef ERR
	ERR_COUNT
};

struct err {
	enum err_code code;
	/* What the user reads instead of the code's own sentence: enum msg + 1; 0: none.
	 * Set by err_refuse alone. */
	unsigned say;
	const char *rule; /* the row of rules/ that refuses, or null; a literal */
	char text[240];
};

/* Sets code and text. Returns false, so that a caller can write `return err_set(e, …);`.
 */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A refusal that a user can understand and cure: the code, the sentence (an enum msg
 * without places; base/err.h does not see that type) and the id of the rule behind it,
 * or null. Returns false. */
bool err_refuse(struct err *e, enum err_code code, unsigned msg, const char *rule,
	const char *text);

/* Puts "where: " before the text that stands there; cuts at the end. Returns false. */
bool err_in(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Sets a code and "what: <strerror of errno>". Returns false. */
bool err_system(struct err *e, enum err_code code, const char *what);

#ifdef __clang_analyzer__
/* What an analyzer cannot see from here: these return false, so outputs stay unwritten.
 */
#define err_set(...)    (err_set(__VA_ARGS__), false)
#define err_in(...)     (err_in(__VA_ARGS__), false)
#define err_system(...) (err_system(__VA_ARGS__), false)
#define err_refuse(...) (err_refuse(__VA_ARGS__), false)
#endif

/* The code's name in lower case ("malformed"), its HTTP status, the command line's exit
 * code. */
const char *err_name(enum err_code code);
int err_http(enum err_code code);
int err_exit(enum err_code code);

#endif
