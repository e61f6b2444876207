/* SPDX-License-Identifier: Apache-2.0 */
/* Messages for the person at the terminal: always stderr, results never mix with them. */
#ifndef TS_BASE_LOG_H
#define TS_BASE_LOG_H

enum log_level {
    LOG_ERROR,
    LOG_WARNING,
    LOG_INFO,
    LOG_DEBUG,
};

/* The most detailed level that is printed; LOG_INFO at start. */
void log_set_level(enum log_level level);

/* One line, "touchstone: " and the level's word before it. Control bytes are escaped. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
