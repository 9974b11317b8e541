/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties by name, and those that are strings. Devicetree Specification 0.4, 2.2.4 and 2.3.
 */
#include "drivers/fdt/internal.h"

/* Not pointers: those would need relocations. */
static const char properties_names[PROPERTY_COUNT][16] = {
    [PROPERTY_ADDRESS_CELLS] = "#address-cells",
    [PROPERTY_SIZE_CELLS] = "#size-cells",
    [PROPERTY_COMPATIBLE] = "compatible",
    [PROPERTY_INTERRUPTS] = "interrupts",
    [PROPERTY_RANGES] = "ranges",
    [PROPERTY_REG] = "reg",
    [PROPERTY_STATUS] = "status",
};

/* Whether the bytes begin with the string and its NUL. */
static int properties_begins_with(const char *bytes, uint32_t length, const char *string)
{
    uint32_t i;

    for (i = 0; i < length && bytes[i] == string[i]; i++) {
        if (string[i] == '\0')
            return 1;
    }
    return 0;
}

enum property vmclock_fdt_property(const struct fdt_search *search, uint32_t name_offset)
{
    uint32_t property;

    if (name_offset >= search->strings_length)
        return PROPERTY_COUNT;
    for (property = 0; property < PROPERTY_COUNT; property++) {
        if (properties_begins_with(search->strings + name_offset,
                                   search->strings_length - name_offset,
                                   properties_names[property]))
            break;
    }
    return (enum property)property;
}

int vmclock_fdt_list_has(const struct fdt_value *list, const char *string)
{
    uint32_t at = 0;

    while (list->data && at < list->length) {
        if (properties_begins_with((const char *)list->data + at, list->length - at, string))
            return 1;
        while (at < list->length && list->data[at] != '\0')
            at++;
        at++;
    }
    return 0;
}

int vmclock_fdt_status_okay(const struct fdt_value *status)
{
    const char *text = (const char *)status->data;

    return !text || properties_begins_with(text, status->length, "okay") ||
           properties_begins_with(text, status->length, "ok");
}
