/* SPDX-License-Identifier: BSD-2-Clause */
/* search.h - a search under way, with up to two nodes, and a table of any bytes. */
#ifndef VMCLOCK_PROOF_SEARCH_H
#define VMCLOCK_PROOF_SEARCH_H

#include "drivers/acpi/internal.h"
#include "proof.h"

#ifndef LENGTH
#define LENGTH 6 /* bytes of AML behind the header */
#endif

static void any_node(struct vmclock_acpi_node *node, uint32_t parent)
{
    node->segment = any_u32();
    node->origin = any_u32();
    node->flags =
        (uint16_t)((any_u16() & ((1u << NODE_PARENT_SHIFT) - 1)) | parent << NODE_PARENT_SHIFT);
    node->names[0] = any_u8();
    node->names[1] = any_u8();
}

static void any_search(struct vmclock_acpi_search *search)
{
    search->memory = any_int() ? (const struct vmclock_memory *)search : NULL;
    search->region.origin_phys = any_u64();
    search->nodes.count = any_u8() % 3;
    search->nodes.filter = any_u32();
    search->nodes.named = any_u8() & 1;
    search->nodes.hopeless = any_u8() & 1;
    any_node(&search->nodes.node[0], ACPI_ROOT);
    any_node(&search->nodes.node[1], any_int() ? 0 : ACPI_ROOT);
    search->named = any_u8() & 1;
    search->lost = any_u8() & 1;
    search->devices_only = any_u8() % 3;
}

#endif
