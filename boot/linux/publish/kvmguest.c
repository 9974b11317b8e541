/* SPDX-License-Identifier: BSD-2-Clause */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/memory.h"
#include "boot/linux/kvm/folder.h"
#include "boot/linux/kvm/page.h"
#include "boot/linux/publish/kvmguest.h"
#include "lib/fields.h"

#define KEPT_MS 2500 /* a clock that nobody refreshed for so long is nobody's */

int kvm_begin(struct guest *guest)
{
    /* By its edge: of one that is busy then it is noticed when its page is to be written. */
    struct epoll_event ends = {.events = EPOLLIN | EPOLLET, .data.ptr = guest};

    guest->pidfd = peer_pidfd(guest->own->kvm);
    guest->began_ms = wait_now_ms();
    if (guest->pidfd < 0)
        return failure(errno == EPERM ? "permission" : "process", "process %ld: %s",
                       (long)guest->own->kvm, strerror(errno));
    if (epoll_ctl(guest->ends_fd, EPOLL_CTL_ADD, guest->pidfd, &ends) < 0)
        return failure("process", "process %ld cannot be watched: %s", (long)guest->own->kvm,
                       strerror(errno));
    return clocks_use(guest->clocks, HOST_COUNTER_CPU);
}

/*
 * Whether somebody else refreshes the page's clock: its monitor, as other publishers are kept out by a
 * lock. Returns 0: nobody, 1: that is being watched, or known, or -1 having said why.
 */
static int is_kept(struct guest *guest, const struct kvm_page *page, bool *had_clock)
{
    int64_t now_ms = wait_now_ms();
    struct vmclock_page head;
    uint32_t seq;

    if (pread(page->fd, &head, VMCLOCK_PAGE_SIZE_CLOCK, (off_t)page->at) != VMCLOCK_PAGE_SIZE_CLOCK)
        return failure("process", "the page cannot be read");
    seq = le32toh(head.seq_count.wire);
    *had_clock = head.counter_id != VMCLOCK_COUNTER_ID_INVALID;
    if (!*had_clock || !fields_is_usable(head.clock_status))
        return 0;
    if (!guest->kept_ms || seq != guest->kept_seq) {
        guest_retry(guest, guest->kept_ms
                               ? "somebody else keeps its clock"
                               : "it has a clock: is watched, whether somebody keeps it");
        guest->kept_ms = now_ms;
        guest->kept_seq = seq;
        return 1;
    }
    if (now_ms - guest->kept_ms >= KEPT_MS)
        return 0;
    guest_retry(guest, guest->why);
    return 1;
}

/*
 * Whether an open process's memory is still that of the program that has the machine. Returns 0, or -1 having
 * said why.
 */
static int check_process(const struct guest *guest)
{
    struct kvm_folder folder;

    if (!peer_lives(guest->pidfd))
        return failure("process", "process %ld has ended", (long)guest->own->kvm);
    if (kvm_folder_open(guest->options->debugfs, guest->own->kvm, &folder) < 0)
        return -1;
    kvm_folder_close(&folder);
    return 0;
}

/* In its memory. Returns 0, 1: there is none yet, or -1 having said why. */
static int find_page(struct guest *guest)
{
    struct kvm_page page;
    struct peer user;
    const char *why = "";
    bool had_clock = false;
    int found;

    peer_own(&user);
    found = kvm_page_find(&user, guest->own->kvm, TARGET_SMALLEST_BYTES, &page, &why);
    if (found == 0 && check_process(guest) < 0) {
        kvm_page_close(&page);
        return -1;
    }
    if (found == KVM_PAGE_NONE)
        guest_retry(guest, why);
    if (found)
        return found;
    found = is_kept(guest, &page, &had_clock);
    if (found) {
        kvm_page_close(&page);
        return found;
    }
    if (target_open_found(guest->options, guest->own, &page, guest->relation.counter_id,
                          &guest->target) < 0)
        return -1;
    event("page at=0x%" PRIx64 " size=%" PRIu32 " by=%s", page.at, page.size,
          guest->target.page ? "mapping" : "calls");
    /* What an earlier publisher knew of its counter need not be so any more. */
    return had_clock ? guest_disrupt(guest) : 0;
}

static int open_file(struct guest *guest)
{
    if (target_open(guest->options, guest->own, NULL, guest->relation.counter_id, &guest->target) <
        0)
        return -1;
    return guest_disrupt(guest);
}

int kvm_try(struct guest *guest)
{
    int error;

    if (!peer_lives(guest->pidfd))
        return failure("process", "process %ld has ended", (long)guest->own->kvm);
    if (!guest->relation.kind) {
        guest->relation.pid = guest->own->kvm;
        guest->relation.debugfs = guest->options->debugfs;
        if (relation_open(&guest->relation, NULL, guest->own->arch) < 0) {
            relation_close(&guest->relation);
            return -1;
        }
    }
    if (!guest->target.open) {
        error = guest->own->file ? open_file(guest) : find_page(guest);
        if (error)
            return error < 0 ? -1 : 0;
        /* A guest sets its counter as it boots, while its page is waited for. */
        relation_doubt(&guest->relation);
    }
    return guest_go_live(guest);
}

void kvm_end(struct guest *guest)
{
    if (guest->pidfd >= 0)
        close(guest->pidfd);
    guest->pidfd = -1;
}
