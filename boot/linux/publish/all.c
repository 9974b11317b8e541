/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/kvm/folder.h"
#include "boot/linux/kvm/threads.h"
#include "boot/linux/publish/all.h"

/* What publication_add keeps of a guest that was found. */
struct found {
    struct guest_options options; /* the first: found by it */
    pid_t thread;                 /* of its folder's name */
    int vm_fd;
    bool seen; /* in this scan */
    char name[32];
};

static struct found *found_of(const struct guest *guest)
{
    return guest->own->found ? (struct found *)(uintptr_t)guest->own : NULL;
}

static void path_of(const struct publication *p, char path[512])
{
    snprintf(path, 512, "%s/kvm", p->options.debugfs ? p->options.debugfs : KVM_DEBUGFS);
}

/* Watches the folder if it is there: anew each time, as another one may have taken its place. */
static void watch(struct publication *p)
{
    char path[512];

    if (p->all_fd < 0)
        return;
    path_of(p, path);
    p->all_watched =
        inotify_add_watch(p->all_fd, path, IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_ONLYDIR) >= 0;
}

int all_open(struct publication *p)
{
    p->all_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return p->all_fd;
}

int64_t all_left_ms(const struct publication *p)
{
    int64_t left_ms = p->all_next_ms - wait_now_ms();

    return left_ms > 0 ? left_ms : 0;
}

/* The guest of a folder. *next: where to begin; behind it then, as the next folder's mostly is there. */
static struct guest *find(const struct publication *p, pid_t thread, int vm_fd, size_t *next)
{
    for (size_t tried = 0; tried < p->guest_count; tried++) {
        struct guest *guest = p->guests[(*next + tried) % p->guest_count];
        struct found *found = found_of(guest);

        if (found && found->thread == thread && found->vm_fd == vm_fd &&
            guest->state != GUEST_GONE) {
            *next = (*next + tried + 1) % p->guest_count;
            return guest;
        }
    }
    return NULL;
}

static bool is_named(const struct publication *p, pid_t pid)
{
    for (size_t i = 0; i < p->guest_count; i++)
        if (!p->guests[i]->own->found && p->guests[i]->own->kvm == pid)
            return true;
    return false;
}

static void add(struct publication *p, pid_t thread, int vm_fd)
{
    pid_t pid = threads_process_of(thread);
    struct found *found;
    struct guest *guest;

    if (!pid || is_named(p, pid))
        return;
    found = calloc(1, sizeof(*found));
    if (!found)
        return;
    found->thread = thread;
    found->vm_fd = vm_fd;
    found->seen = true;
    snprintf(found->name, sizeof(found->name), "kvm %ld", (long)pid);
    found->options =
        (struct guest_options){.name = found->name, .kvm = pid, .found = true, .size = 4096};
    guest = publication_add(p, &found->options);
    if (!guest)
        free(found);
}

static void look(struct publication *p, DIR *directory)
{
    struct dirent *entry;
    size_t before = p->guest_count, next = 0;

    for (size_t i = 0; i < before; i++)
        if (found_of(p->guests[i]))
            found_of(p->guests[i])->seen = false;
    while ((entry = readdir(directory))) {
        struct guest *guest;
        pid_t thread;
        int vm_fd;

        if (!kvm_folder_parse(entry->d_name, &thread, &vm_fd))
            continue;
        guest = find(p, thread, vm_fd, &next);
        if (guest)
            found_of(guest)->seen = true;
        else
            add(p, thread, vm_fd);
    }
    for (size_t i = 0; i < before; i++) {
        struct guest *guest = p->guests[i];
        const char *other = event_guest(guest->label);

        if (found_of(guest) && !found_of(guest)->seen && guest->state != GUEST_GONE &&
            !guest->busy) {
            event("the guest is gone");
            guest_end(guest);
        }
        event_guest(other);
    }
}

void all_scan(struct publication *p, bool changed)
{
    char path[512], events[4096];
    DIR *directory;

    if (changed)
        while (read(p->all_fd, events, sizeof(events)) > 0)
            ;
    if (!changed && all_left_ms(p))
        return;
    watch(p);
    p->all_next_ms = wait_now_ms() + (p->all_watched ? ALL_RESCAN_MS : ALL_SCAN_MS);
    path_of(p, path);
    directory = opendir(path);
    if (!directory) {
        p->all_watched = false;
        p->all_next_ms = wait_now_ms() + ALL_SCAN_MS;
        if (p->all_error != errno)
            event("waiting: %s: %s%s", path, strerror(errno),
                  errno == ENOENT ? "; is debugfs mounted? mount -t debugfs none " KVM_DEBUGFS
                                  : "");
        p->all_error = errno;
        return;
    }
    p->all_error = 0;
    look(p, directory);
    closedir(directory);
}

void all_sweep(struct publication *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->guest_count; i++) {
        struct guest *guest = p->guests[i];

        if (guest->state != GUEST_GONE || !guest->own->found || guest->task) {
            p->guests[kept++] = guest;
            continue;
        }
        event_forget(guest->label);
        free((void *)(uintptr_t)guest->own);
        free(guest);
    }
    p->guest_count = kept;
}
