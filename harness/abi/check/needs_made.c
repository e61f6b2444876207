/* SPDX-License-Identifier: Apache-2.0 */
/* What the package's own scripts and tmpfiles.d files make. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "abi/check/needs.h"
#include "abi/script/one_of.h"
#include "abi/script/shell_use.h"
#include "abi/script/unit.h"
#include "base/cleanup.h"
#include "base/path.h"

#define SCRIPTS_MAX 2000 /* scripts that are read for the files they make */

enum making {
    MAKES_ONE,   /* mkdir, touch: what is named */
    MAKES_COPY,  /* cp, tar, chmod: what the package has, below what is named */
    MAKES_LINK,  /* ln: anything below what is named */
    MAKES_COUNT, /* nothing */
};

static enum making making_of(const char *name)
{
    static const char *const ones[] = {"mkdir",   "touch",   "tee",    "install",
                                       "useradd", "adduser", "mktemp", "mkhomedir_helper"};
    static const char *const copies[] = {"cp", "mv", "tar", "unzip", "rsync", "chmod"};
    static const char *const links[] = {"ln", "update-alternatives", "alternatives"};

    return IS_ONE_OF(name, ones)     ? MAKES_ONE
           : IS_ONE_OF(name, copies) ? MAKES_COPY
           : IS_ONE_OF(name, links)  ? MAKES_LINK
                                     : MAKES_COUNT;
}

static void add_made(struct needs *needs, const char *word, enum making making)
{
    const char *base = path_base(word);

    if (strchr(word, '/') != NULL)
        strv_add(making == MAKES_ONE    ? &needs->made
                 : making == MAKES_COPY ? &needs->made_copies
                                        : &needs->made_links,
                 word);
    strv_add(strpbrk(base, "*?[") != NULL ? &needs->made_patterns : &needs->made_names, base);
}

/* Commands that make files or folders, or make them executable. */
static void read_command(struct needs *needs, const struct shell_command *command)
{
    size_t at = shell_program_at(command);
    enum making making;

    vec_foreach (word, &command->redirects)
        add_made(needs, word->text, MAKES_ONE);
    if (at >= command->words.count)
        return;
    making = making_of(path_base(command->words.items[at].text));
    for (at++; making != MAKES_COUNT && at < command->words.count; at++)
        add_made(needs, command->words.items[at].text, making);
}

/* "f /etc/x", "d /var/lib/x": tmpfiles.d(5). */
static void read_tmpfiles(struct needs *needs, const char *text)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, text, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        _cleanup_strv_ struct strv words = {0};

        strv_split(&words, lines.items[i], " \t\"");
        if (words.count > 1 && strchr("fFwdDevqQpLCcb", words.items[0][0]) != NULL)
            add_made(needs, words.items[1],
                     strchr("LC", words.items[0][0]) != NULL ? MAKES_LINK : MAKES_ONE);
    }
}

void needs_read_made(struct needs *needs)
{
    const struct package *package = needs->package;

    if (package->units.count == 0 && package->starts.count == 0)
        return;
    for (size_t i = 0; i < package->scripts.count && i < SCRIPTS_MAX; i++) {
        _cleanup_shell_ struct shell_script script = {0};
        const char *text = package->scripts.items[i].text;

        shell_read(text, strlen(text), &script);
        vec_foreach (command, &script.commands)
            read_command(needs, command);
    }
    vec_foreach (unit, &package->units)
        if (unit_is_declaration(unit->path) && !unit_is_sysusers(unit->path))
            read_tmpfiles(needs, unit->text);
    strv_sort(&needs->made);
    strv_sort(&needs->made_names);
}

bool needs_is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    while (length > 1 && folder[length - 1] == '/')
        length--;
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* "/", "/usr" and "/usr/bin" hold everything: a command that names one makes no certain file. */
static bool is_common(const char *folder)
{
    static const char *const common[] = {"/",        "/usr",     "/etc",      "/opt",
                                         "/var",     "/usr/bin", "/usr/sbin", "/usr/lib",
                                         "/var/lib", "/bin",     "/sbin",     "/usr/local"};

    return IS_ONE_OF(folder, common);
}

static bool is_below_one(const char *path, const struct strv *folders)
{
    for (size_t i = 0; i < folders->count; i++)
        if (!is_common(folders->items[i]) && needs_is_below(path, folders->items[i]))
            return true;
    return false;
}

bool needs_makes(const struct needs *needs, const char *path, bool folder)
{
    const char *base = path_base(path);

    if (strv_sorted_has(&needs->made_names, base) || is_below_one(path, &needs->made_links))
        return true;
    /* "mkdir -p /a/b/c" makes /a/b too. */
    for (size_t i = 0; i < needs->made.count; i++)
        if (needs_is_below(needs->made.items[i], path))
            return true;
    if (!folder && !strv_sorted_has(&needs->names, base))
        return false;
    for (size_t i = 0; i < needs->made_patterns.count; i++)
        if (fnmatch(needs->made_patterns.items[i], base, 0) == 0)
            return true;
    return is_below_one(path, &needs->made_copies);
}
