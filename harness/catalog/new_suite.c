/* SPDX-License-Identifier: Apache-2.0 */
/* Creates a new suite: small, complete and working, with the package hello as its product. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/lint.h"

/* Each @ is replaced by the suite's name. */
static const struct {
    const char *path;
    mode_t mode;
    const char *text;
} files[] = {
    {"suite.xml", 0644,
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
     "<suite name=\"@\">\n"
     "  <title>@</title>\n"
     "  <title lang=\"zh\">@</title>\n"
     "  <vendor>GNU</vendor>\n"
     "  <product>hello</product>\n"
     "  <packages family=\"deb\">hello</packages>\n"
     "  <packages family=\"rpm\">hello</packages>\n"
     "\n"
     "  <case id=\"install\" item=\"install\" timeout=\"120\">\n"
     "    <title>The packages install without a network</title>\n"
     "    <title lang=\"zh\">离线安装软件包</title>\n"
     "  </case>\n"
     "  <case id=\"greeting\" item=\"function\" timeout=\"10\">\n"
     "    <title>It greets</title>\n"
     "    <title lang=\"zh\">输出问候语</title>\n"
     "    <needs case=\"install\"/>\n"
     "  </case>\n"
     "  <case id=\"uninstall\" item=\"uninstall\" timeout=\"60\">\n"
     "    <title>Nothing is left behind</title>\n"
     "    <title lang=\"zh\">卸载后无残留</title>\n"
     "    <needs case=\"install\"/>\n"
     "  </case>\n"
     "</suite>\n"},
    {"README.md", 0644,
     "# @\n"
     "\n"
     "What it shows: the product installs, does its work and can be removed again.\n"
     "\n"
     "Put your product in the place of hello: its packages in `suite.xml`, or its own files in\n"
     "`files/`, and a case in `cases/` for each thing that must hold. The format is in\n"
     "touchstone-suite-format(5); `touchstone suite lint` says what is missing. With `<probes/>`\n"
     "before the cases, units, commands, dependencies, start, stop and `kill -9` are tested without\n"
     "a case.\n"},
    {"cases/install", 0755,
     "#!/bin/sh\n"
     "# Installs the staged packages as the system's package manager does, without a network. Its "
     "exit\n"
     "# code 99 says that it could not try, and is that of a case that broke.\n"
     "exec touchstone-install\n"},
    {"cases/greeting", 0755,
     "#!/bin/sh\n"
     "# Exit 0 passes, any other code fails; the last line of stderr becomes the reason.\n"
     "set -eu\n"
     "said=$(hello)\n"
     "observe hello.greeting \"$said\"\n"
     "[ \"$said\" = \"Hello, world!\" ] || { echo \"hello said '$said'\" >&2; exit 1; }\n"},
    {"cases/uninstall", 0755,
     "#!/bin/sh\n"
     "set -eu\n"
     "touchstone-install --remove hello\n"
     "if command -v hello; then\n"
     "    echo \"hello is still there\" >&2\n"
     "    exit 1\n"
     "fi\n"},
};

static int write_one(const char *folder, const char *name, size_t index, struct error **err)
{
    _cleanup_free_ char *path = path_join(folder, files[index].path);
    _cleanup_buffer_ struct buffer text = {0};
    int code;

    for (const char *at = files[index].text; *at != '\0'; at++) {
        /* "$@" of a shell script is not replaced. */
        if (*at == '@' && !(at > files[index].text && at[-1] == '$'))
            buffer_text(&text, name);
        else
            buffer_add(&text, at, 1);
    }
    code = path_write_atomic(path, text.data, text.length, err);
    if (code == 0 && chmod(path, files[index].mode) < 0)
        code = error_set_errno(err, -errno, "cannot set the mode of '%s'", path);
    return code;
}

int catalog_new_suite(const char *parent, const char *name, char **ret_folder, struct error **err)
{
    _cleanup_free_ char *folder = path_join(parent, name), *cases = path_join(folder, "cases");
    int code = 0;

    if (!text_is_name(name))
        return error_set(err, -EINVAL,
                         "suite '%s': a name consists of a-z, 0-9, '.', '_', '+', '-' and has at "
                         "most 64 characters",
                         name);
    if (path_exists(folder))
        return error_set(err, -EEXIST,
                         "'%s' already exists: choose another name, or remove it first", folder);
    code = path_make_folders(cases, false, err);
    for (size_t i = 0; code == 0 && i < sizeof(files) / sizeof(files[0]); i++)
        code = write_one(folder, name, i, err);
    if (code < 0) {
        path_remove_tree(folder, NULL);
        return code;
    }
    *ret_folder = steal_ptr(folder);
    return 0;
}
