/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A KVM guest: the kernel shows what it makes of the host's counter. Nothing is stopped; what can change
 * is looked at again, so often that all guests together cost FILES_A_SEC.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/abi.h>
#include "arch/arch.h"
#include "boot/linux/common/event.h"
#include "boot/linux/common/wait.h"
#include "boot/linux/kvm/folder.h"
#include "boot/linux/publish/relation/relation.h"

#define FILES_A_SEC 125 /* of debugfs, 19 us of CPU each */
#define FILES_A_VCPU 2
#define BLIND_MS 2000 /* without a look: nested guests may run for long */

struct kvm {
    struct kvm_folder folder;
    struct kvm_clock clock;
    size_t counted; /* vCPUs of it in all_vcpus */
    int64_t next_ms, seen_ms;
    bool known, doubted;
    const char *said; /* why it is not known, as said last */
};

static size_t all_vcpus; /* of all guests */

static void count_vcpus(struct kvm *kvm)
{
    all_vcpus += kvm->folder.vcpu_count - kvm->counted;
    kvm->counted = kvm->folder.vcpu_count;
}

static int64_t interval_ms(void)
{
    return (int64_t)all_vcpus * FILES_A_VCPU * 1000 / FILES_A_SEC;
}

/* What was read just now is what holds. */
static void take(struct relation *relation, struct kvm *kvm, int64_t now_ms)
{
    uint64_t one = kvm->clock.frac_bits ? UINT64_C(1) << kvm->clock.frac_bits : 0;
    bool scaled = kvm->clock.ratio != one;

    relation->value = (struct counter_relation){
        .zero_earliest_ticks = -kvm->clock.offset,
        .zero_latest_ticks = -kvm->clock.offset,
        .host_ticks_a_tick = 1,
        .ratio = scaled ? kvm->clock.ratio : 0,
        .frac_bits = scaled ? kvm->clock.frac_bits : 0,
    };
    kvm->known = true;
    kvm->doubted = false;
    kvm->said = NULL;
    kvm->seen_ms = now_ms;
    count_vcpus(kvm);
    kvm->next_ms = now_ms + interval_ms();
}

static void close_kvm(struct relation *relation)
{
    struct kvm *kvm = relation->own;

    if (!kvm)
        return;
    kvm_folder_close(&kvm->folder);
    count_vcpus(kvm);
    free(kvm);
    relation->own = NULL;
}

static int open_kvm(struct relation *relation, enum guest_arch wanted)
{
    struct kvm *kvm;
    const char *why;

    if (VMCLOCK_ARCH_COUNTER_ID != VMCLOCK_COUNTER_ID_X86_TSC || wanted == GUEST_ARCH_AARCH64)
        return failure("arch",
                       "of a KVM guest on this architecture nobody shows the counter's offset");
    kvm = calloc(1, sizeof(*kvm));
    if (!kvm)
        return failure("file", "no memory for so many guests");
    kvm->folder.fd = -1;
    relation->own = kvm;
    relation->counter = HOST_COUNTER_CPU;
    relation->counter_id = VMCLOCK_COUNTER_ID_X86_TSC;
    relation->arch_name = "x86_64";
    if (kvm_folder_open(relation->debugfs, relation->pid, &kvm->folder) < 0)
        return -1;
    why = kvm_folder_read(&kvm->folder, &kvm->clock);
    if (why)
        return failure("counter", "process %ld: %s", (long)relation->pid, why);
    take(relation, kvm, wait_now_ms());
    return 0;
}

static int unseen(struct kvm *kvm, const char *why)
{
    kvm->known = false;
    if (kvm->said != why)
        event("unreliable: %s", why);
    kvm->said = why;
    return RELATION_UNSEEN;
}

/* Another look, as the quick one saw something else or nothing is known. */
static int look_well(struct relation *relation, struct kvm *kvm, int64_t now_ms)
{
    struct kvm_clock before = kvm->clock;
    const char *why = kvm_folder_read(&kvm->folder, &kvm->clock);
    bool was_known = kvm->known;

    /* A nested guest may hide for a while what has not changed. */
    if (why && was_known && !kvm->doubted && now_ms - kvm->seen_ms < BLIND_MS &&
        kvm->folder.vcpu_count == kvm->counted && !strncmp(why, "a nested", 8))
        return 0;
    if (why)
        return unseen(kvm, why);
    take(relation, kvm, now_ms);
    if (was_known && before.offset == kvm->clock.offset && before.ratio == kvm->clock.ratio &&
        before.frac_bits == kvm->clock.frac_bits)
        return 0;
    event("related offset=%" PRId64 " ratio=%" PRIu64 " frac_bits=%u", (int64_t)kvm->clock.offset,
          kvm->clock.ratio, kvm->clock.frac_bits);
    return 1;
}

static int measure(struct relation *relation)
{
    struct kvm *kvm = relation->own;
    int64_t now_ms = wait_about_now_ms();

    if (kvm->known && !kvm->doubted && now_ms < kvm->next_ms)
        return 0;
    if (!kvm->known || !kvm_folder_still(&kvm->folder, &kvm->clock))
        return look_well(relation, kvm, now_ms);
    take(relation, kvm, now_ms);
    return 0;
}

static void doubt(struct relation *relation)
{
    struct kvm *kvm = relation->own;

    kvm->doubted = true;
}

static void hurry(struct relation *relation)
{
    struct kvm *kvm = relation->own;

    kvm->next_ms = 0;
}

extern const struct relation_kind relation_kvm;
const struct relation_kind relation_kvm = {
    .accelerator = ACCELERATOR_KVM,
    .open = open_kvm,
    .close = close_kvm,
    .measure = measure,
    .doubt = doubt,
    .hurry = hurry,
};
