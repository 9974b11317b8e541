/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/relation/relation.h"
#include "boot/linux/qemu/machine.h"

#define RELATION(name) extern const struct relation_kind relation_##name;
#include "boot/linux/publish/relation/kinds.def"
#undef RELATION

#define RELATION(name) &relation_##name,
static const struct relation_kind *const kinds[] = {
#include "boot/linux/publish/relation/kinds.def"
};
#undef RELATION

int relation_open(struct relation *relation, struct machine *machine, enum guest_arch wanted)
{
    enum accelerator accelerator = machine         ? machine->accelerator
                                   : relation->pid ? ACCELERATOR_KVM
                                                   : ACCELERATOR_NONE;

    if (machine && accelerator == ACCELERATOR_KVM)
        return failure("accelerator",
                       "KVM: name this guest by --kvm and its process, without --qmp; "
                       "or start QEMU with -accel tcg");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i]->accelerator != accelerator)
            continue;
        relation->kind = kinds[i];
        relation->machine = machine;
        return kinds[i]->open(relation, wanted);
    }
    return failure("accelerator", "QEMU does not say that it runs on TCG");
}

void relation_close(struct relation *relation)
{
    if (relation->kind && relation->kind->close)
        relation->kind->close(relation);
    relation->kind = NULL;
}

bool relation_needs_stop(const struct relation *relation)
{
    return !relation->kind->measure;
}

int relation_measure(struct relation *relation)
{
    return relation->kind->measure ? relation->kind->measure(relation) : 0;
}

void relation_doubt(struct relation *relation)
{
    if (relation->kind->doubt)
        relation->kind->doubt(relation);
}

void relation_hurry(struct relation *relation)
{
    if (relation->kind->hurry)
        relation->kind->hurry(relation);
}

int relation_stopped(struct relation *relation)
{
    return relation->kind->stopped ? relation->kind->stopped(relation) : 0;
}

void relation_ceased(struct relation *relation)
{
    if (relation->kind->ceased)
        relation->kind->ceased(relation);
}

int relation_resume(struct relation *relation, const struct host_rate *rate, unsigned attempt,
                    bool has_run)
{
    return relation->kind->resume(relation, rate, attempt, has_run);
}
