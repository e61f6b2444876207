/* SPDX-License-Identifier: Apache-2.0 */
/* Folders in which a Python 3 of the system searches for modules: site.py, and its patches by
 * Debian and Fedora. */
#ifndef TS_ABI_SURFACE_PYTHON_FOLDER_H
#define TS_ABI_SURFACE_PYTHON_FOLDER_H

/* The part of the path behind such a folder of Python 3.MINOR, or NULL. minor < 0: of any
 * version. */
const char *python_folder_rest(const char *path, int minor);

#endif
