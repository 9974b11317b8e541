/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes by the last segment of their names: a quick look at a table that does not follow it.
 */
#include "drivers/acpi/internal.h"

VMCLOCK_NOINLINE int vmclock_nodes_set_named(struct vmclock_acpi_nodes *nodes, uint32_t segment,
                                             uint32_t flags)
{
    struct vmclock_acpi_node *node = nodes->node;
    const struct vmclock_acpi_node *end = node + nodes->count;
    int any = 0;

    segment = vmclock_path_fold(segment);
    do { /* there is one; of a table that was made to be dear most of the time goes by here */
        if (node->segment == segment && !(node->flags & flags >> NODE_UNLESS_SHIFT)) {
            node->flags |= (uint16_t)flags;
            any = 1;
        }
    } while (++node != end);
    return any;
}

/*
 * Whether a byte ends a name of ours; is the second one of a watched object's name that does not stand
 * behind Name, or Method and its length; or is an Alias of the root, of what is around, or of a scope
 * that is always there. At least four bytes are before it.
 */
static VMCLOCK_NOINLINE int marks_is_told(struct vmclock_acpi_nodes *nodes, const uint8_t *byte,
                                          const uint8_t *end)
{
    uint32_t segment;

    if (end - byte > 2) {
        if (*byte == AML_ALIAS)
            return byte[-1] != AML_METHOD && (byte[1] == '\\' || byte[1] == '^' || byte[1] == '_');
        if (byte[-1] == '_') {
            segment = vmclock_path_fold(vmclock_cursor_word(byte - 1, 0));
            if (segment == AML_CRS || vmclock_token_is_id(segment))
                return byte[-4] != AML_METHOD && byte[-3] != AML_METHOD &&
                       (byte[-2] != AML_NAME || byte[-3] == AML_BYTE);
        }
    }
    segment = vmclock_cursor_word(byte - 3, 0);
    return vmclock_nodes_may_have(nodes, segment) && vmclock_nodes_set_named(nodes, segment, 0);
}

/*
 * How many names may be compared, in all and more for each byte of a table. It is more only of one that was
 * made to be dear; that is followed.
 */
#define MARKS_FIRST 16384u
#define MARKS_EACH 3u

int vmclock_nodes_are_named(struct vmclock_acpi_nodes *nodes, const uint8_t *table, uint32_t length)
{
    uint32_t filter = nodes->filter | UINT32_C(1) << AML_ALIAS | UINT32_C(1) << ('H' & 31) |
                      UINT32_C(1) << ('C' & 31);
    const uint8_t *byte = table + ACPI_HEADER_SIZE, *end = table + length;
    uint32_t left = MARKS_FIRST + MARKS_EACH * length, count = nodes->count;

    if (nodes->named)
        return 1;
    for (; byte < end; byte++) {
        if (filter >> (*byte & 31) & 1 && (*byte >= '0' || *byte == AML_ALIAS)) {
            if (left < count || marks_is_told(nodes, byte, end))
                return 1;
            left -= count;
        }
    }
    return 0;
}
