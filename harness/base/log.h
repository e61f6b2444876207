/* SPDX-License-Identifier: Apache-2.0 */
/* Messages for the user, always on stderr, so that they do not mix with results. */
#ifndef TS_BASE_LOG_H
#define TS_BASE_LOG_H

enum log_level {
    LOG_ERROR,
    LOG_WARNING,
    LOG_INFO,
    LOG_DEBUG,
};

/* Sets the most detailed level that is printed; initially LOG_INFO. */
void log_set_level(enum log_level level);

/* Prints one line with the prefix "touchstone: " and the name of the level. Control bytes are
 * escaped. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
