/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel tells of counters that are set, by one that is made up. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/kvm/trace.h"
#include "tests/unit/publish/traces.h"

static struct kvm_trace *open_it(void)
{
    const char *why;
    struct kvm_trace *trace = kvm_trace_open(&why);

    assert_non_null(trace);
    return trace;
}

static int lowest_fd(void)
{
    int fd = dup(STDOUT_FILENO);

    close(fd);
    return fd;
}

/* Nothing of ours is left open. */
static void close_kernels(void)
{
    for (int cpu = 0; cpu < CPUS; cpu++) {
        struct pollfd ours = {.fd = told_by[cpu]};

        if (told_by[cpu] < 0)
            continue;
        assert_int_equal(poll(&ours, 1, 0), 1);
        assert_int_equal(ours.revents, POLLERR); /* who reads is gone */
        close(told_by[cpu]);
        told_by[cpu] = -1;
    }
    assert_int_equal(mapped, 0);
}

static void close_it(struct kvm_trace *trace)
{
    kvm_trace_close(trace);
    close_kernels();
}

static void assert_not(const char *expected)
{
    const int lowest = lowest_fd();
    const char *why = NULL;

    assert_null(kvm_trace_open(&why));
    assert_string_equal(why, expected);
    close_kernels();
    assert_int_equal(lowest_fd(), lowest);
}

static void test_where_it_is(void **state)
{
    const int lowest = lowest_fd();

    (void)state;
    close_it(open_it());
    ids[1] = ids[0];
    ids[0] = NULL;
    close_it(open_it());
    ids[0] = "x\n"; /* that is none */
    close_it(open_it());
    ids[0] = "7";
    id = 7;
    cpus = 1;
    close_it(open_it());
    assert_int_equal(told_by[1], -1);
    assert_int_equal(lowest_fd(), lowest);
}

/* Where standard input is closed any of them may be descriptor 0. */
static void test_descriptor_0(void **state)
{
    const int kept = dup(0);

    (void)state;
    close(0);
    close_it(open_it());
    assert_int_equal(lowest_fd(), 0);
    assert_int_equal(dup2(kept, 0), 0);
    close(kept);
}

static void test_why_not(void **state)
{
    static const char root[] =
        "it takes root, or CAP_PERFMON where kernel.perf_event_paranoid is at most 2";

    (void)state;
    ids[0] = "";
    assert_not(strerror(ENOENT));
    ids[1] = "";
    assert_not(strerror(EBADMSG));
    ids[1] = "x";
    assert_not(strerror(EBADMSG));
    ids[0] = ids[1] = "9999999999999999999999999999999999999999"; /* more than are read */
    assert_not(strerror(EBADMSG));
    ids[0] = ids[1] = NULL;
    assert_not(strerror(ENOENT));
    ids_error = EACCES;
    assert_not(root);
    ids[0] = "345\n";
    refused[CPUS - 1] = EACCES;
    assert_not(root);
    refused[0] = EMFILE;
    assert_not(strerror(EMFILE));
    refused[0] = refused[CPUS - 1] = 0;
    map_refused = EPERM;
    assert_not(strerror(EPERM));
    map_refused = 0;
    watch_refused = ENOSPC;
    assert_not(strerror(ENOSPC));
    watch_refused = 0;
    wait_refused = ENFILE;
    assert_not(strerror(ENFILE));
    wait_refused = 0;
    cpus = -1;
    assert_not(strerror(ENOMEM));
    cpus = 0;
    assert_not(strerror(ENOMEM));
    cpus = CPUS;
    for (int cpu = 0; cpu < CPUS; cpu++)
        refused[cpu] = ENODEV;
    assert_not(strerror(ENODEV));
}

static pid_t heard[8];
static unsigned heard_count;

static void hear(void *context, pid_t pid)
{
    assert_ptr_equal(context, heard);
    assert_in_range(heard_count, 0, 7);
    heard[heard_count++] = pid;
}

static void assert_heard(struct kvm_trace *trace, unsigned count, const pid_t *pids)
{
    heard_count = 0;
    kvm_trace_hear(trace, hear, heard);
    assert_int_equal(heard_count, count);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(heard[i], pids[i]);
    for (int cpu = 0; cpu < CPUS; cpu++)
        if (heads[cpu])
            assert_int_equal(heads[cpu]->data_tail, heads[cpu]->data_head);
}

static void put_word(int cpu, uint32_t word)
{
    uint8_t *records = (uint8_t *)heads[cpu] + page_bytes;

    memcpy(records + heads[cpu]->data_head % page_bytes, &word, sizeof(word));
    heads[cpu]->data_head += sizeof(word);
}

/* A record: its head, the process, the thread. */
static void put(int cpu, uint32_t type, pid_t pid)
{
    put_word(cpu, type);
    put_word(cpu, 16u << 16 | 2); /* some flags */
    put_word(cpu, (uint32_t)pid);
    put_word(cpu, (uint32_t)pid + 1);
}

