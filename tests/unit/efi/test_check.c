/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclock-check as a whole: what it says, does and returns, for each state of page and firmware. */
#include <stdio.h>
#include "firmware.h"

/* How each case differs from a good machine. */
static void tai_alone(void)
{
    efi_put(AT_FLAGS, 8, ALL_FLAGS & ~1u);
}

static void no_tables(void)
{
    efi.system.NumberOfTableEntries = 0;
}

static void no_memory(void)
{
    efi.pool_status = EFI_OUT_OF_RESOURCES;
}

static void damaged_system(void)
{
    efi.system.Hdr.Signature++;
}

static void not_mapped(void)
{
    efi.not_mapped = 1;
}

static void no_clock(void)
{
    efi_put(AT_COUNTER_ID, 1, 0xff);
}

static void no_epoch(void)
{
    efi_put(AT_TIME_TYPE, 1, 2);
}

static void initializing(void)
{
    efi_put(AT_STATUS, 1, 1);
}

static void beyond_its_region(void)
{
    efi_put(AT_SIZE, 4, 0x1001);
}

static void wrong_counter(void)
{
    efi_put(AT_COUNTER_ID, 1, 0);
}

static const struct state_case {
    void (*make)(void);
    EFI_STATUS status;
    unsigned code;
    const char *state, *error;
} cases[] = {
    {efi_good, EFI_SUCCESS, 16, "ok", "none"},
    {tai_alone, EFI_SUCCESS, 16, "ok", "tai-offset"},
    {efi_no_device, EFI_NOT_FOUND, 17, "no-device", "no-device"},
    {no_tables, EFI_NOT_FOUND, 17, "no-device", "no-device"},
    {no_memory, EFI_NOT_FOUND, 17, "no-device", "efi"},
    {damaged_system, EFI_NOT_FOUND, 17, "no-device", "efi"},
    {not_mapped, EFI_NOT_FOUND, 17, "no-device", "map"},
    {no_clock, EFI_UNSUPPORTED, 18, "no-clock", "no-clock"},
    {no_epoch, EFI_UNSUPPORTED, 18, "no-clock", "no-epoch"},
    {efi_unreliable, EFI_NOT_READY, 19, "unsynchronised", "unsynchronised"},
    {initializing, EFI_NOT_READY, 19, "unsynchronised", "unsynchronised"},
    {efi_bad_magic, EFI_DEVICE_ERROR, 20, "bad-page", "magic"},
    {beyond_its_region, EFI_DEVICE_ERROR, 20, "bad-page", "size"},
    {wrong_counter, EFI_UNSUPPORTED, 21, "wrong-counter", "counter"},
    {efi_in_update, EFI_NOT_READY, 22, "busy", "busy"},
};
#define CASES (sizeof cases / sizeof *cases)

/* Both by the status, which the shell and a boot menu see, and by the code. */
static void every_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        char text[100];
        efi_start();
        cases[i].make();
        assert_true(efi_run("n --tries 3") == cases[i].status);
        snprintf(text, sizeof text, "\r\nstate=%s\r\nerror=%s\r\n", cases[i].state, cases[i].error);
        efi_said_in_order("vmclock.format=1", text);
        assert_null(strstr(efi.said, "<exit"));
        assert_null(strstr(efi.said, "<watchdog"));
        assert_null(strstr(efi.said, "<line"));
        assert_int_equal(efi.sets, 0);
        assert_int_equal(efi.pools, 0);
        efi_start();
        cases[i].make();
        assert_true(efi_run("n --qemu-exit --tries 3") == cases[i].status);
        snprintf(text, sizeof text, "\r\n\r\n<exit %u>", cases[i].code);
        efi_said_in_order("state=", text);
        assert_string_equal(strstr(efi.said, "<exit"), text + 4); /* once, and last */
    }
}

