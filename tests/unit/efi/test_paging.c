/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables of three, four and five levels: an address is mapped where each level says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "boot/efi/x86/paging.h"

#define ENCRYPTED (UINT64_C(1) << 51)

static _Alignas(4096) uint64_t tables[5][512];

static unsigned slot(uint64_t address, unsigned level)
{
    return (unsigned)(address >> (12 + 9 * (level - 1)) & 511);
}

/* Tables that map the address' page of that level, and nothing else. */
static void make(unsigned levels, uint64_t address, unsigned page_level, uint64_t more)
{
    memset(tables, 0, sizeof tables);
    for (unsigned level = levels; level > page_level; level--)
        tables[levels - level][slot(address, level)] =
            (uintptr_t)tables[levels - level + 1] | 0x63 | more | UINT64_C(1) << 63;
    tables[levels - page_level][slot(address, page_level)] =
        (address & ~UINT64_C(0xfff)) | 1 | (page_level > 1 ? 0x80 : 0) | more;
}

static int maps(unsigned levels, uint64_t address)
{
    return paging_maps((uintptr_t)tables[0], levels, 0, address);
}

static void each_level(void **state)
{
    (void)state;
    for (unsigned levels = 3; levels <= 5; levels++) {
        const uint64_t address = levels == 3 ? 0x87654321 : UINT64_C(0x7edcba987321);
        for (unsigned page_level = 1; page_level <= (levels == 3 ? 2u : 3u); page_level++) {
            const uint64_t size = UINT64_C(4096) << (9 * (page_level - 1));
            make(levels, address, page_level, 0);
            assert_true(maps(levels, address));
            assert_true(maps(levels, address & -size));
            assert_true(maps(levels, address | (size - 1)));
            assert_false(maps(levels, (address & -size) - 1));
            assert_false(maps(levels, (address | (size - 1)) + 1));
            for (unsigned level = levels; level >= page_level; level--) {
                make(levels, address, page_level, 0);
                tables[levels - level][slot(address, level)] &= ~UINT64_C(1);
                assert_false(maps(levels, address));
            }
        }
    }
}

/* No table has what is beyond its levels, nor the half that addresses are not their own in. */
static void beyond(void **state)
{
    (void)state;
    for (unsigned levels = 3; levels <= 5; levels++) {
        make(levels, 0x1000, 1, 0);
        for (unsigned bit = 11 + 9 * levels; bit < 64; bit++)
            assert_false(maps(levels, 0x1000 | UINT64_C(1) << bit));
    }
}

/* Encrypted memory: its bit is none of an address'. */
static void ignored(void **state)
{
    (void)state;
    make(4, 0x7edcba987321, 1, ENCRYPTED);
    assert_true(paging_maps((uintptr_t)tables[0], 4, ENCRYPTED, 0x7edcba987321));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_level), cmocka_unit_test(beyond),
                                       cmocka_unit_test(ignored)};
    return cmocka_run_group_tests_name("efi.paging", tests, NULL, NULL);
}
