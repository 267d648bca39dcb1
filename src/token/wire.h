/* wire: what a program and the child that holds a vendor's library say to each other.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A message is its length (be32, at most WIRE_MAX) and that many octets: an operation or
 * an answer, then fields, each be32 length and octets. Neither side trusts the other: the
 * child runs code nobody here has read, and the parent's caller may be wrong.
 */
#ifndef QY_TOKEN_WIRE_H
#define QY_TOKEN_WIRE_H

#include "base/err.h"
#include "base/reader.h"

enum { WIRE_MAX = 256 * 1024, WIRE_FIELD_MAX = 64 * 1024 };

enum wire_op {
	WIRE_LIST = 1,  /* ; answer: tokens, see wire_put_token */
	WIRE_LOGIN = 2, /* token id, key id, PIN; answer: tries left + 1 (0: unknown) */
	WIRE_SIGN = 3,  /* key id, enum sig_alg, octets; answer: what the library wrote */
	WIRE_UNWRAP = 4, /* key id, C1, C3, C2, sealed blocks; answer: blocks */
	WIRE_LOGOUT = 5,
	WIRE_DECRYPT = 6 /* key id, OAEP or not, octets (RSA); answer: octets */
};

/* First octet of an answer: 0, or an error; its text is the next field. */
enum wire_answer {
	WIRE_OK = 0,
	WIRE_PIN_WRONG = 1, /* then: tries left + 1 */
	WIRE_PIN_LOCKED = 2,
	WIRE_ABSENT = 3, /* no such token or key, or it was pulled out */
	WIRE_UNSUPPORTED = 4,
	WIRE_FAILED = 5 /* the library said no; its code is in the text */
};

void wire_put(struct writer *w, struct bytes field);
void wire_put_number(struct writer *w, uint32_t n);
/* The next field; short_read when there is none, or it is too long. */
struct bytes wire_get(struct reader *r);
uint32_t wire_get_number(struct reader *r);

/* Writes one whole message; reads one into room (WIRE_MAX octets) within timeout_ms (< 0:
 * for ever). ERR_BUSY when it does not come in time, ERR_IO when the other side is gone,
 * ERR_MALFORMED for a length beyond WIRE_MAX. */
MUST_USE bool wire_send(int fd, struct bytes message, struct err *e);
MUST_USE bool wire_receive(
	int fd, uint8_t *room, int timeout_ms, struct bytes *message, struct err *e);

#endif
