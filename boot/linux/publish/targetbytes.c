/* SPDX-License-Identifier: BSD-2-Clause */
#include <endian.h>
#include <string.h>
#include <sys/stat.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/wait.h"
#include "boot/linux/publish/mapped.h"
#include "boot/linux/publish/targetbytes.h"

#define FILE_CHECK_MS 1000
#define SHARED_CHECK_MS 5000 /* a monitor hardly ever has its guest's memory elsewhere */
#define COMPARE_TRIES 5      /* for a page that its monitor is just writing */

_Static_assert(offsetof(struct vmclock_page, vm_generation_counter) + sizeof(uint64_t) ==
                   sizeof(struct vmclock_page),
               "write_around leaves out what is behind a monitor's generation, too");

int target_read(struct target *target, uint32_t offset, void *bytes, uint32_t length)
{
    return target->page ? mapped_read(target->page, offset, bytes, length)
                        : process_read(&target->process, offset, bytes, length);
}

int target_write(struct target *target, uint32_t offset, const void *bytes, uint32_t length)
{
    return target->page ? mapped_write(target->page, offset, bytes, length)
                        : process_write(&target->process, offset, bytes, length);
}

/* For the library. */
static int publisher_read(void *context, uint32_t offset, void *bytes, uint32_t length)
{
    return target_read(context, offset, bytes, length);
}

/*
 * The words from the marker on, of a monitor's page. A monitor that restores its guest writes it at any moment:
 * its generation is never written, and the marker only where it changes, so that neither of them is lost.
 */
static int write_around(struct target *target, const uint8_t *bytes, uint32_t length)
{
    const uint32_t marker_at = offsetof(struct vmclock_page, disruption_marker);
    const uint32_t generation_at = offsetof(struct vmclock_page, vm_generation_counter);
    uint64_t marker;

    length = marker_at + length > generation_at ? generation_at - marker_at : length;
    memcpy(&marker, bytes, sizeof(marker));
    if (marker != target->marker_wire) {
        target->marker_wire = marker;
        return target_write(target, marker_at, bytes, length);
    }
    return target_write(target, marker_at + 8, bytes + 8, length - 8);
}

/* A call for the two kinds alone is spared where they are what was looked at before. */
static int publisher_write(void *context, uint32_t offset, const void *bytes, uint32_t length)
{
    struct target *target = context;

    if (offset == offsetof(struct vmclock_page, counter_id) && length == sizeof(target->kinds)) {
        if (target->kinds_written && !memcmp(target->kinds, bytes, length))
            return 0;
        memcpy(target->kinds, bytes, length);
        target->kinds_written = true;
    }
    if (target->foreign && offset == offsetof(struct vmclock_page, disruption_marker))
        return write_around(target, bytes, length);
    return target_write(target, offset, bytes, length);
}

int target_take_over(struct target *target)
{
    const struct vmclock_publish_memory memory = {publisher_read, publisher_write, target};
    int error;

    target->kinds_written = false;
    error = vmclock_publish_open_memory(&target->publisher, &memory, target->size);
    target->marker_wire = htole64(target->publisher.disruption_marker);
    return error;
}

int target_check_file(struct target *target)
{
    struct stat status;

    if (!target->guest->file ||
        (fstat(target->fd, &status) == 0 &&
         (uint64_t)status.st_size >= target->guest->offset + target->guest->size))
        return 0;
    target->lost = true;
    return failure("file", "%s: became too short for the page", target->guest->file);
}

int target_check_shared(struct target *target)
{
    uint8_t here[TARGET_HEAD_BYTES], there[TARGET_HEAD_BYTES];

    if (!target->page || target->guest->file)
        return 0;
    for (int tries = 0; tries < COMPARE_TRIES; tries++) {
        if (process_read(&target->process, 0, there, sizeof(there))) {
            target->lost = true;
            return failure("process", "the page cannot be written any more");
        }
        if (!mapped_read(target->page, 0, here, sizeof(here)) && !memcmp(here, there, sizeof(here)))
            return 0;
    }
    target->lost = true;
    return TARGET_MOVED;
}

/*
 * A file that has lost a whole frame is noticed at once by SIGBUS; in its last one the page stays whole, for
 * whoever has it mapped.
 */
int target_check_at_times(struct target *target)
{
    int64_t now_ms;

    if (!target->page)
        return 0;
    now_ms = wait_about_now_ms();
    if (now_ms - target->checked_ms < (target->guest->file ? FILE_CHECK_MS : SHARED_CHECK_MS))
        return 0;
    target->checked_ms = now_ms;
    return target->guest->file ? target_check_file(target) : target_check_shared(target);
}
