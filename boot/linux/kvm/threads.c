/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include "boot/linux/kvm/threads.h"

pid_t threads_process_of(pid_t thread)
{
    char path[64], line[256];
    long process = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%ld/status", (long)thread);
    file = fopen(path, "re");
    while (file && !process && fgets(line, sizeof(line), file))
        if (sscanf(line, "Tgid: %ld", &process) != 1)
            process = 0;
    if (file)
        fclose(file);
    return (pid_t)process;
}

void threads_list(pid_t pid, struct threads *threads)
{
    struct dirent *entry;
    char path[64];
    DIR *directory;

    *threads = (struct threads){NULL, 0};
    snprintf(path, sizeof(path), "/proc/%ld/task", (long)pid);
    directory = opendir(path);
    while (directory && (entry = readdir(directory))) {
        pid_t *more = reallocarray(threads->ids, threads->count + 1, sizeof(*more));

        if (!more)
            break;
        threads->ids = more;
        threads->ids[threads->count++] = (pid_t)atol(entry->d_name); /* "." and "..": 0, nobody's */
    }
    if (directory)
        closedir(directory);
}

bool threads_have(const struct threads *threads, pid_t thread)
{
    size_t i = 0;

    while (i < threads->count && threads->ids[i] != thread)
        i++;
    return i < threads->count;
}

void threads_free(struct threads *threads)
{
    free(threads->ids);
    *threads = (struct threads){NULL, 0};
}
