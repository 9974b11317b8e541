/* SPDX-License-Identifier: BSD-2-Clause */
/* A bare x86 machine's console and its line for questions, on 16550s that are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"

enum { DATA, INTERRUPTS, FIFO, CONTROL, MODEM, STATUS, UNUSED, SCRATCH, REGISTERS };
enum { DIVISOR = 0x80, RECEIVED = 1, ROOM = 0x20 };
enum { COM1, COM2, PORTS };

static const uint16_t bases[PORTS] = {0x3f8, 0x2f8};
static struct uart {
    int absent;
    uint8_t registers[REGISTERS]; /* as written */
    uint8_t divisor[2];
    const char *received;
    unsigned busy, looks,
        looks_most; /* at the status until there is room; since the last byte; the most */
    char sent[64];
    unsigned count; /* of what was sent */
} uarts[PORTS];

static struct uart *uart_at(uint16_t port)
{
    for (unsigned i = 0; i < PORTS; i++)
        if (port >= bases[i] && port < bases[i] + REGISTERS)
            return &uarts[i];
    fail_msg("port %x", port);
    return NULL;
}

void vmclock_arch_port_write(uint16_t port, uint8_t value)
{
    struct uart *uart = uart_at(port);
    const unsigned at = port & 7u;

    if (at < 2 && uart->registers[CONTROL] & DIVISOR) {
        uart->divisor[at] = value;
    } else if (at == DATA) {
        uart->sent[uart->count++] = (char)value;
        uart->looks_most = uart->looks > uart->looks_most ? uart->looks : uart->looks_most;
        uart->looks = 0;
    } else {
        uart->registers[at] = value;
        if (at == FIFO && value & 2)
            uart->received = "";
    }
}

uint8_t vmclock_arch_port_read(uint16_t port)
{
    struct uart *uart = uart_at(port);

    if (uart->absent)
        return 0xff;
    if ((port & 7u) == STATUS)
        return (uint8_t)((*uart->received ? RECEIVED : 0) |
                         (uart->looks++ >= uart->busy ? ROOM : 0) | 0x40);
    return (port & 7u) == DATA ? (uint8_t)*uart->received++ : uart->registers[port & 7u];
}

static int fresh(void **state)
{
    (void)state;
    memset(uarts, 0, sizeof(uarts));
    for (unsigned i = 0; i < PORTS; i++) {
        uarts[i].received = "sent before";
        uarts[i].registers[INTERRUPTS] = 0xf;
        uarts[i].divisor[0] = uarts[i].divisor[1] = 0xff;
    }
    return 0;
}

static void assert_open(const struct uart *uart)
{
    assert_int_equal(uart->divisor[0], 1); /* 115200 baud, 8n1, polled */
    assert_int_equal(uart->divisor[1], 0);
    assert_int_equal(uart->registers[CONTROL], 3);
    assert_int_equal(uart->registers[INTERRUPTS], 0);
    assert_int_equal(uart->registers[FIFO], 7);
    assert_int_equal(uart->registers[MODEM], 3);
    assert_int_equal(uart->count, 0);
    assert_string_equal(uart->received, ""); /* what was there before is dropped */
}

/* Where there is no COM2 questions come by COM1; asked first, as the choice stays. */
static void one_port(void **state)
{
    (void)state;
    uarts[COM2].absent = 1;
    console_open();
    assert_open(&uarts[COM1]);
    assert_int_equal(uarts[COM2].registers[CONTROL], 0);
    uarts[COM1].received = "r";
    assert_int_equal(platform_serial_read(), 'r');
    assert_int_equal(platform_serial_read(), -1);
    platform_serial_write(NULL, "a\nb", 3);
    assert_string_equal(uarts[COM1].sent, "a\nb");
}

static void two_ports(void **state)
{
    (void)state;
    console_open();
    assert_open(&uarts[COM1]);
    assert_open(&uarts[COM2]);
    uarts[COM1].received = "x";
    assert_int_equal(platform_serial_read(), -1);
    uarts[COM2].received = "r\xff";
    assert_int_equal(platform_serial_read(), 'r');
    assert_int_equal(platform_serial_read(), 0xff);
    assert_int_equal(platform_serial_read(), -1);
    platform_serial_write(NULL, "a\nb", 3);
    platform_console_write(NULL, "\nc\nd!", 4);
    assert_string_equal(uarts[COM2].sent, "a\nb");
    assert_int_equal(uarts[COM2].count, 3);
    assert_string_equal(uarts[COM1].sent, "\r\nc\r\nd");
    assert_int_equal(uarts[COM1].count, 6);
}

/* Waits for room before each byte; one that never has any costs a bounded number of looks. */
static void room(void **state)
{
    static const unsigned busy[] = {0, 1, 1000, 99999, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(busy) / sizeof(*busy); i++) {
        (void)fresh(NULL);
        uarts[COM1].busy = uarts[COM2].busy = busy[i];
        platform_console_write(NULL, "a\n", 2);
        platform_serial_write(NULL, "=ok\n", 4);
        assert_string_equal(uarts[COM1].sent, "a\r\n");
        assert_string_equal(uarts[COM2].sent, "=ok\n");
        for (unsigned port = 0; port < PORTS; port++)
            assert_int_equal(uarts[port].looks_most, busy[i] < 100000 ? busy[i] + 1 : 100001);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_port, fresh),
        cmocka_unit_test_setup(two_ports, fresh),
        cmocka_unit_test_setup(room, fresh),
    };
    return cmocka_run_group_tests_name("bare.console", tests, NULL, NULL);
}
