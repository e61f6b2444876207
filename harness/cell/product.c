/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file in the guest belongs to the product if its path is that of a file in the suite's files/ or
 * a staged package, if it has the name and size of such a file, or if its ctime, which cannot be
 * set in a guest, is later than the start of the cases. Scripts in folders for temporary files
 * belong to the suite.
 */
#include "cell/product.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "cell/programs.h"

#define FILES_BASE PROGRAMS_SUITE "/files"

struct product_file {
    char *path; /* path in its package */
    uint64_t size;
    unsigned input;
};

/* What was executed in the guest, or should have been, in all cases. */
struct product_run {
    char *path;
    uint64_t size;
    unsigned well; /* 0: it was refused, or did not get past the loader */
};

struct product_load {
    char *program, *library;
};

struct product {
    int64_t since_ms;
    struct strv inputs;             /* "name.deb", "files" */
    VEC(struct product_file) files; /* sorted by the last component of the path */
    VEC(struct product_load) loads;
    VEC(struct product_run) runs;
    bool blind; /* not all executions of some case are known */
};

struct product *product_new(int64_t since_ms)
{
    struct product *product = text_calloc(1, sizeof(*product));

    product->since_ms = since_ms;
    return product;
}

int64_t product_since_ms(const struct product *product)
{
    return product->since_ms;
}

void product_free(struct product *product)
{
    if (product == NULL)
        return;
    vec_foreach (file, &product->files)
        free(file->path);
    vec_foreach (load, &product->loads) {
        free(load->program);
        free(load->library);
    }
    vec_foreach (run, &product->runs)
        free(run->path);
    vec_done(&product->files);
    vec_done(&product->loads);
    vec_done(&product->runs);
    strv_done(&product->inputs);
    free(product);
}

static int compare(const void *left, const void *right)
{
    const struct product_file *a = left, *b = right;

    return strcmp(path_base(a->path), path_base(b->path));
}

void product_take(struct product *product, const struct package *package, const struct strv *inputs,
                  const struct findings *findings)
{
    for (size_t i = 0; i < inputs->count; i++)
        strv_add(&product->inputs, path_base(inputs->items[i]));
    vec_foreach (from, &package->files) {
        struct product_file *file = vec_add(&product->files);

        *file = (struct product_file){text_dup(from->path), from->size, from->input};
    }
    vec_foreach (from, &findings->loads) {
        struct product_load *load = vec_add(&product->loads);

        *load = (struct product_load){text_dup(from->program), text_dup(from->library)};
    }
    if (product->files.count > 0)
        qsort(product->files.items, product->files.count, sizeof(*product->files.items), compare);
}

/* /bin, /lib and similar may be links into /usr. */
static const char *skip_usr(const char *path)
{
    return text_starts(path, "/usr/") ? path + 4 : path;
}

static const char *input_of(const struct product *product, const struct product_file *file)
{
    return file->input < product->inputs.count ? product->inputs.items[file->input] : "";
}

static bool is_package(const char *input)
{
    return text_ends(input, ".deb") || text_ends(input, ".rpm");
}

/* The same file: at its path, or a copy with the same name and size. */
static bool is_same(const struct product *product, const struct product_file *file,
                    const char *path, uint64_t size)
{
    if (is_package(input_of(product, file)))
        return strcmp(skip_usr(path), skip_usr(file->path)) == 0;
    if (text_starts(path, FILES_BASE) && strcmp(path + sizeof(FILES_BASE) - 1, file->path) == 0)
        return true;
    return file->size > 0 && file->size == size &&
           strcmp(path_base(path), path_base(file->path)) == 0;
}

