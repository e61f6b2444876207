#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The layout of C types in this ABI, compared with the psABI.
exec touchstone-probe abi-layout
