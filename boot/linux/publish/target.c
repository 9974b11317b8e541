/* SPDX-License-Identifier: BSD-2-Clause */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vmclock/error.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/memory.h"
#include "boot/linux/common/wait.h"
#include "boot/linux/kvm/shared.h"
#include "boot/linux/publish/field.h"
#include "boot/linux/publish/mapped.h"
#include "boot/linux/publish/pagefile.h"
#include "boot/linux/publish/targetbytes.h"
#include "lib/fields.h"

#define CALM_MS 10000 /* without another writer: then the next one is worth a line */

/* The page in the memory of the QEMU. Returns 0, or -1 having said why. */
static int open_process(const struct guest_options *guest, struct qmp *qmp,
                        struct process_page *page)
{
    uint64_t phys = guest->phys;

    if (!guest->has_phys && process_find_device(qmp, &phys) < 0)
        return -1;
    return process_open(qmp, phys, guest->size, guest->pid, true, page);
}

/* Says why the page of an open target failed. Returns -1. */
static int failed(struct target *target, int error)
{
    target->lost = true;
    if (error != VMCLOCK_ERR_ACCESS)
        return failure("file", "%s: %s", target->guest->name, vmclock_error_text(error));
    if (!target->guest->file)
        return failure("process", "the page cannot be written any more");
    if (target_check_file(target) < 0)
        return -1;
    if (pagefile_allocate(target->guest, target->fd) < 0)
        return failure(pagefile_failure(errno), "%s: %s", target->guest->file, strerror(errno));
    return failure("file", "%s: the page cannot be written any more", target->guest->file);
}

/* The publisher's snapshot with what the monitor has in its page. */
static struct vmclock_snapshot with_foreign(const struct target *target,
                                            const struct vmclock_snapshot *snapshot)
{
    struct vmclock_snapshot both = *snapshot;

    if (!target->foreign)
        return both;
    both.flags |= target->foreign_flags & ~VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT;
    both.have |= (uint16_t)(target->foreign_flags & FIELDS_OF_MACHINE);
    if (both.have & VMCLOCK_HAVE_GENERATION)
        both.generation = target->publisher.generation;
    return both;
}

/* Learns what the monitor has in its page, before it is taken over. Returns 0, or -1. */
static int learn_foreign(struct target *target)
{
    uint64_t flags, notifies = target->foreign_flags & VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT;

    if (!target->foreign)
        return 0;
    if (target_read(target, offsetof(struct vmclock_page, flags), &flags, sizeof(flags)))
        return -1;
    target->foreign_flags = le64toh(flags) | notifies; /* a restored page lacks what we took */
    return 0;
}

static void begin(const struct options *options, const struct guest_options *guest,
                  struct target *target)
{
    target->options = options;
    target->guest = guest;
    target->size = guest->size;
    target->written = target->lost = target->foreign = false;
    target->foreign_flags = 0;
    target->overwritten_ms = target->checked_ms = 0;
    target->page = NULL;
    target->process.fd = -1;
    mapped_open();
}

/* Takes over a page that was found. Returns 0, or -1 having said why. */
static int begin_page(struct target *target, uint8_t counter_id)
{
    int error = learn_foreign(target) < 0 ? VMCLOCK_ERR_ACCESS : target_take_over(target);

    target->shown = (struct vmclock_snapshot){
        .have = VMCLOCK_HAVE_CLOCK,
        .counter_id = counter_id,
        .clock_status = VMCLOCK_CLOCK_STATUS_INITIALIZING,
        .disruption_marker = target->publisher.disruption_marker,
    };
    target->shown = with_foreign(target, &target->shown);
    if (!error)
        error = vmclock_publish(&target->publisher, &target->shown);
    if (error) {
        failed(target, error);
        target_close(target);
        return -1;
    }
    target->open = true;
    return 0;
}

int target_open(const struct options *options, const struct guest_options *guest, struct qmp *qmp,
                uint8_t counter_id, struct target *target)
{
    begin(options, guest, target);
    if (guest->file)
        target->page = pagefile_map(guest, &target->fd);
    if (guest->file ? !target->page : open_process(guest, qmp, &target->process) < 0) {
        process_close(&target->process);
        return -1;
    }
    return begin_page(target, counter_id);
}

int target_open_found(const struct options *options, const struct guest_options *guest,
                      const struct kvm_page *page, uint8_t counter_id, struct target *target)
{
    begin(options, guest, target);
    target->size = page->size;
    target->process = (struct process_page){page->fd, page->at, page->phys};
    target->foreign = true;
    target->page = page->mapped;
    /* Before anything is written. */
    if (target_check_shared(target)) {
        shared_unmap(target->page, target->size);
        target->page = NULL;
        target->lost = false;
    }
    return begin_page(target, counter_id);
}

static void set_field(struct target *target, const struct field_setting *setting)
{
    const struct page_field *field = &page_fields[setting->field];
    uint8_t value[8];

    for (unsigned i = 0; i < field->bytes; i++)
        value[i] = (uint8_t)(setting->value >> (8 * i));
    (void)target_write(target, field->offset, value, field->bytes);
}

/* Overwrites what --set names. Returns whether seq was among it: the update then stays as it is. */
static bool apply_sets(struct target *target)
{
    const struct field_setting *seq = NULL;

    for (unsigned i = 0; i < target->options->set_count; i++) {
        const struct field_setting *setting = &target->options->sets[i];

        if (setting->field == PAGE_FIELD_SEQ)
            seq = setting;
        else
            set_field(target, setting);
    }
    if (seq)
        set_field(target, seq);
    return seq != NULL;
}

