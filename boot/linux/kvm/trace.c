/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "boot/linux/kvm/trace.h"
#include "boot/report/number.h"

#define EVENT "events/kvm/kvm_write_tsc_offset/id"
#define RECORD_BYTES_MAX 64u

/* Of one CPU: a page that says how far the kernel has written, and a page of records behind it. */
struct ring {
    struct perf_event_mmap_page *head;
    int fd;
};

struct kvm_trace {
    int fd; /* an epoll(7) of all */
    size_t count;
    struct ring rings[];
};

static const char *const tracefs[] = {"/sys/kernel/tracing/" EVENT,
                                      "/sys/kernel/debug/tracing/" EVENT};

/* The tracepoint's number. Returns 0, or errno. */
static int find_event(uint64_t *id)
{
    int error = ENOENT;

    for (size_t i = 0; i < sizeof(tracefs) / sizeof(tracefs[0]); i++) {
        char text[32];
        const char *digits = text;
        int fd = open(tracefs[i], O_RDONLY | O_CLOEXEC);
        ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

        error = length < 0 ? errno : EBADMSG;
        if (fd >= 0)
            close(fd);
        text[length < 0 ? 0 : length] = '\0';
        if (length > 0 && number_scan(&digits, id))
            return 0;
    }
    return error;
}

static int open_event(uint64_t id, int cpu)
{
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_TRACEPOINT,
        .size = sizeof(attributes),
        .config = id,
        .sample_period = 1,
        .sample_type = PERF_SAMPLE_TID,
        .wakeup_events = 1,
    };

    return (int)syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

/* Returns 0, or errno; ENODEV: the CPU is not there now. */
static int open_ring(struct kvm_trace *trace, uint64_t id, int cpu)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct ring *ring = &trace->rings[trace->count];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = ring};
    void *memory;
    int fd = open_event(id, cpu);

    if (fd < 0)
        return errno;
    memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED || epoll_ctl(trace->fd, EPOLL_CTL_ADD, fd, &event) < 0) {
        int error = errno;

        if (memory != MAP_FAILED)
            munmap(memory, 2 * page);
        close(fd);
        return error;
    }
    *ring = (struct ring){memory, fd};
    trace->count++;
    return 0;
}

void kvm_trace_close(struct kvm_trace *trace)
{
    while (trace->count--) {
        munmap(trace->rings[trace->count].head, 2 * (size_t)sysconf(_SC_PAGESIZE));
        close(trace->rings[trace->count].fd);
    }
    close(trace->fd);
    free(trace);
}

static const char *why_not(int error)
{
    return error == EACCES
               ? "it takes root, or CAP_PERFMON where kernel.perf_event_paranoid is at most 2"
               : strerror(error);
}

struct kvm_trace *kvm_trace_open(const char **why)
{
    long cpus = sysconf(_SC_NPROCESSORS_CONF);
    struct kvm_trace *trace;
    uint64_t id = 0;
    int error = find_event(&id);

    *why = why_not(error ? error : ENOMEM);
    if (error || cpus < 1)
        return NULL;
    trace = calloc(1, sizeof(*trace) + (size_t)cpus * sizeof(trace->rings[0]));
    if (!trace)
        return NULL;
    trace->fd = epoll_create1(EPOLL_CLOEXEC);
    error = trace->fd < 0 ? errno : 0;
    for (int cpu = 0; cpu < cpus && !error; cpu++) {
        error = open_ring(trace, id, cpu);
        error = error == ENODEV ? 0 : error;
    }
    if (!error && trace->count)
        return trace;
    *why = why_not(error ? error : ENODEV);
    kvm_trace_close(trace);
    return NULL;
}

int kvm_trace_fd(const struct kvm_trace *trace)
{
    return trace->fd;
}

/* A word of the records, which go on at their page's start. */
static uint32_t word_at(const struct ring *ring, uint64_t at)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint32_t word;

    memcpy(&word, (const uint8_t *)ring->head + page + at % page, sizeof(word));
    return word;
}

/*
 * One ring's records. A thread's process stands behind a record's head of 8 bytes: type, and size above 16 flags.
 * Of many in a row of one process the first is told. That some were lost is told by the next record alone, which
 * may never come: a ring that is full may have lost some.
 */
static void hear_ring(struct ring *ring, void (*set)(void *context, pid_t pid), void *context)
{
    uint64_t end = __atomic_load_n(&ring->head->data_head, __ATOMIC_ACQUIRE);
    uint64_t at = ring->head->data_tail;
    pid_t told = -1;

    if (end - at + RECORD_BYTES_MAX > (uint64_t)sysconf(_SC_PAGESIZE))
        set(context, 0);
    while (at < end) {
        uint32_t type = word_at(ring, at), bytes = word_at(ring, at + 4) >> 16;
        pid_t pid = type == PERF_RECORD_SAMPLE ? (pid_t)word_at(ring, at + 8) : 0;

        if (pid != told)
            set(context, pid);
        told = pid;
        at += bytes < 8 ? end - at : bytes;
    }
    __atomic_store_n(&ring->head->data_tail, end, __ATOMIC_RELEASE);
}

/* All rings: that there are records is told once, to whoever asks first, which is who waits for our descriptor. */
void kvm_trace_hear(struct kvm_trace *trace, void (*set)(void *context, pid_t pid), void *context)
{
    struct epoll_event events[64];
    int count = epoll_wait(trace->fd, events, sizeof(events) / sizeof(events[0]), 0);

    for (size_t i = 0; i < trace->count; i++)
        hear_ring(&trace->rings[i], set, context);
    for (int i = 0; i < count; i++)
        if (events[i].events & (EPOLLHUP | EPOLLERR)) /* its CPU is gone */
            epoll_ctl(trace->fd, EPOLL_CTL_DEL, ((struct ring *)events[i].data.ptr)->fd, NULL);
}
