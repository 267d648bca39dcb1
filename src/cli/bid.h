/* bid: what the commands about sealed bids share: the file with its header, the keys that
 * open it, and how a finding is told.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_BID_H
#define QY_CLI_BID_H

#include <jansson.h>

#include "cli/cli.h"
#include "cli/keys.h"
#include "doc/qyb_record.h"

/* The row of --intake-key. */
#define CLI_INTAKE_ROW                                                    \
	{                                                                 \
		"intake-key", 0, CLI_FILE, 0, NULL, MSG_OPT_INTAKE_KEY, 0 \
	}
/* The rows of who signs a record. */
#define CLI_SIGNER_ROWS                                                                 \
	{"signer", 0, CLI_FILE, 0, NULL, MSG_OPT_RECORD_SIGNER, 0},                     \
	{                                                                               \
		"signer-certificate", 0, CLI_FILE, 0, NULL, MSG_OPT_SIGNER_CERTIFICATE, \
			0                                                               \
	}

struct bid {
	struct source *file;
	struct qyb *q;
};
void bid_close(struct bid *b);
#define AUTO_BID __attribute__((cleanup(bid_close))) struct bid

/* Opens the bid in the file `path`, its header with --intake-key where it is sealed. */
MUST_USE bool bid_open(struct bid *b, struct cli *c, const char *path, struct err *e);

/* A key file; cleaned up by itself. */
#define AUTO_KEYFILE __attribute__((cleanup(keyfile_fini))) struct keyfile

/* Who signs: --signer with --signer-certificate or the certificate beside it. */
MUST_USE bool bid_signer(
	struct qyb_signer *out, struct keyfile *k, struct cli *c, struct err *e);

/* Does the signer's certificate name the bidder's credit code? ERR_DENIED when it names
 * another one; one that names none is let through: the register of the platform knows. */
MUST_USE bool bid_signer_is_bidder(struct cli *c, const struct cert *signer,
	struct bytes credit_code, struct err *e);

/* The party whose key this is: by its public key. ERR_KEY_MISMATCH when it is nobody's.
 */
MUST_USE bool bid_party_of_key(
	size_t *party, const struct qyb *q, const struct key *key, struct err *e);

/* May the bid be opened now? ERR_DENIED before its deadline. */
MUST_USE bool bid_is_due(struct cli *c, const struct qyb *q, struct err *e);

/* "托管人 2：公证处（notary）", "投标人的证书 1：…" */
const char *bid_party_words(struct cli *c, const struct qyb *q, uint16_t i);

/* What was found, in words, with whose fault it is. */
const char *bid_finding_words(
	struct cli *c, const struct qyb *q, const struct qyb_opened_part *p);
/* The record as JSON (a new reference). */
json_t *bid_opening_json(struct cli *c, const struct qyb *q, const struct qyb_opening *o);

const char *bid_suite_words(struct cli *c, enum lockbox_suite suite);

#endif
