/* SPDX-License-Identifier: Apache-2.0 */
/* What a file declares about the CPU it was built for: Go's build information (debug/buildinfo: a
 * 32-byte header, then two strings preceded by their lengths as varints, since Go 1.18), and
 * compiler switches that were recorded (.GCC.command.line, DWARF's DW_AT_producer). */
#include <string.h>

#include "abi/elf/code.h"
#include "abi/isa/isa.h"
#include "base/cleanup.h"
#include "base/text.h"

#define SWITCHES_MAX 4

/* A string preceded by its length; NULL if it does not fit. */
static const char *go_string(const uint8_t **at, const uint8_t *end, size_t *ret_length)
{
    uint64_t length = 0;
    const char *text;

    for (unsigned shift = 0; *at < end && shift < 35; shift += 7) {
        uint8_t byte = *(*at)++;

        length |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            break;
    }
    if (length > (uint64_t)(end - *at))
        return NULL;
    text = (const char *)*at;
    *at += length;
    *ret_length = length;
    return text;
}

static char *go_setting(const char *text, size_t length, const char *name)
{
    _cleanup_free_ char *wanted = text_format("build\t%s=", name);
    const char *at = memmem(text, length, wanted, strlen(wanted)), *end;

    if (at == NULL)
        return NULL;
    at += strlen(wanted);
    end = memchr(at, '\n', (size_t)(text + length - at));
    return end != NULL && end - at < 64 ? text_ndup(at, (size_t)(end - at)) : NULL;
}

static void read_go(const struct elf_file *file, struct isa_scan *scan)
{
    struct elf_range range = elf_section(file, ".go.buildinfo");
    const uint8_t *at = file->data + range.offset, *end = at + range.size;
    const char *text;
    size_t length;

    if (range.size < 34 || memcmp(at, "\xff Go buildinf:", 14) != 0 || (at[15] & 2) == 0)
        return;
    at += 32;
    if (go_string(&at, end, &length) == NULL || (text = go_string(&at, end, &length)) == NULL)
        return;
    scan->go_level = go_setting(text, length, file->machine == EM_AARCH64 ? "GOARM64" : "GOAMD64");
}

/* Adds -march and -mcpu options from one section, without duplicates. */
static void read_switches(const struct elf_file *file, const char *section, struct strv *found)
{
    struct elf_range range = elf_section(file, section);
    const char *start = (const char *)file->data + range.offset, *end = start + range.size;

    for (const char *at = start; found->count < SWITCHES_MAX;) {
        size_t length = 0;
        char *text;

        at = memmem(at, (size_t)(end - at), "-m", 2);
        if (at == NULL)
            return;
        if ((size_t)(end - at) > 7 &&
            (memcmp(at, "-march=", 7) == 0 || memcmp(at, "-mcpu=", 6) == 0)) {
            while (at + length < end && length < 80 && at[length] > ' ' && at[length] < 127)
                length++;
            text = text_ndup(at, length);
            if (!strv_has(found, text))
                strv_add(found, text);
            free(text);
        }
        at += 2;
    }
}

void isa_declared_read(const struct elf_file *file, struct isa_scan *scan)
{
    read_go(file, scan);
    read_switches(file, ".GCC.command.line", &scan->switches);
    read_switches(file, ".debug_str", &scan->switches);
    read_switches(file, ".debug_line_str", &scan->switches);
}
