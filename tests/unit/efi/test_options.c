/* SPDX-License-Identifier: BSD-2-Clause */
/* What each option of vmclock-check does, to the firmware and on the console. */
#include <stdio.h>
#include <stdlib.h>
#include "boot/efi/args.h"
#include "firmware.h"

#define US_PER_SEC 1000000u

/* Nothing on the console; the status as ever. */
static void quiet(void **state)
{
    (void)state;
    for (size_t i = 0; i < EFI_STATES; i++) {
        efi_start();
        efi_states[i].make();
        assert_true(efi_run("n -q --tries 3") == efi_states[i].status);
        assert_string_equal(efi.said, i == 0 || i == 2 ? "<get><read>"
                                      : i == 4         ? efi.said
                                                       : "<get>");
        assert_null(strstr(efi.said, "vmclock"));
    }
    efi_start();
    efi.step = 100000;
    assert_true(efi_run("n -q --set-rtc") == EFI_SUCCESS);
    assert_int_equal(efi.sets, 1);
    assert_null(strstr(efi.said, "vmclock"));
}

/* The end of the JSON string that begins at at. */
static const char *string_end(const char *at)
{
    assert_int_equal(*at++, '"');
    for (; *at != '"'; at++) {
        assert_in_range(*at, ' ', '~');
        at += *at == '\\';
    }
    return at + 1;
}

/* An object on one line, of strings, whole numbers and nulls; returns what is behind it. */
static const char *object_end(const char *at)
{
    unsigned members = 0;
    do {
        members++;
        at = string_end(at + 1);
        assert_int_equal(*at++, ':');
        if (strncmp(at, "null", 4) == 0) {
            at += 4;
        } else if (*at == '"') {
            at = string_end(at);
        } else {
            char *end;
            (void)strtod(at, &end);
            assert_true(end > at && strcspn(at, ".eEx") >= (size_t)(end - at));
            at = end;
        }
    } while (*at == ',');
    assert_int_equal(*at, '}');
    assert_int_equal(members, 31); /* verdict, format and the keys */
    return at + 1;
}

static void json(void **state)
{
    (void)state;
    for (size_t i = 0; i < EFI_STATES; i++) {
        char text[100];
        efi_start();
        efi_states[i].make();
        assert_true(efi_run("n --json --tries 3") == efi_states[i].status);
        assert_string_equal(object_end(strchr(efi.said, '{')), "\r\n");
        snprintf(text, sizeof text, "\",\"vmclock.format\":1,\"state\":\"%s\",",
                 efi_states[i].state);
        efi_said_in_order("{\"verdict\":\"", text);
        assert_null(strstr(efi.said, "vmclock: "));
    }
    efi_start();
    efi.rtc_ahead_ns = -1234567890;
    efi.step = 100000;
    efi.set_status = EFI_DEVICE_ERROR;
    assert_true(efi_run("n --json --set-rtc") == EFI_DEVICE_ERROR);
    assert_int_equal(efi.sets, 1);
    assert_string_equal(object_end(strchr(efi.said, '{')), "\r\n");
    assert_null(strstr(efi.said, "vmclock-check"));
    efi_start();
    efi.rtc_ahead_ns = -1234567890;
    assert_true(efi_run("n --json") == EFI_SUCCESS);
    efi_said_in_order("\"utc\":\"2017-01-01T00:00:00.500000000Z\",\"tai_sec\":1483228837,",
                      "\"page\":\"0x");
    efi_said_in_order("\"flags\":\"0x",
                      "\"rtc_set\":null,\"rtc_utc\":\"2016-12-31T23:59:59.265432110Z\","
                      "\"rtc_ahead_ms\":-1235}\r\n");
}

/* Where the user says, and for as long as its 4 KiB go on; ACPI is not asked. */
static void at_an_address(void **state)
{
    static uint8_t other[3 * 4096];
    uint8_t *page = (uint8_t *)(((uintptr_t)other + 4095) & ~(uintptr_t)4095);
    char line[60];
    (void)state;
    for (unsigned at = 0; at < 4096; at += 2048) {
        efi_start();
        efi_no_device();
        memcpy(page + at, efi.page, 0x70);
        page_put(page + at, AT_SIZE, 4, 0x70);
        snprintf(line, sizeof line, "n -a %llx", (unsigned long long)(uintptr_t)(page + at));
        assert_true(efi_run(line) == EFI_SUCCESS);
        assert_int_equal(efi.opened_bytes, 4096 - at);
        assert_ptr_equal((void *)efi.asked_of, page + at);
        efi_said_in_order("source=none\r\npage=0x", "\r\n");
        assert_int_equal(efi.pools, 0);
    }
}

