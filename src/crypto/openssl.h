/* openssl: the one place where the library's error queue becomes a struct err. Internal
 * to crypto/. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CRYPTO_OPENSSL_H
#define QY_CRYPTO_OPENSSL_H

#include <openssl/evp.h>

#include "base/err.h"
#include "crypto/digest.h"

/* Drains the queue into "what: the first reason" with ERR_CRYPTO. Returns false. */
bool err_openssl(struct err *e, const char *what);

/* The fetched digest, found once for the whole process: fetching anew costs more than
 * hashing a short message. */
const EVP_MD *digest_evp(enum digest_alg alg);

#endif
