/* SPDX-License-Identifier: Apache-2.0 */
/* Two certificates of the same signer, and a folder in which one of them is tampered with. */
#ifndef TS_TESTS_TAMPER_LAB_H
#define TS_TESTS_TAMPER_LAB_H

#include <jansson.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/vec.h"
#include "certificate/attest.h"
#include "certificate/certificate.h"
#include "certificate/folder.h"
#include "certificate/key.h"
#include "certificate/sums.h"
#include "run_touchstone.h"
#include "sample_certificate.h"

/* The bytes of a certificate. */
struct copy {
    VEC(struct copied {
        char *name;
        struct buffer data;
    })
    files;
};

/* The certificates a and b, keys, and the folder in which one is tampered with. `full` is a with
 * its attestation and its SM2 signature; a itself has none, so that nothing but its records is
 * between a signer who lies and who verifies. */
static struct {
    char *keys, *home_a, *home_b, *work, *version;
    struct copy a, b, full;
    const struct copy *restored; /* which the folder is made of */
} lab;

static uint64_t state;

static inline unsigned pick(size_t count)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((state >> 33) % count);
}

static inline char *in_work(const char *name)
{
    return path_join(lab.work, name);
}

static inline void read_copy(const char *folder, struct copy *to)
{
    _cleanup_(folder_done) struct folder from = {.path = NULL};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};

    CU_ASSERT_FATAL(folder_open(folder, &from, &problems, NULL) == 0);
    CU_ASSERT_FATAL(problems.rows.count == 0);
    vec_foreach (file, &from.files) {
        struct copied *row = vec_add(&to->files);

        row->name = text_dup(file->name);
        CU_ASSERT_FATAL(folder_read(&from, file, 64 << 20, &row->data, &problems, NULL) == 0);
    }
}

static inline void write_work(const char *name, const void *data, size_t length)
{
    _cleanup_free_ char *path = in_work(name);
    _cleanup_fclose_ FILE *out = fopen(path, "we");

    CU_ASSERT_FATAL(out != NULL && fwrite(data, 1, length, out) == length);
}

/* The folder is that certificate again. */
static inline void restore(void)
{
    CU_ASSERT_FATAL(path_remove_tree(lab.work, NULL) == 0);
    for (int i = 0; i < FOLDER_PLACES; i++) {
        _cleanup_free_ char *place = in_work(folder_places[i]);

        CU_ASSERT_FATAL(path_make_folders(place, false, NULL) == 0);
    }
    vec_foreach (file, &lab.restored->files)
        write_work(file->name, file->data.data, file->data.length);
}

static inline struct copied *find(struct copy *copy, const char *name)
{
    vec_foreach (file, &copy->files)
        if (strcmp(file->name, name) == 0)
            return file;
    CU_FAIL_FATAL("no such file");
    return NULL;
}

static inline void sum_again(struct buffer *sums)
{
    _cleanup_(folder_done) struct folder folder = {.path = NULL};
    _cleanup_(problems_done) struct problems problems = {.count = {0}};

    CU_ASSERT_FATAL(folder_open(lab.work, &folder, &problems, NULL) == 0);
    CU_ASSERT_FATAL(sums_write(&folder, sums, NULL) == 0);
    write_work(SUMS_FILE, sums->data, sums->length);
}

/* New sums; key NULL: and the old signature. */
static inline void sign_again(const char *key)
{
    _cleanup_buffer_ struct buffer sums = {0}, signature = {0};
    _cleanup_free_ char *path = key != NULL ? path_join(lab.keys, key) : NULL;

    sum_again(&sums);
    if (key == NULL)
        return;
    CU_ASSERT_FATAL(sshsig_sign(path, SSHSIG_NAMESPACE, sums.data, sums.length, &signature, NULL) ==
                    0);
    write_work(SUMS_FILE ".sig", signature.data, signature.length);
}

static inline void copy_done(struct copy *copy)
{
    vec_foreach (file, &copy->files) {
        free(file->name);
        buffer_done(&file->data);
    }
    vec_done(&copy->files);
}

/* The document in the folder with another member; NULL removes it. */
static inline void edit_member(const char *key, json_t *value)
{
    _cleanup_free_ char *path = in_work("certificate.json");
    _cleanup_buffer_ struct buffer text = {0};
    json_t *json = NULL;
    char *dumped;

    CU_ASSERT_FATAL(path_read(path, 64 << 20, &text, NULL) == 0);
    CU_ASSERT_FATAL(json_parse(text.data, text.length, "", &json, NULL) == 0);
    if (value != NULL)
        json_object_set_new(json, key, value);
    else
        json_object_del(json, key);
    dumped = json_dumps(json, JSON_INDENT(2));
    write_work("certificate.json", dumped, strlen(dumped));
    free(dumped);
    json_decref(json);
}

#endif
