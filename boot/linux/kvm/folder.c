/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/kvm/folder.h"
#include "boot/linux/kvm/threads.h"
#include "boot/report/number.h"

#define NESTED_TRIES 16 /* a vCPU leaves its nested guest some thousand times a second */
#define RATIO_BITS \
    10 /* a guest's counter is at most 2^10 times as fast, or as slow, as the host's */

__extension__ typedef unsigned __int128 uint128;

static const char vm_link[] = "anon_inode:kvm-vm", test_link[] = "anon_inode:[eventfd]";

bool kvm_folder_parse(const char *name, pid_t *thread, int *vm_fd)
{
    uint64_t pid, fd;

    if (!number_scan(&name, &pid) || *name++ != '-' || !number_scan(&name, &fd) || *name || !pid ||
        pid > INT32_MAX || fd > INT32_MAX)
        return false;
    *thread = (pid_t)pid;
    *vm_fd = (int)fd;
    return true;
}

/* The first characters of a file in the folder. Returns 0 or errno. */
static int read_text(int folder, const char *path, char *text, size_t size)
{
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
    ssize_t count;
    int error;

    if (fd < 0)
        return errno;
    count = read(fd, text, size - 1);
    error = count < 0 ? errno : 0;
    close(fd);
    text[count < 0 ? 0 : count] = '\0';
    return error;
}

/* A number and a new line. Returns 0 or errno; EBADMSG for anything else. */
static int read_number(int folder, unsigned vcpu, const char *file, uint64_t *value)
{
    char path[64], text[32], *end;
    const char *digits = text;
    int64_t negative;
    int error;

    snprintf(path, sizeof(path), "vcpu%u/%s", vcpu, file);
    error = read_text(folder, path, text, sizeof(text));
    if (error)
        return error;
    end = strchr(text, '\n');
    if (!end || end[1])
        return EBADMSG;
    *end = '\0';
    if (number_parse(text, INT64_MIN, -1, &negative))
        *value = (uint64_t)negative;
    else if (!number_scan(&digits, value) || *digits)
        return EBADMSG;
    return 0;
}

/* Returns 0 or errno. A machine that is not scaled may lack the files. */
static int read_clock(int folder, unsigned vcpu, struct kvm_clock *clock)
{
    uint64_t frac_bits = 0;
    int error = read_number(folder, vcpu, "tsc-offset", &clock->offset);

    clock->ratio = clock->frac_bits = 0;
    if (error)
        return error;
    error = read_number(folder, vcpu, "tsc-scaling-ratio", &clock->ratio);
    if (error)
        return error == ENOENT ? 0 : error;
    error = read_number(folder, vcpu, "tsc-scaling-ratio-frac-bits", &frac_bits);
    if (error)
        return error;
    if (!frac_bits || frac_bits > 63 || clock->ratio >> frac_bits >> RATIO_BITS ||
        !((uint128)clock->ratio << RATIO_BITS >> frac_bits))
        return ERANGE;
    clock->frac_bits = (uint8_t)frac_bits;
    return 0;
}

static bool same(const struct kvm_clock *a, const struct kvm_clock *b)
{
    return a->offset == b->offset && a->ratio == b->ratio && a->frac_bits == b->frac_bits;
}

static const char *why_not(int error)
{
    switch (error) {
    case EPERM:
        return "the kernel is locked down and does not show it (lockdown=confidentiality)";
    case EACCES:
        return "debugfs is for root";
    case ERANGE:
        return "its scaling ratio is absurd";
    case EBADMSG:
        return "its files in debugfs hold no numbers";
    case ENOENT:
    case ENODEV:
    case EIO:
        return "KVM shows no counter of it: it has ended, or this kernel does not show it";
    default:
        return strerror(error);
    }
}

static const char hidden[] = "a nested guest ran, or its counter was changed, at each look";

/*
 * A vCPU's own relation: the same twice, between moments at which no nested guest ran. Those of a nested
 * guest are shown in its place.
 */
static const char *read_vcpu(int folder, unsigned vcpu, struct kvm_clock *clock)
{
    struct kvm_clock again;
    uint64_t nested;

    for (int tries = 0; tries < NESTED_TRIES; tries++) {
        bool quiet = true;
        int error = 0;

        for (int look = 0; look < 3 && !error && quiet; look++) {
            error = read_number(folder, vcpu, "guest_mode", &nested);
            if (error == ENOENT)
                return "this kernel does not say whether a nested guest runs (guest_mode)";
            quiet = !nested;
            if (!error && quiet && look < 2)
                error = read_clock(folder, vcpu, look ? &again : clock);
        }
        if (error)
            return why_not(error);
        if (quiet && same(clock, &again))
            return NULL;
    }
    return hidden;
}

/* The vCPUs' numbers, if there are others than before. Returns 0 or errno. */
static int list_vcpus(struct kvm_folder *folder)
{
    struct stat status;
    struct dirent *entry;
    DIR *directory;
    int fd;

    if (fstat(folder->fd, &status) < 0)
        return errno;
    if (folder->vcpu_count && folder->links == (uint64_t)status.st_nlink)
        return 0;
    folder->vcpu_count = 0;
    folder->links = (uint64_t)status.st_nlink;
    fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    directory = fd < 0 ? NULL : fdopendir(fd);
    if (!directory)
        return errno;
    while ((entry = readdir(directory)) && folder->vcpu_count < KVM_MAX_VCPUS) {
        const char *digits = entry->d_name + 4;
        uint64_t number;

        if (strncmp(entry->d_name, "vcpu", 4) || !number_scan(&digits, &number) || *digits ||
            number >= KVM_MAX_VCPUS)
            continue;
        if (folder->vcpu_count % 16 == 0) {
            uint16_t *more =
                realloc(folder->vcpus, (folder->vcpu_count + 16) * sizeof(*folder->vcpus));

            if (!more)
                break;
            folder->vcpus = more;
        }
        folder->vcpus[folder->vcpu_count++] = (uint16_t)number;
    }
    closedir(directory);
    return 0;
}

