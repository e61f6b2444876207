/* SPDX-License-Identifier: Apache-2.0 */
/* Scope-based cleanup: the declaration of an owning local variable names the function that frees
 * it. steal_ptr() and steal_fd() transfer ownership, so functions need no labels for unwinding. */
#ifndef TS_BASE_CLEANUP_H
#define TS_BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(function) __attribute__((cleanup(function)))

/* Defines `name_cleanup(type **)` calling `name(type *)`, for use in _cleanup_(name_cleanup). */
#define DEFINE_CLEANUP(type, function)                                                             \
    static inline void function##_cleanup(type *object)                                            \
    {                                                                                              \
        if (*object)                                                                               \
            function(*object);                                                                     \
    }

static inline void cleanup_free(void *pointer)
{
    free(*(void **)pointer);
}

static inline void cleanup_close(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static inline void cleanup_fclose(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

static inline void cleanup_closedir(DIR **dir)
{
    if (*dir != NULL)
        closedir(*dir);
}

#define _cleanup_free_ _cleanup_(cleanup_free)
#define _cleanup_close_ _cleanup_(cleanup_close)
#define _cleanup_fclose_ _cleanup_(cleanup_fclose)
#define _cleanup_closedir_ _cleanup_(cleanup_closedir)
#define _cleanup_error_ _cleanup_(error_cleanup)

/* Returns the pointer and sets its variable to NULL: ownership passes to the user of the macro. */
#define steal_ptr(pointer)                                                                         \
    ({                                                                                             \
        __typeof__(pointer) stolen_ = (pointer);                                                   \
        (pointer) = NULL;                                                                          \
        stolen_;                                                                                   \
    })

#define steal_fd(fd)                                                                               \
    ({                                                                                             \
        int stolen_ = (fd);                                                                        \
        (fd) = -1;                                                                                 \
        stolen_;                                                                                   \
    })

#endif
