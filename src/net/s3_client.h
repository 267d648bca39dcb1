/* s3_client: signed requests to one bucket of a server that speaks S3.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Requests are signed by AWS Signature Version 4 (libcurl) over the SHA-256 of the body.
 * Bodies are in memory; answers may be streamed. A server that is busy (500, 502, 503,
 * 504) or a connection that breaks before anything was taken is tried again, twice: every
 * request here may be repeated. No redirect is followed, no proxy used.
 */
#ifndef QY_NET_S3_CLIENT_H
#define QY_NET_S3_CLIENT_H

#include "base/arena.h"
#include "base/err.h"

struct s3_conf {
	const char *host; /* "name" or "name:port" */
	const char *bucket;
	const char *region; /* null: "us-east-1" */
	bool tls;
	const char *access_key, *secret_key;
	const char *ca_file;  /* PEM; null: the system's */
	unsigned deadline_ms; /* without progress; 0: 30 seconds */
	/* SHA-256, which stands in a layer above; null: UNSIGNED-PAYLOAD. */
	void (*sha256)(struct bytes b, uint8_t out[32]);
};

struct s3_request {
	const char *method; /* GET, HEAD, PUT, POST, DELETE */
	const char *key;    /* of A-Z a-z 0-9 / . _ -; "": the bucket itself */
	const char *query;  /* in the order of names, encoded; "" */
	struct bytes body;  /* of PUT and POST */
	size_t answer_max;  /* octets of an answer that is not streamed */
	/* Takes the body of an answer with status 200 as it comes; may be null. */
	bool (*take)(void *ctx, struct bytes run, struct err *e);
	void *ctx;
};

struct s3_answer {
	unsigned status;
	struct bytes body; /* empty when it was streamed */
	const char *etag;  /* with its quotes; "" */
	int64_t length;    /* as the server says; -1 */
};

struct s3_client;

/* May be used by several threads at once. The strings of conf outlive it. ERR_USAGE: no
 * such host, bucket or keys; ERR_UNSUPPORTED: no libcurl. */
MUST_USE bool s3_client_new(
	struct s3_client **out, const struct s3_conf *conf, struct err *e);
void s3_client_free(struct s3_client *c);
AUTO_DEFINE(s3_client);

/* Any status but a busy one is an answer, in the arena. ERR_BUSY, ERR_DENIED (the
 * server's certificate), ERR_TOO_LARGE, or what take says. */
MUST_USE bool s3_ask(struct s3_client *c, struct arena *a, const struct s3_request *r,
	struct s3_answer *out, struct err *e);

/* --- what answers hold ------------------------------------------------------------- */

enum { S3_ANSWER_MAX = 4 << 20, S3_TEXT_MAX = 1024 };

/* The text of the first element of this name (without entities), or an empty run. */
struct bytes s3_element(struct bytes xml, const char *name);

struct s3_entry {
	struct bytes key;
	uint64_t size;
	int64_t changed_at;
};
/* The next object of a list (ListObjectsV2): takes it off the front of *rest. *more
 * false: there was none. ERR_MALFORMED. */
MUST_USE bool s3_list_next(
	struct bytes *rest, struct s3_entry *out, bool *more, struct err *e);
/* Does the server have more than this answer holds? */
bool s3_list_is_cut(struct bytes xml);

#endif
