/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the programme, the images and the list of the suite's files. */
#include "certificate/documents.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/programme.h"
#include "certificate/folder.h"
#include "certificate/judged.h"
#include "model/image.h"

/* Reads a file, and gives a path to the same bytes, which nobody can change: what is parsed is what
 * was hashed. The path is valid until ret_fd is closed. */
static int open_copy(const struct folder *folder, struct folder_file *file, int *ret_fd,
                     char **ret_path, struct problems *problems, struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    _cleanup_close_ int fd = memfd_create("touchstone", MFD_CLOEXEC);
    int code = fd < 0 ? error_set_errno(err, -errno, "cannot create a file in memory")
                      : folder_read(folder, file, JUDGED_XML_MAX, &data, problems, err);

    if (code < 0)
        return code;
    code = copy_write(fd, data.data != NULL ? data.data : "", data.length);
    if (code < 0)
        return error_set_errno(err, code, "cannot write to a file in memory");
    *ret_path = text_format("/proc/self/fd/%d", fd);
    *ret_fd = steal_fd(fd);
    return 0;
}

/* A message about the copy, as one about the file. */
static void add_problem(struct problems *problems, enum problem_kind kind, const char *name,
                        const char *path, const struct error *why)
{
    const char *text = error_message(why);

    if (text_starts(text, path))
        text += strlen(path);
    problems_add(problems, kind, name, "this program cannot read it%s%s",
                 text[0] == ':' ? ", line " : ": ", text[0] == ':' ? text + 1 : text);
}

int documents_read_programme(struct folder *folder, struct programme **ret_programme,
                             struct problems *problems, struct error **err)
{
    struct folder_file *file = folder_find(folder, JUDGED_PROGRAMME);
    _cleanup_error_ struct error *why = NULL;
    _cleanup_free_ char *path = NULL;
    _cleanup_close_ int fd = -1;
    int code;

    if (file == NULL) {
        problems_add(problems, PROBLEM_MISSING, JUDGED_PROGRAMME, "a certificate has this file");
        return 1;
    }
    code = open_copy(folder, file, &fd, &path, problems, err);
    if (code < 0)
        return code;
    if (catalog_get_programme(path, ret_programme, NULL, &why) == 0)
        return 0;
    add_problem(problems, PROBLEM_RULES, JUDGED_PROGRAMME, path, why);
    return 1;
}

static int read_image(struct folder *folder, const char *name, struct judged *judged,
                      struct problems *problems, struct error **err)
{
    _cleanup_free_ char *file_name = text_format("images/%s.xml", name), *path = NULL;
    struct folder_file *file = folder_find(folder, file_name);
    const struct run_input *input = run_find_input(&judged->about->run, "image", name);
    _cleanup_(image_free_cleanup) struct image *image = NULL;
    _cleanup_error_ struct error *why = NULL;
    _cleanup_close_ int fd = -1;
    int code = file != NULL ? open_copy(folder, file, &fd, &path, problems, err) : 0;

    if (code < 0 || file == NULL)
        return code;
    if (input == NULL || strcmp(file->sha256, input->sha256) != 0)
        problems_add(problems, PROBLEM_CONTENT, file_name,
                     "it is not the file that the run was planned with");
    else if (catalog_load_image(path, &image, &why) < 0)
        add_problem(problems, PROBLEM_RULES, file_name, path, why);
    else if (strcmp(image->name, name) != 0)
        problems_add(problems, PROBLEM_CONTENT, file_name, "it is of the image '%s'", image->name);
    else
        *vec_add(&judged->images) = steal_ptr(image);
    return 0;
}

int documents_read_images(struct folder *folder, const struct certificate_scope *scope,
                          struct judged *judged, struct problems *problems, struct error **err)
{
    int code = 0;

    for (size_t i = 0; code == 0 && i < scope->images.count; i++)
        code = read_image(folder, scope->images.items[i], judged, problems, err);
    return code;
}

/* "DIGEST M /NAME" (base/tree.h). Of links and files with holes, the digest is not of the content.
 */
static void add_file(const char *line, size_t length, struct judged *judged)
{
    enum { NAME_AT = DIGEST_TEXT_SIZE + 3 };

    if (length <= NAME_AT || (line[DIGEST_TEXT_SIZE] != '-' && line[DIGEST_TEXT_SIZE] != 'x'))
        return;
    strv_take(&judged->product, text_format("%.*s %.*s", DIGEST_TEXT_SIZE - 1, line,
                                            (int)(length - NAME_AT), line + NAME_AT));
}

int documents_read_suite(struct folder *folder, struct judged *judged, struct problems *problems,
                         struct error **err)
{
    struct folder_file *file = folder_find(folder, JUDGED_SUITE);
    const char *suite = judged->cells.items[0].cell.suite;
    const struct run_input *input = run_find_input(&judged->about->run, "suite", suite);
    _cleanup_buffer_ struct buffer text = {0};
    int code = file != NULL ? folder_read(folder, file, JUDGED_SUITE_MAX, &text, problems, err) : 0;

    if (code < 0 || file == NULL)
        return code;
    if (input == NULL || strcmp(file->sha256, input->sha256) != 0) {
        problems_add(problems, PROBLEM_CONTENT, JUDGED_SUITE,
                     "it does not list the files of the suite that the run was planned with");
        return 0;
    }
    for (const char *line = text.data, *end = line + text.length; line != NULL && line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));

        if (newline == NULL)
            break;
        add_file(line, (size_t)(newline - line), judged);
        line = newline + 1;
    }
    return 0;
}
