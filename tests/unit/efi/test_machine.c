/* SPDX-License-Identifier: BSD-2-Clause */
/* What the EFI check asks an x86 CPU, which is made up: its names, and by which page tables it runs. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>
#include <cmocka.h>
#include "arch/x86/arch.h"
#include "boot/efi/machine.h"
#include "boot/efi/x86/paging.h"
#include "boot/report/text.h"

#define PG UINT64_C(0x80000000)
#define OTHER_BITS UINT64_C(0x60000011) /* of CR0 */
#define TABLE UINT64_C(0x000123456789a000)
#define ADDRESS 0xfeffb000u
#define LEAVES_HYPERVISOR 0x40000000u
#define LEAVES_MORE 0x80000000u
#define LEAF_ENCRYPTED 0x8000001fu

static struct {
    uint64_t control[9];
    struct vmclock_arch_cpuid maker, family, hypervisor, encrypted;
    uint32_t last_more;
    enum vmclock_arch_x86_order order;
    unsigned invariant;
} cpu;
static struct {
    unsigned calls, levels;
    uint64_t table, encrypted;
    uintptr_t address;
    int answer;
} asked;
static char said[600];
static size_t said_length;

void vmclock_arch_cpuid(void *context, uint32_t leaf, struct vmclock_arch_cpuid *out)
{
    assert_null(context);
    memset(out, 0xff, sizeof(*out));
    if (leaf == 0)
        *out = cpu.maker;
    else if (leaf == 1)
        *out = cpu.family;
    else if (leaf == LEAVES_HYPERVISOR)
        *out = cpu.hypervisor;
    else if (leaf == LEAVES_MORE)
        out->eax = cpu.last_more;
    else if (leaf == LEAF_ENCRYPTED && cpu.last_more >= LEAF_ENCRYPTED)
        *out = cpu.encrypted;
}

enum vmclock_arch_x86_order vmclock_arch_counter_order(void)
{
    return cpu.order;
}

unsigned vmclock_arch_counter_invariant(void)
{
    return cpu.invariant;
}

void vmclock_arch_counter_frequency(uint32_t *unit_hz, uint32_t *numerator, uint32_t *denominator)
{
    *unit_hz = 38400000;
    *numerator = 188;
    *denominator = 2;
}

int paging_maps(uint64_t table, unsigned levels, uint64_t encrypted, uint64_t address)
{
    asked.calls++;
    asked.table = table;
    asked.levels = levels;
    asked.encrypted = encrypted;
    asked.address = (uintptr_t)address;
    return asked.answer;
}

/* An ordinary program may not read control registers: mov from CRn, 0F 20 /r, with a REX for the upper
 * eight. What it is given are those of the CPU that is made up. */
static void read_control(int number, siginfo_t *info, void *context)
{
    static const int registers[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                      REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                      REG_R12, REG_R13, REG_R14, REG_R15};
    greg_t *values = ((ucontext_t *)context)->uc_mcontext.gregs;
    const uint8_t *code = (const uint8_t *)(uintptr_t)values[REG_RIP];
    const unsigned prefix = (*code & 0xf0) == 0x40 ? *code++ : 0;

    (void)info;
    if (code[0] != 0x0f || code[1] != 0x20 || (code[2] & 0xc0) != 0xc0 || prefix & 4) {
        (void)signal(number, SIG_DFL); /* it is a fault as any other */
        return;
    }
    values[registers[(code[2] & 7u) | (prefix & 1u) << 3]] = (greg_t)cpu.control[code[2] >> 3 & 7];
    values[REG_RIP] = (greg_t)(uintptr_t)(code + 3);
}

static int fresh(void **state)
{
    (void)state;
    memset(&cpu, 0, sizeof(cpu));
    memset(&asked, 0, sizeof(asked));
    cpu.control[0] = PG | OTHER_BITS;
    cpu.control[3] = UINT64_C(0xfff0000000000fff) | TABLE; /* with all that is no address */
    cpu.control[4] = 0x20;
    cpu.last_more = 0x80000008;
    return 0;
}

/* In the place of cmocka's own handler, which it sets for each test. */
static int can_read(void)
{
    struct sigaction action = {.sa_sigaction = read_control, .sa_flags = SA_SIGINFO}, before;
    int answer;

    assert_int_equal(sigaction(SIGSEGV, &action, &before), 0);
    answer = machine_can_read(ADDRESS);
    assert_int_equal(sigaction(SIGSEGV, &before, NULL), 0);
    return answer;
}

