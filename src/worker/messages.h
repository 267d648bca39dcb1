/* messages: what a worker is asked, by the numbers of its table (worker.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_WORKER_MESSAGES_H
#define QY_WORKER_MESSAGES_H

enum worker_message {
	WORKER_TRUST = 1, /* first of all: store, or empty; are demo CAs accepted? */
	WORKER_EVIDENCE,  /* a file of CRLs or answers, as evidence_add_file reads */
	WORKER_DETACHED,  /* time, language, signature, content; answer: see worker.c */
	WORKER_SCAN,      /* file; answer: type */
	WORKER_VERIFY,    /* time, language, name, file, content or empty; answer:
			     indication, JSON */
	/* Lab builds only (lab.c): it crashes, hangs, fills its memory. */
	WORKER_LAB = 200
};

enum worker_lab {
	WORKER_LAB_CRASH = 1,
	WORKER_LAB_HANG,
	WORKER_LAB_FILL,
	WORKER_LAB_TRY
};

enum {
	WORKER_SMALL_MAX = 4096,
	WORKER_SCAN_MAX = 20 << 20,       /* octets of a scan */
	WORKER_FILE_MAX = 64 << 20,       /* of a file and its content together */
	WORKER_EVIDENCE_MAX = 4 << 20,    /* of one file … */
	WORKER_EVIDENCE_FILES_MAX = 1000, /* … and how many */
	WORKER_ROOM = WORKER_FILE_MAX + WORKER_SMALL_MAX,
	WORKER_ANSWER_MAX = 16 << 20
};

#endif
