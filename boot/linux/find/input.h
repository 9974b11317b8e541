/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.h - files of any kind, read whole.
 */
#ifndef FIND_INPUT_H
#define FIND_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include "boot/linux/find/result.h"

#define INPUT_LIMIT ((size_t)64 << 20) /* as much as a search of all tables takes in */

struct input {
    uint8_t *bytes; /* 8-byte aligned; to be freed */
    size_t length;  /* not 0 */
};

/*
 * Reads a file ("-": standard input), or what comes through a pipe or from a device that is named, if it
 * is not silent for 10 s. Returns 0, or -1 having added a refusal by name: missing,
 * permission, directory, too-large, empty, file.
 */
int input_read(const char *path, struct input *input, struct result *result);

#endif
