/* SPDX-License-Identifier: Apache-2.0 */
/* What a stranger, and what a signer, can do to a certificate: one row of tamper_kinds each. */
#ifndef TS_TESTS_TAMPER_KINDS_H
#define TS_TESTS_TAMPER_KINDS_H

#include "tamper_lab.h"

/* --- files ---------------------------------------------------------------------------------- */

static inline void flip_bit(void)
{
    const struct copy *restored = lab.restored;
    struct copied *file = &restored->files.items[pick(restored->files.count)];
    size_t at = pick(file->data.length);
    char old = file->data.data[at];

    file->data.data[at] = (char)(old ^ 1 << pick(8));
    write_work(file->name, file->data.data, file->data.length);
    file->data.data[at] = old;
}

static inline void drop_file(void)
{
    const struct copy *restored = lab.restored;
    _cleanup_free_ char *path = in_work(restored->files.items[pick(restored->files.count)].name);

    CU_ASSERT_FATAL(unlink(path) == 0);
}

static inline void cut_file(void)
{
    const struct copy *restored = lab.restored;
    struct copied *file = &restored->files.items[pick(restored->files.count)];

    write_work(file->name, file->data.data, pick(file->data.length));
}

/* Files, links, folders and devices, with good names and odd ones. */
static inline void add_file(void)
{
    static const char *const names[] = {
        "more.txt", "evidence/..x", ".hidden",           "results/new.json", "images/x y",
        "\n",       "-rf",          "SHA256SUMS.10.sig", "reports/\xff",     "evidence/0",
    };
    _cleanup_free_ char *path = in_work(names[pick(sizeof(names) / sizeof(names[0]))]);

    switch (pick(5)) {
    case 0:
        CU_ASSERT_FATAL(symlink("/etc/passwd", path) == 0);
        break;
    case 1:
        CU_ASSERT_FATAL(mkdir(path, 0755) == 0);
        break;
    case 2:
        CU_ASSERT_FATAL(mkfifo(path, 0644) == 0);
        break;
    default:
        CU_ASSERT_FATAL(path_write_unsynced(path, "x", 1, NULL) == 0);
    }
}

/* A file becomes a link to an equal one. */
static inline void link_file(void)
{
    const struct copy *restored = lab.restored;
    struct copied *file = &restored->files.items[pick(restored->files.count)];
    _cleanup_free_ char *path = in_work(file->name), *target = path_join(lab.keys, "target");

    CU_ASSERT_FATAL(path_write_unsynced(target, file->data.data, file->data.length, NULL) == 0);
    CU_ASSERT_FATAL(unlink(path) == 0 && symlink(target, path) == 0);
}

static inline void rename_file(void)
{
    const struct copy *restored = lab.restored;
    _cleanup_free_ char *from = in_work(restored->files.items[pick(restored->files.count)].name);
    _cleanup_free_ char *to = text_format("%s%u", from, pick(1000));

    CU_ASSERT_FATAL(rename(from, to) == 0);
}

/* Two files exchange their content. */
static inline void exchange_files(void)
{
    const struct copy *restored = lab.restored;
    struct copied *a = &restored->files.items[pick(restored->files.count)], *b = a;

    while (b == a || (b->data.length == a->data.length &&
                      memcmp(a->data.data, b->data.data, a->data.length) == 0))
        b = &restored->files.items[pick(restored->files.count)];
    write_work(a->name, b->data.data, b->data.length);
    write_work(b->name, a->data.data, a->data.length);
}

/* A line of run.jsonl is moved, left out or doubled, by a signer. */
static inline void reorder_lines(void)
{
    struct copied *file = find(&lab.a, "run.jsonl");
    _cleanup_strv_ struct strv lines = {0};
    _cleanup_buffer_ struct buffer text = {0};
    size_t from, to;

    strv_split(&lines, file->data.data, "\n");
    from = pick(lines.count);
    do
        to = pick(lines.count);
    while (to == from);
    for (size_t i = 0, kind = pick(3); i < lines.count; i++) {
        size_t at = kind == 0 && i == from ? to : kind == 0 && i == to ? from : i;

        if (kind == 1 && i == from)
            continue;
        buffer_format(&text, "%s\n", lines.items[at]);
        if (kind == 2 && i == from)
            buffer_format(&text, "%s\n", lines.items[at]);
    }
    write_work("run.jsonl", text.data, text.length);
    sign_again("lab");
}

/* A signature that the signer made for something else. */
static inline void change_namespace(void)
{
    _cleanup_free_ char *command =
        text_format("ssh-keygen -q -Y sign -f '%s/lab' -n other%u@v1 < SHA256SUMS > s 2>&1 && mv s "
                    "SHA256SUMS.sig",
                    lab.keys, pick(1000));

    CU_ASSERT_FATAL(sample_shell(lab.work, command) == 0);
}

