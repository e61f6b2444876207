/* SPDX-License-Identifier: Apache-2.0 */
/* Checks scripts outside cases/: those that cases source, and those that they start. The product's
 * own scripts in files/ are not checked. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/lint_script.h"

#define SCRIPT_LIMIT (1024 * 1024)
#define DEPTH_MAX 16

struct tree {
    const char *folder;  /* the suite's folder */
    struct buffer cases; /* the concatenated text of all case scripts */
    struct lint *lint;
};

/* True if the word that ends before `end` is followed by a command. */
static bool starts_command(const char *line, const char *end)
{
    static const char *const words[] = {"then",  "do",   "else", "elif", "if",   "while",
                                        "until", "exec", "env",  "time", "sudo", "!"};
    const char *word;

    while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (end == line || strchr(";&|({`", end[-1]) != NULL)
        return true;
    for (word = end; word > line && strchr(" \t;&|({`", word[-1]) == NULL; word--)
        ;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if ((size_t)(end - word) == strlen(words[i]) &&
            memcmp(word, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

/* True if a line of the text starts the file at this path of the suite, as `./PATH` or
 * `"$TOUCHSTONE_SUITE/PATH"`. */
static bool line_starts(const char *line, const char *path)
{
    for (const char *at = strstr(line, path); at != NULL; at = strstr(at + 1, path)) {
        const char *begin = at, *end = at + strlen(path);

        if (strchr(" \t\"');&|", *end) == NULL || (at > line && at[-1] != '/'))
            continue;
        while (begin > line && strchr(" \t;&|({`", begin[-1]) == NULL)
            begin--;
        if (begin < at && starts_command(line, begin))
            return true;
    }
    return false;
}

static bool is_started(const struct tree *tree, const char *path)
{
    _cleanup_strv_ struct strv lines = {0};

    strv_split(&lines, tree->cases.data != NULL ? tree->cases.data : "", "\r\n");
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i] + strspn(lines.items[i], " \t");

        if (line[0] != '#' && line_starts(line, path))
            return true;
    }
    return false;
}

static int check_file(const struct tree *tree, const char *path, const char *inside,
                      const struct stat *st, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    bool marked, sourced = text_ends(path, ".sh");
    int code;

    if (st->st_size == 0 || st->st_size > SCRIPT_LIMIT)
        return 0;
    code = path_read(path, SCRIPT_LIMIT, &text, err);
    if (code < 0)
        return code;
    marked = text_starts(text.data, "#!");
    if (!marked && !sourced)
        return 0;
    if (marked && (st->st_mode & 0100) == 0) {
        bool started = is_started(tree, inside);

        lint_add(tree->lint, started,
                 started ? "%s: a case starts it, and it is not executable: chmod +x it"
                         : "%s: it has a #! line and is not executable: chmod +x it, or remove the "
                           "line if it is only sourced",
                 path);
    }
    return lint_script_text(path, text.data, tree->lint, err);
}

static int walk(const struct tree *tree, const char *inside, int depth, struct error **err)
{
    _cleanup_free_ char *folder = path_join(tree->folder, inside);
    _cleanup_strv_ struct strv names = {0};
    int code = path_list(folder, &names, err);

    for (size_t i = 0; code == 0 && i < names.count; i++) {
        _cleanup_free_ char *path = path_join(folder, names.items[i]);
        _cleanup_free_ char *below =
            *inside != '\0' ? path_join(inside, names.items[i]) : text_dup(names.items[i]);
        struct stat st;

        if (lstat(path, &st) < 0)
            continue;
        if (S_ISREG(st.st_mode))
            code = check_file(tree, path, below, &st, err);
        else if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX && strcmp(below, "cases") != 0 &&
                 strcmp(below, "files") != 0)
            code = walk(tree, below, depth + 1, err);
    }
    return code;
}

int lint_tree(const struct suite *suite, struct lint *lint, struct error **err)
{
    struct tree tree = {.folder = suite->folder, .lint = lint};
    int code = 0;

    for (size_t i = 0; code == 0 && i < suite->cases.count; i++) {
        _cleanup_free_ char *path =
            text_format("%s/cases/%s", suite->folder, suite->cases.items[i].run);
        _cleanup_buffer_ struct buffer text = {0};

        /* Files with NUL bytes are programs, not scripts. */
        if (path_read(path, SCRIPT_LIMIT, &text, NULL) == 0 && text.length > 0 &&
            memchr(text.data, '\0', text.length) == NULL) {
            buffer_add(&tree.cases, text.data, text.length);
            buffer_text(&tree.cases, "\n");
        }
    }
    code = walk(&tree, "", 0, err);
    buffer_done(&tree.cases);
    return code;
}
