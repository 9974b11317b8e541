/* SPDX-License-Identifier: BSD-2-Clause */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/common/event.h"
#include "folders.h"

char root[64];
int machine_fd;
struct kvm_folder folder;
struct kvm_clock clock_seen;
unsigned looks;
void (*before_look)(unsigned look);

int __real_openat(int directory, const char *path, int flags, ...);
int __wrap_openat(int directory, const char *path, int flags, ...);

int __wrap_openat(int directory, const char *path, int flags, ...)
{
    if (strstr(path, "guest_mode") && before_look)
        before_look(looks++);
    return __real_openat(directory, path, flags);
}

void make(const char *format, ...)
{
    char path[256];
    va_list list;
    int length = snprintf(path, sizeof(path), "%s/kvm/", root);

    va_start(list, format);
    (void)vsnprintf(path + length, sizeof(path) - (size_t)length, format, list);
    va_end(list);
    assert_int_equal(mkdir(path, 0700), 0);
}

void put(unsigned vcpu, const char *name, const char *text)
{
    char path[256];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/kvm/%ld-%d/vcpu%u", root, (long)getpid(), machine_fd,
                   vcpu);
    (void)mkdir(path, 0700);
    strcat(strcat(path, "/"), name);
    if (!text) {
        (void)unlink(path);
        return;
    }
    file = fopen(path, "we");
    assert_non_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

void put_vcpu(unsigned vcpu, const char *offset)
{
    put(vcpu, "tsc-offset", offset);
    put(vcpu, "guest_mode", "0\n");
}

int fresh(void **state)
{
    (void)state;
    strcpy(root, "/tmp/vmclock-folder-XXXXXX");
    before_look = NULL;
    looks = 0;
    event_quiet(true);
    folder = (struct kvm_folder){.fd = -1};
    clock_seen = (struct kvm_clock){1, 2, 3};
    machine_fd = eventfd(0, EFD_CLOEXEC);
    if (!mkdtemp(root) || machine_fd < 0)
        return -1;
    make("");
    return 0;
}

static int remove_it(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

int remove_all(void **state)
{
    (void)state;
    kvm_folder_close(&folder);
    close(machine_fd);
    return nftw(root, remove_it, 8, FTW_DEPTH | FTW_PHYS);
}

void open_it(void)
{
    assert_int_equal(kvm_folder_open(root, getpid(), &folder), 0);
    assert_true(folder.fd >= 0);
    assert_int_equal(folder.vm_fd, machine_fd);
}

int with_machine(void **state)
{
    if (fresh(state))
        return -1;
    make("%ld-%d", (long)getpid(), machine_fd);
    put_vcpu(0, "-5\n");
    open_it();
    return 0;
}
