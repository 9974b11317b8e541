/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.c - from what the loader hands over to main, and to the end of the machine.
 */
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"
#include "boot/bare/x86/maps.h"

#define MULTIBOOT_MAGIC 0x2badb002u
#define MULTIBOOT_HAS_MEMORY 0x1u
#define MULTIBOOT_HAS_ARGUMENTS 0x4u
#define MULTIBOOT_HAS_MAP 0x40u
#define MULTIBOOT_MAP_MAX 0x10000u
#define PVH_MAGIC 0x336ec578u
#define DEBUG_EXIT_PORT 0xf4u    /* QEMU: -device isa-debug-exit,iobase=0xf4,iosize=4 */
#define ARGUMENTS_MAX 257u       /* more than words_parse takes, so that it sees what is cut */
#define COMMAND_LINE_MAX 0x2000u /* the longest path, 4096 bytes, and as much again */

/* Multiboot 0.6.96, 3.3. */
struct multiboot_info {
    uint32_t flags, low_kib, high_kib, boot_device, arguments_phys, modules[2], symbols[4];
    uint32_t map_bytes, map_phys;
};

/* Xen, public/arch-x86/hvm/start_info.h. */
struct pvh_info {
    uint32_t magic, version, flags, module_count;
    uint64_t modules_phys, arguments_phys, rsdp_phys;
    uint64_t memory_phys; /* this and the next from version 1 on */
    uint32_t memory_count, reserved;
};

extern char _end[];
extern const uint64_t entry_ticks;

static char arguments[ARGUMENTS_MAX];
static uint64_t rsdp_phys; /* 0: not known */
static struct ram heap;

_Noreturn void exit(int code); /* newlib's: writes what is still in buffers, then _exit */
_Noreturn void boot(uint32_t magic, uint32_t info_phys);

static void keep_arguments(const char *text)
{
    for (size_t i = 0; text && i < ARGUMENTS_MAX - 1 && text[i]; i++)
        arguments[i] = text[i];
}

/* Whether word is "--", at text's begin or behind a blank. */
static int is_separator(const char *text, const char *word)
{
    return word[0] == '-' && word[1] == '-' && (word[2] == ' ' || !word[2]) &&
           (word == text || word[-1] == ' ');
}

/*
 * What follows the image's path in a multiboot command line: it is in front, with a blank after it and
 * nothing around it (QEMU, GRUB Legacy), and may hold blanks itself. No word of ours holds a slash, so
 * the path goes to the first blank behind the last one. The words of a file's name, and what a loader
 * that gives no path has in its place (GRUB 2), end with the last "--", if there is one.
 */
static const char *words_behind_path(const char *text)
{
    const char *name = text, *blank = NULL, *words = NULL;

    for (const char *letter = text; *letter; letter++)
        if (*letter == '/')
            name = letter + 1;
    for (const char *letter = name; *letter; letter++) {
        if (is_separator(name, letter))
            words = letter + 2;
        if (*letter == ' ' && !blank)
            blank = letter;
    }
    return words ? words : blank;
}

static void take_pvh(const struct pvh_info *info)
{
    const struct pvh_memory *memory;

    rsdp_phys = info->rsdp_phys;
    keep_arguments(memory_map(info->arguments_phys, ARGUMENTS_MAX));
    if (info->version < 1 || !info->memory_count)
        return;
    memory = memory_map(info->memory_phys, info->memory_count * sizeof(*memory));
    if (memory)
        maps_take_pvh(memory, info->memory_count, &heap);
}

/* The amount alone tells nothing of what is taken within it: it is for loaders without a map. */
static void take_multiboot_memory(const struct multiboot_info *info)
{
    const void *map = NULL;

    if (info->flags & MULTIBOOT_HAS_MAP && info->map_bytes <= MULTIBOOT_MAP_MAX)
        map = memory_map(info->map_phys, info->map_bytes);
    if (map)
        maps_take_multiboot(map, info->map_bytes, &heap);
    else if (info->flags & MULTIBOOT_HAS_MEMORY)
        ram_add(&heap, 0x100000, (uint64_t)info->high_kib * 1024);
}

/* Multiboot has no root pointer to give. */
static void take_multiboot(const struct multiboot_info *info)
{
    const char *text;
    size_t length = 0;

    take_multiboot_memory(info);
    if (!(info->flags & MULTIBOOT_HAS_ARGUMENTS))
        return;
    text = memory_map(info->arguments_phys, COMMAND_LINE_MAX);
    while (text && length < COMMAND_LINE_MAX && text[length])
        length++;
    if (text && length < COMMAND_LINE_MAX)
        keep_arguments(words_behind_path(text));
}

void boot(uint32_t magic, uint32_t info_phys)
{
    const void *info = memory_map(info_phys, sizeof(struct pvh_info));
    const uint32_t *pvh_magic = info;

    ram_init((uintptr_t)_end, &heap);
    console_open();
    exceptions_catch();
    if (pvh_magic && *pvh_magic == PVH_MAGIC)
        take_pvh(info);
    else if (info && magic == MULTIBOOT_MAGIC)
        take_multiboot(info);
    exit(main());
}

const char *platform_arguments(void)
{
    return arguments;
}

uint64_t platform_entry_ticks(void)
{
    return entry_ticks;
}

static const void *map_table(void *context, uint64_t phys, size_t length)
{
    (void)context;
    return memory_map(phys, length);
}

static const struct vmclock_memory memory = {map_table, NULL, NULL};

/* The root pointer that the machine was started with, or one that is searched for. */
static int find_rsdp(uint64_t *rsdp)
{
    *rsdp = rsdp_phys;
    return rsdp_phys ? 0 : vmclock_acpi_find_rsdp(&memory, rsdp);
}

int platform_find(struct vmclock_region *region)
{
    uint64_t rsdp;
    int error = find_rsdp(&rsdp);

    return error ? error : vmclock_acpi_find(&memory, rsdp, region);
}

uint8_t boot_century(void)
{
    struct vmclock_acpi_cmos cmos = {0, 0};
    uint64_t rsdp;

    if (!find_rsdp(&rsdp))
        (void)vmclock_acpi_find_cmos(&memory, rsdp, &cmos);
    return cmos.century;
}

void platform_heap(char **start, char **end)
{
    struct vmclock_region page;

    if (!platform_find(&page)) /* whatever the map says */
        ram_take(&heap, page.phys, page.length);
    /* As much as can be mapped. */
    while (heap.end > heap.first && !memory_map(heap.first, heap.end - heap.first))
        heap.end = (heap.end - 1) >> 30 << 30;
    *start = _end;
    *end = heap.end > heap.first ? (char *)(uintptr_t)heap.end : _end;
}

void platform_exit(uint8_t code)
{
    vmclock_arch_port_write(DEBUG_EXIT_PORT, code);
    for (;;) /* this machine has no such device */
        __asm__ volatile("cli\n\thlt");
}