/* The region is as ACPI says, and is said also where its page is of no use. */
static void page_and_its_region(void **state)
{
    char text[100];
    (void)state;
    efi_start();
    (void)efi_run("n");
    assert_int_equal(efi.opened_bytes, 0x1000);
    assert_ptr_equal((void *)efi.asked_of, efi.page);
    snprintf(text, sizeof text, "source=acpi\r\npage=0x%llx\r\n", (unsigned long long)efi.asked_of);
    efi_said_in_order("utc=2017-01-01T00:00:00.500000000Z\r\n", text);
    for (unsigned i = 0; i < 2; i++) {
        efi_start();
        (i ? efi_bad_magic : not_mapped)();
        (void)efi_run("n");
        efi_said_in_order("state=", text);
    }
    efi_start();
    efi_no_device();
    (void)efi_run("n");
    efi_said_in_order("source=none\r\npage=none", "");
}

/* A publisher that writes whenever somebody reads. */
static void write_on(void)
{
    static unsigned seq = 2;
    efi_put(AT_SEQ, 4, seq += 2);
}

static void tries(void **state)
{
    static const unsigned counts[] = {1, 2, 77};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char line[40];
        efi_start();
        efi.on_read = write_on;
        snprintf(line, sizeof line, "n --tries %u", counts[i]);
        assert_true(efi_run(line) == EFI_NOT_READY);
        assert_int_equal(efi.reads, counts[i]);
    }
}

static void help(void **state)
{
    (void)state;
    efi_start();
    assert_true(efi_run("n --help --serve --set-rtc --qemu-exit") == EFI_SUCCESS);
    assert_memory_equal(efi.said, "Usage: vmclock-check [OPTION]...\r\n", 34);
    efi_said_in_order("rtc_set=ok. ", "<exit 31>");
    assert_int_equal(efi.reads + efi.gets + efi.sets, 0);
    assert_null(strstr(efi.said, "<line"));
}

/* A mistake is said before anything is done; the code is one of no report. */
static void mistakes(void **state)
{
    (void)state;
    efi_start();
    assert_true(efi_run("n --qemu-exit --set-rtc --help --no") == EFI_INVALID_PARAMETER);
    assert_string_equal(efi.said, "vmclock-check: unknown option: --no\r\n"
                                  "vmclock-check: try --help\r\n<exit 31>");
    efi_start();
    assert_true(efi_run("n --no --qemu-exit") == EFI_INVALID_PARAMETER);
    assert_null(strstr(efi.said, "<exit"));
    efi_start();
    efi.shell_status = EFI_SUCCESS;
    assert_true(efi_main(&efi, &efi.system) == EFI_DEVICE_ERROR);
    assert_string_equal(efi.said, "vmclock-check: the firmware's arguments are damaged\r\n");
}

/* The real-time clock is asked right before the page is read, to the nanosecond that it gives. */
static void real_time_clock(void **state)
{
    (void)state;
    efi_start();
    efi.rtc_ahead_ns = -1234567890;
    (void)efi_run("n");
    efi_said_in_order("<get><read>", "rtc_set=none\r\nrtc_utc=2016-12-31T23:59:59.265432110Z\r\n"
                                     "rtc_ahead_ms=-1235\r\n");
    assert_int_equal(efi.gets, 1);
    efi_start();
    efi.get_status = EFI_DEVICE_ERROR;
    assert_true(efi_run("n") == EFI_SUCCESS);
    efi_said_in_order("rtc_utc=none\r\nrtc_ahead_ms=none\r\n", "");
    efi_start(); /* with nothing to compare, it is said too */
    efi_no_device();
    (void)efi_run("n");
    efi_said_in_order("rtc_utc=2017-01-01T00:00:00.500000000Z\r\nrtc_ahead_ms=none\r\n", "");
}

/* A good clock is set once, read back, and asked once more for the report. */
static void sets(void **state)
{
    (void)state;
    efi_start();
    efi.step = 100000;
    efi.rtc_ahead_ns = 7654321098;
    assert_true(efi_run("n --set-rtc --qemu-exit") == EFI_SUCCESS);
    efi_said_in_order("<set the clock>",
                      "<get>vmclock-check: the real-time clock is set\r\nvmclock");
    efi_said_in_order("rtc_set=ok\r\n", "rtc_ahead_ms=");
    efi_said_in_order("rtc_ahead_ms=", "<exit 16>");
    assert_int_equal(efi.sets, 1);
    assert_in_range(efi.rtc_ahead_ns + 500000000, 0, 1000000000);
}

