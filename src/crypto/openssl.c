/* openssl: see openssl.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "crypto/openssl.h"

#include <openssl/err.h>

bool err_openssl(struct err *e, const char *what)
{
	unsigned long first = ERR_get_error();
	const char *reason = first ? ERR_reason_error_string(first) : NULL;

	ERR_clear_error();
	return err_set(
		e, ERR_CRYPTO, "%s: %s", what, reason ? reason : "no reason given");
}