static bool is_told(const struct kvm_trace *trace)
{
    struct pollfd told = {.fd = kvm_trace_fd(trace), .events = POLLIN};

    return poll(&told, 1, 0) == 1;
}

/* In the order of the CPUs; of many in a row of one process the first. */
static void test_who_did_it(void **state)
{
    struct kvm_trace *trace = open_it();
    char byte = 0;

    (void)state;
    assert_false(is_told(trace));
    assert_int_equal(write(told_by[1], &byte, 1), 1);
    assert_true(is_told(trace));
    assert_heard(trace, 0, NULL);
    assert_true(is_told(trace)); /* a CPU that is there goes on to be heard */
    assert_int_equal(read(fds[1], &byte, 1), 1);
    put(1, PERF_RECORD_SAMPLE, 77);
    put(1, PERF_RECORD_SAMPLE, 77);
    put(1, PERF_RECORD_SAMPLE, 78);
    put(1, PERF_RECORD_SAMPLE, 77);
    put(2, PERF_RECORD_SAMPLE, 79);
    put(0, PERF_RECORD_SAMPLE, 80);
    put(0, PERF_RECORD_LOST, 81);
    assert_heard(trace, 6, (pid_t[]){80, 0, 77, 78, 77, 79});
    assert_heard(trace, 0, NULL);
    put(2, PERF_RECORD_SAMPLE, 79); /* once in each call */
    assert_heard(trace, 1, (pid_t[]){79});
    put(2, PERF_RECORD_SAMPLE, 1);
    assert_heard(trace, 1, (pid_t[]){1});
    close_it(trace);
}

static void test_where_the_page_ends(void **state)
{
    struct kvm_trace *trace = open_it();

    (void)state;
    for (int shift = 4; shift <= 16; shift += 4) { /* in any of a record's words */
        heads[0]->data_head = heads[0]->data_tail =
            (uint64_t)(1 + shift) * page_bytes - (uint64_t)shift;
        put(0, PERF_RECORD_SAMPLE, 77);
        put(0, PERF_RECORD_SAMPLE, 78);
        assert_heard(trace, 2, (pid_t[]){77, 78});
    }
    close_it(trace);
}

/* A ring that is nearly full may have lost some, whatever it has. */
static void test_lost(void **state)
{
    struct kvm_trace *trace = open_it();
    const unsigned room = (unsigned)(page_bytes - 64) / 16;

    (void)state;
    for (unsigned i = 0; i < room; i++)
        put(0, PERF_RECORD_SAMPLE, 77);
    assert_heard(trace, 1, (pid_t[]){77});
    for (unsigned i = 0; i <= room; i++)
        put(0, PERF_RECORD_SAMPLE, 77);
    assert_heard(trace, 2, (pid_t[]){0, 77});
    close_it(trace);
}

/* What is no record ends all that there is. */
static void test_no_record(void **state)
{
    struct kvm_trace *trace = open_it();

    (void)state;
    for (uint32_t bytes = 0; bytes <= 8; bytes++) {
        put_word(0, PERF_RECORD_LOST);
        put_word(0, bytes << 16);
        put(0, PERF_RECORD_SAMPLE, 77);
        assert_heard(trace, bytes < 8 ? 1 : 2, (pid_t[]){0, 77});
    }
    close_it(trace);
}

/* Nobody is told for ever that it is gone. */
static void test_cpu_that_goes(void **state)
{
    struct kvm_trace *trace = open_it();

    (void)state;
    put(1, PERF_RECORD_SAMPLE, 77);
    for (int cpu = 0; cpu < 2; cpu++) {
        close(told_by[cpu]);
        told_by[cpu] = -1;
    }
    assert_true(is_told(trace));
    assert_heard(trace, 1, (pid_t[]){77});
    assert_false(is_told(trace));
    assert_int_equal(write(told_by[2], "", 1), 1);
    assert_true(is_told(trace));
    close_it(trace);
    start(state);
    refused[1] = ENODEV; /* is not there at first */
    trace = open_it();
    put(2, PERF_RECORD_SAMPLE, 78);
    assert_heard(trace, 1, (pid_t[]){78});
    close_it(trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_where_it_is, start),
        cmocka_unit_test_setup(test_descriptor_0, start),
        cmocka_unit_test_setup(test_why_not, start),
        cmocka_unit_test_setup(test_who_did_it, start),
        cmocka_unit_test_setup(test_where_the_page_ends, start),
        cmocka_unit_test_setup(test_lost, start),
        cmocka_unit_test_setup(test_no_record, start),
        cmocka_unit_test_setup(test_cpu_that_goes, start),
    };

    return cmocka_run_group_tests_name("publish.trace", tests, NULL, NULL);
}