const char *kvm_folder_read(struct kvm_folder *folder, struct kvm_clock *clock)
{
    struct kvm_clock first = {0, 0, 0}, next;
    const char *not_all = NULL;
    bool seen = false;
    int error;

    folder->links = 0;
    error = list_vcpus(folder);
    if (error)
        return why_not(error);
    if (!folder->vcpu_count)
        return why_not(ENOENT);
    for (size_t i = 0; i < folder->vcpu_count; i++) {
        const char *why = read_vcpu(folder->fd, folder->vcpus[i], seen ? &next : &first);

        if (why && why != hidden)
            return why;
        if (why) {
            not_all = why;
            continue;
        }
        if (seen && !same(&first, &next))
            return "its vCPUs' counters differ";
        seen = true;
    }
    if (not_all)
        return seen && !same(&first, clock)
                   ? "its counter was changed, and of a vCPU a nested guest ran"
                   : not_all;
    *clock = first;
    return NULL;
}

bool kvm_folder_still(struct kvm_folder *folder, const struct kvm_clock *clock)
{
    uint64_t links = folder->links;

    if (list_vcpus(folder) || links != folder->links || !folder->vcpu_count)
        return false;
    for (size_t i = 0; i < folder->vcpu_count; i++) {
        uint64_t offset, ratio = 0;
        int error = read_number(folder->fd, folder->vcpus[i], "tsc-offset", &offset);

        if (error || offset != clock->offset)
            return false;
        error = read_number(folder->fd, folder->vcpus[i], "tsc-scaling-ratio", &ratio);
        if ((error && error != ENOENT) || ratio != clock->ratio)
            return false;
    }
    return true;
}

/* Whether another program than the one that opened a descriptor would have it. Returns 0: no, or 1. */
static int is_inherited(pid_t pid, int fd)
{
    char path[64], line[64];
    unsigned flags = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%ld/fdinfo/%d", (long)pid, fd);
    file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file) && sscanf(line, "flags: %o", &flags) != 1)
        ;
    if (file)
        fclose(file);
    return !(flags & O_CLOEXEC);
}

/* Whether the process has this machine open, and made it by the program that it runs. Returns 0, 1: no, or errno. */
static int has_machine(pid_t pid, int vm_fd, const char *wanted)
{
    char path[64], target[64];
    ssize_t length;

    snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)pid, vm_fd);
    length = readlink(path, target, sizeof(target) - 1);
    if (length < 0)
        return errno == ENOENT ? 1 : errno;
    target[length] = '\0';
    return strcmp(target, wanted) != 0 || is_inherited(pid, vm_fd);
}

static int refuse_root(const char *debugfs, int error)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/kvm", debugfs);
    if (error == EACCES)
        return failure("permission", "%s: %s: debugfs is for root", path, strerror(error));
    if (error == EPERM)
        return failure("permission", "%s: %s", path, why_not(error));
    if (error == ENOENT && !strcmp(debugfs, KVM_DEBUGFS))
        return failure("debugfs",
                       "%s is not there: mount -t debugfs none %s; or there is no KVM, and no "
                       "guest of it",
                       path, debugfs);
    return failure("debugfs", "%s: %s", path, strerror(error));
}

/* The one folder of the process in a directory of them. Returns 0, or -1 having said why. */
static int choose(DIR *directory, pid_t pid, const char *link, struct kvm_folder *folder)
{
    struct threads threads;
    struct dirent *entry;
    unsigned found = 0;
    int error = 0;

    threads_list(pid, &threads);
    while ((entry = readdir(directory))) {
        pid_t thread;
        int vm_fd, missing;

        if (!kvm_folder_parse(entry->d_name, &thread, &vm_fd) || !threads_have(&threads, thread))
            continue;
        missing = has_machine(pid, vm_fd, link);
        error = missing > 1 ? missing : error;
        if (missing)
            continue;
        folder->thread = thread;
        folder->vm_fd = vm_fd;
        found++;
    }
    threads_free(&threads);
    if (found == 1)
        return 0;
    if (found)
        return failure("state", "process %ld has %u machines: which one is meant is not known",
                       (long)pid, found);
    if (error)
        return failure("permission", "the descriptors of process %ld: %s", (long)pid,
                       strerror(error));
    return failure("process", "process %ld has no KVM machine", (long)pid);
}

int kvm_folder_open(const char *debugfs, pid_t pid, struct kvm_folder *folder)
{
    const char *root = debugfs ? debugfs : KVM_DEBUGFS;
    char path[512];
    DIR *directory;
    int error;

    *folder = (struct kvm_folder){.fd = -1};
    snprintf(path, sizeof(path), "%s/kvm", root);
    directory = opendir(path);
    if (!directory)
        return refuse_root(root, errno);
    error = choose(directory, pid, debugfs ? test_link : vm_link, folder);
    closedir(directory);
    if (error)
        return error;
    snprintf(path, sizeof(path), "%s/kvm/%ld-%d", root, (long)folder->thread, folder->vm_fd);
    folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->fd < 0)
        return failure(errno == EACCES ? "permission" : "process", "%s: %s", path, strerror(errno));
    return 0;
}

void kvm_folder_close(struct kvm_folder *folder)
{
    if (folder->fd >= 0)
        close(folder->fd);
    free(folder->vcpus);
    *folder = (struct kvm_folder){.fd = -1};
}
