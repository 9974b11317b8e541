/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions.c - an exception ends the machine, but says what it was: without this it would only reset.
 */
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"

#define VECTORS 32u
#define STUB_BYTES 8u /* of each entry point below */
#define CODE_SEGMENT 8u
#define INTERRUPT_GATE 0x8e00u

struct gate {
    uint16_t offset_0, segment, type, offset_16;
    uint32_t offset_32, reserved;
};

/* What the stubs and the CPU push. Some vectors have an error code and some not. */
struct frame {
    uint64_t vector, word[4];
};

extern const char exception_stubs[];

_Noreturn void exception(const struct frame *frame) __attribute__((used));

/* One entry point a vector, which pushes its number. */
__asm__("    .section .text.exceptions, \"ax\"\n"
        "    .balign 8\n"
        "exception_stubs:\n"
        "    .set vector, 0\n"
        "    .rept 32\n"
        "    .balign 8\n"
        "    push $vector\n"
        "    jmp 1f\n"
        "    .set vector, vector + 1\n"
        "    .endr\n"
        "1:  mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call exception\n"
        "    .text\n");

static struct gate gates[VECTORS];

static void put(const char *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    platform_console_write(NULL, text, length);
}

static void put_hex(const char *name, uint64_t value)
{
    char digits[17];

    put(name);
    for (unsigned i = 0; i < 16; i++)
        digits[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
    digits[16] = '\0';
    put(digits);
}

void exception(const struct frame *frame)
{
    const uint64_t with_code = 0x60227d00; /* the vectors that have an error code */
    uint64_t address;

    __asm__ volatile("mov %%cr2, %0" : "=r"(address));
    put_hex("\nCPU exception ", frame->vector);
    put_hex(" at ", frame->word[with_code >> frame->vector & 1]);
    put_hex(", address ", address);
    put("\n");
    platform_exit(PLATFORM_CODE_FAULT);
}

void exceptions_catch(void)
{
    const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) pointer = {sizeof(gates) - 1, (uintptr_t)gates};

    for (unsigned i = 0; i < VECTORS; i++) {
        const uint64_t stub = (uintptr_t)exception_stubs + (uint64_t)i * STUB_BYTES;

        gates[i].offset_0 = (uint16_t)stub;
        gates[i].segment = CODE_SEGMENT;
        gates[i].type = INTERRUPT_GATE;
        gates[i].offset_16 = (uint16_t)(stub >> 16);
        gates[i].offset_32 = (uint32_t)(stub >> 32);
    }
    __asm__ volatile("lidt %0" : : "m"(pointer));
}
