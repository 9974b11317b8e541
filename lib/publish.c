/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The writer's side. The page is composed as the words that it consists of, judged against what is
 * shown, and stored. The first functions alone know plain memory from memory behind calls.
 */
#include <vmclock/audit.h>
#include <vmclock/error.h>
#include <vmclock/leap.h>
#include <vmclock/publish.h>
#include <vmclock/types.h>
#include "arch/arch.h"
#include "lib/snapshot.h"
#include "lib/window.h"
#include "lib/wire.h"

/* Flags that are not taken from the snapshot's: presence bits say them, or the judgement. */
#define PUBLISH_OWN_FLAGS \
    ((uint64_t)(FIELDS_PRESENCE & ~VMCLOCK_HAVE_CLOCK) | VMCLOCK_PAGE_FLAG_TIME_MONOTONIC)

#define PUBLISH_OFFSET(field) VMCLOCK_OFFSETOF(struct vmclock_page, field)
#define PUBLISH_FIRST_WORD WINDOW_WORD(disruption_marker) /* those before are stored by field */

static uint32_t publish_words(uint32_t size)
{
    return size < sizeof(struct vmclock_page) ? size / 8 : (uint32_t)SNAPSHOT_WORDS;
}

/* Plain memory, or calls: this one where there is no plain memory. */
static int publish_write(struct vmclock_publisher *p, size_t offset, const void *bytes,
                         size_t count)
{
    return p->memory.write(p->memory.context, (uint32_t)offset, bytes, (uint32_t)count)
               ? VMCLOCK_ERR_ACCESS
               : 0;
}

static int publish_put_seq(struct vmclock_publisher *p)
{
    uint32_t seq = WIRE_LE32(p->seq);

    if (!p->page)
        return publish_write(p, PUBLISH_OFFSET(seq_count), &seq, sizeof seq);
    p->page->seq_count.wire = seq;
    return 0;
}

static int publish_put_status(struct vmclock_publisher *p, uint8_t status)
{
    if (!p->page)
        return publish_write(p, PUBLISH_OFFSET(clock_status), &status, sizeof status);
    p->page->clock_status = status;
    return 0;
}

/* What size covers of the page, words in host order; those beyond are 0. */
static int publish_get(const struct vmclock_publisher *p, struct snapshot_raw *raw)
{
    uint32_t words = publish_words(p->size);

    for (uint32_t i = words; i < SNAPSHOT_WORDS; i++)
        *(volatile uint64_t *)&raw->word[i] = 0; /* volatile: else a call of memset */
    if (!p->page && p->memory.read(p->memory.context, 0, raw->word, words * 8))
        return VMCLOCK_ERR_ACCESS;
    for (uint32_t i = 0; i < words; i++) {
        uint64_t word = p->page ? ((const volatile window_word *)p->page)[i] : raw->word[i];

        raw->word[i] = WIRE_LE64(word);
    }
    return 0;
}

/* Stores counter_id, time_type and the words after the sequence count; raw becomes little-endian. */
static int publish_put(struct vmclock_publisher *p, struct snapshot_raw *raw)
{
    uint8_t kinds[2];
    uint32_t words = publish_words(p->size);

    kinds[0] = (uint8_t)SNAPSHOT_FIELD(raw, counter_id);
    kinds[1] = (uint8_t)SNAPSHOT_FIELD(raw, time_type);
    if (p->page) {
        p->page->counter_id = kinds[0];
        p->page->time_type = kinds[1];
        for (uint32_t i = PUBLISH_FIRST_WORD; i < words; i++)
            ((volatile window_word *)p->page)[i] = WIRE_LE64(raw->word[i]);
        return 0;
    }
    for (uint32_t i = PUBLISH_FIRST_WORD; i < words; i++)
        raw->word[i] = WIRE_LE64(raw->word[i]);
    if (publish_write(p, PUBLISH_OFFSET(counter_id), kinds, sizeof kinds))
        return VMCLOCK_ERR_ACCESS;
    return publish_write(p, PUBLISH_FIRST_WORD * 8, &raw->word[PUBLISH_FIRST_WORD],
                         (words - PUBLISH_FIRST_WORD) * 8);
}

