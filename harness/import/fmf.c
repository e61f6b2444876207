/* SPDX-License-Identifier: Apache-2.0 */
#include "import/fmf.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "base/text.h"

enum { DEPTH_MAX = 16, FILES_MAX = 5000, FILE_BYTES = 1 << 20 };

struct tree {
    const char *root;
    int (*on_leaf)(void *data, const struct fmf_leaf *leaf, struct error **err);
    void *data;
    size_t files;
};

/* "NAME+": appends to the inherited text or list. */
static void append(json_t *node, const char *name, json_t *more)
{
    json_t *old = json_object_get(node, name);

    if (json_is_string(old) && json_is_string(more)) {
        _cleanup_free_ char *sum =
            text_format("%s%s", json_string_value(old), json_string_value(more));

        json_object_set_new(node, name, json_string(sum));
    } else if (json_is_array(old) && json_is_array(more)) {
        json_array_extend(old, more);
    } else if (json_is_object(old) && json_is_object(more)) {
        json_object_update(old, more);
    } else if (json_is_array(old)) {
        json_array_append(old, more);
    } else {
        json_object_set(node, name, more);
    }
}

/* The parent's attributes with those of the node; keys with a slash are its children. */
static json_t *inherit(const json_t *parent, json_t *own)
{
    json_t *node = json_deep_copy(parent);
    const char *key;
    json_t *value;

    json_object_foreach(own, key, value)
    {
        size_t length = strlen(key);

        if (*key == '/')
            continue;
        if (length > 1 && key[length - 1] == '+') {
            _cleanup_free_ char *name = text_ndup(key, length - 1);

            append(node, name, value);
        } else {
            json_object_set(node, key, value);
        }
    }
    return node;
}

/* A node of a file: its children, or itself as a leaf. */
static int visit_node(struct tree *tree, const char *name, const char *folder, json_t *node,
                      json_t *own, bool branch, unsigned depth, struct error **err)
{
    const char *key;
    json_t *value;
    bool leaf = !branch;
    int code = 0;

    if (depth > DEPTH_MAX)
        return error_set(err, -EINVAL, "'%s' is nested deeper than %d", name, DEPTH_MAX);
    json_object_foreach(own, key, value)
    {
        if (*key != '/')
            continue;
        leaf = false;
        if (code == 0) {
            _cleanup_free_ char *child = text_format("%s%s", name, key);
            _cleanup_json_ json_t *merged =
                inherit(node, json_is_object(value) ? value : json_null());

            code = visit_node(tree, child, folder, merged,
                              json_is_object(value) ? value : json_null(), false, depth + 1, err);
        }
    }
    if (code == 0 && leaf)
        code = tree->on_leaf(tree->data, &(struct fmf_leaf){name, folder, node}, err);
    return code;
}

static int read_file(struct tree *tree, const char *path, json_t **ret_node, struct error **err)
{
    _cleanup_buffer_ struct buffer text = {0};
    _cleanup_json_ json_t *node = NULL;
    int code = ++tree->files > FILES_MAX
                   ? error_set(err, -EINVAL, "more than %d .fmf files", FILES_MAX)
                   : path_read(path, FILE_BYTES, &text, err);

    if (code < 0)
        return code;
    node = fmf_parse(text.data, text.length, path, err);
    if (node == NULL)
        return -EINVAL;
    if (!json_is_object(node))
        return error_set(err, -EINVAL, "'%s' is not a mapping", path);
    *ret_node = steal_ptr(node);
    return 0;
}

static int read_folder(struct tree *tree, const char *folder, const char *name,
                       const json_t *parent, unsigned depth, struct error **err);

/* A file beside main.fmf is a child of its folder; so is a folder. */
static int visit_entry(struct tree *tree, const char *folder, const char *name,
                       const json_t *parent, const char *entry, unsigned depth, struct error **err)
{
    _cleanup_free_ char *below =
        strcmp(folder, ".") == 0 ? text_dup(entry) : path_join(folder, entry);
    _cleanup_free_ char *path = path_join(tree->root, below), *child = NULL;
    _cleanup_json_ json_t *own = NULL, *node = NULL;
    int code;

    if (path_is_folder(path)) {
        child = text_format("%s/%s", name, entry);
        return read_folder(tree, below, child, parent, depth + 1, err);
    }
    if (!text_ends(entry, ".fmf") || strcmp(entry, "main.fmf") == 0)
        return 0;
    code = read_file(tree, path, &own, err);
    if (code < 0)
        return code;
    child = text_format("%s/%.*s", name, (int)(strlen(entry) - 4), entry);
    node = inherit(parent, own);
    return visit_node(tree, child, folder, node, own, false, depth, err);
}

static bool has_children(const char *path, const struct strv *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        _cleanup_free_ char *below = path_join(path, entries->items[i]);
        _cleanup_free_ char *main = path_join(below, "main.fmf");

        if (path_exists(main) ||
            (text_ends(entries->items[i], ".fmf") && strcmp(entries->items[i], "main.fmf") != 0))
            return true;
    }
    return false;
}

static int read_folder(struct tree *tree, const char *folder, const char *name,
                       const json_t *parent, unsigned depth, struct error **err)
{
    _cleanup_free_ char *path =
        strcmp(folder, ".") == 0 ? text_dup(tree->root) : path_join(tree->root, folder);
    _cleanup_free_ char *main = path_join(path, "main.fmf");
    _cleanup_strv_ struct strv entries = {0};
    _cleanup_json_ json_t *own = NULL, *node = NULL;
    int code = depth > DEPTH_MAX
                   ? error_set(err, -EINVAL, "'%s' is nested deeper than %d", path, DEPTH_MAX)
                   : path_list(path, &entries, err);

    if (code == 0 && path_exists(main))
        code = read_file(tree, main, &own, err);
    if (code < 0)
        return code;
    node = own != NULL ? inherit(parent, own) : json_deep_copy(parent);
    if (own != NULL)
        code = visit_node(tree, name, folder, node, own, has_children(path, &entries), depth, err);
    for (size_t i = 0; code == 0 && i < entries.count; i++)
        code = visit_entry(tree, folder, name, node, entries.items[i], depth, err);
    return code;
}

int fmf_read(const char *root,
             int (*on_leaf)(void *data, const struct fmf_leaf *leaf, struct error **err),
             void *data, struct error **err)
{
    struct tree tree = {.root = root, .on_leaf = on_leaf, .data = data};
    _cleanup_json_ json_t *nothing = json_object();

    return read_folder(&tree, ".", "", nothing, 1, err);
}
