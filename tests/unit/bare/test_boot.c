/* SPDX-License-Identifier: BSD-2-Clause */
/* What a bare x86 image takes from its loader, in memory that is made up; each boot in a process of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/error.h>
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"
#include "boot/bare/x86/maps.h"
#include "loader.h"

static void boot_multiboot(const char *line)
{
    put32(INFO, 0x4);
    put32(INFO + 16, WORDS);
    memcpy(machine + WORDS, line, strlen(line) + 1);
    start(MULTIBOOT);
}

static void path_and_words(const char *line)
{
    boot_multiboot(line);
    assert_string_equal(platform_arguments(), " --serve");
}

static void path_alone(const char *line)
{
    boot_multiboot(line);
    assert_string_equal(platform_arguments(), "");
}

static void words_behind_a_path(void **state)
{
    static const char *const lines[] = {
        "/a/date.elf --serve", "date.elf --serve",         "/a b/c d/date.elf --serve",
        "-- --serve",          "/a/date 2.elf -- --serve", "x -- y -- --serve",
        "/ --serve",           "/a -- b/date.elf --serve",
    };
    static const char *const alone[] = {"", "date.elf", "/a b/date.elf", "--", "/a/date 2.elf --"};

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
        in_a_process(path_and_words, lines[i]);
    for (size_t i = 0; i < sizeof(alone) / sizeof(*alone); i++)
        in_a_process(path_alone, alone[i]);
}

/* "--" is a word: neither a part of one, nor with more behind it. */
static void no_separators(const char *line)
{
    boot_multiboot(line);
    assert_string_equal(platform_arguments(), strchr(line, ' '));
}

static void what_is_no_separator(void **state)
{
    static const char *const lines[] = {"date a-- b", "date a- b",    "date --b c", "date -b c",
                                        "date ---",   "date a -b- c", "date - - c"};

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
        in_a_process(no_separators, lines[i]);
}

static void cut_line(const char *unused)
{
    char line[400];

    (void)unused;
    memset(line, 'x', sizeof(line));
    memcpy(line, "d ", 2);
    line[sizeof(line) - 1] = '\0';
    boot_multiboot(line);
    assert_int_equal(strlen(platform_arguments()), 256);
    assert_int_equal(strncmp(platform_arguments(), line + 1, 256), 0);
}

static void endless_line(const char *unused)
{
    (void)unused;
    put32(INFO, 0x4);
    put32(INFO + 16, MEMORY_BYTES - 0x2000); /* its end is the sanitizer's */
    memset(machine + MEMORY_BYTES - 0x2000, ' ', 0x2000);
    start(MULTIBOOT);
    assert_string_equal(platform_arguments(), "");
}

static void longest_line(const char *unused)
{
    (void)unused;
    put32(INFO, 0x4);
    put32(INFO + 16, WORDS);
    memset(machine + WORDS, 'x', 0x1fff);
    memcpy(machine + WORDS + 0x1ff0, " -- y", 5);
    start(MULTIBOOT);
    assert_string_equal(platform_arguments(), " yxxxxxxxxxx");
}

static void no_line(const char *unused)
{
    (void)unused;
    put32(INFO + 16, WORDS); /* and not that it is there */
    memcpy(machine + WORDS, "date --serve", 13);
    start(MULTIBOOT);
    assert_string_equal(platform_arguments(), "");
}

static void unmapped_line(const char *unused)
{
    (void)unused;
    put32(INFO, 0x4);
    put32(INFO + 16, MEMORY_BYTES - 0x1fff);
    start(MULTIBOOT);
    assert_string_equal(platform_arguments(), "");
}

static void lengths(void **state)
{
    (void)state;
    in_a_process(cut_line, NULL);
    in_a_process(endless_line, NULL);
    in_a_process(longest_line, NULL);
    in_a_process(no_line, NULL);
    in_a_process(unmapped_line, NULL);
}

static void put_pvh(uint32_t version, uint32_t count)
{
    put32(INFO, 0x336ec578);
    put32(INFO + 4, version);
    put64(INFO + 24, WORDS);
    put64(INFO + 32, 0xf5a00);
    put64(INFO + 40, MAP);
    put32(INFO + 48, count);
    memcpy(machine + WORDS, "--serve", 8);
}

static void put_piece(uint32_t index, uint64_t phys, uint64_t length, uint32_t type)
{
    const struct pvh_memory piece = {phys, length, type, 0};

    memcpy(machine + MAP + index * sizeof(piece), &piece, sizeof(piece));
}

static uint64_t heap_bytes(void)
{
    char *from, *to;

    platform_heap(&from, &to);
    assert_ptr_equal(from, _end);
    return (uint64_t)(to - from);
}

static void pvh(const char *version)
{
    put_pvh((uint32_t)(*version - '0'), *version == '2' ? 0 : 2);
    put_piece(0, 0, (uintptr_t)_end + 0x10000, 1);
    put_piece(1, (uintptr_t)_end + 0x5000, 0x1000, 2);
    start(0);
    assert_string_equal(platform_arguments(), "--serve");
    assert_int_equal(heap_bytes(), *version == '1' ? 0x5000 : 0);
    assert_int_equal(seen.rsdp_asked, 0xf5a00);
    seen.page_error = 0;
    seen.page_phys = (uintptr_t)_end + 0x3000;
    seen.page_length = 0x1000;
    assert_int_equal(heap_bytes(), *version == '1' ? 0x3000 : 0);
    assert_int_equal(boot_century(), 0x32);
    seen.cmos_error = VMCLOCK_ERR_NO_DEVICE;
    assert_int_equal(boot_century(), 0);
}

