/* policy: certificate policies along a path (RFC 5280 §6.1), for a user who accepts any.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_PKI_POLICY_H
#define QY_PKI_POLICY_H

#include "pki/cert.h"

/* Does a path (leaf first, anchor last) keep to what its CAs say about policies? Only a
 * CA that requires an explicit policy can make it fail; policy mappings are not followed,
 * so a path that has both mappings and policy constraints fails. *culprit is then the
 * certificate at which it failed. The anchor's own extensions of this kind do not count
 * (RFC 5280 §6.1.1). */
bool policy_holds(const struct cert *const *path, size_t count, size_t *culprit);

#endif
