/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine monitor under KVM, of Firecracker's form, that knows nothing of us: it loads an image as PVH does,
 * with ACPI tables and a vmclock page with no clock in its RAM, which is a file that others may map.
 *
 *     vmm IMAGE TABLES PAGE RAM-FILE [VCPUS]
 *
 * TABLES: what RAM has at 0xe0000. PAGE: the page's physical address. The first vCPU runs. What the guest says
 * on its serial port goes to stdout. On stdin, a line each, answered by "done":
 *
 *     counter TICKS     the guest's counters, all of them, as a guest sets them
 *     storm COUNT       the counters, so many times, each time to others
 *     save              keeps the page
 *     restore TICKS     as a monitor restores a snapshot: the kept page, with marker and generation counted up,
 *                       and the counters
 *
 * Exit: 0 when stdin ends; 1 with what failed.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vmclock/abi.h>

#define MIB (1u << 20)
#define RAM_BYTES (32u * MIB)
#define FRAME 4096u
#define TABLES_AT 0xe0000u
#define TABLES_MAX 0x20000u
#define INFO_AT 0x6000u
#define MAP_AT 0x7000u
#define VCPUS_MAX 8
#define CPUID_MAX 128
#define COM1 0x3f8
#define LINE_STATUS 5
#define SENT 0x60
#define MSR_TSC 0x10u

/* PVH's, public/arch-x86/hvm/start_info.h of Xen. */
struct start_info {
    uint32_t magic, version, flags, module_count;
    uint64_t modules, arguments, rsdp, memory;
    uint32_t memory_count, reserved;
};

struct memory {
    uint64_t base, bytes;
    uint32_t type, reserved;
};

enum { MEMORY_RAM = 1, MEMORY_RESERVED = 2, MEMORY_ACPI = 3 };

struct page {
    uint32_t magic, size;
    uint16_t version;
    uint8_t counter_id, time_type;
    uint32_t seq_count;
    uint64_t disruption_marker, flags;
    uint8_t clock[72];
    uint64_t vm_generation_counter;
};

static uint8_t *ram;
static uint64_t page_at;
static uint8_t kept[FRAME];
static int vcpus[VCPUS_MAX], vcpu_count = 1;
static struct kvm_run *run;
static pthread_t runner;
static atomic_int pause_wanted, is_paused;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int call(int fd, unsigned long request, void *argument, const char *what)
{
    int result = ioctl(fd, request, argument);

    if (result < 0)
        fail(what);
    return result;
}

static size_t load(const char *path, uint8_t *at, size_t max)
{
    FILE *file = fopen(path, "rb");
    size_t bytes;

    if (!file)
        fail(path);
    bytes = fread(at, 1, max, file);
    fclose(file);
    return bytes;
}

/* An image's segments. Returns where it begins, as the note for PVH says. */
static uint32_t load_image(const char *path)
{
    static uint8_t file[4 * MIB];
    const Elf64_Ehdr *head = (const void *)file;
    const Elf64_Phdr *part = (const void *)(file + sizeof(*head));
    uint32_t entry = 0;

    load(path, file, sizeof(file));
    for (unsigned i = 0; i < head->e_phnum; i++, part++) {
        if (part->p_type == PT_LOAD && part->p_paddr + part->p_memsz <= RAM_BYTES)
            memcpy(ram + part->p_paddr, file + part->p_offset, part->p_filesz);
        if (part->p_type == PT_NOTE)
            memcpy(&entry, file + part->p_offset + sizeof(Elf64_Nhdr) + 4, sizeof(entry));
    }
    return entry;
}

static void describe(void)
{
    const struct memory memory[] = {
        {0, page_at, MEMORY_RAM, 0},
        {page_at, FRAME, MEMORY_RESERVED, 0},
        {TABLES_AT, TABLES_MAX, MEMORY_ACPI, 0},
        {MIB, RAM_BYTES - MIB, MEMORY_RAM, 0},
    };
    const struct start_info info = {
        .magic = 0x336ec578,
        .version = 1,
        .rsdp = TABLES_AT,
        .memory = MAP_AT,
        .memory_count = sizeof(memory) / sizeof(memory[0]),
    };

    memcpy(ram + MAP_AT, memory, sizeof(memory));
    memcpy(ram + INFO_AT, &info, sizeof(info));
}

static struct page *page(void)
{
    return (void *)(ram + page_at);
}

/* No clock, a generation, and that the monitor notifies. */
static void compose(void)
{
    struct page *p = page();

    p->magic = VMCLOCK_PAGE_MAGIC;
    p->size = FRAME;
    p->version = 1;
    p->counter_id = VMCLOCK_COUNTER_ID_INVALID;
    p->disruption_marker = 5;
    p->flags = VMCLOCK_PAGE_FLAG_VM_GEN_COUNTER_PRESENT | VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT;
    p->vm_generation_counter = 3;
}

