/* SPDX-License-Identifier: BSD-2-Clause */
/* x86's line for questions, on a 16550 that is made up; and the emulator's exit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "boot/efi/machine.h"

#define COM2 0x2f8u

enum { DATA, INTERRUPTS, FIFO, CONTROL, MODEM, STATUS, UNUSED, SCRATCH, REGISTERS };
enum { DIVISOR = 0x80, RECEIVED = 1, ROOM = 0x20 };

static struct {
    int absent;
    uint8_t registers[REGISTERS]; /* as written */
    uint8_t divisor[2];
    const char *received;
    unsigned busy;  /* so many looks at the status until there is room; again after each byte */
    unsigned looks; /* at the status since the last byte */
    unsigned looks_most; /* and the most of them */
    char sent[200];
    unsigned count; /* of what was sent */
    uint16_t exit_port;
    unsigned exit_code;
    EFI_TPL level;
} uart;

void vmclock_arch_port_write(uint16_t port, uint8_t value);
uint8_t vmclock_arch_port_read(uint16_t port);

void vmclock_arch_port_write(uint16_t port, uint8_t value)
{
    const unsigned at = port - COM2;
    if (at >= REGISTERS) {
        uart.exit_port = port;
        uart.exit_code = value;
    } else if (at < 2 && uart.registers[CONTROL] & DIVISOR) {
        uart.divisor[at] = value;
    } else if (at == DATA) {
        uart.sent[uart.count++] = (char)value;
        uart.looks_most = uart.looks > uart.looks_most ? uart.looks : uart.looks_most;
        uart.looks = 0;
    } else {
        uart.registers[at] = value;
        if (at == FIFO && value & 2) {
            uart.received = "";
        }
    }
}

uint8_t vmclock_arch_port_read(uint16_t port)
{
    assert_in_range(port, COM2, COM2 + REGISTERS - 1);
    if (uart.absent) {
        return 0xff;
    }
    if (port == COM2 + STATUS) {
        return (uint8_t)((*uart.received ? RECEIVED : 0) | (uart.looks++ >= uart.busy ? ROOM : 0));
    }
    if (port == COM2 + DATA) {
        return (uint8_t)*uart.received++;
    }
    return uart.registers[port - COM2];
}

static EFI_STATUS EFIAPI locate_handles(EFI_LOCATE_SEARCH_TYPE type, EFI_GUID *guid, void *key,
                                        UINTN *count, EFI_HANDLE **handles)
{
    (void)type, (void)guid, (void)key, (void)count, (void)handles;
    return EFI_NOT_FOUND;
}

static EFI_TPL EFIAPI raise_tpl(EFI_TPL level)
{
    const EFI_TPL before = uart.level;
    uart.level = level;
    return before;
}

static void EFIAPI restore_tpl(EFI_TPL level)
{
    uart.level = level;
}

static EFI_BOOT_SERVICES services;
static EFI_SYSTEM_TABLE efi_system;

static void start(void)
{
    memset(&uart, 0, sizeof uart);
    memset(&services, 0, sizeof services);
    uart.received = "";
    uart.level = TPL_CALLBACK;
    uart.divisor[0] = uart.divisor[1] = 0xff;
    services.LocateHandleBuffer = (EFI_LOCATE_HANDLE_BUFFER)locate_handles;
    services.RaiseTPL = raise_tpl;
    services.RestoreTPL = restore_tpl;
    efi_system.BootServices = &services;
}

/* 115200 baud, 8n1, polled, and the firmware's events kept out until the end. */
static void opens(void **state)
{
    struct line line;
    (void)state;
    start();
    uart.received = "sent before";
    uart.registers[INTERRUPTS] = 0xf;
    assert_true(line_open(&efi_system, &line) == EFI_SUCCESS);
    assert_int_equal(uart.divisor[0], 1);
    assert_int_equal(uart.divisor[1], 0);
    assert_int_equal(uart.registers[CONTROL], 3);
    assert_int_equal(uart.registers[INTERRUPTS], 0);
    assert_int_equal(uart.registers[FIFO] & 1, 1);
    assert_int_equal(uart.registers[MODEM], 3);
    assert_int_equal(uart.level, TPL_NOTIFY);
    assert_string_equal(uart.sent, "");
    assert_int_equal(line_read(&line), -1); /* what was there before is dropped */
    uart.received = "r\xff";
    assert_int_equal(line_read(&line), 'r');
    assert_int_equal(line_read(&line), 0xff);
    assert_int_equal(line_read(&line), -1);
    line_close(&line);
    assert_int_equal(uart.level, TPL_CALLBACK);
}

static void not_there(void **state)
{
    struct line line;
    (void)state;
    start();
    uart.absent = 1;
    assert_true(line_open(&efi_system, &line) == EFI_UNSUPPORTED);
    assert_int_equal(uart.level, TPL_CALLBACK);
    assert_int_equal(uart.registers[CONTROL], 0);
}

/* Waits for room before each byte; one that never has any costs a bounded number of looks. */
static void writes(void **state)
{
    static const unsigned busy[] = {0, 1, 1000, 99999, UINT32_MAX};
    struct line line;
    (void)state;
    for (size_t i = 0; i < sizeof busy / sizeof *busy; i++) {
        start();
        assert_true(line_open(&efi_system, &line) == EFI_SUCCESS);
        uart.busy = busy[i];
        line_write(&line, "=ok\n", 4);
        assert_string_equal(uart.sent, "=ok\n");
        assert_int_equal(uart.count, 4);
        assert_int_equal(uart.looks_most, busy[i] < 100000 ? busy[i] + 1 : 100001);
    }
}

static void exits(void **state)
{
    (void)state;
    start();
    machine_exit(22);
    assert_int_equal(uart.exit_port, 0xf4);
    assert_int_equal(uart.exit_code, 22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens),
        cmocka_unit_test(not_there),
        cmocka_unit_test(writes),
        cmocka_unit_test(exits),
    };
    return cmocka_run_group_tests_name("efi.line", tests, NULL, NULL);
}