/* size and version, then the magic: whoever sees the magic sees a page that is in update. */
static int publish_put_head(struct vmclock_publisher *p)
{
    uint32_t magic = WIRE_LE32(VMCLOCK_PAGE_MAGIC), size = WIRE_LE32(p->size);
    uint16_t version = WIRE_LE16(VMCLOCK_PAGE_VERSION);

    if (p->page) {
        p->page->size.wire = size;
        p->page->version.wire = version;
        vmclock_arch_write_barrier();
        p->page->magic.wire = magic;
        return 0;
    }
    if (publish_write(p, PUBLISH_OFFSET(size), &size, sizeof size) ||
        publish_write(p, PUBLISH_OFFSET(version), &version, sizeof version))
        return VMCLOCK_ERR_ACCESS;
    vmclock_arch_write_barrier();
    return publish_write(p, PUBLISH_OFFSET(magic), &magic, sizeof magic);
}

/* What a reader whose counter is the page's sees in these words. */
static void publish_take_apart(const struct vmclock_publisher *p, const struct snapshot_raw *raw,
                               struct vmclock_snapshot *s)
{
    struct vmclock clk;

    clk.size = p->size;
    clk.covered = (uint16_t)snapshot_covered(p->size);
    clk.counter.counter_id = (uint8_t)SNAPSHOT_FIELD(raw, counter_id);
    snapshot_take_apart(&clk, raw, s);
}

static int publish_take_over(struct vmclock_publisher *p)
{
    struct snapshot_raw raw;
    int continued, error = publish_get(p, &raw);

    if (error)
        return error;
    continued = (uint32_t)SNAPSHOT_FIELD(&raw, magic) == VMCLOCK_PAGE_MAGIC;
    p->seq = continued ? (uint32_t)SNAPSHOT_FIELD(&raw, seq_count) : 0;
    p->disruption_marker = continued ? SNAPSHOT_FIELD(&raw, disruption_marker) : 0;
    p->generation = continued ? SNAPSHOT_FIELD(&raw, vm_generation_counter) : 0;
    p->whole = continued && !(p->seq & 1) && (uint32_t)SNAPSHOT_FIELD(&raw, size) == p->size &&
               (uint16_t)SNAPSHOT_FIELD(&raw, version) == VMCLOCK_PAGE_VERSION;
    raw.counter = 0;
    raw.seq_wire = WIRE_LE32(p->seq);
    p->current = 0;
    publish_take_apart(p, &raw, &p->shown[0]);
    error = vmclock_publish_begin(p);
    return error ? error : publish_put_head(p);
}

int vmclock_publish_open(struct vmclock_publisher *publisher, volatile void *mapped,
                         size_t mapped_size, uint32_t size)
{
    if (!publisher || !mapped)
        return VMCLOCK_ERR_ARGUMENT;
    if ((vmclock_uintptr)mapped % 8)
        return VMCLOCK_ERR_MISALIGNED;
    if (size < VMCLOCK_PAGE_SIZE_SIGNAL || size > mapped_size)
        return VMCLOCK_ERR_SIZE;
    publisher->page = (volatile struct vmclock_page *)mapped;
    publisher->counter.read = NULL;
    publisher->size = size;
    return publish_take_over(publisher);
}

int vmclock_publish_open_memory(struct vmclock_publisher *publisher,
                                const struct vmclock_publish_memory *memory, uint32_t size)
{
    if (!publisher || !memory || !memory->read || !memory->write)
        return VMCLOCK_ERR_ARGUMENT;
    if (size < VMCLOCK_PAGE_SIZE_SIGNAL)
        return VMCLOCK_ERR_SIZE;
    publisher->page = NULL;
    publisher->memory.read = memory->read;
    publisher->memory.write = memory->write;
    publisher->memory.context = memory->context;
    publisher->counter.read = NULL;
    publisher->size = size;
    return publish_take_over(publisher);
}

