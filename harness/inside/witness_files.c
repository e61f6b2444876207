/* SPDX-License-Identifier: Apache-2.0 */
/* The files opened for execution, classified by their first bytes. */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/witness.h"

#ifdef __aarch64__
#define OWN_MACHINE EM_AARCH64
#define NARROW_MACHINE EM_ARM
#else
#define OWN_MACHINE EM_X86_64
#define NARROW_MACHINE EM_386
#endif

#define HEADERS_MAX 64

static struct witness_file files[WITNESS_FILES];
static int count;

struct witness_file *files_at(int file)
{
    return &files[file];
}

/* True if the kernel passes unknown formats to a registered interpreter. */
static bool translates(void)
{
    DIR *folder = opendir("/proc/sys/fs/binfmt_misc");
    const struct dirent *entry;
    bool found = false;

    while (folder != NULL && !found && (entry = readdir(folder)) != NULL)
        found = entry->d_name[0] != '.' && strcmp(entry->d_name, "register") != 0 &&
                strcmp(entry->d_name, "status") != 0;
    if (folder != NULL)
        closedir(folder);
    return found;
}

static void read_interpreter(int fd, uint64_t offset, uint64_t size, struct witness_file *file)
{
    char path[WITNESS_PATH];
    ssize_t got;

    if (size < 2 || size >= sizeof(path))
        return;
    got = pread(fd, path, (size_t)size, (off_t)offset);
    if (got <= 0)
        return;
    path[got] = '\0';
    file->interpreter = strdup(path);
}

static void read_elf(int fd, const unsigned char *head, struct witness_file *file)
{
    bool wide = head[EI_CLASS] == ELFCLASS64;
    unsigned entries, size;
    uint64_t at;

    file->kind = KIND_ELF;
    file->machine = (unsigned)head[18] | (unsigned)head[19] << 8;
    if (head[EI_DATA] != ELFDATA2LSB)
        file->machine = (unsigned)head[19] | (unsigned)head[18] << 8;
    file->foreign = head[EI_DATA] != ELFDATA2LSB ||
                    (file->machine != OWN_MACHINE && file->machine != NARROW_MACHINE);
    if (file->foreign) {
        file->foreign = !translates();
        return;
    }
    at = wide ? ((const Elf64_Ehdr *)head)->e_phoff : ((const Elf32_Ehdr *)head)->e_phoff;
    entries = wide ? ((const Elf64_Ehdr *)head)->e_phnum : ((const Elf32_Ehdr *)head)->e_phnum;
    size = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    for (unsigned i = 0; i < entries && i < HEADERS_MAX; i++) {
        union {
            Elf64_Phdr wide;
            Elf32_Phdr narrow;
        } header;

        if (pread(fd, &header, size, (off_t)(at + i * size)) != (ssize_t)size)
            return;
        if ((wide ? header.wide.p_type : header.narrow.p_type) == PT_INTERP) {
            read_interpreter(fd, wide ? header.wide.p_offset : header.narrow.p_offset,
                             wide ? header.wide.p_filesz : header.narrow.p_filesz, file);
            return;
        }
    }
}

static void read_script(char *line, struct witness_file *file)
{
    char *start = line + 2, *end;

    file->kind = KIND_SCRIPT;
    line[strcspn(line, "\n")] = '\0';
    start += strspn(start, " \t");
    end = start + strcspn(start, " \t");
    *end = '\0';
    if (*start != '\0')
        file->interpreter = strdup(start);
}

static void classify(int fd, struct witness_file *file)
{
    union {
        unsigned char bytes[257];
        char text[257];
        Elf64_Ehdr alignment;
    } head = {.bytes = {0}};
    ssize_t got = pread(fd, head.bytes, sizeof(head.bytes) - 1, 0);

    if (got >= 2 && memcmp(head.bytes, "#!", 2) == 0)
        read_script(head.text, file);
    else if (got >= (ssize_t)sizeof(Elf32_Ehdr) && memcmp(head.bytes, ELFMAG, SELFMAG) == 0)
        read_elf(fd, head.bytes, file);
}

