/* keystore_asker: gives a machine the PIN that opened the store. Internal to keeper/.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_KEEPER_KEYSTORE_ASKER_H
#define QY_KEEPER_KEYSTORE_ASKER_H

#include "keeper/keystore.h"
#include "token/uri.h"

/* Valid while unlock is; unlock->secret is set. */
struct token_asker keystore_asker(const struct keystore_unlock *unlock);

#endif
