/* SPDX-License-Identifier: Apache-2.0 */
/* Internals shared by the readers of start.h, one for each format. */
#ifndef TS_ABI_SCRIPT_START_READER_H
#define TS_ABI_SCRIPT_START_READER_H

#include "abi/script/start.h"
#include "base/text.h"

/* A line of a file, without blanks around it. */
struct start_line {
    const char *text;
    unsigned number;
    struct start_needs *needs;
};

/* name is copied; an empty or computed one ('$', '%') is left out. */
void start_add(const struct start_line *line, enum start_kind kind, const char *directive,
               const char *name, size_t length, bool optional);

/* Defined in start_line.c: formats whose lines stand for themselves. */
void start_read_crontab(const struct start_line *line);
void start_read_module(const struct start_line *line);
void start_read_modprobe(const struct start_line *line);
void start_read_tmpfile(const struct start_line *line);
void start_read_rule(const struct start_line *line);

/* Defined in start_login.c: PAM and the name service. */
void start_read_pam(const struct start_line *line);
void start_read_pam_conf(const struct start_line *line);
void start_read_pam_profile(const struct start_line *line);
void start_read_authselect(const struct start_line *line);
void start_read_name_service(const struct start_line *line);

/* Defined in start_block.c: formats with sections or blocks. */
void start_read_desktop(const char *text, struct start_needs *needs);
void start_read_bus(const char *text, struct start_needs *needs);
void start_read_supervisor(const char *text, struct start_needs *needs);
void start_read_xinetd(const char *text, struct start_needs *needs);
void start_read_logrotate(const char *text, struct start_needs *needs);

/* The next word of a line, and the length of the word there. */
const char *start_next_word(const char *at);
size_t start_word_length(const char *at);

/* Calls back for each line that is not empty. */
void start_each_line(const char *text, struct start_needs *needs,
                     void (*read)(const struct start_line *line));

/* The value of "NAME = VALUE", or NULL. */
const char *start_value(const char *line, const char *name);

#endif
