/* SPDX-License-Identifier: BSD-2-Clause */
#include <log.h>
#include <time.h>
#include "tests/unit/u-boot/made_up.h"

int vsnprintf(char *, size_t, const char *, va_list);
int __wrap_vmclock_open(struct vmclock *clk, const volatile void *at, size_t length);
void console_put(char letter);
int console_get(void);

struct mm_region *mem_map;
extern struct global_data *gd;
struct global_data *gd;

static _Alignas(4096) uint8_t memory[3 * REGION];
uint8_t *const page = memory + REGION;

struct made_up boot;

struct tree tree;

void *dev_get_plat(const struct udevice *dev)
{
    return dev->plat;
}

int uclass_next_device_err(struct udevice **dev)
{
    assert_ptr_equal(*dev, &boot.device);
    *dev = boot.next_error ? NULL : &boot.next;
    return boot.next_error;
}

int uclass_get_device_by_driver(int id, const struct driver *driver, struct udevice **dev)
{
    assert_int_equal(id, UCLASS_RTC);
    assert_ptr_equal(driver, &driver_vmclock_rtc);
    *dev = boot.no_device ? NULL : &boot.device;
    return boot.no_device == 1 ? -ENODEV : 0;
}

int dm_rtc_get(struct udevice *dev, struct rtc_time *time)
{
    assert_ptr_equal(dev, &boot.next);
    boot.asked = boot.counter.reads + 1;
    *time = boot.rtc;
    return boot.rtc_error;
}

void rtc_to_tm(uint64_t posix_sec, struct rtc_time *time)
{
    const struct vmclock_utc utc = {(int64_t)posix_sec, 0, 0};
    struct vmclock_civil civil;
    assert_int_equal(vmclock_utc_to_civil(&utc, &civil), 0);
    *time = (struct rtc_time){
        civil.second, civil.minute, civil.hour, civil.day, civil.month, (int)civil.year, 0, 0, 0};
}

static void say(const char *level, const char *format, va_list arguments)
{
    strcat(boot.said, level);
    const size_t at = strlen(boot.said);
    vsnprintf(boot.said + at, sizeof boot.said - at, format, arguments);
}

void log_err(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("<error>", format, arguments);
    va_end(arguments);
}

void log_warning(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say("<warning>", format, arguments);
    va_end(arguments);
}

void console_put(char letter)
{
    boot.said[strlen(boot.said)] = letter;
}

int console_get(void)
{
    return *boot.typed ? *boot.typed++ : 'q';
}

int __wrap_vmclock_open(struct vmclock *clk, const volatile void *at, size_t length)
{
    assert_int_equal(length, REGION);
    const volatile uint32_t *magic = at;
    if (*magic != 0x4b4c4356) {
        return VMCLOCK_ERR_MAGIC;
    }
    open_with(clk, (const void *)(uintptr_t)at, length, &boot.counter);
    return 0;
}

void describe(uintptr_t at)
{
    tree_free(&tree);
    tree_root(&tree);
    if (at) {
        tree_begin(&tree, "vmclock");
        tree_text(&tree, "compatible", "amazon,vmclock");
        tree_cells(&tree, "reg", 4, (uint32_t)((uint64_t)at >> 32), (uint32_t)at, 0u, REGION);
        tree_tag(&tree, END_NODE);
    }
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    boot.data.fdt_blob = tree.bytes;
}

int start(void **state)
{
    (void)state;
    memset(&boot, 0, sizeof boot);
    gd = &boot.data;
    boot.data.bd = &boot.board;
    boot.board.bi_dram[0].start = 0x40000000;
    boot.board.bi_dram[0].size = 0x1000;
    boot.board.bi_dram[1].start = (uintptr_t)memory;
    boot.board.bi_dram[1].size = sizeof memory;
    boot.mapped[0] = (struct mm_region){0, 0, 0x1000, PTE_BLOCK_MEMTYPE(MT_NORMAL)};
    boot.mapped[1] = (struct mm_region){(uintptr_t)memory, (uintptr_t)memory, sizeof memory,
                                        PTE_BLOCK_MEMTYPE(MT_NORMAL) | PTE_BLOCK_OUTER_SHARE};
    mem_map = boot.mapped;
    boot.device = (struct udevice){"vmclock", &boot.plat};
    boot.next = (struct udevice){"pl031", NULL};
    boot.rtc = (struct rtc_time){56, 34, 12, 22, 11, 2026, 0, 0, 0};
    boot.counter.value = good_snapshot().ref_counter;
    boot.typed = "";
    page_fill(page);
    page_put(page, AT_TAI_OFFSET, 2, (uint16_t)-36);
    page_put(page, AT_LEAP, 1, 0);
    page_put(page, AT_SEC, 8, (uint64_t)NOON + 36);
    page_put(page, AT_MAXERROR, 8, 1000);
    describe((uintptr_t)page);
    return 0;
}

void said(const char *text)
{
    if (!strstr(boot.said, text)) {
        fail_msg("no \"%s\" in:\n%s", text, boot.said);
    }
}