static void paging_is_off(void **state)
{
    (void)state;
    cpu.control[0] = OTHER_BITS;
    assert_true(can_read());
    assert_int_equal(asked.calls, 0);
}

static void asks_the_tables(void **state)
{
    (void)state;
    for (asked.answer = 0; asked.answer < 2; asked.answer++) {
        cpu.control[4] = 0x20;
        assert_int_equal(can_read(), asked.answer);
        assert_int_equal(asked.table, TABLE);
        assert_int_equal(asked.levels, 4);
        assert_int_equal(asked.encrypted, 0);
        assert_int_equal(asked.address, ADDRESS);
        cpu.control[4] = 0x1000;
        assert_int_equal(can_read(), asked.answer);
        assert_int_equal(asked.levels, 5);
    }
    assert_int_equal(asked.calls, 4);
}

/* The leaf that says so, what of it says that there is one, and which bit. */
static void memory_is_encrypted(void **state)
{
    static const struct {
        uint32_t last, eax, ebx;
        uint64_t bit;
    } cases[] = {
        {LEAF_ENCRYPTED, 2, 47, UINT64_C(1) << 47},
        {LEAF_ENCRYPTED, 0xf, 0xfc000000u | 33, UINT64_C(1) << 33},
        {LEAF_ENCRYPTED + 1, 3, 51, UINT64_C(1) << 51},
        {LEAF_ENCRYPTED, 0xfffffffdu, 47, 0},
        {LEAF_ENCRYPTED - 1, 2, 47, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        cpu.last_more = cases[i].last;
        cpu.encrypted = (struct vmclock_arch_cpuid){cases[i].eax, cases[i].ebx, 0, 0};
        cpu.control[3] = TABLE | cases[i].bit;
        (void)can_read();
        assert_int_equal(asked.encrypted, cases[i].bit);
        assert_int_equal(asked.table, TABLE & ~cases[i].bit);
    }
}

static void keep(void *context, const char *text, size_t length)
{
    (void)context;
    memcpy(said + said_length, text, length);
    said_length += length;
    said[said_length] = '\0';
}

static void assert_described(const char *lines)
{
    const struct report_sink sink = {keep, NULL};
    struct text text;

    said_length = 0;
    text_init(&text, &sink);
    machine_describe(&text);
    assert_string_equal(said, lines);
}

static void describes(void **state)
{
    (void)state;
    cpu.maker = (struct vmclock_arch_cpuid){16, 0x756e6547, 0x6c65746e, 0x49656e69};
    cpu.family = (struct vmclock_arch_cpuid){0x806f8, 0, 0x7fffffff, 0};
    cpu.invariant = 1;
    assert_described("machine.cpu=GenuineIntel 0x806f8\n"
                     "machine.hypervisor=none\n"
                     "machine.counter_order=rdtscp\n"
                     "machine.counter_invariant=1\n"
                     "machine.counter_hz=38400000*188/2\n");
    /* Letters that cannot be printed are left out; the last that can are '~' and ' '. */
    cpu.family.ecx = 0x80000000;
    cpu.hypervisor = (struct vmclock_arch_cpuid){0, 0x4b4d564b, 0x7e20564b, 0x7f1f804d};
    cpu.invariant = 0;
    cpu.order = VMCLOCK_ARCH_ORDER_LFENCE;
    assert_described("machine.cpu=GenuineIntel 0x806f8\n"
                     "machine.hypervisor=KVMKKV ~M\n"
                     "machine.counter_order=lfence\n"
                     "machine.counter_invariant=0\n"
                     "machine.counter_hz=38400000*188/2\n");
    cpu.order = VMCLOCK_ARCH_ORDER_MFENCE;
    cpu.family.ecx = 0;
    assert_described("machine.cpu=GenuineIntel 0x806f8\n"
                     "machine.hypervisor=none\n"
                     "machine.counter_order=mfence\n"
                     "machine.counter_invariant=0\n"
                     "machine.counter_hz=38400000*188/2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(paging_is_off, fresh),
        cmocka_unit_test_setup(asks_the_tables, fresh),
        cmocka_unit_test_setup(memory_is_encrypted, fresh),
        cmocka_unit_test_setup(describes, fresh),
    };
    return cmocka_run_group_tests_name("efi.machine", tests, NULL, NULL);
}