/* Index of the first file with that name, or where it would be inserted. */
static size_t find_name(const struct product *product, const char *base)
{
    size_t low = 0, high = product->files.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(path_base(product->files.items[middle].path), base) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct product_file *find(const struct product *product, const char *path,
                                       uint64_t size)
{
    const char *base = path_base(path);
    size_t low = find_name(product, base);

    for (;
         low < product->files.count && strcmp(path_base(product->files.items[low].path), base) == 0;
         low++)
        if (is_same(product, &product->files.items[low], path, size))
            return &product->files.items[low];
    return NULL;
}

bool product_names(void *context, const char *name)
{
    const struct product *product = context;
    size_t at = find_name(product, name);

    return at < product->files.count && strcmp(path_base(product->files.items[at].path), name) == 0;
}

bool product_ships(const struct product *product, const char *path)
{
    const struct product_file *file = find(product, path, 0);

    return file != NULL && is_package(input_of(product, file));
}

/* Where a suite's script writes its own helper files. */
static bool is_anybodys(const char *path)
{
    static const char *const folders[] = {PROGRAMS_WORK "/", "/tmp/",     "/var/tmp/",
                                          "/run/",           "/dev/shm/", "/root/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (text_starts(path, folders[i]))
            return true;
    return false;
}

enum owner product_owner(void *context, const struct witnessed_file *file, const char **ret_of)
{
    const struct product *product = context;
    const struct product_file *known = find(product, file->path, file->size);

    *ret_of = NULL;
    if (known != NULL) {
        *ret_of = input_of(product, known);
        return OWNER_PRODUCT;
    }
    if (text_starts(file->path, FILES_BASE "/") || text_starts(file->path, PROGRAMS_PACKAGES "/")) {
        *ret_of = "files";
        return OWNER_PRODUCT;
    }
    if (text_starts(file->path, PROGRAMS_SUITE "/"))
        return OWNER_SUITE;
    if (text_starts(file->path, PROGRAMS_BASE "/") && !text_starts(file->path, PROGRAMS_WORK "/"))
        return OWNER_HARNESS;
    /* A program in a memfd, written by another program: the image has none. */
    if (text_starts(file->path, "/memfd:"))
        return OWNER_PRODUCT;
    if (file->ctime_ms == 0)
        return OWNER_UNKNOWN;
    if (file->ctime_ms < product->since_ms)
        return OWNER_IMAGE;
    return file->machine == 0 && is_anybodys(file->path) ? OWNER_SUITE : OWNER_PRODUCT;
}

void product_witness(struct product *product, const struct witness *witness)
{
    product->blind |= witness->state != WITNESS_FULL || witness->cut;
    vec_foreach (file, &witness->files) {
        struct product_run *run = NULL;

        if (file->ran == 0 && file->refused_at == 0)
            continue;
        vec_foreach (old, &product->runs)
            if (old->size == file->size && strcmp(old->path, file->path) == 0)
                run = old;
        if (run == NULL) {
            run = vec_add(&product->runs);
            run->path = text_dup(file->path);
            run->size = file->size;
        }
        run->well += file->well;
    }
}

/* For a file of the product, by its path in the package. */
static enum executed executed_of(const struct product *product, const char *path)
{
    enum executed found = product->blind ? EXECUTED_UNKNOWN : EXECUTED_NO;

    vec_foreach (run, &product->runs) {
        const struct product_file *file = find(product, run->path, run->size);

        if (file == NULL || strcmp(file->path, path) != 0)
            continue;
        if (run->well > 0)
            return EXECUTED_YES;
        found = EXECUTED_FAILED;
    }
    return found;
}

/* A library was loaded if a program that needs it got past the loader. */
static enum executed loaded_of(const struct product *product, const char *path)
{
    bool needed = false;

    vec_foreach (load, &product->loads) {
        enum executed program;

        if (strcmp(load->library, path) != 0 || strcmp(load->program, path) == 0)
            continue;
        needed = true;
        program = executed_of(product, load->program);
        if (program != EXECUTED_NO)
            return program;
    }
    return needed ? EXECUTED_NO : EXECUTED_UNKNOWN;
}

static bool is_library(const char *path)
{
    return text_ends(path, ".so") || strstr(path, ".so.") != NULL;
}

void product_finish(struct product *product, bool whole, struct prediction *prediction)
{
    product->blind |= !whole;
    vec_foreach (row, &prediction->findings)
        row->executed = row->file == NULL || text_ends(row->file, ".ko") ? EXECUTED_UNKNOWN
                        : is_library(row->file) ? loaded_of(product, row->file)
                                                : executed_of(product, row->file);
}
