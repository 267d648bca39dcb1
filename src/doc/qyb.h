/* qyb: a sealed bid, or a locked file, as a file: clear outer part, header, parts
 * (docs/formats/qyb.md). Reading: everything is bounded and nothing is decrypted.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The header may be encrypted to an intake key, so that the file shows nothing of who
 * bids; it is signed by the bidder. Every octet of the file belongs to the outer part,
 * the header, or one part; unknown versions and octets behind are refused.
 */
#ifndef QY_DOC_QYB_H
#define QY_DOC_QYB_H

#include "base/source.h"
#include "doc/judge.h"
#include "doc/lockbox.h"
#include "pki/cert.h"

enum {
	QYB_VERSION = 1,
	QYB_OUTER_MAX = 4096,
	QYB_HEADER_MAX = 4 << 20,
	QYB_HEADER_BLOCK = 4096, /* the stored header is a multiple of this */
	QYB_PARTS_MAX = 64,
	QYB_LENGTH = 8, /* octets before the content of a part: its length, big endian */
	QYB_PRICE_BLOCK = 64 * 1024
};
/* The largest part, in octets of content and padding. */
#define QYB_PART_MAX (UINT64_C(1) << 38)

/* Where a plaintext of n octets ends up: 0 for an empty part that need not hide it, else
 * n + QYB_LENGTH as Padmé rounds it, or for prices to whole blocks of 64 KiB. */
uint64_t qyb_padded(uint64_t n, bool price);

/* What is in clear for whoever holds the file. */
struct qyb_outer {
	enum lockbox_suite suite;
	struct bytes tender;
	uint8_t bid[LOCKBOX_ID];
	bool header_sealed;
	uint64_t header_size, parts_size; /* as stored */
	uint8_t root[SM3_SIZE];           /* over all that is stored behind the outer */
	uint64_t size;                    /* of the outer part itself */
};

struct qyb_part {
	struct bytes id;
	uint64_t size;  /* of the padded plaintext */
	uint32_t count; /* of chunks; at least 1 */
	uint8_t root[SM3_SIZE], com[SM3_SIZE];
	const struct lockbox_envelope *envelopes; /* one for each party */
	uint64_t at;                              /* where its chunks begin in the file */
};

struct qyb {
	struct source *file; /* borrowed */
	struct qyb_outer outer;
	struct bytes header;    /* DER, as signed */
	struct bytes signature; /* detached SignedData; empty: unsigned (files only) */
	uint8_t header_sm3[SM3_SIZE];
	struct lockbox_context context; /* its part is empty: qyb_context_of fills it */
	struct cert *certs;             /* of the parties, in their order */
	struct qyb_part *parts;
	size_t part_count;
	bool supersedes; /* another bid of the same bidder: */
	uint8_t superseded[LOCKBOX_ID];
};

/* The outer part alone: what a platform without the intake key sees. ERR_UNSUPPORTED for
 * another version or suite. */
MUST_USE bool qyb_outer_read(
	struct qyb_outer *out, struct arena *a, struct source *file, struct err *e);

/* Reads the file up to its parts; file outlives out. intake opens a sealed header (its
 * certificate's SM3 stands beside it); null: ERR_KEY_MISMATCH says that it is sealed.
 * What the header says is possible (lockbox_context_check), equals the outer part, and
 * root is that of the header with the digests it names; who signed it, and the parts'
 * octets, are not checked here. */
MUST_USE bool qyb_read(struct qyb **out, struct arena *a, struct source *file,
	struct key *intake, struct err *e);

/* The header alone: DER of Signed { header, signature }, as a platform hands it out at
 * the opening. There is no file: parts have no place, nothing stored can be read, and the
 * outer part is what the header says, without sizes and root. */
MUST_USE bool qyb_header_read(
	struct qyb **out, struct arena *a, struct bytes der, struct err *e);

/* The context of a part, and its digest. */
struct lockbox_context qyb_context_of(const struct qyb *q, size_t part);
void qyb_ctx(uint8_t ctx[SM3_SIZE], const struct qyb *q, size_t part);

/* The part with this id; ERR_NOT_FOUND. */
MUST_USE bool qyb_part_find(
	const struct qyb *q, struct bytes id, size_t *part, struct err *e);

/* The party whose certificate has this SM3, from `first` on; SIZE_MAX when none. */
size_t qyb_party_find(const struct qyb *q, const uint8_t cert[SM3_SIZE], size_t first);

/* Are the stored octets of all parts those of D? Reads the whole file. ERR_MALFORMED
 * names the part that differs. */
MUST_USE bool qyb_check_stored(const struct qyb *q, struct err *e);

/* Is the header signed, with our content type, by the certificate the context names? The
 * mathematics alone; whose certificate it is and whether it was good, qyb_judge asks.
 * ERR_SIGNER says what is wrong. The signer's certificate in *cert. */
MUST_USE bool qyb_check_signature(
	const struct qyb *q, struct arena *a, struct cert *cert, struct err *e);

/* Octets of a stored chunk: ciphertext and tag. */
uint32_t qyb_chunk_size(const struct qyb_part *p, uint32_t j);

#endif