int vmclock_publish_begin(struct vmclock_publisher *publisher)
{
    /* Our own count, not the page's: the guest may be able to write there. */
    publisher->seq |= 1;
    if (publish_put_seq(publisher))
        return VMCLOCK_ERR_ACCESS;
    if (!publisher->counter.read) {
        vmclock_arch_write_barrier();
        return 0;
    }
    /* A write barrier would let the counter be read while the odd count is still on its way. */
    vmclock_arch_full_barrier();
    publisher->switch_counter = publisher->counter.read(publisher->counter.context);
    return 0;
}

int vmclock_publish_commit(struct vmclock_publisher *publisher)
{
    if (!(publisher->seq & 1))
        return 0;
    if (!publisher->whole)
        return VMCLOCK_ERR_ARGUMENT;
    vmclock_arch_write_barrier();
    publisher->seq++;
    return publish_put_seq(publisher);
}

#define PUBLISH_CASE(code, NAME, name) case code:
static int publish_knows_status(uint8_t clock_status)
{
    switch (clock_status) {
        VMCLOCK_CLOCK_STATUSES(PUBLISH_CASE)
        return 1;
    default:
        return 0;
    }
}

static int publish_knows_leap(uint8_t leap_indicator)
{
    switch (leap_indicator) {
        VMCLOCK_LEAP_INDICATORS(PUBLISH_CASE)
        return 1;
    default:
        return 0;
    }
}

/* What vmclock_publish_store documents of a clock. */
static int publish_check_clock(uint32_t size, const struct vmclock_snapshot *s)
{
    int tai_offset_sec = s->tai_offset_sec < 0 ? -s->tai_offset_sec : s->tai_offset_sec;

    if (s->counter_id == VMCLOCK_COUNTER_ID_INVALID || !publish_knows_status(s->clock_status))
        return VMCLOCK_ERR_ARGUMENT;
    if (size < VMCLOCK_PAGE_SIZE_CLOCK)
        return VMCLOCK_ERR_SIZE;
    if (!fields_is_time_type(s->time_type))
        return VMCLOCK_ERR_TIME_TYPE;
    if (fields_is_usable(s->clock_status) && !s->period_frac)
        return VMCLOCK_ERR_PERIOD;
    if ((s->have & VMCLOCK_HAVE_TAI_OFFSET) && tai_offset_sec < VMCLOCK_TAI_OFFSET_MIN_SEC)
        return VMCLOCK_ERR_TAI_OFFSET;
    if (!publish_knows_leap(s->leap_indicator))
        return VMCLOCK_ERR_LEAP;
    return 0;
}

static int publish_check(uint32_t size, const struct vmclock_snapshot *s)
{
    int error = 0;

    if (s->have & ~FIELDS_PRESENCE)
        return VMCLOCK_ERR_ARGUMENT;
    if (s->have & VMCLOCK_HAVE_CLOCK)
        error = publish_check_clock(size, s);
    else if (s->have & FIELDS_OF_CLOCK)
        return VMCLOCK_ERR_ARGUMENT;
    if (!error && (s->have & ~snapshot_covered(size)))
        return VMCLOCK_ERR_SIZE;
    return error;
}

/* A field at its place in its word, if the snapshot has it. Without a clock there is no counter. */
#define PUBLISH_PLACE(unused, name, offset, type, member, presence, class) \
    if ((have & (presence)) == (presence)) \
        word[WINDOW_WORD(name)] |= PUBLISH_BITS(PUBLISH_UNSIGNED(type, s->member), name);
#define PUBLISH_BITS(value, field) ((uint64_t)(value) << WINDOW_BIT(field))
#define PUBLISH_UNSIGNED(type, value) \
    (sizeof(type) == 8   ? (uint64_t)(value) \
     : sizeof(type) == 2 ? (uint16_t)(value) \
                         : (uint8_t)(value))

/* The words from counter_id on. Presence bits are their flags' bits, but for the clock's. */
static void publish_compose(const struct vmclock_snapshot *s, struct snapshot_raw *raw)
{
    const unsigned have = s->have;
    uint64_t *word = raw->word;

    for (unsigned i = 0; i < SNAPSHOT_WORDS; i++)
        *(volatile uint64_t *)&word[i] = 0; /* volatile: else a call of memset */
    FIELDS(PUBLISH_PLACE, )
    word[WINDOW_WORD(flags)] = (s->flags & ~PUBLISH_OWN_FLAGS) | (have & ~VMCLOCK_HAVE_CLOCK);
    if (!(have & VMCLOCK_HAVE_CLOCK)) /* the kind of time is the page's, not only a clock's */
        word[WINDOW_WORD(counter_id)] = PUBLISH_BITS(VMCLOCK_COUNTER_ID_INVALID, counter_id) |
                                        PUBLISH_BITS(s->time_type, time_type);
}

