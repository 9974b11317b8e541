/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/acpi/ids.h"
#include "drivers/acpi/internal.h"

static const char ids_hid[] = "AMZNC10C";
static const char ids_cid[] = "VMCLOCK";

/* The offset behind a text that stands at an offset, or 0 if it does not. */
static uint32_t ids_behind(const uint8_t *bytes, uint32_t at, uint32_t end, const char *text)
{
    for (; *text != 0; text++, at++) {
        if (at >= end || bytes[at] != (uint8_t)*text)
            return 0;
    }
    return at;
}

/* The same for either of our strings. */
static VMCLOCK_NOINLINE uint32_t ids_behind_any(const uint8_t *bytes, uint32_t at, uint32_t end)
{
    uint32_t behind = ids_behind(bytes, at, end, ids_hid);

    return behind != 0 ? behind : ids_behind(bytes, at, end, ids_cid);
}

/* Whether one of our strings, as a string constant, begins at offset at. */
static int ids_is_id(const struct vmclock_cursor *cursor, uint32_t at, uint32_t end)
{
    uint32_t behind = 0;

    if (cursor->bytes[at] == AML_STRING)
        behind = ids_behind_any(cursor->bytes, at + 1, end);
    return behind != 0 && behind < end && cursor->bytes[behind] == 0;
}

uint32_t vmclock_ids_mentioned(const uint8_t *bytes, uint32_t at, uint32_t end)
{
    const uint8_t *byte = bytes + at, *last = bytes + end - 1; /* behind a header */

    for (; byte < last; byte++) { /* all tables are searched; both have an M as the second */
        if (byte[1] == 'M' && (*byte == 'A' || *byte == 'V')) {
            at = (uint32_t)(byte - bytes);
            if (ids_behind_any(bytes, at, end) != 0)
                return at;
        }
    }
    return 0;
}

int vmclock_acpi_has_ids(const uint8_t *table, uint32_t length)
{
    return vmclock_ids_mentioned(table, ACPI_HEADER_SIZE, length) != 0;
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
            return IDENTITY_COMPUTED;
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

int vmclock_ids_are_named(const uint8_t *bytes, uint32_t opcode, uint32_t at, uint32_t end)
{
    for (at += 3; at < end; at++) {
        if ((bytes[at] & 0xdf) == 'D' &&
            vmclock_token_is_id(vmclock_path_fold(vmclock_cursor_word(bytes, at - 3))) &&
            (opcode != AML_METHOD || bytes[at - 4] != AML_NAME || /* it makes only its own */
             bytes[at - 5] == AML_BYTE))
            return 1;
    }
    return 0;
}

/*
 * What an object that is an id makes a device. value: its
 * constant, or null with object: the method it is.
 */
enum identity vmclock_ids_identity(const struct vmclock_cursor *cursor,
                                   const struct vmclock_token *object,
                                   const struct vmclock_token *value)
{
    uint32_t at = value != NULL ? value->start : object->body;
    uint32_t end = value != NULL ? value->end : object->end;
    enum identity identity = value != NULL ? IDENTITY_OTHER : IDENTITY_COMPUTED;

    if (value != NULL) {
        if (ids_is_id(cursor, at, end))
            return IDENTITY_VMCLOCK;
        if (value->opcode == AML_PACKAGE || value->opcode == AML_VAR_PACKAGE)
            identity = ids_package_identity(cursor, value);
        if (identity != IDENTITY_COMPUTED && value->opcode != AML_BUFFER)
            return identity; /* text that only begins like ours */
    }
    return vmclock_ids_mentioned(cursor->bytes, at, end) ? IDENTITY_PERHAPS : identity;
}
