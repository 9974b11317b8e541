/* SPDX-License-Identifier: BSD-2-Clause */
/* U-Boot's real-time clock and its command, on an U-Boot that is made up. */
#include "tests/unit/u-boot/made_up.h"

/* What U-Boot does at its start. */
static void begin(void)
{
    assert_int_equal(driver_vmclock_rtc.bind(&boot.device), 0);
    assert_int_equal(driver_vmclock_rtc.probe(&boot.device), 0);
}

static int get_time(struct rtc_time *time)
{
    memset(time, 0x55, sizeof *time);
    return driver_vmclock_rtc.ops->get(&boot.device, time);
}

/* A machine without one has no such clock; what is wrong with one that is there is said when asked. */
static void binds(void **state)
{
    (void)state;
    assert_int_equal(driver_vmclock_rtc.id, UCLASS_RTC);
    assert_int_equal(driver_vmclock_rtc.plat_auto, sizeof(struct vmclock_plat));
    begin();
    assert_int_equal(boot.plat.error, 0);
    assert_true(boot.plat.region.phys == (uintptr_t)page);
    describe(0);
    assert_int_equal(driver_vmclock_rtc.bind(&boot.device), -EPERM);
    boot.data.fdt_blob = NULL;
    assert_int_equal(driver_vmclock_rtc.bind(&boot.device), -EPERM);
    describe((uintptr_t)page);
    tree_set(&tree, VERSION, 1);
    begin();
    assert_int_equal(boot.plat.error, VMCLOCK_ERR_FDT);
}

/* Where the page is mapped, if it is: as memory only where there is some. */
static void maps(void **state)
{
    enum { NORMAL = MT_NORMAL, DEVICE = MT_DEVICE_NGNRNE };
    const uintptr_t at = (uintptr_t)page;
    const struct {
        u64 phys, size;   /* of the mapping */
        u64 start, bytes; /* of the memory */
        unsigned type;
        int error;
    } cases[] = {
        {at, REGION, at, REGION, NORMAL, 0},
        {at - REGION, 2 * REGION, at - REGION, 2 * REGION, NORMAL, 0},
        {at, REGION, 0, 0, NORMAL, VMCLOCK_ERR_MAP},
        {at, REGION, 0, 0, DEVICE, 0},
        {at, REGION, at, REGION - 1, NORMAL, VMCLOCK_ERR_MAP},
        {at, REGION, at + 1, REGION, NORMAL, VMCLOCK_ERR_MAP},
        {at, REGION, at - REGION, REGION, NORMAL, VMCLOCK_ERR_MAP},
        {at, REGION - 1, at, REGION, NORMAL, VMCLOCK_ERR_MAP},
        {at + 1, REGION, at, REGION, DEVICE, VMCLOCK_ERR_MAP},
        {at - REGION, REGION, at, REGION, DEVICE, VMCLOCK_ERR_MAP},
        {at + REGION, REGION, at, REGION, DEVICE, VMCLOCK_ERR_MAP},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned bank = 0; bank < 2; bank++) {
            (void)start(NULL);
            boot.mapped[1].virt = boot.mapped[1].phys = cases[i].phys;
            boot.mapped[1].size = cases[i].size;
            boot.mapped[1].attrs = PTE_BLOCK_MEMTYPE(cases[i].type) | PTE_BLOCK_OUTER_SHARE;
            boot.board.bi_dram[1].size = 0;
            boot.board.bi_dram[bank].start = cases[i].start;
            boot.board.bi_dram[bank].size = cases[i].bytes;
            begin();
            assert_int_equal(boot.plat.error, cases[i].error);
        }
    }
    (void)start(NULL); /* elsewhere than at its own address */
    describe(0x90001000);
    boot.mapped[1].phys = 0x90000000;
    boot.board.bi_dram[0].start = 0x90000000;
    boot.board.bi_dram[0].size = 0x10000;
    begin();
    assert_int_equal(boot.plat.error, 0);
    assert_ptr_equal((const void *)(uintptr_t)boot.plat.clk.page, page);
    (void)start(NULL);
    page[0] = 0;
    begin();
    assert_int_equal(boot.plat.error, VMCLOCK_ERR_MAGIC);
}

