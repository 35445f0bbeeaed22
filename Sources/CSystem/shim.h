#pragma once
// glibc declares this only under _GNU_SOURCE, which Swift's importer does not set.
int syncfs(int);
