/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The search for devices in a table's AML, with any token that there may be, in the passes that have one. What
 * holds when it begins, and before a step, holds behind it, and each goes on: so searches of any length.
 */
#define LENGTH 12
#define NODES VMCLOCK_ACPI_MAX_NAMES
#include "any_object.h"
#include "any_path.h"
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/ids.h"

struct scan;
static int at_step(struct scan *scan);
static const struct vmclock_cursor *walked;

/* A block that was entered is read again for its name: that does not fail. */
static void a_token_next(struct vmclock_cursor *cursor, struct vmclock_token *token)
{
    uint32_t end = cursor->end;

    any_token(cursor, token);
    if (cursor != walked)
        ASSUME(cursor->error == 0 && vmclock_token_is_block(token->opcode) && token->end == end);
}

#define vmclock_token_next a_token_next
#include "drivers/acpi/aml.c"

uint32_t vmclock_ids_mentioned(const uint8_t *bytes, uint32_t at, uint32_t end)
{
    uint32_t found = any_u32();

    PROVE(bytes == table && is_piece(at, end));
    ASSUME(found == 0 || (found >= at && found < end));
    return found;
}

int vmclock_ids_are_named(const uint8_t *bytes, uint32_t opcode, uint32_t at, uint32_t end)
{
    (void)opcode;
    PROVE(bytes == table && is_piece(at, end));
    return any_int();
}

enum identity vmclock_ids_identity(const struct vmclock_cursor *cursor,
                                   const struct vmclock_token *object,
                                   const struct vmclock_token *value)
{
    PROVE(cursor->bytes == table && is_token_of(object, ACPI_HEADER_SIZE, table_length));
    PROVE(value == NULL || is_token_of(value, ACPI_HEADER_SIZE, table_length));
    return (enum identity)(any_u8() & 3);
}

void vmclock_nodes_add(struct vmclock_acpi_nodes *nodes, uint32_t parent, uint32_t segment)
{
    PROVE(nodes->count < VMCLOCK_ACPI_MAX_NAMES && (parent == ACPI_ROOT || parent < nodes->count));
    nodes->node[nodes->count].segment = segment;
    nodes->node[nodes->count].flags =
        (uint16_t)((any_u16() & NODE_FLAGS) | parent << NODE_PARENT_SHIFT);
    nodes->count++;
}

int vmclock_nodes_presence(const struct vmclock_acpi_nodes *nodes, uint32_t node,
                           const struct vmclock_cursor *cursor, uint32_t sta, uint32_t end)
{
    PROVE(node < nodes->count && cursor->bytes == table);
    PROVE(sta == 0 || (is_piece(sta, end) && sta < end));
    return (int)(any_u8() % 3) - 1;
}

void vmclock_acpi_report(struct vmclock_acpi_search *search, int error, enum weight weight,
                         uint32_t offset)
{
    (void)error;
    (void)weight;
    PROVE(offset <= table_length);
    search->weight = any_u8() % 3;
    search->stopped |= any_u8() & 1;
}

int vmclock_acpi_read_crs(struct vmclock_cursor *cursor, struct vmclock_region *region)
{
    (void)region;
    PROVE(cursor->bytes == table && is_inside(cursor->at, cursor->end));
    return any_int();
}

static int block_keeps(const struct block *block, const struct block *around)
{
    return block->start >= around->start && block->start < block->end && block->end <= around->end;
}

static int object_keeps(uint32_t object, const struct block *block)
{
    return object == 0 ||
           (object >= ACPI_HEADER_SIZE && object >= block->start && object < block->end);
}

/* Of the blocks before the last of those placed, where the path is around each. */
static int places_keep(const struct scan *scan)
{
    for (uint32_t i = 1; i < VMCLOCK_ACPI_MAX_DEPTH; i++) {
        uint32_t behind = i + 1 < scan->placed ? scan->last[i + 1] : scan->path.ends.last;

        if (i < scan->placed && (scan->first[i] > scan->last[i] || scan->last[i] > behind))
            return 0;
    }
    return path_keeps(&scan->path, &scan->search->nodes);
}

static int scan_keeps(const struct scan *scan)
{
    uint32_t depth = (uint32_t)(scan->block - scan->blocks);

    if (depth >= VMCLOCK_ACPI_MAX_DEPTH || scan->placed == 0 || scan->placed > depth + 1 ||
        scan->blocks[0].start != ACPI_HEADER_SIZE || scan->blocks[0].end != table_length ||
        scan->cursor.bytes != table || scan->cursor.error != 0 || scan->cursor.skip != 0 ||
        scan->cursor.end != scan->block->end || scan->cursor.at < scan->block->start ||
        !is_piece(scan->cursor.at, scan->cursor.end))
        return 0;
    for (uint32_t i = 0; i < VMCLOCK_ACPI_MAX_DEPTH; i++)
        if (i <= depth && ((i != 0 && !block_keeps(scan->blocks + i, scan->blocks + i - 1)) ||
                           !object_keeps(scan->blocks[i].sta, scan->blocks + i) ||
                           !object_keeps(scan->blocks[i].crs, scan->blocks + i)))
            return 0;
    return places_keep(scan);
}

/* In place of the loop's condition: at first and behind one step from any state. */
static int at_step(struct scan *scan)
{
    static uint32_t steps, at, depth;
    struct scan any;

    PROVE(scan_keeps(scan) && scan->search->nodes.count <= VMCLOCK_ACPI_MAX_NAMES);
    if (steps++ != 0) {
        PROVE(scan->cursor.at > at ||
              (scan->cursor.at == at && scan->block < scan->blocks + depth));
        ASSUME(0);
    }
    depth = any_u8();
    ASSUME(depth < VMCLOCK_ACPI_MAX_DEPTH);
    any.search = scan->search;
    *scan = any;
    scan->block = scan->blocks + depth;
    ASSUME(scan_keeps(scan));
    walked = &scan->cursor;
    at = scan->cursor.at;
    return !scan->search->stopped;
}

int main(void)
{
    static struct vmclock_acpi_search search;

    any_table();
    any_search(&search, 0);
    search.pass = any_int() ? PASS_DEVICES : PASS_REPORT;
    search.stopped = any_u8() & 1;
    vmclock_acpi_scan_aml(&search, table, table_length);
    return 0;
}
