/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h - device trees built tag by tag, the wrong ones too.
 */
#ifndef VMCLOCK_TEST_TREE_H
#define VMCLOCK_TEST_TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/error.h>
#include <vmclock/fdt.h>

enum tag { BEGIN_NODE = 1, END_NODE = 2, PROP = 3, NOP = 4, END = 9 };

/* Offsets of the header's fields. */
enum header {
    MAGIC = 0,
    TOTALSIZE = 4,
    OFF_STRUCT = 8,
    OFF_STRINGS = 12,
    VERSION = 20,
    LAST_COMP_VERSION = 24,
    SIZE_STRINGS = 32,
    SIZE_STRUCT = 36,
    HEADER_SIZE = 40,
};

struct tree {
    uint8_t *bytes; /* the structure block so far; the whole tree after tree_finish */
    size_t length;
    size_t room; /* of bytes, while it grows */
    char strings[256];
    size_t strings_length;
};

void tree_init(struct tree *tree);
void tree_tag(struct tree *tree, uint32_t tag);
/* Bytes, padded to a whole word. */
void tree_bytes(struct tree *tree, const void *bytes, size_t length);
void tree_begin(struct tree *tree, const char *name);
void tree_prop(struct tree *tree, const char *name, const void *value, size_t length);
/* A property of cells. */
void tree_cells(struct tree *tree, const char *name, size_t count, ...);
void tree_text(struct tree *tree, const char *name, const char *value);
/* The root with two cells each. */
void tree_root(struct tree *tree);
/* A good device; its node is not ended. */
void tree_device(struct tree *tree, uint32_t address);
/* The end tag, the strings and the header. */
void tree_finish(struct tree *tree);
void tree_free(struct tree *tree);

uint32_t tree_get(const struct tree *tree, size_t offset);
void tree_set(struct tree *tree, size_t offset, uint32_t value);
/* What vmclock_fdt_find makes of a finished tree. region may be null. */
int tree_find(const struct tree *tree, struct vmclock_region *region);

#endif
