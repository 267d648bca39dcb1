/* messages: what the courier is asked, by the numbers of its table (courier.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_COURIER_MESSAGES_H
#define QY_COURIER_MESSAGES_H

enum courier_message {
	/* Once, first of all: how many addresses, each; mail server's URL, sender, user,
	 * file with the password, file of authorities (all may be empty). */
	COURIER_PLACES = 1,
	COURIER_GET,  /* URL, most octets, ms; answer: status, type, body */
	COURIER_POST, /* URL, most octets, ms, type, body; answer: the same */
	COURIER_MAIL, /* ms, how many recipients, each, message */
	/* Lab builds only (lab.c): what it may not do; answer: errnos */
	COURIER_LAB = 200
};

enum {
	COURIER_SMALL_MAX = 4096,
	COURIER_PLACES_MAX = 1 << 20,
	COURIER_BODY_MAX = 16 << 20, /* of a question, of an answer */
	COURIER_ROOM = COURIER_BODY_MAX + COURIER_SMALL_MAX,
	COURIER_MAIL_ROOM = (1 << 20) + 64 * 1024,
	COURIER_MS_MAX = 60000,
	COURIER_PASSWORD_MAX = 1024
};

#endif