static void assert_time_is(const struct rtc_time *time, int year, int hour, int minute, int second)
{
    assert_int_equal(time->tm_year, year);
    assert_int_equal(time->tm_hour, hour);
    assert_int_equal(time->tm_min, minute);
    assert_int_equal(time->tm_sec, second);
}

static void tells_utc(void **state)
{
    struct rtc_time time;
    (void)state;
    begin();
    boot.counter.value += UINT64_C(61999999999);
    assert_int_equal(get_time(&time), 0);
    assert_time_is(&time, 2016, 12, 1, 2); /* and 500 ms of the reference point */
    assert_string_equal(boot.said, "");
    assert_int_equal(boot.asked, 0);
    page_put(page, AT_TIME_TYPE, 1, 0); /* a page of UTC, without TAI */
    page_put(page, AT_FLAGS, 8, ALL_FLAGS & ~1u);
    page_put(page, AT_SEQ, 4, 4);
    assert_int_equal(get_time(&time), 0);
    assert_time_is(&time, 2016, 12, 1, 38);
    assert_int_equal(driver_vmclock_rtc.ops->set(&boot.device, &time), -EPERM);
    said("<error>vmclock: the hypervisor's time cannot be set from here\n");
}

/* 23:59:60 is a second more of 23:59:59. */
static void leap_second(void **state)
{
    struct rtc_time time;
    (void)state;
    page_put(page, AT_LEAP, 1, 1);
    page_put(page, AT_SEC, 8, (uint64_t)SEC_2017 + 36 - 2);
    page_put(page, AT_FRAC, 8, 0);
    begin();
    for (int i = 0; i < 4; i++) {
        assert_int_equal(get_time(&time), 0);
        assert_time_is(&time, i == 3 ? 2017 : 2016, i == 3 ? 0 : 23, i == 3 ? 0 : 59,
                       i == 3   ? 0
                       : i == 0 ? 58
                                : 59);
        boot.counter.value += 1000000001;
    }
}

static void beyond_its_years(void **state)
{
    static const struct {
        int64_t sec;
        int error;
    } cases[] = {
        {-1, -ERANGE}, {0, 0}, {INT64_C(253402300799), 0}, {INT64_C(253402300800), -ERANGE}};
    struct rtc_time time;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        page_put(page, AT_SEC, 8, (uint64_t)(cases[i].sec + 36));
        page_put(page, AT_SEQ, 4, 2 * i + 4);
        begin();
        assert_int_equal(get_time(&time), cases[i].error);
    }
}

/* What a page is that tells no time, and the errno of it where no other clock is there. */
static void no_magic(void)
{
    page[0] = 0;
}

static void no_clock(void)
{
    page_put(page, AT_COUNTER_ID, 1, 0xff);
}

static void unreliable(void)
{
    page_put(page, AT_STATUS, 1, 4);
}

static void other_counter(void)
{
    page_put(page, AT_COUNTER_ID, 1, 0);
}

static void in_update(void)
{
    page_put(page, AT_SEQ, 4, 3);
}

static void no_tai_offset(void)
{
    page_put(page, AT_FLAGS, 8, ALL_FLAGS & ~1u);
}

static void not_mapped(void)
{
    boot.mapped[1].size = 0;
}

static const struct {
    void (*make)(void);
    int number;
    const char *state;
} refused[] = {
    {no_magic, -EBADMSG, "bad-page"},
    {no_clock, -ENODATA, "no-clock"},
    {unreliable, -EAGAIN, "unsynchronised"},
    {other_counter, -EOPNOTSUPP, "wrong-counter"},
    {in_update, -EAGAIN, "busy"},
    {not_mapped, -ENODEV, "no-device"},
    {no_tai_offset, -EBADMSG, "bad-page"},
};

