/* problem: what went wrong, for programs (RFC 9457) and for the page that shows it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_HTTP_PROBLEM_H
#define QY_HTTP_PROBLEM_H

#include "http/http.h"

struct problem {
	const char *type;  /* "/problems/denied": what kind it is, a page of this site */
	const char *title; /* the sentence of its kind */
	unsigned status;
	const char *detail;   /* the sentence of this case, or null */
	const char *instance; /* "urn:qianyin:request:<id>": to be found in the log */
	const char *rule;     /* the row of rules/ that refuses, or null */
	const char *cure;     /* what to do about it, or null */
};

/* A problem from an error, in this language. Of faults of ours (5xx) nothing technical is
 * told; the log has it under the same id. In the request's arena. */
struct problem problem_of(
	const struct http_request *req, enum lang lang, const struct err *e);

/* One of a status alone ("not found"). */
struct problem problem_of_status(const struct http_request *req, unsigned status);

/* Does this client want it as JSON (path below /api/, or Accept)? Else a page is shown.
 */
bool problem_wants_json(const struct http_request *req);

/* Answers with it as application/problem+json; members that are null are left out. */
void problem_send(const struct http_request *req, const struct problem *p, enum lang lang,
	struct http_response *resp);

#endif
