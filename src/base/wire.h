/* wire: what a program and a child of it say to each other over a socket.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A message is its length (be32) and that many octets: an operation or an answer, then
 * fields, each be32 length and octets. Neither side trusts the other: the child reads
 * hostile files or runs code nobody here has read, and the parent's caller may be wrong.
 */
#ifndef QY_BASE_WIRE_H
#define QY_BASE_WIRE_H

#include "base/err.h"
#include "base/reader.h"

enum { WIRE_MAX = 256 * 1024, WIRE_HEAD = 4 };

void wire_put(struct writer *w, struct bytes field);
void wire_put_number(struct writer *w, uint32_t n);
void wire_put_long(struct writer *w, uint64_t n);
/* The next field; short_read when there is none, or it goes beyond the message. */
struct bytes wire_get(struct reader *r);
uint32_t wire_get_number(struct reader *r);
uint64_t wire_get_long(struct reader *r);
/* A field of exactly n octets; zeros and short_read otherwise. */
void wire_get_into(struct reader *r, void *out, size_t n);

/* Writes one whole message of at most WIRE_MAX octets; reads one into room (WIRE_MAX
 * octets) within timeout_ms (< 0: for ever). ERR_BUSY when it does not come in time,
 * ERR_IO when the other side is gone, ERR_MALFORMED for a length beyond WIRE_MAX. */
MUST_USE bool wire_send(int fd, struct bytes message, struct err *e);
MUST_USE bool wire_receive(
	int fd, uint8_t *room, int timeout_ms, struct bytes *message, struct err *e);

/* The same by pieces, for messages of other sizes: all of these octets go out, or exactly
 * n come in, before `end` (wire_clock_ms; < 0: never). Errors as above. */
MUST_USE bool wire_write(int fd, struct bytes b, int64_t end, struct err *e);
MUST_USE bool wire_read(int fd, void *p, size_t n, int64_t end, struct err *e);
/* Milliseconds of a clock that nobody sets. */
int64_t wire_clock_ms(void);

#endif
