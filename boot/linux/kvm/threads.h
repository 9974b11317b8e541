/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.h - whose a thread is. debugfs names machines by the thread that made them.
 */
#ifndef LINUX_KVM_THREADS_H
#define LINUX_KVM_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The process of a thread; 0: there is none. */
pid_t threads_process_of(pid_t thread);

/* A process's threads, to be asked for those of all machines of a host. */
struct threads {
    pid_t *ids;
    size_t count;
};

/* None where there is no such process. */
void threads_list(pid_t pid, struct threads *threads);

bool threads_have(const struct threads *threads, pid_t thread);

void threads_free(struct threads *threads);

#endif
