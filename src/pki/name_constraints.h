/* name_constraints: which names a CA may certify (RFC 5280 §4.2.1.10).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_NAME_CONSTRAINTS_H
#define QY_PKI_NAME_CONSTRAINTS_H

#include "pki/cert.h"

/* Do the name constraints of ca, if it has any, allow all names of cert? Directory names,
 * DNS names and mail addresses are compared. A constraint on another form of name that
 * cert bears, and whatever cannot be read, do not allow it. */
bool name_constraints_allow(const struct cert *ca, const struct cert *cert);

#endif
