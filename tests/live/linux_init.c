/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only program of a Linux guest: loads Linux's own vmclock driver, reads its PTP clock between two
 * readings of ours of the same page, by /dev/vmclock0, and switches the machine off. Says on the
 * console, for each reading, in ns of TAI (of UTC where the page has no TAI):
 *
 *     reading OUR-EARLIEST-BEFORE PTP OUR-LATEST-AFTER
 *
 * and "failed: WHY" if something is not there.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>
#include <vmclock/vmclock.h>

#define READINGS 100
#define PAGE_BYTES 4096
#define FD_TO_CLOCKID(fd) ((clockid_t)((~(unsigned)(fd) << 3) | 3)) /* Linux: posix-timers.h */

static int fail(const char *what)
{
    printf("failed: %s: %s\n", what, strerror(errno));
    return -1;
}

static int load_driver(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0)
        return fail(path);
    close(fd);
    return 0;
}

/* Our reading's ends, ns on the axis of the page. */
static int read_ours(const struct vmclock *clk, int64_t *earliest_ns, int64_t *latest_ns)
{
    struct vmclock_reading reading;
    int error = vmclock_now(clk, &reading);

    if (!error)
        error = vmclock_time_to_ns_floor(&reading.earliest, earliest_ns);
    if (!error)
        error = vmclock_time_to_ns_ceil(&reading.latest, latest_ns);
    if (error)
        printf("failed: %s\n", vmclock_error_text(error));
    return error;
}

static int compare(const struct vmclock *clk, int ptp)
{
    for (int i = 0; i < READINGS; i++) {
        const struct timespec pause = {0, 10000000};
        int64_t earliest_ns, latest_ns, unused_ns;
        struct timespec theirs;

        if (read_ours(clk, &earliest_ns, &unused_ns))
            return -1;
        if (clock_gettime(FD_TO_CLOCKID(ptp), &theirs) < 0)
            return fail("clock_gettime of /dev/ptp0");
        if (read_ours(clk, &unused_ns, &latest_ns))
            return -1;
        printf("reading %" PRId64 " %lld%09ld %" PRId64 "\n", earliest_ns, (long long)theirs.tv_sec,
               theirs.tv_nsec, latest_ns);
        nanosleep(&pause, NULL);
    }
    return 0;
}

static int run(void)
{
    struct vmclock clk;
    const void *page;
    int device, ptp, error;

    mkdir("/dev", 0755);
    if (mount("dev", "/dev", "devtmpfs", 0, NULL) < 0 && errno != EBUSY)
        return fail("devtmpfs");
    if (load_driver("/ptp_vmclock.ko") < 0)
        return -1;
    device = open("/dev/vmclock0", O_RDONLY);
    if (device < 0)
        return fail("/dev/vmclock0");
    ptp = open("/dev/ptp0", O_RDONLY);
    if (ptp < 0)
        return fail("/dev/ptp0");
    page = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, device, 0);
    if (page == MAP_FAILED)
        return fail("mmap of /dev/vmclock0");
    error = vmclock_open(&clk, page, PAGE_BYTES);
    if (error) {
        printf("failed: %s\n", vmclock_error_text(error));
        return -1;
    }
    return compare(&clk, ptp);
}

int main(void)
{
    int console;

    mkdir("/dev", 0755);
    mknod("/dev/console", S_IFCHR | 0600, makedev(5, 1));
    console = open("/dev/console", O_RDWR);
    dup2(console, STDOUT_FILENO);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (run() == 0)
        puts("done");
    sync();
    reboot(RB_POWER_OFF);
    return 0;
}
