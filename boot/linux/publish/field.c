/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "boot/linux/publish/field.h"
#include "lib/fields.h"

#define OF_HEAD(name, offset, type) {#name, offset, sizeof(type)},
#define OF_REST(unused, name, offset, type, member, presence, class) OF_HEAD(name, offset, type)
const struct page_field page_fields[] = {FIELDS_OF_HEAD(OF_HEAD) FIELDS(OF_REST, )};
#define FIELD_COUNT (sizeof(page_fields) / sizeof(page_fields[0]))

/* Two have a shorter name for users. */
static const struct {
    const char *field, *name;
} names[] = {{"seq_count", "seq"}, {"leap_second_smearing_hint", "smear_hint"}};

const char *page_field_name(unsigned index)
{
    if (index >= FIELD_COUNT)
        return NULL;
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strcmp(names[i].field, page_fields[index].field))
            return names[i].name;
    return page_fields[index].field;
}

int page_field_find(const char *name, size_t length)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        const char *known = page_field_name(i);

        if (strlen(known) == length && !memcmp(known, name, length))
            return (int)i;
    }
    return -1;
}

bool page_field_fits(unsigned index, uint64_t value, bool negative)
{
    unsigned bits = page_fields[index].bytes * 8u;

    /* Shifted in two steps: by 64 at once is undefined. */
    return negative ? !(~value >> (bits - 1)) : !(value >> (bits - 1) >> 1);
}
