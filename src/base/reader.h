/* reader, writer: cursors over wire data; the only places that copy octets by length.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A reader consumes a borrowed run from its front. Reading past the end sets
 * `short_read`, gives zeros and consumes nothing; a parser may therefore read a whole
 * record and ask once.
 *
 * A writer fills memory of the caller's, or only counts when it has none. Writing past
 * the capacity sets `full` and keeps counting in `n`, so one pass without memory gives
 * the size.
 */
#ifndef QY_BASE_READER_H
#define QY_BASE_READER_H

#include "base/arena.h"

struct reader {
	struct bytes rest;
	bool short_read;
};

struct reader reader_of(struct bytes b);
uint8_t read_u8(struct reader *r);
uint16_t read_le16(struct reader *r);
uint32_t read_le32(struct reader *r);
uint64_t read_le64(struct reader *r);
uint16_t read_be16(struct reader *r);
uint32_t read_be32(struct reader *r);
struct bytes read_bytes(struct reader *r, size_t n);

struct writer {
	uint8_t *p; /* null: count only */
	size_t n;   /* octets written, or wanted */
	size_t cap;
	bool full;
};

/* Over an array of the caller's. */
struct writer writer_over(void *p, size_t cap);
/* Over cap octets of an arena. */
struct writer writer_in(struct arena *a, size_t cap);
/* What was written; empty when the writer is full or only counts. */
struct bytes writer_bytes(const struct writer *w);

void write_u8(struct writer *w, uint8_t v);
void write_le16(struct writer *w, uint16_t v);
void write_le32(struct writer *w, uint32_t v);
void write_le64(struct writer *w, uint64_t v);
void write_be32(struct writer *w, uint32_t v);
void write_be64(struct writer *w, uint64_t v);
void write_bytes(struct writer *w, struct bytes b);
void write_str(struct writer *w, const char *s);

/* Puts n zero octets at offset `at` (at <= w->n) and moves what follows back. */
void write_gap(struct writer *w, size_t at, size_t n);

#endif
