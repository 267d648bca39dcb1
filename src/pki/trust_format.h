/* trust_format: the bounds of docs/formats/trust-store.md, shared by reader and writer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_TRUST_FORMAT_H
#define QY_PKI_TRUST_FORMAT_H

#include "pki/trust.h"

enum {
	TRUST_VERSION = 1,
	TRUST_TEXT_MAX = 1024, /* octets of a title, name or licence number */
	TRUST_EXTRA_MAX = 16384,
	TRUST_PURPOSES = TRUST_SIGNER | TRUST_ENCRYPTION | TRUST_TSA | TRUST_SEAL_MAKER |
			 TRUST_EVENT,
};

/* The file holds fields of credit codes by number: the order is the format. */
_Static_assert(CREDIT_NONE == 0 && CREDIT_GM_ORGANIZATION_CODE == 1 &&
		       CREDIT_OLD_ORGANIZATION_CODE == 2 && CREDIT_IC_REGISTRATION == 3 &&
		       CREDIT_TAXATION_NUMBER == 4 && CREDIT_SUBJECT_O == 5 &&
		       CREDIT_SUBJECT_OU == 6 && CREDIT_SUBJECT_SERIAL == 7 &&
		       CREDIT_SUBJECT_ORGANIZATION_ID == 8,
	"numbers of credit code fields stand in files");

#endif
