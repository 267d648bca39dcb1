/* cert_file: certificates as they lie in files: PEM, DER or bare base64.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "crypto/keyfile.h"
#include "pki/cert.h"

enum { CERT_FILE_MAX = 4 << 20 };

bool cert_decode(struct arena *a, struct bytes file, struct bytes *der, struct err *e)
{
	struct bytes text = file, body = file, found;

	if (file.n > CERT_FILE_MAX)
		return err_set(e, ERR_TOO_LARGE, "certificate file: %zu octets", file.n);
	if (der_peek(file) == DER_SEQUENCE &&
		der_take_whole(&body, DER_SEQUENCE, &found, e)) {
		*der = arena_dup(a, file);
		return true;
	}
	if (bytes_find(file, BYTES("-----BEGIN ")) != SIZE_MAX)
		return pem_next(a, &text, "CERTIFICATE", der, e);
	if (bytes_starts(text, BYTES("\xef\xbb\xbf")))
		text = bytes_from(text, 3);
	if (!base64_decode(a, text, &found, e) || der_peek(found) != DER_SEQUENCE)
		return err_set(e, ERR_MALFORMED, "neither PEM nor DER nor base64");
	*der = found;
	return true;
}
