#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Clocks, cgroups, locale, time zone, vsyscall, 32-bit programs.
exec touchstone-probe system