/*
 * Whether what is shown allows for next. monotonic: next wishes the flag, gets whether it is true.
 * It is true if the old time at the switch is not later than the new one there: readers validated
 * old parameters before, and read new ones after it.
 */
static int publish_judge(const struct vmclock_publisher *p, const struct vmclock_snapshot *next,
                         int is_step, int *monotonic)
{
    struct vmclock_audit_result result;

    *monotonic = 0;
    if (!p->whole)
        return 0;
    vmclock_audit(&p->shown[p->current], next,
                  p->counter.read ? p->switch_counter : next->ref_counter, &result);
    if (!is_step &&
        (result.verdict == VMCLOCK_AUDIT_BROKEN || result.verdict == VMCLOCK_AUDIT_STEPPED))
        return VMCLOCK_ERR_STEP;
    *monotonic = p->counter.read && result.moved_known && result.moved.sec >= 0;
    return 0;
}

static int publish_store(struct vmclock_publisher *p, const struct vmclock_snapshot *s, int is_step)
{
    struct snapshot_raw raw;
    struct vmclock_snapshot *next = &p->shown[!p->current];
    int monotonic, error = publish_check(p->size, s);

    if (error)
        return error;
    publish_compose(s, &raw);
    raw.counter = 0;
    raw.seq_wire = WIRE_LE32(p->seq);
    publish_take_apart(p, &raw, next);
    error = publish_judge(p, next, is_step, &monotonic);
    if (error)
        return error;
    if (monotonic)
        raw.word[WINDOW_WORD(flags)] |= s->flags & VMCLOCK_PAGE_FLAG_TIME_MONOTONIC;
    p->current = !p->current;
    error = publish_put(p, &raw);
    p->whole = !error;
    return error;
}

int vmclock_publish_store(struct vmclock_publisher *publisher,
                          const struct vmclock_snapshot *snapshot)
{
    return publish_store(publisher, snapshot, 0);
}

int vmclock_publish_store_step(struct vmclock_publisher *publisher,
                               const struct vmclock_snapshot *snapshot)
{
    return publish_store(publisher, snapshot, 1);
}

/* What is refused ends the update, too, unless there is nothing whole that readers could go back to. */
static int publish_update(struct vmclock_publisher *p, const struct vmclock_snapshot *s,
                          int is_step)
{
    int ended, error = publish_check(p->size, s);

    if (!error)
        error = vmclock_publish_begin(p);
    if (!error)
        error = publish_store(p, s, is_step);
    if (error && (error == VMCLOCK_ERR_ACCESS || !p->whole))
        return error;
    ended = vmclock_publish_commit(p);
    return error ? error : ended;
}

int vmclock_publish(struct vmclock_publisher *publisher, const struct vmclock_snapshot *snapshot)
{
    return publish_update(publisher, snapshot, 0);
}

int vmclock_publish_step(struct vmclock_publisher *publisher,
                         const struct vmclock_snapshot *snapshot)
{
    return publish_update(publisher, snapshot, 1);
}

int vmclock_publish_unreliable(struct vmclock_publisher *publisher)
{
    struct vmclock_snapshot *shown = &publisher->shown[publisher->current];
    int error = vmclock_publish_begin(publisher);

    if (!error && !publisher->whole) { /* nothing that could be marked */
        shown->have = 0;
        shown->flags = 0;
        shown->time_type = 0;
        shown->disruption_marker = publisher->disruption_marker;
        error = publish_store(publisher, shown, 1);
    }
    if (!error && SNAPSHOT_COVERS(publisher->size, clock_status)) {
        publisher->shown[publisher->current].clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
        error = publish_put_status(publisher, VMCLOCK_CLOCK_STATUS_UNRELIABLE);
    }
    return error ? error : vmclock_publish_commit(publisher);
}
