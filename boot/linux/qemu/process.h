/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.h - a page in the memory of a running QEMU: where it is, and how it is written.
 */
#ifndef LINUX_PROCESS_H
#define LINUX_PROCESS_H

#include <stdint.h>
#include <sys/types.h>
#include <vmclock/publish.h>
#include "boot/linux/qemu/qmp.h"

struct process_page {
    int fd;        /* /proc/PID/mem: stays this QEMU's, whoever has its id later */
    uint64_t at;   /* the page in QEMU's address space */
    uint64_t phys; /* and in the guest's */
};

/* Where QEMU's own `-device vmclock` has its page. Returns 0, or -1 having said why. */
int process_find_device(struct qmp *qmp, uint64_t *phys);

/*
 * Opens the memory of the QEMU at the other end of the connection at a guest's physical address,
 * RAM or flash, and makes sure that it is the guest's: by whose process it is and what is there (see
 * memory_open), and by what QEMU itself reads there.
 *
 * pid: QEMU's process; 0: whoever listens on the socket. size: bytes, which must lie side by side.
 * writable: false to look only. Returns 0, or -1 having said why.
 */
int process_open(struct qmp *qmp, uint64_t phys, uint32_t size, pid_t pid, bool writable,
                 struct process_page *page);

/*
 * For vmclock_publish_open_memory; context is a struct process_page. The kernel copies on this CPU,
 * one call after the other, as the library asks of such memory.
 */
int process_read(void *context, uint32_t offset, void *bytes, uint32_t length);
int process_write(void *context, uint32_t offset, const void *bytes, uint32_t length);

void process_close(struct process_page *page);

#endif
