/* zip_craft: zips that are wrong in exactly one place, for tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_ZIP_CRAFT_H
#define QY_TESTS_ZIP_CRAFT_H

#include "base/arena.h"

/* A file to be; what is zero is right. The local header says what the directory says
 * unless `l` deviates; numbers marked + are added to the right ones. */
struct craft {
	struct bytes name, data;
	bool deflate;
	struct bytes l_name;              /* other local name */
	uint32_t l_size, l_packed, l_crc; /* + in the local header */
	uint32_t size, packed, crc;       /* + in both */
	uint16_t method, l_method;        /* + */
	uint16_t flags, l_flags;          /* xor; l_flags in the local header alone */
	struct bytes before;              /* octets in front of the local header */
	struct bytes behind; /* octets behind the packed data, counted with it */
	struct bytes extra, l_extra;
	bool descriptor;         /* local numbers zero, a descriptor behind */
	uint32_t descriptor_crc; /* + */
	int64_t at;              /* + to where the directory says it is */
};

struct craft_end {
	int count, at, size; /* + */
	int disk;
	struct bytes comment, behind_directory, behind;
	bool zip64; /* true values in a zip64 record, the end record saturated */
};

struct bytes zip_craft(
	struct arena *a, const struct craft *files, size_t n, struct craft_end end);

#endif
