/* blob: files named by their content: a folder, or a bucket that speaks S3.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A blob is written whole or not at all, never changed, and named by the SM3 of its
 * octets. Putting one that is there is nothing. It is durable before put returns. Which
 * row a blob belongs to is the database's business: blobs without a row are removed by
 * blob_sweep after a day.
 */
#ifndef QY_STORE_BLOB_H
#define QY_STORE_BLOB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/world.h"

enum { BLOB_NAME = 32 }; /* SM3; store knows the size, not the function */

struct blob_conf {
	/* "dir:FOLDER" or "s3://HOST[:PORT]/BUCKET[/PREFIX]?region=…&tls=yes|no" */
	const char *url;
	const char *access_key, *secret_key; /* S3; read by the caller from a file */
	size_t part_octets;                  /* S3 multipart; 0: 8 MiB (at least 5 MiB) */
	/* store sits below crypto: the digest is handed down. */
	void *(*digest_new)(void);
	void (*digest_put)(void *d, struct bytes b);
	void (*digest_end)(void *d, uint8_t out[BLOB_NAME]); /* and frees */
	/* S3 signs each request over the SHA-256 of its body; null: it says
	 * UNSIGNED-PAYLOAD, which is for connections with TLS. */
	void (*sha256)(struct bytes b, uint8_t out[32]);
	/* S3: where a blob larger than a part waits until its name is known, and the
	 * upload ids of multipart uploads that run, so that they can be aborted after a
	 * crash. On a disk of this machine. */
	const char *state_folder;
	const char *ca_file; /* S3 with TLS: PEM of who vouches; null: the system's */
	struct world *world;
};

struct blobs;
struct blob_writer;

MUST_USE bool blobs_open(struct blobs **out, const struct blob_conf *conf, struct err *e);
void blobs_free(struct blobs *b);
AUTO_DEFINE(blobs);

/* Streaming in: begin, put …, then end (durable; gives the name) or free (leaves
 * nothing). Memory stays at one part. ERR_WRITE when the disk is full (say). */
MUST_USE bool blob_begin(struct blob_writer **out, struct blobs *b, struct err *e);
MUST_USE bool blob_put(struct blob_writer *w, struct bytes b, struct err *e);
MUST_USE bool blob_end(
	struct blob_writer *w, uint8_t name[BLOB_NAME], uint64_t *size, struct err *e);
void blob_writer_free(struct blob_writer *w);
AUTO_DEFINE(blob_writer);

/* A whole one out of memory. */
MUST_USE bool blob_store(
	struct blobs *b, struct bytes octets, uint8_t name[BLOB_NAME], struct err *e);

/* Streaming out: take is called with runs until all is there or it returns false. The
 * digest is checked over the whole; ERR_MALFORMED at the end when it is another's (the
 * caller then discards what it took). ERR_NOT_FOUND. */
MUST_USE bool blob_read(struct blobs *b, const uint8_t name[BLOB_NAME],
	bool (*take)(void *ctx, struct bytes run, struct err *e), void *ctx,
	struct err *e);
/* A whole one into an arena, at most max octets. */
MUST_USE bool blob_slurp(struct blobs *b, struct arena *a, const uint8_t name[BLOB_NAME],
	size_t max, struct bytes *out, struct err *e);
MUST_USE bool blob_size(
	struct blobs *b, const uint8_t name[BLOB_NAME], uint64_t *size, struct err *e);
MUST_USE bool blob_remove(struct blobs *b, const uint8_t name[BLOB_NAME], struct err *e);

/* Calls each name there is, in rising order. */
MUST_USE bool blob_each(struct blobs *b,
	bool (*each)(
		void *ctx, const uint8_t name[BLOB_NAME], uint64_t size, struct err *e),
	void *ctx, struct err *e);

/* Removes those for which is_used says no and that were put (for the last time) more than
 * min_age ago: a blob is put before the transaction that gives it its row, so the age
 * must be longer than any transaction; a day. *removed counts. */
MUST_USE bool blob_sweep(struct blobs *b, int64_t min_age,
	bool (*is_used)(
		void *ctx, const uint8_t name[BLOB_NAME], bool *used, struct err *e),
	void *ctx, unsigned *removed, struct err *e);

/* Aborts uploads and removes temporary files left by a process that died. */
MUST_USE bool blob_tidy(struct blobs *b, unsigned *removed, struct err *e);

/* Can it be written and read right now? */
MUST_USE bool blob_ping(struct blobs *b, struct err *e);

#endif
