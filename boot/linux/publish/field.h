/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field.h - the page's fields as --set names them: lib/fields.h's names, but seq and smear_hint.
 */
#ifndef PUBLISH_FIELD_H
#define PUBLISH_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page_field {
    const char *field; /* of struct vmclock_page */
    uint8_t offset;
    uint8_t bytes;
};

#define PAGE_FIELD_SEQ 0 /* the index of seq, the first of lib/fields.h */

extern const struct page_field page_fields[];

/* The name of a field that --set knows, or null behind the last one. */
const char *page_field_name(unsigned index);

/* The field of that name, length bytes long; or -1. */
int page_field_find(const char *name, size_t length);

/* Whether it holds a value, which is that of an int64_t where it is negative. */
bool page_field_fits(unsigned index, uint64_t value, bool negative);

#endif
