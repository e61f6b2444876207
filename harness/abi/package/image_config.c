/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration of a container image, and what is kept of its files. */
#include <stdlib.h>
#include <string.h>

#include "abi/package/image.h"
#include "base/text.h"

#define WORDS_MAX 4096

/* An array of words, or one word as older builders wrote it. */
static void read_words(struct strv *words, const json_t *json)
{
    const json_t *word;
    size_t i;

    if (json_is_string(json))
        strv_add(words, json_string_value(json));
    json_array_foreach(json, i, word)
    {
        if (json_is_string(word) && words->count < WORDS_MAX)
            strv_add(words, json_string_value(word));
    }
}

/* NULL for an empty text. Caller frees. */
static char *text_of(const json_t *json)
{
    const char *text = json_string_value(json);

    return text != NULL && *text != '\0' ? text_dup(text) : NULL;
}

void image_config_read(struct image_config *config, const json_t *json)
{
    const json_t *run = json_object_get(json, "config"), *value;
    const char *name;

    *config = (struct image_config){
        .architecture = text_of(json_object_get(json, "architecture")),
        .os = text_of(json_object_get(json, "os")),
        .user = text_of(json_object_get(run, "User")),
        .folder = text_of(json_object_get(run, "WorkingDir")),
    };
    read_words(&config->entrypoint, json_object_get(run, "Entrypoint"));
    read_words(&config->command, json_object_get(run, "Cmd"));
    read_words(&config->health, json_object_get(json_object_get(run, "Healthcheck"), "Test"));
    read_words(&config->environment, json_object_get(run, "Env"));
    read_words(&config->shell, json_object_get(run, "Shell"));
    json_object_foreach((json_t *)json_object_get(run, "Volumes"), name, value)
        strv_add(&config->volumes, name);
}

void image_config_done(struct image_config *config)
{
    free(config->architecture);
    free(config->os);
    free(config->user);
    free(config->folder);
    strv_done(&config->entrypoint);
    strv_done(&config->command);
    strv_done(&config->health);
    strv_done(&config->environment);
    strv_done(&config->volumes);
    strv_done(&config->shell);
}

const char *image_config_variable(const struct image_config *config, const char *name)
{
    size_t length = strlen(name);
    const char *found = NULL;

    for (size_t i = 0; i < config->environment.count; i++) {
        const char *row = config->environment.items[i];

        if (strncmp(row, name, length) == 0 && row[length] == '=')
            found = row + length + 1;
    }
    return found;
}

void image_entries_done(struct image_entries *entries)
{
    vec_foreach (row, &entries->rows)
        free(row->path);
    vec_done(&entries->rows);
    free(entries->passwd);
    free(entries->group);
}
