#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Page size, huge pages, copy-on-write, and the arm64 MADV_FREE fault.
exec touchstone-probe memory