/* What contradicts: the map, for each type of memory; the page tables; that there is no map. */
static void not_at_an_address(void **state)
{
    static uint8_t none[2 * 4096];
    const uintptr_t at = ((uintptr_t)none + 4095) & ~(uintptr_t)4095;
    char line[60];
    (void)state;
    snprintf(line, sizeof line, "n -a %llx", (unsigned long long)at);
    for (uint32_t type = 0; type < 20; type++) {
        const int memory = type <= EfiACPIMemoryNVS && type != EfiUnusableMemory;
        for (unsigned distance = 0; distance < 3; distance++) {
            const int allowed = memory || distance != 1; /* before it, it, behind it */
            efi_start();
            efi.range_type = type;
            efi.range_phys = at + 4096 - 4096 * distance;
            assert_true(efi_run(line) == (allowed ? EFI_DEVICE_ERROR : EFI_NOT_FOUND));
            efi_said_in_order(allowed ? "\r\nerror=magic\r\n" : "\r\nerror=map\r\n", "page=0x");
            assert_int_equal(efi.opened_bytes, allowed ? 4096 : 0);
            assert_int_equal(efi.pools, 0);
        }
    }
    efi_start();
    efi.not_mapped = 1;
    assert_true(efi_run(line) == EFI_NOT_FOUND);
    efi_said_in_order("\r\nerror=map\r\n", "page=0x");
    efi_start();
    assert_true(efi_run("n -a 0") == EFI_NOT_FOUND);
    efi_said_in_order("\r\nerror=map\r\n", "page=0x0\r\n");
    for (unsigned i = 0; i < 5; i++) {
        efi_start();
        efi.pool_status = i == 0 ? EFI_OUT_OF_RESOURCES : EFI_SUCCESS;
        efi.map_status = i == 1 ? EFI_BUFFER_TOO_SMALL : EFI_SUCCESS;
        efi.map_step = i == 2 ? 32 : i == 3 ? 4097 : i == 4 ? 42 : efi.map_step;
        assert_true(efi_run(line) == EFI_NOT_FOUND);
        efi_said_in_order("\r\nerror=efi\r\n", "page=0x");
        assert_int_equal(efi.opened_bytes, 0);
        assert_int_equal(efi.pools, 0);
    }
}

/* A driver that has found the page, or has not. */
static vmclock_protocol_status region_status;

static vmclock_protocol_status VMCLOCK_PROTOCOL_CALL region(const struct vmclock_protocol *self,
                                                            vmclock_protocol_uintn size,
                                                            struct vmclock_protocol_region *found)
{
    assert_ptr_equal(self, efi.driver);
    assert_int_equal(size, sizeof *found);
    efi_note("<driver>");
    if (!region_status) {
        *found = (struct vmclock_protocol_region){(uintptr_t)efi.page, 0x800, 2, 0};
    }
    return region_status;
}

static void by_the_driver(void **state)
{
    static struct vmclock_protocol driver = {VMCLOCK_PROTOCOL_REVISION, region, NULL, NULL, NULL};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        efi_start();
        efi_put(AT_SIZE, 4, 0x800);
        efi.driver = &driver;
        driver.revision = VMCLOCK_PROTOCOL_REVISION - (i == 2) + (i == 3);
        region_status = i == 1 ? EFI_NOT_FOUND : EFI_SUCCESS;
        assert_true(efi_run("n") == EFI_SUCCESS);
        assert_int_equal(efi.opened_bytes, i == 0 || i == 3 ? 0x800 : 0x1000);
        efi_said_in_order(i == 0 || i == 3 ? "source=fdt\r\n" : "source=acpi\r\n", "page=0x");
        assert_int_equal(efi_count("<driver>"), i != 2);
    }
    efi_start();
    efi.driver = &driver;
    (void)efi_run("n -a 0");
    assert_int_equal(efi_count("<driver>"), 0);
}

/* The page becomes good while it is waited for. */
static unsigned stalls_left;

static void mend(void)
{
    if (stalls_left > 0 && --stalls_left == 0) {
        efi_put(AT_STATUS, 1, 2);
        efi_put(AT_SEQ, 4, 8);
        efi_put(AT_MAGIC, 4, 0x4b4c4356);
    }
}