/* What is wrong with the clock counts only where nothing is wrong with the page. */
static void sets_not(void **state)
{
    (void)state;
    efi_start();
    efi.step = 100000;
    efi.set_status = EFI_DEVICE_ERROR;
    assert_true(efi_run("n --set-rtc --qemu-exit") == EFI_DEVICE_ERROR);
    efi_said_in_order("the real-time clock is not set: ", "state=ok\r\n");
    efi_said_in_order("rtc_set=rtc-firmware\r\n", "<exit 16>");
    for (size_t i = 2; i < CASES; i++) {
        char text[100];
        efi_start();
        cases[i].make();
        assert_true(efi_run("n --set-rtc --tries 3") == cases[i].status);
        snprintf(text, sizeof text, "rtc_set=%s\r\n", cases[i].error);
        efi_said_in_order("vmclock-check: the real-time clock is not set: ", text);
        assert_int_equal(efi.sets, 0);
    }
    efi_start(); /* right to 0.1 s is what the help says */
    efi_put(AT_MAXERROR, 8, 100000001);
    assert_true(efi_run("n --set-rtc") == EFI_DEVICE_ERROR);
    efi_said_in_order("rtc_set=bound\r\n", "");
    assert_int_equal(efi.sets, 0);
}

/* The line is there before the report is, the watchdog does not end it, and all is given back. */
static void serves(void **state)
{
    (void)state;
    efi_start();
    efi.asked = "-r-xr-";
    assert_true(efi_run("n --serve --qemu-exit") == EFI_SUCCESS);
    efi_said_in_order("<watchdog 0><get><read><line open>vmclock: 2017",
                      "\r\n\r\n<read><answer =><answer ok ");
    efi_said_in_order("<answer ok ", "<read><answer =><answer ok ");
    efi_said_in_order("<answer ok ", "\n><line close><exit 16>");
    assert_int_equal(efi.reads, 3);
}

/* Each question is a reading of its own; the verdict at the end is the last one's. */
static void serves_changes(void **state)
{
    (void)state;
    efi_start();
    efi.asked = "r";
    efi.on_ask = efi_unreliable;
    assert_true(efi_run("n --serve --qemu-exit") == EFI_NOT_READY);
    efi_said_in_order("state=ok", "<answer =><answer unsynchronised none none ");
    efi_said_in_order("<line close>", "<exit 19>");
}

static void serves_without_page(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        efi_start();
        (i == 0 ? efi_no_device : i == 1 ? efi_bad_magic : not_mapped)();
        efi.asked = "r";
        assert_true(efi_run("n --serve") == (i == 1 ? EFI_DEVICE_ERROR : EFI_NOT_FOUND));
        efi_said_in_order("<watchdog 0>", "\r\n\r\n<answer =><answer ");
        efi_said_in_order("<answer =><answer ", i == 1 ? "bad-page none none none\n><line close>"
                                                       : "no-device none none none\n><line close>");
    }
}

/* Nobody can ask, so there is no report: that there is no line is all that is said. */
static void no_line(void **state)
{
    static const EFI_STATUS statuses[] = {EFI_UNSUPPORTED, EFI_DEVICE_ERROR};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        efi_start();
        efi.line_status = statuses[i];
        assert_true(efi_run("n --serve --qemu-exit") == statuses[i]);
        assert_string_equal(strstr(efi.said, "<line open>"),
                            "<line open>vmclock-check: there is no COM2 to serve on\r\n<exit 31>");
        assert_null(strstr(efi.said, "vmclock.format"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state),
        cmocka_unit_test(page_and_its_region),
        cmocka_unit_test(tries),
        cmocka_unit_test(help),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(real_time_clock),
        cmocka_unit_test(sets),
        cmocka_unit_test(sets_not),
        cmocka_unit_test(serves),
        cmocka_unit_test(serves_changes),
        cmocka_unit_test(serves_without_page),
        cmocka_unit_test(no_line),
    };
    return cmocka_run_group_tests_name("efi.check", tests, NULL, NULL);
}