static void next_clock(void **state)
{
    struct rtc_time time;
    char text[80];
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        (void)start(NULL);
        refused[i].make();
        begin();
        boot.plat.clk.max_tries = 3;
        if (refused[i].make == no_tai_offset) {
            continue; /* below */
        }
        assert_int_equal(get_time(&time), 0);
        assert_time_is(&time, 2026, 12, 34, 56);
        strcat(strcat(strcpy(text, "<warning>vmclock: "), refused[i].state), ": ");
        said(text);
        said(" The time is that of pl031.\n");
        boot.rtc_error = -EIO;
        assert_int_equal(get_time(&time), -EIO);
        boot.next_error = -ENODEV;
        assert_int_equal(get_time(&time), refused[i].number);
        strcat(strcat(strcpy(text, "<error>vmclock: "), refused[i].state), ": ");
        said(text);
    }
    (void)start(NULL); /* which knows TAI: the state is ok, and the time is no UTC all the same */
    no_tai_offset();
    begin();
    assert_int_equal(get_time(&time), 0);
    assert_time_is(&time, 2026, 12, 34, 56);
}

static void errnos(void **state)
{
    (void)state;
    assert_int_equal(vmclock_errno(REPORT_STATE_OK), 0);
    assert_int_equal(vmclock_errno(REPORT_STATE_NO_DEVICE), -ENODEV);
    assert_int_equal(vmclock_errno(REPORT_STATE_DISRUPTED), -EBADMSG);
}

static int command(const char *word, const char *another)
{
    char *words[] = {"vmclock", (char *)(uintptr_t)word, (char *)(uintptr_t)another, NULL};
    return command_vmclock(NULL, 0, 1 + !!word + !!another, words);
}

static void reports(void **state)
{
    (void)state;
    begin();
    assert_int_equal(command(NULL, NULL), CMD_RET_SUCCESS);
    said("state=ok\n");
    said("utc=2016-07-01T12:00:00.500000000Z\n");
    said("source=fdt\n");
    said("rtc_utc=2026-11-22T12:34:56.000000000Z\n");
    assert_int_equal(boot.asked, 1); /* right before the page */
    for (size_t i = 0; i + 1 < sizeof refused / sizeof *refused; i++) {
        (void)start(NULL);
        refused[i].make();
        boot.rtc_error = -EIO;
        begin();
        boot.plat.clk.max_tries = 3;
        assert_int_equal(command(NULL, NULL), CMD_RET_FAILURE);
        said(refused[i].state);
        said("rtc_utc=none\n");
        said("source=fdt\n");
    }
    for (int i = 1; i < 3; i++) {
        (void)start(NULL);
        boot.no_device = i;
        assert_int_equal(command(NULL, NULL), CMD_RET_FAILURE);
        said("state=no-device\n");
        said("source=none\n");
        said("rtc_utc=none\n");
    }
    (void)start(NULL);
    boot.next_error = -ENODEV;
    begin();
    assert_int_equal(command(NULL, NULL), CMD_RET_SUCCESS);
    said("rtc_utc=none\n");
}

static void serves(void **state)
{
    (void)state;
    begin();
    boot.typed = "r r";
    assert_int_equal(command("serve", NULL), CMD_RET_SUCCESS);
    assert_memory_equal(boot.said, "=ok 1467374400499999", 20);
    said("\n=ok ");
    assert_int_equal(boot.asked, 0);
    (void)start(NULL);
    no_magic();
    begin();
    boot.typed = "r";
    assert_int_equal(command("serve", NULL), CMD_RET_SUCCESS);
    assert_string_equal(boot.said, "=bad-page none none none\n");
    (void)start(NULL);
    boot.no_device = 1;
    boot.typed = "r";
    assert_int_equal(command("serve", NULL), CMD_RET_SUCCESS);
    assert_string_equal(boot.said, "=no-device none none none\n");
}

static void usage(void **state)
{
    (void)state;
    begin();
    assert_int_equal(command("served", NULL), CMD_RET_USAGE);
    assert_int_equal(command("serve", "now"), CMD_RET_USAGE);
    assert_string_equal(boot.said, "");
    assert_int_equal(boot.counter.reads, 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, start)
    const struct CMUnitTest tests[] = {
        TEST(binds),      TEST(maps),   TEST(tells_utc), TEST(leap_second), TEST(beyond_its_years),
        TEST(next_clock), TEST(errnos), TEST(reports),   TEST(serves),      TEST(usage),
    };
    return cmocka_run_group_tests_name("u-boot.port", tests, NULL, NULL);
}
