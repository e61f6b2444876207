#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What C types are to this ABI, held against the psABI.
exec touchstone-probe abi-layout
