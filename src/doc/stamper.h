/* stamper: whoever gives time stamps, as those who sign see it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Signing takes a stamper or null. Behind it stands a server on the network, a key at
 * hand, or a test; formats do not know which.
 */
#ifndef QY_DOC_STAMPER_H
#define QY_DOC_STAMPER_H

#include "base/arena.h"
#include "crypto/digest.h"

struct stamper {
	void *ctx;
	enum digest_alg alg; /* of the imprints it is asked to stamp */
	/* Gives a time stamp token (DER of the ContentInfo, in the arena) over `imprint`,
	 * digest_size(alg) octets. It was checked before it is returned: it answers for
	 * this very imprint and nonce, and its own signature holds. ERR_BUSY: no answer
	 * or not now; ERR_DENIED: refused; ERR_MALFORMED: an answer that is none. */
	bool (*stamp)(void *ctx, struct arena *a, struct bytes imprint,
		struct bytes *token, struct err *e);
};

#endif