int target_publish(struct target *target, const struct vmclock_snapshot *snapshot)
{
    const struct vmclock_snapshot both = with_foreign(target, snapshot);
    int error;

    if (target->written)
        return 0;
    error = vmclock_publish_begin(&target->publisher);
    if (!error)
        error = vmclock_publish_store(&target->publisher, &both);
    if (error ==
        VMCLOCK_ERR_STEP) { /* the host's clock is what is published, also when it is set */
        event("step: outside the bounds that were published before");
        error = vmclock_publish_store_step(&target->publisher, &both);
    }
    if (error)
        return failed(target, error);
    target->shown = both;
    target->written = apply_sets(target);
    if (!target->written)
        error = vmclock_publish_commit(&target->publisher);
    return error ? failed(target, error) : 0;
}

/* Marks the clock as disrupted. Returns 0, or -1 having said why. */
static int mark(struct target *target)
{
    int error;

    if (target->shown.clock_status != VMCLOCK_CLOCK_STATUS_INITIALIZING)
        target->shown.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    target->shown.disruption_marker++;
    error = vmclock_publish_step(&target->publisher, &target->shown);
    return error ? failed(target, error) : 0;
}

/* The page's first bytes, as they were left. */
static void compose_head(const struct target *target, struct vmclock_page *head)
{
    head->magic.wire = htole32(VMCLOCK_PAGE_MAGIC);
    head->size.wire = htole32(target->size);
    head->version.wire = htole16(VMCLOCK_PAGE_VERSION);
    head->counter_id = target->shown.counter_id;
    head->time_type = target->shown.time_type;
    head->seq_count.wire = htole32(target->publisher.seq);
    head->disruption_marker.wire = htole64(target->shown.disruption_marker);
}

/* Takes the page over with the greater of its marker and ours. Returns 0, or -1 having said why. */
static int retake(struct target *target)
{
    int error = learn_foreign(target) < 0 ? VMCLOCK_ERR_ACCESS : target_take_over(target);

    if (error)
        return failed(target, error);
    target->shown = with_foreign(target, &target->shown);
    if (target->publisher.disruption_marker > target->shown.disruption_marker)
        target->shown.disruption_marker = target->publisher.disruption_marker;
    return 0;
}

/* Whether what is at a monitor's page's place is one still, and guest memory: else nothing is written. */
static bool is_page_still(const struct target *target, const struct vmclock_page *found)
{
    struct peer user;

    peer_own(&user);
    return found->magic.wire == htole32(VMCLOCK_PAGE_MAGIC) &&
           found->version.wire == htole16(VMCLOCK_PAGE_VERSION) &&
           found->size.wire == htole32(target->size) &&
           memory_check(&user, target->guest->kvm, target->process.at, target->size, NULL) == 0;
}

/*
 * Retakes a page whose first bytes are not what was left there, having said so: see target_look.
 * Returns as that, but does not mark it. A test's page is meant to be wrong.
 */
static int heal(struct target *target)
{
    struct vmclock_page head, found;
    int64_t said_ms = target->overwritten_ms;
    int checked = target_check_at_times(target);

    if (checked)
        return checked;
    if (target->written || target->options->set_count)
        return 0;
    if (target_read(target, 0, &found, TARGET_HEAD_BYTES))
        return failed(target, VMCLOCK_ERR_ACCESS);
    compose_head(target, &head);
    if (!memcmp(&head, &found, TARGET_HEAD_BYTES))
        return 0;
    if (target->foreign && !is_page_still(target, &found)) {
        target->lost = true;
        return TARGET_MOVED;
    }
    target->overwritten_ms = wait_now_ms();
    if (!said_ms || target->overwritten_ms - said_ms > CALM_MS)
        event("overwritten: somebody else wrote to the page, which is a disruption");
    return retake(target) < 0 ? -1 : TARGET_OVERWRITTEN;
}

int target_look(struct target *target)
{
    int healed = heal(target);

    return healed == TARGET_OVERWRITTEN && mark(target) < 0 ? -1 : healed;
}

/* Leaves a monitor's page as one that promises what the monitor does. Returns 0, or not 0. */
static int give_back(struct target *target)
{
    struct vmclock_snapshot shown = target->shown;

    shown.flags |= target->foreign_flags;
    return vmclock_publish_step(&target->publisher, &shown);
}

void target_unreliable(struct target *target)
{
    int healed;

    target->shown.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    if (target->lost)
        return;
    healed = heal(target);
    if (healed == TARGET_OVERWRITTEN)
        (void)mark(target);
    if (!healed)
        (void)vmclock_publish_unreliable(&target->publisher);
}

void target_leave(struct target *target)
{
    target_unreliable(target);
    if (!target->lost && target->foreign_flags & VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT)
        (void)give_back(target);
}

int target_disrupt(struct target *target)
{
    int healed = heal(target);

    return healed < 0 || healed == TARGET_MOVED ? healed : mark(target);
}

int target_retake(struct target *target)
{
    return target_check_file(target) < 0 || retake(target) < 0 ? -1 : mark(target);
}

void target_close(struct target *target)
{
    if (target->page && target->guest->file) {
        uintptr_t in_frame = (uintptr_t)target->page % (uintptr_t)sysconf(_SC_PAGESIZE);

        munmap((char *)target->page - in_frame, target->guest->size + in_frame);
        close(target->fd);
    } else {
        if (target->page)
            shared_unmap(target->page, target->size);
        process_close(&target->process);
    }
    target->page = NULL;
    target->open = false;
}
