/* protocol: what is asked of the child that holds a vendor's library, in messages of
 * base/wire.h. SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TOKEN_PROTOCOL_H
#define QY_TOKEN_PROTOCOL_H

#include "base/wire.h"

enum { TOKEN_MESSAGE_MAX = 64 * 1024 }; /* that a token signs */

enum wire_op {
	WIRE_LIST = 1,  /* ; answer: tokens, see wire_put_token */
	WIRE_LOGIN = 2, /* token id, key id, PIN; answer: tries left + 1 (0: unknown) */
	WIRE_SIGN = 3,  /* key id, enum sig_alg, octets; answer: what the library wrote */
	WIRE_UNWRAP = 4, /* key id, C1, C3, C2, sealed blocks; answer: blocks */
	WIRE_LOGOUT = 5,
	WIRE_DECRYPT = 6 /* key id, OAEP or not, octets (RSA); answer: octets */
};

/* First octet of an answer: 0, or an error; its text is the next field. */
enum wire_answer {
	WIRE_OK = 0,
	WIRE_PIN_WRONG = 1, /* then: tries left + 1 */
	WIRE_PIN_LOCKED = 2,
	WIRE_ABSENT = 3, /* no such token or key, or it was pulled out */
	WIRE_UNSUPPORTED = 4,
	WIRE_FAILED = 5 /* the library said no; its code is in the text */
};

#endif
