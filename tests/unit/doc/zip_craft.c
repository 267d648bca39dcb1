/* zip_craft: see zip_craft.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zip_craft.h"

#include <zlib.h>

#include "base/reader.h"

enum { CRAFT_MAX = 1 << 20 };

static struct bytes pack(struct arena *a, const struct craft *f)
{
	z_stream s = {0};
	struct writer w = writer_in(a, CRAFT_MAX);

	if (!f->deflate) {
		write_bytes(&w, f->data);
	} else {
		uint8_t *p = arena_alloc(a, f->data.n + 1024);

		(void)deflateInit2(&s, 9, Z_DEFLATED, -15, 8, 0);
		s.next_in = (Bytef *)arena_str(a, f->data);
		s.avail_in = (uInt)f->data.n;
		s.next_out = p;
		s.avail_out = (uInt)f->data.n + 1024;
		(void)deflate(&s, Z_FINISH);
		write_bytes(&w, bytes_make(p, s.total_out));
		(void)deflateEnd(&s);
	}
	write_bytes(&w, f->behind);
	return writer_bytes(&w);
}

struct numbers {
	uint32_t crc, packed, size;
};

static void put_numbers(struct writer *w, struct numbers n)
{
	write_le32(w, n.crc);
	write_le32(w, n.packed);
	write_le32(w, n.size);
}

static struct numbers numbers_of(const struct craft *f, struct bytes packed)
{
	uint32_t crc = (uint32_t)crc32_z(0, f->data.p, f->data.n);

	return (struct numbers){crc + f->crc, (uint32_t)packed.n + f->packed,
		(uint32_t)f->data.n + f->size};
}

static void put_local(struct writer *w, const struct craft *f, struct bytes packed)
{
	struct numbers n = numbers_of(f, packed);
	struct bytes name = f->l_name.p ? f->l_name : f->name;
	uint16_t method = f->deflate ? 8 : 0, flags = f->descriptor ? 8 : 0;

	write_bytes(w, f->before);
	write_le32(w, 0x04034b50);
	write_le16(w, 20);
	write_le16(w, flags ^ f->flags ^ f->l_flags);
	write_le16(w, (uint16_t)(method + f->method + f->l_method));
	write_le32(w, 0x00210000);
	put_numbers(w, f->descriptor
			       ? (struct numbers){f->l_crc, f->l_packed, f->l_size}
			       : (struct numbers){n.crc + f->l_crc,
					 n.packed + f->l_packed, n.size + f->l_size});
	write_le16(w, (uint16_t)name.n);
	write_le16(w, (uint16_t)f->l_extra.n);
	write_bytes(w, name);
	write_bytes(w, f->l_extra);
	write_bytes(w, packed);
	if (f->descriptor) {
		n.crc += f->descriptor_crc;
		write_le32(w, 0x08074b50);
		put_numbers(w, n);
	}
}

static void put_central(
	struct writer *w, const struct craft *f, struct bytes packed, int64_t at)
{
	uint16_t method = f->deflate ? 8 : 0, flags = f->descriptor ? 8 : 0;

	write_le32(w, 0x02014b50);
	write_le32(w, 20 << 16 | 20);
	write_le16(w, flags ^ f->flags);
	write_le16(w, (uint16_t)(method + f->method));
	write_le32(w, 0x00210000);
	put_numbers(w, numbers_of(f, packed));
	write_le16(w, (uint16_t)f->name.n);
	write_le16(w, (uint16_t)f->extra.n);
	write_le64(w, 0); /* comment, disk, attributes */
	write_le16(w, 0);
	write_le32(w, (uint32_t)(at + f->at));
	write_bytes(w, f->name);
	write_bytes(w, f->extra);
}

static void put_end64(struct writer *w, size_t n, size_t at, size_t size)
{
	size_t here = w->n;

	write_le32(w, 0x06064b50);
	write_le64(w, 44);
	write_le32(w, 45 << 16 | 45);
	write_le64(w, 0);
	write_le64(w, n);
	write_le64(w, n);
	write_le64(w, size);
	write_le64(w, at);
	write_le32(w, 0x07064b50);
	write_le32(w, 0);
	write_le64(w, here);
	write_le32(w, 1);
}

struct bytes zip_craft(
	struct arena *a, const struct craft *files, size_t n, struct craft_end end)
{
	struct writer w = writer_in(a, 4 * CRAFT_MAX);
	struct bytes *packed = ARENA_ARRAY(a, n, struct bytes);
	int64_t *at = ARENA_ARRAY(a, n, int64_t);
	size_t i, start, size;

	for (i = 0; i < n; i++) {
		packed[i] = pack(a, &files[i]);
		at[i] = (int64_t)(w.n + files[i].before.n);
		put_local(&w, &files[i], packed[i]);
	}
	start = w.n;
	for (i = 0; i < n; i++)
		put_central(&w, &files[i], packed[i], at[i]);
	size = w.n - start;
	write_bytes(&w, end.behind_directory);
	if (end.zip64)
		put_end64(&w, n, start, size);
	write_le32(&w, 0x06054b50);
	write_le16(&w, (uint16_t)end.disk);
	write_le16(&w, (uint16_t)end.disk);
	write_le16(&w, end.zip64 ? 0xffff : (uint16_t)((int)n + end.count));
	write_le16(&w, end.zip64 ? 0xffff : (uint16_t)((int)n + end.count));
	write_le32(&w, end.zip64 ? 0xffffffff : (uint32_t)((int)size + end.size));
	write_le32(&w, end.zip64 ? 0xffffffff : (uint32_t)((int)start + end.at));
	write_le16(&w, (uint16_t)end.comment.n);
	write_bytes(&w, end.comment);
	write_bytes(&w, end.behind);
	return writer_bytes(&w);
}
