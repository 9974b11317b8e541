/* SPDX-License-Identifier: BSD-2-Clause */
/* The CMOS clock's window: an index to one port, then a value at the next. */
#include "arch/x86/port.h"
#include "machine.h"

#define READ 0x100u /* in the place of a value that was written */

static struct access {
    uint16_t port, value;
} accesses[8];
static size_t count;

void vmclock_arch_port_write(uint16_t port, uint8_t value)
{
    assert_true(count < 8);
    accesses[count++] = (struct access){port, value};
}

uint8_t vmclock_arch_port_read(uint16_t port)
{
    assert_true(count < 8);
    accesses[count++] = (struct access){port, READ};
    return 0x59;
}

#if defined(__x86_64__) || defined(__i386__)

static void accessed(size_t at, uint16_t port, uint16_t value)
{
    assert_int_equal(accesses[at].port, port);
    assert_int_equal(accesses[at].value, value);
}

static void a_register_is_read(void **state)
{
    struct vmclock_cmos cmos;
    (void)state;
    count = 0;
    vmclock_cmos_ports(0, &cmos);
    assert_int_equal(cmos.read(cmos.context, 0x0b), 0x59);
    assert_int_equal(count, 2);
    accessed(0, 0x70, 0x0b);
    accessed(1, 0x71, READ);
}

static void a_register_is_written(void **state)
{
    struct vmclock_cmos cmos;
    (void)state;
    count = 0;
    vmclock_cmos_ports(0, &cmos);
    cmos.write(cmos.context, 0x32, 0x20);
    assert_int_equal(count, 2);
    accessed(0, 0x70, 0x32);
    accessed(1, 0x71, 0x20);
}

static void the_century_is_as_the_fadt_has_it(void **state)
{
    struct vmclock_cmos cmos;
    (void)state;
    for (unsigned century = 0; century < 256; century++) {
        memset(&cmos, 0xa5, sizeof cmos);
        vmclock_cmos_ports((uint8_t)century, &cmos);
        assert_int_equal(cmos.century, century);
        assert_null(cmos.context);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_register_is_read),
        cmocka_unit_test(a_register_is_written),
        cmocka_unit_test(the_century_is_as_the_fadt_has_it),
    };
    return cmocka_run_group_tests_name("cmos_ports", tests, NULL, NULL);
}
#else
int main(void)
{
    puts("skipped: no I/O ports");
    return 77;
}
#endif
