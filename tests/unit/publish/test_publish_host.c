/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Publisher and reader on one machine: vmclock-publish publishes this host's own counter, the
 * library reads it, and CLOCK_REALTIME, asked just before and just after, has to overlap.
 *
 * VMCLOCK_PUBLISH names the program.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <vmclock/vmclock.h>

#define PAGE_BYTES 4096
#define READINGS 1000
#define NS_PER_SEC INT64_C(1000000000)

static char page_path[] = "/tmp/vmclock-host-XXXXXX";
static pid_t publisher;
static volatile void *page;

/* Starts the publisher with up to two more options and waits until it is ready. */
static void start(const char *option, const char *value)
{
    const char *arguments[] = {
        "vmclock-publish", "--file", page_path, "--authority", "host", option, value, NULL};
    int output[2], fd;
    char first;

    assert_int_equal(pipe(output), 0);
    publisher = fork();
    if (publisher == 0) {
        dup2(output[1], 1);
        close(output[0]);
        close(output[1]);
        execv(getenv("VMCLOCK_PUBLISH"), (char **)(uintptr_t)arguments);
        _exit(127);
    }
    close(output[1]);
    assert_int_equal(read(output[0], &first, 1), 1);
    close(output[0]);
    fd = open(page_path, O_RDONLY | O_CLOEXEC);
    page = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    assert_true(page != MAP_FAILED);
}

static int make_file(void **state)
{
    int fd;

    (void)state;
    strcpy(page_path + strlen(page_path) - 6, "XXXXXX");
    fd = mkstemp(page_path);
    return fd < 0 ? -1 : close(fd);
}

static int end(void **state)
{
    (void)state;
    if (publisher > 0) {
        kill(publisher, SIGKILL);
        waitpid(publisher, NULL, 0);
    }
    publisher = 0;
    return unlink(page_path);
}

static int64_t realtime_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_SEC + now.tv_nsec;
}

static void sleep_ms(int64_t ms)
{
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&pause, NULL);
}

/* An end of the reading as ns of the POSIX clock. No leap second is near, or the test is wrong. */
static int64_t unix_ns(const struct vmclock_reading *reading, const struct vmclock_time *end_of,
                       int up)
{
    struct vmclock_snapshot snapshot;
    struct vmclock clk;
    struct vmclock_time time = *end_of;
    int64_t ns;

    if (reading->time_type == VMCLOCK_TIME_TYPE_TAI) {
        assert_int_equal(vmclock_open(&clk, page, PAGE_BYTES), 0);
        assert_int_equal(vmclock_take_snapshot(&clk, &snapshot), 0);
        time.sec -= abs(snapshot.tai_offset_sec);
    }
    assert_int_equal(
        up ? vmclock_time_to_ns_ceil(&time, &ns) : vmclock_time_to_ns_floor(&time, &ns), 0);
    return ns;
}

/* How many of the readings, pause_ms apart, do not overlap the host's window around them. */
static int count_wrong(int readings, int64_t pause_ms, int64_t *widest_ns)
{
    struct vmclock_reading reading;
    struct vmclock clk;
    int wrong = 0;

    assert_int_equal(vmclock_open(&clk, page, PAGE_BYTES), 0);
    *widest_ns = 0;
    for (int i = 0; i < readings; i++) {
        int64_t before = realtime_ns(), after, earliest, latest;

        assert_int_equal(vmclock_now(&clk, &reading), 0);
        after = realtime_ns();
        earliest = unix_ns(&reading, &reading.earliest, 0);
        latest = unix_ns(&reading, &reading.latest, 1);
        wrong += latest < before || earliest > after;
        *widest_ns = latest - earliest > *widest_ns ? latest - earliest : *widest_ns;
        sleep_ms(pause_ms);
    }
    return wrong;
}

static void host_time_is_inside_every_interval(void **state)
{
    int64_t widest_ns;

    (void)state;
    start("--interval-ms", "20");
    assert_int_equal(count_wrong(READINGS, 1, &widest_ns), 0);
    print_message("widest interval %lld ns\n", (long long)widest_ns);
    assert_in_range(widest_ns, 1, 10000000);
}

/* Without the refresh the interval widens as fast as the host's clock may wander. */
static void stale_page_stays_true(void **state)
{
    int64_t fresh_ns, stale_ns;

    (void)state;
    start("--interval-ms", "20");
    count_wrong(1, 0, &fresh_ns);
    kill(publisher, SIGKILL);
    sleep_ms(1000);
    assert_int_equal(count_wrong(10, 1, &stale_ns), 0);
    assert_true(stale_ns > fresh_ns + 900000); /* twice 500 ppm of a second, and a bit */
}

static void skew_is_seen(const char *skew_ns)
{
    int64_t widest_ns;

    start("--skew-ns", skew_ns);
    assert_int_equal(count_wrong(20, 1, &widest_ns), 20);
}

static void skew_ahead_is_seen(void **state)
{
    (void)state;
    skew_is_seen("2000000");
}

static void skew_behind_is_seen(void **state)
{
    (void)state;
    skew_is_seen("-2000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(host_time_is_inside_every_interval, make_file, end),
        cmocka_unit_test_setup_teardown(stale_page_stays_true, make_file, end),
        cmocka_unit_test_setup_teardown(skew_ahead_is_seen, make_file, end),
        cmocka_unit_test_setup_teardown(skew_behind_is_seen, make_file, end),
    };

    return cmocka_run_group_tests_name("publish-host", tests, NULL, NULL);
}