static void restore(void)
{
    struct page *p = page(), *old = (void *)kept;
    uint32_t seq = old->seq_count | 1;

    __atomic_store_n(&p->seq_count, seq, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    old->seq_count = seq;
    old->disruption_marker++;
    old->vm_generation_counter++;
    memcpy(p, old, sizeof(*p));
    __atomic_store_n(&p->seq_count, seq + 1, __ATOMIC_RELEASE);
}

/* 32 bits, flat, as PVH has it. */
static void set_registers(int vcpu, uint32_t entry)
{
    const struct kvm_segment code = {
        .limit = UINT32_MAX, .selector = 8, .type = 11, .present = 1, .db = 1, .s = 1, .g = 1};
    const struct kvm_segment data = {
        .limit = UINT32_MAX, .selector = 16, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1};
    struct kvm_regs registers = {.rip = entry, .rbx = INFO_AT, .rflags = 2};
    struct kvm_sregs special;

    call(vcpu, KVM_GET_SREGS, &special, "KVM_GET_SREGS");
    special.cs = code;
    special.ds = special.es = special.fs = special.gs = special.ss = data;
    special.tr = (struct kvm_segment){.limit = 0x67, .selector = 24, .type = 11, .present = 1};
    special.cr0 |= 1;
    call(vcpu, KVM_SET_SREGS, &special, "KVM_SET_SREGS");
    call(vcpu, KVM_SET_REGS, &registers, "KVM_SET_REGS");
}

static void make_vcpus(int kvm, int vm, uint32_t entry)
{
    struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + CPUID_MAX * sizeof(cpuid->entries[0]));
    int run_bytes = call(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");

    if (!cpuid)
        fail("calloc");
    cpuid->nent = CPUID_MAX;
    call(kvm, KVM_GET_SUPPORTED_CPUID, cpuid, "KVM_GET_SUPPORTED_CPUID");
    for (int i = 0; i < vcpu_count; i++) {
        vcpus[i] = call(vm, KVM_CREATE_VCPU, (void *)(uintptr_t)i, "KVM_CREATE_VCPU");
        call(vcpus[i], KVM_SET_CPUID2, cpuid, "KVM_SET_CPUID2");
    }
    free(cpuid);
    set_registers(vcpus[0], entry);
    run = mmap(NULL, (size_t)run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpus[0], 0);
    if (run == MAP_FAILED)
        fail("mmap of kvm_run");
}

static void make_machine(const char *ram_file, const char *image, const char *tables)
{
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm;
    int fd = open(ram_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct kvm_userspace_memory_region region = {.memory_size = RAM_BYTES};

    if (kvm < 0)
        fail("/dev/kvm");
    if (fd < 0 || ftruncate(fd, RAM_BYTES) < 0)
        fail(ram_file);
    ram = mmap(NULL, RAM_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (ram == MAP_FAILED)
        fail("mmap of RAM");
    load(tables, ram + TABLES_AT, TABLES_MAX);
    compose();
    describe();
    vm = call(kvm, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
    region.userspace_addr = (uintptr_t)ram;
    call(vm, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
    make_vcpus(kvm, vm, load_image(image));
}

static void port(void)
{
    uint8_t *data = (uint8_t *)run + run->io.data_offset;

    if (run->io.direction == KVM_EXIT_IO_OUT && run->io.port == COM1) {
        fwrite(data, 1, run->io.count, stdout);
        fflush(stdout);
    } else if (run->io.direction == KVM_EXIT_IO_IN) {
        memset(data, run->io.port == COM1 + LINE_STATUS ? SENT : 0,
               (size_t)run->io.size * run->io.count);
    }
}

/* The first vCPU: until the guest does what cannot be, or is to pause. */
static void *run_guest(void *unused)
{
    (void)unused;
    for (;;) {
        while (atomic_load(&pause_wanted)) {
            atomic_store(&is_paused, 1);
            usleep(100);
        }
        atomic_store(&is_paused, 0);
        run->immediate_exit = (uint8_t)atomic_load(&pause_wanted);
        if (ioctl(vcpus[0], KVM_RUN, NULL) < 0) {
            if (errno != EINTR)
                fail("KVM_RUN");
        } else if (run->exit_reason == KVM_EXIT_IO) {
            port();
        } else {
            fprintf(stderr, "vmm: exit %u\n", run->exit_reason);
            exit(1);
        }
    }
    return NULL;
}

static void nothing(int number)
{
    (void)number;
    run->immediate_exit = 1;
}

static void set_counters(uint64_t ticks)
{
    struct {
        struct kvm_msrs head;
        struct kvm_msr_entry entry;
    } set = {{.nmsrs = 1}, {.index = MSR_TSC, .data = ticks}};

    for (int i = 0; i < vcpu_count; i++)
        if (ioctl(vcpus[i], KVM_SET_MSRS, &set) != 1)
            fail("KVM_SET_MSRS");
}

static void obey(const char *line)
{
    uint64_t ticks, count;

    atomic_store(&pause_wanted, 1);
    while (!atomic_load(&is_paused)) {
        pthread_kill(runner, SIGUSR1);
        usleep(100);
    }
    if (sscanf(line, "counter %" SCNu64, &ticks) == 1) {
        set_counters(ticks);
    } else if (sscanf(line, "storm %" SCNu64, &count) == 1) {
        while (count--)
            set_counters(count << 40);
    } else if (!strcmp(line, "save\n")) {
        memcpy(kept, page(), sizeof(kept));
    } else if (sscanf(line, "restore %" SCNu64, &ticks) == 1) {
        restore();
        set_counters(ticks);
    } else {
        fprintf(stderr, "vmm: what is %s", line);
        exit(1);
    }
    atomic_store(&pause_wanted, 0);
    puts("done");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const struct sigaction act = {.sa_handler = nothing};
    char line[80];

    if (argc < 5 || argc > 6) {
        fputs("usage: vmm IMAGE TABLES PAGE RAM-FILE [VCPUS]\n", stderr);
        return 1;
    }
    page_at = strtoull(argv[3], NULL, 0);
    if (argc == 6)
        vcpu_count = atoi(argv[5]);
    if (vcpu_count < 1 || vcpu_count > VCPUS_MAX || page_at > TABLES_AT - FRAME || page_at % FRAME)
        return 1;
    make_machine(argv[4], argv[1], argv[2]);
    sigaction(SIGUSR1, &act, NULL);
    if (pthread_create(&runner, NULL, run_guest, NULL))
        return 1;
    while (fgets(line, sizeof(line), stdin))
        obey(line);
    return 0;
}
