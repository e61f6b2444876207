/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detects a mistake in the case's own script from what its interpreter, or a tool of the image,
 * printed on stderr. Shells print "FILE: 3: what" (dash) or "FILE: line 3: what" (bash): if the
 * file is one of the suite, the mistake is the script's own. What was to be tested was then not
 * tested, whatever the script did afterwards.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "suite/protocols.h"
#include "suite/responsible_parts.h"

#define DIGITS "0123456789"

/* "WHAT: not found", if that is not a program of the product: without the product's program,
 * nothing can be concluded. */
static bool is_unknown_command(const struct inquiry *inquiry, const char *text)
{
    static const char *const ends[] = {": command not found", ": not found",
                                       ": No such file or directory"};
    const char *from = text_starts(text, "exec: ") ? text + 6 : text;
    _cleanup_free_ char *name = NULL;

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && name == NULL; i++)
        if (text_ends(from, ends[i]))
            name = text_ndup(from, strlen(from) - strlen(ends[i]));
    if (name == NULL || name[0] == '\0' || strstr(name, ": ") != NULL)
        return false;
    if (strchr(name, '/') == NULL)
        return inquiry->names == NULL || !inquiry->names(inquiry->context, name);
    /* A folder that neither the product nor another party has. */
    return text_ends(from, ": not found") &&
           responsible_owner(inquiry, name, NULL) != OWNER_PRODUCT;
}

/* Shell errors that no product can cause. */
static bool is_about_script(const struct inquiry *inquiry, const char *text)
{
    static const char *const begins[] = {"[: ", "test: ", "shift: ", "local: "};
    static const char *const parts[] = {"yntax error",
                                        "ad substitution",
                                        ": unbound variable",
                                        ": parameter not set",
                                        "division by ",
                                        "bad variable name",
                                        ": not a valid identifier",
                                        "bad array subscript",
                                        "arithmetic expression"};

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (text_starts(text, begins[i]))
            return true;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strstr(text, parts[i]) != NULL)
            return true;
    return is_unknown_command(inquiry, text);
}

/* A missing folder or file: the product may be expected to create it, but nothing was tested with
 * it. */
static bool is_about_files(const char *text)
{
    static const char *const begins[] = {"cd: ", "cannot create ", "cannot open ", ".: "};

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (text_starts(text, begins[i]))
            return true;
    return text_ends(text, ": No such file or directory");
}

bool responsible_is_of_product(const struct inquiry *inquiry, const char *text)
{
    const char *colon = text[0] == '/' ? strstr(text, ": ") : NULL;
    _cleanup_free_ char *path = colon != NULL ? text_ndup(text, (size_t)(colon - text)) : NULL;

    return path != NULL && strcmp(colon, ": not found") != 0 &&
           responsible_owner(inquiry, path, NULL) == OWNER_PRODUCT;
}

/* What a shell reports about a file of the suite; NULL: the line is no such report. */
static const char *find_complaint(const struct inquiry *inquiry, const char *line)
{
    const char *colon = line[0] == '/' ? strstr(line, ": ") : NULL, *at;
    _cleanup_free_ char *path = colon != NULL ? text_ndup(line, (size_t)(colon - line)) : NULL;

    if (path == NULL || responsible_owner(inquiry, path, NULL) != OWNER_SUITE)
        return NULL;
    at = colon + 2;
    at += text_starts(at, "eval: ") ? 6 : 0;
    at += text_starts(at, "line ") ? 5 : 0;
    if (strspn(at, DIGITS) == 0 || !text_starts(at + strspn(at, DIGITS), ": "))
        return NULL;
    at += strspn(at, DIGITS) + 2;
    return responsible_is_of_product(inquiry, at) ? NULL : at;
}

char *responsible_find_mistake(const struct inquiry *inquiry, bool passed)
{
    const struct buffer *err = &inquiry->record->err;
    _cleanup_strv_ struct strv lines = {0};

    if (err->length == 0)
        return NULL;
    strv_split(&lines, err->data, "\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *text = find_complaint(inquiry, lines.items[i]);

        if (text != NULL && (is_about_script(inquiry, text) || (passed && is_about_files(text))))
            return protocol_show(lines.items[i], strlen(lines.items[i]));
    }
    return NULL;
}

/* A script of the product may have called the tool. */
static bool ran_script(const struct inquiry *inquiry)
{
    vec_foreach (file, &inquiry->witness->files)
        if (file->ran > 0 && file->machine == 0 &&
            responsible_owner(inquiry, file->path, NULL) == OWNER_PRODUCT)
            return true;
    return false;
}

/* True if the word at `text`, up to one of the ends, is the name of a program that is not the
 * product's. */
static bool is_tool(const struct inquiry *inquiry, const char *text, const char *ends)
{
    _cleanup_free_ char *name = text_ndup(text, strcspn(text, ends));

    return name[0] != '\0' && strchr(name, '/') == NULL &&
           (inquiry->names == NULL || !inquiry->names(inquiry->context, name));
}

bool responsible_is_misuse(const struct inquiry *inquiry, const char *line)
{
    static const char *const begins[] = {
        "sed: -e expression",      "grep: Unmatched", "grep: Invalid",   "grep: Trailing backslash",
        "find: unknown predicate", "awk: line ",      "awk: cmd. line:", "mawk: line "};
    bool found = (text_starts(line, "Try '") && text_ends(line, " --help' for more information.") &&
                  is_tool(inquiry, line + 5, " ")) ||
                 ((strstr(line, ": unrecognized option '") != NULL ||
                   strstr(line, ": invalid option -- '") != NULL) &&
                  is_tool(inquiry, line, ":"));

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        found |= text_starts(line, begins[i]);
    return found && !ran_script(inquiry);
}
