/* job: one thing a page asks of the agent, from its order to its answer.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	page: order, documents ──> NEEDS ──open──> WAITING ──the user──> DONE | REFUSED
 *
 * Jobs are few, live a quarter of an hour, and belong to the origin that made them.
 */
#ifndef QY_AGENT_JOB_H
#define QY_AGENT_JOB_H

#include "agent/desk.h"
#include "agent/keyring.h"
#include "doc/order_check.h"

enum {
	JOBS_MAX = 16,
	JOBS_WAITING_MAX = 6, /* windows of one origin */
	JOB_DOCUMENTS_MAX = 2 * BATCH_ROWS_MAX,
	JOB_OCTETS_MAX = 512 << 20, /* of all documents of a job */
	JOB_DOCUMENT_MAX = 128 << 20,
	JOB_ANSWER_MAX = 160 << 20,
	JOB_ID = 32, /* hexadecimal digits */
	JOB_SECRET = 64
};
#define JOB_LIFE (15 * TIME_MINUTE)

enum job_state {
	JOB_FREE,
	JOB_NEEDS,   /* documents are still to come */
	JOB_WAITING, /* for the user, in the window */
	JOB_DONE,
	JOB_REFUSED, /* by the user */
	JOB_FAILED,  /* problem says why */
};
/* "needs-documents", "waiting", "done", "refused", "failed" */
const char *job_state_name(enum job_state state);

enum job_kind {
	JOB_KEYS, /* may this page see the certificates? */
	JOB_ORDER,
	JOB_BATCH
};

struct job_document {
	bool given;
	uint64_t size;
	uint8_t sm3[SM3_SIZE];
	bool matches; /* both digests and the size are the order's; bids: no order's */
	uint32_t pages;
	uint8_t *shown; /* a flag a page: it was given to the window */
	uint32_t shown_count;
};

struct job {
	enum job_state state;
	enum job_kind kind;
	struct arena *arena;
	char id[JOB_ID + 1], secret[JOB_SECRET + 1];
	int64_t made;
	const struct pairing *pairing;
	const char *page_origin; /* "" for a file */
	struct bytes der;        /* the order or batch as it came */
	struct order_finding *rows;
	size_t row_count;
	struct batch_finding *batch; /* null: one order */
	struct job_document *documents;
	size_t document_count;
	uint64_t octets;
	const char *folder; /* of the desk; null: none needed */
	struct desk *desk;
	struct bytes look;     /* what the desk found, JSON */
	const char *problem;   /* for JOB_FAILED, in the user's language */
	struct bytes *answers; /* in the arena where they are short, else in the folder */
	char code[7];          /* six digits, for an answer that goes out by a file */
};

struct jobs {
	struct job all[JOBS_MAX];
	struct world *world;
	const char *place; /* folder for the folders of jobs */
	struct arena *arena;
};

/* Finds a place in memory for documents (XDG_RUNTIME_DIR's folder or /dev/shm; else
 * `otherwise`) and removes what an earlier run of this user left there. */
MUST_USE bool jobs_new(struct jobs **out, struct world *w, const char *runtime,
	const char *otherwise, struct err *e);
void jobs_free(struct jobs *j);
AUTO_DEFINE(jobs);

/* A new job. One that is finished, or was begun by the same origin and not opened, makes
 * room; ERR_BUSY when too many wait for the user. */
MUST_USE bool job_new(struct job **out, struct jobs *j, enum job_kind kind,
	const struct pairing *pairing, const char *page_origin, struct err *e);
/* Ends it: child, folder and memory go. */
void job_end(struct job *job);

/* The job with this id that an origin made, or with this secret (constant time); null. */
struct job *job_find(struct jobs *j, struct bytes id, struct bytes origin);
struct job *job_by_secret(struct jobs *j, struct bytes secret);

/* Takes an order or batch: checks it without its documents. ERR_DENIED, with the sentence
 * of the check in `lang`, when there can be no answer whatever the documents are. */
MUST_USE bool job_take(struct job *job, struct bytes der, enum lang lang, int64_t now,
	const struct order_nonces *nonces, struct err *e);

/* Takes a document. ERR_DENIED: it is not the one the order names. ERR_TOO_LARGE. */
MUST_USE bool job_document(struct job *job, size_t i, struct bytes octets, struct err *e);
/* Are the files of order `row` still the documents that were given and shown? Asked right
 * before they are signed. ERR_DENIED. */
MUST_USE bool job_is_unchanged(const struct job *job, size_t row, struct err *e);
bool job_is_complete(const struct job *job);
/* A page was given to the window. */
void job_page_shown(struct job *job, size_t document, uint32_t page);
/* Has every page of a single paper been before its signer's eyes? Of a batch its rows are
 * shown, and its pages on demand. */
bool job_is_shown(const struct job *job);

/* Which order document i belongs to. */
const struct order *job_order_of(const struct job *job, size_t i, size_t *row);
const char *job_file(const struct job *job, struct arena *a, const char *name);

/* The answer to an order of a job that is done, in the arena. ERR_NOT_FOUND. */
MUST_USE bool job_answer_read(const struct job *job, size_t row, struct arena *a,
	struct bytes *out, struct err *e);
/* Stores a short answer. */
void job_answer(struct job *job, size_t row, struct bytes octets);

#endif
