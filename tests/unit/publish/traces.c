/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>
#include "tests/unit/publish/traces.h"

#define EVENT "events/kvm/kvm_write_tsc_offset/id"
static const char *const paths[] = {"/sys/kernel/tracing/" EVENT,
                                    "/sys/kernel/debug/tracing/" EVENT};
const char *ids[2];
int ids_error;
int refused[CPUS];
int map_refused;
int wait_refused, watch_refused;
long cpus;
uint64_t id;
struct perf_event_mmap_page *heads[CPUS];
int fds[CPUS], told_by[CPUS];
unsigned mapped;
size_t page_bytes;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
long __wrap_syscall(long number, struct perf_event_attr *attributes, pid_t pid, int cpu, int group,
                    unsigned long flags);
long __real_sysconf(int name);
long __wrap_sysconf(int name);
void *__real_mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t offset);
int __real_munmap(void *at, size_t bytes);
int __real_epoll_create1(int flags);
int __wrap_epoll_create1(int flags);
int __real_epoll_ctl(int all, int what, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int all, int what, int fd, struct epoll_event *event);
int __wrap_munmap(void *at, size_t bytes);

int __wrap_open(const char *path, int flags, ...)
{
    for (int i = 0; i < 2; i++) {
        int fd;

        if (strcmp(path, paths[i]) != 0)
            continue;
        assert_int_equal(flags, O_RDONLY | O_CLOEXEC);
        errno = ids_error;
        if (!ids[i])
            return -1;
        fd = memfd_create("id", MFD_CLOEXEC);
        assert_int_equal(write(fd, ids[i], strlen(ids[i])), strlen(ids[i]));
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
        return fd;
    }
    return __real_open(path, flags);
}

/* Each time it happens, to whatever process: of the event, on one CPU. */
long __wrap_syscall(long number, struct perf_event_attr *attributes, pid_t pid, int cpu, int group,
                    unsigned long flags)
{
    int ends[2];

    assert_int_equal(number, SYS_perf_event_open);
    assert_int_equal(attributes->type, PERF_TYPE_TRACEPOINT);
    assert_int_equal(attributes->size, sizeof(*attributes));
    assert_int_equal(attributes->config, id);
    assert_int_equal(attributes->sample_period, 1);
    assert_int_equal(attributes->sample_type, PERF_SAMPLE_TID);
    assert_int_equal(attributes->wakeup_events, 1);
    assert_int_equal(pid, -1);
    assert_in_range(cpu, 0, CPUS - 1);
    assert_int_equal(group, -1);
    assert_int_equal(flags, PERF_FLAG_FD_CLOEXEC);
    errno = refused[cpu];
    if (refused[cpu])
        return -1;
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    fds[cpu] = ends[0];
    told_by[cpu] = ends[1];
    return ends[0];
}

long __wrap_sysconf(int name)
{
    return name == _SC_NPROCESSORS_CONF ? cpus : __real_sysconf(name);
}

void *__wrap_mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t offset)
{
    for (int cpu = 0; cpu < CPUS; cpu++) {
        if (fd < 0 || fd != fds[cpu])
            continue;
        assert_null(at);
        assert_int_equal(bytes, 2 * page_bytes);
        assert_int_equal(rights, PROT_READ | PROT_WRITE);
        assert_int_equal(flags, MAP_SHARED);
        assert_int_equal(offset, 0);
        errno = map_refused;
        if (cpu == CPUS - 1 && map_refused)
            return MAP_FAILED;
        mapped++;
        return heads[cpu] = __real_mmap(NULL, bytes, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    return __real_mmap(at, bytes, rights, flags, fd, offset);
}

int __wrap_munmap(void *at, size_t bytes)
{
    for (int cpu = 0; cpu < CPUS; cpu++) {
        if (at != heads[cpu])
            continue;
        assert_int_equal(bytes, 2 * page_bytes);
        heads[cpu] = NULL;
        mapped--;
    }
    return __real_munmap(at, bytes);
}

int __wrap_epoll_create1(int flags)
{
    errno = wait_refused;
    return wait_refused ? -1 : __real_epoll_create1(flags);
}

int __wrap_epoll_ctl(int all, int what, int fd, struct epoll_event *event)
{
    errno = watch_refused;
    return watch_refused ? -1 : __real_epoll_ctl(all, what, fd, event);
}

int start(void **state)
{
    (void)state;
    page_bytes = (size_t)__real_sysconf(_SC_PAGESIZE);
    ids[0] = "345\n";
    ids[1] = NULL;
    ids_error = ENOENT;
    id = 345;
    cpus = CPUS;
    map_refused = wait_refused = watch_refused = 0;
    for (int cpu = 0; cpu < CPUS; cpu++) {
        refused[cpu] = 0;
        fds[cpu] = told_by[cpu] = -1;
        heads[cpu] = NULL;
    }
    return 0;
}
