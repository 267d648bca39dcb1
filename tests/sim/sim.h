/* sim: what the simulators of token libraries share: a folder that says what is plugged
 * in and how the library behaves. See docs/howto/simulators.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_SIM_H
#define QY_TESTS_SIM_H

#include "crypto/key.h"

#define EXPORT __attribute__((visibility("default")))

enum { PATH_ROOM = 1024 };

/* The folder named in LIBRARY.conf beside this library; "" when there is none. */
void sim_folder(char out[PATH_ROOM]);
/* The first line of folder/name; false when there is no such file. */
bool sim_text(const char *folder, const char *name, char *out, size_t n);
void sim_text_put(const char *folder, const char *name, const char *text);
/* Does the word stand in the file `profile`? */
bool sim_has(const char *word);
/* A key file without password. */
bool sim_key(const char *folder, const char *name, struct key **out);
/* Adds a line to folder/log. */
void sim_note(const char *folder, const char *line);

#endif
