/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * traces.h - a kernel that is made up, for kvm/trace.c: tracefs, a perf event a CPU, which is a pipe, and the two
 * pages of each.
 */
#ifndef TEST_PUBLISH_TRACES_H
#define TEST_PUBLISH_TRACES_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

#define CPUS 3
extern const char *ids[2]; /* what is in them; null: they are not there, with this error */
extern int ids_error;
extern int refused[CPUS];               /* an event of that CPU, with this error; 0: not */
extern int map_refused;                 /* of the last CPU */
extern int wait_refused, watch_refused; /* epoll(7) as a whole, and of an event */
extern long cpus;
extern uint64_t id;
extern struct perf_event_mmap_page *heads[CPUS];
extern int fds[CPUS], told_by[CPUS]; /* ours, and the kernel's side */
extern unsigned mapped;
extern size_t page_bytes;

/* All is there: a cmocka set-up. */
int start(void **state);

#endif
