/* SPDX-License-Identifier: Apache-2.0 */
/* From a draft to the folder of a suite. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/process.h"
#include "import/draft.h"

#define TITLE_BYTES 120 /* escaped, at most the 600 of suite.rng */
#define TREE_BYTES (1024LL << 20)

/* Text of a source in XML, on one line. */
static void add_escaped(struct buffer *to, const char *text)
{
    _cleanup_buffer_ struct buffer line = {0};
    size_t length = strnlen(text, TITLE_BYTES);

    /* Not in the middle of a character. */
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    buffer_printable(&line, text, length, false);
    for (size_t i = 0; i < line.length; i++) {
        switch (line.data[i]) {
        case '&':
            buffer_text(to, "&amp;");
            break;
        case '<':
            buffer_text(to, "&lt;");
            break;
        case '>':
            buffer_text(to, "&gt;");
            break;
        case '"':
            buffer_text(to, "&quot;");
            break;
        default:
            buffer_add(to, &line.data[i], 1);
        }
    }
}

static void add_case(struct buffer *to, const struct draft_case *row)
{
    buffer_format(to, "  <case id=\"%s\" item=\"%s\" protocol=\"%s\" timeout=\"%u\"", row->id,
                  item_name(row->item), protocol_name(row->protocol), row->timeout_s);
    /* What cannot run here is visible, and does not decide. */
    if (row->optional || row->skip_reason != NULL)
        buffer_text(to, " required=\"no\"");
    if (row->restarts && row->skip_reason == NULL)
        buffer_text(to, " restarts=\"yes\"");
    if (row->native)
        buffer_text(to, " judge=\"native\"");
    buffer_text(to, ">\n    <title>");
    add_escaped(to, row->title);
    buffer_text(to, "</title>\n");
    if (row->needs_install && row->skip_reason == NULL)
        buffer_text(to, "    <needs case=\"install\"/>\n");
    if (row->needs != NULL && row->skip_reason == NULL)
        buffer_format(to, "    <needs case=\"%s\"/>\n", row->needs);
    if (row->only_arch)
        buffer_format(to, "    <needs arch=\"%s\"/>\n", arch_name(row->arch));
    buffer_text(to, "  </case>\n");
}

static void describe(const struct draft *draft, struct buffer *to)
{
    buffer_format(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<suite name=\"%s\">\n  <title>",
                  draft->name);
    add_escaped(to, draft->product);
    buffer_text(to, "</title>\n  <vendor>");
    add_escaped(to, draft->vendor);
    buffer_text(to, "</vendor>\n  <product>");
    add_escaped(to, draft->product);
    buffer_text(to, "</product>\n");
    vec_foreach (set, &draft->packages) {
        _cleanup_free_ char *names = strv_join(&set->names, " ");

        buffer_format(to, "  <packages family=\"%s\"", set->family);
        if (set->only_arch)
            buffer_format(to, " arch=\"%s\"", arch_name(set->arch));
        buffer_format(to, ">%s</packages>\n", names);
    }
    vec_foreach (row, &draft->cases)
        add_case(to, row);
    buffer_text(to, "</suite>\n");
}

static int write_file(const char *folder, const char *name, mode_t mode, const struct buffer *text,
                      struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, name);
    int code = path_write_atomic(path, text->data, text->length, err);

    if (code == 0 && chmod(path, mode) < 0)
        code = error_set_errno(err, -errno, "cannot set the mode of '%s'", path);
    return code;
}

static int write_script(const char *folder, const struct draft_case *row, struct error **err)
{
    _cleanup_free_ char *name = text_format("cases/%s", row->id);
    _cleanup_buffer_ struct buffer text = {0};

    buffer_text(&text, "#!/bin/sh\n");
    if (row->skip_reason == NULL) {
        buffer_text(&text, row->script);
    } else {
        _cleanup_free_ char *quoted = draft_quote(row->skip_reason);

        buffer_format(&text, "echo %s\nexit 77\n", quoted);
    }
    return write_file(folder, name, 0755, &text, err);
}

static int write_readme(const struct draft *draft, const char *folder, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};

    buffer_format(&text,
                  "# %s\n\nImported by `touchstone suite import`; touchstone-suite(1) "
                  "says what the mapping loses.\n",
                  draft->name);
    vec_foreach (row, &draft->cases)
        if (row->skip_reason != NULL)
            buffer_format(&text, "\n- Case `%s` is skipped: %s", row->id, row->skip_reason);
    for (size_t i = 0; i < draft->notes.count; i++)
        buffer_format(&text, "\n- %s", draft->notes.items[i]);
    buffer_text(&text, "\n");
    return write_file(folder, "README.md", 0644, &text, err);
}

static int write_programs(const struct draft *draft, const char *folder, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < draft->programs.count; i++) {
        _cleanup_free_ char *name = text_format("lib/%s", draft->programs.items[i]);
        _cleanup_buffer_ struct buffer text = {0};

        buffer_text(&text, draft_program(draft->programs.items[i]));
        code = write_file(folder, name, 0755, &text, err);
    }
    return code;
}

/* As an archive: a source tree may contain links that leave it and scripts that lint would reject,
 * and its files are not the product. */
static int write_tree(const char *tree, const char *folder, struct error **err)
{
    _cleanup_free_ char *archive = path_join(folder, "tree.tar");
    const char *argv[] = {
        "tar",       "--create",        "--file",        archive,       "--sort=name", "--owner=0",
        "--group=0", "--numeric-owner", "--exclude-vcs", "--directory", tree,          ".",
        NULL};
    struct stat st;
    int code = process_check(argv, 600000, NULL, err);

    if (code < 0)
        return code;
    if (stat(archive, &st) < 0)
        return error_set_errno(err, -errno, "cannot read '%s'", archive);
    if (st.st_size > TREE_BYTES)
        return error_set(err, -EFBIG, "'%s' is larger than %lld MiB: import a smaller folder", tree,
                         TREE_BYTES >> 20);
    return 0;
}

int draft_write(const struct draft *draft, const char *folder, struct error **err)
{
    _cleanup_free_ char *cases = path_join(folder, "cases"), *lib = path_join(folder, "lib");
    _cleanup_buffer_ struct buffer xml = {0};
    int code = path_make_folders(cases, false, err);

    if (code == 0 && draft->programs.count > 0)
        code = path_make_folders(lib, false, err);
    if (code == 0)
        code = write_programs(draft, folder, err);
    if (code == 0 && draft->tree != NULL)
        code = write_tree(draft->tree, folder, err);
    if (code < 0)
        return code;
    describe(draft, &xml);
    code = write_file(folder, "suite.xml", 0644, &xml, err);
    vec_foreach (row, &draft->cases)
        code = code == 0 ? write_script(folder, row, err) : code;
    return code == 0 ? write_readme(draft, folder, err) : code;
}
