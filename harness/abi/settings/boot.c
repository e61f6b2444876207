/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's command line, as the boot loader has it. */
#include <string.h>

#include "abi/settings/read.h"
#include "base/cleanup.h"
#include "base/path.h"

/* What names this machine's disks and consoles says nothing about the system. */
static bool is_of_machine(const char *word)
{
    static const char *const prefixes[] = {"root=",    "BOOT_IMAGE=", "initrd=",    "resume=",
                                           "console=", "rd.lvm.lv=",  "rootflags=", "UUID="};

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (text_starts(word, prefixes[i]))
            return true;
    return strcmp(word, "ro") == 0 || strcmp(word, "rw") == 0;
}

/* Returns true, as what it is called for has been found. */
static bool take(const char *line, const char *origin, unsigned flags, struct settings_section *to)
{
    _cleanup_strv_ struct strv words = {0};

    strv_split(&words, line, " \t\r\"'");
    for (size_t i = 0; i < words.count; i++) {
        char *value = strchr(words.items[i], '=');

        /* What follows is for the first program, not for the kernel. */
        if (strcmp(words.items[i], "--") == 0)
            break;
        if (is_of_machine(words.items[i]))
            continue;
        if (strchr(words.items[i], '$') != NULL) {
            settings_unknown(to, "the command line in %s has a variable, '%s'", origin,
                             words.items[i]);
            continue;
        }
        if (value != NULL)
            *value++ = '\0';
        settings_set(to, words.items[i], value != NULL ? value : "set", origin, flags);
    }
    return true;
}

/* The first line with this word at its start, or of all without one. False: there is none. */
static bool take_line(const struct settings_tree *tree, const char *path, const char *first,
                      struct settings_section *to)
{
    _cleanup_(settings_file_done) struct settings_file file = {.length = 0};
    size_t position = 0, length = strlen(first);

    if (!settings_open_for(tree, path, to, &file))
        return to->unknown != NULL;
    for (;;) {
        _cleanup_free_ char *line = settings_line(&file, &position);
        const char *text, *kernel;

        if (line == NULL)
            return false;
        text = settings_strip(line);
        if (text[0] == '#' || text[0] == '\0' || strncmp(text, first, length) != 0)
            continue;
        if (length == 0)
            return take(text, file.path, 0, to);
        kernel = text + length + strcspn(text + length, " \t");
        /* GRUB names the kernel first. */
        if (strcmp(first, "linux") == 0) {
            kernel += strspn(kernel, " \t");
            kernel += strcspn(kernel, " \t");
        }
        return take(kernel, file.path, 0, to);
    }
}

/* grub-mkconfig adds both to its entries. */
static bool take_defaults(const struct settings_tree *tree, struct settings_section *to)
{
    static const char *const keys[] = {"GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT", NULL};
    struct settings found = {.groups = {{.unknown = NULL}}};
    struct settings_section *pairs = &found.groups[SETTINGS_BOOT];
    bool any;

    settings_read_pairs(tree, "/etc/default/grub", "=", keys, pairs);
    any = pairs->unknown != NULL || pairs->rows.count > 0;
    if (pairs->unknown != NULL)
        settings_unknown(to, "%s", pairs->unknown);
    vec_foreach (row, &pairs->rows)
        take(row->value, row->origin, 0, to);
    settings_done(&found);
    return any;
}

void settings_read_boot(const struct settings_tree *tree, const struct settings *all,
                        struct settings_section *to)
{
    static const char *const entries[] = {"/boot/loader/entries", NULL};
    _cleanup_(settings_file_done) struct settings_file measured = {.length = 0};
    _cleanup_strv_ struct strv paths = {0};

    (void)all;
    if (settings_open(tree, SETTINGS_MEASURED_CMDLINE, &measured) == SETTINGS_FOUND) {
        size_t position = 0;
        _cleanup_free_ char *line = settings_line(&measured, &position);

        take(line != NULL ? line : "", "/proc/cmdline", SETTING_MEASURED, to);
        return;
    }
    settings_list(tree, entries, ".conf", &paths);
    if ((paths.count > 0 && take_line(tree, paths.items[paths.count - 1], "options", to)) ||
        take_line(tree, "/boot/grub2/grub.cfg", "linux", to) ||
        take_line(tree, "/boot/grub/grub.cfg", "linux", to) ||
        take_line(tree, "/etc/kernel/cmdline", "", to) || take_defaults(tree, to))
        return;
    settings_unknown(to, "no file of a boot loader has a kernel command line");
}