static inline void extend_validity(void)
{
    _cleanup_free_ char *date = text_format("%u-12-31", 3000 + pick(5000));

    edit_member("valid_until", json_string(date));
    if (pick(2) == 0)
        sign_again(NULL);
}

static inline void sign_as_stranger(void)
{
    if (pick(2) == 0)
        extend_validity();
    sign_again("stranger");
}

/* Files of another certificate of the same signer, with or without its signature. */
static inline void mix(void)
{
    size_t count = 1 + pick(3), done = 0;
    bool whole = pick(4) == 0;

    while (done < count) {
        struct copied *b = &lab.b.files.items[pick(lab.b.files.count)], *a = NULL;

        vec_foreach (file, &lab.a.files)
            if (strcmp(file->name, b->name) == 0)
                a = file;
        if (a != NULL && a->data.length == b->data.length &&
            memcmp(a->data.data, b->data.data, b->data.length) == 0)
            continue;
        write_work(b->name, b->data.data, b->data.length);
        done++;
    }
    if (!whole)
        return;
    write_work(SUMS_FILE, find(&lab.b, SUMS_FILE)->data.data, find(&lab.b, SUMS_FILE)->data.length);
    write_work(SUMS_FILE ".sig", find(&lab.b, SUMS_FILE ".sig")->data.data,
               find(&lab.b, SUMS_FILE ".sig")->data.length);
}

/* --- a document that says something else --------------------------------------------------- */

struct places {
    VEC(struct place {
        json_t *parent;
        const char *key; /* NULL: of an array */
        size_t at;
    })
    rows;
};

