/* window_assets: the files of the window, as they are built in.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_AGENT_WINDOW_ASSETS_H
#define QY_AGENT_WINDOW_ASSETS_H

#include <stddef.h>

struct window_asset {
	const char *path, *type;
	const unsigned char *data;
	size_t size;
};

extern const struct window_asset window_assets[];
extern const size_t window_asset_count;

#endif
