/* echo: what the process of echo_main.c is asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_ECHO_H
#define QY_TESTS_ECHO_H

enum echo_message {
	ECHO_ECHO = 1, /* field; answer: field */
	ECHO_REFUSE,   /* number */
	ECHO_CRASH,
	ECHO_HANG,
	ECHO_BABBLE,  /* says what is no answer */
	ECHO_GREET,   /* one octet */
	ECHO_GREETED, /* answer: that octet, process id */
	ECHO_TRY,     /* enum echo_try; answer: errno, 0: it could */
	ECHO_LOCKED   /* not in the phase it is in */
};

enum echo_try {
	TRY_SOCKET = 1,
	TRY_OPEN,
	TRY_WRITE,
	TRY_FORK,
	TRY_EXEC,
	TRY_CODE,
	TRY_KILL,
	TRY_CORE
};

#endif
