/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory management of the kernel: page size, huge pages, and copy-on-write. One test is for a
 * fault of arm64 kernels before Linux 5.10 (ff1712f953e2): after MADV_FREE, a page that is written
 * again and then shared by fork is considered clean and may be discarded with its data. Redis
 * refuses to start on such kernels.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe.h"

enum { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* The field `Shared_Dirty` of the mapping that begins at address, in KiB; -1: not found. */
static long shared_dirty(const void *address)
{
    FILE *file = fopen("/proc/self/smaps", "re");
    char line[512];
    unsigned long start;
    long kib = -1;
    bool inside = false;

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (sscanf(line, "%lx-%*x %*c%*c%*c%*c", &start) == 1 && strchr(line, '-') != NULL)
            inside = start == (unsigned long)address;
        else if (inside && sscanf(line, "Shared_Dirty: %ld", &kib) == 1)
            break;
    }
    if (file != NULL)
        fclose(file);
    return kib;
}

static int page_is_dirty(const void *page)
{
    long kib = shared_dirty(page);

    return kib < 0 ? ANSWER_UNKNOWN : kib > 0 ? ANSWER_YES : ANSWER_NO;
}

static void check_madv_free(size_t page_size)
{
    /* The second of three pages becomes a separate mapping, so that smaps reports it alone. */
    char *pages = mmap(NULL, 3 * page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *page = pages + page_size;
    int answer;

    if (pages == MAP_FAILED || mprotect(page, page_size, PROT_READ | PROT_WRITE) < 0) {
        tap_ok(false, "three pages can be mapped: %s", strerror(errno));
        return;
    }
    memset(page, 1, page_size);
    if (madvise(page, page_size, MADV_FREE) < 0) {
        observe("memory.madv_free", "", "absent");
        tap_skip("this kernel has no MADV_FREE", "a page written after MADV_FREE survives fork");
        return;
    }
    observe("memory.madv_free", "", "present");
    *(volatile char *)page = 2;
    answer = in_child(page_is_dirty, page);
    if (answer == ANSWER_UNKNOWN) {
        tap_skip("no smaps to see it in", "a page written after MADV_FREE survives fork");
        return;
    }
    observe("memory.madv_free_fork", "", "%s", answer == ANSWER_YES ? "kept" : "may be lost");
    tap_ok(answer == ANSWER_YES, "a page written after MADV_FREE stays dirty across fork");
    munmap(pages, 3 * page_size);
}

static int child_writes(const void *page)
{
    volatile char *byte = (volatile char *)page;
    bool inherited = *byte == 7;

    *byte = 8;
    return inherited && *byte == 8 ? ANSWER_YES : ANSWER_NO;
}

static void check_copy_on_write(size_t page_size)
{
    volatile char *page =
        mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED) {
        tap_ok(false, "a page can be mapped: %s", strerror(errno));
        return;
    }
    *page = 7;
    tap_ok(in_child(child_writes, (const void *)page) == ANSWER_YES && *page == 7,
           "what a child writes stays with the child");
    munmap((void *)page, page_size);
}

/* The word in brackets: "always [madvise] never". */
static void show_choice(const char *key, const char *path)
{
    char line[256], *open, *close;

    if (!read_line(path, line, sizeof(line))) {
        observe(key, "", "absent");
        return;
    }
    open = strchr(line, '[');
    close = open != NULL ? strchr(open, ']') : NULL;
    if (close != NULL)
        *close = '\0';
    observe(key, "", "%s", close != NULL ? open + 1 : line);
}

int probe_memory(void)
{
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    char line[64];

    observe("memory.page_size", "bytes", "%zu", page_size);
    tap_ok(page_size == 4096 || page_size == 16384 || page_size == 65536,
           "page size %zu is one that Linux knows here", page_size);
    show_choice("memory.thp", "/sys/kernel/mm/transparent_hugepage/enabled");
    show_choice("memory.thp_defrag", "/sys/kernel/mm/transparent_hugepage/defrag");
    if (read_line("/proc/sys/vm/overcommit_memory", line, sizeof(line)))
        observe("memory.overcommit", "", "%s", line);
    check_copy_on_write(page_size);
    check_madv_free(page_size);
    return tap_done();
}
