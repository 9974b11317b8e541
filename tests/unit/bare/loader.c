/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"
#include "loader.h"

#define CHILD_SEC 30 /* of a process of ours, at most: it ends with us all the same */

void boot(uint32_t magic, uint32_t info_phys);
int image_main(void);
void image_exit(int code);

const uint64_t entry_ticks = 77;
uint8_t *machine;
jmp_buf ended;
struct seen seen;

void *memory_map(uint64_t phys, uint64_t length)
{
    if (seen.no_info && phys == INFO)
        return NULL;
    if (phys >= (uintptr_t)_end && length <= seen.map_end - phys) /* the heap: not looked at */
        return (void *)(uintptr_t)phys;
    return phys && phys < MEMORY_BYTES && length <= MEMORY_BYTES - phys ? machine + phys : NULL;
}

void console_open(void)
{
    seen.opened++;
}

void exceptions_catch(void)
{
    assert_int_equal(seen.opened, 1); /* so that they can say what they are */
    seen.caught++;
}

void vmclock_arch_port_write(uint16_t port, uint8_t value)
{
    seen.port = port;
    seen.code = value;
    longjmp(ended, 1);
}

uint8_t vmclock_arch_port_read(uint16_t port)
{
    fail_msg("port %x", port);
    return 0;
}

int vmclock_acpi_find_rsdp(const struct vmclock_memory *memory, uint64_t *rsdp_phys)
{
    assert_ptr_equal(memory->map(memory->context, WORDS, 1), machine + WORDS);
    if (!seen.rsdp_error)
        *rsdp_phys = RSDP_FOUND;
    return seen.rsdp_error;
}

int vmclock_acpi_find(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                      struct vmclock_region *region)
{
    assert_ptr_equal(memory->map(memory->context, WORDS, 1), machine + WORDS);
    seen.rsdp_asked = rsdp_phys;
    region->phys = seen.page_phys;
    region->length = seen.page_length;
    return seen.page_error;
}

int vmclock_acpi_find_cmos(const struct vmclock_memory *memory, uint64_t rsdp_phys,
                           struct vmclock_acpi_cmos *cmos)
{
    (void)memory;
    seen.rsdp_asked = rsdp_phys;
    if (!seen.cmos_error)
        cmos->century = 0x32;
    return seen.cmos_error;
}

int image_main(void)
{
    return 16;
}

void image_exit(int code)
{
    assert_int_equal(code, 16);
    longjmp(ended, 1);
}

void start(uint32_t magic)
{
    if (!setjmp(ended)) {
        boot(magic, INFO);
        fail();
    }
    assert_int_equal(seen.opened, 1);
    assert_int_equal(seen.caught, 1);
    assert_int_equal(platform_entry_ticks(), 77);
}

void put32(uint32_t phys, uint32_t value)
{
    memcpy(machine + phys, &value, 4);
}

void put64(uint32_t phys, uint64_t value)
{
    memcpy(machine + phys, &value, 8);
}

int fresh(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    seen.map_end = UINT64_MAX;
    seen.page_error = VMCLOCK_ERR_NO_DEVICE;
    free(machine);
    machine = calloc(1, MEMORY_BYTES);
    return machine == NULL;
}

void in_a_process(void (*test)(const char *), const char *given)
{
    const pid_t process = fork();
    int status;

    assert_true(process >= 0);
    if (!process) {
        (void)alarm(CHILD_SEC);
        test(given);
        _exit(0);
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_int_equal(status, 0);
}
