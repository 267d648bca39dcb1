/* worker_client: a pool of workers as the server asks it, from any thread.
 * SPDX-License-Identifier: Apache-2.0
 *
 * One process reads one file at a time. One that crashes or takes too long is killed and
 * costs that file: ERR_MALFORMED. ERR_BUSY: all are at work for longer than the deadline.
 */
#ifndef QY_WORKER_WORKER_CLIENT_H
#define QY_WORKER_WORKER_CLIENT_H

#include "base/i18n.h"
#include "base/supervise.h"
#include "pki/verdict.h"

struct worker_conf {
	const char *program; /* qianyin-worker */
	unsigned workers;    /* 0: 2 */
	unsigned recycle;    /* files until a process is replaced; 0: 200 */
	int timeout_ms;      /* of a file, with the wait for a worker; 0: 20 s */
	bool demonstration;  /* demo CAs are accepted */
};

struct worker_client;

struct worker_client *worker_client_new(const struct worker_conf *conf);
void worker_client_free(struct worker_client *c);
AUTO_DEFINE(worker_client);

/* The trust store (a file as trust_read takes it; empty: none) and files of CRLs and OCSP
 * answers, from now on; copied. A store that does not read keeps workers from starting:
 * read it before. */
void worker_client_set_trust(struct worker_client *c, struct bytes store,
	const struct bytes *evidence, size_t count);

/* What a detached message of one signer says, verified like a stranger's at the moment
 * `at`. */
struct worker_finding {
	enum indication indication;
	const char *sub;      /* name of the sub-indication, or "" */
	const char *why;      /* the check that decided, in words; "" */
	uint8_t signer[32];   /* SM3 of the certificate; zero: none read */
	char credit_code[19]; /* as the register's profile says; may be empty */
	uint8_t order[32];    /* digest of the order it answers; zero: none */
};
/* Strings in the arena. ERR_MALFORMED: no such message, or not of one signer. */
MUST_USE bool worker_client_verify_detached(struct worker_client *c, struct arena *a,
	struct bytes content, struct bytes cms, int64_t at, enum lang lang,
	struct worker_finding *out, struct err *e);

/* *type: "image/png", "image/jpeg" or "application/pdf", a literal. ERR_UNSUPPORTED:
 * something else; ERR_MALFORMED, ERR_TOO_LARGE: not readable, too many pixels or octets
 * (20 MiB). */
MUST_USE bool worker_client_check_scan(
	struct worker_client *c, struct bytes file, const char **type, struct err *e);

/* The report of design §5 on a file of any format, as JSON in the arena; content: the
 * document of a detached signature, or empty. At most 64 MiB together. */
MUST_USE bool worker_client_verify(struct worker_client *c, struct arena *a,
	const char *name, struct bytes file, struct bytes content, int64_t at,
	enum lang lang, enum indication *indication, struct bytes *json, struct err *e);

void worker_client_tend(struct worker_client *c);
void worker_client_look(struct worker_client *c, struct supervise_state *out);

/* For tests of lab builds: sends enum worker_lab. fields in the arena. */
MUST_USE bool worker_client_lab(struct worker_client *c, struct arena *a, uint32_t what,
	struct reader *fields, struct err *e);

#endif
