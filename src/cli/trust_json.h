/* trust_json: the description a trust store is made from, and what a store says.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_TRUST_JSON_H
#define QY_CLI_TRUST_JSON_H

#include "cli/cli.h"
#include "pki/trust.h"

enum { TRUST_JSON_MAX = 4 << 20 };

/* Reads a description (docs/formats/trust-store.md has an example). Certificates it names
 * are files, relative to its own folder. Unknown members are refused: a misspelt date
 * must not become "for ever". Everything in the run's arena. */
MUST_USE bool trust_of_json(
	struct trust *out, struct cli *c, const char *path, struct err *e);

/* "signer", "encryption", "tsa", "seal-maker", "event": position i is bit 1 << i. */
#define CLI_PURPOSES "signer|encryption|tsa|seal-maker|event"
const char *purpose_name(size_t i);
/* In the user's language. */
const char *purpose_words(enum lang lang, size_t i);
enum { PURPOSE_COUNT = 5 };

#endif