static void pvh_map_unmapped(const char *unused)
{
    (void)unused;
    put_pvh(1, (MEMORY_BYTES - MAP) / sizeof(struct pvh_memory) + 1);
    put_piece(0, 0, (uintptr_t)_end + 0x10000, 1);
    start(0);
    assert_int_equal(heap_bytes(), 0);
}

static void pvh_words_cut(const char *unused)
{
    (void)unused;
    put_pvh(0, 0);
    memset(machine + WORDS, 'x', 300);
    start(0);
    assert_int_equal(strlen(platform_arguments()), 256);
}

static void by_pvh(void **state)
{
    (void)state;
    in_a_process(pvh, "0"); /* has no map yet */
    in_a_process(pvh, "1");
    in_a_process(pvh, "2"); /* a map of nothing */
    in_a_process(pvh_map_unmapped, NULL);
    in_a_process(pvh_words_cut, NULL);
}

/* A map of up to 64 KiB; else the amount, from 1 MiB on. */
static void multiboot_memory(const char *how)
{
    const uint32_t entry[] = {20,
                              0,
                              0,
                              (uint32_t)((uintptr_t)_end + 0x7000),
                              (uint32_t)(((uintptr_t)_end + 0x7000) >> 32),
                              1};
    const int amount = *how == 'n' || *how == 'l' || *how == 'u';

    put32(INFO, *how == 'n' ? 0x1 : *how == '0' ? 0 : 0x41);
    put32(INFO + 8, 0x4000000); /* 64 GiB */
    put32(INFO + 44, *how == 'l' ? 0x10001 : *how == 'u' || *how == '6' ? 0x10000 : 24);
    put32(INFO + 48, *how == 'u' ? MEMORY_BYTES - 0xffff : MAP);
    memcpy(machine + MAP, entry, sizeof(entry));
    start(MULTIBOOT);
    if (amount)
        assert_int_equal(heap_bytes(), (UINT64_C(64) << 30) + 0x100000 - (uintptr_t)_end);
    else
        assert_int_equal(heap_bytes(), *how == '0' ? 0 : 0x7000);
}

static void by_multiboot(void **state)
{
    (void)state;
    in_a_process(multiboot_memory, "map");
    in_a_process(multiboot_memory, "no map");
    in_a_process(multiboot_memory, "long map");
    in_a_process(multiboot_memory, "unmapped map");
    in_a_process(multiboot_memory, "64 KiB of map");
    in_a_process(multiboot_memory, "0");
}

static void by_nobody(const char *how)
{
    put_pvh(1, 1);
    put32(INFO + 16, WORDS);
    memcpy(machine + WORDS, "date --serve", 13);
    seen.no_info = *how == 'm'; /* nothing can be read there */
    if (!seen.no_info)
        put32(INFO, 0x4);
    start(*how == 'w' ? MULTIBOOT + 1 : seen.no_info ? MULTIBOOT : 0);
    assert_string_equal(platform_arguments(), "");
    assert_int_equal(heap_bytes(), 0);
    assert_int_equal(seen.rsdp_asked, RSDP_FOUND); /* it is searched for */
    seen.rsdp_error = VMCLOCK_ERR_RSDP;
    seen.rsdp_asked = 1;
    assert_int_equal(platform_find(&(struct vmclock_region){0}), VMCLOCK_ERR_RSDP);
    assert_int_equal(boot_century(), 0);
    assert_int_equal(seen.rsdp_asked, 1);
}

static void unknown_loaders(void **state)
{
    (void)state;
    in_a_process(by_nobody, "another");
    in_a_process(by_nobody, "wrong magic");
    in_a_process(by_nobody, "missing");
}

/* As much of it as can be mapped, by whole GiB. */
static void heap_is_mapped(const char *unused)
{
    const uint64_t gib = UINT64_C(1) << 30, next = ((uintptr_t)_end / gib + 1) * gib;

    (void)unused;
    put_pvh(1, 1);
    put_piece(0, 0, next + 5 * gib + 1, 1);
    start(0);
    seen.map_end = next + 5 * gib;
    assert_int_equal(heap_bytes(), seen.map_end - (uintptr_t)_end);
    seen.map_end = next + 3 * gib;
    assert_int_equal(heap_bytes(), seen.map_end - (uintptr_t)_end);
    seen.map_end = next - 1;
    assert_int_equal(heap_bytes(), 0);
}

static void exits(const char *unused)
{
    (void)unused;
    if (!setjmp(ended))
        platform_exit(22);
    assert_int_equal(seen.port, 0xf4);
    assert_int_equal(seen.code, 22);
}

static void heap_and_end(void **state)
{
    (void)state;
    in_a_process(heap_is_mapped, NULL);
    in_a_process(exits, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(words_behind_a_path, fresh),
        cmocka_unit_test_setup(what_is_no_separator, fresh),
        cmocka_unit_test_setup(lengths, fresh),
        cmocka_unit_test_setup(by_pvh, fresh),
        cmocka_unit_test_setup(by_multiboot, fresh),
        cmocka_unit_test_setup(unknown_loaders, fresh),
        cmocka_unit_test_setup(heap_and_end, fresh),
    };
    return cmocka_run_group_tests_name("bare.boot", tests, NULL, NULL);
}
