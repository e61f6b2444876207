/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares the files with those of the snapshot. A new file counts unless a package has it; a
 * changed one if its package has another digest of it, or if it is below /etc, whose contents the
 * snapshot knows. Of a new or removed folder, only the folder itself is reported, and those files
 * in it that are more than files to the system, such as units.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside/footprint.h"

enum { NEW = 1, OWNED = 2, HOLDS_OWNED = 4 };

struct files {
    const struct snapshot *then, *now;
    footprint_print *print;
    struct candidate *candidates;
    size_t *rows;         /* of each candidate: its row in now, or in then for one that is gone */
    size_t count, gone;   /* those from `gone` on are gone */
    unsigned char *flags; /* for each row of now */
    unsigned *inside;     /* number of new files in a new folder */
};

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static void add_candidate(struct files *files, size_t row, const char *path, bool verify)
{
    files->rows[files->count] = row;
    files->candidates[files->count++] = (struct candidate){.path = path, .verify = verify};
}

/* The row of the folder that contains the path, or SNAPSHOT_NONE. */
static size_t find_parent(const struct snapshot *snapshot, const char *path)
{
    char parent[4096];
    const char *slash = strrchr(path, '/');

    snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
    return snapshot_find(snapshot, "file", parent);
}

/* Files whose ctime is another, and folders with other owners or modes. */
static bool is_changed(const char *then, const char *now)
{
    struct file_value before, after;

    if (!file_value_parse(then, &before) || !file_value_parse(now, &after))
        return false;
    return before.mode != after.mode || before.uid != after.uid || before.gid != after.gid ||
           before.ctime_ns != after.ctime_ns;
}

static void collect(struct files *files)
{
    const struct snapshot *then = files->then, *now = files->now;

    for (size_t row = 0; row < now->count; row++) {
        const char *path = snapshot_name(now, row);
        size_t old;

        if (strcmp(snapshot_kind(now, row), "file") != 0)
            continue;
        old = snapshot_find(then, "file", path);
        if (old == SNAPSHOT_NONE) {
            files->flags[row] = NEW;
            add_candidate(files, row, path, false);
        } else if (is_changed(snapshot_value(then, old), snapshot_value(now, row))) {
            add_candidate(files, row, path, true);
        }
    }
    files->gone = files->count;
    for (size_t row = 0; row < then->count; row++) {
        const char *path = snapshot_name(then, row);
        size_t parent;

        if (strcmp(snapshot_kind(then, row), "file") != 0 ||
            snapshot_find(now, "file", path) != SNAPSHOT_NONE)
            continue;
        parent = find_parent(then, path);
        if (parent == SNAPSHOT_NONE ||
            snapshot_find(now, "file", snapshot_name(then, parent)) != SNAPSHOT_NONE)
            add_candidate(files, row, path, false);
    }
}

static bool is_new(const struct files *files, size_t row)
{
    return row != SNAPSHOT_NONE && (files->flags[row] & NEW) != 0;
}

/* A new folder with a package's file in it is not reported itself. */
static void mark_owned(struct files *files)
{
    for (size_t i = 0; i < files->gone; i++) {
        size_t row = files->rows[i];

        if (!files->candidates[i].owned || !is_new(files, row))
            continue;
        files->flags[row] |= OWNED;
        for (row = find_parent(files->now, snapshot_name(files->now, row));
             is_new(files, row) && (files->flags[row] & HOLDS_OWNED) == 0;
             row = find_parent(files->now, snapshot_name(files->now, row)))
            files->flags[row] |= HOLDS_OWNED;
    }
}

static const char *kind_of_row(const struct files *files, size_t row)
{
    struct file_value value = {0};

    file_value_parse(snapshot_value(files->now, row), &value);
    return S_ISDIR(value.mode) ? "file"
                               : footprint_kind_of(snapshot_name(files->now, row), value.mode);
}

/* The outermost new folder that stands for this row, or the row itself. */
static size_t find_top(const struct files *files, size_t row)
{
    size_t top = row;

    if (strcmp(kind_of_row(files, row), "file") != 0)
        return row;
    for (row = find_parent(files->now, snapshot_name(files->now, row)); is_new(files, row);
         row = find_parent(files->now, snapshot_name(files->now, row)))
        if (files->flags[row] == NEW)
            top = row;
    return top;
}

static void print_new(const struct files *files, size_t row)
{
    const char *path = snapshot_name(files->now, row);
    struct file_value value = {0};
    char detail[4200] = "";
    ssize_t length;

    file_value_parse(snapshot_value(files->now, row), &value);
    if (S_ISDIR(value.mode)) {
        snprintf(detail, sizeof(detail), "folder, %u inside", files->inside[row]);
    } else if (S_ISLNK(value.mode)) {
        strcpy(detail, "-> ");
        length = readlink(footprint_path(path), detail + 3, sizeof(detail) - 4);
        detail[3 + (length > 0 ? length : 0)] = '\0';
    }
    files->print(kind_of_row(files, row), "new", path, detail);
}

