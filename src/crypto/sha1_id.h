/* sha1_id: SHA-1 as an identifier in protocols that name things by it (OCSP). It proves
 * nothing, and nothing here signs or verifies with it. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_SHA1_ID_H
#define QY_CRYPTO_SHA1_ID_H

#include "base/bytes.h"

enum { SHA1_ID_SIZE = 20 };

void sha1_id_of(struct bytes data, uint8_t out[SHA1_ID_SIZE]);

#endif
