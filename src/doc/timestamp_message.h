/* timestamp_message: what a client and a time stamping authority say to each other
 * (RFC 3161, GB/T 20520), read and written.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is read points into the message.
 */
#ifndef QY_DOC_TIMESTAMP_MESSAGE_H
#define QY_DOC_TIMESTAMP_MESSAGE_H

#include "asn1/der.h"
#include "crypto/digest.h"

/* A request, and an answer with a token that carries a chain of certificates. */
enum { TIMESTAMP_REQUEST_MAX = 16 * 1024, TIMESTAMP_ANSWER_MAX = 256 * 1024 };
enum { TIMESTAMP_NONCE_SIZE = 16, TIMESTAMP_TEXT_MAX = 200 };

struct timestamp_request {
	struct bytes message_imprint; /* whole, as received */
	struct bytes imprint_oid, imprint;
	struct bytes policy; /* content of the OID; empty: any */
	struct bytes nonce;  /* content of the INTEGER; empty: none */
	bool wants_cert;
	bool has_extensions;
};

/* Reads a TimeStampReq. ERR_MALFORMED when it is none, ERR_TOO_LARGE beyond
 * TIMESTAMP_REQUEST_MAX, ERR_UNSUPPORTED for another version than 1. */
MUST_USE bool timestamp_request_read(
	struct timestamp_request *out, struct bytes der, struct err *e);

/* What is asked for. */
struct timestamp_question {
	enum digest_alg alg;
	struct bytes imprint; /* digest_size(alg) octets */
	struct bytes policy;  /* content of an OID; empty: any */
	struct bytes nonce;   /* content of a non-negative INTEGER; empty: none */
};

/* Writes a TimeStampReq that wants the certificate; DER in the arena. ERR_USAGE when the
 * imprint is not of its algorithm's size. */
MUST_USE bool timestamp_request_write(struct arena *a, struct bytes *out,
	const struct timestamp_question *q, struct err *e);

/* Content octets of a nonce made of TIMESTAMP_NONCE_SIZE random octets: the INTEGER they
 * stand for is positive and minimal. Changes the first octet. */
struct bytes timestamp_nonce_of(uint8_t random[TIMESTAMP_NONCE_SIZE]);

enum timestamp_status {
	TIMESTAMP_GRANTED = 0,
	TIMESTAMP_GRANTED_WITH_MODS = 1,
	TIMESTAMP_REJECTION = 2,
	TIMESTAMP_WAITING = 3,
	TIMESTAMP_REVOCATION_WARNING = 4,
	TIMESTAMP_REVOCATION_NOTIFICATION = 5,
};

/* Why not: the bits of PKIFailureInfo that RFC 3161 has. */
enum timestamp_failure {
	TIMESTAMP_BAD_ALG = 0,
	TIMESTAMP_BAD_REQUEST = 2,
	TIMESTAMP_BAD_DATA_FORMAT = 5,
	TIMESTAMP_TIME_NOT_AVAILABLE = 14,
	TIMESTAMP_UNACCEPTED_POLICY = 15,
	TIMESTAMP_UNACCEPTED_EXTENSION = 16,
	TIMESTAMP_ADD_INFO_NOT_AVAILABLE = 17,
	TIMESTAMP_SYSTEM_FAILURE = 25,
};
/* "badAlg" …, or null for a number that is none of these. */
const char *timestamp_failure_name(enum timestamp_failure f);

struct timestamp_response {
	enum timestamp_status status;
	struct bytes text;  /* the first line of statusString, UTF-8; may be empty */
	uint32_t failures;  /* bit n: the failure with that number */
	struct bytes token; /* ContentInfo, whole; empty unless granted */
};

/* Reads a TimeStampResp of at most TIMESTAMP_ANSWER_MAX octets: a token exactly when it
 * is granted. ERR_MALFORMED, ERR_TOO_LARGE. */
MUST_USE bool timestamp_response_read(
	struct timestamp_response *out, struct bytes der, struct err *e);

/* Writes an answer that grants, and one that rejects with a reason in English. DER in
 * the arena. */
MUST_USE bool timestamp_response_write(
	struct arena *a, struct bytes *out, struct bytes token, struct err *e);
MUST_USE bool timestamp_refusal_write(struct arena *a, struct bytes *out,
	enum timestamp_failure why, const char *text, struct err *e);

#endif