static void report_new(struct files *files)
{
    for (size_t i = 0; i < files->gone; i++) {
        size_t row = files->rows[i], top;

        /* A folder that holds a package's files, but is in no package itself, is the package's. */
        if (!is_new(files, row) || (files->flags[row] & (OWNED | HOLDS_OWNED)) != 0)
            continue;
        top = find_top(files, row);
        if (top != row)
            files->inside[top]++;
    }
    for (size_t i = 0; i < files->gone; i++) {
        size_t row = files->rows[i];

        if (is_new(files, row) && (files->flags[row] & (OWNED | HOLDS_OWNED)) == 0 &&
            find_top(files, row) == row)
            print_new(files, row);
    }
}

/* True if the content is another than in the snapshot and in the package that has it now. */
static bool has_other_content(const struct candidate *candidate, const struct file_value *before,
                              const struct file_value *after, const char **ret_how)
{
    *ret_how = "its content was changed";
    if (S_ISDIR(after->mode))
        return false;
    if (before->hash != 0 && file_content_hash(candidate->path, after->mode) == before->hash)
        return false;
    if (S_ISLNK(after->mode)) {
        *ret_how = "the link was changed";
        return !candidate->renewed &&
               (candidate->owned || strncmp(candidate->path, "/etc/", 5) == 0);
    }
    if (candidate->digested)
        return !candidate->unchanged;
    if (before->hash != 0)
        return !candidate->renewed;
    *ret_how = "it was written to, and its package has no digest of it";
    return candidate->owned && !candidate->undefined && !candidate->renewed &&
           before->ctime_ns != after->ctime_ns;
}

static void report_changed(const struct files *files, size_t i)
{
    const struct candidate *candidate = &files->candidates[i];
    size_t old = snapshot_find(files->then, "file", candidate->path);
    struct file_value before = {0}, after = {0};
    char detail[4200];
    const char *how;

    file_value_parse(snapshot_value(files->then, old), &before);
    file_value_parse(snapshot_value(files->now, files->rows[i]), &after);
    if ((before.mode & S_IFMT) != (after.mode & S_IFMT)) {
        if (candidate->renewed)
            return;
        snprintf(detail, sizeof(detail), "it is now a %s",
                 S_ISDIR(after.mode)   ? "folder"
                 : S_ISLNK(after.mode) ? "link"
                                       : "file");
    } else if (has_other_content(candidate, &before, &after, &how)) {
        snprintf(detail, sizeof(detail), "%s", how);
    } else if (!candidate->renewed && (candidate->owned || S_ISDIR(after.mode)) &&
               (before.mode != after.mode || before.uid != after.uid || before.gid != after.gid)) {
        snprintf(detail, sizeof(detail), "mode %04o, owner %u:%u is now mode %04o, owner %u:%u",
                 before.mode & 07777, before.uid, before.gid, after.mode & 07777, after.uid,
                 after.gid);
    } else {
        return;
    }
    files->print(footprint_kind_of_changed(candidate->path, after.mode), "changed", candidate->path,
                 detail);
}

/* deb-systemd-helper removes folders of links when they are empty. */
static bool was_empty(const struct snapshot *then, const char *folder)
{
    size_t length = strlen(folder);

    for (size_t row = 0; row < then->count; row++)
        if (strncmp(snapshot_name(then, row), folder, length) == 0 &&
            snapshot_name(then, row)[length] == '/')
            return false;
    return true;
}

static void report_gone(const struct files *files, size_t i)
{
    const struct candidate *candidate = &files->candidates[i];
    struct file_value value = {0};

    file_value_parse(snapshot_value(files->then, files->rows[i]), &value);
    if (candidate->owned)
        files->print("os-file", "gone", candidate->path, "a package has it");
    else if (starts(candidate->path, "/etc/") &&
             !(S_ISDIR(value.mode) && was_empty(files->then, candidate->path)))
        files->print(footprint_kind_of_changed(candidate->path, value.mode), "gone",
                     candidate->path, "");
}

void footprint_compare_files(const struct snapshot *then, const struct snapshot *now,
                             int64_t since_ns, footprint_print *print)
{
    size_t most = then->count + now->count + 1;
    struct files files = {.then = then,
                          .now = now,
                          .print = print,
                          .candidates = calloc(most, sizeof(struct candidate)),
                          .rows = calloc(most, sizeof(size_t)),
                          .flags = calloc(now->count + 1, 1),
                          .inside = calloc(now->count + 1, sizeof(unsigned))};

    if (files.candidates == NULL || files.rows == NULL || files.flags == NULL ||
        files.inside == NULL) {
        footprint_incomplete("not enough memory");
        return;
    }
    collect(&files);
    footprint_owners(files.candidates, files.count, since_ns);
    mark_owned(&files);
    report_new(&files);
    for (size_t i = 0; i < files.gone; i++)
        if (!is_new(&files, files.rows[i]))
            report_changed(&files, i);
    for (size_t i = files.gone; i < files.count; i++)
        report_gone(&files, i);
    free(files.candidates);
    free(files.rows);
    free(files.flags);
    free(files.inside);
}