int files_find(int fd)
{
    struct stat status;
    char link[64], path[WITNESS_PATH];
    int64_t ctime_ns;
    ssize_t length;

    if (fstat(fd, &status) < 0)
        return NO_FILE;
    ctime_ns = (int64_t)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec;
    for (int i = 0; i < count; i++)
        if (files[i].inode == status.st_ino && files[i].device == status.st_dev &&
            files[i].ctime_ns == ctime_ns)
            return i;
    if (count == WITNESS_FILES)
        return NO_FILE;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof(path) - 1);
    if (length < 0)
        return NO_FILE;
    path[length] = '\0';
    files[count] = (struct witness_file){.device = status.st_dev,
                                         .inode = status.st_ino,
                                         .size = (uint64_t)status.st_size,
                                         .ctime_ns = ctime_ns,
                                         .path = strdup(path)};
    if (files[count].path == NULL)
        return NO_FILE;
    classify(fd, &files[count]);
    return count++;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

bool files_is_interpreter(int file, int opened)
{
    const struct witness_file *wanted = &files[file], *got = &files[opened];
    struct stat status;

    /* Whatever the emulator is called. */
    if (wanted->kind == KIND_ELF && wanted->machine != OWN_MACHINE)
        return true;
    if (wanted->interpreter == NULL)
        return false;
    /* Compares only the name if the process has another root; otherwise it may be a link. */
    return strcmp(last_part(wanted->interpreter), last_part(got->path)) == 0 ||
           (stat(wanted->interpreter, &status) == 0 && status.st_ino == got->inode &&
            status.st_dev == got->device);
}

bool files_is_last(int file)
{
    return files[file].kind == KIND_ELF && files[file].interpreter == NULL;
}

const char *files_refusal(const struct witness_file *file)
{
    if (file->kind == KIND_ELF && file->machine != OWN_MACHINE)
        return "foreign";
    if (file->interpreter != NULL && access(file->interpreter, X_OK) < 0)
        return "interpreter";
    return "format";
}

static int compare(const void *left, const void *right)
{
    const struct witness_file *a = left, *b = right;

    if ((a->refused > 0 || a->mentioned) != (b->refused > 0 || b->mentioned))
        return a->refused > 0 || a->mentioned ? -1 : 1;
    return a->ctime_ns > b->ctime_ns ? -1 : a->ctime_ns < b->ctime_ns;
}

void files_describe(const char *path, int64_t ctime_ns, uint64_t size, unsigned machine,
                    const char *interpreter, unsigned ran, unsigned well)
{
    witness_fact("file\t%s\t%lld\t%llu\t%u\t%s\t%u\t%u", witness_field(path),
                 (long long)(ctime_ns / 1000000), (unsigned long long)size, machine,
                 interpreter != NULL ? witness_field(interpreter) : "-", ran, well);
}

void files_report(int64_t since_ms)
{
    static struct witness_file sorted[WITNESS_FILES];
    int told = 0;

    memcpy(sorted, files, sizeof(files[0]) * (size_t)count);
    qsort(sorted, (size_t)count, sizeof(sorted[0]), compare);
    for (int i = 0; i < count && told < WITNESS_FILES_TOLD; i++) {
        const struct witness_file *file = &sorted[i];

        if (file->refused == 0 && !file->mentioned &&
            (file->ran == 0 || file->ctime_ns / 1000000 < since_ms))
            continue;
        if (file->refused > 0)
            witness_fact("refused\t%u\t%s\t%s", file->refused_at, files_refusal(file),
                         witness_field(file->path));
        files_describe(file->path, file->ctime_ns, file->size, file->machine, file->interpreter,
                       file->ran, file->well);
        told++;
    }
    if (told == WITNESS_FILES_TOLD)
        witness_fact("files-cut\t%d", told);
}
