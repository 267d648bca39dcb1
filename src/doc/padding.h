/* padding: PKCS#7 padding of SM4 blocks, as envelopes and encrypted packages use it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_DOC_PADDING_H
#define QY_DOC_PADDING_H

#include "base/bytes.h"

/* Octets of padding behind n octets of content: 1 to 16. */
size_t padding_size(size_t n);

/* Writes the padding behind n octets of content. */
void padding_put(uint8_t *p, size_t n);

/* Octets of content in n octets of whole blocks, or SIZE_MAX when the padding is none.
 * Looks at all octets of the last block always. */
size_t padding_strip(const uint8_t *p, size_t n);

#endif
