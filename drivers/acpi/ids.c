/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/acpi/ids.h"
#include "drivers/acpi/internal.h"

static const char ids_hid[] = "AMZNC10C";
static const char ids_cid[] = "VMCLOCK";

/* Whether the bytes at the cursor are text with its final zero. Moves an unspecified way. */
static int ids_is_text(struct vmclock_cursor *cursor, const char *text)
{
    for (; *text != 0; text++) {
        if (vmclock_cursor_u8(cursor) != (uint8_t)*text)
            return 0;
    }
    return vmclock_cursor_u8(cursor) == 0 && cursor->error == 0;
}

/* Whether one of our strings, as a string constant, begins at offset at. */
static int ids_is_id(const struct vmclock_cursor *cursor, uint32_t at, uint32_t end)
{
    struct vmclock_cursor inner;

    vmclock_cursor_set(&inner, cursor->bytes, at, end);
    if (vmclock_cursor_u8(&inner) != AML_STRING)
        return 0;
    if (ids_is_text(&inner, ids_hid))
        return 1;
    vmclock_cursor_set(&inner, cursor->bytes, at + 1, end);
    return ids_is_text(&inner, ids_cid);
}

/* Whether one of our strings appears anywhere in a piece that is not followed. */
int vmclock_ids_mentioned(const struct vmclock_cursor *cursor, uint32_t at, uint32_t end)
{
    const uint8_t *bytes = cursor->bytes;

    for (; at < end; at++) {
        if (bytes[at] == AML_STRING && ids_is_id(cursor, at, end))
            return 1;
    }
    return 0;
}

int vmclock_acpi_has_ids(const uint8_t *table, uint32_t length)
{
    struct vmclock_cursor cursor;

    vmclock_cursor_set(&cursor, table, 0, length);
    return vmclock_ids_mentioned(&cursor, ACPI_HEADER_SIZE, length);
}

/*
 * What a package of ids makes a device. A reference in it may become any id.
 */
static VMCLOCK_NOINLINE enum identity ids_package_identity(const struct vmclock_cursor *outer,
                                                           const struct vmclock_token *package)
{
    struct vmclock_cursor cursor;
    struct vmclock_token element;
    enum identity identity = IDENTITY_OTHER;
    uint64_t count;

    vmclock_cursor_set(&cursor, outer->bytes, package->body, package->end);
    if (package->opcode == AML_PACKAGE) {
        count = vmclock_cursor_u8(&cursor);
    } else {
        vmclock_token_next(&cursor, &element);
        if (cursor.error != 0 || !vmclock_token_integer(&cursor, &element, &count))
            return IDENTITY_OTHER;
    }
    for (; count != 0 && cursor.at < cursor.end; count--) {
        if (ids_is_id(&cursor, cursor.at, cursor.end))
            return IDENTITY_VMCLOCK;
        vmclock_token_next(&cursor, &element);
        if (element.opcode == AML_NAME_STRING)
            identity = IDENTITY_COMPUTED;
    }
    return identity;
}

int vmclock_ids_is_word(uint32_t segment)
{
    return segment == AML_HID || segment == AML_CID;
}

/*
 * What an object that is an id, or that a computed id may be made of, makes a device. value: its
 * constant, or null with object: the method it is.
 */
enum identity vmclock_ids_identity(const struct vmclock_cursor *cursor,
                                   const struct vmclock_token *object,
                                   const struct vmclock_token *value)
{
    if (!vmclock_ids_is_word(object->segment) && (object->segment & 0xff) == '_')
        return IDENTITY_OTHER;
    if (value == NULL)
        return vmclock_ids_mentioned(cursor, object->body, object->end) ? IDENTITY_PERHAPS
                                                                        : IDENTITY_COMPUTED;
    if (value->opcode == AML_PACKAGE || value->opcode == AML_VAR_PACKAGE)
        return ids_package_identity(cursor, value);
    return ids_is_id(cursor, value->start, value->end) ? IDENTITY_VMCLOCK : IDENTITY_OTHER;
}
