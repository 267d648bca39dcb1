/* s3_list: entries lie within the answer, and a list ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "net/s3_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes xml = bytes_make(p, n), rest = xml;
	struct s3_entry entry;
	struct err e = {0};
	bool more = true;

	demand(s3_element(xml, "UploadId").n <= S3_TEXT_MAX);
	(void)s3_list_is_cut(xml);
	while (s3_list_next(&rest, &entry, &more, &e) && more) {
		demand(entry.key.p >= p && entry.key.p + entry.key.n <= p + n);
		demand(rest.n < n);
	}
	demand(!more || e.code == ERR_MALFORMED);
	return 0;
}
