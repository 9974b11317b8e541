/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source.h - a page to be looked at: a file's, a device's, or one in a QEMU's memory.
 */
#ifndef DUMP_SOURCE_H
#define DUMP_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <vmclock/vmclock.h>
#include "boot/linux/qemu/process.h"
#include "boot/linux/qemu/qmp.h"

#define SOURCE_DEVICE "/dev/vmclock0"
#define SOURCE_PAGE_BYTES 4096u

/* At which counter value the time is told. */
enum source_counter {
    SOURCE_COUNTER_AUTO = 0, /* OWN for a character device, else REFERENCE */
    SOURCE_COUNTER_OWN,      /* this CPU's, now: the page is for readers here */
    SOURCE_COUNTER_REFERENCE /* the page's own reference point: nobody else's counter is readable */
};

struct source_options {
    const char *path;
    uint64_t offset; /* a multiple of 8 */
    const char *qmp; /* not null: in place of path */
    bool has_phys;
    uint64_t phys;
    pid_t pid; /* 0: whoever listens on the QMP socket */
    enum source_counter counter;
};

struct source {
    const volatile void *mapped; /* null: in process */
    size_t mapped_size;
    int file_fd;
    uint64_t file_needed; /* bytes of a file that may become shorter; 0: none */
    struct qmp qmp;
    struct process_page process;
    _Alignas(8) uint8_t copy[SOURCE_PAGE_BYTES]; /* of the page in process */
    enum source_counter counter;
};

/* Returns 0, or -1 having said why. */
int source_open(const struct source_options *options, struct source *source);

/*
 * A handle for the page as it is now. Of a page in a QEMU it is for a copy, to be taken anew by each
 * call. clk: what vmclock_open makes. Returns 0 or what vmclock_open returns, or SOURCE_GONE having
 * said why the page could not be read.
 */
#define SOURCE_GONE 1
int source_handle(struct source *source, struct vmclock *clk);

/* The page's first bytes, of a QEMU's the copy that source_handle took last; 0 beyond the end. */
void source_raw(const struct source *source, struct vmclock_page *raw);

#endif
