/* SPDX-License-Identifier: Apache-2.0 */
/* The file of samples. The checksum of a line continues that of the line before it, so what an
 * earlier case left behind the end is no continuation, and a line that was being written when the
 * guest died is not taken for a whole one. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside/guard.h"
#include "inside/sample.h"

enum {
    CHECKSUM = 10, /* ",01234567\n" */
    RESERVE = 32,  /* for "full" */
};

static bool open_target(struct sample_file *file, const char *target)
{
    char name[4096];
    unsigned long long start, size;

    if (sscanf(target, "%4095s %llu %llu", name, &start, &size) != 3)
        return complain(0, "sample: '%s' is not DEVICE OFFSET SIZE", target);
    file->start = start;
    file->size = size;
    file->fd = strncmp(name, "serial:", 7) == 0 ? disk_open(name + 7, O_RDWR)
                                                : open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file->fd < 0)
        complain(0, "sample: cannot open '%s': %s", name, strerror(errno));
    return file->fd >= 0;
}

/* Moves to the next line if it continues the chain; it is at most SAMPLE_LINE bytes long. */
static bool next_line(struct sample_file *at, char line[SAMPLE_LINE + 1])
{
    uint64_t left = at->size - at->used;
    ssize_t got =
        pread(at->fd, line, left < SAMPLE_LINE ? left : SAMPLE_LINE, (off_t)(at->start + at->used));
    char *end = got > 0 ? memchr(line, '\n', (size_t)got) : NULL;
    unsigned crc;
    uint32_t chain;

    if (end == NULL || end - line < CHECKSUM)
        return false;
    *end = '\0';
    if (end[1 - CHECKSUM] != ',' || sscanf(end + 2 - CHECKSUM, "%8x", &crc) != 1)
        return false;
    chain = crc32(at->chain, line, (size_t)(end + 1 - CHECKSUM - line));
    if (chain != crc)
        return false;
    end[1 - CHECKSUM] = '\0';
    at->chain = chain;
    at->used += (uint64_t)(end - line) + 1;
    return true;
}

void sample_file_read(const struct sample_file *file, void (*take)(const char *line, void *closure),
                      void *closure)
{
    struct sample_file at = {.fd = file->fd, .start = file->start, .size = file->used};
    static char line[SAMPLE_LINE + 1];

    while (next_line(&at, line))
        take(line, closure);
}

bool sample_file_open(struct sample_file *file, const char *target, const char *case_id)
{
    static char line[SAMPLE_LINE + 1];
    char head[128];

    *file = (struct sample_file){.fd = -1};
    if (!open_target(file, target))
        return false;
    snprintf(head, sizeof(head), "series,1,%s", case_id);
    if (next_line(file, line) && strcmp(line, head) == 0) {
        while (next_line(file, line))
            file->full = strcmp(line, "full") == 0;
        return true;
    }
    file->used = 0;
    file->chain = 0;
    return sample_file_add(file, "%s", head);
}

static bool append(struct sample_file *file, const char *text, size_t length)
{
    static char line[SAMPLE_LINE + 1];
    uint32_t chain = crc32(file->chain, text, length);
    size_t all = length + (size_t)snprintf(line + length, CHECKSUM + 1, ",%08x\n", chain);

    memcpy(line, text, length);
    if (pwrite(file->fd, line, all, (off_t)(file->start + file->used)) != (ssize_t)all ||
        fdatasync(file->fd) < 0)
        return complain(0, "sample: cannot write: %s", strerror(errno));
    file->chain = chain;
    file->used += all;
    return true;
}

bool sample_file_add(struct sample_file *file, const char *format, ...)
{
    static char text[SAMPLE_LINE - CHECKSUM];
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (file->full || length < 0 || length >= (int)sizeof(text))
        return false;
    if (file->used + (size_t)length + CHECKSUM + RESERVE > file->size) {
        file->full = true;
        append(file, "full", 4);
        return complain(0, "sample: the space for samples is full");
    }
    return append(file, text, (size_t)length);
}

void sample_line_text(struct sample_line *line, const char *format, ...)
{
    size_t left = sizeof(line->text) - line->length;
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(line->text + line->length, left, format, args);
    va_end(args);
    line->length += length < 0 ? 0 : (size_t)length < left ? (size_t)length : left - 1;
}

void sample_line_number(struct sample_line *line, bool known, unsigned long long value)
{
    if (known)
        sample_line_text(line, ",%llu", value);
    else
        sample_line_text(line, ",");
}
