/* qye: evidence that lasts: an ASiC-E container (EN 319 162-1) with the paper, everything
 * its verdict rested on, and evidence records (RFC 4998) over all of it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * docs/formats/qye.md says what stands where. A container grows by generations: a
 * generation adds objects, lists them in a manifest of its own, and proves them, with all
 * of the earlier generations and their records, by two records: one over SM3, one over
 * SHA-256. What an earlier generation holds is never changed.
 */
#ifndef QY_DOC_QYE_H
#define QY_DOC_QYE_H

#include "doc/ers.h"
#include "doc/zip_read.h"

#define QYE_MIMETYPE "application/vnd.etsi.asic-e+zip"

enum {
	QYE_ENTRIES_MAX = 20000,
	QYE_GENERATIONS_MAX = 99,
	QYE_RECORDS_MAX = 2 * QYE_GENERATIONS_MAX,
	QYE_MANIFEST_MAX = 8 << 20,
	QYE_OBJECT_MAX = 64 << 20, /* a certificate, list, answer, store */
	QYE_PAPER_MAX = 512 << 20
};

/* Types of entries. Others are for later versions: kept, proven, not understood. */
#define QYE_PAPER       "paper"
#define QYE_CONTENT     "content" /* what a detached signature is over */
#define QYE_CERTIFICATE "certificate"
#define QYE_CRL         "crl"
#define QYE_OCSP        "ocsp"
#define QYE_TIMESTAMP   "timestamp"
#define QYE_TRUST       "trust"
#define QYE_REPORT      "report"
#define QYE_ORDER       "order"

struct qye_entry {
	const char *path;    /* in the container */
	const char *type;    /* one of the above, or any other word */
	const char *name;    /* what the file was called, or null */
	const char *content; /* paper: path of what it is a detached signature over */
	uint64_t size;
	uint8_t sm3[SM3_SIZE], sha256[SHA256_SIZE]; /* as the manifest says */
	unsigned generation;                        /* from 1 */
	bool missing;                               /* listed but not there */
	size_t zip;                                 /* place in the zip unless missing */
};

/* A status that was not to be had when a generation was made. */
struct qye_pending {
	const char *subject, *issuer;
	int64_t at; /* a status must not be older */
};

struct qye_record {
	const char *path, *list; /* of the .ers and of its ASiC manifest */
	unsigned generation;
	enum digest_alg alg; /* of the first chain, as the manifest says */
	bool missing;
	struct bytes der, xml;
	size_t zip_der, zip_xml;
};

struct qye {
	struct arena *arena;
	struct zip *zip;
	struct qye_entry *entries;
	size_t entry_count;
	struct qye_record *records; /* in the order of their numbers */
	size_t record_count;
	struct qye_pending *pending; /* of the last generation */
	size_t pending_count;
	unsigned generations;
	const char **strays; /* there but not listed */
	size_t stray_count;
	uint8_t **digests; /* by place in the zip and algorithm, as far as computed */
	/* What qye_judge found the verdicts on the papers to rest on, and those on the
	 * stamps of the last generation. */
	struct record *papers, *stamps;
};

/* Does it begin like a container of this kind: a zip whose first entry is a stored
 * mimetype with our type? */
bool qye_is(struct source *s);

/* Reads the directory and the manifests; the source outlives it. ERR_MALFORMED for a
 * container that is none, contradicts itself or has no readable manifest. */
MUST_USE bool qye_open(
	struct qye **out, struct arena *a, struct source *s, struct err *e);
void qye_free(struct qye *q);
AUTO_DEFINE(qye);

/* The digest of an entry of the zip by any algorithm; remembered. */
MUST_USE bool qye_digest(struct qye *q, size_t zip, enum digest_alg alg,
	const uint8_t **out, struct err *e);

/* A whole object out of it. */
MUST_USE bool qye_slurp(struct qye *q, const struct qye_entry *entry, size_t max,
	struct bytes *out, struct err *e);

/* Judges the container and the papers in it as of when they are proven, into a report of
 * format "qye". What the container holds is added to the judge's evidence and poe, both
 * of which must be there. */
MUST_USE bool qye_judge(struct report **out, const struct judge *j, const char *name,
	struct qye *q, struct err *e);

#endif