/* What is stated, and nobody can judge. */
static inline bool is_stated(const char *key)
{
    static const char *const keys[] = {"created_ms", "created",  "valid_until", "identity",
                                       "version",    "ended_ms", "ended",       "stated"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static inline void collect(json_t *json, struct places *places)
{
    const char *key;
    json_t *value;
    size_t at;

    if (json_is_object(json)) {
        json_object_foreach(json, key, value)
        {
            if (json_is_object(value) || json_is_array(value))
                collect(value, places);
            else if (!is_stated(key))
                *vec_add(&places->rows) = (struct place){json, key, 0};
        }
    } else {
        json_array_foreach(json, at, value)
        {
            if (json_is_object(value) || json_is_array(value))
                collect(value, places);
            else
                *vec_add(&places->rows) = (struct place){json, NULL, at};
        }
    }
}

static inline json_t *other_value(const json_t *old)
{
    if (json_is_boolean(old))
        return json_boolean(!json_is_true(old));
    if (json_is_integer(old))
        return json_integer(json_integer_value(old) + 1 + pick(3));
    if (json_is_null(old))
        return json_string("level-2");
    return json_string(strcmp(json_string_value(old), "passed") == 0 ? "failed" : "passed");
}

static inline void edit_anything(void)
{
    struct copied *file = find(&lab.a, "certificate.json");
    struct places places = {0};
    const struct place *place;
    json_t *json = NULL;
    char *text;

    CU_ASSERT_FATAL(json_parse(file->data.data, file->data.length, "", &json, NULL) == 0);
    collect(json, &places);
    place = &places.rows.items[pick(places.rows.count)];
    if (place->key != NULL)
        json_object_set_new(place->parent, place->key,
                            other_value(json_object_get(place->parent, place->key)));
    else
        json_array_set_new(place->parent, place->at,
                           other_value(json_array_get(place->parent, place->at)));
    text = json_dumps(json, JSON_INDENT(2));
    write_work("certificate.json", text, strlen(text));
    free(text);
    json_decref(json);
    vec_done(&places.rows);
}

static inline void edit_without_key(void)
{
    edit_anything();
    sign_again(NULL);
}

/* A forged state, by somebody who may sign. */
static inline void edit_with_key(void)
{
    edit_anything();
    sign_again("lab");
}

/* Evidence is exchanged for other evidence, by somebody who may sign. */
static inline void exchange_evidence(void)
{
    const struct copy *restored = lab.restored;
    struct copied *file;

    do
        file = &restored->files.items[pick(restored->files.count)];
    while (!text_starts(file->name, "evidence/"));
    if (pick(2) == 0) {
        _cleanup_free_ char *path = in_work(file->name);

        CU_ASSERT_FATAL(unlink(path) == 0);
    } else {
        write_work(file->name, "passed\n", 7);
    }
    sign_again("lab");
}

/* --- what is beside the records --------------------------------------------------------------- */

/* One of the files of the attestation or of SM2. */
static inline const char *pick_beside(void)
{
    static const char *const names[] = {ATTEST_FILE, SM2_SUMS, SM2_SIGNATURE, SM2_KEY};

    return names[pick(sizeof(names) / sizeof(names[0]))];
}

static inline void flip_beside(void)
{
    struct copied *file = find((struct copy *)lab.restored, pick_beside());
    size_t at = pick(file->data.length);
    char old = file->data.data[at];

    file->data.data[at] = (char)(old ^ 1 << pick(8));
    write_work(file->name, file->data.data, file->data.length);
    file->data.data[at] = old;
}

static inline void drop_beside(void)
{
    _cleanup_free_ char *path = in_work(pick_beside());

    CU_ASSERT_FATAL(unlink(path) == 0);
}

/* A signer changes a file of SM2, and signs again; and the attestation of the old sums stays. */
static inline void flip_beside_with_key(void)
{
    flip_beside();
    sign_again("lab");
}

/* The same statement, signed with another key. */
static inline void attest_as_stranger(void)
{
    struct copied *file = find((struct copy *)lab.restored, ATTEST_FILE);
    _cleanup_free_ char *path = path_join(lab.keys, "stranger"), *why = NULL;
    _cleanup_(key_free_cleanup) struct key *key = key_load(path, &why);
    _cleanup_buffer_ struct buffer payload = {0}, encoded = {0}, signature = {0}, text = {0};
    _cleanup_json_ json_t *json = NULL;
    const char *body, *old, *at;

    CU_ASSERT_FATAL(key != NULL);
    CU_ASSERT_FATAL(json_parse(file->data.data, file->data.length, "", &json, NULL) == 0);
    body = json_string_value(json_object_get(json, "payload"));
    old = json_string_value(
        json_object_get(json_array_get(json_object_get(json, "signatures"), 0), "sig"));
    CU_ASSERT_FATAL(base64_decode(body, strlen(body), &payload));
    buffer_format(&encoded, "DSSEv1 %zu " ATTEST_PAYLOAD " %zu ", strlen(ATTEST_PAYLOAD),
                  payload.length);
    buffer_add(&encoded, payload.data, payload.length);
    CU_ASSERT_FATAL(key_sign(key, encoded.data, encoded.length, &signature, NULL) == 0);
    at = strstr(file->data.data, old);
    buffer_add(&text, file->data.data, (size_t)(at - file->data.data));
    base64_encode(signature.data, signature.length, &text);
    buffer_text(&text, at + strlen(old));
    write_work(ATTEST_FILE, text.data, text.length);
}

/* --- all of them ------------------------------------------------------------------------------ */

struct tamper_kind {
    const char *name;
    void (*tamper)(void);
    enum problem_weight weight; /* PROBLEM_OPEN: or something is open */
    bool full;                  /* of the certificate with attestation and SM2 */
    bool standard;              /* the two standard commands find it, too */
};

static const struct tamper_kind tamper_kinds[] = {
    {"flip a bit", flip_bit, PROBLEM_TAMPERED, false, false},
    {"flip a bit of all", flip_bit, PROBLEM_TAMPERED, true, false},
    {"drop a file", drop_file, PROBLEM_TAMPERED, false, true},
    {"cut a file", cut_file, PROBLEM_TAMPERED, false, true},
    {"add a file", add_file, PROBLEM_TAMPERED, false, false},
    {"a link for a file", link_file, PROBLEM_TAMPERED, false, false},
    {"rename a file", rename_file, PROBLEM_TAMPERED, false, true},
    {"exchange files", exchange_files, PROBLEM_TAMPERED, false, true},
    {"reorder records, signed", reorder_lines, PROBLEM_TAMPERED, false, false},
    {"another namespace", change_namespace, PROBLEM_TAMPERED, false, true},
    {"extend the validity", extend_validity, PROBLEM_TAMPERED, false, true},
    {"sign as a stranger", sign_as_stranger, PROBLEM_OPEN, false, true},
    {"mix two certificates", mix, PROBLEM_TAMPERED, false, false},
    {"edit without the key", edit_without_key, PROBLEM_TAMPERED, false, true},
    {"edit with the key", edit_with_key, PROBLEM_TAMPERED, false, false},
    {"exchange evidence, signed", exchange_evidence, PROBLEM_TAMPERED, false, false},
    {"flip a bit beside", flip_beside, PROBLEM_TAMPERED, true, false},
    {"drop a file beside", drop_beside, PROBLEM_TAMPERED, true, false},
    {"flip a bit beside, signed", flip_beside_with_key, PROBLEM_TAMPERED, true, false},
    {"attest as a stranger", attest_as_stranger, PROBLEM_TAMPERED, true, false},
};
enum { TAMPER_KINDS = sizeof(tamper_kinds) / sizeof(tamper_kinds[0]) };

#endif