static void waits(void **state)
{
    (void)state;
    for (size_t i = 2; i < EFI_STATES; i++) {
        for (unsigned stalls = 1; stalls <= 11; stalls += 9) { /* the last one, and one too late */
            efi_start();
            efi_states[i].make();
            stalls_left = stalls;
            efi.on_stall = mend;
            assert_true(efi_run("n -t 1 --tries 3") ==
                        (stalls <= 10 ? EFI_SUCCESS : efi_states[i].status));
            assert_int_equal(efi.stalled_us, (stalls < 10 ? stalls : 10) * US_PER_SEC / 10);
            efi_said_in_order("<watchdog 0>", "vmclock: ");
        }
        efi_start();
        efi_states[i].make();
        efi.on_stall = mend;
        stalls_left = 1;
        assert_true(efi_run("n -t 0 --tries 3") == efi_states[i].status);
        assert_int_equal(efi.stalled_us, 0);
    }
    for (size_t i = 0; i < 2; i++) { /* nothing to wait for, good or not */
        efi_start();
        efi_states[i].make();
        assert_true(efi_run("n -t 3600") == efi_states[i].status);
        assert_int_equal(efi.stalled_us, 0);
    }
    efi_start();
    efi_in_update();
    assert_true(efi_run("n -t 3600 --tries 1") == EFI_NOT_READY);
    assert_true(efi.stalled_us == UINT64_C(3600) * US_PER_SEC);
    efi_start(); /* the clock is set when the time is known */
    efi_unreliable();
    efi.step = 100000;
    efi.on_stall = mend;
    stalls_left = 4;
    assert_true(efi_run("n -t 1 --set-rtc") == EFI_SUCCESS);
    assert_int_equal(efi.sets, 1);
}

/* A line a second until a key is pressed; keys of before do not count. */
static void watches(void **state)
{
    /* Asked once and twice before, then 20 times a second. */
    static const char keys[] = "kk-"
                               "--------------------"
                               "--------------------"
                               "k";
    (void)state;
    efi_start();
    efi.keys = keys;
    assert_true(efi_run("n -w") == EFI_SUCCESS);
    assert_int_equal(efi_count("vmclock: 2017"), 3);
    assert_int_equal(efi_count("vmclock.format"), 1);
    assert_int_equal(efi_count("<key>"), 3);
    assert_int_equal(efi.stalled_us, 2 * US_PER_SEC);
    efi_said_in_order("<key><key><watchdog 0>", "\r\n<key>");
    efi_start();
    efi.keys = keys + 2;
    stalls_left = 25;
    efi_unreliable();
    efi.on_stall = mend;
    assert_true(efi_run("n -w --json") == EFI_SUCCESS); /* the last reading counts */
    assert_int_equal(efi_count("\"state\":\"unsynchronised\""), 2);
    assert_int_equal(efi_count("\"state\":\"ok\""), 1);
    assert_int_equal(efi_count("}\r\n"), 3);
    efi_start();
    efi_no_device();
    efi.keys = "-k";
    assert_true(efi_run("n -w") == EFI_NOT_FOUND);
    assert_int_equal(efi.stalled_us, 0);
}

static void watches_not(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        efi_start();
        efi.keys = "x";
        if (i == 0) {
            efi.system.ConIn = NULL;
        }
        assert_true(efi_run("n -w --qemu-exit") == EFI_UNSUPPORTED);
        assert_string_equal(efi.said,
                            "vmclock-check: -w: there is no keyboard to end it\r\n<exit 31>");
    }
    efi_start(); /* somebody leans on it */
    efi.keys = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
    assert_true(efi_run("n -w") == EFI_SUCCESS);
    assert_int_equal(efi_count("<key>"), 65);
}

static void page_breaks(void **state)
{
    (void)state;
    efi_start();
    efi_breaks();
    assert_true(efi_run("n -b") == EFI_SUCCESS);
    efi_said_in_order("<break on><get>", "rtc_ahead_ms=0\r\n\r\n<break off>");
    assert_int_equal(efi.page_break, 0);
    efi_start();
    efi_breaks();
    efi.line_status = EFI_UNSUPPORTED;
    assert_true(efi_run("n -b --serve") == EFI_UNSUPPORTED);
    assert_int_equal(efi.page_break, 0);
    efi_start(); /* on for the whole of the shell */
    efi_breaks();
    efi.page_break = 1;
    assert_true(efi_run("n -b") == EFI_SUCCESS);
    assert_int_equal(efi.page_break + 2 * efi_count("<break"), 1);
    efi_start();
    assert_true(efi_run("n -b --qemu-exit") == EFI_UNSUPPORTED);
    assert_string_equal(
        efi.said, "vmclock-check: -b: there is no UEFI shell to stop the screen\r\n<exit 31>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quiet),         cmocka_unit_test(json),
        cmocka_unit_test(at_an_address), cmocka_unit_test(not_at_an_address),
        cmocka_unit_test(by_the_driver), cmocka_unit_test(waits),
        cmocka_unit_test(watches),       cmocka_unit_test(watches_not),
        cmocka_unit_test(page_breaks),
    };
    return cmocka_run_group_tests_name("efi.options", tests, NULL, NULL);
}
