/* blob_driver: what one kind of place does for blob.c. Internal to store/.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Digests are blob.c's business; a driver keeps octets under a name and gives them back.
 */
#ifndef QY_STORE_BLOB_DRIVER_H
#define QY_STORE_BLOB_DRIVER_H

#include "store/blob.h"

enum { BLOB_HEX = 2 * BLOB_NAME, BLOB_RUN = 64 * 1024 };

/* The heads of what drivers make. */
struct blobs {
	const struct blob_driver *driver;
	struct blob_conf conf; /* strings are the head's own */
};

struct blob_writer {
	struct blobs *blobs;
	void *digest; /* null once ended */
	uint64_t size;
};

/* One that is there, and when it was last put. */
struct blob_entry {
	uint8_t name[BLOB_NAME];
	uint64_t size;
	int64_t age; /* microseconds */
};

typedef bool blob_take_fn(void *ctx, struct bytes run, struct err *e);
typedef bool blob_entry_fn(void *ctx, const struct blob_entry *entry, struct err *e);

struct blob_driver {
	const char *scheme;
	bool (*open)(struct blobs **out, const struct blob_conf *conf, struct err *e);
	void (*close)(struct blobs *b); /* frees, but for the head's strings */
	bool (*begin)(struct blob_writer **out, struct blobs *b, struct err *e);
	bool (*put)(struct blob_writer *w, struct bytes b, struct err *e);
	/* Durable under this name when it returns. */
	bool (*keep)(struct blob_writer *w, const uint8_t name[BLOB_NAME], struct err *e);
	void (*drop)(struct blob_writer *w); /* frees; what was not kept is gone */
	bool (*read)(struct blobs *b, const uint8_t name[BLOB_NAME], blob_take_fn *take,
		void *ctx, struct err *e);
	bool (*size)(struct blobs *b, const uint8_t name[BLOB_NAME], uint64_t *size,
		struct err *e);
	bool (*remove)(struct blobs *b, const uint8_t name[BLOB_NAME], struct err *e);
	bool (*each)(struct blobs *b, blob_entry_fn *each, void *ctx, struct err *e);
	bool (*tidy)(struct blobs *b, unsigned *removed, struct err *e);
};

extern const struct blob_driver blob_dir, blob_s3;

/* Does the one of this name have the octets of its name? False also when it cannot be
 * read. */
bool blob_is_whole(struct blobs *b, const uint8_t name[BLOB_NAME]);

/* 64 lower-case digits and a NUL; and back: false for anything else. */
void blob_hex(const uint8_t name[BLOB_NAME], char out[BLOB_HEX + 1]);
bool blob_of_hex(struct bytes hex, uint8_t name[BLOB_NAME]);

/* ERR_WRITE by errno: "the disk is full" in the user's language where it is. */
bool blob_write_failed(const char *what, struct err *e);

#endif
