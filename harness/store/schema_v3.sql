-- SPDX-License-Identifier: Apache-2.0
-- Version 3: whether the run executed the file of a finding.

-- NULL: an attempt of a program that did not look.
ALTER TABLE finding ADD COLUMN executed TEXT;
