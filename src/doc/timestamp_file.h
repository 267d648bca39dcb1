/* timestamp_file: a time stamp token as a file of its own, beside what it stamps.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_TIMESTAMP_FILE_H
#define QY_DOC_TIMESTAMP_FILE_H

#include "doc/report.h"

/* Is this a token (SignedData of TSTInfo), or a TimeStampResp that holds one? Gives the
 * token. */
bool timestamp_file_is(struct bytes der, struct bytes *token);

/* Judges a token over j->content (without: timestamp.imprint is not checked) into a
 * report signature of its own: form, digest and value of the SignedData, the imprint by
 * its own algorithm, the certificate of the TSA. ERR_MALFORMED when the token cannot be
 * read. */
MUST_USE bool timestamp_file_judge(
	struct report *r, const struct judge *j, struct bytes token, struct err *e);

#endif
