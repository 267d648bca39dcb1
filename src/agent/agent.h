/* agent: what all parts of the running agent share.
 * SPDX-License-Identifier: Apache-2.0
 *
 * One thread answers requests, one at a time: nothing here is locked.
 */
#ifndef QY_AGENT_AGENT_H
#define QY_AGENT_AGENT_H

#include "agent/job.h"
#include "agent/journal.h"
#include "agent/nonces.h"
#include "http/http.h"

enum { AGENT_PORT = 17520, AGENT_APPROVED_MAX = HOME_PAIRINGS_MAX };

struct agent {
	struct world *world;
	enum lang lang;
	struct home *home;
	struct journal *journal;
	struct nonces *nonces;
	struct keyring *keyring;
	struct jobs *jobs;
	unsigned port;    /* both loopback addresses listen on it */
	const char *desk; /* the program qianyin-desk */
	const char *post; /* the program qianyin-post */
	const char
		*opener; /* opens an address in the user's browser; null: it is printed */
	/* Origins that may see the certificates while this process lives. */
	const struct pairing *approved[AGENT_APPROVED_MAX];
	size_t approved_count;
};

/* --- door.c: who may speak at all (protocols §3) */

/* For http_conf.admit. */
bool door_admit(void *ctx, const struct http_request *req, size_t *body_max);
/* Headers of an answer to a page. */
void door_headers(const struct agent *a, const struct http_request *req,
	struct http_response *resp);
/* Is this the address of a window of our own? */
bool door_is_window(struct bytes target);

/* --- peer.c: is the other end of this connection a process of our own user? False when
 * the system cannot tell. */
bool peer_is_own(struct http_peer peer, unsigned port);

/* --- act.c: doing what was asked */

/* Answers a job with a key: orders are taken (their nonces), documents signed, the
 * journal written, answers stored. On failure the job has failed, or for ERR_PASSWORD and
 * the last try still waits; nothing is answered. state as keyring_open's. */
MUST_USE bool act_answer(struct agent *a, struct job *job, const struct keyring_key *key,
	const struct secret *pin, struct token_pin *state, struct err *e);
/* The user said no. */
void act_refuse(struct agent *a, struct job *job);
/* May this key answer the job? why, in the user's language, when not; in the arena. */
bool act_fits(struct agent *a, const struct job *job, const struct keyring_key *key,
	struct arena *arena, const char **why);
/* Does it sign, or open? */
enum token_use act_use(const struct job *job);

/* --- open.c: opens the window of a job in the user's browser, or prints its address */
void window_show(struct agent *a, const struct job *job);
/* Has the desk look at the documents, and then shows the window: what is shown was read.
 * ERR_USAGE: documents are missing; ERR_DENIED says, in the user's language, why there
 * can be no answer. */
MUST_USE bool job_show(struct agent *a, struct job *job, struct err *e);

/* --- view.c: a job as its window shows it: JSON in the arena */
const char *view_json(struct agent *a, struct job *job, struct arena *arena);
/* Takes in what the desk found. ERR_DENIED, with the sentence for the user: a document
 * cannot be shown, or does not say what its order says. */
MUST_USE bool view_take(struct agent *a, struct job *job, struct err *e);

/* Problems as JSON: {"problem": code, "text": sentence}. */
void answer_problem(struct agent *a, const struct http_request *req,
	struct http_response *resp, const struct err *e);
void answer_json(struct http_response *resp, unsigned status, const char *json);

/* The table of routes; ctx is the struct agent. */
extern const struct http_route agent_routes[];
extern const size_t agent_route_count;

/* --- handlers: api.c for pages, window.c for our own window */
void api_hello(void *ctx, const struct http_request *req, struct http_response *resp);
void api_keys(void *ctx, const struct http_request *req, struct http_response *resp);
void api_jobs(void *ctx, const struct http_request *req, struct http_response *resp);
void api_job(void *ctx, const struct http_request *req, struct http_response *resp);
void window_asset(void *ctx, const struct http_request *req, struct http_response *resp);
void window_view(void *ctx, const struct http_request *req, struct http_response *resp);
void window_page(void *ctx, const struct http_request *req, struct http_response *resp);
void window_answer(void *ctx, const struct http_request *req, struct http_response *resp);
void window_refuse(void *ctx, const struct http_request *req, struct http_response *resp);

#endif
